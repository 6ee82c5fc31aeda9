import { pause, pick, press, pressLike, steps, type, key } from "../acts.mjs";

export const PASSWORD = "correct horse battery staple";

const tryPassword = (text) => steps(type("Master password", text), key("Enter"), pause(100));

const newVault = steps(
  press("New vault"),
  type("Name of the vault", "Archive"),
  type("Your name", "Mara Lindqvist"),
  type("Master password", "violet kettle orbit sandstone"),
  type("Master password again", "violet kettle orbit sandstone"),
  pause(300),
);

const live = steps(press("Import…"), press("From 1Password…"), pause(200));
const liveVaults = steps(live, pressLike(/^Show its vaults/), pause(300));
const preview = steps(press("Import…"), press("Choose a file…"));
const restore = steps(press("Settings"), press("Restore…"), press("Choose a file…"));

/** Every screen outside the list of secrets in each of its states; `address` is the stand-in's query. */
export const AROUND = [
  { name: "welcome", address: "?vaults=0", everySize: true },
  { name: "unlock", everySize: true },
  { name: "unlock-many-long", address: "?vaults=14&long", everySize: true },
  { name: "unlock-wrong", steps: tryPassword("nope") },
  { name: "unlock-wait", steps: steps(...Array.from({ length: 7 }, (_, index) => tryPassword(`nope ${index}`))) },
  { name: "unlock-recovery", steps: steps(press("Use the recovery code"), type("Recovery code", "7H4K-92MW")) },
  { name: "unlock-rollback", steps: tryPassword("rollback") },
  { name: "vault-newer", address: "?vaults=5", steps: (page) => page.getByText("Needs a newer").click() },
  { name: "vault-damaged", address: "?vaults=5", steps: (page) => page.getByText("Damaged").click() },
  { name: "vault-missing", address: "?vaults=5", steps: (page) => page.getByText("Folder not found").click() },
  { name: "vaults-unreadable", address: "?fail=vault_list" },
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
    steps: steps(press("Settings"), pick(/^Free$/), pause(200)),
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
  { name: "import-live", address: "?unlocked", everySize: true, steps: live },
  { name: "import-live-vaults", address: "?unlocked", everySize: true, steps: liveVaults },
  {
    name: "import-live-items",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      liveVaults,
      (page) => page.getByRole("checkbox", { name: "All of Shared" }).click(),
      pressLike(/^Infrastructure/),
      pause(300),
      (page) => page.getByRole("checkbox", { name: "Take AWS deploy", exact: true }).click(),
      pick("As references"),
    ),
  },
  {
    name: "import-live-empty",
    address: "?unlocked",
    steps: steps(liveVaults, pressLike(/^Nothing in it/), pause(300)),
  },
  {
    name: "import-live-unreadable",
    address: "?unlocked&fail=import_live_items",
    steps: steps(liveVaults, pressLike(/^Shared/), pause(300)),
  },
  {
    name: "import-live-refused",
    address: "?unlocked&fail=import_live_vaults",
    steps: steps(live, pressLike(/^Show its vaults/)),
  },
  {
    name: "import-live-progress",
    address: "?unlocked",
    steps: steps(
      liveVaults,
      (page) => page.getByRole("checkbox", { name: "All of Shared" }).click(),
      pressLike(/^Read 1,204 items$/),
      pause(150),
    ),
  },
  { name: "import-refused", address: "?unlocked&fail=import_preview", steps: preview },
  { name: "import-preview", address: "?unlocked", everySize: true, steps: preview },
  { name: "import-paste", address: "?unlocked", steps: steps(press("Import…"), press("Paste text")) },
  {
    name: "import-item",
    address: "?unlocked",
    everySize: true,
    steps: steps(preview, (page) => page.getByRole("button", { name: "AWS deploy" }).click(), pause(300)),
  },
  {
    name: "import-destroy",
    address: "?unlocked",
    steps: steps(preview, pressLike(/^Import \d+ items$/), press("Destroy the file…")),
  },
  {
    name: "import-progress",
    address: "?unlocked",
    steps: steps(preview, pressLike(/^Import \d+ items$/), pause(600)),
  },
  {
    name: "import-report",
    address: "?unlocked",
    everySize: true,
    steps: steps(
      preview,
      (page) => page.getByRole("checkbox", { name: "Import AWS deploy" }).click(),
      pressLike(/^Import \d+ items$/),
      (page) => page.getByRole("heading", { name: "Import finished" }).waitFor(),
    ),
  },
];
