import { call, CommandError } from "../../../ipc";
import { RowPages, type FetchPage } from "../../../shared/list/rowPages.svelte";
import type { Counts, ListRequest, Secret } from "../types";
import { filterRequest, isFiltering, NO_FILTERS, type Filters } from "./filters";

/** Rust counts the matches of a search so far and no further. */
const MATCHES_COUNTED_MAX = 200;

export type Sort = NonNullable<ListRequest["sort"]>;

/** What the list shows: the search, the filters, the order, the rows, and the row that the keyboard stands on. */
export class SecretList {
  readonly rows = new RowPages<Secret>();
  #query = $state("");
  #filters = $state.raw<Filters>(NO_FILTERS);
  #sort = $state<Sort>("name");
  #active = $state<number | null>(null);
  #phase = $state<"loading" | "ready" | "failed">("loading");
  #failure = $state.raw<CommandError | null>(null);
  #counts = $state.raw<Counts | null>(null);
  #round = $state(0);
  /** Whether the rows at hand are all there are. Not from the moment on that fewer are asked for: the vault must not look empty where none match. */
  #rowsAreAll = $state(false);
  #inView = { first: 0, end: 1 };

  get query(): string {
    return this.#query;
  }

  get filters(): Filters {
    return this.#filters;
  }

  get sort(): Sort {
    return this.#sort;
  }

  /** The index of the row that the keyboard stands on. */
  get active(): number | null {
    return this.#active;
  }

  get activeRow(): Secret | null {
    return this.#active === null ? null : (this.rows.row(this.#active) ?? null);
  }

  get phase() {
    return this.#phase;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Tags and numbers for the filters; null until they are known. */
  get counts(): Counts | null {
    return this.#counts;
  }

  /** Grows with each new search, filter or order, which begins at the top. */
  get round(): number {
    return this.#round;
  }

  get isSearch(): boolean {
    return this.#query.trim() !== "";
  }

  get isFiltered(): boolean {
    return isFiltering(this.#filters);
  }

  /** True when the vault has no secret at all, rather than none that matches. */
  get isVaultEmpty(): boolean {
    return this.#phase === "ready" && this.rows.total === 0 && this.#rowsAreAll;
  }

  /** "128", "3 of 128", "200+". */
  get totalText(): string {
    const shown = this.rows.total.toLocaleString("en");
    if (this.rows.more) return `${shown}+`;
    const all = this.#counts?.counts.live;
    if (all === undefined || (!this.isSearch && !this.isFiltered)) return shown;
    return `${shown} of ${all.toLocaleString("en")}`;
  }

  search(query: string): Promise<void> {
    this.#query = query;
    return this.#begin();
  }

  filter(change: Partial<Filters>): Promise<void> {
    this.#filters = { ...this.#filters, ...change };
    return this.#begin();
  }

  sortBy(sort: Sort): Promise<void> {
    this.#sort = sort;
    return this.#begin();
  }

  /** All secrets again, in the order that was chosen. */
  reset(): Promise<void> {
    this.#query = "";
    this.#filters = NO_FILTERS;
    return this.#begin();
  }

  /** Reads everything anew and keeps the place: for the first time, after a change, after a failure. */
  async refresh(): Promise<void> {
    const stoodOn = this.activeRow?.id;
    await Promise.all([this.#load(this.#inView.first, this.#inView.end), this.#countTags()]);
    if (stoodOn !== undefined && this.activeRow?.id !== stoodOn) this.standOn(stoodOn);
  }

  /** Tells which rows are on screen, so that they are fetched. */
  view(first: number, end: number): void {
    this.#inView = { first, end: Math.max(end, first + 1) };
    this.rows.want(first, end);
  }

  moveTo(index: number): void {
    const last = this.rows.total - 1;
    this.#active = last < 0 ? null : Math.max(0, Math.min(last, index));
  }

  /** Puts the keyboard on this secret where it is among the rows at hand. */
  standOn(id: string): void {
    this.#active = this.rows.find((row) => row.id === id);
  }

  forget(): void {
    this.rows.clear();
    this.#counts = null;
    this.#active = null;
    this.#query = "";
    this.#filters = NO_FILTERS;
  }

  async #begin(): Promise<void> {
    const isNewest = await this.#load(0, 1);
    if (!isNewest) return;
    this.#inView = { first: 0, end: 1 };
    this.#active = this.rows.total > 0 ? 0 : null;
    this.#round += 1;
  }

  async #load(first: number, end: number): Promise<boolean> {
    const asksAll = !this.isSearch && !this.isFiltered;
    if (!asksAll) this.#rowsAreAll = false;
    try {
      const isNewest = await this.rows.load(this.#fetcher(), first, end);
      if (isNewest) {
        this.#rowsAreAll = asksAll;
        this.#phase = "ready";
        this.#failure = null;
      }
      return isNewest;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
      this.#phase = "failed";
      return false;
    }
  }

  #fetcher(): FetchPage<Secret> {
    const request = listRequest(this.#query, this.#filters, this.#sort);
    return async (offset, limit) => {
      const page = await call("secret_list", { ...request, offset, limit });
      return { rows: page.secrets, total: page.total ?? MATCHES_COUNTED_MAX, more: page.total === null };
    };
  }

  async #countTags(): Promise<void> {
    // The filters do without numbers where they can't be had; the list itself says what failed.
    this.#counts = await call("tag_list", {}).catch(() => this.#counts);
  }
}

/** Searches are answered newest first; an order belongs to browsing. */
function listRequest(query: string, filters: Filters, sort: Sort): ListRequest {
  const order: ListRequest = query.trim() === "" ? { sort } : { query: query.trim() };
  return { ...order, ...filterRequest(filters) };
}
