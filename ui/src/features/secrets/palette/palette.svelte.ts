import { call } from "../../../ipc";
import type { Secret } from "../types";

export interface PaletteAction {
  id: string;
  label: string;
  /** The key that does the same, such as `Ctrl L`. */
  keys?: string;
  run: () => void;
}

export type PaletteEntry = { kind: "action"; action: PaletteAction } | { kind: "secret"; secret: Secret };

const SECRETS_MAX = 20;

/** What the palette offers for what is typed: the actions whose words begin so, then the secrets that Rust finds. */
export class Palette {
  #actions: () => PaletteAction[];
  #query = $state("");
  #secrets = $state.raw<Secret[]>([]);
  #active = $state(0);
  #round = 0;

  constructor(actions: () => PaletteAction[]) {
    this.#actions = actions;
  }

  get query(): string {
    return this.#query;
  }

  get entries(): PaletteEntry[] {
    const actions = this.#actions().filter(({ label }) => matches(label, this.#query));
    return [
      ...actions.map((action) => ({ kind: "action", action }) as const),
      ...this.#secrets.map((secret) => ({ kind: "secret", secret }) as const),
    ];
  }

  get active(): number {
    return Math.min(this.#active, Math.max(0, this.entries.length - 1));
  }

  async search(query: string): Promise<void> {
    this.#query = query;
    this.#active = 0;
    const round = ++this.#round;
    if (query.trim() === "") {
      this.#secrets = [];
      return;
    }
    // Without an answer the actions still work; the list itself says what is wrong with the vault.
    const found = await call("secret_list", { query: query.trim(), limit: SECRETS_MAX }).catch(() => null);
    if (round === this.#round) this.#secrets = found?.secrets ?? [];
  }

  move(step: number): void {
    const count = this.entries.length;
    if (count > 0) this.#active = (this.active + step + count) % count;
  }

  pointAt(index: number): void {
    this.#active = index;
  }

  clear(): void {
    this.#round += 1;
    this.#query = "";
    this.#secrets = [];
    this.#active = 0;
  }
}

/** Each typed word begins a word of the label, in any order. */
function matches(label: string, query: string): boolean {
  const words = label.toLowerCase().split(/\s+/);
  const typed = query.trim().toLowerCase().split(/\s+/);
  return typed.every((part) => part === "" || words.some((word) => word.startsWith(part)));
}
