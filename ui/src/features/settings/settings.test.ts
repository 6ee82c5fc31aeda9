import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import { expectAccessible } from "../../testing/axe";
import { MOCK_PASSWORD, MOCK_RECOVERY_CODE } from "../../testing/mock-app";
import type { WorldOptions } from "../../testing/mock-world";
import { renderApp } from "../../testing/render-app";

const GOOD = "violet kettle orbit sandstone";

async function openSettings(options: WorldOptions = {}) {
  const app = await renderApp({ unlocked: true, ...options });
  await app.user.click(await screen.findByRole("button", { name: "Settings" }));
  return app;
}

const request = (app: Awaited<ReturnType<typeof openSettings>>, name: string) =>
  app.backend.calls.filter((call) => call.name === name).at(-1)?.request;

describe("this computer", () => {
  test("shows the theme at once and has Rust keep it", async () => {
    const app = await openSettings();
    await app.user.click(screen.getByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(document.documentElement).toHaveAttribute("data-theme", "dark"));
    expect(request(app, "settings_update")).toEqual({ theme: "dark" });
    await app.user.click(screen.getByRole("radio", { name: "System" }));
    await waitFor(() => expect(document.documentElement).not.toHaveAttribute("data-theme"));
  });

  test("sets the clipboard's and the idle time", async () => {
    const app = await openSettings();
    await app.user.selectOptions(screen.getByLabelText("Clear the clipboard after"), "1 minute");
    expect(request(app, "settings_update")).toEqual({ clipboard_seconds: 60 });
    await app.user.selectOptions(screen.getByLabelText("Lock when idle for"), "15 minutes");
    expect(request(app, "settings_update")).toEqual({ idle_lock_minutes: 15 });
    expect(await screen.findByText("Locks after 15 minutes without input.")).toBeVisible();
  });

  test("says what is told outside the window of what falls due", async () => {
    const app = await openSettings();
    expect(screen.getByRole("radio", { name: "How many" })).toBeChecked();
    await app.user.click(screen.getByRole("radio", { name: "With names" }));
    expect(request(app, "settings_update")).toEqual({ due_notices: "names" });
    expect(await screen.findByText("Notifications name what is due.")).toBeVisible();
  });

  test("says why a setting could not be kept", async () => {
    const app = await openSettings();
    app.backend.fail("settings_update", "internal_error", "The settings file could not be written.");
    await app.user.click(screen.getByRole("radio", { name: "Light" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The settings file could not be written.");
  });

  test("is accessible", async () => {
    await openSettings();
    await expectAccessible();
  });
});

describe("this vault", () => {
  test("tells its tier and how full it is, and an Owner changes it", async () => {
    const app = await openSettings({ secrets: 4, tier: "pro" });
    expect(await screen.findByText("Room for 100 secrets and 10 connections.")).toBeVisible();
    expect(screen.getByRole("progressbar", { name: "Secrets" })).toHaveAttribute("aria-valuetext", "4 of 100");
    await expectAccessible();
    await app.user.click(screen.getByRole("radio", { name: "Unlimited" }));
    expect(request(app, "tier_set")).toEqual({ tier: "unlimited" });
    expect(await screen.findByText("Room for as many secrets and connections as you like.")).toBeVisible();
    expect(screen.queryByRole("progressbar", { name: "Secrets" })).toBeNull();
  });

  test("asks before a tier that it does not fit into, and says afterwards what still works", async () => {
    const app = await openSettings({ secrets: 12, tier: "pro" });
    await app.user.click(await screen.findByRole("radio", { name: "Free" }));
    const dialog = within(await screen.findByRole("alertdialog"));
    expect(dialog.getByText(/this vault has 7 secrets and 2 connections more\. Nothing is taken away/)).toBeVisible();
    expect(request(app, "tier_set")).toBeUndefined();
    await app.user.click(dialog.getByRole("button", { name: "Cancel" }));
    expect(screen.getByRole("radio", { name: "Pro" })).toBeChecked();
    await app.user.click(screen.getByRole("radio", { name: "Free" }));
    await app.user.click(await screen.findByRole("button", { name: "Change to Free" }));
    expect(await screen.findByText("Over the limit by 7 secrets and 2 connections.")).toBeVisible();
    expect(request(app, "tier_set")).toEqual({ tier: "free" });
  });

  test("counts anew when something was made elsewhere", async () => {
    const app = await openSettings({ secrets: 4, tier: "pro" });
    await screen.findByText("4 of 100");
    app.backend.world.secrets.pop();
    app.backend.emit({ kind: "changed", what: ["secrets"] });
    expect(await screen.findByText("3 of 100")).toBeVisible();
  });

  test("shows the tier to the others without a way to change it", async () => {
    await openSettings({ role: "admin", tier: "pro" });
    expect(await screen.findByText(/Only an Owner can change it\./)).toBeVisible();
    expect(screen.queryByRole("radio", { name: "Free" })).toBeNull();
  });

  test("says why the tier could not be changed or read", async () => {
    const app = await openSettings({ secrets: 4, tier: "pro" });
    app.backend.fail("tier_set", "access_forbidden", "Only an Owner sets the tier.");
    await app.user.click(await screen.findByRole("radio", { name: "Unlimited" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Only an Owner sets the tier.");
    expect(screen.getByRole("radio", { name: "Pro" })).toBeChecked();
    app.backend.fail("vault_settings_get");
    await app.user.click(screen.getByRole("button", { name: "Secrets 4" }));
    await app.user.click(screen.getByRole("button", { name: "Settings" }));
    expect(await screen.findByText("The tier can’t be read.")).toBeVisible();
  });
});

describe("changing the password", () => {
  test("needs the current one, and says so beside its field", async () => {
    const app = await openSettings();
    await app.user.click(screen.getByRole("button", { name: "Change…" }));
    await app.user.type(screen.getByLabelText("Current password"), "nope");
    await app.user.type(screen.getByLabelText("New password"), GOOD);
    await app.user.type(screen.getByLabelText("New password again"), GOOD);
    await expectAccessible();
    await app.user.click(screen.getByRole("button", { name: "Change password" }));
    await waitFor(() =>
      expect(screen.getByLabelText("Current password")).toHaveAccessibleDescription(/The password is wrong\./),
    );
  });

  test("forgets all three once it is done", async () => {
    const app = await openSettings();
    await app.user.click(screen.getByRole("button", { name: "Change…" }));
    await app.user.type(screen.getByLabelText("Current password"), MOCK_PASSWORD);
    await app.user.type(screen.getByLabelText("New password"), GOOD);
    await app.user.type(screen.getByLabelText("New password again"), GOOD);
    await app.user.click(screen.getByRole("button", { name: "Change password" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(request(app, "password_change")).toEqual({ current_password: MOCK_PASSWORD, new_password: GOOD });
    await app.user.click(screen.getByRole("button", { name: "Change…" }));
    for (const name of ["Current password", "New password", "New password again"]) {
      expect(screen.getByLabelText(name)).toHaveValue("");
    }
  });
});

describe("renewing the recovery code", () => {
  test("asks for the password and shows the new sheet", async () => {
    const app = await openSettings();
    await app.user.click(screen.getByRole("button", { name: "Make a new code…" }));
    await app.user.type(screen.getByLabelText("Master password"), MOCK_PASSWORD);
    await app.user.click(screen.getByRole("button", { name: "Make a new code" }));
    expect((await screen.findByTestId("recovery-code")).textContent).toBe(MOCK_RECOVERY_CODE);
  });

  test("keeps the dialog open under a wrong password", async () => {
    const app = await openSettings();
    await app.user.click(screen.getByRole("button", { name: "Make a new code…" }));
    await app.user.type(screen.getByLabelText("Master password"), "nope");
    await app.user.click(screen.getByRole("button", { name: "Make a new code" }));
    await waitFor(() => expect(screen.getByLabelText("Master password")).toBeInvalid());
    expect(app.session.sheet).toBeNull();
  });
});

describe("keeping it safe", () => {
  test("backs up and says what is in the file", async () => {
    const app = await openSettings({ secrets: 12 });
    await app.user.click(screen.getByRole("button", { name: "Back up…" }));
    expect(await screen.findByText(/acme-storage-20261121\.turnstone: 12 secrets, 482 kB/)).toBeVisible();
  });

  test("says nothing when the chooser is closed", async () => {
    const app = await openSettings();
    app.backend.answer("backup_create", () => ({ cancelled: true }));
    await app.user.click(screen.getByRole("button", { name: "Back up…" }));
    expect(screen.queryByText("Backed up.")).toBeNull();
  });

  test("offers a backup to the Owner only", async () => {
    await openSettings({ role: "viewer" });
    expect(screen.queryByRole("button", { name: "Back up…" })).toBeNull();
    expect(screen.getByRole("button", { name: "Check now" })).toBeEnabled();
  });

  test("lists what a check of the vault found", async () => {
    const app = await openSettings();
    app.backend.answer("vault_check", () => ({
      ok: false,
      problems: [{ kind: "page", message: "Page 12 does not match its seal." }],
      checked: { pages: 412, secrets: 12, versions: 36, entries: 90 },
    }));
    await app.user.click(screen.getByRole("button", { name: "Check now" }));
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("1 problem found.");
    expect(alert).toHaveTextContent("Page 12 does not match its seal.");
  });

  test("restores a backup only after it was checked", async () => {
    const app = await openSettings();
    await app.user.click(screen.getByRole("button", { name: "Restore…" }));
    const dialog = within(screen.getByRole("dialog"));
    await app.user.click(dialog.getByRole("button", { name: "Choose a file…" }));
    await app.user.type(await dialog.findByLabelText("Password of the backup"), MOCK_PASSWORD);
    await app.user.click(dialog.getByRole("button", { name: "Check" }));
    expect(await dialog.findByText("This backup is whole.")).toBeVisible();
    expect(app.backend.calls.some((call) => call.name === "backup_restore")).toBe(false);
    await app.user.click(dialog.getByRole("button", { name: "Restore" }));
    expect(await dialog.findByText("Restored.")).toBeVisible();
    expect(request(app, "backup_restore")).toEqual({ file_id: "fil_01", password: MOCK_PASSWORD });
  });

  test("offers no restore of a damaged backup", async () => {
    const app = await openSettings();
    app.backend.answer("backup_check", () => ({
      ok: false,
      vault: { vault_id: "vlt_01", name: "Acme storage" },
      created_at: "2026-11-14T08:12:00.000Z",
      secrets: 3,
      problems: [{ kind: "hash", message: "The file ends too early." }],
    }));
    await app.user.click(screen.getByRole("button", { name: "Restore…" }));
    const dialog = within(screen.getByRole("dialog"));
    await app.user.click(dialog.getByRole("button", { name: "Choose a file…" }));
    await app.user.type(await dialog.findByLabelText("Password of the backup"), MOCK_PASSWORD);
    await app.user.click(dialog.getByRole("button", { name: "Check" }));
    expect(await dialog.findByText("The file ends too early.")).toBeVisible();
    expect(dialog.queryByRole("button", { name: "Restore" })).toBeNull();
  });
});
