import type { HintView, LocationMutation, LocationView, Request, SecretView } from "../ipc";
import { CATALOGUE } from "./mock-catalogue";
import { newId } from "./mock-secrets";
import { madeVerification } from "./mock-verify";
import { refusal, type Handlers, type MockWorld } from "./mock-world";

type LocationCommand =
  "location_create" | "location_update" | "location_get" | "location_list" | "location_delete" | "endpoint_offer";

const HOSTS: Record<string, (region: string, account: string) => string | null> = {
  b2: (region) => (region ? `s3.${region}.backblazeb2.com` : null),
  wasabi: (region) => (region ? `s3.${region}.wasabisys.com` : null),
  hetzner: (region) => (region ? `${region}.your-objectstorage.com` : null),
  r2: (_, account) => (account ? `${account}.r2.cloudflarestorage.com` : null),
  tigris: () => "t3.storage.dev",
};

export function locationCommands(world: MockWorld): Pick<Handlers, LocationCommand> {
  return {
    location_list: ({ secret_id, type, query, limit, cursor }) => {
      const holds = (text: string | null) => (text ?? "").toLowerCase().includes((query ?? "").toLowerCase());
      const found = world.locations
        .filter((one) => !secret_id || one.secret_id === secret_id)
        .filter((one) => !type || one.location_type === type)
        .filter((one) => !query || [one.name, one.bucket_name, one.endpoint_url].some(holds))
        .map((one) => named(world, one))
        .sort((one, other) => one.name.localeCompare(other.name));
      const from = Number(cursor ?? 0);
      const next = from + (limit ?? 100);
      const next_cursor = next < found.length ? String(next) : null;
      return { locations: found.slice(from, next), next_cursor, total: found.length };
    },
    location_get: ({ id }) => ({ location: named(world, world.location(id)) }),
    location_create: (request) => {
      refuseFaults(world, request, world.secrets.find(({ id }) => id === request.secret_id) ?? null);
      const now = new Date().toISOString();
      const type = CATALOGUE.location_types.find((one) => one.type === request.location_type)!;
      const location: LocationView = {
        id: newId("loc_", world.random),
        name: request.name.trim(),
        location_type: type.type,
        type_label: type.label,
        mark: type.mark,
        secret_id: request.secret_id,
        secret_name: null,
        bucket_name: request.bucket_name,
        region: request.region ?? null,
        endpoint_url: request.endpoint_url ?? null,
        http_allowed: request.http_allowed ?? false,
        prefix: request.prefix ?? null,
        probe_writes: request.probe_writes ?? false,
        revision: 1,
        created_at: now,
        created_by: world.member.name,
        updated_at: now,
        verification: null,
      };
      world.locations.push(location);
      return told(world, location, "created", []);
    },
    location_update: (request) => update(world, request),
    location_delete: ({ id, expected_revision }) => {
      const location = world.location(id);
      refuseOlder(location, expected_revision);
      world.locations.splice(world.locations.indexOf(location), 1);
      return { ...told(world, location, "deleted", []), location: null };
    },
    endpoint_offer: ({ location_type, region, account }) => {
      const host = HOSTS[location_type]?.(region ?? "", account ?? "") ?? null;
      return { endpoint_url: host === null ? null : `https://${host}` };
    },
  };
}

function update(world: MockWorld, request: Request<"location_update">): LocationMutation {
  const location = world.location(request.id);
  refuseOlder(location, request.expected_revision);
  const { id: _id, expected_revision: _revision, reason: _reason, location_type: _type, ...edits } = request;
  refuseFaults(world, { ...location, ...edits, id: location.id }, null);
  const changed = Object.entries(edits).filter(([key, value]) => location[key as keyof LocationView] !== value);
  if (changed.length === 0) return told(world, location, "updated", []);
  Object.assign(location, edits, { revision: location.revision + 1, updated_at: new Date().toISOString() });
  if (location.verification !== null) location.verification.status = "unverified";
  return told(
    world,
    location,
    "updated",
    changed.map(([key]) => key),
  );
}

function refuseOlder({ revision }: LocationView, expected: number | null | undefined): void {
  if (typeof expected !== "number" || expected === revision) return;
  const message = "This location was changed meanwhile. Look at the new state and decide again.";
  throw refusal(409, "conflict", message, [], { current_revision: revision });
}

interface Given {
  id?: string;
  name?: string | null;
  location_type?: string | null;
  bucket_name?: string | null;
  endpoint_url?: string | null;
  http_allowed?: boolean | null;
}

function refuseFaults(world: MockWorld, given: Given, secret: SecretView | null): void {
  const details: HintView[] = [];
  const fault = (loc: string, message: string, type: string) => details.push({ loc: [loc], message, type });
  if (!given.name?.trim()) fault("name", "Give the location a name.", "empty");
  if (!given.bucket_name?.trim()) fault("bucket_name", "The name of the bucket is empty.", "empty");
  if (given.endpoint_url?.startsWith("http://") && !given.http_allowed) {
    fault(
      "endpoint_url",
      "Requests to http:// can be read and changed on their way. Allow it expressly.",
      "plain_http",
    );
  }
  if (secret && secret.secret_type !== given.location_type) {
    fault("secret_id", "This secret is of another type.", "type_mismatch");
  }
  if (details.length > 0) throw refusal(422, "validation_error", "Some fields need your attention.", details);
  const folded = given.name?.trim().toLowerCase();
  const taken = world.locations.find((one) => one.id !== given.id && one.name.toLowerCase() === folded);
  if (taken) {
    const message = "There is a location with this name.";
    const at = [{ loc: ["name"], message, type: "already_exists" }];
    throw refusal(409, "already_exists", message, at, { existing_id: taken.id });
  }
}

function told(
  world: MockWorld,
  location: LocationView,
  what: "created" | "updated" | "deleted",
  changed: string[],
): LocationMutation {
  world.emit({ kind: "changed", what: ["locations", "secrets"] });
  const said = { created: null, updated: null, deleted: null, [what]: true };
  return { location_name: location.name, ...said, changed, hints: [], location: named(world, location) };
}

function named(world: MockWorld, location: LocationView): LocationView {
  return { ...location, secret_name: world.secrets.find(({ id }) => id === location.secret_id)?.name ?? null };
}

/** So many locations spread over the storage secrets, some without one, some without encryption. */
export function makeLocations(world: MockWorld, count: number): LocationView[] {
  const storage = world.secrets.filter(({ secret_type, trashed_at }) => secret_type !== "generic" && !trashed_at);
  if (storage.length === 0) return [];
  return Array.from({ length: count }, (_, index) => {
    // Two to one secret, then one to the next.
    const turn = Math.floor(index / 3) * 2 + (index % 3 === 2 ? 1 : 0);
    const round = Math.floor(turn / storage.length);
    const location = makeLocation(world, storage[turn % storage.length]!, index);
    return { ...location, name: location.name + (round === 0 ? "" : `-${round + 1}`) };
  });
}

function makeLocation(world: MockWorld, secret: SecretView, index: number): LocationView {
  const type = CATALOGUE.location_types.find(({ type }) => type === secret.secret_type)!;
  const region = type.regions[index % Math.max(1, type.regions.length)] ?? null;
  const slug = secret.name.toLowerCase().replaceAll(" ", "-").slice(0, 60);
  const isSecond = index % 3 === 1;
  const host = HOSTS[type.type]?.(region ?? "", "9f1c2d") ?? null;
  const isPlain = index % 9 === 4;
  return {
    id: newId("loc_", world.random),
    name: isSecond ? `${slug}-nightly` : slug,
    location_type: type.type,
    type_label: type.label,
    mark: type.mark,
    secret_id: index % 13 === 5 ? null : secret.id,
    secret_name: null,
    bucket_name: `acme-${slug}`,
    region,
    endpoint_url: isPlain ? "http://storage.internal:9000" : host && `https://${host}`,
    http_allowed: isPlain,
    prefix: isSecond ? "nightly/" : null,
    probe_writes: isSecond,
    revision: 1,
    created_at: secret.created_at,
    created_by: secret.created_by,
    updated_at: secret.updated_at,
    verification: index % 13 === 5 ? null : madeVerification(index, region),
  };
}
