import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../../testing/axe";
import type { WorldOptions } from "../../../testing/mock-world";
import { renderApp } from "../../../testing/render-app";

/** Opens the first secret, which has its value together with `others` more. */
async function openShared(others: number, options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, secrets: 12, ...options }, ({ world }) => {
    const byName = [...world.secrets].sort((one, other) => one.name.localeCompare(other.name));
    world.reused = [byName.slice(0, others + 1).map(({ id }) => id)];
  });
  await app.user.click((await screen.findAllByRole("option"))[0]!);
  await screen.findByText("Rotation history");
  return app;
}

const banner = () => screen.queryByText("Used more than once.")?.closest<HTMLElement>("[role=status]") ?? null;

describe("a value that other secrets have too", () => {
  test("is told with their names, each of which opens", async () => {
    const { user, backend } = await openShared(2);
    await waitFor(() => expect(banner()).toHaveTextContent(/ and .* have the same value\./));
    const [first, second] = within(banner()!).getAllByRole("button");
    expect(first).toHaveTextContent(backend.world.secret(backend.world.reused[0]![1]!).name);
    await expectAccessible();
    const name = second!.textContent;
    await user.click(second!);
    expect(await screen.findByRole("heading", { level: 1, name })).toBeVisible();
  });

  test("in many others is told with a few names and their number", async () => {
    await openShared(6);
    await waitFor(() => expect(banner()).toHaveTextContent("and 3 others have the same value."));
    expect(within(banner()!).getAllByRole("button")).toHaveLength(3);
  });

  test("is not told where there is none, and not to a Viewer", async () => {
    const { unmount } = await openShared(0);
    expect(banner()).toBeNull();
    unmount();
    await openShared(2, { role: "viewer" });
    expect(banner()).toBeNull();
  });
});
