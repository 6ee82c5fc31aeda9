import { call, CommandError } from "../../../ipc";
import { FormErrors } from "../../../shared/FormErrors.svelte";
import type { Secret } from "../types";

export interface NotTagged {
  name: string;
  message: string;
}

/** One tag put on several secrets, or taken off; each is a change of its own. */
export class BulkTags {
  readonly errors = new FormErrors();
  tag = $state("");
  how = $state<"add" | "remove">("add");
  #done = $state<number | null>(null);
  #failed = $state.raw<NotTagged[]>([]);

  /** How many were looked at; null while nothing is under way. */
  get done(): number | null {
    return this.#done;
  }

  /** Those that stayed as they were, and why. */
  get failed(): NotTagged[] {
    return this.#failed;
  }

  /** Answers whether all have it now; what is wrong with the tag itself stops at the first. */
  async save(secrets: Secret[]): Promise<boolean> {
    if (this.#done !== null) return false;
    this.#failed = [];
    this.errors.clear();
    this.#done = 0;
    try {
      for (const { id, name } of secrets) {
        const failure = await this.#one(id);
        if (failure?.type === "validation_error") return false;
        if (failure !== null) this.#failed = [...this.#failed, { name, message: failure.whole }];
        this.#done += 1;
      }
    } finally {
      this.#done = null;
    }
    return this.#failed.length === 0;
  }

  async #one(id: string): Promise<CommandError | null> {
    try {
      const { secret } = await call("secret_get", { id });
      const others = secret.tags.filter((one) => one !== this.tag.trim());
      const tags = this.how === "add" ? [...others, this.tag] : others;
      if (this.how === "remove" && others.length === secret.tags.length) return null;
      await call("secret_update", { id, tags, expected_revision: secret.revision });
      return null;
    } catch (thrown) {
      const failure = CommandError.from(thrown);
      return failure.type === "validation_error" ? this.errors.take(thrown) : failure;
    }
  }
}
