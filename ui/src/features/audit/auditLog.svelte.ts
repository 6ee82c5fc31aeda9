import { SvelteMap } from "svelte/reactivity";
import { call, CommandError, onChanged, onEvent, type AuditFilters, type AuditLine } from "../../ipc";
import { RowPages } from "../../shared/list/rowPages.svelte";

interface Person {
  id: string;
  name: string;
}

/** The audit log as it is looked at: the filters, the rows, the entry that is open. */
export class AuditLog {
  readonly rows = new RowPages<AuditLine>();
  #filters = $state.raw<AuditFilters>({});
  #active = $state<number | null>(null);
  #open = $state.raw<AuditLine | null>(null);
  #phase = $state<"loading" | "ready" | "failed">("loading");
  #failure = $state.raw<CommandError | null>(null);
  #round = $state(0);
  #people = new SvelteMap<string, string>();
  #inView = { first: 0, end: 1 };
  /** The keyboard is on a row that is still to be read, and opens it then. */
  #opensActive = false;

  get filters(): AuditFilters {
    return this.#filters;
  }

  get isFiltered(): boolean {
    return Object.values(this.#filters).some((value) => value !== undefined && value !== null);
  }

  /** The row that the keyboard stands on. */
  get active(): number | null {
    return this.#active;
  }

  /** The entry in the pane. */
  get open(): AuditLine | null {
    return this.#open;
  }

  get phase() {
    return this.#phase;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Grows with each change of the filters, which begins at the top. */
  get round(): number {
    return this.#round;
  }

  /** Members of today and of earlier days, by name, and whoever else was met in the log so far. */
  get people(): Person[] {
    return [...this.#people]
      .map(([id, name]) => ({ id, name }))
      .sort((one, other) => one.name.localeCompare(other.name, "en"));
  }

  /** Begins to follow the log; the answer ends it and forgets everything. */
  start(): () => void {
    const stops = [onChanged(["audit"], () => void this.refresh()), onEvent("locked", () => this.#forget())];
    void this.refresh();
    void this.#readMembers();
    return () => {
      for (const stop of stops) stop();
      this.#forget();
    };
  }

  /** Reads anew and keeps the place: what came meanwhile stands above it. */
  async refresh(): Promise<void> {
    const before = this.rows.total;
    const stoodOn = this.#active;
    if (!(await this.#load(this.#inView.first, this.#inView.end))) return;
    if (stoodOn === null || stoodOn !== this.#active) return;
    this.#active = Math.max(0, Math.min(this.rows.total - 1, stoodOn + this.rows.total - before));
  }

  async filter(change: AuditFilters): Promise<void> {
    const filters = { ...this.#filters, ...change };
    this.#filters = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
    if (!(await this.#load(0, 1))) return;
    this.#inView = { first: 0, end: 1 };
    this.#active = this.rows.total > 0 ? 0 : null;
    this.#round += 1;
  }

  reset(): Promise<void> {
    this.#filters = {};
    return this.filter({});
  }

  /** Tells which rows are on screen, so that they are fetched. */
  view(first: number, end: number): void {
    this.#inView = { first, end: Math.max(end, first + 1) };
    this.rows.want(first, end);
  }

  openRow(index: number): void {
    const last = this.rows.total - 1;
    if (last < 0) return;
    this.#active = Math.max(0, Math.min(last, index));
    this.#opensActive = true;
    this.openAwaited();
  }

  /** Opens the row that the keyboard moved to, once its page is there. */
  openAwaited(): void {
    const row = this.#active === null ? undefined : this.rows.row(this.#active);
    if (row === undefined || !this.#opensActive) return;
    this.#opensActive = false;
    this.#open = row;
  }

  close(): void {
    this.#opensActive = false;
    this.#open = null;
  }

  /** Opens the entry at this place of the log; false where there is none any more. */
  async openPosition(position: number): Promise<boolean> {
    const { entries } = await call("audit_list", { cursor: String(position + 1), limit: 1 });
    const entry = entries[0];
    if (entry?.position !== position) return false;
    this.#opensActive = false;
    this.#open = entry;
    this.#active = this.rows.find((row) => row.position === position);
    return true;
  }

  async #load(first: number, end: number): Promise<boolean> {
    const filters = this.#filters;
    try {
      const isNewest = await this.rows.load(
        async (offset, limit) => {
          const { entries, total } = await call("audit_list", { ...filters, offset, limit });
          this.#meet(entries);
          return { rows: entries, total };
        },
        first,
        end,
      );
      if (!isNewest) return false;
      this.#phase = "ready";
      this.#failure = null;
      return true;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
      this.#phase = "failed";
      return false;
    }
  }

  async #readMembers(): Promise<void> {
    try {
      const { members, former } = await call("member_list", {});
      for (const { id, name } of [...former, ...members]) this.#people.set(id, name);
    } catch {
      // The filter offers those who were met in the log.
    }
  }

  #meet(entries: AuditLine[]): void {
    for (const { actor_id, actor } of entries) {
      if (actor_id !== "" && actor !== "" && this.#people.get(actor_id) !== actor) this.#people.set(actor_id, actor);
    }
  }

  #forget(): void {
    this.rows.clear();
    this.close();
    this.#active = null;
    this.#people.clear();
  }
}
