import type { Answer, RotationStage, RotationView } from "../ipc";
import { graces } from "./mock-rotation";
import { addVersion } from "./mock-secret-commands";
import type { MockWorld } from "./mock-world";

const HOUR_MS = 3_600_000;

/** What the provider says of the old key, whenever it is asked. */
const USED_MS_AGO = 0.1 * 24 * HOUR_MS;

type Act = (world: MockWorld, run: RotationView) => void;

/** What each stage leads to, what it is called in the journal, and what it does. */
const FORWARD: Partial<Record<RotationStage, { to: RotationStage; step: string; act?: Act }>> = {
  planned: { to: "creating", step: "preflight" },
  creating: { to: "stored", step: "create", act: made },
  stored: { to: "testing", step: "store" },
  testing: { to: "tested", step: "test", act: tried },
  tested: { to: "promoted", step: "promote", act: promoted },
  promoted: { to: "grace", step: "wait", act: graced },
  grace: { to: "disabling", step: "wait" },
  disabling: { to: "old_disabled", step: "disable_old", act: disabled },
  old_disabled: { to: "deleting_old", step: "delete_old" },
  deleting_old: { to: "done", step: "delete_old", act: deleted },
};

/** Goes on until the run rests: over, in grace, held or failed. */
export async function carryOn(world: MockWorld, run: RotationView): Promise<void> {
  tell(world, run);
  while (run.state === "working") {
    await new Promise((resolve) => setTimeout(resolve, world.stepMs));
    if (world.holdAt === run.stage) return;
    if (world.failAt === run.stage) fail(run);
    else step(world, run);
    tell(world, run);
  }
}

function step(world: MockWorld, run: RotationView): void {
  const next = FORWARD[run.stage];
  if (next === undefined) return;
  next.act?.(world, run);
  run.steps.push({ step: next.step, phase: "done", at: now(), code: null, message: null, by: null });
  run.stage = next.to;
  const isLast =
    next.to === "done" || (run.stage === "promoted" && (run.style === "cut_over" || run.old_key.then === "keep"));
  if (next.to === "promoted" && run.style === "overlap" && run.old_key.tells_last_use) seen(run);
  if (isLast) over(world, run, "done");
  else if (run.stage === "old_disabled" && run.old_key.then === "disable") over(world, run, "done");
  else if (run.stage === "grace" && run.old_key.grace_until !== null) {
    const choices = [
      { decision: "go_on", label: "Stop the old key now", help: "The grace ends now.", danger: true },
      { decision: "keep_old", label: "Keep the old key", help: "It stays at the provider as it is.", danger: false },
    ];
    Object.assign(run, { state: "waiting", worker: null, question: { message: "", choices } });
  }
}

/** What Rust answers: while the old key and its value are there and nothing came after, and once only. */
export function mayGoBack(world: MockWorld, run: RotationView): boolean {
  if (run.direction === "back" || run.stage === "deleting_old") return false;
  if (run.state !== "done") return run.state !== "undone" && run.state !== "abandoned";
  const secret = world.secret(run.secret_id);
  const newest = world.rotations.find((one) => one.secret_id === run.secret_id);
  const isThere = run.old_key.now === "works" || run.old_key.now === "disabled";
  const counts = newest?.id === run.id && secret.version === run.new_version && secret.history.keep > 0;
  return run.style === "overlap" && isThere && counts;
}

export async function decide(world: MockWorld, run: RotationView, decision: string): Promise<void> {
  const by = world.member.name;
  run.steps.push({ step: "decide", phase: "done", at: now(), code: decision, message: null, by });
  run.question = null;
  if (decision === "keep_old") {
    Object.assign(run.old_key, { then: "keep", grace_until: null, decided_by: by });
    over(world, run, "done");
    return tell(world, run);
  }
  if (decision === "go_on") run.old_key.decided_by = by;
  run.state = "working";
  await carryOn(world, run);
}

/** The provider is asked about the keys that a person decides about. */
export function lookAt(run: RotationView): Answer<"rotation_look"> {
  if (run.state === "waiting" && run.old_key.tells_last_use) seen(run);
  const asked = run.question?.choices.map(({ decision }) => decision.split("delete:")[1]) ?? [];
  const keys = asked.filter((id) => id !== undefined);
  return {
    rotation: run,
    keys: keys.map((id) => ({
      id,
      name: null,
      status: "active",
      created_at: new Date(Date.now() - HOUR_MS).toISOString(),
      expires_at: null,
      last_used: { kind: "never" },
      is_current: false,
      held_by: null,
      may_go: false,
    })),
  };
}

function seen(run: RotationView): void {
  const time = new Date(Date.now() - USED_MS_AGO).toISOString();
  run.old_key.last_used = { kind: "at", time, service: "s3", region: "eu-central-1" };
  run.old_key.seen_at = now();
}

/** Takes back what was done, as far as it was done. */
export async function turnBack(world: MockWorld, run: RotationView): Promise<void> {
  const wasCurrent = run.steps.some(({ step: taken }) => taken === "promote");
  const by = world.member.name;
  const done = (step: string) =>
    run.steps.push({ step, phase: "done", at: now(), code: null, message: null, by: step === "undo" ? by : null });
  done("undo");
  Object.assign(run, { state: "working", error: null, question: null, may_undo: false, may_resume: false });
  Object.assign(run, { direction: "back", ended: null });
  if (run.old_key.now === "disabled") {
    run.stage = "enabling_old";
    tell(world, run);
    await new Promise((resolve) => setTimeout(resolve, world.stepMs));
    done("enable_old");
    Object.assign(run.old_key, { now: "works", disabled_at: null });
  }
  if (wasCurrent) {
    tell(world, run);
    await new Promise((resolve) => setTimeout(resolve, world.stepMs));
    addVersion(world, run.secret_id, "restored", null);
    done("restore_old");
    run.stage = "old_restored";
  }
  run.stage = "removing_new";
  tell(world, run);
  await new Promise((resolve) => setTimeout(resolve, world.stepMs));
  if (world.holdAt === "removing_new") return;
  done("remove_new");
  run.stage = wasCurrent ? "undone" : "abandoned";
  over(world, run, run.stage);
  tell(world, run);
}

function over(world: MockWorld, run: RotationView, state: "done" | "undone" | "abandoned"): void {
  const stage = state === "done" ? "done" : run.stage;
  const removed = run.new_key_id === null ? "never_made" : run.removal === "run_out" ? "runs_out" : "deleted";
  const ended = { new_key: state === "done" ? "in_use" : removed, in_use: "works", left_others: false };
  Object.assign(run, { state, stage, worker: null, may_resume: false, ended });
  run.may_undo = mayGoBack(world, run);
}

function disabled(_: MockWorld, run: RotationView): void {
  Object.assign(run.old_key, { now: "disabled", disabled_at: now() });
}

function deleted(_: MockWorld, run: RotationView): void {
  Object.assign(run.old_key, { now: "deleted", deleted_at: now() });
}

function fail(run: RotationView): void {
  const message = "The provider did not answer in time. It may have done it all the same.";
  run.steps.push({ step: run.stage, phase: "failed", at: now(), code: "ServiceUnavailable", message, by: null });
  Object.assign(run, {
    state: "stopped",
    worker: null,
    may_resume: true,
    error: { code: "ServiceUnavailable", message },
  });
}

function made(world: MockWorld, run: RotationView): void {
  run.new_key_id = "AKIAQW3ET7NEWKEY4FZM";
  run.new_version = (world.secret(run.secret_id).version ?? 0) + 1;
}

function tried(_: MockWorld, run: RotationView): void {
  for (const test of run.tests) {
    Object.assign(test, { state: "ok", can_list: test.location_id !== null, can_read: test.location_id !== null });
  }
}

function promoted(world: MockWorld, run: RotationView): void {
  addVersion(world, run.secret_id, "managed", run.reason);
}

function graced(_: MockWorld, run: RotationView): void {
  const hours = graces.get(run.id) ?? 0;
  if (hours > 0) run.old_key.grace_until = new Date(Date.now() + hours * HOUR_MS).toISOString();
}

function tell(world: MockWorld, run: RotationView): void {
  run.revision += 1;
  run.updated_at = now();
  world.emit({ kind: "rotation_changed", rotation_id: run.id, secret_id: run.secret_id });
  world.emit({ kind: "changed", what: ["secrets", "rotations"] });
}

function now(): string {
  return new Date().toISOString();
}
