// Issue 2, item 3: a list of 100,000 secrets, scrolled and searched in the window.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const MANY = 100_000;
/** What a view of 1000 px holds, and a few above and below. */
const DRAWN_MAX = 60;

const DRAWN = `
  return [...document.querySelectorAll("#secret-rows [role=option]")].map((row) => ({
    position: Number(row.getAttribute("aria-posinset")),
    total: Number(row.getAttribute("aria-setsize")),
    name: row.querySelector(".name")?.textContent ?? null,
  }))`;
/** Whether the middle of the list's view is covered by a row, and not by what lies behind the rows. */
const COVERED = `
  const box = document.getElementById("secret-rows").getBoundingClientRect();
  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest("[role=option]")?.getAttribute("aria-posinset") ?? null`;

/** The rows follow in the frame after the one that scrolls. */
const SCROLL_ON = `
  const done = arguments[0];
  document.getElementById("secret-rows").scrollTop += 700;
  requestAnimationFrame(() => requestAnimationFrame(() => done()))`;

describe("many", () => {
  let turnstone, page, sorted;

  before(async () => {
    const home = process.env.TURNSTONE_MANY_HOME;
    if (!home) throw new Error("TURNSTONE_MANY_HOME names a home with a vault of many secrets; `cargo xtask test` makes it");
    sorted = (await readFile(join(home, "names"), "utf8")).trimEnd().split("\n").sort();
    assert.equal(sorted.length, MANY);
    turnstone = await Turnstone.start({ home });
    page = turnstone.page;
    await turnstone.unlock();
  });
  after(() => turnstone.stop());

  const drawn = () => turnstone.session.run(DRAWN);
  const scrollTo = (part) =>
    turnstone.session.run(`const box = document.getElementById("secret-rows"); box.scrollTop = arguments[0] * (box.scrollHeight - box.clientHeight)`, part);

  /** Waits until the rows in view are filled, then compares each with the order by name. */
  async function check(order, from) {
    const rows = await until(`the rows from ${from}`, async () => {
      const rows = await drawn();
      return rows.length > 0 && rows.every((row) => row.name !== null) && rows[0].position <= from && rows.at(-1).position >= from && rows;
    });
    assert.ok(rows.length <= DRAWN_MAX, `${rows.length} rows in the page`);
    for (const row of rows) assert.deepEqual(row, { position: row.position, total: MANY, name: order[row.position - 1] });
    assert.deepEqual(rows.map((row) => row.position), rows.map((_, at) => rows[0].position + at));
    assert.notEqual(await turnstone.session.run(COVERED), null);
  }

  test("all of them are counted, and the first are shown", async () => {
    await page.see("100,000");
    await check(sorted, 1);
    await page.audit("many");
  });

  test("wherever the list is scrolled to, the right rows show and few are in the page", async () => {
    for (const part of [0.25, 0.5, 0.7531, 0.1, 1, 0.999, 0]) {
      await scrollTo(part);
      await check(sorted, Math.max(1, Math.round(part * (MANY - 20))));
    }
  });

  test("a long way is scrolled in small steps, with rows in view after each", async () => {
    await scrollTo(0.4);
    for (let step = 0; step < 40; step += 1) {
      await turnstone.session.runAsync(SCROLL_ON);
      assert.notEqual(await turnstone.session.run(COVERED), null, `step ${step}`);
    }
    await check(sorted, Math.round((await topRow()) + 5));
  });

  test("the keyboard goes to the end and back", async () => {
    await turnstone.session.run(`document.getElementById("secret-rows").focus()`);
    await page.key("end");
    await check(sorted, MANY);
    await page.get("heading", sorted.at(-1));
    await page.key("home");
    await check(sorted, 1);
    await page.get("heading", sorted[0]);
  });

  test("another order is the whole list's", async () => {
    await page.button(/^Order/);
    await page.press("menuitem", "Name, Z to A");
    const reversed = sorted.toReversed();
    await until("the last name first", async () => (await drawn())[0]?.name === reversed[0]);
    await scrollTo(0.5);
    await check(reversed, MANY / 2);
    await page.button(/^Order/);
    await page.press("menuitem", "Name, A to Z");
    await until("the first name first", async () => (await drawn())[0]?.name === sorted[0]);
  });

  test("search finds the one among them while it is typed", async () => {
    const name = sorted[61_803];
    await page.fill("Search secrets", name);
    await until("the one", async () => {
      const rows = await drawn();
      return rows.length > 0 && rows.every((row) => row.name?.includes(name)) && rows.some((row) => row.name === name);
    });
  });

  test("a search with thousands of matches shows the newest of them and says so", async () => {
    const wanted = sorted.filter((name) => name.includes("mobile prod"));
    assert.ok(wanted.length > 200);
    await page.fill("Search secrets", "mobile prod");
    await page.see("200+");
    const rows = await drawn();
    assert.ok(rows.length > 5 && rows.length <= DRAWN_MAX, `${rows.length} rows in the page`);
    for (const row of rows) assert.match(row.name, /mobile prod/);
    await page.audit("many-search");
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));

  /** The number of the first row that is wholly in view. */
  function topRow() {
    return turnstone.session.run(`const box = document.getElementById("secret-rows"); return box.scrollTop / (box.scrollHeight / ${MANY})`);
  }
});
