import type { KeyView, Request, RotationPlan, RotationView, SecretView } from "../ipc";
import { rotationOf } from "./mock-catalogue-rotation";
import { carryOn, decide, lookAt, mayGoBack, turnBack } from "./mock-rotation-run";
import { openRun } from "./mock-secret-list";
import { newId } from "./mock-secrets";
import { refusal, type Handlers, type MockWorld } from "./mock-world";

const DAY_MS = 86_400_000;

type RotationCommand =
  | "rotation_plan"
  | "rotation_start"
  | "rotation_resume"
  | "rotation_undo"
  | "rotation_decide"
  | "rotation_look"
  | "rotation_key_delete"
  | "rotation_get"
  | "rotation_list";

export function rotationCommands(world: MockWorld): Pick<Handlers, RotationCommand> {
  return {
    rotation_plan: ({ secret_id }) => ({ plan: planOf(world, world.secret(secret_id)) }),
    rotation_start: async (request) => {
      const run = beginRun(world, request);
      await carryOn(world, run);
      return { rotation: run };
    },
    rotation_resume: async ({ rotation_id }) => {
      const run = runOf(world, rotation_id);
      world.failAt = null;
      Object.assign(run, { state: "working", error: null });
      await carryOn(world, run);
      return { rotation: run };
    },
    rotation_undo: async ({ rotation_id }) => {
      const run = runOf(world, rotation_id);
      if (!mayGoBack(world, run)) throw refusal(409, "conflict", "There is no way back from this rotation.");
      await turnBack(world, run);
      return { rotation: run };
    },
    rotation_decide: async ({ rotation_id, decision }) => {
      const run = runOf(world, rotation_id);
      await decide(world, run, decision);
      return { rotation: run };
    },
    rotation_look: ({ rotation_id }) => lookAt(runOf(world, rotation_id)),
    rotation_key_delete: ({ key_id, then, reason }) => {
      if (reason === "") throw refusal(422, "validation_error", "Say why this key goes. It is kept in the log.");
      world.spareKeys = world.spareKeys.filter(({ id }) => id !== key_id || then === "disable");
      for (const key of world.spareKeys.filter(({ id }) => id === key_id)) key.status = "inactive";
      return { key_id, then };
    },
    rotation_get: ({ rotation_id }) => ({ rotation: runOf(world, rotation_id) }),
    rotation_list: ({ secret_id }) => {
      const rotations = world.rotations.filter((run) => !secret_id || run.secret_id === secret_id);
      return { rotations, next_cursor: null, total: rotations.length };
    },
  };
}

function runOf(world: MockWorld, id: string): RotationView {
  const found = world.rotations.find((run) => run.id === id);
  if (found === undefined) throw refusal(404, "not_found", "There is no such rotation in this vault.");
  return found;
}

export function planOf(world: MockWorld, secret: SecretView): RotationPlan {
  const rotation = rotationOf(secret.auth_method);
  const lacks = rotation.way === "management";
  const places = world.locations.filter(({ secret_id }) => secret_id === secret.id);
  return {
    secret_id: secret.id,
    secret_name: secret.name,
    revision: secret.revision,
    provider: secret.type_label,
    managed: rotation.managed && (!lacks || secret.auth_method === "railway_access_key"),
    why_not: lacks
      ? {
          code: "management_missing",
          message: `The key of ${secret.type_label} cannot make another one. Say which secret of this vault may.`,
        }
      : null,
    way: lacks ? "management" : "own_key",
    style: rotation.style ?? "overlap",
    management_secret: lacks ? { id: "sec_01", name: "Railway project token" } : null,
    account: "User backup-writer in account 029608264753",
    keys: [...keysOf(secret), ...world.spareKeys],
    keys_max: secret.secret_type === "s3" ? 2 : null,
    names_keys: false,
    disables: secret.secret_type !== "b2",
    deletes: secret.auth_method !== "azure_sas_url",
    tells_last_use: secret.secret_type !== "b2",
    warnings: [],
    blocks: world.spareKeys.map(({ id }) => ({
      code: "keys_max",
      message: `This user has two keys already: ${id} is in the way.`,
      key_id: id,
    })),
    locations: places.slice(0, 200).map(({ id, name, probe_writes, verification }) => ({
      id,
      name,
      probe_writes,
      status: verification?.status ?? "unverified",
    })),
    locations_total: places.length,
  };
}

export function keysOf(secret: SecretView): KeyView[] {
  const id = secret.fields[0]?.mask ?? "key";
  return [
    {
      id,
      name: null,
      status: "active",
      created_at: secret.made_at,
      expires_at: secret.expires_at,
      last_used: {
        kind: "at",
        time: new Date(Date.now() - 0.1 * DAY_MS).toISOString(),
        service: "s3",
        region: "eu-central-1",
      },
      is_current: true,
      held_by: null,
      may_go: false,
    },
  ];
}

export function beginRun(world: MockWorld, request: Request<"rotation_start">): RotationView {
  const secret = world.secret(request.secret_id);
  if (request.expected_revision !== secret.revision) {
    throw refusal(409, "conflict", "This secret was changed since you saw the plan.", [], {
      current_revision: secret.revision,
    });
  }
  if (openRun(world, secret.id)) throw refusal(409, "conflict", "A rotation of this secret is under way.");
  const plan = planOf(world, secret);
  const now = new Date().toISOString();
  const run: RotationView = {
    id: newId("rot_", world.random),
    secret_id: secret.id,
    secret_name: secret.name,
    type_label: secret.type_label,
    mark: secret.mark,
    provider: secret.type_label,
    stage: "planned",
    state: "working",
    way: plan.way,
    style: plan.style,
    direction: "forward",
    started_at: now,
    started_by: world.member.name,
    updated_at: now,
    reason: request.reason ?? null,
    revision: 1,
    worker: { name: "this computer", here: true },
    again_at: null,
    old_key_id: plan.keys[0]?.id ?? null,
    new_key_id: null,
    old_version: secret.version,
    new_version: null,
    tests: [test(null, "The key itself"), ...plan.locations.map(({ id, name }) => test(id, name))],
    old_key: {
      now: "works",
      last_used: { kind: "not_told" },
      seen_at: null,
      tells_last_use: plan.tells_last_use,
      grace_until: null,
      then: request.old_key.then,
      decided_by: world.member.name,
      disabled_at: null,
      deleted_at: null,
    },
    steps: [],
    error: null,
    question: null,
    may_resume: false,
    may_undo: true,
    removal: REMOVALS[secret.auth_method] ?? "delete",
    ended: null,
  };
  graces.set(run.id, request.old_key.grace_hours);
  world.rotations.unshift(run);
  return run;
}

const REMOVALS: Record<string, RotationView["removal"]> = { azure_sas_url: "run_out", azure_account_key: "make_anew" };

/** Hours that the old key is given, by run. */
export const graces = new Map<string, number>();

function test(location_id: string | null, name: string): RotationView["tests"][number] {
  return {
    location_id,
    name,
    state: "waiting",
    again_at: null,
    can_list: null,
    can_read: null,
    can_write: null,
    can_delete: null,
    error_message: null,
  };
}
