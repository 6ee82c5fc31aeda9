import { Conflict, type Property } from "./conflict.svelte";
import type { FormErrors } from "./FormErrors.svelte";

/** How a form knows its kind of record. */
export interface Kind<R, D> {
  get(id: string): Promise<R>;
  draftOf(record: R): D;
  properties: Property<D>[];
}

/** Somebody else's change, to be weighed against this one. */
export interface Overtaken<R, D extends object> {
  theirs: R;
  conflict: Conflict<D>;
}

export type Refused = { kind: "refused" | "conflict" };

/** A draft and the record that it began with, through saving and through somebody else's change meanwhile. */
export class Editing<R extends { id: string }, D extends object> {
  draft: D;
  #kind: Kind<R, D>;
  #base: R | null;
  #baseDraft: D;
  #busy = $state(false);
  #overtaken = $state.raw<Overtaken<R, D> | null>(null);

  /** `base` is null for a new record, which begins as `draft`. */
  constructor(kind: Kind<R, D>, base: R | null, draft: D) {
    this.#kind = kind;
    this.#base = $state.raw(base);
    this.#baseDraft = $state.raw(draft);
    this.draft = $state(structuredClone(draft));
  }

  /** The record that is edited; null for a new one. */
  get base(): R | null {
    return this.#base;
  }

  /** The draft as it was when the form began, or as the conflict was settled on. */
  get baseDraft(): D {
    return this.#baseDraft;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get overtaken(): Overtaken<R, D> | null {
    return this.#overtaken;
  }

  /** Begins anew with a new record. */
  restart(baseDraft: D): void {
    this.#base = null;
    this.#baseDraft = baseDraft;
  }

  /** Acts once at a time. A conflict is read up on, so that both sides can be shown; nothing that was typed is lost by it. */
  async attempt<T>(errors: FormErrors, act: () => Promise<T>): Promise<T | Refused> {
    if (this.#busy) return { kind: "refused" };
    this.#busy = true;
    try {
      return await act();
    } catch (thrown) {
      return await this.#refused(errors, thrown);
    } finally {
      this.#busy = false;
    }
  }

  /** Takes over what was chosen; the form then stands on the newer revision. */
  settleConflict(): void {
    if (this.#overtaken === null) return;
    const { theirs, conflict } = this.#overtaken;
    this.draft = conflict.merged();
    this.#base = theirs;
    this.#baseDraft = this.#kind.draftOf(theirs);
    this.#overtaken = null;
  }

  leaveConflict(): void {
    this.#overtaken = null;
  }

  async #refused(errors: FormErrors, thrown: unknown): Promise<Refused> {
    const error = errors.take(thrown);
    if (error.type !== "conflict" || this.#base === null) return { kind: "refused" };
    try {
      const theirs = await this.#kind.get(this.#base.id);
      const { draftOf, properties } = this.#kind;
      const mine = $state.snapshot(this.draft) as D;
      this.#overtaken = { theirs, conflict: new Conflict(properties, this.#baseDraft, mine, draftOf(theirs)) };
      errors.clear();
      return { kind: "conflict" };
    } catch (again) {
      errors.take(again);
      return { kind: "refused" };
    }
  }
}
