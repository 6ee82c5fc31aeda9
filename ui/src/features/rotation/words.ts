import { countText } from "../../shared/numbers";
import { ageText, dateTimeText, relativeText } from "../../shared/time";
import type { Key, LastUse, OldKeyGiven, Plan, Run } from "./types";

type DotTone = "ok" | "warn" | "bad" | "info" | "muted";

/** "2 h ago, s3 in eu-central-1"; what the provider does not tell is said to be so. */
export function lastUseText(use: LastUse, nowMs: number): string {
  if (use.kind === "never") return "never";
  if (use.kind === "not_told") return "not told";
  const where = [use.service, use.region].filter((part) => part !== null).join(" in ");
  return [relativeText(use.time, nowMs), where].filter((part) => part !== "").join(", ");
}

/** Of a key that may go: what it is called, how old it is and when it was last used. */
export function spareKeyText(key: Key, nowMs: number): string {
  const age = key.created_at === null ? "age not told" : `${ageText(key.created_at, nowMs)} old`;
  return `${key.id}: ${age}; last used: ${lastUseText(key.last_used, nowMs)}.`;
}

/** "3 keys", "2 of 2 keys". */
export function keysText({ keys, keys_max: most }: Pick<Plan, "keys" | "keys_max">): string {
  return most === null ? countText(keys.length, "key") : `${keys.length} of ${countText(most, "key")}`;
}

/** Under the title: what happens to whoever uses the key meanwhile. */
export function styleText({ style, provider }: Pick<Plan, "style" | "provider">): string {
  return style === "overlap"
    ? `${provider} makes a new key; both work until the old one is retired.`
    : `${provider} replaces the key: the old one stops working in that moment.`;
}

export const GRACES: { value: number; label: string }[] = [
  { value: 0, label: "at once" },
  { value: 1, label: "after 1 hour" },
  { value: 24, label: "after 24 hours" },
  { value: 72, label: "after 3 days" },
  { value: 168, label: "after 7 days" },
  { value: 720, label: "after 30 days" },
];

export const THENS: Record<OldKeyGiven["then"], string> = {
  disable: "Disable it",
  delete: "Delete it",
  keep: "Leave it to me",
};

const WORKING: Partial<Record<Run["stage"], string>> = {
  planned: "Checking the account",
  creating: "Making the new key",
  stored: "About to try the new key",
  testing: "Trying the new key",
  tested: "Switching over",
  promoted: "Retiring the old key",
  grace: "Waiting for the grace to end",
  disabling: "Disabling the old key",
  old_disabled: "About to delete the old key",
  deleting_old: "Deleting the old key",
  enabling_old: "Undoing: enabling the old key",
  old_enabled: "Undoing: going back to the old key",
  old_restored: "Undoing: deleting the new key",
  removing_new: "Undoing: deleting the new key",
};

/** The run in one line, as in a table: "Trying the new key, 2 of 3 places". */
export function runText(run: Run, nowMs: number): string {
  const { state, stage, old_key: old, error, tests } = run;
  if (state === "stopped") return `Stopped: ${error?.message ?? "it was interrupted"}`;
  if (state === "asks") return run.question?.message ?? "Waits for a decision";
  if (state === "abandoned" || state === "undone") return "Undone";
  if (state === "done") return doneText(run, nowMs);
  if (state === "waiting" && old.grace_until !== null) {
    return `${old.then === "delete" ? "Old key goes" : "Old key is disabled"} ${relativeText(old.grace_until, nowMs)}`;
  }
  const working = WORKING[stage] ?? stage.replaceAll("_", " ");
  const tried = tests.filter((test) => test.state === "ok").length;
  return stage === "testing" && tests.length > 1 ? `${working}, ${tried} of ${tests.length}` : working;
}

function doneText({ old_key: old, style }: Run, nowMs: number): string {
  if (style === "cut_over") return "Done";
  if (old.deleted_at !== null) return `Done, old key deleted ${relativeText(old.deleted_at, nowMs)}`;
  if (old.disabled_at !== null) return `Done, old key disabled ${relativeText(old.disabled_at, nowMs)}`;
  return "Done, old key left as it is";
}

/** Of a run that waits before it goes on by itself; the old key's grace is told where its end is. */
export function goesOnText({ again_at: at, state }: Pick<Run, "again_at" | "state">, nowMs: number): string {
  if (at === null || state !== "working") return "";
  const seconds = Math.ceil((Date.parse(at) - nowMs) / 1000);
  if (seconds <= 0) return "Goes on now.";
  return `Goes on by itself ${seconds < SECONDS_TOLD_MAX ? `in ${seconds} s` : relativeText(at, nowMs)}.`;
}

const SECONDS_TOLD_MAX = 90;

export function runTone({ state }: Pick<Run, "state">): DotTone {
  if (state === "stopped") return "bad";
  if (state === "asks") return "warn";
  if (state === "working") return "info";
  return state === "abandoned" || state === "undone" ? "muted" : "ok";
}

/** Where the old key's end stands: what was decided, by whom, and what came of it. */
export function oldKeyText({ old_key: old, state }: Run): string {
  const by = old.decided_by === null ? "" : `, as ${old.decided_by} decided`;
  if (old.deleted_at !== null) return `Deleted ${dateTimeText(old.deleted_at)}${by}.`;
  if (old.disabled_at !== null && old.then !== "delete") return `Disabled ${dateTimeText(old.disabled_at)}${by}.`;
  if (old.then === "keep") return `It is left as it is${by}.`;
  const act = old.then === "delete" ? "deleted" : "disabled";
  if (old.disabled_at !== null) return `Disabled ${dateTimeText(old.disabled_at)}, and then deleted${by}.`;
  if (old.grace_until === null) return `It will be ${act}${by}.`;
  return `${state === "waiting" ? "Works until" : "Worked until"} ${dateTimeText(old.grace_until)}, then it is ${act}${by}.`;
}
