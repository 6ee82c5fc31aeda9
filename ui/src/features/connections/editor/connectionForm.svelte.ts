import { call } from "../../../ipc";
import type { Property } from "../../../shared/conflict.svelte";
import { Editing, type Refused } from "../../../shared/editing.svelte";
import { FormErrors } from "../../../shared/FormErrors.svelte";
import type { Connection, Outcome } from "../types";

interface Draft {
  name: string;
  description: string;
}

export type Submitted = { kind: "saved"; outcome: Outcome } | { kind: "unchanged" } | Refused;

const PROPERTIES: Property<Draft>[] = [
  { key: "name", label: "Name", text: (draft) => draft.name },
  { key: "description", label: "Description", text: (draft) => draft.description || "empty" },
];

const CONNECTION = {
  get: async (id: string) => (await call("connection_get", { id })).connection,
  draftOf: ({ name, description }: Connection): Draft => ({ name, description }),
  properties: PROPERTIES,
};

/** The name and the description of a connection as they stand in the form; nothing else of it can be edited. */
export class ConnectionForm {
  readonly errors = new FormErrors();
  readonly editing: Editing<Connection, Draft>;

  constructor(connection: Connection) {
    this.editing = new Editing(CONNECTION, connection, CONNECTION.draftOf(connection));
  }

  get draft(): Draft {
    return this.editing.draft;
  }

  get isDirty(): boolean {
    const { draft, baseDraft } = this.editing;
    return draft.name !== baseDraft.name || draft.description !== baseDraft.description;
  }

  submit(): Promise<Submitted> {
    return this.editing.attempt(this.errors, async (): Promise<Submitted> => {
      const { base, baseDraft, draft } = this.editing;
      if (base === null) return { kind: "unchanged" };
      const outcome = await call("connection_update", {
        id: base.id,
        expected_revision: base.revision,
        ...(draft.name === baseDraft.name ? {} : { name: draft.name }),
        ...(draft.description === baseDraft.description ? {} : { description: draft.description }),
      });
      this.errors.clear();
      return outcome.changed.length === 0 ? { kind: "unchanged" } : { kind: "saved", outcome };
    });
  }
}
