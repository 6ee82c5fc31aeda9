import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { renderApp } from "../../testing/render-app";

async function openPalette() {
  const app = await renderApp({ secrets: 40, unlocked: true });
  await screen.findAllByRole("option");
  await app.user.keyboard("{Control>}k{/Control}");
  const palette = await screen.findByRole("dialog", { name: "Commands and secrets" });
  const box = within(palette).getByRole("combobox");
  box.focus();
  return { ...app, palette, box };
}

describe("the command palette", () => {
  test("runs an action by the beginnings of its words", async () => {
    const { user, palette, navigation } = await openPalette();
    await expectAccessible(palette);
    await user.keyboard("sho tra");
    await waitFor(() => expect(within(palette).getAllByRole("option")[0]).toHaveTextContent("Show trash"));
    await user.keyboard("{Enter}");
    expect(navigation.place).toBe("trash");
    expect(screen.queryByRole("combobox")).not.toBeInTheDocument();
  });

  test("opens a secret that it found", async () => {
    const { user, palette, backend } = await openPalette();
    const { name } = backend.world.secrets[3]!;
    await user.keyboard(name);
    await waitFor(() => expect(within(palette).getAllByRole("option")[0]).toHaveTextContent(name));
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent(name);
  });

  test("begins a new secret from another screen", async () => {
    const { user, navigation } = await openPalette();
    await user.keyboard("{Escape}");
    navigation.go("settings");
    navigation.startNew();
    expect(await screen.findByRole("heading", { level: 1, name: "New secret" })).toBeInTheDocument();
    expect(navigation.wantsNew).toBe(false);
  });

  test("walks round with the arrows and says when nothing matches", async () => {
    const { user, palette, box } = await openPalette();
    await user.keyboard("{ArrowUp}");
    const last = within(palette).getAllByRole("option").at(-1)!;
    expect(box).toHaveAttribute("aria-activedescendant", last.id);
    await user.keyboard("qqqq");
    expect(await within(palette).findByText("Nothing matches.")).toBeInTheDocument();
    await user.keyboard("{Enter}");
    expect(palette).toBeInTheDocument();
  });
});
