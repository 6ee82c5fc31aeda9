import type { Handlers } from "./mock-world";
import { refusal, type MockWorld } from "./mock-world";

/** The password that opens every vault of the stand-in. */
export const MOCK_PASSWORD = "correct horse battery staple";
export const MOCK_RECOVERY_CODE = "7H4K-92MW-XEN3-BDV8-RTC5-JYPA-0GZS-FQ6N-T1WE";

const ROLLBACK =
  "This folder is not the newest state of the vault that this device has opened: its newest change is number 412, this device saw 430. " +
  "Either another copy of the same vault was opened here, such as a restored backup, or an older folder was put in this place.";
const WRONG_BEFORE_WAIT = 5;

type AppCommand =
  | "app_status"
  | "vault_list"
  | "vault_create"
  | "vault_add"
  | "password_strength"
  | "recovery_sheet_save"
  | "recovery_sheet_print"
  | "recovery_confirm"
  | "vault_unlock"
  | "vault_lock"
  | "vault_check"
  | "password_change"
  | "recovery_renew"
  | "backup_create"
  | "backup_check"
  | "backup_restore"
  | "file_open"
  | "settings_get"
  | "settings_update"
  | "clipboard_clear"
  | "activity"
  | "console_open";

export function appCommands(world: MockWorld): Pick<Handlers, AppCommand> {
  return {
    app_status: () => world.status,
    vault_list: () => ({ vaults: world.vaults }),
    vault_create: ({ name, member_name }) => {
      if (world.vaults.some((vault) => vault.name === name)) {
        throw refusal(409, "already_exists", "There is a vault with this name already.", [
          { loc: ["name"], message: "There is a vault with this name already. Choose another.", type: "taken" },
        ]);
      }
      world.vault = { vault_id: `vlt_0${world.vaults.length + 1}`, name };
      world.vaults.unshift({
        ...world.vault,
        folder: `/home/mara/.local/share/turnstone/${name.toLowerCase()}`,
        state: "ok",
        message: "",
        last_opened_at: new Date().toISOString(),
      });
      world.member = { id: "mem_01", name: member_name, role: "owner" };
      world.secrets.length = 0;
      world.unlocked = true;
      world.recoveryUnconfirmed = true;
      return { vault: world.vault, recovery_code: MOCK_RECOVERY_CODE };
    },
    vault_add: () => ({ cancelled: true }),
    password_strength: ({ password, words }) => strength(password, words ?? []),
    recovery_sheet_save: () => ({ saved_as: "acme-storage-emergency-sheet.txt" }),
    recovery_sheet_print: () => ({}),
    recovery_confirm: () => {
      world.recoveryUnconfirmed = false;
      return {};
    },
    vault_unlock: (request) => unlock(world, request),
    vault_lock: () => {
      world.unlocked = false;
      return {};
    },
    vault_check: () => ({
      ok: true,
      problems: [],
      checked: { pages: 412, secrets: world.secrets.length, versions: world.secrets.length * 3, entries: 907 },
    }),
    password_change: ({ current_password }) => {
      refuseWrong(current_password, "current_password");
      return {};
    },
    recovery_renew: ({ password }) => {
      refuseWrong(password, "password");
      world.recoveryUnconfirmed = true;
      return { recovery_code: MOCK_RECOVERY_CODE };
    },
    backup_create: () => ({
      file_name: "acme-storage-20261121.turnstone",
      bytes: 482_304,
      secrets: world.secrets.length,
    }),
    backup_check: ({ password }) => {
      refuseWrong(password, "password");
      return { ok: true, vault: world.vault, created_at: "2026-11-14T08:12:00.000Z", secrets: 126, problems: [] };
    },
    backup_restore: ({ password }) => {
      refuseWrong(password, "password");
      const vault = { vault_id: "vlt_09", name: "Acme storage (restored)" };
      world.vaults.push({
        ...vault,
        folder: "/home/mara/acme-restored",
        state: "ok",
        message: "",
        last_opened_at: null,
      });
      return { vault };
    },
    file_open: ({ purpose }) => ({
      file_id: "fil_01",
      file_name: purpose === "import" ? "1PasswordExport-acme.1pux" : "acme-storage-20261114.turnstone",
      bytes: 184_220,
    }),
    settings_get: () => world.settings,
    settings_update: (change) => {
      world.settings = { ...world.settings, ...change };
      return world.settings;
    },
    clipboard_clear: () => {
      world.clipboard = null;
      return {};
    },
    activity: () => ({}),
    console_open: () => ({}),
  };
}

function unlock(world: MockWorld, request: Parameters<Handlers["vault_unlock"]>[0]) {
  const right = request.password === MOCK_PASSWORD || request.recovery_code === MOCK_RECOVERY_CODE;
  if (request.password === "rollback" && request.accept_rollback !== true) {
    throw refusal(409, "conflict", ROLLBACK, [{ loc: [], message: ROLLBACK, type: "rollback" }]);
  }
  if (!right && request.accept_rollback !== true) {
    world.wrongPasswords += 1;
    if (world.wrongPasswords >= WRONG_BEFORE_WAIT) {
      const seconds = 2 ** Math.min(8, world.wrongPasswords - WRONG_BEFORE_WAIT);
      throw refusal(429, "rate_limited", `Too many wrong attempts. Try again in ${seconds} s.`, [], {
        retry_after_ms: seconds * 1000,
      });
    }
    throw refusal(401, "authentication_failed", "The password is wrong. Nothing was opened.");
  }
  const entry = world.vaults.find((vault) => vault.vault_id === request.vault_id);
  world.vault = { vault_id: request.vault_id, name: entry?.name ?? world.vault.name };
  world.wrongPasswords = 0;
  world.unlocked = true;
  return world.status;
}

function refuseWrong(password: string, member: string): void {
  if (password === MOCK_PASSWORD) return;
  throw refusal(401, "authentication_failed", "The password is wrong.", [
    { loc: [member], message: "The password is wrong.", type: "wrong_password" },
  ]);
}

function strength(password: string, words: string[]) {
  const known = words.some((word) => word.length > 2 && password.toLowerCase().includes(word.toLowerCase()));
  const score = Math.min(4, Math.floor(new Set(password).size / 4) + (password.length > 15 ? 1 : 0)) - (known ? 1 : 0);
  const acceptable = score >= 3;
  return {
    score: Math.max(0, score),
    acceptable,
    message: acceptable
      ? "Strong."
      : known
        ? "Too easy to guess. It holds a name that belongs to this vault."
        : "Too easy to guess.",
    suggestions: acceptable ? [] : ["Use four or more words that do not belong together."],
  };
}
