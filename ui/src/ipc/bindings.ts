// Generated from the table of commands: cargo run -p turnstone-commands --example export_bindings

export type AgeWeek = { weeks: number, count: number, due_soon: number, overdue: number, };

/**
 * A key that a rotation has not ended, or not yet.
 */
export type AliveKey = { rotation_id: string, 
/**
 * `old` until its time is over, `kept` and `disabled` after a rotation that left it so, `new` where it is not in use yet.
 */
key: "old" | "kept" | "disabled" | "new", };

export type AppStatus = { state: SessionState, vault: VaultView | null, member: MemberView | null, 
/**
 * Why the vault can only be read; `null` when it can be written.
 */
read_only: string | null, 
/**
 * A recovery code was made and not yet confirmed as saved.
 */
recovery_unconfirmed: boolean, settings: Settings, clipboard: ClipboardStatus | null, idle_lock_at: string | null, version: string, };

export type AuditExport = { format: "csv" | "json_lines", filters?: AuditFilters | null, };

/**
 * Where the export went, or that the person closed the chooser or cancelled the job.
 */
export type AuditExported = { file_name: string, entries: number, bytes: number, } | { cancelled: boolean, };

/**
 * Which entries an export takes; all when absent.
 */
export type AuditFilters = { actor?: string | null, action?: AuditAction, resource_type?: AuditResource, resource_id?: string | null, since?: string | null, until?: string | null, };

export type AuditLine = { 
/**
 * Its place in the one list of all devices' entries.
 */
position: number, 
/**
 * Its number in its device's chain.
 */
sequence: number, device: string, time: string, actor: string, actor_id: string, action: string, resource_type: string, resource_id: string | null, resource_name: string | null, changed: Array<string>, reason: string | null, result: string, 
/**
 * What is wrong with the entry; its other members are as far as they can be read.
 */
fault: string | null, };

export type AuditList = { 
/**
 * A member's id.
 */
actor?: string | null, action?: AuditAction, resource_type?: AuditResource, resource_id?: string | null, 
/**
 * The first moment, RFC 3339.
 */
since?: string | null, 
/**
 * The moment before which it ends, RFC 3339.
 */
until?: string | null, 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, 
/**
 * Entries before this position.
 */
cursor?: string | null, 
/**
 * Random access for a window's scroll bar, in place of `cursor`.
 */
offset?: number | null, };

/**
 * The audit log, newest first.
 */
export type AuditPage = { entries: Array<AuditLine>, next_cursor: string | null, total: number, };

/**
 * What the whole log says when every entry's hash, chain, signature and right is looked at; or that the job was cancelled.
 */
export type AuditVerified = { ok: boolean, 
/**
 * Entries looked at.
 */
checked: number, first_bad: BadEntry | null, 
/**
 * All that is wrong, records that do not match their newest entry among it.
 */
problems: Array<CheckProblem>, } | { cancelled: boolean, };

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

export type BadEntry = { 
/**
 * Its place in the log; where an entry is missing, the place it should have.
 */
position: number, time: string | null, actor: string | null, action: string | null, why: string, };

/**
 * Locations by what verification says of them.
 */
export type BoardVerified = { ok: number, failed: number, unreachable: number, unverified: number, };

/**
 * Of one secret.
 */
export type BulkPlan = { secret_id: string, secret_name: string, mark: string, type_label: string, managed: boolean, style: "overlap" | "cut_over" | null, 
/**
 * The provider can disable a key without deleting it. Where it cannot do what was chosen, the old key is kept.
 */
disables: boolean, 
/**
 * It can end a key before its time.
 */
deletes: boolean, why_not: string | null, warnings: Array<string>, 
/**
 * With any of these it is refused; the others of the plan are rotated.
 */
blocks: Array<RotationBlock>, 
/**
 * Its provider was asked. Of many secrets at once it is not: then what stands in the way there is told when they are started.
 */
asked: boolean, locations: number, };

export type BulkRefused = { secret_id: string, secret_name: string, message: string, };

export type BulkStarted = { rotation_id: string, secret_id: string, secret_name: string, 
/**
 * Where it came to rest: the new key in use and the old one in its grace is `waiting`.
 */
state: RunState, 
/**
 * Why it stopped, or what it asks.
 */
message: string | null, };

/**
 * The catalogue of types, methods and fields as `domain` has it: forms, labels and help come from here.
 */
export type Catalogue = { types: Array<CatalogueType>, location_types: Array<CatalogueLocationType>, connection_types: Array<CatalogueConnectionType>, presets: Array<PresetView>, };

export type CatalogueConnectionField = { name: string, label: string, help: string, kind: "text" | "path" | "url" | "identifier" | "secret", 
/**
 * Taken where the field is left out.
 */
default: string | null, example: string, 
/**
 * "Rotate token" takes the field.
 */
comes_with_token: boolean, };

export type CatalogueConnectionMethod = { method: string, label: string, fields: Array<CatalogueConnectionField>, };

/**
 * A kind of external vault.
 */
export type CatalogueConnectionType = { type: string, label: string, mark: string, help: string, reference: CatalogueReference, methods: Array<CatalogueConnectionMethod>, };

export type CatalogueField = { name: string, label: string, help: string, kind: "identifier" | "secret" | "text" | "service_account_json" | "sas_url", env_name: string | null, 
/**
 * Keeps its value when an update leaves it out.
 */
lasting: boolean, chars_max: number, example: string, };

/**
 * A storage type, as the form of a location needs it.
 */
export type CatalogueLocationType = { type: string, label: string, mark: string, 
/**
 * What the provider calls the place.
 */
bucket_label: string, endpoint: "required" | "offered" | "optional", offer_asks: CatalogueOfferAsks, 
/**
 * Known regions; others are as good.
 */
regions: Array<string>, };

export type CatalogueMethod = { method: string, label: string, fields: Array<CatalogueField>, rotation: CatalogueRotation, };

/**
 * What an endpoint is offered from, beside the type.
 */
export type CatalogueOfferAsks = { region: boolean, 
/**
 * What the provider calls the account part.
 */
account: string | null, };

/**
 * What the provider is told beside the credentials.
 */
export type CatalogueParameter = { name: string, label: string, help: string, example: string, required: boolean, };

/**
 * How a place in an external vault is written.
 */
export type CatalogueReference = { label: string, help: string, example: string, };

/**
 * How keys of a method are rotated.
 */
export type CatalogueRotation = { 
/**
 * The provider can be asked for a new key.
 */
managed: boolean, way: "own_key" | "management" | "either" | null, style: "overlap" | "cut_over" | null, 
/**
 * Where the provider's own pages make keys.
 */
console_url: string | null, 
/**
 * By hand, a sentence a step.
 */
guide: Array<string>, 
/**
 * What another secret has to be to make keys for this one.
 */
management_help: string | null, management_types: Array<string>, parameters: Array<CatalogueParameter>, };

export type CatalogueType = { type: string, label: string, 
/**
 * Two letters for a tile.
 */
mark: string, help: string, methods: Array<CatalogueMethod>, };

export type Changed = "secrets" | "trash" | "locations" | "connections" | "rotations" | "members" | "vault_settings" | "settings" | "audit" | "vaults";

export type CheckProblem = { kind: string, message: string, };

export type CheckedCounts = { pages: number, secrets: number, versions: number, entries: number, };

export type ClipboardStatus = { label: string, remaining_ms: number, };

export type ConnectionAnswer = { connection: ConnectionView, };

export type ConnectionCreate = { name: string, description?: string | null, connection_type: string, 
/**
 * May be left out where the type has one only.
 */
method?: string | null, 
/**
 * The fields of one of the type's methods: where the other vault is, and the token that opens it.
 */
credentials: { [key in string]: string }, reason?: string | null, };

export type ConnectionDelete = { id: string, expected_revision?: number | null, reason?: string | null, };

/**
 * A secret field has a mask, any other its text.
 */
export type ConnectionField = { name: string, label: string, kind: "secret" | "text", 
/**
 * Comes with a new token.
 */
comes_with_token: boolean, mask: string | null, text: string | null, };

export type ConnectionList = { type?: string | null, 
/**
 * A part of the name.
 */
query?: string | null, 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, cursor?: string | null, };

/**
 * What a change did. `created`, `updated` and `deleted` are true or null.
 */
export type ConnectionMutation = { connection_name: string, created: boolean | null, updated: boolean | null, deleted: boolean | null, changed: Array<string>, hints: Array<HintView>, 
/**
 * `null` when the connection is gone.
 */
connection: ConnectionView | null, };

/**
 * Connections by name.
 */
export type ConnectionPage = { connections: Array<ConnectionView>, next_cursor: string | null, total: number, };

export type ConnectionRef = { id: string, };

export type ConnectionRotateToken = { id: string, 
/**
 * The fields that come with a token: the secret ones, and an identifier where it is another.
 */
credentials: { [key in string]: string }, expected_revision?: number | null, reason?: string | null, };

/**
 * Absent stays as it is; `null` clears what can be empty.
 */
export type ConnectionUpdate = { id: string, name?: string | null, description?: string | null, 
/**
 * Refused: it never changes.
 */
connection_type?: string | null, 
/**
 * Refused: it never changes.
 */
method?: string | null, 
/**
 * Refused: a token is changed by `connection_rotate_token`.
 */
credentials?: { [key in string]: string } | null, expected_revision?: number | null, reason?: string | null, };

/**
 * Metadata and masks of a connection: all that anyone sees of it.
 */
export type ConnectionView = { id: string, name: string, description: string, connection_type: string, type_label: string, mark: string, method: string, fields: Array<ConnectionField>, 
/**
 * How many secrets have their values there.
 */
used_by: number, revision: number, created_at: string, created_by: string, updated_at: string, 
/**
 * When the token in use came to be in use.
 */
rotated_at: string, };

/**
 * The pages on which this method's provider makes keys.
 */
export type ConsoleOpen = { auth_method: string, };

export type DueDay = { 
/**
 * `2026-11-24`, in UTC.
 */
date: string, count: number, };

export type DueSecret = { id: string, name: string, mark: string, type_label: string, due_at: string, 
/**
 * Its provider can be asked for a new key.
 */
managed: boolean, rotation: OpenRotation | null, };

/**
 * A request or an answer without members.
 */
export type Empty = Record<string, never>;

export type EndpointOffer = { location_type: string, region?: string | null, 
/**
 * What some providers put into the endpoint beside or instead of a region, such as R2's account id.
 */
account?: string | null, };

export type EndpointOffered = { 
/**
 * `null` where the provider's endpoint does not follow from what was given.
 */
endpoint_url: string | null, };

/**
 * What the window hears about without asking, sent as the event `turnstone`. Never a value.
 */
export type Event = { "kind": "locked", reason: LockReason, 
/**
 * What to tell the person, where the reason alone does not say it.
 */
message?: string, } | { "kind": "changed", what: Array<Changed>, } | { "kind": "progress", job: string, stage: string, done: number, total: number, } | { "kind": "rotation_changed", rotation_id: string, secret_id: string, } | { "kind": "file_dropped", file_id: string, file_name: string, } | { "kind": "clipboard", label: string, remaining_ms: number, };

/**
 * Where a new value has to be made.
 */
export type ExposedKind = "secret" | "external" | "trashed" | "connection" | "gone";

export type ExposedSecret = { kind: ExposedKind, 
/**
 * Of a secret, or of a connection.
 */
id: string, name: string, 
/**
 * The log says that the member copied it or gave it to a program.
 */
copied: boolean, };

/**
 * What a member who was removed, or may use values no longer, could read, as far as it is as it was.
 */
export type Exposure = { member_id: string, member_name: string, ended_at: string, 
/**
 * Values and tokens that can be replaced in this vault.
 */
left: number, 
/**
 * Those of which this vault cannot tell: kept in another vault, or destroyed here as they were.
 */
elsewhere: number, 
/**
 * Those first that the log says they copied or handed to a program.
 */
secrets: Array<ExposedSecret>, };

/**
 * Where an external secret has the value of one field.
 */
export type FieldMapping = { field_name: string, reference: string, };

export type FieldMappingView = { field_name: string, reference: string, };

export type FileOpen = { 
/**
 * `import`, `key_file` or `backup`.
 */
purpose: "import" | "key_file" | "backup", };

/**
 * The file the person chose, by an id that lasts until the window closes, or that none was chosen.
 */
export type FileOpened = { file_id: string, file_name: string, bytes: number, } | { cancelled: boolean, };

export type FormerMember = { id: string, name: string, };

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

/**
 * "Someone may know my password": a new password and new keys of one's own.
 */
export type IdentityRenew = { current_password: string, new_password: string, };

/**
 * The recovery code is a new one too, shown until confirmed as saved (the one exception of OUT-01).
 */
export type IdentityRenewed = { recovery_code: string, 
/**
 * An owner's renewal gives the vault new keys at once; another member's asks an owner to.
 */
rekeyed: boolean, 
/**
 * Values that did not open before the vault got new keys, and so do not open with these either; the vault's check names them.
 */
unopened: number, } | { cancelled: boolean, };

export type IdentityView = { 
/**
 * `AWS account`, `Google Cloud project` or `Storage account`.
 */
label: string, text: string, };

export type ImportApplied = ImportReport | { cancelled: boolean, };

export type ImportBecomes = { name: string, 
/**
 * What it is called in the file, where that name is taken.
 */
renamed_from: string | null, secret_type: string, auth_method: string, 
/**
 * What the value is.
 */
kind: string, file_name: string | null, env_key: string | null, 
/**
 * Why it is taken for what it is.
 */
because: string | null, action: "create" | "update" | "unchanged" | "skip", fields: Array<MaskedField>, hints: Array<HintView>, 
/**
 * How many earlier values it brings.
 */
earlier: number, expires_at: string | null, locations: Array<ImportLocation>, 
/**
 * Where the same value is too.
 */
same_as: Array<ImportSame>, };

/**
 * What the person decides about items of the file, by their ids, or about all that `show` and `query` show.
 */
export type ImportChoose = { file_id: string, items?: Array<string> | null, show?: string | null, query?: string | null, 
/**
 * Whether they are imported.
 */
take?: boolean | null, 
/**
 * Whether the locations that the file names are made.
 */
locations?: boolean | null, 
/**
 * The question that `choice` answers.
 */
question?: string | null, choice?: string | null, };

export type ImportChosen = { counts: ImportCounts, };

export type ImportColumn = { name: string, use: string, };

/**
 * Counted in secrets: `found = create + update + unchanged + skip`. The others count items.
 */
export type ImportCounts = { found: number, create: number, update: number, unchanged: number, skip: number, items: number, 
/**
 * Items that bring something new as things are chosen now.
 */
taken: number, archived: number, trashed: number, 
/**
 * Items with a value that the vault or another item of the file has too.
 */
duplicate: number, renamed: number, question: number, location: number, left_out: number, 
/**
 * How many secrets the vault's tier still takes; none where it has no limit.
 */
room: number | null, };

/**
 * What was entered into the file's items: `found = kept + changed + left_out`.
 */
export type ImportFieldCounts = { 
/**
 * Counted in the file itself, before anything was made of it.
 */
found: number, kept: number, changed: number, left_out: number, };

/**
 * Reads the file where it was not read yet, or is to be read in another way; else shows what was read.
 */
export type ImportFile = { 
/**
 * From `file_open` with the purpose `import`, or from `import_paste`.
 */
file_id: string, 
/**
 * Of a protected file.
 */
password?: string | null, 
/**
 * Of a KeePass database; from `file_open` with the purpose `key_file`.
 */
key_file_id?: string | null, 
/**
 * Reads it as this format, whatever it looks like.
 */
format?: string | null, 
/**
 * What each column of a table holds.
 */
columns?: Array<string> | null, 
/**
 * What the first row of a table is: `names` of its columns, or `data`.
 */
first_row?: string | null, 
/**
 * Which items: `all`, `create`, `update`, `unchanged`, `skip`, `archived`, `trashed`, `duplicate`, `renamed`, `question`, `location`, `left_out`.
 */
show?: string | null, 
/**
 * In titles, vaults and folders.
 */
query?: string | null, offset?: number | null, 
/**
 * 200 unless told, 500 at most.
 */
limit?: number | null, };

export type ImportFileDestroy = { file_id: string, 
/**
 * That what the report lists as left out goes with the file.
 */
accept_left_out?: boolean | null, };

export type ImportFileDestroyed = { file_name: string, 
/**
 * What overwriting cannot promise.
 */
message: string, };

export type ImportFormat = { format: string, label: string, };

export type ImportGroup = { account: string, vault: string, folder: string, kind: string, found: number, imported: number, updated: number, unchanged: number, skipped: number, };

export type ImportItem = { item_id: string, title: string, account: string, vault: string, folder: string, 
/**
 * What it is where it comes from.
 */
kind: string, state: "active" | "archived" | "trashed", becomes: Array<ImportBecomes>, 
/**
 * Whether it is imported as things are chosen now.
 */
taken: boolean, with_locations: boolean, 
/**
 * Of its secrets, what comes first: `create`, `update`, `unchanged`, `skip`.
 */
action: "create" | "update" | "unchanged" | "skip", 
/**
 * Why it is skipped.
 */
reason: string | null, questions: Array<ImportQuestion>, 
/**
 * What moves to the notes, what changes, what is left out.
 */
notes: Array<string>, };

export type ImportLeftOut = { title: string, 
/**
 * None: the whole secret.
 */
field: string | null, reason: string, };

export type ImportLiveChosen = { vault_id: string, 
/**
 * All of the vault when absent.
 */
items?: Array<string> | null, 
/**
 * All of the vault but these.
 */
except?: Array<string> | null, };

export type ImportLiveItem = { item_id: string, title: string, 
/**
 * What it is there.
 */
kind: string, state: "active" | "archived" | "trashed", tags: Array<string>, updated_at: string | null, };

/**
 * The items of a vault, without their values. They are asked for once; `import_live_vaults` begins anew.
 */
export type ImportLiveItems = { from: string, account?: string | null, vault_id: string, 
/**
 * In titles and tags.
 */
query?: string | null, offset?: number | null, 
/**
 * 200 unless told, 1000 at most.
 */
limit?: number | null, };

/**
 * Reads the chosen items. What was read is held as a file's content is, by the id that is answered.
 */
export type ImportLiveOpen = { from: string, account?: string | null, chosen: Array<ImportLiveChosen>, 
/**
 * `copies`: the values are sealed in this vault. `references`: they stay in 1Password.
 */
as: "copies" | "references", };

export type ImportLiveOpened = { file_id: string, name: string, } | { cancelled: boolean, };

export type ImportLivePage = { items: Array<ImportLiveItem>, 
/**
 * The place of the first of `items` among those that match.
 */
offset: number, matching: number, 
/**
 * How many items the vault has.
 */
total: number, 
/**
 * Entries of 1Password's list that were not understood.
 */
unreadable: number, };

export type ImportLiveSource = { 
/**
 * What it is called: the connection's name, or the app's.
 */
name: string, 
/**
 * Whether secrets can be made that refer to its items: a connection is needed for it.
 */
can_refer: boolean, 
/**
 * By name.
 */
vaults: Array<ImportLiveVault>, };

export type ImportLiveVault = { vault_id: string, name: string, 
/**
 * How many items it has, where 1Password says so.
 */
items: number | null, };

/**
 * Asks 1Password anew which vaults may be seen.
 */
export type ImportLiveVaults = { 
/**
 * The id of a connection to 1Password, or `desktop_app`: 1Password's app on this computer, by its `op` program.
 */
from: string, 
/**
 * Which account of the app, where it has several: its address, email or id.
 */
account?: string | null, };

export type ImportLocation = { name: string, 
/**
 * None: no location is made of it.
 */
bucket_name: string | null, region: string | null, endpoint_url: string | null, prefix: string | null, };

export type ImportNeeds = { needs: "password" | "columns", format: string, format_label: string, message: string, 
/**
 * What was given was wrong.
 */
again: boolean, 
/**
 * The columns of a table, with what each seems to hold.
 */
columns: Array<ImportColumn>, 
/**
 * Of a table: whether its first row seems to be `names` of columns, or `data`.
 */
first_row: "names" | "data" | null, 
/**
 * What a column can hold.
 */
uses: Array<string>, };

export type ImportPaste = { 
/**
 * What was pasted: kept until it is imported, and for a quarter of an hour at most.
 */
text: string, };

export type ImportPasted = { file_id: string, };

export type ImportPreview = { format: string, format_label: string, 
/**
 * What else the file can be read as.
 */
other_formats: Array<ImportFormat>, 
/**
 * How the columns of a table were understood.
 */
columns: Array<ImportColumn>, 
/**
 * Of a table: what its first row was taken for.
 */
first_row: "names" | "data" | null, items: Array<ImportItem>, 
/**
 * The place of the first of `items` among those that match.
 */
offset: number, 
/**
 * How many items `show` and `query` show.
 */
matching: number, counts: ImportCounts, };

export type ImportQuestion = { id: string, text: string, choices: Array<ImportQuestionChoice>, chosen: string, };

export type ImportQuestionChoice = { id: string, label: string, };

/**
 * What was read, or what has to be given before it can be.
 */
export type ImportRead = ImportPreview | ImportNeeds;

/**
 * A chosen file, or a text that was pasted.
 */
export type ImportRef = { file_id: string, };

/**
 * Counted in secrets: `found = imported + updated + unchanged + skipped`.
 */
export type ImportReport = { found: number, imported: number, updated: number, unchanged: number, skipped: number, 
/**
 * By place and kind, each adding up by itself.
 */
groups: Array<ImportGroup>, fields: ImportFieldCounts, 
/**
 * Earlier values that are old versions now.
 */
earlier: number, locations: number, 
/**
 * Secrets that were skipped and fields that were left out, each with its reason; the first of them. The saved report has all.
 */
left_out: Array<ImportLeftOut>, left_out_total: number, 
/**
 * That there is a file which can be destroyed now.
 */
can_destroy: boolean, };

export type ImportReportSave = { file_id: string, 
/**
 * `markdown` or `json`.
 */
format: "markdown" | "json", };

export type ImportReportSaved = { file_name: string, bytes: number, } | { cancelled: boolean, };

export type ImportSame = { 
/**
 * Of the vault's secret, or of the file's item.
 */
name: string, 
/**
 * The vault's secret; none for an item of the file.
 */
secret_id: string | null, 
/**
 * That the vault's secret had it earlier, or has it in the trash.
 */
is_past: boolean, };

export type Interval = { every_days: number | null, lead_days: number | null, };

/**
 * Ends a long job before it is through.
 */
export type JobCancel = { 
/**
 * As the job's progress events name it.
 */
job: "audit_verify" | "audit_export" | "rekey" | "locations_verify" | "rotation_bulk" | "import" | "rotations", };

/**
 * A key as the provider tells of it.
 */
export type KeyView = { id: string, name: string | null, status: "active" | "inactive" | "expired" | "unknown", created_at: string | null, expires_at: string | null, last_used: LastUseView, 
/**
 * The one that the secret holds now.
 */
is_current: boolean, 
/**
 * Another secret of the vault that uses it.
 */
held_by: string | null, 
/**
 * The provider has no room for another key, and a person may say that this one goes.
 */
may_go: boolean, };

export type LastUseView = { "kind": "never" } | { "kind": "at", time: string, service: string | null, region: string | null, } | { "kind": "not_told" };

export type LocationAnswer = { location: LocationView, };

export type LocationCreate = { name: string, 
/**
 * A storage type; it never changes.
 */
location_type: string, 
/**
 * A secret of the same type.
 */
secret_id: string, 
/**
 * Of the bucket or container.
 */
bucket_name: string, region?: string | null, endpoint_url?: string | null, 
/**
 * The consent to an endpoint without encryption that is not on this machine.
 */
http_allowed?: boolean | null, prefix?: string | null, 
/**
 * Lets verification write an object of ours and remove it.
 */
probe_writes?: boolean | null, reason?: string | null, };

export type LocationDelete = { id: string, expected_revision?: number | null, reason?: string | null, };

export type LocationList = { 
/**
 * Where one secret is used.
 */
secret_id?: string | null, type?: string | null, 
/**
 * A part of the name, the bucket or the endpoint.
 */
query?: string | null, 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, cursor?: string | null, };

/**
 * What a change did. `created`, `updated` and `deleted` are true or null.
 */
export type LocationMutation = { location_name: string, created: boolean | null, updated: boolean | null, deleted: boolean | null, changed: Array<string>, hints: Array<HintView>, 
/**
 * `null` when the location is gone.
 */
location: LocationView | null, };

/**
 * Locations by name.
 */
export type LocationPage = { locations: Array<LocationView>, next_cursor: string | null, total: number, };

export type LocationRef = { id: string, };

/**
 * Absent stays as it is; `null` clears what can be empty.
 */
export type LocationUpdate = { id: string, name?: string | null, 
/**
 * Refused: it never changes.
 */
location_type?: string | null, secret_id?: string | null, bucket_name?: string | null, region?: string | null, endpoint_url?: string | null, http_allowed?: boolean | null, prefix?: string | null, probe_writes?: boolean | null, expected_revision?: number | null, reason?: string | null, };

export type LocationVerify = { location_id: string, };

export type LocationView = { id: string, name: string, location_type: string, type_label: string, mark: string, 
/**
 * `null` when it was unlinked from its secret.
 */
secret_id: string | null, secret_name: string | null, bucket_name: string, region: string | null, endpoint_url: string | null, 
/**
 * Its endpoint is not encrypted, with consent.
 */
http_allowed: boolean, prefix: string | null, revision: number, created_at: string, created_by: string, updated_at: string, 
/**
 * Verifying writes an object of ours and removes it.
 */
probe_writes: boolean, 
/**
 * What verification against the provider said; `null` when none ran.
 */
verification: VerificationView | null, };

/**
 * What verifying many came to. What was tried before a cancel stays.
 */
export type LocationsVerified = { cancelled: boolean, asked: number, verified: number, failed: number, 
/**
 * Without a secret whose values are here.
 */
skipped: number, 
/**
 * The first 100 of those that failed.
 */
problems: Array<VerifyProblem>, };

/**
 * Those named, or those of a secret, or else all.
 */
export type LocationsVerify = { location_ids?: Array<string> | null, secret_id?: string | null, };

export type LockReason = "asked" | "idle" | "sleep" | "quit" | "changed" | "keys_changed" | "removed";

export type ManagedGiven = { 
/**
 * Another secret of this vault, which may make and delete keys.
 */
management_secret_id?: string | null, 
/**
 * By the names that the catalogue has for the method.
 */
parameters?: { [key in string]: string } | null, };

export type ManagedView = { management_secret_id: string | null, management_secret_name: string | null, parameters: { [key in string]: string }, };

export type MaskedField = { name: string, mask: string, 
/**
 * Where the value stays, where it is imported as a reference.
 */
reference: string | null, };

export type Member = { id: string, name: string, role: "owner" | "admin" | "operator" | "viewer", status: "invited" | "active", 
/**
 * The member who asks.
 */
you: boolean, 
/**
 * When the invitation ends; `null` for who has joined.
 */
invited_until: string | null, joined_at: string | null, 
/**
 * They said that someone may know their password; an owner has yet to renew the vault's keys.
 */
rekey_wanted: boolean, };

/**
 * What an act on a member did, or that it was cancelled before the vault's new keys were in place.
 */
export type MemberChanged = { member_name: string, changed: Array<string>, 
/**
 * `null` when the member was removed.
 */
member: Member | null, 
/**
 * The vault has new keys.
 */
rekeyed: boolean, 
/**
 * Values that did not open before the vault got new keys, and so do not open with these either; the vault's check names them.
 */
unopened: number, 
/**
 * What the member could read until now, secrets that they used first, then tokens: what is worth turning over. At most 1000.
 */
exposed: Array<ExposedSecret>, exposed_total: number, } | { cancelled: boolean, };

export type MemberExposed = { 
/**
 * How many are named for each member: 1–1000, 100 when absent.
 */
limit?: number | null, };

export type MemberExposures = { 
/**
 * Who lost it last comes first; nobody whose values and tokens were all replaced.
 */
exposures: Array<Exposure>, };

/**
 * An act on members asks for one's own password again.
 */
export type MemberInvite = { name: string, role: "owner" | "admin" | "operator" | "viewer", password: string, };

/**
 * A code made for a person to pass on, shown until confirmed as saved (the one exception of OUT-01).
 */
export type MemberInvited = { member: Member, invitation_code: string, };

export type MemberList = { members: Array<Member>, 
/**
 * Who was removed, for reading the log.
 */
former: Array<FormerMember>, };

export type MemberRemove = { id: string, password: string, 
/**
 * As the person saw it when they decided; refused where it is another by now.
 */
expected_status?: "invited" | "active", };

export type MemberUpdate = { id: string, role: "owner" | "admin" | "operator" | "viewer", password: string, };

export type MemberView = { id: string, name: string, role: "owner" | "admin" | "operator" | "viewer", };

/**
 * What a change did. `created`, `updated` and `deleted` are true or null.
 */
export type Mutation = { secret_name: string, created: boolean | null, updated: boolean | null, deleted: boolean | null, changed: Array<string>, hints: Array<HintView>, 
/**
 * `null` when the secret is gone for good.
 */
secret: SecretView | null, };

/**
 * What becomes of the old key. A provider that cannot disable deletes, or keeps.
 */
export type OldKeyGiven = { 
/**
 * How long it goes on working after the new one is current.
 */
grace_hours: number, then: "disable" | "delete" | "keep", };

export type OldKeyView = { 
/**
 * As far as the run has seen.
 */
now: "works" | "maybe_disabled" | "disabled" | "maybe_deleted" | "deleted" | "stopped", last_used: LastUseView, 
/**
 * When the provider said so.
 */
seen_at: string | null, 
/**
 * Otherwise nothing shows whether something still uses it.
 */
tells_last_use: boolean, grace_until: string | null, then: "disable" | "delete" | "keep", 
/**
 * Who said so last.
 */
decided_by: string | null, disabled_at: string | null, deleted_at: string | null, };

/**
 * A secret's run that is not over.
 */
export type OpenRotation = { id: string, stage: RotationStage, state: RunState, };

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

export type PlannedLocation = { id: string, name: string, probe_writes: boolean, status: "verified" | "failed" | "unreachable" | "unverified", };

export type PolicyAnswer = { every_days: number | null, lead_days: number | null, managed: ManagedView | null, 
/**
 * 0: there is none yet.
 */
revision: number, updated_at: string | null, updated_by: string | null, 
/**
 * What holds where the secret has none of its own.
 */
vault: Interval, due_at: string | null, due_by: "secret" | "vault" | "expiry" | null, expires_at: string | null, };

/**
 * The policy of a secret, or without one the vault's own.
 */
export type PolicyGet = { secret_id?: string | null, };

/**
 * Absent stays as it is; `null` turns off what it is about.
 */
export type PolicySet = { secret_id?: string | null, 
/**
 * For a secret without days of its own the vault's hold.
 */
every_days?: number | null, 
/**
 * So long before it falls due it is told.
 */
lead_days?: number | null, 
/**
 * How the provider is asked; a secret's only.
 */
managed?: ManagedGiven | null, expected_revision?: number | null, reason?: string | null, };

export type PresetView = { id: string, label: string, env_key: string | null, allowed_domains: Array<string>, help: string, value_prefix: string | null, };

export type RecoveryRenew = { password: string, };

/**
 * A code made for a person to write down, shown until confirmed as saved (the one exception of OUT-01).
 */
export type RecoveryRenewed = { recovery_code: string, };

/**
 * Fields of different secrets that have the same value now.
 */
export type ReuseGroup = { secrets: Array<SharedValue>, 
/**
 * How many fields there are, those that are not listed among them.
 */
total: number, };

export type ReuseList = { groups: Array<ReuseGroup>, 
/**
 * How many groups there are, those that are not listed among them.
 */
total: number, };

export type Room = { count: number, 
/**
 * `null` for as many as one likes.
 */
max: number | null, };

export type RotationAnswer = { rotation: RotationView, };

export type RotationBlock = { code: string, message: string, 
/**
 * The key that would have to go.
 */
key_id: string | null, };

/**
 * Ages, what falls due, and the runs.
 */
export type RotationBoard = { 
/**
 * Live ones.
 */
secrets: number, policy: Interval, overdue: number, due_soon: number, in_flight: number, 
/**
 * Runs that stopped and wait for a person.
 */
failed: number, verified: BoardVerified, 
/**
 * By whole weeks since the last rotation; weeks without secrets are left out.
 */
ages: Array<AgeWeek>, 
/**
 * The next 13 weeks from this Monday in UTC; days without are left out.
 */
due: Array<DueDay>, 
/**
 * The most overdue first, at most 200.
 */
due_secrets: Array<DueSecret>, due_total: number, 
/**
 * Those that need a person first, then the other open ones, then what ended in the last 30 days, the newest first of each; at most 100.
 */
runs: Array<RotationView>, };

export type RotationBulkAsk = { secret_ids: Array<string>, };

export type RotationBulkPlan = { plans: Array<BulkPlan>, };

export type RotationBulkStart = { secret_ids: Array<string>, reason?: string | null, old_key: OldKeyGiven, };

export type RotationBulkStarted = { 
/**
 * What was started before a cancel stays, stopped where it was.
 */
cancelled: boolean, started: Array<BulkStarted>, refused: Array<BulkRefused>, };

/**
 * What `rotation_decide` takes.
 */
export type RotationChoice = { decision: string, label: string, help: string, danger: boolean, };

export type RotationDecide = { rotation_id: string, 
/**
 * One of the choices of the run's question.
 */
decision: string, };

/**
 * How a run has left things.
 */
export type RotationEnd = { new_key: "in_use" | "deleted" | "left" | "runs_out" | "never_made" | "unknown", 
/**
 * The key that the vault gives out, as far as the run has seen; a stopped one has to be replaced.
 */
in_use: "works" | "stopped" | "unclear", 
/**
 * A person has left keys there that may have been made for this run.
 */
left_others: boolean, };

export type RotationError = { code: string | null, message: string, };

/**
 * One of a plan's keys that may go.
 */
export type RotationKeyDelete = { secret_id: string, key_id: string, 
/**
 * A disabled key still counts as one of those that the provider allows.
 */
then: "disable" | "delete", 
/**
 * It is in the log.
 */
reason: string, };

/**
 * What the provider has done.
 */
export type RotationKeyDeleted = { key_id: string, then: "disable" | "delete", };

export type RotationList = { secret_id?: string | null, 
/**
 * Only those that are not over, or only those that are.
 */
open?: boolean | null, 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, cursor?: string | null, };

/**
 * The provider was asked about a run's keys.
 */
export type RotationLooked = { rotation: RotationView, 
/**
 * Those that are asked about; none where it was asked a moment ago, or there is no question.
 */
keys: Array<KeyView>, };

/**
 * Runs, the newest first.
 */
export type RotationPage = { rotations: Array<RotationView>, next_cursor: string | null, total: number, };

/**
 * What a person sees before the click.
 */
export type RotationPlan = { secret_id: string, secret_name: string, revision: number, 
/**
 * The type's label.
 */
provider: string, managed: boolean, 
/**
 * Why it is not managed; then nothing was asked of the provider.
 */
why_not: WhyNotManaged | null, way: "own_key" | "management", style: "overlap" | "cut_over", management_secret: SecretNamed | null, 
/**
 * Who the provider says that the key belongs to.
 */
account: string | null, keys: Array<KeyView>, keys_max: number | null, names_keys: boolean, disables: boolean, 
/**
 * Otherwise the old key works until it ends by itself.
 */
deletes: boolean, tells_last_use: boolean, warnings: Array<string>, 
/**
 * What has to be put right before a start is of use.
 */
blocks: Array<RotationBlock>, 
/**
 * The first 200 of those that the new key is tried on.
 */
locations: Array<PlannedLocation>, locations_total: number, };

export type RotationPlanAsk = { secret_id: string, };

export type RotationPlanned = { plan: RotationPlan, };

export type RotationQuestion = { message: string, choices: Array<RotationChoice>, };

export type RotationRef = { rotation_id: string, };

export type RotationStart = { secret_id: string, 
/**
 * That of the plan which the person saw.
 */
expected_revision: number, reason?: string | null, old_key: OldKeyGiven, };

export type RotationStep = { step: string, phase: "intended" | "done" | "failed", at: string, 
/**
 * The provider's own, where it refused.
 */
code: string | null, message: string | null, 
/**
 * Who decided or undid.
 */
by: string | null, };

export type RotationTest = { 
/**
 * `null`: the key itself.
 */
location_id: string | null, name: string, 
/**
 * Where nobody answered, nothing is known of the key.
 */
state: "waiting" | "trying" | "again" | "ok" | "failed" | "unreachable", 
/**
 * When a key that the provider does not know everywhere yet is tried again.
 */
again_at: string | null, can_list: boolean | null, can_read: boolean | null, can_write: boolean | null, can_delete: boolean | null, error_message: string | null, };

/**
 * One run, with all that happened in it.
 */
export type RotationView = { id: string, secret_id: string, secret_name: string, type_label: string, mark: string, 
/**
 * The type's label.
 */
provider: string, 
/**
 * The next thing that is done, or was when the run stopped.
 */
stage: RotationStage, state: RunState, way: "own_key" | "management", style: "overlap" | "cut_over", 
/**
 * Back to the old key, once somebody has asked for that and while it is possible.
 */
direction: "forward" | "back", started_at: string, started_by: string, updated_at: string, reason: string | null, revision: number, 
/**
 * Who works on it now; nobody where that program is known to have ended.
 */
worker: WorkerView | null, 
/**
 * When it goes on by itself: the provider's list is not to be believed before, the old key has its grace until then, or what was
 * refused is tried once more.
 */
again_at: string | null, old_key_id: string | null, new_key_id: string | null, old_version: number | null, new_version: number | null, 
/**
 * What the new key is tried on.
 */
tests: Array<RotationTest>, old_key: OldKeyView, 
/**
 * The oldest first.
 */
steps: Array<RotationStep>, error: RotationError | null, question: RotationQuestion | null, may_resume: boolean, 
/**
 * Also of a run that is over, while its old key and that key's value are there and no other change came after it.
 */
may_undo: boolean, 
/**
 * What an undo does with the new key.
 */
removal: "delete" | "make_anew" | "run_out", 
/**
 * Of a run that is over.
 */
ended: RotationEnd | null, };

export type RunState = "working" | "waiting" | "asks" | "stopped" | "done" | "undone" | "abandoned";

export type SecretAnswer = { secret: SecretView, 
/**
 * Other secrets that have one of its values now; `[]` for who may not use values.
 */
shares_value_with: Array<SharedValue>, };

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

export type SecretList = { query?: string | null, type?: string | null, types?: Array<string> | null, tag?: string | null, tags?: Array<string> | null, age?: "any" | "over_90_days", health?: "fine" | "hint" | "old" | "expiring" | "expired", 
/**
 * External secrets whose values are reached through this connection.
 */
vault_connection_id?: string | null, mode?: "direct" | "external", 
/**
 * `soon`: within its lead time.
 */
due?: "overdue" | "soon", 
/**
 * With a location that stands so; `verified`: with such locations only.
 */
verification?: "verified" | "failed" | "unreachable" | "unverified", 
/**
 * `stopped`: it waits for a person.
 */
rotation?: "open" | "stopped", 
/**
 * `shared`: another secret has one of its values now. Not for Viewers.
 */
values?: "shared", sort?: "name" | "-name" | "age" | "-age" | "type" | "-type" | "updated" | "-updated" | "env_key" | "-env_key" | "health" | "-health", 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, cursor?: string | null, 
/**
 * Random access for a window's scroll bar, in place of `cursor`.
 */
offset?: number | null, };

export type SecretNamed = { id: string, name: string, };

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
 * The locations of a secret, by what verification says of them.
 */
export type SecretVerified = { ok: number, failed: number, unreachable: number, unverified: number, 
/**
 * The oldest of those that are ok.
 */
at: string | null, };

/**
 * Metadata and masks of a secret: all that anyone sees of it.
 */
export type SecretView = { id: string, name: string, description: string, notes: string, tags: Array<string>, secret_type: string, type_label: string, mark: string, auth_method: string, mode: "direct" | "external", fields: Array<SecretField>, 
/**
 * Where an external secret has its values.
 */
vault_connection_id: string | null, vault_connection_name: string | null, 
/**
 * For each field of an external secret, its place in the other vault.
 */
field_mappings: Array<FieldMappingView>, 
/**
 * How many locations use it.
 */
locations: number, env_key: string | null, 
/**
 * `[]` for unrestricted.
 */
allowed_domains: Array<string>, history: HistoryView, revision: number, 
/**
 * The number of the current version; `null` where the values are in another vault.
 */
version: number | null, created_at: string, created_by: string, updated_at: string, 
/**
 * When the values in use came to be in use.
 */
rotated_at: string, 
/**
 * Since when they are around, as far as it is known: their age.
 */
made_at: string, 
/**
 * When they end, as they say themselves, or their provider or file does.
 */
expires_at: string | null, health: "fine" | "hint" | "old" | "expiring" | "expired", health_message: string, trashed_at: string | null, 
/**
 * Its locations, by what verification says of them.
 */
verified: SecretVerified, 
/**
 * When it is to be rotated, by its policy or the vault's, or because its values end.
 */
due_at: string | null, due_state: "overdue" | "soon" | "later" | null, 
/**
 * The rotation that is not over.
 */
rotation: OpenRotation | null, 
/**
 * Whom the provider knows the key as, as far as the key itself says.
 */
identity: IdentityView | null, };

export type SessionState = "locked" | "unlocked";

export type Settings = { theme: "system" | "light" | "dark", 
/**
 * 5–300, 30 by default.
 */
clipboard_seconds: number, 
/**
 * 1–240, 5 by default.
 */
idle_lock_minutes: number, 
/**
 * What the system is told when something falls due: nothing, how many, or their names too. `count` by default.
 */
due_notices: "off" | "count" | "names", };

export type SettingsUpdate = { theme?: "system" | "light" | "dark", clipboard_seconds?: number, idle_lock_minutes?: number, due_notices?: "off" | "count" | "names", };

export type SharedValue = { id: string, name: string, mark: string, type_label: string, field_name: string, field_label: string, };

export type SheetSaved = { saved_as: string, } | { cancelled: boolean, };

export type TagCount = { tag: string, count: number, };

export type TagList = { tags: Array<TagCount>, counts: VaultCounts, };

/**
 * `null` for as many as one likes.
 */
export type TierRoom = { tier: "free" | "pro" | "unlimited", secrets_max: number | null, connections_max: number | null, };

export type TierSet = { tier: "free" | "pro" | "unlimited", };

export type TrashEmptied = { deleted: number, };

export type TrashList = { 
/**
 * 1–1000, 100 when absent.
 */
limit?: number | null, cursor?: string | null, };

/**
 * A value that somebody holds, or a file or line that has it in it.
 */
export type ValueFind = { value: string, };

/**
 * Where it is or was; nothing of the value itself.
 */
export type ValueFound = { 
/**
 * Those first that have it now; by secret, the newest version first.
 */
holders: Array<ValueHolder>, 
/**
 * There are more than are listed.
 */
more: boolean, 
/**
 * How many texts were looked for: what was given, and each part of it that may be a value.
 */
parts: number, };

/**
 * One field of one version that has the value, or had it.
 */
export type ValueHolder = { secret_id: string, secret_name: string, mark: string, type_label: string, in_trash: boolean, version: number, state: "pending" | "current" | "previous" | "retired" | "destroying" | "destroyed", field_name: string, field_label: string, created_at: string, 
/**
 * When a newer version took its place; `null` where none did.
 */
replaced_at: string | null, 
/**
 * It is not in use, and may still open something at its provider.
 */
alive: AliveKey | null, 
/**
 * The secret can be rotated at its provider, and a plan for several can do it.
 */
managed: boolean, 
/**
 * Why it cannot, where it cannot.
 */
why_not_managed: string | null, };

export type VaultAdded = { vault: VaultView, folder: string, } | { cancelled: boolean, };

export type VaultCheck = { ok: boolean, problems: Array<CheckProblem>, checked: CheckedCounts, };

export type VaultCounts = { live: number, trashed: number, locations: number, connections: number, by_type: { [key in string]: number }, by_health: { [key in string]: number }, needs: VaultNeeds, };

export type VaultCreate = { name: string, member_name: string, password: string, };

/**
 * The new vault, unlocked, and the recovery code: shown until confirmed as saved (the one exception of OUT-01).
 */
export type VaultCreated = { vault: VaultView, recovery_code: string, };

export type VaultJoin = { vault_id: string, 
/**
 * As `vault_list` shows it.
 */
folder?: string | null, invitation_code: string, 
/**
 * The new member's own; nobody else learns it.
 */
member_password: string, };

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

/**
 * Secrets by what asks for a person, as the list can be filtered by; each is counted up to 1,000.
 */
export type VaultNeeds = { overdue: number, due_soon: number, 
/**
 * With a location that refuses the values in use.
 */
failed: number, 
/**
 * With a location that nobody answered at.
 */
unreachable: number, rotating: number, 
/**
 * Of those, with a run that waits for a person.
 */
stopped: number, external: number, };

export type VaultRekey = { password: string, };

/**
 * What holds for the vault and all of its members.
 */
export type VaultSettings = { vault: VaultView, tier: "free" | "pro" | "unlimited", secrets: Room, connections: Room, 
/**
 * What there is to choose from.
 */
tiers: Array<TierRoom>, };

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

/**
 * The newest try of a location, and whether it still says something about the present state.
 */
export type VerificationView = { 
/**
 * `unreachable`: nobody answered, which says nothing of the values. `unverified`: the secret or the location was changed
 * since.
 */
status: "verified" | "failed" | "unreachable" | "unverified", at: string, by: string, 
/**
 * Of the secret, as it was tried; `null` where its values are in another vault.
 */
version: number | null, 
/**
 * `null` here and below: not tried, or not told.
 */
bucket_exists: boolean | null, can_list: boolean | null, can_read: boolean | null, can_write: boolean | null, can_delete: boolean | null, 
/**
 * As the provider tells it.
 */
region: string | null, 
/**
 * The provider's own.
 */
error_code: string | null, error_message: string | null, 
/**
 * Of the mapping that failed, where the values are in another vault.
 */
vault_type: string | null, vault_field_name: string | null, vault_reference: string | null, };

export type VerifyProblem = { location_id: string, location_name: string, error_code: string | null, error_message: string | null, };

export type VersionDestroy = { id: string, version: number, 
/**
 * Erases the mask too.
 */
forget?: boolean | null, reason?: string | null, };

/**
 * What verification said of one version.
 */
export type VersionVerified = { ok: number, failed: number, at: string, };

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
verification: VersionVerified | null, auth_method: string, 
/**
 * Since when its values are around, as far as it is known.
 */
made_at: string, expires_at: string | null, 
/**
 * Whether `secret_restore` can make it current again.
 */
restorable: boolean, };

export type WhyNotManaged = { code: "no_api" | "management_missing" | "parameters_missing" | "external" | "open_run", message: string, };

/**
 * The program at work on a run.
 */
export type WorkerView = { name: string, 
/**
 * It is this one.
 */
here: boolean, };

export type AuditAction = "secret_created" | "secret_updated" | "secret_rotated" | "secret_restored" | "domains_widened" | "version_destroyed" | "secret_trashed" | "secret_undeleted" | "secret_destroyed" | "value_copied" | "value_injected" | "import_applied" | "vault_created" | "vault_unlocked" | "vault_locked" | "unlock_failures" | "password_changed" | "recovery_renewed" | "backup_created" | "backup_restored" | "head_accepted" | "access_refused" | "location_created" | "location_updated" | "location_deleted" | "connection_created" | "connection_updated" | "connection_token_rotated" | "connection_deleted" | "tier_changed" | "member_founded" | "member_invited" | "member_joined" | "member_role_changed" | "member_removed" | "identity_renewed" | "vault_rekeyed" | "vault_deleted" | "audit_exported" | "location_verified" | "verification_dropped" | "rotation_started" | "rotation_advanced" | "rotation_finished" | "rotation_abandoned" | "policy_changed" | "policy_default_changed" | "value_sent" | "key_disable_asked" | "key_delete_asked" | "value_sought";

export type AuditResource = "secret" | "location" | "connection" | "vault" | "member" | "verification" | "rotation" | "policy";

export type RotationStage = "planned" | "creating" | "stored" | "testing" | "tested" | "promoted" | "grace" | "disabling" | "old_disabled" | "deleting_old" | "done" | "enabling_old" | "old_enabled" | "old_restored" | "removing_new" | "abandoned" | "undone";

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
  /** Ways out of what stands in the way, the likeliest first. */
  offers?: Offer[];
}

export type Dependant =
  | { kind: "location"; id: string; name: string }
  | { kind: "rotation"; started_at: string }
  | { kind: "managed"; id: string; name: string; is_rotating: boolean }
  | { kind: "secret"; id: string; name: string; in_trash: boolean };

export type Offer = "unlink_locations" | "copy_with_new_type" | "force" | "open_secrets";

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
  value_find: { request: ValueFind; answer: ValueFound };
  reuse_list: { request: Empty; answer: ReuseList };
  tag_list: { request: Empty; answer: TagList };
  secret_history: { request: SecretRef; answer: SecretHistory };
  secret_restore: { request: SecretRestore; answer: Mutation };
  version_destroy: { request: VersionDestroy; answer: Mutation };
  secret_delete: { request: SecretDelete; answer: Mutation };
  secret_undelete: { request: SecretRef; answer: Mutation };
  trash_list: { request: TrashList; answer: SecretPage };
  trash_empty: { request: Empty; answer: TrashEmptied };
  location_create: { request: LocationCreate; answer: LocationMutation };
  location_update: { request: LocationUpdate; answer: LocationMutation };
  location_get: { request: LocationRef; answer: LocationAnswer };
  location_list: { request: LocationList; answer: LocationPage };
  location_delete: { request: LocationDelete; answer: LocationMutation };
  location_verify: { request: LocationVerify; answer: LocationAnswer };
  locations_verify: { request: LocationsVerify; answer: LocationsVerified };
  endpoint_offer: { request: EndpointOffer; answer: EndpointOffered };
  connection_create: { request: ConnectionCreate; answer: ConnectionMutation };
  connection_update: { request: ConnectionUpdate; answer: ConnectionMutation };
  connection_get: { request: ConnectionRef; answer: ConnectionAnswer };
  connection_list: { request: ConnectionList; answer: ConnectionPage };
  connection_delete: { request: ConnectionDelete; answer: ConnectionMutation };
  connection_rotate_token: { request: ConnectionRotateToken; answer: ConnectionMutation };
  import_live_vaults: { request: ImportLiveVaults; answer: ImportLiveSource };
  import_live_items: { request: ImportLiveItems; answer: ImportLivePage };
  rotation_plan: { request: RotationPlanAsk; answer: RotationPlanned };
  rotation_start: { request: RotationStart; answer: RotationAnswer };
  rotation_resume: { request: RotationRef; answer: RotationAnswer };
  rotation_undo: { request: RotationRef; answer: RotationAnswer };
  rotation_decide: { request: RotationDecide; answer: RotationAnswer };
  rotation_key_delete: { request: RotationKeyDelete; answer: RotationKeyDeleted };
  rotation_get: { request: RotationRef; answer: RotationAnswer };
  rotation_look: { request: RotationRef; answer: RotationLooked };
  rotation_list: { request: RotationList; answer: RotationPage };
  rotation_board: { request: Empty; answer: RotationBoard };
  rotation_bulk_plan: { request: RotationBulkAsk; answer: RotationBulkPlan };
  rotation_bulk_start: { request: RotationBulkStart; answer: RotationBulkStarted };
  policy_get: { request: PolicyGet; answer: PolicyAnswer };
  policy_set: { request: PolicySet; answer: PolicyAnswer };
  vault_settings_get: { request: Empty; answer: VaultSettings };
  tier_set: { request: TierSet; answer: VaultSettings };
  member_list: { request: Empty; answer: MemberList };
  member_exposed: { request: MemberExposed; answer: MemberExposures };
  member_update: { request: MemberUpdate; answer: MemberChanged };
  member_remove: { request: MemberRemove; answer: MemberChanged };
  vault_rekey: { request: VaultRekey; answer: MemberChanged };
  audit_list: { request: AuditList; answer: AuditPage };
  audit_verify: { request: Empty; answer: AuditVerified };
  job_cancel: { request: JobCancel; answer: Empty };
  app_status: { request: Empty; answer: AppStatus };
  activity: { request: Empty; answer: Empty };
  vault_create: { request: VaultCreate; answer: VaultCreated };
  vault_join: { request: VaultJoin; answer: VaultCreated };
  vault_add: { request: Empty; answer: VaultAdded };
  vault_unlock: { request: VaultUnlock; answer: AppStatus };
  vault_lock: { request: Empty; answer: Empty };
  password_strength: { request: PasswordStrengthAsk; answer: PasswordStrength };
  recovery_sheet_save: { request: Empty; answer: SheetSaved };
  recovery_sheet_print: { request: Empty; answer: Empty };
  recovery_confirm: { request: Empty; answer: Empty };
  invitation_sheet_save: { request: Empty; answer: SheetSaved };
  invitation_sheet_print: { request: Empty; answer: Empty };
  invitation_confirm: { request: Empty; answer: Empty };
  member_invite: { request: MemberInvite; answer: MemberInvited };
  identity_renew: { request: IdentityRenew; answer: IdentityRenewed };
  recovery_renew: { request: RecoveryRenew; answer: RecoveryRenewed };
  settings_get: { request: Empty; answer: Settings };
  settings_update: { request: SettingsUpdate; answer: Settings };
  secret_hints: { request: SecretHints; answer: SecretHintsAnswer };
  console_open: { request: ConsoleOpen; answer: Empty };
  clipboard_clear: { request: Empty; answer: Empty };
  file_open: { request: FileOpen; answer: FileOpened };
  import_paste: { request: ImportPaste; answer: ImportPasted };
  import_live_open: { request: ImportLiveOpen; answer: ImportLiveOpened };
  import_preview: { request: ImportFile; answer: ImportRead };
  import_choose: { request: ImportChoose; answer: ImportChosen };
  import_discard: { request: ImportRef; answer: Empty };
  import_apply: { request: ImportRef; answer: ImportApplied };
  import_report_save: { request: ImportReportSave; answer: ImportReportSaved };
  import_file_destroy: { request: ImportFileDestroy; answer: ImportFileDestroyed };
  audit_export: { request: AuditExport; answer: AuditExported };
  backup_create: { request: Empty; answer: BackupCreated };
  backup_check: { request: BackupFile; answer: BackupCheck };
  backup_restore: { request: BackupFile; answer: BackupRestored };
}
