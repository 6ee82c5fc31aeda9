import { CommandError, type HintView } from "../ipc";

export type Step = string | number;

/** What Rust says is wrong with a form, field by field. */
export class FormErrors {
  #details = $state<HintView[]>([]);
  #error = $state<CommandError | null>(null);

  /** The failure as a whole; null when there is none. */
  get error(): CommandError | null {
    return this.#error;
  }

  /** True when there is something to say that stands beside no field. */
  get isGeneral(): boolean {
    return this.#error !== null && this.#details.length === 0;
  }

  /** Takes what a `call` threw. */
  take(thrown: unknown): CommandError {
    const error = CommandError.from(thrown);
    this.#error = error;
    this.#details = error.details;
    return error;
  }

  /** Takes details alone, as `secret_hints` answers them while a person types. */
  takeDetails(details: HintView[]): void {
    this.#error = null;
    this.#details = details;
  }

  /** Forgets what was said of this field, because it is being changed. */
  drop(...path: Step[]): void {
    if (path.length === 0) return;
    this.#details = this.#details.filter((detail) => !begins(detail.loc, path));
    if (this.#details.length === 0) this.#error = null;
  }

  clear(): void {
    this.#error = null;
    this.#details = [];
  }

  /** What is wrong with exactly this field, such as `at("credentials", "access_key_id")`; null if nothing. */
  at(...path: Step[]): string | null {
    return sentence(this.#details.filter((detail) => same(detail.loc, path)));
  }

  /** What is wrong with this field or anything in it, such as a tag of `under("tags")`. */
  under(...path: Step[]): string | null {
    return sentence(this.#details.filter((detail) => begins(detail.loc, path)));
  }

  /** The details below this path, to mark single entries or to read their types. */
  details(...path: Step[]): HintView[] {
    return this.#details.filter((detail) => begins(detail.loc, path));
  }

  /** Messages that belong to none of these fields; a form shows them at its top, so that none is lost. */
  elsewhere(...fields: Step[][]): string[] {
    return this.#details
      .filter((detail) => !fields.some((path) => begins(detail.loc, path)))
      .map((detail) => detail.message);
  }
}

/** Moves the focus to the first field of a form that is marked invalid. Call it after the errors are drawn (`tick`). */
export function focusFirstInvalid(form: HTMLElement | null): void {
  form?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
}

function sentence(details: HintView[]): string | null {
  return details.length === 0 ? null : details.map((detail) => detail.message).join(" ");
}

function begins(loc: Step[], path: Step[]): boolean {
  return path.every((step, index) => loc[index] === step);
}

function same(loc: Step[], path: Step[]): boolean {
  return loc.length === path.length && begins(loc, path);
}
