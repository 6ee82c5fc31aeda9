import type { CatalogueField } from "../types";
import type { Findings } from "./findings.svelte";

const NEWLINES_AT_END = /[\r\n]+$/;

/** What a person typed or pasted into credential fields. It lives here alone, and only until `clear`. */
export class TypedCredentials {
  #values = $state<Record<string, string>>({});
  #findings: Findings;
  #ontyped: (field: string) => void;

  constructor(findings: Findings, ontyped: (field: string) => void) {
    this.#findings = findings;
    this.#ontyped = ontyped;
  }

  get isEmpty(): boolean {
    return Object.values(this.#values).every((value) => value === "");
  }

  value(field: string): string {
    return this.#values[field] ?? "";
  }

  enter(field: string, text: string): void {
    this.#values[field] = text;
    this.#ontyped(field);
  }

  errorAt(field: string): string | null {
    return this.#findings.errorAt("credentials", field);
  }

  hintsAt(field: string): string[] {
    return this.#findings.hintsAt("credentials", field);
  }

  /** Whether to offer the fix for a newline at the end, which comes with many a copied key. */
  endsInNewline(field: string): boolean {
    const told = this.#findings.details("credentials", field);
    return told.some((detail) => detail.type === "trailing_newline") && NEWLINES_AT_END.test(this.value(field));
  }

  removeNewline(field: string): void {
    this.enter(field, this.value(field).replace(NEWLINES_AT_END, ""));
  }

  /** As a request takes them: all fields, but lasting ones left empty where they keep their value. */
  given(fields: CatalogueField[], keepsLasting: boolean): Record<string, string> {
    const sent = fields.filter((field) => this.value(field.name) !== "" || !(keepsLasting && field.lasting));
    return Object.fromEntries(sent.map((field) => [field.name, this.value(field.name)]));
  }

  /** Forgets what was typed for any other field. */
  keepOnly(fields: CatalogueField[]): void {
    const kept = fields.filter(({ name }) => name in this.#values);
    this.#values = Object.fromEntries(kept.map(({ name }) => [name, this.value(name)]));
  }

  clear(): void {
    this.#values = {};
  }
}
