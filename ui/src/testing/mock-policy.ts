import type { PolicyAnswer, SecretView } from "../ipc";
import { refusal, type Handlers, type MockWorld } from "./mock-world";

const DAY_MS = 86_400_000;

export function policyCommands(world: MockWorld): Pick<Handlers, "policy_get" | "policy_set"> {
  return {
    policy_get: ({ secret_id }) => answer(world, secret_id ?? ""),
    policy_set: ({ expected_revision, ...policy }) => {
      const id = policy.secret_id ?? "";
      const revision = world.policies.get(id)?.revision ?? 0;
      if (typeof expected_revision === "number" && expected_revision !== revision) {
        throw refusal(409, "conflict", "This policy was changed meanwhile.", [], { current_revision: revision });
      }
      if (policy.every_days != null && !(policy.every_days >= 1)) {
        throw refusal(422, "validation_error", "Some fields need your attention.", [
          { loc: ["every_days"], message: "Give whole days, at least 1.", type: "range" },
        ]);
      }
      world.policies.set(id, { ...policy, revision: revision + 1 });
      world.emit({ kind: "changed", what: ["rotations"] });
      return answer(world, id);
    },
  };
}

/** When a secret falls due, by its own policy or the vault's. */
export function dueOf(world: MockWorld, secret: SecretView): Pick<SecretView, "due_at" | "due_state"> {
  const policy = world.policies.get(secret.id);
  const vault = world.policies.get("");
  const every = policy?.every_days ?? vault?.every_days ?? null;
  if (every === null) return { due_at: null, due_state: null };
  const due = Date.parse(secret.made_at) + every * DAY_MS;
  const lead = (policy?.lead_days ?? vault?.lead_days ?? 0) * DAY_MS;
  const due_state = due < Date.now() ? "overdue" : due - lead < Date.now() ? "soon" : "later";
  return { due_at: new Date(due).toISOString(), due_state };
}

function answer(world: MockWorld, id: string): PolicyAnswer {
  const own = world.policies.get(id);
  const vault = world.policies.get("");
  const secret = world.secrets.find((one) => one.id === id);
  const management = own?.managed?.management_secret_id ?? null;
  return {
    every_days: own?.every_days ?? null,
    lead_days: own?.lead_days ?? null,
    managed: own?.managed
      ? {
          management_secret_id: management,
          management_secret_name: world.secrets.find((one) => one.id === management)?.name ?? null,
          parameters: given(own.managed.parameters ?? {}),
        }
      : null,
    revision: own?.revision ?? 0,
    updated_at: own ? new Date().toISOString() : null,
    updated_by: own ? world.member.name : null,
    vault: { every_days: vault?.every_days ?? null, lead_days: vault?.lead_days ?? null },
    due_at: secret ? dueOf(world, secret).due_at : null,
    due_by: secret ? (own?.every_days ? "secret" : vault?.every_days ? "vault" : null) : null,
    expires_at: secret?.expires_at ?? null,
  };
}

function given(parameters: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, text]) => [name, text ?? ""]));
}
