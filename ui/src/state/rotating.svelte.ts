/** A key that is old has its grace; one that others know is stopped at once, unless the person says otherwise. */
export type RotationCause = "age" | "leak";

/** What is asked about rotation, from wherever it is asked, and shown above it. */
export type RotationQuestion =
  /** What will happen, before the click; `byHand` leads to the form for a pasted value. */
  | { kind: "plan"; secretId: string; secretName: string; byHand: () => void; of: RotationCause }
  /** One run, live or long over. */
  | { kind: "run"; id: string }
  /** When a secret falls due and how its provider is asked; without a secret the vault's default. */
  | { kind: "policy"; secret: { id: string; name: string } | null }
  | { kind: "many"; secretIds: string[]; of: RotationCause }
  /** Where a value is or was. */
  | { kind: "find" };

/** The one question about rotation that is open. */
export class Rotating {
  #open = $state.raw<RotationQuestion | null>(null);

  get open(): RotationQuestion | null {
    return this.#open;
  }

  ask(question: RotationQuestion): void {
    this.#open = question;
  }

  end(): void {
    this.#open = null;
  }
}
