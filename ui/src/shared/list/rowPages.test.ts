import { describe, expect, test } from "vitest";
import { PAGE_ROWS, RowPages, type FetchedPage } from "./rowPages.svelte";

/** A source of numbered rows whose answers come when told. */
class Source {
  readonly asked: number[] = [];
  #waiting: (() => void)[] = [];
  #held = false;

  constructor(
    readonly name: string,
    readonly total: number,
    readonly more = false,
  ) {}

  hold(): void {
    this.#held = true;
  }

  async release(): Promise<void> {
    this.#held = false;
    for (const go of this.#waiting.splice(0)) go();
    await settled();
  }

  fetch = async (offset: number, limit: number): Promise<FetchedPage<string>> => {
    this.asked.push(offset);
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const count = Math.max(0, Math.min(limit, this.total - offset));
    const rows = Array.from({ length: count }, (_, at) => `${this.name} ${offset + at}`);
    return { rows, total: this.total, more: this.more };
  };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

describe("rows fetched by page", () => {
  test("hold what is in view and nothing else", async () => {
    const source = new Source("a", 100_000);
    const rows = new RowPages<string>();
    await rows.load(source.fetch, 0, 20);
    expect(source.asked).toEqual([0]);
    expect(rows.total).toBe(100_000);
    expect(rows.row(19)).toBe("a 19");
    expect(rows.row(50_000)).toBeUndefined();
    rows.want(50_000, 50_020);
    await settled();
    expect(rows.row(50_000)).toBe("a 50000");
    expect(source.asked).toEqual([0, 50_000]);
  });

  test("are not asked for twice", async () => {
    const source = new Source("a", 1_000);
    const rows = new RowPages<string>();
    await rows.load(source.fetch, 0, 20);
    rows.want(0, 20);
    rows.want(PAGE_ROWS, PAGE_ROWS + 5);
    rows.want(PAGE_ROWS, PAGE_ROWS + 6);
    await settled();
    expect(source.asked).toEqual([0, PAGE_ROWS]);
  });

  test("follow the last place when the scroll flies past many pages", async () => {
    const source = new Source("a", 100_000);
    const rows = new RowPages<string>();
    await rows.load(source.fetch, 0, 20);
    source.hold();
    for (let first = 0; first < 80_000; first += 1_000) rows.want(first, first + 20);
    await source.release();
    await settled();
    expect(rows.row(79_000)).toBe("a 79000");
    expect(source.asked.length).toBeLessThan(6);
  });

  test("stay on screen until the new ones are there", async () => {
    const old = new Source("old", 500);
    const next = new Source("next", 3);
    const rows = new RowPages<string>();
    await rows.load(old.fetch, 0, 20);
    next.hold();
    const loading = rows.load(next.fetch, 0, 1);
    expect(rows.row(0)).toBe("old 0");
    await next.release();
    expect(await loading).toBe(true);
    expect(rows.row(0)).toBe("next 0");
    expect(rows.total).toBe(3);
    expect(rows.row(3)).toBeUndefined();
  });

  test("of an overtaken search are dropped", async () => {
    const slow = new Source("slow", 10);
    const quick = new Source("quick", 5);
    const rows = new RowPages<string>();
    slow.hold();
    const first = rows.load(slow.fetch, 0, 1);
    expect(await rows.load(quick.fetch, 0, 1)).toBe(true);
    await slow.release();
    expect(await first).toBe(false);
    expect(rows.row(0)).toBe("quick 0");
  });

  test("of an old source that arrive late are dropped", async () => {
    const old = new Source("old", 5_000);
    const next = new Source("next", 5_000);
    const rows = new RowPages<string>();
    await rows.load(old.fetch, 0, 1);
    old.hold();
    rows.want(3_000, 3_001);
    await rows.load(next.fetch, 0, 1);
    await old.release();
    expect(rows.row(3_000)).toBeUndefined();
  });

  test("are kept when the next load fails", async () => {
    const rows = new RowPages<string>();
    await rows.load(new Source("a", 5).fetch, 0, 1);
    await expect(rows.load(() => Promise.reject(new Error("no")), 0, 1)).rejects.toThrow("no");
    expect(rows.row(4)).toBe("a 4");
  });

  test("move up to the end when the list has become shorter than the place", async () => {
    const rows = new RowPages<string>();
    await rows.load(new Source("a", 5_000).fetch, 0, 1);
    await rows.load(new Source("b", 450).fetch, 4_000, 4_020);
    expect(rows.total).toBe(450);
    expect(rows.row(449)).toBe("b 449");
  });

  test("that are not all can be reached to the last, and it is said that there are more", async () => {
    const rows = new RowPages<string>();
    await rows.load(new Source("a", 200, true).fetch, 0, 1);
    expect(rows.total).toBe(200);
    expect(rows.more).toBe(true);
    rows.want(190, 200);
    await settled();
    expect(rows.row(199)).toBe("a 199");
  });

  test("of far pages are forgotten", async () => {
    const source = new Source("a", 1_000_000);
    const rows = new RowPages<string>();
    await rows.load(source.fetch, 0, 1);
    for (let page = 1; page <= 130; page += 1) {
      rows.want(page * PAGE_ROWS, page * PAGE_ROWS + 1);
      await settled();
    }
    expect(rows.row(0)).toBeUndefined();
    expect(rows.row(130 * PAGE_ROWS)).toBe(`a ${130 * PAGE_ROWS}`);
  });

  test("are gone after clear", async () => {
    const rows = new RowPages<string>();
    await rows.load(new Source("a", 5).fetch, 0, 1);
    rows.clear();
    expect(rows.total).toBe(0);
    expect(rows.row(0)).toBeUndefined();
  });
});
