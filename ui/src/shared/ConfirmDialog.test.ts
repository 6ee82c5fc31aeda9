import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";
import { expectAccessible } from "../testing/axe";
import ConfirmDialog from "./ConfirmDialog.svelte";

function shown(run: () => Promise<void> | void) {
  render(ConfirmDialog, {
    open: true,
    title: "Empty the trash",
    description: "Every value in it is destroyed. This can’t be undone.",
    confirm: "Destroy 3 secrets",
    danger: true,
    run,
  });
  return userEvent.setup();
}

describe("a question before something that cannot be undone", () => {
  test("is labelled, described, and begins on the harmless answer", async () => {
    shown(() => {});
    const dialog = screen.getByRole("alertdialog", { name: "Empty the trash" });
    expect(dialog).toHaveAccessibleDescription("Every value in it is destroyed. This can’t be undone.");
    expect(screen.getByRole("button", { name: "Cancel" })).toHaveFocus();
    await expectAccessible(dialog);
  });

  test("closes when the act succeeds", async () => {
    const run = vi.fn(async () => {});
    const user = shown(run);
    await user.click(screen.getByRole("button", { name: "Destroy 3 secrets" }));
    expect(run).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  });

  test("stays and says why when it fails", async () => {
    const user = shown(async () => {
      throw new Error("The disk is full.");
    });
    await user.click(screen.getByRole("button", { name: "Destroy 3 secrets" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The disk is full.");
    expect(screen.getByRole("button", { name: "Destroy 3 secrets" })).toBeEnabled();
  });

  test("acts once, however often it is pressed", async () => {
    const run = vi.fn(() => new Promise<void>(() => {}));
    const user = shown(run);
    await user.dblClick(screen.getByRole("button", { name: "Destroy 3 secrets" }));
    expect(run).toHaveBeenCalledOnce();
  });
});
