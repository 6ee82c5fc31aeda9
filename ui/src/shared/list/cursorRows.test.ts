import { describe, expect, test } from "vitest";
import { CursorRows, type CursorPage } from "./cursorRows.svelte";

/** A source of numbered rows whose answers come when told. */
class Source {
  readonly asked: [string | null, number][] = [];
  isFailing = false;
  #waiting: (() => void)[] = [];
  #held = false;

  constructor(
    readonly name: string,
    public count: number,
  ) {}

  hold(): void {
    this.#held = true;
  }

  async release(): Promise<void> {
    this.#held = false;
    for (const go of this.#waiting.splice(0)) go();
    await settled();
  }

  fetch = async (cursor: string | null, limit: number): Promise<CursorPage<string>> => {
    this.asked.push([cursor, limit]);
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.isFailing) throw new Error("The disk is gone.");
    const from = Number(cursor ?? 0);
    const end = Math.min(this.count, from + limit);
    const rows = Array.from({ length: end - from }, (_, at) => `${this.name} ${from + at}`);
    return { rows, next: end < this.count ? String(end) : null, total: this.count };
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("rows read from a cursor", () => {
  test("are one page at first, and the total of all", async () => {
    const source = new Source("a", 10_000);
    const rows = new CursorRows<string>();
    await rows.load(source.fetch, 1);
    expect(source.asked).toEqual([[null, 200]]);
    expect([rows.total, rows.row(199), rows.row(200)]).toEqual([10_000, "a 199", undefined]);
  });

  test("are read on to what is looked at, in the largest pages", async () => {
    const source = new Source("a", 10_000);
    const rows = new CursorRows<string>();
    await rows.load(source.fetch, 1);
    await rows.want(10_000);
    expect(source.asked).toHaveLength(11);
    expect(source.asked.slice(1).every(([, limit]) => limit <= 1000)).toBe(true);
    expect(rows.row(9_999)).toBe("a 9999");
    await rows.want(10_000);
    expect(source.asked).toHaveLength(11);
  });

  test("that are wanted while others are read are read after them, once", async () => {
    const source = new Source("a", 5_000);
    const rows = new CursorRows<string>();
    await rows.load(source.fetch, 1);
    source.hold();
    const reading = rows.want(300);
    void rows.want(900);
    await source.release();
    await reading;
    expect(rows.row(899)).toBe("a 899");
    expect(source.asked.map(([cursor]) => cursor)).toEqual([null, "200", "400"]);
  });

  test("of an older search are dropped", async () => {
    const [old, young] = [new Source("old", 300), new Source("young", 3)];
    const rows = new CursorRows<string>();
    old.hold();
    const first = rows.load(old.fetch, 1);
    expect(await rows.load(young.fetch, 1)).toBe(true);
    await old.release();
    expect(await first).toBe(false);
    expect([rows.total, rows.row(0)]).toEqual([3, "young 0"]);
  });

  test("read anew stay as far as they were looked at, and what is shown stays meanwhile", async () => {
    const source = new Source("a", 2_000);
    const rows = new CursorRows<string>();
    await rows.load(source.fetch, 1);
    await rows.want(1_200);
    source.hold();
    const again = rows.load(source.fetch, 1_200);
    expect(rows.row(1_199)).toBe("a 1199");
    await source.release();
    await again;
    expect(rows.row(1_199)).toBe("a 1199");
  });

  test("whose page fails can be asked for again", async () => {
    const source = new Source("a", 1_000);
    const rows = new CursorRows<string>();
    await rows.load(source.fetch, 1);
    source.isFailing = true;
    await rows.want(600);
    expect(rows.row(500)).toBeUndefined();
    source.isFailing = false;
    await rows.want(600);
    expect(rows.row(500)).toBe("a 500");
  });

  test("end where the cursor ends, whatever the total said", async () => {
    const source = new Source("a", 450);
    const rows = new CursorRows<string>();
    await rows.load(source.fetch, 1);
    source.count = 300;
    await rows.want(450);
    expect([rows.total, rows.row(299)]).toEqual([300, "a 299"]);
  });

  test("are gone after clear, those under way too", async () => {
    const source = new Source("a", 1_000);
    const rows = new CursorRows<string>();
    await rows.load(source.fetch, 1);
    source.hold();
    void rows.want(900);
    rows.clear();
    await source.release();
    expect([rows.total, rows.row(0)]).toEqual([0, undefined]);
  });
});
