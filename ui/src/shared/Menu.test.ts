import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import { expectAccessible } from "../testing/axe";
import Menu from "./Menu.svelte";

function shown() {
  const run = vi.fn();
  const items = [
    { label: "Edit", run },
    { label: "Rotate…", run: vi.fn(), disabled: true },
    { label: "Delete…", run: vi.fn(), danger: true },
  ];
  render(Menu, { label: "More", items });
  return { user: userEvent.setup(), run };
}

describe("a menu", () => {
  test("opens by the arrow key on its first item", async () => {
    const { user } = shown();
    screen.getByRole("button", { name: "More" }).focus();
    await user.keyboard("{ArrowDown}");
    expect(screen.getByRole("menuitem", { name: "Edit" })).toHaveFocus();
    await expectAccessible(screen.getByRole("menu"));
  });

  test("passes over what is disabled, and goes round", async () => {
    const { user } = shown();
    await user.click(screen.getByRole("button", { name: "More" }));
    await user.keyboard("{ArrowDown}");
    expect(screen.getByRole("menuitem", { name: "Delete…" })).toHaveFocus();
    await user.keyboard("{ArrowDown}");
    expect(screen.getByRole("menuitem", { name: "Edit" })).toHaveFocus();
  });

  test("carries out what is chosen and gives the focus back", async () => {
    const { user, run } = shown();
    await user.click(screen.getByRole("button", { name: "More" }));
    await user.keyboard("{Enter}");
    expect(run).toHaveBeenCalledOnce();
    expect(screen.getByRole("button", { name: "More" })).toHaveFocus();
  });
});
