import type { AuditLine, Request } from "../ipc";
import type { Handlers, MockWorld } from "./mock-world";

const HOUR_MS = 3_600_000;
const ACTS: [action: string, resource: string, reason: string | null][] = [
  ["secret_rotated", "secret", "quarterly"],
  ["value_copied", "secret", null],
  ["vault_unlocked", "vault", null],
  ["secret_updated", "secret", null],
  ["value_injected", "secret", null],
  ["access_refused", "vault", null],
  ["secret_created", "secret", "new build host"],
  ["domains_widened", "secret", null],
  ["unlock_failures", "vault", "3 failed unlocks on this device before this one"],
  ["version_destroyed", "secret", "incident 212"],
];
const LONG =
  "the long account of why this had to be done today, with the ticket, the people asked and what was agreed ";
const TICK_MS = 30;

export function makeEntry(world: MockWorld, position: number, entries: number, long: boolean): AuditLine {
  const [action, resource_type, reason] = ACTS[position % ACTS.length] ?? ACTS[0]!;
  const secret = world.secrets[position % Math.max(1, world.secrets.length)];
  const actor = people(world, long)[position % 3] ?? world.member;
  const about = resource_type === "secret";
  return {
    position,
    sequence: Math.ceil(position / 2),
    device: position % 2 === 0 ? "dev_01K3ZB" : "dev_01K7QX",
    time: new Date(Date.now() - (entries - position + 1) * HOUR_MS).toISOString(),
    actor: actor.name,
    actor_id: actor.id,
    action,
    resource_type,
    resource_id: about ? (secret?.id ?? null) : null,
    resource_name: about ? (secret?.name ?? null) : null,
    changed:
      action === "secret_updated" ? ["description", "tags"] : action === "access_refused" ? ["secret_update"] : [],
    reason: long && reason !== null ? LONG.repeat(4) : reason,
    result: action === "access_refused" ? "refused" : action === "unlock_failures" ? "unverified" : "done",
    fault: long && position % 9 === 4 ? "Its content does not match its hash." : null,
  };
}

function people(world: MockWorld, long: boolean) {
  const jun = { id: "mem_02", name: long ? `Jun Okafor ${LONG}` : "Jun Okafor" };
  return [world.member, jun, { id: "mem_03", name: "Build host" }];
}

export function auditCommands(
  world: MockWorld,
): Pick<Handlers, "audit_list" | "audit_verify" | "audit_export" | "job_cancel"> {
  const work = async (job: string, total: number) => {
    world.cancelledJob = "";
    for (let done = 0; done <= total; done += Math.max(1, Math.ceil(total / 8))) {
      if (world.cancelledJob === job) return false;
      world.emit({ kind: "progress", job, stage: "read", done, total });
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    return true;
  };
  return {
    audit_list: (request) => page(world, request),
    audit_verify: async () =>
      (await work("audit_verify", world.entries.length))
        ? { ok: true, checked: world.entries.length, first_bad: null, problems: [] }
        : { cancelled: true },
    audit_export: async ({ format, filters }) => {
      const entries = page(world, filters ?? {}).total;
      const file_name = `acme-storage-audit.${format === "csv" ? "csv" : "jsonl"}`;
      return (await work("audit_export", entries)) ? { file_name, entries, bytes: entries * 180 } : { cancelled: true };
    },
    job_cancel: ({ job }) => {
      world.cancelledJob = job;
      return {};
    },
  };
}

function page(world: MockWorld, request: Request<"audit_list">) {
  const found = world.entries.filter(
    (entry) =>
      (!request.actor || entry.actor_id === request.actor) &&
      (!request.action || entry.action === request.action) &&
      (!request.resource_type || entry.resource_type === request.resource_type) &&
      (!request.resource_id || entry.resource_id === request.resource_id) &&
      (!request.since || entry.time >= request.since) &&
      (!request.until || entry.time < request.until),
  );
  const before = request.cursor ? found.findIndex((entry) => entry.position < Number(request.cursor)) : 0;
  const start = request.offset ?? (before < 0 ? found.length : before);
  const entries = found.slice(start, start + (request.limit ?? 100));
  return { entries, next_cursor: null, total: found.length };
}
