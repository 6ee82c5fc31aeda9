const PASSWORD = "correct horse battery staple";

const press = (name) => (page) => page.getByRole("button", { name, exact: true }).click();
const type = (label, text) => (page) => page.getByLabel(label, { exact: true }).fill(text);
const key = (name) => (page) => page.keyboard.press(name);
const pause = (ms) => (page) => page.waitForTimeout(ms);

function steps(...acts) {
  return async (page) => {
    for (const act of acts) await act(page);
  };
}

const tryPassword = (text) => steps(type("Master password", text), key("Enter"), pause(100));

const newVault = steps(
  press("New vault"),
  type("Name of the vault", "Archive"),
  type("Your name", "Mara Lindqvist"),
  type("Master password", "violet kettle orbit sandstone"),
  type("Master password again", "violet kettle orbit sandstone"),
  pause(300),
);

const preview = steps(press("Import…"), press("Choose a file…"));
const restore = steps(press("Settings"), press("Restore…"), press("Choose a file…"));

/** Every screen outside the list of secrets in each of its states; `address` is the stand-in's query. */
const AROUND = [
  { name: "welcome", address: "?vaults=0", everySize: true },
  { name: "unlock", everySize: true },
  { name: "unlock-many-long", address: "?vaults=14&long", everySize: true },
  { name: "unlock-wrong", steps: tryPassword("nope") },
  { name: "unlock-wait", steps: steps(...Array.from({ length: 7 }, (_, index) => tryPassword(`nope ${index}`))) },
  { name: "unlock-recovery", steps: steps(press("Use the recovery code"), type("Recovery code", "7H4K-92MW")) },
  { name: "unlock-rollback", steps: tryPassword("rollback") },
  {
    name: "locked-by-other",
    address: "?unlocked",
    steps: (page) =>
      page.evaluate(() =>
        window.mockBackend.emit({
          kind: "locked",
          reason: "keys_changed",
          message: "Ada Brandt changed the vault's keys. Unlock again.",
        }),
      ),
  },
  { name: "vault-newer", address: "?vaults=5", steps: (page) => page.getByText("Needs a newer").click() },
  { name: "vault-damaged", address: "?vaults=5", steps: (page) => page.getByText("Damaged").click() },
  { name: "vault-missing", address: "?vaults=5", steps: (page) => page.getByText("Folder not found").click() },
  { name: "vaults-unreadable", address: "?fail=vault_list" },
  { name: "start-failed", address: "?fail=app_status" },
  { name: "create", everySize: true, steps: newVault },
  { name: "create-refused", steps: steps(press("New vault"), press("Create vault")) },
  { name: "sheet", everySize: true, steps: steps(newVault, press("Create vault"), press("Save as a file…")) },
  { name: "settings", address: "?unlocked", everySize: true, steps: press("Settings") },
  { name: "settings-tier", address: "?unlocked&tier=pro&secrets=64", everySize: true, steps: press("Settings") },
  { name: "settings-tier-over", address: "?unlocked&tier=free", everySize: true, steps: press("Settings") },
  {
    name: "settings-tier-asked",
    address: "?unlocked",
    steps: steps(press("Settings"), (page) => page.getByText("Free", { exact: true }).click(), pause(200)),
  },
  { name: "settings-viewer", address: "?unlocked&tier=pro&role=viewer", steps: press("Settings") },
  { name: "settings-tier-unreadable", address: "?unlocked&fail=vault_settings_get", steps: press("Settings") },
  {
    name: "settings-results",
    address: "?unlocked&long",
    steps: steps(press("Settings"), press("Back up…"), press("Check now")),
  },
  {
    name: "settings-failures",
    address: "?unlocked&fail=backup_create,vault_check",
    steps: steps(press("Settings"), press("Back up…"), press("Check now")),
  },
  {
    name: "password",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      press("Settings"),
      press("Change…"),
      type("New password", "acme storage"),
      pause(300),
      press("Change password"),
    ),
  },
  { name: "renew", address: "?unlocked", steps: steps(press("Settings"), press("Make a new code…")) },
  {
    name: "restore",
    address: "?unlocked",
    steps: steps(restore, type("Password of the backup", PASSWORD), press("Check")),
  },
  { name: "import", address: "?unlocked", everySize: true, steps: press("Import…") },
  { name: "import-refused", address: "?unlocked&fail=import_preview", steps: preview },
  { name: "import-preview", address: "?unlocked", everySize: true, steps: preview },
  {
    name: "import-progress",
    address: "?unlocked",
    steps: steps(preview, (page) => page.getByRole("button", { name: /^Import \d+ items$/ }).click(), pause(600)),
  },
  {
    name: "import-report",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      preview,
      (page) => page.getByRole("checkbox", { name: "Import AWS deploy" }).click(),
      (page) => page.getByRole("button", { name: /^Import \d+ items$/ }).click(),
      (page) => page.getByRole("heading", { name: "Import finished" }).waitFor(),
    ),
  },
];

/** The list of secrets and what opens from it. */
const SECRETS = [
  { name: "secrets", address: "?unlocked", everySize: true },
  { name: "secrets-none", address: "?unlocked&secrets=0" },
  { name: "secrets-many", address: "?unlocked&secrets=100000" },
  { name: "secrets-unreadable", address: "?unlocked&fail=secret_list" },
  { name: "secrets-read-only-long", address: "?unlocked&readonly&long", everySize: true },
  { name: "trash-empty", address: "?unlocked", steps: (page) => page.getByRole("button", { name: /^Trash/ }).click() },
];

const place = (name) => (page) =>
  page
    .getByRole("navigation")
    .getByRole("button", { name: new RegExp(`^${name}`) })
    .click();
const row = (index) => (page) => page.locator(`#audit-row-${index}`).click();

const endless = (page) => page.evaluate(() => window.mockBackend.answer("audit_verify", () => new Promise(() => {})));
const halfThrough = (page) =>
  page.evaluate(() =>
    window.mockBackend.emit({ kind: "progress", job: "audit_verify", stage: "read", done: 48_000, total: 100_000 }),
  );
const badLog = (page) =>
  page.evaluate(() =>
    window.mockBackend.answer("audit_verify", () => ({
      ok: false,
      checked: 41,
      first_bad: {
        position: 41,
        time: "2026-11-14T09:12:44.000Z",
        actor: "Jun Okafor",
        action: "secret_rotated",
        why: "Its content does not match its hash.",
      },
      problems: [{ kind: "record", message: "The secret “B2 cold archive” is not as its newest entry says." }],
    })),
  );

const AUDIT = [
  { name: "audit", address: "?unlocked", everySize: true, steps: steps(place("Audit"), pause(200)) },
  { name: "audit-entry", address: "?unlocked", everySize: true, steps: steps(place("Audit"), row(2), pause(200)) },
  {
    name: "audit-long",
    address: "?unlocked&long&entries=100000",
    everySize: true,
    steps: steps(place("Audit"), row(1), pause(300)),
  },
  { name: "audit-none", address: "?unlocked&entries=0", steps: steps(place("Audit"), pause(200)) },
  { name: "audit-unreadable", address: "?unlocked&fail=audit_list", steps: steps(place("Audit"), pause(200)) },
  {
    name: "audit-verifying",
    address: "?unlocked&entries=100000",
    steps: steps(place("Audit"), endless, press("Verify"), halfThrough, pause(100)),
  },
  { name: "audit-whole", address: "?unlocked", steps: steps(place("Audit"), press("Verify"), pause(900)) },
  {
    name: "audit-bad",
    address: "?unlocked",
    everySize: true,
    steps: steps(place("Audit"), badLog, press("Verify"), pause(200), press("Show the entry"), pause(200)),
  },
  {
    name: "audit-export",
    address: "?unlocked",
    steps: steps(place("Audit"), press("Export…"), press("Save as…"), pause(900)),
  },
];

export const SCREENS = [...AROUND, ...SECRETS, ...AUDIT];
