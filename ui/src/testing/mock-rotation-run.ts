import type { RotationView, RotationStage } from "../ipc";
import { graces } from "./mock-rotation";
import { addVersion } from "./mock-secret-commands";
import type { MockWorld } from "./mock-world";

const HOUR_MS = 3_600_000;

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
  disabling: { to: "old_disabled", step: "disable_old", act: (_, run) => (run.old_key.disabled_at = now()) },
  old_disabled: { to: "deleting_old", step: "delete_old" },
  deleting_old: { to: "done", step: "delete_old", act: (_, run) => (run.old_key.deleted_at = now()) },
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
  run.steps.push({ step: next.step, phase: "done", at: now(), code: null, message: null });
  run.stage = next.to;
  const isLast =
    next.to === "done" || (run.stage === "promoted" && (run.style === "cut_over" || run.old_key.then === "keep"));
  if (isLast) over(run, "done");
  else if (run.stage === "old_disabled" && run.old_key.then === "disable") over(run, "done");
  else if (run.stage === "grace" && run.old_key.grace_until !== null) {
    const choices = [
      { decision: "go_on", label: "Stop the old key now", help: "The grace ends now.", danger: true },
      { decision: "keep_old", label: "Keep the old key", help: "It stays at the provider as it is.", danger: false },
    ];
    Object.assign(run, { state: "waiting", worker: null, question: { message: "", choices } });
  }
}

/** Takes back what was done, as far as it was done. */
export async function turnBack(world: MockWorld, run: RotationView): Promise<void> {
  const wasCurrent = run.steps.some(({ step: taken }) => taken === "promote");
  run.steps.push({ step: "undo", phase: "done", at: now(), code: null, message: null });
  Object.assign(run, { state: "working", error: null, question: null, may_undo: false, may_resume: false });
  if (wasCurrent) {
    tell(world, run);
    await new Promise((resolve) => setTimeout(resolve, world.stepMs));
    addVersion(world, run.secret_id, "restored", null);
    run.steps.push({ step: "restore_old", phase: "done", at: now(), code: null, message: null });
    run.stage = "old_restored";
  }
  run.stage = "removing_new";
  tell(world, run);
  await new Promise((resolve) => setTimeout(resolve, world.stepMs));
  if (world.holdAt === "removing_new") return;
  run.steps.push({ step: "remove_new", phase: "done", at: now(), code: null, message: null });
  run.stage = wasCurrent ? "undone" : "abandoned";
  over(run, run.stage);
  tell(world, run);
}

function over(run: RotationView, state: "done" | "undone" | "abandoned"): void {
  const stage = state === "done" ? "done" : run.stage;
  const canGoBack = state === "done" && run.old_key.deleted_at === null && run.style === "overlap";
  Object.assign(run, { state, stage, worker: null, may_undo: canGoBack, may_resume: false });
}

function fail(run: RotationView): void {
  const message = "The provider did not answer in time. It may have done it all the same.";
  run.steps.push({ step: run.stage, phase: "failed", at: now(), code: "ServiceUnavailable", message });
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
