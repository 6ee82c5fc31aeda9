import { call, CommandError, type PolicyAnswer } from "../../../ipc";

/** When the open secret falls due and by whose word. */
export class SecretPolicy {
  #policy = $state.raw<PolicyAnswer | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #wanted: string | null = null;

  /** Null while it is fetched. */
  get policy(): PolicyAnswer | null {
    return this.#policy;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Reads it; an answer for another secret than the last one asked for is dropped. */
  async read(id: string): Promise<void> {
    if (id !== this.#wanted) this.#policy = null;
    this.#wanted = id;
    this.#failure = null;
    try {
      const policy = await call("policy_get", { secret_id: id });
      if (this.#wanted === id) this.#policy = policy;
    } catch (thrown) {
      if (this.#wanted === id) this.#failure = CommandError.from(thrown);
    }
  }
}
