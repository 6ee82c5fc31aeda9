import type { CatalogueConnectionType, ConnectionMutation, ConnectionView, HintView } from "../ipc";
import { CONNECTION_TYPES } from "./mock-catalogue-places";
import { newId } from "./mock-secrets";
import { refusal, type Handlers, type MockWorld } from "./mock-world";

type ConnectionCommand =
  | "connection_create"
  | "connection_update"
  | "connection_get"
  | "connection_list"
  | "connection_delete"
  | "connection_rotate_token";

export function connectionCommands(world: MockWorld): Pick<Handlers, ConnectionCommand> {
  return {
    connection_list: ({ type, query }) => {
      const found = world.connections
        .filter((one) => !type || one.connection_type === type)
        .filter((one) => !query || one.name.toLowerCase().includes(query.toLowerCase()))
        .map((one) => counted(world, one))
        .sort((one, other) => one.name.localeCompare(other.name));
      return { connections: found, next_cursor: null, total: found.length };
    },
    connection_get: ({ id }) => ({ connection: counted(world, world.connection(id)) }),
    connection_create: ({ name, description, connection_type, method, credentials }) => {
      refuseFaults(world, name, null, credentials);
      const type = CONNECTION_TYPES.find((one) => one.type === connection_type)!;
      const connection = makeConnection(world, type, name.trim(), method);
      connection.description = description ?? "";
      for (const field of connection.fields)
        if (field.kind === "text") field.text = credentials[field.name] ?? field.text;
      world.connections.push(connection);
      return told(world, connection, "created", []);
    },
    connection_update: ({ id, name, description, expected_revision }) => {
      const connection = world.connection(id);
      refuseOlder(connection, expected_revision);
      refuseFaults(world, name ?? connection.name, id, {});
      const edits = { name: name?.trim() ?? connection.name, description: description ?? connection.description };
      const changed = (["name", "description"] as const).filter((key) => edits[key] !== connection[key]);
      if (changed.length > 0) {
        Object.assign(connection, edits, {
          revision: connection.revision + 1,
          updated_at: new Date().toISOString(),
        });
      }
      return told(world, connection, "updated", changed);
    },
    connection_rotate_token: ({ id, credentials, expected_revision }) => {
      const connection = world.connection(id);
      refuseFaults(world, connection.name, id, credentials);
      refuseOlder(connection, expected_revision);
      const now = new Date().toISOString();
      Object.assign(connection, { revision: connection.revision + 1, updated_at: now, rotated_at: now });
      for (const field of connection.fields) if (field.kind === "secret") field.mask = "ops_eyJ••••w3k";
      return told(world, connection, "updated", ["credentials"]);
    },
    connection_delete: ({ id, expected_revision }) => {
      const connection = world.connection(id);
      refuseOlder(connection, expected_revision);
      const users = world.secrets.filter((secret) => secret.vault_connection_id === id);
      if (users.length > 0) {
        throw refusal(409, "in_use", "Secrets have their values behind this connection.", [], {
          dependants: users.map(({ id, name, trashed_at }) => {
            return { kind: "secret", id, name, in_trash: trashed_at !== null };
          }),
          offers: ["open_secrets"],
        });
      }
      world.connections.splice(world.connections.indexOf(connection), 1);
      return { ...told(world, connection, "deleted", []), connection: null };
    },
  };
}

function refuseOlder({ revision }: ConnectionView, expected: number | null | undefined): void {
  if (typeof expected !== "number" || expected === revision) return;
  const message = "This connection was changed meanwhile. Look at the new state and decide again.";
  throw refusal(409, "conflict", message, [], { current_revision: revision });
}

function refuseFaults(world: MockWorld, name: string, id: string | null, credentials: Record<string, string>): void {
  const details: HintView[] = Object.entries(credentials)
    .filter(([, value]) => value === "")
    .map(([field]) => ({ loc: ["credentials", field], message: "This field is empty.", type: "empty" }));
  if (name.trim() === "") details.push({ loc: ["name"], message: "Give the connection a name.", type: "empty" });
  if (details.length > 0) throw refusal(422, "validation_error", "Some fields need your attention.", details);
  const taken = world.connections.find((one) => one.id !== id && one.name.toLowerCase() === name.trim().toLowerCase());
  if (taken) {
    const message = "There is a connection with this name.";
    const at = [{ loc: ["name"], message, type: "already_exists" }];
    throw refusal(409, "already_exists", message, at, { existing_id: taken.id });
  }
}

function told(
  world: MockWorld,
  connection: ConnectionView,
  what: "created" | "updated" | "deleted",
  changed: string[],
): ConnectionMutation {
  world.emit({ kind: "changed", what: ["connections"] });
  const said = { created: null, updated: null, deleted: null, [what]: true };
  return { connection_name: connection.name, ...said, changed, hints: [], connection: counted(world, connection) };
}

function counted(world: MockWorld, connection: ConnectionView): ConnectionView {
  return { ...connection, used_by: world.secrets.filter((one) => one.vault_connection_id === connection.id).length };
}

function makeConnection(
  world: MockWorld,
  type: CatalogueConnectionType,
  name: string,
  asked?: string | null,
): ConnectionView {
  const method = type.methods.find((one) => one.method === asked) ?? type.methods[0]!;
  const now = new Date(Date.now() - 40 * 86_400_000).toISOString();
  return {
    id: newId("con_", world.random),
    name,
    description: "",
    connection_type: type.type,
    type_label: type.label,
    mark: type.mark,
    method: method.method,
    fields: method.fields.map((field) => ({
      name: field.name,
      label: field.label,
      kind: field.kind === "secret" ? "secret" : "text",
      comes_with_token: field.comes_with_token,
      mask: field.kind === "secret" ? "ops_eyJ••••9fQ" : null,
      text: field.kind === "secret" ? null : (field.default ?? field.example),
    })),
    used_by: 0,
    revision: 1,
    created_at: now,
    created_by: world.member.name,
    updated_at: now,
    rotated_at: now,
  };
}

/** One of each type; some of the secrets have their values behind the first two. */
export function makeConnections(world: MockWorld): ConnectionView[] {
  const names = ["1Password: storage team", "Doppler: backend production", "Infisical: edge"];
  const connections = CONNECTION_TYPES.map((type, index) => makeConnection(world, type, names[index] ?? type.label));
  connections[0]!.description = "The service account that may read the vault “Storage” and nothing else.";
  for (const [index, secret] of world.secrets.entries()) {
    if (index % 10 !== 4) continue;
    const connection = connections[index % 20 === 4 ? 0 : 1]!;
    const isOnePassword = connection.connection_type === "onepassword";
    Object.assign(secret, {
      mode: "external",
      version: null,
      vault_connection_id: connection.id,
      vault_connection_name: connection.name,
      field_mappings: secret.fields.map(({ name }) => ({
        field_name: name,
        reference: isOnePassword ? `op://Storage/${secret.name}/${name}` : `${name}_${index}`.toUpperCase(),
      })),
    });
  }
  return connections;
}
