import { call } from "../../../ipc";
import { Conflict, type Property } from "../../../shared/conflict.svelte";
import { FormErrors } from "../../../shared/FormErrors.svelte";
import type { Connection, Outcome } from "../types";

interface Draft {
  name: string;
  description: string;
}

export type Submitted = { kind: "saved"; outcome: Outcome } | { kind: "unchanged" | "refused" | "conflict" };

const PROPERTIES: Property<Draft>[] = [
  { key: "name", label: "Name", text: (draft) => draft.name },
  { key: "description", label: "Description", text: (draft) => draft.description || "empty" },
];

/** The name and the description of a connection as they stand in the form; nothing else of it can be edited. */
export class ConnectionForm {
  readonly errors = new FormErrors();
  draft = $state<Draft>({ name: "", description: "" });
  #base: Connection;
  #busy = $state(false);
  #overtaken = $state.raw<{ theirs: Connection; conflict: Conflict<Draft> } | null>(null);

  constructor(connection: Connection) {
    this.#base = connection;
    this.draft = draftOf(connection);
  }

  get busy(): boolean {
    return this.#busy;
  }

  get overtaken() {
    return this.#overtaken;
  }

  get isDirty(): boolean {
    return this.draft.name !== this.#base.name || this.draft.description !== this.#base.description;
  }

  async submit(): Promise<Submitted> {
    if (this.#busy) return { kind: "refused" };
    this.#busy = true;
    const { name, description } = this.draft;
    try {
      const outcome = await call("connection_update", {
        id: this.#base.id,
        expected_revision: this.#base.revision,
        ...(name === this.#base.name ? {} : { name }),
        ...(description === this.#base.description ? {} : { description }),
      });
      this.errors.clear();
      return outcome.changed.length === 0 ? { kind: "unchanged" } : { kind: "saved", outcome };
    } catch (thrown) {
      return await this.#refused(thrown);
    } finally {
      this.#busy = false;
    }
  }

  settleConflict(): void {
    if (this.#overtaken === null) return;
    this.draft = this.#overtaken.conflict.merged();
    this.#base = this.#overtaken.theirs;
    this.#overtaken = null;
  }

  leaveConflict(): void {
    this.#overtaken = null;
  }

  async #refused(thrown: unknown): Promise<Submitted> {
    if (this.errors.take(thrown).type !== "conflict") return { kind: "refused" };
    try {
      const { connection } = await call("connection_get", { id: this.#base.id });
      const mine = $state.snapshot(this.draft);
      const conflict = new Conflict(PROPERTIES, draftOf(this.#base), mine, draftOf(connection));
      this.#overtaken = { theirs: connection, conflict };
      this.errors.clear();
      return { kind: "conflict" };
    } catch (again) {
      this.errors.take(again);
      return { kind: "refused" };
    }
  }
}

function draftOf({ name, description }: Connection): Draft {
  return { name, description };
}
