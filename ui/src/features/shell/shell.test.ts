import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import type { MockBackend } from "../../testing/mock-backend";
import { renderApp } from "../../testing/render-app";

const lockButton = () => screen.findByRole("button", { name: "Lock" });

describe("the open vault", () => {
  test("names itself, the role and how many secrets there are", async () => {
    await renderApp({ unlocked: true, secrets: 12 });
    expect(await screen.findByText("Unlocked · Owner")).toBeVisible();
    expect(await screen.findByRole("button", { name: "Secrets 12" })).toHaveAttribute("aria-current", "page");
    await expectAccessible(screen.getByRole("navigation"));
  });

  test("counts anew when something changed elsewhere", async () => {
    const { backend } = await renderApp({ unlocked: true, secrets: 3 });
    await screen.findByRole("button", { name: "Secrets 3" });
    backend.world.secrets.pop();
    backend.emit({ kind: "changed", what: ["secrets"] });
    expect(await screen.findByRole("button", { name: "Secrets 2" })).toBeVisible();
  });

  test("counts what is due and marks what waits or does not open", async () => {
    const { backend } = await renderApp({ unlocked: true, secrets: 3 });
    const due = { overdue: 2, due_soon: 3, failed: 1, unreachable: 4, rotating: 2, stopped: 1, external: 0 };
    const told = await backend.handler("tag_list")({});
    backend.answer("tag_list", () => ({ ...told, counts: { ...told.counts, needs: due } }));
    backend.emit({ kind: "changed", what: ["rotations"] });
    const mark = "1 rotation waits for a person";
    expect(await screen.findByRole("button", { name: `Rotation ${mark} 5` })).toBeVisible();
    expect(screen.getByRole("img", { name: "1 secret with a location that does not open" })).toBeVisible();
    backend.answer("tag_list", () => ({
      ...told,
      counts: { ...told.counts, needs: { ...due, overdue: 1_000, failed: 0, stopped: 0 } },
    }));
    backend.emit({ kind: "changed", what: ["rotations"] });
    expect(await screen.findByRole("button", { name: "Rotation 1,000+" })).toBeVisible();
    expect(screen.queryByRole("img", { name: /does not open/ })).toBeNull();
  });

  test("tells an Owner, and nobody else, that the vault wants new keys", async () => {
    const wanting = (backend: MockBackend) => (backend.world.members[1]!.rekey_wanted = true);
    const { unmount } = await renderApp({ unlocked: true }, wanting);
    expect(await screen.findByRole("img", { name: "New keys are wanted" })).toBeVisible();
    unmount();
    await renderApp({ unlocked: true, role: "admin" }, wanting);
    await screen.findByRole("button", { name: "Members 5" });
    expect(screen.queryByRole("img", { name: "New keys are wanted" })).toBeNull();
  });

  test("says that it is read-only, and offers no import", async () => {
    await renderApp({ unlocked: true, readOnly: true });
    expect(await screen.findByText("Read-only.")).toBeVisible();
    expect(
      await screen.findByText(/Nothing can be written: its folder or files cannot be written\. You can look/),
    ).toBeVisible();
    expect(screen.queryByRole("button", { name: "Import…" })).toBeNull();
  });

  test("shows what is on the clipboard and for how long, and clears it", async () => {
    const { backend, user } = await renderApp({ unlocked: true });
    await lockButton();
    backend.emit({ kind: "clipboard", label: "Stripe live key · Value", remaining_ms: 24_000 });
    expect(await screen.findByText("Stripe live key · Value")).toBeVisible();
    expect(screen.getByRole("timer")).toHaveTextContent("24 s");
    await user.click(screen.getByRole("button", { name: "Clear now" }));
    await waitFor(() => expect(screen.queryByText("Stripe live key · Value")).toBeNull());
    expect(backend.calls.some((call) => call.name === "clipboard_clear")).toBe(true);
  });
});

describe("keys for the whole window", () => {
  test("Ctrl , shows the settings, but not over a dialog that holds something typed", async () => {
    const { user, navigation } = await renderApp({ unlocked: true });
    await user.click(await screen.findByRole("button", { name: /^Members/ }));
    await user.click(await screen.findByRole("button", { name: "Invite…" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Name"), "Ada");
    await user.keyboard("{Control>},{/Control}");
    expect(navigation.place).toBe("members");
    expect(dialog.getByLabelText("Name")).toHaveValue("Ada");
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    await user.keyboard("{Control>},{/Control}");
    await waitFor(() => expect(navigation.place).toBe("settings"));
  });
});

describe("locking", () => {
  test("by Ctrl L leaves nothing of the vault on the page", async () => {
    const { user, backend } = await renderApp({ unlocked: true, secrets: 3 });
    await screen.findByText("Unlocked · Owner");
    await user.keyboard("{Control>}l{/Control}");
    expect(await screen.findByLabelText("Master password")).toBeVisible();
    expect(backend.calls.some((call) => call.name === "vault_lock")).toBe(true);
    expect(document.body.textContent).not.toContain("AWS production backups");
  });

  test("from Rust closes an open dialog and forgets what was typed in it", async () => {
    const { user, backend } = await renderApp({ unlocked: true });
    await user.click(await screen.findByRole("button", { name: "Settings" }));
    await user.click(screen.getByRole("button", { name: "Change…" }));
    await user.type(screen.getByLabelText("New password"), "violet kettle");
    backend.world.unlocked = false;
    backend.emit({ kind: "locked", reason: "idle" });
    expect(await screen.findByText("Locked after 5 min without input.")).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
    const typed = [...document.querySelectorAll("input")].map((input) => input.value);
    expect(typed.join("")).toBe("");
  });

  test("while a recovery code is shown takes it off the page, and the next unlock says that it was not saved", async () => {
    const { backend, session } = await renderApp({ unlocked: true });
    await lockButton();
    await session.renewRecovery("correct horse battery staple");
    await screen.findByTestId("recovery-code");
    backend.emit({ kind: "locked", reason: "sleep" });
    await waitFor(() => expect(screen.queryByTestId("recovery-code")).toBeNull());
    await session.refresh();
    expect(await screen.findByText("The recovery code was not saved.")).toBeVisible();
  });

  test("says why even after the page was loaded anew", async () => {
    const { backend, unmount } = await renderApp({ unlocked: true });
    await lockButton();
    backend.emit({ kind: "locked", reason: "idle" });
    await screen.findByText("Locked after 5 min without input.");
    unmount();
    await renderApp();
    expect(await screen.findByText("Locked after 5 min without input.")).toBeVisible();
  });

  test("by somebody else's change of the keys says whose, even after the page was loaded anew", async () => {
    const { backend, unmount } = await renderApp({ unlocked: true });
    await lockButton();
    backend.emit({ kind: "locked", reason: "keys_changed", message: "Ada changed the vault's keys. Unlock again." });
    expect(await screen.findByText("Ada changed the vault's keys. Unlock again.")).toBeVisible();
    await expectAccessible();
    unmount();
    await renderApp();
    expect(await screen.findByText("Ada changed the vault's keys. Unlock again.")).toBeVisible();
  });

  test("because of a removal says it even without words from Rust", async () => {
    const { backend } = await renderApp({ unlocked: true });
    await lockButton();
    backend.emit({ kind: "locked", reason: "removed" });
    expect(await screen.findByText("You are no longer a member of this vault.")).toBeVisible();
  });

  test("begins the next time in the list of secrets", async () => {
    const { backend, navigation, session, user } = await renderApp({ unlocked: true });
    await user.click(await screen.findByRole("button", { name: "Settings" }));
    backend.emit({ kind: "locked", reason: "asked" });
    await waitFor(() => expect(session.phase).toBe("locked"));
    await waitFor(() => expect(navigation.place).toBe("secrets"));
  });
});

describe("the start", () => {
  test("that fails says why and can be tried again", async () => {
    const { user, backend } = await renderApp({}, (prepared) => prepared.fail("app_status"));
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("Turnstone could not start");
    await expectAccessible();
    backend.succeed("app_status");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByLabelText("Master password")).toBeVisible();
  });
});

describe("signs of a person", () => {
  test("are reported while the vault is open, at most once in five seconds, and say nothing else", async () => {
    const { user, backend } = await renderApp({ unlocked: true });
    await lockButton();
    await user.keyboard("abc");
    await user.keyboard("def");
    const reports = backend.calls.filter((call) => call.name === "activity");
    expect(reports).toEqual([{ name: "activity", request: {} }]);
  });

  test("are not reported while it is locked", async () => {
    const { user, backend } = await renderApp();
    await user.type(await screen.findByLabelText("Master password"), "abc");
    expect(backend.calls.some((call) => call.name === "activity")).toBe(false);
  });
});
