import { beforeEach, describe, expect, test } from "vitest";
import { CommandError } from "../../ipc";
import { MockBackend } from "../../testing/mock-backend";
import { refusal } from "../../testing/mock-world";
import { RecordBrowser, type Asked } from "./recordBrowser.svelte";

interface Record {
  id: string;
  name: string;
}

let records: Record[];
let asked: Asked[];
let isFailing: boolean;
let browser: RecordBrowser<Record>;

beforeEach(() => {
  new MockBackend().install();
  records = ["alder", "birch", "cedar", "alder-2"].map((name) => ({ id: `id-${name}`, name }));
  asked = [];
  isFailing = false;
  browser = new RecordBrowser<Record>({
    list: async (one) => {
      asked.push(one);
      if (isFailing) throw new CommandError({ status: 500, type: "internal_error", message: "No.", details: [] });
      const rows = records.filter(({ name }) => name.includes(one.query ?? ""));
      return { rows, next: null, total: rows.length };
    },
    get: async (id) => {
      const found = records.find((one) => one.id === id);
      if (found === undefined) throw refusal(404, "not_found", "There is no such record.");
      return { ...found };
    },
    changes: ["locations"],
  });
});

describe("a list of records", () => {
  test("begins at its top with each search, and knows how many there are without", async () => {
    await browser.refresh();
    browser.openRow(2);
    await browser.search(" alder ");
    expect(asked.at(-1)).toMatchObject({ query: "alder" });
    expect([browser.rows.total, browser.all, browser.active, browser.round]).toEqual([2, 4, 0, 1]);
    expect(browser.open?.name).toBe("cedar");
  });

  test("is empty only where nothing was left out", async () => {
    await browser.refresh();
    await browser.search("zzz");
    expect(browser.isEmpty).toBe(false);
    records = [];
    await browser.showAll();
    expect(browser.isEmpty).toBe(true);
  });

  test("stays on its record when rows come and go", async () => {
    await browser.refresh();
    browser.openRow(1);
    records.unshift({ id: "id-acer", name: "acer" });
    records.find(({ id }) => id === "id-birch")!.name = "birch (renamed)";
    await browser.refresh();
    expect([browser.active, browser.open?.name]).toEqual([2, "birch (renamed)"]);
  });

  test("keeps its rows and says why when they can't be read anew", async () => {
    await browser.refresh();
    isFailing = true;
    await browser.refresh();
    expect([browser.phase, browser.rows.total, browser.failure?.message]).toEqual(["failed", 4, "No."]);
  });

  test("says that its open record is gone, and forgets that when another is opened", async () => {
    await browser.refresh();
    browser.openRow(0);
    records.shift();
    await browser.refresh();
    expect([browser.open, browser.openFailure?.type]).toEqual([null, "not_found"]);
    browser.openRow(0);
    expect([browser.open?.name, browser.openFailure]).toEqual(["birch", null]);
  });

  test("drops the answer for a record that is no longer asked for", async () => {
    await browser.refresh();
    const reading = browser.openById("id-cedar");
    browser.close();
    await reading;
    expect(browser.open).toBeNull();
  });

  test("keeps to its rows however far the keyboard asks", async () => {
    await browser.refresh();
    browser.openRow(99);
    expect(browser.active).toBe(3);
    browser.openRow(-5);
    expect(browser.active).toBe(0);
  });

  test("opens the row that the keyboard went to once it has been read", async () => {
    const many = Array.from({ length: 900 }, (_, at) => ({ id: `id-${at}`, name: `record ${at}` }));
    const long = new RecordBrowser<Record>({
      list: async ({ cursor, limit }) => {
        const from = Number(cursor ?? 0);
        const end = Math.min(many.length, from + limit);
        return { rows: many.slice(from, end), next: end < many.length ? String(end) : null, total: many.length };
      },
      get: async (id) => many.find((one) => one.id === id)!,
      changes: [],
    });
    await long.refresh();
    long.openRow(899);
    expect(long.open).toBeNull();
    long.view(900);
    await expect.poll(() => long.open?.id).toBe("id-899");
  });

  test("forgets all of it when it is no longer shown", async () => {
    const stop = browser.start();
    await browser.refresh();
    browser.openRow(0);
    stop();
    expect([browser.open, browser.rows.total, browser.query]).toEqual([null, 0, ""]);
  });
});
