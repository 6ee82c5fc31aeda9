import type { Secret } from "../types";
import { draftOf, type Draft } from "./draft";

export type Side = "mine" | "theirs";

export interface Clash {
  key: keyof Draft;
  label: string;
  mine: string;
  theirs: string;
}

const LABELS: [keyof Draft, string][] = [
  ["name", "Name"],
  ["description", "Description"],
  ["secretType", "Type"],
  ["authMethod", "Method"],
  ["envKey", "Environment variable"],
  ["domains", "Allowed domains"],
  ["tags", "Tags"],
  ["notes", "Notes"],
  ["keep", "Old values kept"],
  ["graceDays", "Days they are kept"],
];

/** The secret changed while it was being edited: what both sides changed, and whose change is taken for each. */
export class Conflict {
  readonly theirs: Secret;
  readonly clashes: Clash[];
  /** Changed there and not here; taken over without asking, and shown. */
  readonly takenOver: string[];
  /** Whether the credentials were replaced there. */
  readonly rotated: boolean;
  choices = $state<Partial<Record<keyof Draft, Side>>>({});
  #base: Draft;

  constructor(base: Draft, baseVersion: number | null, mine: Draft, theirs: Secret) {
    const other = draftOf(theirs);
    this.#base = base;
    this.theirs = theirs;
    this.rotated = theirs.version !== baseVersion;
    const theyChanged = LABELS.filter(([key]) => !same(other[key], base[key]));
    const bothChanged = theyChanged.filter(([key]) => !same(mine[key], base[key]) && !same(mine[key], other[key]));
    this.clashes = bothChanged.map(([key, label]) => ({ key, label, mine: text(mine[key]), theirs: text(other[key]) }));
    this.takenOver = theyChanged.filter(([key]) => same(mine[key], base[key])).map(([, label]) => label);
    for (const clash of this.clashes) this.choices[clash.key] = "mine";
  }

  /** My draft on top of theirs, as chosen. */
  merged(mine: Draft): Draft {
    const other = draftOf(this.theirs);
    const merged: Draft = { ...other, reason: mine.reason };
    for (const [key] of LABELS) {
      const iChanged = !same(mine[key], this.#base[key]);
      if (iChanged && this.choices[key] !== "theirs") copy(merged, mine, key);
    }
    return merged;
  }
}

function copy<K extends keyof Draft>(to: Draft, from: Draft, key: K): void {
  to[key] = from[key];
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function text(value: Draft[keyof Draft]): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return value === null || value === "" ? "empty" : String(value);
}
