import type { Request, RotationView, SecretView } from "../ipc";
import { dueOf } from "./mock-policy";
import type { MockWorld } from "./mock-world";

const DAY_MS = 86_400_000;

/** A page of the live secrets, searched, filtered and sorted. */
export function listSecrets(world: MockWorld, request: Request<"secret_list">) {
  const query = (request.query ?? "").trim().toLowerCase();
  const types = request.types ?? (request.type ? [request.type] : []);
  const tags = request.tags ?? (request.tag ? [request.tag] : []);
  const plain = query === "" && types.length === 0 && tags.length === 0;
  const found = world.secrets.filter((secret) => {
    if (secret.trashed_at !== null) return false;
    if (request.vault_connection_id && secret.vault_connection_id !== request.vault_connection_id) return false;
    if (request.health && secret.health !== request.health) return false;
    if (request.age === "over_90_days" && Date.now() - Date.parse(secret.made_at) < 90 * DAY_MS) return false;
    if (!passes(world, secret, request)) return false;
    if (plain) return true;
    const text = `${secret.name} ${secret.env_key ?? ""} ${secret.description} ${secret.tags.join(" ")}`.toLowerCase();
    return (
      (query === "" || text.includes(query)) &&
      (types.length === 0 || types.includes(secret.secret_type)) &&
      tags.every((tag) => secret.tags.includes(tag))
    );
  });
  sortBy(found, request.sort ?? "name");
  const offset = request.offset ?? Number(request.cursor ?? 0);
  const limit = request.limit ?? 100;
  const next = offset + limit;
  return {
    secrets: found.slice(offset, next).map((secret) => counted(world, secret)),
    next_cursor: next < found.length ? String(next) : null,
    total: query !== "" && found.length > 200 ? null : found.length,
  };
}

/** What follows from other records: dates, runs, locations, values. */
function passes(world: MockWorld, secret: SecretView, request: Request<"secret_list">): boolean {
  const { mode, due, rotation, verification, values } = request;
  if (mode && secret.mode !== mode) return false;
  if (due && dueOf(world, secret).due_state !== due) return false;
  if (rotation && !runs(world, secret.id, rotation)) return false;
  if (verification && !stands(counted(world, secret), verification)) return false;
  return !values || world.reused.some((ids) => ids.includes(secret.id));
}

function runs(world: MockWorld, secretId: string, which: "open" | "stopped"): boolean {
  const run = openRun(world, secretId);
  return run !== undefined && (which === "open" || ["stopped", "asks"].includes(run.state));
}

function stands({ verified, locations }: SecretView, status: "verified" | "failed" | "unreachable" | "unverified") {
  return status === "verified" ? locations > 0 && verified.ok === locations : verified[status] > 0;
}

const OVER = ["done", "undone", "abandoned"];

export function openRun(world: MockWorld, secretId: string): RotationView | undefined {
  return world.rotations.find((run) => run.secret_id === secretId && !OVER.includes(run.state));
}

/** With what follows from its locations and runs. */
export function counted(world: MockWorld, secret: SecretView): SecretView {
  const used = world.locations.filter(({ secret_id }) => secret_id === secret.id);
  const count = (status: string) => used.filter(({ verification }) => verification?.status === status).length;
  const [ok, failed, unreachable] = [count("verified"), count("failed"), count("unreachable")];
  const at = used
    .flatMap(({ verification }) => (verification?.status === "verified" ? [verification.at] : []))
    .reduce<string | null>((oldest, one) => (oldest === null || one < oldest ? one : oldest), null);
  const run = openRun(world, secret.id);
  const rotation = run === undefined ? null : { id: run.id, stage: run.stage, state: run.state };
  return {
    ...secret,
    ...dueOf(world, secret),
    rotation,
    locations: used.length,
    verified: { ok, failed, unreachable, unverified: used.length - ok - failed - unreachable, at },
  };
}

function sortBy(secrets: SecretView[], sort: string): void {
  const key = sort.replace("-", "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const of: Record<string, (secret: SecretView) => string> = {
    name: (secret) => secret.name.toLowerCase(),
    age: (secret) => secret.made_at,
    type: (secret) => secret.type_label,
    updated: (secret) => secret.updated_at,
    env_key: (secret) => secret.env_key ?? "\uffff",
    health: (secret) => secret.health,
  };
  const read = of[key] ?? of["name"]!;
  const turned = key === "age" ? -sign : sign;
  secrets.sort((a, b) => (read(a) < read(b) ? -turned : read(a) > read(b) ? turned : 0));
}

/** Live secrets by tag, type and health. */
export function countSecrets(world: MockWorld) {
  const tags = new Map<string, number>();
  const by_type: Record<string, number> = {};
  const by_health: Record<string, number> = {};
  const live = world.secrets.filter((secret) => secret.trashed_at === null);
  for (const secret of live) {
    for (const tag of secret.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
    by_type[secret.secret_type] = (by_type[secret.secret_type] ?? 0) + 1;
    by_health[secret.health] = (by_health[secret.health] ?? 0) + 1;
  }
  return {
    tags: [...tags].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count),
    counts: {
      live: live.length,
      trashed: world.secrets.length - live.length,
      locations: world.locations.length,
      connections: world.connections.length,
      by_type,
      by_health,
      needs: needs(world, live),
    },
  };
}

function needs(world: MockWorld, live: SecretView[]) {
  const count = (asked: Request<"secret_list">) => live.filter((secret) => passes(world, secret, asked)).length;
  return {
    overdue: count({ due: "overdue" }),
    due_soon: count({ due: "soon" }),
    failed: count({ verification: "failed" }),
    unreachable: count({ verification: "unreachable" }),
    rotating: count({ rotation: "open" }),
    stopped: count({ rotation: "stopped" }),
    external: count({ mode: "external" }),
  };
}
