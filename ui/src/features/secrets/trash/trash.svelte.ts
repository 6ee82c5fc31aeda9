import { call, CommandError, onChanged, onEvent } from "../../../ipc";
import { Latest } from "../../../shared/latest";
import type { Secret } from "../types";

const PAGE_ROWS = 200;

/** The deleted secrets, for the 30 days that they can come back. */
export class Trash {
  #secrets = $state.raw<Secret[]>([]);
  #phase = $state<"loading" | "ready" | "failed">("loading");
  #failure = $state.raw<CommandError | null>(null);
  #latest = new Latest();
  #next = $state<string | null>(null);
  #total = $state(0);

  get secrets(): Secret[] {
    return this.#secrets;
  }

  /** How many there are, shown or not. */
  get total(): number {
    return this.#total;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get phase() {
    return this.#phase;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Begins to follow the vault; the answer ends it. */
  start(): () => void {
    const stops = [onChanged(["trash"], () => void this.refresh()), onEvent("locked", () => (this.#secrets = []))];
    void this.refresh();
    return () => {
      for (const stop of stops) stop();
    };
  }

  async refresh(): Promise<void> {
    const isNewest = this.#latest.begin();
    try {
      const page = await call("trash_list", { limit: PAGE_ROWS });
      if (!isNewest()) return;
      this.#secrets = page.secrets;
      this.#next = page.next_cursor;
      this.#total = page.total ?? page.secrets.length;
      this.#phase = "ready";
      this.#failure = null;
    } catch (thrown) {
      if (!isNewest()) return;
      this.#failure = CommandError.from(thrown);
      this.#phase = "failed";
    }
  }

  async showMore(): Promise<void> {
    if (this.#next === null) return;
    const isNewest = this.#latest.begin();
    try {
      const page = await call("trash_list", { limit: PAGE_ROWS, cursor: this.#next });
      if (!isNewest()) return;
      this.#secrets = [...this.#secrets, ...page.secrets];
      this.#next = page.next_cursor;
    } catch (thrown) {
      if (!isNewest()) return;
      this.#failure = CommandError.from(thrown);
      this.#phase = "failed";
    }
  }

  async restore(id: string): Promise<void> {
    await call("secret_undelete", { id });
    await this.refresh();
  }

  async destroy(id: string): Promise<void> {
    await call("secret_delete", { id, destroy: true });
    await this.refresh();
  }

  /** Destroys all of it; answers how many there were. */
  async empty(): Promise<number> {
    const { deleted } = await call("trash_empty", {});
    await this.refresh();
    return deleted;
  }
}
