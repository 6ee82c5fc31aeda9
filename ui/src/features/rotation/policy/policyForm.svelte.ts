import { call, CommandError, type CatalogueRotation, type Request } from "../../../ipc";
import { FormErrors } from "../../../shared/FormErrors.svelte";
import type { Policy, Secret } from "../types";

type Maker = "own_key" | "management";

/** When a secret, or without one the vault's secrets, falls due; and how the provider is asked for a new key. */
export class PolicyForm {
  readonly errors = new FormErrors();
  readonly secretId: string | null;
  every = $state("");
  lead = $state("");
  maker = $state<Maker>("own_key");
  management = $state.raw<{ id: string; name: string } | null>(null);
  parameters = $state<Record<string, string>>({});
  #policy = $state.raw<Policy | null>(null);
  #rotation = $state.raw<CatalogueRotation | null>(null);
  #isTurning = $state(false);
  #failure = $state.raw<CommandError | null>(null);
  #busy = $state(false);
  #overtaken = $state(false);

  constructor(secretId: string | null) {
    this.secretId = secretId;
  }

  /** Null until it was read. */
  get policy(): Policy | null {
    return this.#policy;
  }

  /** How its keys are renewed at the provider; null where they are not. */
  get rotation(): CatalogueRotation | null {
    return this.#rotation?.managed ? this.#rotation : null;
  }

  /** Whether a rotation is not over: until then it stays who makes the keys, and where. */
  get isTurning(): boolean {
    return this.#isTurning;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Whether somebody else saved it since this began. */
  get overtaken(): boolean {
    return this.#overtaken;
  }

  get isDirty(): boolean {
    return this.#policy !== null && JSON.stringify(this.#request()) !== JSON.stringify(requestOf(this.#policy, this));
  }

  get shown(): string[][] {
    const names = (this.rotation?.parameters ?? []).map(({ name }) => ["managed", "parameters", name]);
    return [["every_days"], ["lead_days"], ["managed", "management_secret_id"], ...names];
  }

  async read(): Promise<void> {
    this.#failure = null;
    try {
      const policy = await call("policy_get", { secret_id: this.secretId });
      if (this.secretId !== null) await this.#readSecret(this.secretId);
      this.#take(policy);
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  /** True once it is saved. */
  async save(): Promise<boolean> {
    if (this.#busy || this.#refusesWords()) return false;
    this.#busy = true;
    this.#overtaken = false;
    try {
      this.#policy = await call("policy_set", { ...this.#request(), expected_revision: this.#policy?.revision ?? 0 });
      this.errors.clear();
      return true;
    } catch (thrown) {
      if (this.errors.take(thrown).type === "conflict") await this.#lookAgain();
      return false;
    } finally {
      this.#busy = false;
    }
  }

  async #readSecret(id: string): Promise<void> {
    const [{ secret }, catalogue] = await Promise.all([call("secret_get", { id }), call("catalogue_get", {})]);
    this.#rotation = methodRotation(secret, catalogue.types);
    this.#isTurning = secret.rotation !== null;
  }

  /** A word in place of a number would arrive in Rust as none. */
  #refusesWords(): boolean {
    const details = [
      { name: "every_days", text: this.every },
      { name: "lead_days", text: this.lead },
    ]
      .filter(({ text }) => Number.isNaN(daysOrNull(text) ?? 0))
      .map(({ name }) => ({ loc: [name], message: "Give whole days, in digits.", type: "number" }));
    if (details.length > 0) this.errors.takeDetails(details);
    return details.length > 0;
  }

  #take(policy: Policy): void {
    this.#policy = policy;
    this.every = policy.every_days?.toString() ?? "";
    this.lead = policy.lead_days?.toString() ?? "";
    const { management_secret_id: id, management_secret_name: name, parameters } = policy.managed ?? NOT_MANAGED;
    this.management = id === null ? null : { id, name: name ?? "" };
    this.maker = this.#rotation?.way === "management" || id !== null ? "management" : "own_key";
    this.parameters = { ...parameters };
  }

  #request(): Request<"policy_set"> {
    return {
      secret_id: this.secretId,
      every_days: daysOrNull(this.every),
      lead_days: daysOrNull(this.lead),
      managed: this.rotation === null ? null : this.#managed(),
    };
  }

  #managed(): Request<"policy_set">["managed"] {
    const given = Object.entries(this.parameters)
      .map(([name, text]) => [name, text.trim()] as const)
      .filter(([, text]) => text !== "");
    const management = this.maker === "management" ? (this.management?.id ?? null) : null;
    if (management === null && given.length === 0) return null;
    return { management_secret_id: management, parameters: Object.fromEntries(given) };
  }

  /** The next attempt stands on the newer one; the person sees first that there is one. */
  async #lookAgain(): Promise<void> {
    try {
      this.#take(await call("policy_get", { secret_id: this.secretId }));
      this.#overtaken = true;
      this.errors.clear();
    } catch (thrown) {
      this.errors.take(thrown);
    }
  }
}

const NOT_MANAGED = { management_secret_id: null, management_secret_name: null, parameters: {} };

function methodRotation(
  { secret_type: type, auth_method: method }: Pick<Secret, "secret_type" | "auth_method">,
  types: Awaited<ReturnType<typeof call<"catalogue_get">>>["types"],
): CatalogueRotation | null {
  const methods = types.find((known) => known.type === type)?.methods ?? [];
  return methods.find((known) => known.method === method)?.rotation ?? null;
}

/** What saving the policy as it stands would send, to tell a change from none. */
function requestOf(policy: Policy, { secretId, rotation }: PolicyForm): Request<"policy_set"> {
  const { managed } = policy;
  return {
    secret_id: secretId,
    every_days: policy.every_days,
    lead_days: policy.lead_days,
    managed:
      rotation === null || managed === null
        ? null
        : { management_secret_id: managed.management_secret_id, parameters: managed.parameters },
  };
}

function daysOrNull(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
