import type { SecretView, SharedValue, ValueHolder } from "../ipc";
import type { Handlers, MockWorld } from "./mock-world";

const FIELD = { field_name: "secret_access_key", field_label: "Secret access key" };

export function reuseCommands(world: MockWorld): Pick<Handlers, "value_find" | "reuse_list"> {
  return {
    value_find: ({ value }) => ({
      holders: value.startsWith("leaked") ? holders(world) : [],
      more: false,
      parts: value.includes("=") ? 2 : 1,
    }),
    reuse_list: () => ({
      groups: world.reused.map((ids) => ({ secrets: ids.map((id) => shared(world, id)), total: ids.length })),
      total: world.reused.length,
    }),
  };
}

/** Other secrets with the same value; of none to a Viewer. */
export function othersOf(world: MockWorld, id: string): SharedValue[] {
  if (world.member.role === "viewer") return [];
  const groups = world.reused.filter((ids) => ids.includes(id));
  return groups.flatMap((ids) => ids.filter((one) => one !== id).map((one) => shared(world, one)));
}

function shared(world: MockWorld, id: string): SharedValue {
  const { name, mark, type_label } = world.secret(id);
  return { id, name, mark, type_label, ...FIELD };
}

function holders(world: MockWorld): ValueHolder[] {
  const [first, second] = world.secrets.filter(({ secret_type }) => secret_type === "s3");
  const held = (secret: SecretView, version: number, state: ValueHolder["state"]): ValueHolder => ({
    secret_id: secret.id,
    secret_name: secret.name,
    mark: secret.mark,
    type_label: secret.type_label,
    in_trash: false,
    version,
    state,
    ...FIELD,
    created_at: secret.created_at,
    replaced_at: state === "current" ? null : secret.rotated_at,
    alive: null,
    managed: true,
    why_not_managed: null,
  });
  return [
    ...(second ? [held(second, 1, "destroyed")] : []),
    ...(first ? [held(first, first.version ?? 1, "current"), held(first, 1, "retired")] : []),
  ];
}
