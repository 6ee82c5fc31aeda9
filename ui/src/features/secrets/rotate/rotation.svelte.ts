import { call } from "../../../ipc";
import { Findings } from "../editor/findings.svelte";
import { TypedCredentials } from "../editor/typedCredentials.svelte";
import type { CatalogueField, Outcome, Secret, UpdateRequest } from "../types";

export const LENGTH_DEFAULT = 40;

/** The names of alphabets that Rust knows, with what they hold. */
export const ALPHABETS = [
  { value: "alphanumeric", label: "Letters and digits" },
  { value: "symbols", label: "Letters, digits and symbols" },
  { value: "base64url", label: "Letters, digits, - and _" },
  { value: "hex", label: "Hexadecimal" },
  { value: "digits", label: "Digits only" },
];

export type Rotated = { kind: "rotated"; outcome: Outcome } | { kind: "unchanged" } | { kind: "refused" };

/** What somebody else did to the secret since this began. */
export interface Overtaken {
  version: number | null;
  wasRotated: boolean;
  /** It has another method by now, which asks for other fields. */
  signsInOtherwise: boolean;
}

/** One rotation by hand: new credentials, why, and what becomes of the old ones. What is typed lives here until `clear`. */
export class Rotation {
  readonly findings = new Findings();
  readonly credentials = new TypedCredentials(this.findings, (field) => this.touch("credentials", field));
  source = $state<"paste" | "generate">("paste");
  length = $state(String(LENGTH_DEFAULT));
  alphabet = $state("alphanumeric");
  reason = $state("");
  previous = $state<"keep" | "destroy">("keep");
  #secret: Secret;
  #fieldsOf: (secret: Secret) => CatalogueField[];
  #fields = $state.raw<CatalogueField[]>([]);
  #busy = $state(false);
  #overtaken = $state.raw<Overtaken | null>(null);

  constructor(secret: Secret, fieldsOf: (secret: Secret) => CatalogueField[]) {
    this.#secret = secret;
    this.#fieldsOf = fieldsOf;
    this.#fields = fieldsOf(secret);
  }

  /** What the method asks for with which the secret signs in now. */
  get fields(): CatalogueField[] {
    return this.#fields;
  }

  get canGenerate(): boolean {
    return this.#secret.secret_type === "generic";
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** The newer state, where somebody changed the secret since this began. */
  get overtaken(): Overtaken | null {
    return this.#overtaken;
  }

  /** The fields that show what is wrong with them; all else stands at the dialog's top. */
  get shown(): string[][] {
    const made = [
      ["generate", "length"],
      ["generate", "alphabet"],
    ];
    const pasted = this.fields.map(({ name }) => ["credentials", name]);
    return [["reason"], ...(this.source === "generate" ? made : pasted)];
  }

  get isDirty(): boolean {
    return !this.credentials.isEmpty || this.reason.trim() !== "";
  }

  touch(...path: string[]): void {
    this.findings.ask({ update: this.request() }, path);
  }

  async submit(): Promise<Rotated> {
    if (this.#busy) return { kind: "refused" };
    this.#busy = true;
    try {
      const outcome = await call("secret_update", this.request());
      this.clear();
      return outcome.changed.length === 0 ? { kind: "unchanged" } : { kind: "rotated", outcome };
    } catch (thrown) {
      if (this.findings.errors.take(thrown).type === "conflict") await this.#lookAgain();
      return { kind: "refused" };
    } finally {
      this.#busy = false;
    }
  }

  /** Forgets what was typed. */
  clear(): void {
    this.findings.clear();
    this.credentials.clear();
    this.reason = "";
  }

  request(): UpdateRequest {
    const request: UpdateRequest = {
      id: this.#secret.id,
      expected_revision: this.#secret.revision,
      previous: this.previous,
    };
    if (this.reason.trim() !== "") request.reason = this.reason;
    if (this.source === "generate") request.generate = { length: Number(this.length), alphabet: this.alphabet };
    else request.credentials = this.credentials.given(this.fields, true);
    return request;
  }

  /** The next attempt stands on the newer revision; the person sees first that there is one. */
  async #lookAgain(): Promise<void> {
    try {
      const before = this.#secret;
      const { secret } = await call("secret_get", { id: before.id });
      this.#secret = secret;
      this.#overtaken = {
        version: secret.version,
        wasRotated: secret.version !== before.version,
        signsInOtherwise: secret.auth_method !== before.auth_method || secret.secret_type !== before.secret_type,
      };
      this.#fields = this.#fieldsOf(secret);
      this.credentials.keepOnly(this.#fields);
      this.findings.errors.clear();
    } catch (thrown) {
      this.findings.errors.take(thrown);
    }
  }
}
