import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { MOCK_PASSWORD, MOCK_RECOVERY_CODE } from "../../testing/mock-app";
import { renderApp } from "../../testing/render-app";

const REJECTED = { status: 401, type: "authentication_failed", details: [] } as const;

const password = () => screen.findByLabelText("Master password");
const enter = "{Enter}";

describe("without a vault", () => {
  test("the page offers to make one, to open a folder and to restore a backup", async () => {
    await renderApp({ vaults: 0 });
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("A vault for your team’s keys");
    for (const name of ["New vault", "Open a folder…", "Restore…"]) {
      expect(screen.getByRole("button", { name })).toBeEnabled();
    }
    await expectAccessible();
  });
});

describe("unlocking", () => {
  test("begins in the password field and takes the keyboard alone", async () => {
    const { user, session } = await renderApp();
    await waitFor(async () => expect(await password()).toHaveFocus());
    await user.keyboard(`${MOCK_PASSWORD}${enter}`);
    await waitFor(() => expect(session.phase).toBe("unlocked"));
    expect(screen.queryByLabelText("Master password")).toBeNull();
  });

  test("sends the password as typed, with its spaces", async () => {
    const { user, backend } = await renderApp();
    await user.type(await password(), `  a b ${enter}`);
    const sent = backend.calls.find((call) => call.name === "vault_unlock")?.request;
    expect(sent).toEqual({ vault_id: "vlt_01", password: "  a b " });
  });

  test("says that a password is wrong beside the field, and lets it be typed again", async () => {
    const { user } = await renderApp();
    await user.type(await password(), `nope${enter}`);
    const field = await password();
    await waitFor(() => expect(field).toHaveAccessibleDescription("The password is wrong. Nothing was opened."));
    expect(field).toBeInvalid();
    expect(field).toHaveFocus();
    await expectAccessible();
  });

  test("asks for a password before it asks Rust", async () => {
    const { user, backend } = await renderApp();
    await user.click(await password());
    await user.keyboard(enter);
    expect(await screen.findByText("Type the master password.")).toBeVisible();
    expect(backend.calls.some((call) => call.name === "vault_unlock")).toBe(false);
  });

  test("waits as long as Rust says, then can be tried again", async () => {
    const { user, backend } = await renderApp();
    backend.answer("vault_unlock", () => {
      throw { status: 429, type: "rate_limited", message: "Wait.", details: [], retry_after_ms: 900 };
    });
    await user.type(await password(), `nope${enter}`);
    expect(await screen.findByText("Too many wrong attempts.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Unlock" })).toBeDisabled();
    await waitFor(() => expect(screen.getByRole("button", { name: "Unlock" })).toBeEnabled(), { timeout: 4000 });
  });

  test("the wrong password that earns a wait says both, and counts down at once", async () => {
    const { user, backend } = await renderApp();
    backend.answer("vault_unlock", () => {
      const message = "The password is wrong.";
      const details = [{ loc: ["password"], message, type: "wrong" }];
      throw { status: 401, type: "authentication_failed", message, details, retry_after_ms: 900 };
    });
    await user.type(await password(), `nope${enter}`);
    expect(await screen.findByText("Too many wrong attempts.")).toBeVisible();
    expect(await password()).toHaveAccessibleDescription("The password is wrong.");
    expect(screen.getByRole("button", { name: "Unlock" })).toBeDisabled();
    await waitFor(() => expect(screen.getByRole("button", { name: "Unlock" })).toBeEnabled(), { timeout: 4000 });
  });

  test("tells damage from a wrong password", async () => {
    const { user, backend } = await renderApp();
    const message = "The slot of this password is damaged. Use the recovery code, or restore a backup.";
    backend.answer("vault_unlock", () => {
      throw { ...REJECTED, message, details: [{ loc: [], message, type: "damage" }] };
    });
    await user.type(await password(), `nope${enter}`);
    expect(await screen.findByRole("alert")).toHaveTextContent(message);
    expect(await password()).toBeValid();
  });

  test("takes the recovery code in its place", async () => {
    const { user, backend, session } = await renderApp();
    await user.click(await screen.findByRole("button", { name: "Use the recovery code" }));
    await user.type(screen.getByLabelText("Recovery code"), `${MOCK_RECOVERY_CODE}${enter}`);
    await waitFor(() => expect(session.phase).toBe("unlocked"));
    const sent = backend.calls.find((call) => call.name === "vault_unlock")?.request;
    expect(sent).toEqual({ vault_id: "vlt_01", recovery_code: MOCK_RECOVERY_CODE });
  });

  test("forgets what was typed when the way or the vault is changed", async () => {
    const { user } = await renderApp();
    await user.type(await password(), "violet");
    await user.click(screen.getByRole("button", { name: "Use the recovery code" }));
    expect(screen.getByLabelText("Recovery code")).toHaveValue("");
    await user.type(screen.getByLabelText("Recovery code"), "TSRC");
    await user.click(screen.getByRole("button", { name: /^Homelab/ }));
    expect(await password()).toHaveValue("");
  });
});

describe("a vault older than this device knows", () => {
  test("opens only after the person says that they know why", async () => {
    const { user, backend, session } = await renderApp();
    await user.type(await password(), `rollback${enter}`);
    const accept = await screen.findByRole("button", { name: "Open the older state" });
    expect(accept).toBeDisabled();
    await expectAccessible();
    await user.click(screen.getByRole("checkbox", { name: "I know why this vault is older" }));
    await user.click(accept);
    await waitFor(() => expect(session.phase).toBe("unlocked"));
    const sent = backend.calls.filter((call) => call.name === "vault_unlock").at(-1)?.request;
    expect(sent).toEqual({ vault_id: "vlt_01", password: "rollback", accept_rollback: true });
  });

  test("stays closed, with the password forgotten, when the person leaves it", async () => {
    const { user, session } = await renderApp();
    await user.type(await password(), `rollback${enter}`);
    await user.click(await screen.findByRole("button", { name: "Leave it closed" }));
    expect(await password()).toHaveValue("");
    expect(session.phase).toBe("locked");
  });
});

describe("the list of vaults", () => {
  test("is walked by arrow keys without losing the focus", async () => {
    const { user } = await renderApp();
    const first = await screen.findByRole("button", { name: /^Acme storage/ });
    first.focus();
    await user.keyboard("{ArrowDown}");
    const second = screen.getByRole("button", { name: /^Homelab/ });
    expect(second).toHaveFocus();
    expect(second).toHaveAttribute("aria-current", "true");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("Homelab");
  });

  test.each([
    [/Needs a newer Turnstone/, "This vault needs a newer Turnstone."],
    [/Damaged/, "This vault is damaged."],
    [/Folder not found/, "The folder is not there."],
  ])("says of %s what to do instead of asking for a password", async (entry, title) => {
    const { user } = await renderApp({ vaults: 5 });
    await user.click(await screen.findByRole("button", { name: entry }));
    expect(screen.getByText(title)).toBeVisible();
    expect(screen.queryByLabelText("Master password")).toBeNull();
    await expectAccessible();
  });

  test("says when it cannot be read, and reads it again", async () => {
    const { user, backend } = await renderApp({}, (prepared) => prepared.fail("vault_list"));
    expect(await screen.findByRole("alert")).toHaveTextContent("The vault file could not be read.");
    backend.succeed("vault_list");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await password()).toBeVisible();
  });
});
