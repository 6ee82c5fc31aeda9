import type { BulkPlan, Request, RotationBoard, SecretView } from "../ipc";
import { dueOf } from "./mock-policy";
import { beginRun, planOf } from "./mock-rotation";
import { carryOn } from "./mock-rotation-run";
import { openRun } from "./mock-secret-list";
import type { Handlers, MockWorld } from "./mock-world";

const DAY_MS = 86_400_000;
const WEEKS = 13;

type BoardCommand = "rotation_board" | "rotation_bulk_plan" | "rotation_bulk_start";

export function boardCommands(world: MockWorld): Pick<Handlers, BoardCommand> {
  return {
    rotation_board: () => boardOf(world),
    rotation_bulk_plan: ({ secret_ids }) => ({ plans: secret_ids.map((id) => bulkPlan(world, world.secret(id))) }),
    rotation_bulk_start: (request) => startMany(world, request),
  };
}

function live(world: MockWorld): SecretView[] {
  return world.secrets
    .filter(({ trashed_at }) => trashed_at === null)
    .map((secret) => ({ ...secret, ...dueOf(world, secret) }));
}

function boardOf(world: MockWorld): RotationBoard {
  const secrets = live(world);
  const state = (of: string) => secrets.filter(({ due_state }) => due_state === of);
  const due = [...state("overdue"), ...state("soon")].sort((a, b) => (a.due_at! < b.due_at! ? -1 : 1));
  const said = (status: string) => world.locations.filter(({ verification }) => verification?.status === status).length;
  const policy = world.policies.get("");
  return {
    secrets: secrets.length,
    policy: { every_days: policy?.every_days ?? null, lead_days: policy?.lead_days ?? null },
    overdue: state("overdue").length,
    due_soon: state("soon").length,
    in_flight: world.rotations.filter(({ state }) => !["done", "undone", "abandoned"].includes(state)).length,
    failed: world.rotations.filter((run) => ["stopped", "asks"].includes(run.state)).length,
    verified: {
      ok: said("verified"),
      failed: said("failed"),
      unreachable: said("unreachable"),
      unverified: world.locations.length - said("verified") - said("failed") - said("unreachable"),
    },
    ages: ages(secrets),
    due: dueDays(secrets),
    due_secrets: due.slice(0, 200).map((secret) => {
      const run = openRun(world, secret.id);
      const { id, name, mark, type_label } = secret;
      const rotation = run === undefined ? null : { id: run.id, stage: run.stage, state: run.state };
      return { id, name, mark, type_label, due_at: secret.due_at!, managed: planOf(world, secret).managed, rotation };
    }),
    due_total: due.length,
    runs: world.rotations,
  };
}

function ages(secrets: SecretView[]): RotationBoard["ages"] {
  const weeks = new Map<number, RotationBoard["ages"][number]>();
  for (const { made_at, due_state } of secrets) {
    const week = Math.max(0, Math.floor((Date.now() - Date.parse(made_at)) / (7 * DAY_MS)));
    const age = weeks.get(week) ?? { weeks: week, count: 0, due_soon: 0, overdue: 0 };
    age.count += 1;
    if (due_state === "soon") age.due_soon += 1;
    if (due_state === "overdue") age.overdue += 1;
    weeks.set(week, age);
  }
  return [...weeks.values()];
}

function dueDays(secrets: SecretView[]): RotationBoard["due"] {
  const days = new Map<string, number>();
  for (const { due_at } of secrets) {
    if (due_at === null || Date.parse(due_at) < Date.now() - 7 * DAY_MS) continue;
    if (Date.parse(due_at) > Date.now() + WEEKS * 7 * DAY_MS) continue;
    const date = due_at.slice(0, 10);
    days.set(date, (days.get(date) ?? 0) + 1);
  }
  return [...days].map(([date, count]) => ({ date, count }));
}

function bulkPlan(world: MockWorld, secret: SecretView): BulkPlan {
  const plan = planOf(world, secret);
  const { id, name, mark, type_label } = secret;
  return {
    secret_id: id,
    secret_name: name,
    mark,
    type_label,
    managed: plan.managed,
    style: plan.managed ? plan.style : null,
    disables: plan.disables,
    deletes: plan.deletes,
    why_not: plan.managed ? null : (plan.why_not?.message ?? `${type_label} has no interface for keys.`),
    warnings: plan.warnings,
    blocks: plan.blocks,
    asked: true,
    locations: plan.locations_total,
  };
}

async function startMany(world: MockWorld, { secret_ids, reason, old_key }: Request<"rotation_bulk_start">) {
  const started = [];
  world.cancelledJob = "";
  for (const [done, id] of secret_ids.entries()) {
    if (world.cancelledJob === "rotation_bulk") break;
    world.emit({ kind: "progress", job: "rotation_bulk", stage: "rotate", done, total: secret_ids.length });
    const { revision, name } = world.secret(id);
    const run = beginRun(world, { secret_id: id, expected_revision: revision, reason, old_key });
    await carryOn(world, run);
    const message = run.error?.message ?? run.question?.message ?? null;
    const { state } = run;
    started.push({
      rotation_id: run.id,
      secret_id: id,
      secret_name: name,
      state,
      message: state === "waiting" ? null : message,
    });
  }
  return { cancelled: started.length < secret_ids.length, started, refused: [] };
}
