import { SvelteMap } from "svelte/reactivity";
import type { Secret } from "../types";

/** Secrets chosen in the list to be acted on together. They stay chosen while something else is searched for. */
export class Selection {
  #chosen = new SvelteMap<string, Secret>();
  /** Where a range begins that is chosen with Shift. */
  #anchor: number | null = null;

  get size(): number {
    return this.#chosen.size;
  }

  /** As the list showed them when they were chosen. */
  get secrets(): Secret[] {
    return [...this.#chosen.values()];
  }

  has(secret: Secret | undefined): boolean {
    return secret !== undefined && this.#chosen.has(secret.id);
  }

  toggle(secret: Secret, index: number): void {
    if (!this.#chosen.delete(secret.id)) this.#chosen.set(secret.id, secret);
    this.#anchor = index;
  }

  /** From the row that was chosen last to this one, as far as the list has read them. */
  extend(to: number, row: (index: number) => Secret | undefined): void {
    const from = this.#anchor ?? to;
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
      const secret = row(index);
      if (secret !== undefined) this.#chosen.set(secret.id, secret);
    }
    this.#anchor = to;
  }

  clear(): void {
    this.#chosen.clear();
    this.#anchor = null;
  }
}
