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
  if (state === "abandoned" || state === "undone") return undoneText(run);
  if (state === "done") return doneText(run, nowMs);
  if (state === "waiting" && old.grace_until !== null) {
    const when = isPast(old.grace_until, nowMs) ? "within a minute" : relativeText(old.grace_until, nowMs);
    return `${old.then === "delete" ? "Old key goes" : "Old key is disabled"} ${when}`;
  }
  const working = WORKING[stage] ?? stage.replaceAll("_", " ");
  const tried = tests.filter((test) => test.state === "ok").length;
  return stage === "testing" && tests.length > 1 ? `${working}, ${tried} of ${tests.length}` : working;
}

function isPast(time: string, nowMs: number): boolean {
  return Date.parse(time) <= nowMs;
}

function undoneText({ ended }: Run): string {
  if (ended?.in_use === "stopped") return "The key in the vault does not work: replace it";
  if (ended?.in_use === "unclear") return "Ended; whether the key in the vault works is not known";
  if (ended?.new_key === "left") return "Undone, the new key was left there";
  if (ended?.new_key === "unknown" || ended?.left_others) return "Undone, a key may be left there";
  return ended?.new_key === "runs_out" ? "Undone, the new key works until it ends" : "Undone";
}

function doneText({ old_key: old, style, ended }: Run, nowMs: number): string {
  if (ended?.in_use === "unclear") return "Done, but the new key was refused last";
  if (style === "cut_over") return "Done";
  if (old.deleted_at !== null) return `Done, old key deleted ${relativeText(old.deleted_at, nowMs)}`;
  if (old.now === "maybe_deleted") return "Done, the old key may be deleted";
  if (old.disabled_at !== null) return `Done, old key disabled ${relativeText(old.disabled_at, nowMs)}`;
  return old.now === "maybe_disabled" ? "Done, the old key may be disabled" : "Done, old key left as it is";
}

/** How a run ended, where there is more to say than that it is done. */
export function endedNotice(run: Run): { tone: "info" | "warn" | "bad"; title: string; text: string } | null {
  const { ended, provider, error, old_version: old } = run;
  if (ended === null) return null;
  const why = error === null ? "" : ` ${error.message}`;
  if (ended.in_use === "stopped") {
    const text = `Whatever uses it has stopped. Make a key in the console of ${provider} and enter it here.${leftText(run)}${why}`;
    return { tone: "bad", title: "The key in this vault does not work.", text };
  }
  if (ended.in_use === "unclear") {
    const title = "Whether the key in this vault works is not known.";
    return { tone: "warn", title, text: `Verify its locations. If they refuse it, it has to be replaced.${why}` };
  }
  if (run.state === "done")
    return error === null ? null : { tone: "info", title: "It ended with this.", text: why.trim() };
  const counts = `${old === null ? "The former version" : `Version ${old}`} is what counts.`;
  return { tone: "info", title: "Undone.", text: `${counts}${leftText(run)}${why}` };
}

/** What an ended way back has left at the provider. */
function leftText({ ended, new_key_id: id, provider, removal }: Run): string {
  const others = ended?.left_others ? ` A key that may have been made for it was left at ${provider}.` : "";
  switch (ended?.new_key) {
    case "deleted":
      return `${removal === "make_anew" ? " Another key has taken the place of the new one." : " The new key is deleted."}${others}`;
    case "left":
      return ` The new key${id === null ? "" : `, ${id},`} was left at ${provider}: delete it there.${others}`;
    case "runs_out":
      return " The new key works until it ends by itself: nobody can take it back.";
    case "never_made":
      return ` No key was made.${others}`;
    default:
      return ` Whether a key was left at ${provider} is not known: look in its console.`;
  }
}

/** What an undo does, before the click. */
export function undoText(
  { old_version: old, old_key, removal, provider, new_key_id: id }: Run,
  isPromoted: boolean,
): string {
  const gone = {
    delete: "the new key is deleted",
    make_anew: `another key takes the place of the new one at ${provider}: whatever else took the new one stops`,
    run_out: "the new key works until it ends by itself",
  }[removal];
  if (isPromoted) {
    const isOff = old_key.now === "disabled" || old_key.now === "maybe_disabled";
    const value = old === null ? "The former value" : `The value of version ${old}`;
    return `${isOff ? "The old key is enabled again. " : ""}${value} becomes current again, and ${gone}.`;
  }
  return `The current key was not touched. ${id === null ? "If a new one was made, " : ""}${id === null ? gone : firstUpper(gone)}.`;
}

function firstUpper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What going on with a stopped run begins with. */
export function resumeText({ stage, old_key: old }: Pick<Run, "stage" | "old_key">): string {
  if (stage === "creating") return "Resuming first asks the provider whether the key was made.";
  if (stage === "planned")
    return old.now === "stopped"
      ? "Resuming asks the provider for one more key."
      : "Resuming asks for the new key again.";
  return "Resuming does this step again. What is done stays done.";
}

/** Of a run that waits before it goes on by itself; the old key's grace is told where its end is. */
export function goesOnText({ again_at: at, state }: Pick<Run, "again_at" | "state">, nowMs: number): string {
  if (at === null || state !== "working") return "";
  const seconds = Math.ceil((Date.parse(at) - nowMs) / 1000);
  if (seconds <= 0) return "Goes on now.";
  return `Goes on by itself ${seconds < SECONDS_TOLD_MAX ? `in ${seconds} s` : relativeText(at, nowMs)}.`;
}

const SECONDS_TOLD_MAX = 90;

export function runTone({ state, ended }: Pick<Run, "state" | "ended">): DotTone {
  if (state === "stopped" || ended?.in_use === "stopped") return "bad";
  if (state === "asks" || ended?.in_use === "unclear") return "warn";
  if (ended?.new_key === "left" || ended?.new_key === "unknown") return "warn";
  if (state === "working") return "info";
  return state === "abandoned" || state === "undone" ? "muted" : "ok";
}

/** Where the old key's end stands: what was decided, by whom, and what came of it. */
export function oldKeyText({ old_key: old, state }: Pick<Run, "old_key" | "state">, nowMs: number): string {
  const by = old.decided_by === null ? "" : `, as ${old.decided_by} decided`;
  const isDone = state === "done";
  const act = old.then === "delete" ? "deleted" : "disabled";
  switch (old.now) {
    case "stopped":
      return "It stopped when the new one was made.";
    case "deleted":
      return `Deleted ${old.deleted_at === null ? "" : dateTimeText(old.deleted_at)}${by}.`;
    case "maybe_deleted":
      return isDone ? `Whether it is deleted is not known. It was left at that${by}.` : "It may be deleted already.";
    case "maybe_disabled":
      return isDone ? `Whether it is disabled is not known. It was left at that${by}.` : "It may be disabled already.";
    case "disabled": {
      const since = `Disabled ${old.disabled_at === null ? "" : dateTimeText(old.disabled_at)}`.trimEnd();
      if (old.then === "delete") return `${since}, and then deleted${by}.`;
      return old.then === "keep" ? `${since}, and left so${by}.` : `${since}${by}.`;
    }
    default:
      return workingOldText({ old, state, act, by }, nowMs);
  }
}

function workingOldText(
  { old, state, act, by }: { old: Run["old_key"]; state: Run["state"]; act: string; by: string },
  nowMs: number,
): string {
  if (old.then === "keep") return `It works, and is left as it is${by}.`;
  if (old.grace_until === null) return `It works, and will be ${act}${by}.`;
  if (state === "asks" || state === "stopped") return "It works yet. What becomes of it waits for a decision.";
  if (!isPast(old.grace_until, nowMs)) return `Works until ${dateTimeText(old.grace_until)}, then it is ${act}${by}.`;
  return `It works yet. Its time was over ${dateTimeText(old.grace_until)}: it is ${act} within a minute${by}.`;
}

/** What is known of the old key's last use, and since when. */
export function oldUseText({ old_key: old, provider }: Pick<Run, "old_key" | "provider">, nowMs: number): string {
  if (!old.tells_last_use) return `${provider} does not tell when a key was last used.`;
  if (old.seen_at === null) return "Its last use is not known yet.";
  const told = ` (asked ${relativeText(old.seen_at, nowMs)})`;
  if (old.last_used.kind === "never") return `${provider} has seen no use of it${told}.`;
  if (old.last_used.kind === "not_told") return `${provider} did not tell when it was last used.`;
  return `Last used ${lastUseText(old.last_used, nowMs)}${told}.`;
}
