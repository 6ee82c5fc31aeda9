import { countText } from "../../shared/numbers";
import { ageText, dateText, relativeText } from "../../shared/time";
import type { Health, Secret, Version } from "./types";

export type DotTone = "ok" | "warn" | "bad" | "info" | "muted";

const HEALTH_TONES: Record<Health, DotTone> = {
  fine: "ok",
  hint: "info",
  old: "warn",
  expiring: "warn",
  expired: "bad",
};

export const HEALTH_LABELS: Record<Health, string> = {
  fine: "Fine",
  hint: "To check",
  old: "Older than 90 days",
  expiring: "Expires soon",
  expired: "Expired",
};

/** For chips, where room is short. */
export const HEALTH_SHORT: Record<Health, string> = {
  fine: "Fine",
  hint: "To check",
  old: "Old",
  expiring: "Expiring",
  expired: "Expired",
};

/** Under the name in a row: what is wrong first, unless the age beside it says so, then where it is used. */
export function secondLine(secret: Secret, nowMs: number): string {
  const parts = [troubleText(secret, nowMs)];
  if (secret.secret_type === "generic") parts.push(secret.env_key ?? "", domainsText(secret.allowed_domains));
  else if (secret.locations > 0) parts.push(verifiedLine(secret, nowMs), placesText(secret));
  else parts.push(secret.env_key ?? "", secret.type_label, secret.description);
  return parts.filter((part) => part !== "").join(" · ");
}

/** A run first, then what falls due, then health; what the age in the row says already is left out. */
function troubleText({ rotation, due_at: due, due_state: state, health }: Secret, nowMs: number): string {
  if (rotation !== null) return ROW_RUNS[rotation.state] ?? "Rotating";
  if (health === "expired") return HEALTH_LABELS.expired;
  if (due !== null && state === "overdue") return `Overdue by ${ageText(due, nowMs)}`;
  if (due !== null && state === "soon") return `Due ${relativeText(due, nowMs)}`;
  return health === "fine" || health === "old" ? "" : HEALTH_LABELS[health];
}

const ROW_RUNS: Partial<Record<NonNullable<Secret["rotation"]>["state"], string>> = {
  stopped: "Rotation stopped",
  asks: "Rotation waits for you",
  waiting: "Rotated, old key in grace",
};

function placesText({ locations }: Secret): string {
  return countText(locations, "location");
}

/** "Verified 2 h ago", "1 of 3 does not open"; empty where it is used nowhere that is known. */
export function verifiedLine({ verified, locations }: Secret, nowMs: number): string {
  const { ok, failed, unreachable, unverified, at } = verified;
  if (locations === 0) return "";
  const some = (count: number) => (locations === 1 ? "" : `${count} of ${locations} `);
  if (failed > 0) return firstUpper(`${some(failed)}${failed === 1 ? "does" : "do"} not open`);
  if (unreachable > 0) return firstUpper(`${some(unreachable)}did not answer`);
  if (unverified > 0) return ok === 0 ? "Not verified" : `${unverified} of ${locations} not verified`;
  return at === null ? "" : `Verified ${relativeText(at, nowMs)}`;
}

function firstUpper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Where the run of a secret stands, without its details. */
export function openRunText({ stage, state }: NonNullable<Secret["rotation"]>): string {
  if (state === "stopped") return "It stopped on the way. Open it to see why, and what can be done.";
  if (state === "asks") return "It waits for a decision.";
  if (state === "waiting") return "The new key is in use; the old one has its grace.";
  return `${RUN_STAGES[stage] ?? "Under way"}.`;
}

const RUN_STAGES: Partial<Record<NonNullable<Secret["rotation"]>["stage"], string>> = {
  planned: "Checking the account",
  creating: "Making the new key",
  stored: "Trying the new key",
  testing: "Trying the new key",
  tested: "Switching over",
  promoted: "Retiring the old key",
  disabling: "Retiring the old key",
  old_disabled: "Retiring the old key",
  deleting_old: "Retiring the old key",
  removing_new: "Undoing it",
  old_enabled: "Undoing it",
  old_restored: "Undoing it",
  enabling_old: "Undoing it",
};

const RUN_TONES: Partial<Record<NonNullable<Secret["rotation"]>["state"], DotTone>> = { stopped: "bad", asks: "warn" };

/** The dot at the row's end: the worst that is known of the secret. */
export function rowState(secret: Secret): { tone: DotTone; label: string } {
  if (secret.rotation !== null) return { tone: RUN_TONES[secret.rotation.state] ?? "info", label: "Rotating" };
  if (secret.due_state === "overdue") return { tone: "bad", label: "Overdue" };
  if (secret.health !== "fine") return { tone: HEALTH_TONES[secret.health], label: HEALTH_LABELS[secret.health] };
  if (secret.verified.failed > 0) return { tone: "bad", label: "Does not open every location" };
  if (secret.verified.unreachable > 0) return { tone: "warn", label: "A location did not answer" };
  if (secret.locations > 0 && secret.verified.ok === 0) return { tone: "muted", label: "Not verified" };
  return { tone: "ok", label: HEALTH_LABELS.fine };
}

/** "any host", "api.openai.com", "3 domains". */
export function domainsText(domains: string[]): string {
  if (domains.length === 0) return "any host";
  return domains.length === 1 ? (domains[0] ?? "") : `${domains.length} domains`;
}

/** The mask that stands for a secret in a list: its identifier where it has one. */
export function rowMask(secret: Secret): string {
  if (secret.mode === "external") return "reference";
  const identifier = secret.fields.find((field) => field.kind === "identifier");
  return (identifier ?? secret.fields[0])?.mask ?? "";
}

const HOW: Record<Version["how"], string> = {
  created: "Created",
  manual: "Pasted by hand",
  generated: "Generated here",
  managed: "Rotated at the provider",
  imported: "Imported",
  restored: "Restored",
};

/** "Restored from version 2". */
export function howText(version: Version): string {
  return version.origin === null ? HOW[version.how] : `${HOW[version.how]} from version ${version.origin}`;
}

/** What is known of its times beside the day on which it came here: "made 3 Mar 2021", "ends 1 May 2027". */
export function timesOf({ created_at, made_at, expires_at }: Version): string[] {
  const made = dateText(made_at) === dateText(created_at) ? [] : [`made ${dateText(made_at)}`];
  return expires_at === null ? made : [...made, `ends ${dateText(expires_at)}`];
}

/** What trying it said: "opened 2 locations, 1 May 2026", "opened 1 of 2 locations". */
export function triedText({ ok, failed, at }: NonNullable<Version["verification"]>): string {
  const places = failed === 0 ? countText(ok, "location") : `${ok} of ${countText(ok + failed, "location")}`;
  return `opened ${places}, ${dateText(at)}`;
}

export const STATE_LABELS: Record<Version["state"], string> = {
  pending: "pending",
  current: "current",
  previous: "previous",
  retired: "retired",
  destroying: "being destroyed",
  destroyed: "destroyed",
};

/** "Backblaze B2 · application key · direct"; a generic secret has one method, which says nothing. */
export function kindText(secret: Secret, methodLabel: string): string {
  return [secret.type_label, secret.secret_type === "generic" ? "" : methodLabel, secret.mode]
    .filter((part) => part !== "")
    .join(" · ");
}
