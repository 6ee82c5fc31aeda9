import type { HintView, Mutation, Offer, Request, SecretView } from "../ipc";
import { CATALOGUE } from "./mock-catalogue";
import { counted, countSecrets, listSecrets } from "./mock-secret-list";
import { makeSecret, maskedFields, masksOf } from "./mock-secrets";
import { othersOf } from "./mock-reuse";
import { refusal, type Handlers, type MockWorld } from "./mock-world";

type SecretCommand =
  | "catalogue_get"
  | "secret_hints"
  | "secret_create"
  | "secret_update"
  | "secret_get"
  | "secret_list"
  | "secret_history"
  | "secret_restore"
  | "version_destroy"
  | "secret_delete"
  | "secret_undelete"
  | "trash_list"
  | "trash_empty"
  | "secret_copy"
  | "tag_list";

/** What a create and an update have in common. */
type Draft = Omit<Partial<Request<"secret_update">>, "expected_revision">;

export function secretCommands(world: MockWorld): Pick<Handlers, SecretCommand> {
  return {
    catalogue_get: () => CATALOGUE,
    secret_hints: (request) => {
      const draft = "create" in request ? request.create : request.update;
      return { details: faults(world, draft), hints: [], widened: [] };
    },
    secret_create: (request) => {
      const details = faults(world, request);
      if (!request.name) details.push({ loc: ["name"], message: "Give the secret a name.", type: "missing" });
      if (details.length > 0) throw refusal(422, "validation_error", "Some fields need your attention.", details);
      const secret = { ...makeSecret(world.secrets.length, world.random), ...edits(request), version: 1, revision: 1 };
      dress(world, secret, request);
      world.secrets.unshift(secret);
      world.emit({ kind: "changed", what: ["secrets"] });
      return mutation(secret, "created", []);
    },
    secret_update: (request) => update(world, request),
    secret_get: ({ id }) => ({ secret: counted(world, world.secret(id)), shares_value_with: othersOf(world, id) }),
    secret_list: (request) => listSecrets(world, request),
    secret_history: ({ id }) => ({ versions: world.versionsOf(id) }),
    secret_restore: ({ id, version }) => {
      const origin = world.versionsOf(id).find((candidate) => candidate.number === version);
      const secret = addVersion(world, id, "restored", null);
      Object.assign(world.versionsOf(id)[0]!, { origin: version, masks: origin?.masks ?? null });
      return mutation(secret, "updated", ["credentials"]);
    },
    version_destroy: ({ id, version, forget }) => {
      const found = world.versionsOf(id).find((candidate) => candidate.number === version);
      if (found) Object.assign(found, { state: "destroyed", masks: forget ? null : found.masks });
      world.emit({ kind: "changed", what: ["secrets"] });
      return mutation(world.secret(id), "updated", []);
    },
    secret_delete: ({ id, destroy, force }) => {
      const secret = world.secret(id);
      const linked = world.locations.filter((one) => one.secret_id === id);
      if (linked.length > 0 && !force)
        throw inUse("This secret is used by locations.", linked, ["unlink_locations", "force"]);
      for (const location of linked) location.secret_id = null;
      if (destroy) world.secrets.splice(world.secrets.indexOf(secret), 1);
      else secret.trashed_at = new Date().toISOString();
      world.emit({ kind: "changed", what: ["secrets", "trash"] });
      return mutation(secret, "deleted", []);
    },
    secret_undelete: ({ id }) => {
      const secret = world.secret(id);
      secret.trashed_at = null;
      world.emit({ kind: "changed", what: ["secrets", "trash"] });
      return mutation(secret, "updated", []);
    },
    trash_list: () => {
      const secrets = world.secrets.filter((secret) => secret.trashed_at !== null);
      return { secrets, next_cursor: null, total: secrets.length };
    },
    trash_empty: () => {
      const gone = world.secrets.filter((secret) => secret.trashed_at !== null);
      for (const secret of gone) world.secrets.splice(world.secrets.indexOf(secret), 1);
      world.emit({ kind: "changed", what: ["trash"] });
      return { deleted: gone.length };
    },
    secret_copy: ({ id, field }) => {
      const secret = world.secret(id);
      const label = `${secret.name} · ${secret.fields.find((one) => one.name === field)?.label ?? field}`;
      const remaining_ms = world.settings.clipboard_seconds * 1000;
      world.clipboard = { label, endsAt: Date.now() + remaining_ms };
      world.emit({ kind: "clipboard", label, remaining_ms });
      return { label, clears_in_ms: remaining_ms };
    },
    tag_list: () => countSecrets(world),
  };
}

function update(world: MockWorld, request: Request<"secret_update">): Mutation {
  const secret = world.secret(request.id);
  if (typeof request.expected_revision === "number" && request.expected_revision !== secret.revision) {
    throw refusal(409, "conflict", "This secret was changed meanwhile. Look at the new state and decide again.", [], {
      current_revision: secret.revision,
    });
  }
  const details = faults(world, request);
  if (details.length > 0) throw refusal(422, "validation_error", "Some fields need your attention.", details);
  const linked = world.locations.filter((one) => one.secret_id === secret.id);
  if (request.secret_type && request.secret_type !== secret.secret_type && linked.length > 0) {
    const ways: Offer[] = ["unlink_locations", "copy_with_new_type"];
    throw inUse("Locations of its present type use this secret.", linked, ways);
  }
  const before = structuredClone(secret);
  Object.assign(secret, edits(request));
  const changed = Object.keys(edits(request)).filter(
    (name) => JSON.stringify(before[name as keyof SecretView]) !== JSON.stringify(secret[name as keyof SecretView]),
  );
  if (request.credentials || request.generate) {
    addVersion(world, secret.id, request.generate ? "generated" : "manual", request.reason ?? null);
    if (request.previous === "destroy") Object.assign(world.versionsOf(secret.id)[1]!, { state: "destroyed" });
    changed.push("credentials");
  }
  if (changed.length > 0) {
    secret.revision += 1;
    secret.updated_at = new Date().toISOString();
    world.emit({ kind: "changed", what: ["secrets"] });
  }
  return mutation(secret, "updated", changed);
}

function inUse(message: string, locations: { id: string; name: string }[], offers: Offer[]) {
  const dependants = locations.map(({ id, name }) => ({ kind: "location", id, name }));
  return refusal(409, "in_use", message, [], { dependants, offers });
}

export function addVersion(
  world: MockWorld,
  id: string,
  how: "restored" | "manual" | "generated" | "managed",
  reason: string | null,
): SecretView {
  const secret = world.secret(id);
  const versions = world.versionsOf(id);
  for (const version of versions) {
    if (version.state === "previous") version.state = "retired";
    if (version.state === "current") version.state = "previous";
  }
  secret.version = (secret.version ?? 0) + 1;
  secret.rotated_at = new Date().toISOString();
  secret.made_at = secret.rotated_at;
  secret.expires_at = null;
  secret.health = "fine";
  secret.health_message = "";
  secret.fields = maskedFields(secret.auth_method, world.random);
  versions.unshift({
    number: secret.version,
    state: "current",
    created_at: secret.rotated_at,
    created_by: world.member.name,
    how,
    reason,
    masks: masksOf(secret.fields),
    origin: null,
    verification: null,
    auth_method: secret.auth_method,
    made_at: secret.made_at,
    expires_at: null,
    restorable: false,
  });
  world.emit({ kind: "changed", what: ["secrets"] });
  return secret;
}

/** The members of a request that a secret shows as they are. */
function edits(request: Draft): Partial<SecretView> {
  const made: Partial<SecretView> = {};
  if (request.name) made.name = request.name.trim();
  if (request.description !== undefined) made.description = request.description ?? "";
  if (request.notes !== undefined) made.notes = request.notes ?? "";
  if (request.tags !== undefined) made.tags = request.tags ?? [];
  if (request.field_mappings) made.field_mappings = request.field_mappings;
  const type = CATALOGUE.types.find((one) => one.type === request.secret_type);
  if (type) Object.assign(made, { secret_type: type.type, type_label: type.label, mark: type.mark });
  if (request.auth_method) made.auth_method = request.auth_method;
  if (request.env_key !== undefined) made.env_key = request.env_key;
  if (request.allowed_domains !== undefined) made.allowed_domains = request.allowed_domains ?? [];
  if (request.history) {
    made.history = { keep: request.history.keep ?? 3, grace_days: request.history.grace_days ?? null };
  }
  return made;
}

function dress(world: MockWorld, secret: SecretView, request: Request<"secret_create">): void {
  const type = CATALOGUE.types.find((candidate) => candidate.type === request.secret_type) ?? CATALOGUE.types[0]!;
  const now = new Date().toISOString();
  Object.assign(secret, {
    secret_type: type.type,
    type_label: type.label,
    mark: type.mark,
    auth_method: request.auth_method ?? type.methods[0]!.method,
    created_at: now,
    updated_at: now,
    rotated_at: now,
    made_at: now,
    created_by: world.member.name,
    health: "fine",
    health_message: "",
    env_key: request.env_key ?? null,
    tags: request.tags ?? [],
    description: request.description ?? "",
    allowed_domains: request.allowed_domains ?? [],
  });
  secret.fields = maskedFields(secret.auth_method, world.random);
  if (!request.vault_connection_id) return;
  Object.assign(secret, {
    mode: "external",
    version: null,
    vault_connection_id: request.vault_connection_id,
    vault_connection_name: world.connection(request.vault_connection_id).name,
  });
}

function faults(world: MockWorld, request: Draft): HintView[] {
  const details: HintView[] = [];
  for (const [name, value] of Object.entries(request.credentials ?? {})) {
    if (value === "") details.push({ loc: ["credentials", name], message: "This field is empty.", type: "empty" });
  }
  for (const [at, { reference }] of (request.field_mappings ?? []).entries()) {
    if (reference !== "") continue;
    details.push({ loc: ["field_mappings", at, "reference"], message: "This reference is empty.", type: "empty" });
  }
  const folded = request.name?.trim().toLowerCase();
  const taken = world.secrets.find((one) => one.id !== request.id && one.name.toLowerCase() === folded);
  if (taken) details.push({ loc: ["name"], message: "Another secret has this name.", type: "already_exists" });
  if (request.env_key && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(request.env_key)) {
    details.push({
      loc: ["env_key"],
      message: "Use letters, digits and _, not starting with a digit.",
      type: "pattern",
    });
  }
  return details;
}

function mutation(secret: SecretView, what: "created" | "updated" | "deleted", changed: string[]): Mutation {
  const said = { created: null, updated: null, deleted: null, [what]: true };
  return { secret_name: secret.name, ...said, changed, hints: [], secret };
}
