/** A screen and a half: what each key press of a search fetches. */
export const PAGE_ROWS = 50;
const PAGES_KEPT_MAX = 120;
const PAGES_IN_FLIGHT_MAX = 2;

export interface FetchedPage<Row> {
  rows: Row[];
  /** How many rows can be fetched. */
  total: number;
  /** Whether there are others that can't ("200+"). */
  more?: boolean;
}

export type FetchPage<Row> = (offset: number, limit: number) => Promise<FetchedPage<Row>>;

/**
 * Rows fetched by page as they come into view. `load` swaps in a new source only when its first pages have arrived,
 * so that typing and refreshing never blank the list; answers of an older source are dropped.
 */
export class RowPages<Row> {
  #pages = new Map<number, Row[]>();
  #inFlight = new Set<number>();
  #fetch: FetchPage<Row> | null = null;
  #wanted = { first: 0, last: 0 };
  #source = 0;
  #loads = 0;
  #total = $state(0);
  #more = $state(false);
  #drawn = $state(0);

  get total(): number {
    return this.#total;
  }

  /** Whether more rows match than the source tells of. */
  get more(): boolean {
    return this.#more;
  }

  row(index: number): Row | undefined {
    void this.#drawn;
    return this.#pages.get(pageOf(index))?.[index % PAGE_ROWS];
  }

  /** The index of a row among those that are held. */
  find(matches: (row: Row) => boolean): number | null {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex(matches);
      if (at >= 0) return page * PAGE_ROWS + at;
    }
    return null;
  }

  /** Reads from `fetch` from now on, beginning with the pages that hold these rows. False if a later load overtook it. */
  async load(fetch: FetchPage<Row>, firstRow: number, endRow: number): Promise<boolean> {
    const load = ++this.#loads;
    let pages = pagesHolding(firstRow, endRow);
    let fetched = await Promise.all(pages.map((page) => fetch(page * PAGE_ROWS, PAGE_ROWS)));
    const total = fetched[0]?.total;
    if (load === this.#loads && total !== undefined && firstRow >= total && firstRow > 0) {
      pages = pagesHolding(Math.max(0, total - 1), Math.max(1, total));
      fetched = await Promise.all(pages.map((page) => fetch(page * PAGE_ROWS, PAGE_ROWS)));
    }
    if (load !== this.#loads) return false;
    this.#source += 1;
    this.#fetch = fetch;
    this.#pages = new Map(pages.map((page, at) => [page, fetched[at]?.rows ?? []]));
    this.#inFlight.clear();
    this.#takeTotal(fetched);
    this.#drawn += 1;
    return true;
  }

  /** Fetches what is missing of these rows, the nearest first. A failed page is asked for again when next in view. */
  want(firstRow: number, endRow: number): void {
    const pages = pagesHolding(firstRow, endRow);
    this.#wanted = { first: pages[0] ?? 0, last: pages.at(-1) ?? 0 };
    this.#fetchMissing();
  }

  clear(): void {
    this.#loads += 1;
    this.#source += 1;
    this.#pages = new Map();
    this.#inFlight.clear();
    this.#fetch = null;
    this.#total = 0;
    this.#more = false;
    this.#drawn += 1;
  }

  #fetchMissing(): void {
    for (let page = this.#wanted.first; page <= this.#wanted.last; page += 1) {
      if (this.#inFlight.size >= PAGES_IN_FLIGHT_MAX) return;
      if (!this.#pages.has(page) && !this.#inFlight.has(page)) void this.#fetchPage(page);
    }
  }

  async #fetchPage(page: number): Promise<void> {
    const source = this.#source;
    const fetch = this.#fetch;
    if (fetch === null) return;
    this.#inFlight.add(page);
    const fetched = await fetch(page * PAGE_ROWS, PAGE_ROWS).catch(() => null);
    if (source !== this.#source) return;
    this.#inFlight.delete(page);
    if (fetched === null) return;
    this.#pages.set(page, fetched.rows);
    this.#forgetFarthest();
    this.#drawn += 1;
    this.#fetchMissing();
  }

  #forgetFarthest(): void {
    if (this.#pages.size <= PAGES_KEPT_MAX) return;
    const distance = (page: number) => Math.abs(page - this.#wanted.first);
    const farthest = [...this.#pages.keys()].reduce((far, page) => (distance(page) > distance(far) ? page : far));
    this.#pages.delete(farthest);
  }

  #takeTotal(fetched: FetchedPage<Row>[]): void {
    this.#more = fetched[0]?.more ?? false;
    this.#total = fetched[0]?.total ?? 0;
  }
}

function pageOf(index: number): number {
  return Math.floor(index / PAGE_ROWS);
}

function pagesHolding(firstRow: number, endRow: number): number[] {
  const first = pageOf(Math.max(0, firstRow));
  const last = pageOf(Math.max(firstRow, endRow - 1, 0));
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
