import { call, type Answer } from "../../../ipc";
import { FormErrors } from "../../../shared/FormErrors.svelte";

export type Holder = Answer<"value_find">["holders"][number];

export interface Found {
  id: string;
  name: string;
  mark: string;
  typeLabel: string;
  inTrash: boolean;
  managed: boolean;
  /** It holds the value now, rather than in its history alone. */
  isCurrent: boolean;
  /** It does not, but a rotation has not ended the key at its provider. */
  alive: Holder["alive"];
  /** Newest first. */
  versions: Holder[];
}

/** Where a value is or was. What is typed stays here until it is looked for, and no longer. */
export class ValueSearch {
  readonly errors = new FormErrors();
  value = $state("");
  #found = $state.raw<Found[] | null>(null);
  #more = $state(false);
  #busy = $state(false);

  /** By secret, those first that hold it now, then those whose key may still work; null before anything was looked for. */
  get found(): Found[] | null {
    return this.#found;
  }

  /** There are more holders than are listed. */
  get more(): boolean {
    return this.#more;
  }

  get busy(): boolean {
    return this.#busy;
  }

  async look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#found = null;
    try {
      const { holders, more } = await call("value_find", { value: this.value });
      this.#found = bySecret(holders);
      this.#more = more;
      this.clear();
    } catch (thrown) {
      this.errors.take(thrown);
    } finally {
      this.#busy = false;
    }
  }

  /** Forgets what was typed. */
  clear(): void {
    this.value = "";
    this.errors.clear();
  }

  /** What one plan can rotate: those that hold it now. */
  get toRotate(): Found[] {
    return (this.#found ?? []).filter(({ isCurrent, inTrash }) => isCurrent && !inTrash);
  }
}

function rank({ isCurrent, alive }: Found): number {
  return isCurrent ? 0 : alive === null ? 2 : 1;
}

function bySecret(holders: Holder[]): Found[] {
  const found = new Map<string, Found>();
  for (const holder of holders) {
    const { secret_id: id, secret_name: name, mark, type_label: typeLabel, in_trash: inTrash, managed } = holder;
    const known = found.get(id) ?? {
      id,
      name,
      mark,
      typeLabel,
      inTrash,
      managed,
      isCurrent: false,
      alive: null,
      versions: [],
    };
    known.versions.push(holder);
    known.isCurrent ||= holder.state === "current";
    known.alive ??= holder.alive;
    found.set(id, known);
  }
  for (const { versions } of found.values()) versions.sort((one, other) => other.version - one.version);
  return [...found.values()].sort((one, other) => rank(one) - rank(other));
}
