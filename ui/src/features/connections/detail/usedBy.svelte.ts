import { call, CommandError, type Answer } from "../../../ipc";

export type User = Answer<"secret_list">["secrets"][number];

const SHOWN_MAX = 100;

/** The secrets that have their values behind a connection. */
export class UsedBy {
  #secrets = $state.raw<User[] | null>(null);
  #total = $state(0);
  #failure = $state.raw<CommandError | null>(null);
  #round = 0;

  /** Null while they are fetched. */
  get secrets(): User[] | null {
    return this.#secrets;
  }

  /** How many of all that there are, `count`, are in the trash. */
  trashed(count: number): number {
    return this.#secrets === null ? 0 : Math.max(0, count - this.#total);
  }

  /** How many of the list are not shown. */
  get more(): number {
    return Math.max(0, this.#total - (this.#secrets?.length ?? 0));
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  async read(connection: string): Promise<void> {
    const round = ++this.#round;
    try {
      const page = await call("secret_list", { vault_connection_id: connection, sort: "name", limit: SHOWN_MAX });
      if (round !== this.#round) return;
      this.#secrets = page.secrets;
      this.#total = page.total ?? page.secrets.length;
      this.#failure = null;
    } catch (thrown) {
      if (round === this.#round) this.#failure = CommandError.from(thrown);
    }
  }
}
