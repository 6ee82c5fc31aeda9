import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import type { MockBackend } from "../../testing/mock-backend";
import { renderApp } from "../../testing/render-app";

function trashTwo(backend: MockBackend): void {
  for (const secret of backend.world.secrets.slice(0, 2)) secret.trashed_at = new Date().toISOString();
}

async function openTrash(prepare: (backend: MockBackend) => void = trashTwo) {
  const app = await renderApp({ secrets: 6, unlocked: true, locations: 0, connections: false }, prepare);
  await waitFor(() => expect(app.session.phase).toBe("unlocked"));
  app.navigation.go("trash");
  await screen.findByRole("heading", { level: 1, name: "Trash" });
  return app;
}

describe("the trash", () => {
  test("brings a secret back", async () => {
    const app = await openTrash();
    const rows = await screen.findAllByRole("listitem");
    const name = app.backend.world.secrets.find((secret) => secret.trashed_at !== null)!.name;
    expect(rows.some((row) => row.textContent?.includes(name))).toBe(true);
    await app.user.click(screen.getByRole("button", { name: `Restore ${name}` }));
    await waitFor(() => expect(screen.queryByRole("button", { name: `Restore ${name}` })).not.toBeInTheDocument());
    expect(app.announcer.last?.text).toBe(`${name} is back among the secrets.`);
    await expectAccessible();
  });

  test("says why a secret can't come back", async () => {
    const app = await openTrash((backend) => {
      trashTwo(backend);
      backend.fail("secret_undelete", "already_exists", "Another secret has this name now. Rename it first.");
    });
    await app.user.click((await screen.findAllByRole("button", { name: /^Restore/ }))[0]!);
    expect(await screen.findByRole("alert")).toHaveTextContent("Rename it first.");
  });

  test("destroys one after a question, and all after another", async () => {
    const app = await openTrash();
    await app.user.click((await screen.findAllByRole("button", { name: /^Destroy/ }))[0]!);
    const one = await screen.findByRole("alertdialog");
    expect(one).toHaveAccessibleDescription(/Backups/);
    await app.user.click(within(one).getByRole("button", { name: "Destroy" }));
    await waitFor(() => expect(screen.getAllByRole("button", { name: /^Restore/ })).toHaveLength(1));
    await waitFor(() => expect(screen.getByRole("heading", { level: 1, name: "Trash" })).toHaveFocus());
    await app.user.click(screen.getByRole("button", { name: "Empty the trash…" }));
    await app.user.click(await screen.findByRole("button", { name: "Empty the trash" }));
    expect(await screen.findByText("The trash is empty")).toBeInTheDocument();
  });

  test("says why no more of it is shown, and adds nothing to a list that was read anew meanwhile", async () => {
    const app = await openTrash();
    const { secrets } = app.backend.world;
    const [first, second] = secrets;
    let more = () => {};
    app.backend.answer("trash_list", ({ cursor }) => {
      const page = (found: typeof secrets) => ({ secrets: found, next_cursor: cursor ? null : "next", total: 2 });
      if (!cursor) return page([first!]);
      return new Promise((resolve) => (more = () => resolve(page([second!]))));
    });
    app.backend.emit({ kind: "changed", what: ["trash"] });
    const show = await screen.findByRole("button", { name: /^Show more/ });
    await app.user.click(show);
    app.backend.emit({ kind: "changed", what: ["trash"] });
    await waitFor(() => expect(app.backend.calls.filter(({ name }) => name === "trash_list").length).toBe(4));
    await new Promise((settled) => setTimeout(settled));
    more();
    await new Promise((settled) => setTimeout(settled));
    expect(screen.getAllByRole("button", { name: /^Restore/ })).toHaveLength(1);
    app.backend.fail("trash_list");
    await app.user.click(show);
    expect(await screen.findByRole("alert")).toHaveTextContent("could not be read");
  });

  test("says so when it is empty", async () => {
    await openTrash(() => {});
    expect(await screen.findByText("The trash is empty")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Empty the trash…" })).not.toBeInTheDocument();
  });

  test("says why it can't be read", async () => {
    await openTrash((backend) => backend.fail("trash_list"));
    expect(await screen.findByRole("alert")).toHaveTextContent("could not be read");
  });
});
