import { call, CommandError } from "../../../ipc";
import type { Connection } from "../types";

/** A page of the largest size; nobody chooses among more from a list. */
const READ_MAX = 1000;

/** The connections that a secret's values can be behind. */
export class Connections {
  #all = $state.raw<Connection[] | null>(null);
  #failure = $state.raw<CommandError | null>(null);

  /** Null while they are fetched. */
  get all(): Connection[] | null {
    return this.#all;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  async read(): Promise<void> {
    try {
      this.#all = (await call("connection_list", { limit: READ_MAX })).connections;
      this.#failure = null;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }
}
