import { CommandError, onChanged, onEvent, type Changed } from "../../ipc";
import { CursorRows, type CursorPage } from "./cursorRows.svelte";
import { OpenRecord } from "./openRecord.svelte";

export interface Asked {
  query?: string;
  type?: string;
  cursor?: string;
  limit: number;
}

/** Where the records come from. */
export interface RecordSource<Row> {
  list(asked: Asked): Promise<CursorPage<Row>>;
  get(id: string): Promise<Row>;
  /** The parts of the vault whose change makes the list old. */
  changes: Changed[];
}

/** Where a row stands, for its element. */
export interface RowPlace {
  id: string;
  index: number;
  total: number;
  /** Open in the pane. */
  selected: boolean;
  /** Where the keyboard stands. */
  active: boolean;
  onpress: () => void;
}

/** A list of records with search and type, where the keyboard stands in it, and the record that is open beside it. */
export class RecordBrowser<Row extends { id: string }> {
  readonly rows = new CursorRows<Row>();
  #source: RecordSource<Row>;
  #query = $state("");
  #type = $state("");
  #active = $state<number | null>(null);
  #round = $state(0);
  #phase = $state<"loading" | "ready" | "failed">("loading");
  #failure = $state.raw<CommandError | null>(null);
  /** Whether the rows at hand came from a request without search and type; what is typed runs ahead of them. */
  #rowsAreAll = $state(false);
  #all = $state<number | null>(null);
  #opened: OpenRecord<Row>;
  #end = 1;
  /** The keyboard is on a row that is still to be read, and opens it then. */
  #opensActive = false;

  constructor(source: RecordSource<Row>) {
    this.#source = source;
    this.#opened = new OpenRecord((id) => source.get(id));
  }

  /** Begins to show the records and to follow their changes; the answer ends it and forgets everything. */
  start(): () => void {
    const stops = [onChanged(this.#source.changes, () => void this.refresh()), onEvent("locked", () => this.#forget())];
    void this.refresh();
    return () => {
      for (const stop of stops) stop();
      this.#forget();
    };
  }

  get query(): string {
    return this.#query;
  }

  /** The type that is shown alone; empty for all. */
  get type(): string {
    return this.#type;
  }

  get active(): number | null {
    return this.#active;
  }

  get round(): number {
    return this.#round;
  }

  get phase() {
    return this.#phase;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** The record in the pane. */
  get open(): Row | null {
    return this.#opened.record;
  }

  /** Why it may not be what it was. */
  get openFailure(): CommandError | null {
    return this.#opened.failure;
  }

  get isNarrowed(): boolean {
    return this.#query.trim() !== "" || this.#type !== "";
  }

  /** True when there is no record at all, rather than none that matches. */
  get isEmpty(): boolean {
    return this.#phase === "ready" && this.rows.total === 0 && this.#rowsAreAll;
  }

  /** How many there are without search and type, as far as known. */
  get all(): number | null {
    return this.#all;
  }

  search(query: string): Promise<void> {
    this.#query = query;
    return this.#begin();
  }

  showType(type: string): Promise<void> {
    this.#type = type;
    return this.#begin();
  }

  showAll(): Promise<void> {
    this.#query = "";
    this.#type = "";
    return this.#begin();
  }

  /** Reads everything anew and keeps the place. */
  async refresh(): Promise<void> {
    const stoodOn = this.#active === null ? undefined : this.rows.row(this.#active)?.id;
    await Promise.all([this.#load(this.#end), this.#opened.read()]);
    if (stoodOn !== undefined) this.#standOn(stoodOn);
  }

  view(end: number): void {
    this.#end = Math.max(end, 1);
    void this.rows.want(this.#end).then(() => this.#openAwaited());
  }

  /** Moves the keyboard there and opens that record. */
  openRow(index: number): void {
    const last = this.rows.total - 1;
    if (last < 0) return;
    this.#active = Math.max(0, Math.min(last, index));
    this.#opensActive = true;
    this.#openAwaited();
  }

  /** Shows a record that is at hand, such as one that was just saved. */
  show(row: Row): void {
    this.#opensActive = false;
    this.#opened.show(row);
    this.#standOn(row.id);
  }

  async openById(id: string): Promise<void> {
    this.#opensActive = false;
    this.#standOn(id);
    await this.#opened.open(id);
  }

  close(): void {
    this.#opensActive = false;
    this.#opened.close();
  }

  #openAwaited(): void {
    const row = this.#active === null ? undefined : this.rows.row(this.#active);
    if (row !== undefined && this.#opensActive) this.show(row);
  }

  #standOn(id: string): void {
    this.#active = this.rows.find((row) => row.id === id) ?? this.#active;
  }

  async #begin(): Promise<void> {
    if (!(await this.#load(1))) return;
    this.#end = 1;
    this.#active = this.rows.total > 0 ? 0 : null;
    this.#round += 1;
  }

  async #load(end: number): Promise<boolean> {
    const asksAll = !this.isNarrowed;
    const asked = { query: this.#query.trim() || undefined, type: this.#type || undefined };
    try {
      const fetch = (cursor: string | null, limit: number) =>
        this.#source.list({ ...asked, cursor: cursor ?? undefined, limit });
      if (!(await this.rows.load(fetch, end))) return false;
      this.#rowsAreAll = asksAll;
      if (asksAll) this.#all = this.rows.total;
      this.#phase = "ready";
      this.#failure = null;
      return true;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
      this.#phase = "failed";
      return false;
    }
  }

  #forget(): void {
    this.rows.clear();
    this.close();
    this.#active = null;
    this.#query = "";
    this.#type = "";
    this.#all = null;
  }
}
