// Generated from the table of commands: cargo run -p turnstone-commands --example export_bindings

export type AppStatus = { state: SessionState, vault: VaultView | null, member: MemberView | null, 
/**
 * Why the vault can only be read; `null` when it can be written.
 */
read_only: string | null, 
/**
 * A recovery code was made and not yet confirmed as saved.
 */
recovery_unconfirmed: boolean, settings: Settings, clipboard: ClipboardStatus | null, idle_lock_at: string | null, version: string, };

export type AuditLine = { sequence: number, time: string, actor: string, action: string, resource_type: string, resource_id: string | null, resource_name: string | null, changed: Array<string>, reason: string | null, result: string, };

export type AuditList = { 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, cursor?: string | null, };

/**
 * The audit log, newest first.
 */
export type AuditPage = { entries: Array<AuditLine>, next_cursor: string | null, };

export type BackupCheck = { ok: boolean, vault: VaultView, created_at: string, secrets: number, problems: Array<CheckProblem>, };

/**
 * Where the backup went, or that the person closed the chooser.
 */
export type BackupCreated = { file_name: string, bytes: number, secrets: number, } | { cancelled: boolean, };

export type BackupFile = { 
/**
 * From `file_open` with the purpose `backup`.
 */
file_id: string, password: string, };

export type BackupRestored = { vault: VaultView, };

/**
 * The catalogue of types, methods and fields as `domain` has it: forms, labels and help come from here.
 */
export type Catalogue = { types: Array<CatalogueType>, presets: Array<PresetView>, };

export type CatalogueField = { name: string, label: string, help: string, kind: "identifier" | "secret" | "text" | "service_account_json" | "sas_url", env_name: string | null, 
/**
 * Keeps its value when an update leaves it out.
 */
lasting: boolean, chars_max: number, example: string, };

export type CatalogueMethod = { method: string, label: string, fields: Array<CatalogueField>, };

export type CatalogueType = { type: string, label: string, 
/**
 * Two letters for a tile.
 */
mark: string, help: string, methods: Array<CatalogueMethod>, };

export type Changed = "secrets" | "trash" | "settings" | "audit" | "vaults";

export type CheckProblem = { kind: string, message: string, };

export type CheckedCounts = { pages: number, secrets: number, versions: number, entries: number, };

export type ClipboardStatus = { label: string, remaining_ms: number, };

/**
 * A request or an answer without members.
 */
export type Empty = Record<string, never>;

/**
 * What the window hears about without asking, sent as the event `turnstone`. Never a value.
 */
export type Event = { "kind": "locked", reason: LockReason, } | { "kind": "changed", what: Array<Changed>, } | { "kind": "progress", job: string, stage: string, done: number, total: number, } | { "kind": "clipboard", label: string, remaining_ms: number, };

/**
 * Where an external secret has the value of one field.
 */
export type FieldMapping = { field_name: string, reference: string, };

export type FileOpen = { 
/**
 * `import` or `backup`.
 */
purpose: "import" | "backup", };

/**
 * The file the person chose, by an id that lasts until the window closes, or that none was chosen.
 */
export type FileOpened = { file_id: string, file_name: string, bytes: number, } | { cancelled: boolean, };

export type Generate = { 
/**
 * 40 when absent.
 */
length?: number | null, 
/**
 * `alphanumeric` (when absent), `hex`, `base64url`, `digits`, `symbols`, or the characters themselves.
 */
alphabet?: string | null, };

/**
 * A hint, or an error of one field: where, what, and a stable type.
 */
export type HintView = { loc: (string | number)[], message: string, type: string, };

/**
 * `{"keep": 0}` keeps no old value.
 */
export type HistoryGiven = { keep?: number | null, grace_days?: number | null, };

export type HistoryView = { 
/**
 * Old values kept besides the current one; 0 = overwritten at once.
 */
keep: number, grace_days: number | null, };

export type ImportBecomes = { name: string, secret_type: string, auth_method: string, fields: Array<MaskedField>, hints: Array<HintView>, };

/**
 * Counted in secrets: `found = create + update + unchanged + skip`.
 */
export type ImportCounts = { found: number, create: number, update: number, unchanged: number, skip: number, };

export type ImportFile = { 
/**
 * From `file_open` with the purpose `import`.
 */
file_id: string, 
/**
 * The items to take; the preview's defaults when absent.
 */
items?: Array<string> | null, };

export type ImportItem = { item_id: string, title: string, vault: string, archived: boolean, becomes: Array<ImportBecomes>, action: "create" | "update" | "unchanged" | "skip", 
/**
 * Why it is skipped.
 */
reason: string | null, 
/**
 * What moves to the notes.
 */
notes: Array<string>, };

export type ImportPreview = { format: string, items: Array<ImportItem>, counts: ImportCounts, };

/**
 * Counted in secrets: `found = imported + updated + unchanged + skipped.length`.
 */
export type ImportReport = { found: number, imported: number, updated: number, unchanged: number, skipped: Array<ImportSkipped>, };

export type ImportSkipped = { title: string, reason: string, };

export type LockReason = "asked" | "idle" | "sleep" | "quit" | "changed";

export type MaskedField = { name: string, mask: string, };

export type MemberView = { id: string, name: string, role: "owner" | "admin" | "operator" | "viewer", };

/**
 * What a change did. `created`, `updated` and `deleted` are true or null.
 */
export type Mutation = { secret_name: string, created: boolean | null, updated: boolean | null, deleted: boolean | null, changed: Array<string>, hints: Array<HintView>, 
/**
 * `null` when the secret is gone for good.
 */
secret: SecretView | null, };

export type PasswordChange = { current_password: string, new_password: string, };

export type PasswordStrength = { 
/**
 * 0–4; 3 is asked for.
 */
score: number, acceptable: boolean, message: string, suggestions: Array<string>, };

export type PasswordStrengthAsk = { password: string, 
/**
 * Words that make a poor password here, such as the vault's name.
 */
words?: Array<string> | null, };

export type PresetView = { id: string, label: string, env_key: string | null, allowed_domains: Array<string>, help: string, value_prefix: string | null, };

export type RecoveryRenew = { password: string, };

/**
 * A code made for a person to write down, shown until confirmed as saved (the one exception of OUT-01).
 */
export type RecoveryRenewed = { recovery_code: string, };

export type SecretAnswer = { secret: SecretView, };

/**
 * What is on the clipboard now, and for how long.
 */
export type SecretCopied = { label: string, clears_in_ms: number, };

export type SecretCopy = { id: string, 
/**
 * May be left out where the method has one secret field only.
 */
field?: string | null, };

export type SecretCreate = { name: string, description?: string | null, notes?: string | null, tags?: Array<string> | null, secret_type: string, 
/**
 * May be left out where the type has one only.
 */
auth_method?: string | null, credentials?: { [key in string]: string } | null, 
/**
 * Makes the `value` of a generic secret in Rust, in place of `credentials`.
 */
generate?: Generate | null, vault_connection_id?: string | null, field_mappings?: Array<FieldMapping> | null, env_key?: string | null, 
/**
 * `[]` reads as unrestricted.
 */
allowed_domains?: Array<string> | null, history?: HistoryGiven | null, 
/**
 * Why it is made; the first line of its history.
 */
reason?: string | null, };

export type SecretDelete = { id: string, 
/**
 * Destroys every value now instead of moving the secret to the trash.
 */
destroy?: boolean | null, 
/**
 * Unlinks the locations that use it.
 */
force?: boolean | null, reason?: string | null, };

export type SecretField = { name: string, label: string, kind: "identifier" | "secret" | "text" | "service_account_json" | "sas_url", mask: string, };

/**
 * A create or an update as it stands in the form.
 */
export type SecretHints = { "create": SecretCreate } | { "update": SecretUpdate };

export type SecretHintsAnswer = { details: Array<HintView>, hints: Array<HintView>, 
/**
 * Hosts that `allowed_domains` would open.
 */
widened: Array<string>, };

/**
 * The rotation history, newest first.
 */
export type SecretHistory = { versions: Array<VersionView>, };

export type SecretList = { query?: string | null, type?: string | null, types?: Array<string> | null, tag?: string | null, tags?: Array<string> | null, age?: "any" | "over_90_days", health?: "fine" | "hint" | "old" | "expiring" | "expired", sort?: "name" | "-name" | "age" | "-age" | "type" | "-type" | "updated" | "-updated" | "env_key" | "-env_key" | "health" | "-health", 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, cursor?: string | null, 
/**
 * Random access for a window's scroll bar, in place of `cursor`.
 */
offset?: number | null, };

export type SecretPage = { secrets: Array<SecretView>, next_cursor: string | null, 
/**
 * `null` for a search that found more than it counts ("200+").
 */
total: number | null, };

export type SecretRef = { id: string, };

export type SecretRestore = { id: string, 
/**
 * The number of a kept version.
 */
version: number, reason?: string | null, };

/**
 * Absent stays as it is; `null` clears what can be empty.
 */
export type SecretUpdate = { id: string, name?: string | null, description?: string | null, notes?: string | null, tags?: Array<string> | null, secret_type?: string | null, auth_method?: string | null, credentials?: { [key in string]: string } | null, generate?: Generate | null, vault_connection_id?: string | null, field_mappings?: Array<FieldMapping> | null, env_key?: string | null, allowed_domains?: Array<string> | null, history?: HistoryGiven | null, reason?: string | null, expected_revision?: number | null, 
/**
 * What becomes of the value that is replaced: `keep` (as the history policy says) or `destroy` now.
 */
previous?: string | null, };

/**
 * Metadata and masks of a secret: all that anyone sees of it.
 */
export type SecretView = { id: string, name: string, description: string, notes: string, tags: Array<string>, secret_type: string, type_label: string, mark: string, auth_method: string, mode: "direct" | "external", fields: Array<SecretField>, env_key: string | null, 
/**
 * `[]` for unrestricted.
 */
allowed_domains: Array<string>, history: HistoryView, revision: number, 
/**
 * The number of the current version; `null` where the values are in another vault.
 */
version: number | null, created_at: string, created_by: string, updated_at: string, rotated_at: string, expires_at: string | null, health: "fine" | "hint" | "old" | "expiring" | "expired", health_message: string, trashed_at: string | null, };

export type SessionState = "locked" | "unlocked";

export type Settings = { theme: "system" | "light" | "dark", 
/**
 * 5–300, 30 by default.
 */
clipboard_seconds: number, 
/**
 * 1–240, 5 by default.
 */
idle_lock_minutes: number, };

export type SettingsUpdate = { theme?: "system" | "light" | "dark", clipboard_seconds?: number, idle_lock_minutes?: number, };

export type SheetSaved = { saved_as: string, } | { cancelled: boolean, };

export type TagCount = { tag: string, count: number, };

export type TagList = { tags: Array<TagCount>, counts: VaultCounts, };

export type TrashEmptied = { deleted: number, };

export type TrashList = { 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, cursor?: string | null, };

export type VaultAdded = { vault: VaultView, } | { cancelled: boolean, };

export type VaultCheck = { ok: boolean, problems: Array<CheckProblem>, checked: CheckedCounts, };

export type VaultCounts = { live: number, trashed: number, by_type: { [key in string]: number }, by_health: { [key in string]: number }, };

export type VaultCreate = { name: string, member_name: string, password: string, };

/**
 * The new vault, unlocked, and the recovery code: shown until confirmed as saved (the one exception of OUT-01).
 */
export type VaultCreated = { vault: VaultView, recovery_code: string, };

export type VaultList = { vaults: Array<VaultListed>, };

export type VaultListed = { vault_id: string, name: string, 
/**
 * The folder's name with its parents shortened, for telling vaults apart.
 */
folder: string, state: VaultState, 
/**
 * What is wrong and what to do; empty when nothing is.
 */
message: string, last_opened_at: string | null, };

export type VaultState = "ok" | "damaged" | "newer_format" | "missing";

/**
 * By the password or by the recovery code, one of them.
 */
export type VaultUnlock = { vault_id: string, 
/**
 * As `vault_list` shows it: tells a restored backup from the vault that it was made of.
 */
folder?: string | null, password?: string | null, recovery_code?: string | null, 
/**
 * The person knows that the folder is older than what this device saw (a restored backup) and takes it.
 */
accept_rollback?: boolean | null, };

export type VaultView = { vault_id: string, name: string, };

export type VersionDestroy = { id: string, version: number, 
/**
 * Erases the mask too.
 */
forget?: boolean | null, reason?: string | null, };

export type VersionView = { number: number, state: "pending" | "current" | "previous" | "retired" | "destroying" | "destroyed", created_at: string, created_by: string, how: "created" | "manual" | "generated" | "managed" | "imported" | "restored", reason: string | null, 
/**
 * By field name; `null` when the version was destroyed and forgotten.
 */
masks: { [key in string]: string } | null, 
/**
 * The version that this one restored.
 */
origin: number | null, 
/**
 * What verification against a provider said; `null` when none ran.
 */
verification: null, auth_method: string, 
/**
 * Whether `secret_restore` can make it current again.
 */
restorable: boolean, };

export type ErrorType = "invalid_request" | "authentication_failed" | "vault_locked" | "access_forbidden" | "limit_reached" | "not_found" | "already_exists" | "conflict" | "in_use" | "validation_error" | "upgrade_required" | "rate_limited" | "internal_error" | "bad_gateway" | "gateway_timeout";

/** The one envelope of every failure. */
export interface Rejection {
  status: number;
  type: ErrorType;
  message: string;
  details: HintView[];
  retry_after_ms?: number;
  limit?: number;
  current?: number;
  existing_id?: string;
  current_revision?: number;
  dependants?: Dependant[];
}

export type Dependant = { kind: "location"; id: string; name: string } | { kind: "rotation"; started_at: string };

/** Every command of the window: what goes in, what comes back. A failure rejects with a `Rejection`. */
export interface Commands {
  vault_list: { request: Empty; answer: VaultList };
  vault_check: { request: Empty; answer: VaultCheck };
  password_change: { request: PasswordChange; answer: Empty };
  catalogue_get: { request: Empty; answer: Catalogue };
  secret_create: { request: SecretCreate; answer: Mutation };
  secret_update: { request: SecretUpdate; answer: Mutation };
  secret_get: { request: SecretRef; answer: SecretAnswer };
  secret_list: { request: SecretList; answer: SecretPage };
  secret_copy: { request: SecretCopy; answer: SecretCopied };
  tag_list: { request: Empty; answer: TagList };
  secret_history: { request: SecretRef; answer: SecretHistory };
  secret_restore: { request: SecretRestore; answer: Mutation };
  version_destroy: { request: VersionDestroy; answer: Mutation };
  secret_delete: { request: SecretDelete; answer: Mutation };
  secret_undelete: { request: SecretRef; answer: Mutation };
  trash_list: { request: TrashList; answer: SecretPage };
  trash_empty: { request: Empty; answer: TrashEmptied };
  audit_list: { request: AuditList; answer: AuditPage };
  app_status: { request: Empty; answer: AppStatus };
  activity: { request: Empty; answer: Empty };
  vault_create: { request: VaultCreate; answer: VaultCreated };
  vault_add: { request: Empty; answer: VaultAdded };
  vault_unlock: { request: VaultUnlock; answer: AppStatus };
  vault_lock: { request: Empty; answer: Empty };
  password_strength: { request: PasswordStrengthAsk; answer: PasswordStrength };
  recovery_sheet_save: { request: Empty; answer: SheetSaved };
  recovery_sheet_print: { request: Empty; answer: Empty };
  recovery_confirm: { request: Empty; answer: Empty };
  recovery_renew: { request: RecoveryRenew; answer: RecoveryRenewed };
  settings_get: { request: Empty; answer: Settings };
  settings_update: { request: SettingsUpdate; answer: Settings };
  secret_hints: { request: SecretHints; answer: SecretHintsAnswer };
  clipboard_clear: { request: Empty; answer: Empty };
  file_open: { request: FileOpen; answer: FileOpened };
  import_preview: { request: ImportFile; answer: ImportPreview };
  import_apply: { request: ImportFile; answer: ImportReport };
  backup_create: { request: Empty; answer: BackupCreated };
  backup_check: { request: BackupFile; answer: BackupCheck };
  backup_restore: { request: BackupFile; answer: BackupRestored };
}
