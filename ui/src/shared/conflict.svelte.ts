export type Side = "mine" | "theirs";

/** One property that a form edits: what it is called and how its value reads. */
export interface Property<D> {
  key: keyof D & string;
  label: string;
  text: (draft: D) => string;
}

export interface Difference {
  key: string;
  label: string;
  /** How it read when the form was opened. */
  before: string;
  mine: string;
  theirs: string;
  /** Whose change it is. What both changed has to be decided by the person. */
  by: "mine" | "theirs" | "both";
}

/** A record changed while it was being edited: where the two drafts differ, and which side is taken for each property. */
export class Conflict<D extends object> {
  readonly differences: Difference[];
  #choices = $state<Record<string, Side>>({});
  #properties: Property<D>[];
  #mine: D;
  #theirs: D;

  constructor(properties: Property<D>[], base: D, mine: D, theirs: D) {
    this.#properties = properties;
    this.#mine = mine;
    this.#theirs = theirs;
    this.differences = properties
      .filter(({ key }) => !same(mine[key], theirs[key]))
      .map(({ key, label, text }) => ({
        key,
        label,
        before: text(base),
        mine: text(mine),
        theirs: text(theirs),
        by: same(mine[key], base[key]) ? "theirs" : same(theirs[key], base[key]) ? "mine" : "both",
      }));
    for (const { key, by } of this.differences) if (by !== "both") this.#choices[key] = by;
  }

  /** The side taken for this property; null while the person has not decided. */
  choice(key: string): Side | null {
    return this.#choices[key] ?? null;
  }

  choose(key: string, side: Side): void {
    this.#choices[key] = side;
  }

  /** For every property, as one presses who knows which of the two is right. */
  chooseAll(side: Side): void {
    for (const { key } of this.differences) this.#choices[key] = side;
  }

  /** How many properties still wait for a decision. */
  get undecided(): number {
    return this.differences.filter(({ key }) => this.choice(key) === null).length;
  }

  /** Their draft with my side where it was taken. */
  merged(): D {
    const merged = structuredClone(this.#theirs);
    for (const { key } of this.#properties) {
      if (this.choice(key) === "mine") copy(merged, this.#mine, key);
    }
    return merged;
  }
}

function copy<D, K extends keyof D>(to: D, from: D, key: K): void {
  to[key] = from[key];
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
