import type { AuditAction, AuditLine, AuditResource } from "../../ipc";

/** What each action did to what it names; `…` stands for the name. */
const VERBS: Record<AuditAction, string> = {
  secret_created: "created …",
  secret_updated: "changed …",
  secret_rotated: "rotated …",
  secret_restored: "restored an earlier value of …",
  domains_widened: "opened … to more hosts",
  version_destroyed: "destroyed an old value of …",
  secret_trashed: "moved … to the trash",
  secret_undeleted: "brought … back from the trash",
  secret_destroyed: "destroyed …",
  value_copied: "copied a value of …",
  value_injected: "handed … to a program",
  import_applied: "imported secrets",
  vault_created: "created the vault",
  vault_unlocked: "unlocked the vault",
  vault_locked: "locked the vault",
  unlock_failures: "unlocked after failed attempts",
  password_changed: "changed their password",
  recovery_renewed: "made a new recovery code",
  backup_created: "made a backup",
  backup_restored: "restored a backup",
  head_accepted: "accepted an older state of the vault",
  access_refused: "was refused",
  location_created: "created the location …",
  location_updated: "changed the location …",
  location_deleted: "deleted the location …",
  connection_created: "connected …",
  connection_updated: "changed the connection …",
  connection_token_rotated: "replaced the token of …",
  connection_deleted: "deleted the connection …",
  tier_changed: "changed the tier",
  member_founded: "became the first Owner",
  member_invited: "invited …",
  member_joined: "joined the vault",
  member_role_changed: "changed the role of …",
  member_removed: "removed …",
  identity_renewed: "renewed their own keys",
  vault_rekeyed: "made new keys for the vault",
  vault_deleted: "deleted the vault",
  audit_exported: "exported the audit log",
  location_verified: "verified the location …",
  verification_dropped: "dropped what was known of the location …",
  rotation_started: "began to rotate …",
  rotation_advanced: "went on rotating …",
  rotation_finished: "finished rotating …",
  rotation_abandoned: "undid the rotation of …",
  policy_changed: "changed how … is rotated",
  policy_default_changed: "changed how secrets are rotated",
  value_sent: "tried … at its provider",
  key_disable_asked: "asked to disable a spare key at the provider of …",
  key_delete_asked: "asked to delete a spare key at the provider of …",
  value_sought: "looked for a value",
};

/** Of a connection it is the token that goes out. */
const SENT_TOKEN = "asked 1Password with the token of …";

/** All that can be asked for. */
export const ACTIONS = Object.keys(VERBS);

/** Of an action that only a newer Turnstone knows, its own name. */
function verb(action: string): string {
  const known: Record<string, string> = VERBS;
  return known[action] ?? action.replaceAll("_", " ");
}

/** What stands in the filter: "Rotated", "Opened to more hosts". */
export function actionLabel(action: string): string {
  const bare = verb(action)
    .replace(/ of …$/, "")
    .replace(/ ?…/, "")
    .trim();
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}`;
}

export interface Sentence {
  actor: string;
  /** Before and after the name of what was acted on. */
  before: string;
  name: string | null;
  after: string;
}

export function sentence(entry: AuditLine): Sentence {
  const actor = entry.actor === "" ? "Someone unknown" : entry.actor;
  if (entry.action === "access_refused") {
    const what = entry.changed[0]?.replaceAll("_", " ") ?? "";
    return { actor, before: what === "" ? "was refused" : `was refused: ${what}`, name: null, after: "" };
  }
  const isToken = entry.action === "value_sent" && entry.resource_type === "connection";
  const [before = "", after] = (isToken ? SENT_TOKEN : verb(entry.action)).split("…");
  if (after === undefined) return { actor, before, name: null, after: "" };
  return { actor, before: before.trim(), name: entry.resource_name ?? "something unnamed", after: after.trim() };
}

/** "Ada rotated “Billing backups”". */
export function sentenceText(entry: AuditLine): string {
  const { actor, before, name, after } = sentence(entry);
  return [actor, before, name === null ? "" : `“${name}”`, after].filter((part) => part !== "").join(" ");
}

const RESOURCE_NAMES: Record<AuditResource, string> = {
  secret: "Secrets",
  location: "Locations",
  connection: "Connections",
  member: "Members",
  vault: "The vault",
  verification: "Verifications",
  rotation: "Rotations",
  policy: "Policies",
};

/** Each kind of record that an entry can be about, and what it is called. */
export const RESOURCES = Object.entries(RESOURCE_NAMES);

export function tone(entry: AuditLine): "ok" | "warn" | "bad" | "muted" {
  if (entry.fault !== null) return "bad";
  if (entry.result === "refused") return "warn";
  return entry.result === "unverified" ? "muted" : "ok";
}

export const TONE_LABELS = { ok: "Done", warn: "Refused", bad: "Not to be trusted", muted: "Not verified" } as const;
