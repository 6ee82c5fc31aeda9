import { countText } from "../../shared/numbers";
import type { Plan, Run, RunStage, Secret } from "./types";

export type StepKey = "check" | "create" | "store" | "test" | "promote" | "retire" | "restore" | "enable" | "remove";

export interface Step {
  key: StepKey;
  title: string;
  state: "todo" | "now" | "done" | "failed" | "asks" | "dropped";
  text: string;
}

const TITLES: Record<StepKey, string> = {
  check: "Check the account",
  create: "Make the new key",
  store: "Save it in the vault",
  test: "Try it for real",
  promote: "Switch over",
  retire: "Retire the old key",
  restore: "Go back to the old key",
  enable: "Enable the old key again",
  remove: "Delete the new key",
};

/** A provider that cuts over has stopped the old key: the new one is in use before it is tried. */
const FORWARD: Record<Plan["style"], StepKey[]> = {
  overlap: ["check", "create", "store", "test", "promote", "retire"],
  cut_over: ["check", "create", "store", "promote", "test"],
};

/** At each stage on the way there, the step that is at work or would be next. */
const AT: Partial<Record<RunStage, StepKey>> = {
  planned: "check",
  creating: "create",
  stored: "test",
  testing: "test",
  tested: "promote",
  promoted: "retire",
  grace: "retire",
  disabling: "retire",
  old_disabled: "retire",
  deleting_old: "retire",
};

const AT_CUT_OVER: Partial<Record<RunStage, StepKey>> = { ...AT, stored: "promote", promoted: "test", testing: "test" };

/** And on the way back. */
const AT_BACK: Partial<Record<RunStage, StepKey>> = {
  creating: "remove",
  stored: "remove",
  testing: "remove",
  tested: "remove",
  promoted: "restore",
  grace: "restore",
  disabling: "enable",
  old_disabled: "enable",
  enabling_old: "enable",
  old_enabled: "restore",
  old_restored: "remove",
  removing_new: "remove",
};

/** A place among the locations that is named in a sentence; more are counted. */
const NAMED_MAX = 3;

/** What will happen, before the click. The account was asked already. */
export function planSteps(plan: Plan, secret: Secret): Step[] {
  const next = (secret.version ?? 0) + 1;
  const texts: Partial<Record<StepKey, string>> = {
    check: checkText(plan),
    create:
      plan.style === "overlap"
        ? "Beside the present one, which goes on working."
        : `In place of the present one, which stops working in that moment: whoever uses it breaks until it has the new one.`,
    store: `Version ${next}, pending: nothing uses it yet.`,
    test: testText(plan),
    promote: `Version ${next} becomes current; version ${next - 1} is kept ${secret.history.keep > 0 ? "as previous" : "until the rotation is over"}.`,
    retire: "",
  };
  return forward(plan.style).map((key) => ({
    key,
    title: TITLES[key],
    state: key === "check" ? (plan.blocks.length > 0 ? "failed" : "done") : "todo",
    text: texts[key] ?? "",
  }));
}

/** The same steps while they happen and after, and those of the way back where it was undone. */
export function runSteps(run: Run): Step[] {
  const there = forward(run.style);
  const back = isBack(run) ? backward(run) : [];
  const reached = isBack(run) ? reachedBeforeUndo(run) : there.length;
  const order = [...there, ...back];
  const here = order.indexOf(stepAt(run) ?? "check");
  return order.map((key, index) => ({
    key,
    title: titleOf(key, run),
    state:
      (index >= reached && index < there.length) || (key === "remove" && isLeft(run))
        ? "dropped"
        : stateOf(run, index, isOver(run) ? order.length : here),
    text: doneTextOf(key, run),
  }));
}

/** Whether it goes back, or went. A way back that leads to nothing is given up: then it goes on. */
export function isBack({ direction, stage }: Run): boolean {
  return stage === "undone" || stage === "abandoned" || (direction === "back" && stage !== "done");
}

export function isOver({ state }: Pick<Run, "state">): boolean {
  return state === "done" || state === "undone" || state === "abandoned";
}

/** Whether the new version was current, as the steps taken say. */
export function wasPromoted({ steps }: Pick<Run, "steps">): boolean {
  return steps.some(({ step, phase }) => step === "promote" && phase === "done");
}

/** The new key was to be deleted, and nobody knows that it is. */
function isLeft({ ended }: Run): boolean {
  return ended?.new_key === "left" || ended?.new_key === "unknown";
}

function titleOf(key: StepKey, run: Run): string {
  if (key === "retire" && run.old_key.then === "keep") return "Leave the old key";
  if (key === "remove" && run.removal === "make_anew") return "Put another key in the new one’s place";
  return TITLES[key];
}

function stepAt(run: Run): StepKey | undefined {
  if (isBack(run)) return AT_BACK[run.stage];
  return (run.style === "cut_over" ? AT_CUT_OVER : AT)[run.stage];
}

function stateOf(run: Run, index: number, here: number): Step["state"] {
  if (index < here) return "done";
  if (index > here) return "todo";
  if (run.state === "stopped") return "failed";
  return run.state === "asks" ? "asks" : "now";
}

function forward(style: Plan["style"]): StepKey[] {
  return FORWARD[style];
}

function backward(run: Run): StepKey[] {
  if (!wasPromoted(run)) return run.ended?.new_key === "never_made" ? [] : ["remove"];
  const wasTouched = run.steps.some(({ step }) => step === "disable_old");
  return wasTouched ? ["enable", "restore", "remove"] : ["restore", "remove"];
}

/** How many of the steps there had happened when the person turned back. */
function reachedBeforeUndo(run: Run): number {
  const last: StepKey = wasPromoted(run) ? "promote" : run.new_version !== null ? "store" : "check";
  return forward(run.style).indexOf(last) + 1;
}

function checkText(plan: Plan): string {
  const who = plan.account === null ? "" : `${plan.account}. `;
  if (plan.blocks.length > 0) return who.trim();
  if (plan.way === "own_key") return `${who}The key itself may make and delete keys.`;
  return `${who}“${plan.management_secret?.name ?? "The management credential"}” may make and delete keys.`;
}

function testText({ locations, locations_total: total, provider }: Plan): string {
  if (total === 0) return `Asks whether ${provider} accepts it. No location is noted that it could be tried on.`;
  const named = locations.slice(0, NAMED_MAX).map(({ name }) => name);
  const rest = total - named.length;
  return `On ${rest > 0 ? `${named.join(", ")} and ${countText(rest, "more", "more")}` : listText(named)}. A new key can take a minute to be known everywhere.`;
}

function removedText({ ended, removal, new_key_id: id, provider }: Run): string {
  if (removal === "run_out") return "It cannot be taken back, and works until it ends by itself.";
  if (ended?.new_key === "left") return `${id ?? "It"} was left at ${provider}.`;
  if (ended?.new_key === "unknown") return `Whether one is left at ${provider} is not known.`;
  return "";
}

function listText(names: string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function doneTextOf(key: StepKey, run: Run): string {
  if (key === "create") return run.style === "cut_over" ? "The former key stopped working then." : "";
  if (key === "store")
    return run.new_version === null ? "" : `Version ${run.new_version}, pending until it has proved itself`;
  if (key === "promote")
    return run.new_version === null
      ? ""
      : `Version ${run.new_version} current, version ${run.old_version ?? "before it"} as previous`;
  if (key === "remove") return removedText(run);
  if (key === "restore")
    return run.old_version === null ? "" : `The value of version ${run.old_version} is current again`;
  return "";
}
