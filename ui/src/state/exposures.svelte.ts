import { SvelteMap } from "svelte/reactivity";
import { call, CommandError, type ExposedSecret } from "../ipc";

/** What a person could read who may read it no longer. */
export interface Exposure {
  memberName: string;
  /** When they lost it, in milliseconds of `Date.now()`. */
  endedAt: number;
  /** Those first that the log says they copied or handed to a program. */
  secrets: ExposedSecret[];
  /** How many they are; not all are named where they are very many. */
  total: number;
}

/** Beyond so many, asking for each at every change would be a burden. */
const FOLLOWED_MAX = 200;

/**
 * Secrets worth rotating because somebody who left could read them. Kept while the vault is open, so that a person can
 * go from one to the next and see what is done.
 */
export class Exposures {
  #list = $state.raw<Exposure[]>([]);
  #rotatedAt = new SvelteMap<string, number>();

  get list(): Exposure[] {
    return this.#list;
  }

  add(memberName: string, secrets: ExposedSecret[], total: number): void {
    if (secrets.length === 0) return;
    const sorted = secrets.toSorted((one, other) => Number(other.copied) - Number(one.copied));
    this.#list = [{ memberName, endedAt: Date.now(), secrets: sorted, total }, ...this.#list];
  }

  drop(exposure: Exposure): void {
    this.#list = this.#list.filter((one) => one !== exposure);
  }

  /** Whether the value that was readable has been replaced since, or is gone. */
  isSettled(exposure: Exposure, secret: ExposedSecret): boolean {
    return (this.#rotatedAt.get(secret.id) ?? 0) > exposure.endedAt;
  }

  /** Looks which of them have been rotated meanwhile. */
  async follow(): Promise<void> {
    const followed = this.#list.flatMap(({ secrets }) => secrets.slice(0, FOLLOWED_MAX));
    for (const [id, kind] of new Map(followed.map(({ id, kind }) => [id, kind]))) {
      const at = await rotatedAt(id, kind);
      if (at !== null) this.#rotatedAt.set(id, at);
    }
  }

  clear(): void {
    this.#list = [];
    this.#rotatedAt.clear();
  }
}

/** Null where it cannot be told now. What is destroyed needs no rotation any more. */
async function rotatedAt(id: string, kind: ExposedSecret["kind"]): Promise<number | null> {
  try {
    if (kind === "connection") return Date.parse((await call("connection_get", { id })).connection.rotated_at);
    return Date.parse((await call("secret_get", { id })).secret.rotated_at);
  } catch (thrown) {
    return CommandError.from(thrown).type === "not_found" ? Infinity : null;
  }
}
