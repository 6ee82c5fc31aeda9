import type { HintView, Request } from "../../../ipc";
import { FormErrors, type Step } from "../../../shared/FormErrors.svelte";
import { HintsWhileTyping } from "./hintsWhileTyping.svelte";

const TAKEN = "already_exists";

/** What Rust says about a form, field by field: as the last attempt found it, else as it stands while typing. */
export class Findings {
  readonly errors = new FormErrors();
  readonly typing = new HintsWhileTyping();

  errorAt(...path: Step[]): string | null {
    return this.errors.under(...path) ?? this.typing.errorAt(path);
  }

  hintsAt(...path: Step[]): string[] {
    return this.typing.hintsAt(path);
  }

  /** The secret that has this name or environment variable already, as the last attempt found. */
  takenBy(...path: Step[]): string | null {
    const isTaken = this.errors.details(...path).some(({ type }) => type === TAKEN);
    return isTaken ? (this.errors.error?.envelope.existing_id ?? null) : null;
  }

  details(...path: Step[]): HintView[] {
    return [...this.errors.details(...path), ...this.typing.detailsAt(path)];
  }

  /** Asks about the form as it stands now; `path` is the field that was touched. What was said of it before is void. */
  ask(request: Request<"secret_hints">, path: Step[]): void {
    this.errors.drop(...path);
    this.typing.ask(request, path);
  }

  clear(): void {
    this.errors.clear();
    this.typing.stop();
  }
}
