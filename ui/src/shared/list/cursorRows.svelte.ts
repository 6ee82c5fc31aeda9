/** Fits what a command takes: 1–1000. */
const PAGE_ROWS = 200;
const PAGE_ROWS_MAX = 1000;

export interface CursorPage<Row> {
  rows: Row[];
  next: string | null;
  total: number;
}

export type FetchCursorPage<Row> = (cursor: string | null, limit: number) => Promise<CursorPage<Row>>;

/** Rows of a list that is read from its beginning on, page after page, as far as they are looked at. */
export class CursorRows<Row> {
  #rows = $state.raw<Row[]>([]);
  #total = $state(0);
  #next: string | null = null;
  #fetch: FetchCursorPage<Row> | null = null;
  #loads = 0;
  #wanted = 0;
  #isFetching = false;

  get total(): number {
    return this.#total;
  }

  row(index: number): Row | undefined {
    return this.#rows[index];
  }

  /** The index of a row among those that were read. */
  find(matches: (row: Row) => boolean): number | null {
    const at = this.#rows.findIndex(matches);
    return at < 0 ? null : at;
  }

  /** Reads anew from `fetch`, as far as `end`. What is shown stays until it has arrived. False if a later load overtook it. */
  async load(fetch: FetchCursorPage<Row>, end: number): Promise<boolean> {
    const load = ++this.#loads;
    let page = await fetch(null, limitFor(end));
    let rows = page.rows;
    while (load === this.#loads && rows.length < end && page.next !== null) {
      page = await fetch(page.next, limitFor(end - rows.length));
      rows = [...rows, ...page.rows];
    }
    if (load !== this.#loads) return false;
    this.#fetch = fetch;
    this.#isFetching = false;
    this.#wanted = 0;
    this.#take(rows, page);
    return true;
  }

  /** Reads on until the row before `end` is there. A page that fails is asked for again when it is next in view. */
  async want(end: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, end);
    if (this.#isFetching) return;
    this.#isFetching = true;
    const load = this.#loads;
    while (load === this.#loads && this.#rows.length < this.#wanted && this.#next !== null && this.#fetch !== null) {
      const page = await this.#fetch(this.#next, limitFor(this.#wanted - this.#rows.length)).catch(() => null);
      if (load !== this.#loads) return;
      if (page === null) break;
      this.#take([...this.#rows, ...page.rows], page);
    }
    if (load === this.#loads) this.#isFetching = false;
    this.#wanted = 0;
  }

  clear(): void {
    this.#loads += 1;
    this.#fetch = null;
    this.#isFetching = false;
    this.#take([], { rows: [], next: null, total: 0 });
  }

  #take(rows: Row[], page: CursorPage<Row>): void {
    this.#rows = rows;
    this.#next = page.next;
    // Rows may come and go while they are read; the end is where the cursor ends.
    this.#total = page.next === null ? rows.length : Math.max(page.total, rows.length + 1);
  }
}

function limitFor(rows: number): number {
  return Math.min(PAGE_ROWS_MAX, Math.max(PAGE_ROWS, rows));
}
