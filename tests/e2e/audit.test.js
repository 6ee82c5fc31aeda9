// The audit log in the window: filtered, walked, verified and exported; and the screens around it that no other test opens.

import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";
import { genericSecret, PASSWORD, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const MANY = 600;
/** What a view of 1000 px holds, and a few above and below. */
const DRAWN_MAX = 80;
/** Keys are derived and made anew meanwhile. */
const KEYS_WITHIN_MS = 60_000;

const DRAWN = `
  return [...document.querySelectorAll("#audit-rows [role=option]")].map((row) => ({
    position: Number(row.getAttribute("aria-posinset")),
    total: Number(row.getAttribute("aria-setsize")),
    said: row.querySelector(".said")?.textContent.replace(/\\s+/g, " ").trim() ?? null,
  }))`;
/** Notes what the progress says from now on; it is gone when the work is done. */
const WATCH_PROGRESS = `
  window.progressSeen = [];
  new MutationObserver(() => {
    for (const line of document.querySelectorAll(".progress .line")) window.progressSeen.push(line.textContent.replace(/\\s+/g, " ").trim());
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })`;

describe("audit", () => {
  let turnstone, page, total;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    const filler = Array.from({ length: MANY }, (_, at) => genericSecret(`Service ${String(at).padStart(3, "0")}`, `filler-value-${at}-0123456789`));
    const made = await turnstone.batch([...filler, genericSecret("Stripe live key", "sk-live-first-0123456789abcdefghij")]);
    const id = made.at(-1).secret.id;
    await turnstone.batch([["secret_update", { id, credentials: { value: "sk-live-second-0123456789abcdefghij" }, reason: "quarterly" }]]);
    await turnstone.unlock();
    await page.button("Audit");
    const [log] = await turnstone.batch([["audit_list", { limit: 1 }]]);
    total = log.total;
  });
  after(() => turnstone.stop());
  afterEach(() => page.leaveDialogs());

  const drawn = () => turnstone.session.run(DRAWN);
  const count = async () => Number(/([\d,]+) entr/.exec(await page.text())[1].replaceAll(",", ""));

  test("shows what has happened, newest first, and draws only the rows in view", async () => {
    await until("the rows", async () => (await drawn()).some(({ said }) => said?.includes("rotated “Stripe live key” · quarterly")));
    assert.ok(total > MANY);
    await until("the entries of the other process, too", async () => (await count()) >= total);
    const rows = await drawn();
    assert.equal(rows[0].position, 1);
    assert.ok(rows.length < DRAWN_MAX, `${rows.length} rows in the page`);
    await page.audit("audit");
  });

  test("reaches its first entry with one key", async () => {
    await turnstone.session.run(`document.getElementById("audit-rows").focus()`);
    await page.key("end");
    await until("the oldest entry", async () => {
      const last = (await drawn()).at(-1);
      return last.position === last.total && last.said !== null && /the vault|Owner/.test(last.said);
    });
    await page.get("heading", /(the vault|Owner)$/);
    await page.audit("audit-entry");
    await page.key("home");
    await until("the newest entry", async () => (await drawn())[0].position === 1);
    await page.button("Close the entry");
  });

  test("is narrowed to an act, to a person, to days and to one record, and widened again", async () => {
    await page.choose("What", "Rotated");
    await page.see("1 entry matches");
    assert.deepEqual((await drawn()).map(({ said }) => said), ["mara@acme rotated “Stripe live key” · quarterly"]);
    await page.press("option", /rotated/);
    await page.button("Only about this");
    await page.choose("What", "Any act");
    await page.see("2 entries match");
    await page.audit("audit-filtered");
    await page.choose("Who", "mara@acme");
    await page.see("2 entries match");
    await turnstone.session.run(`
      const day = [...document.querySelectorAll("input[type=date]")][0];
      day.value = "2199-01-01";
      day.dispatchEvent(new Event("change", { bubbles: true }))`);
    await page.see("Nothing matches these filters");
    await page.audit("audit-nothing");
    await page.button("Show all entries");
    await until("all entries", async () => (await count()) >= total);
  });

  test("keeps the entry that is read while others come", async () => {
    await page.press("option", /rotated “Stripe live key”/);
    const title = /rotated “Stripe live key”$/;
    await page.get("heading", title);
    const before = await count();
    await turnstone.batch([genericSecret("Came meanwhile", "came-meanwhile-0123456789abcdef")]);
    await until("the new entries", async () => (await count()) > before);
    await page.get("heading", title);
    const selected = `return document.querySelector("#audit-rows [aria-selected=true]")?.textContent ?? ""`;
    assert.match(await turnstone.session.run(selected), /rotated/);
    await page.button("Close the entry");
  });

  test("is verified from end to end, and says how far it is", async () => {
    await turnstone.session.run(WATCH_PROGRESS);
    await page.button("Verify");
    await until("the verdict", async () => (await page.text()).includes("The log is whole."), KEYS_WITHIN_MS);
    const seen = await turnstone.session.run("return window.progressSeen");
    // So short a log may be through before its first count.
    assert.ok(seen.length > 0);
    for (const line of seen) assert.match(line, /^Looking at every entry( ?[\d,]+ of [\d,]+)?$/);
    const checked = Number(/([\d,]+) entries checked/.exec(await page.text())[1].replaceAll(",", ""));
    assert.ok(checked > total, `${checked} of ${total}`);
    await page.audit("audit-verified");
    await page.button("Put away");
  });

  test("is exported as it is filtered, or whole, to a file for its owner alone", async () => {
    await page.choose("What", "Rotated");
    await page.see("1 entry matches");
    await page.button("Export…");
    await page.audit("audit-export");
    await page.button("Save as…");
    const csv = turnstone.file("log.csv");
    await turnstone.desktop.choose(csv);
    await page.see(/1 entry in log\.csv/);
    assert.equal((await stat(csv)).mode & 0o777, 0o600);
    const lines = (await readFile(csv, "utf8")).trim().split("\n");
    assert.equal(lines.length, 2, lines.join("\n"));
    assert.match(lines[1], /secret_rotated.*Stripe live key/);
    await page.button("Done");
    await page.button("Show all");
    await page.button("Export…");
    await page.press("radio", "JSON Lines");
    await page.button("Save as…");
    const whole = turnstone.file("log.jsonl");
    await turnstone.desktop.choose(whole);
    await page.see(/entries in log\.jsonl/);
    await page.audit("audit-exported");
    const entries = (await readFile(whole, "utf8")).trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(entries.length > total);
    assert.ok(entries.some(({ action }) => action === "secret_rotated"));
    assert.ok(!JSON.stringify(entries).includes("sk-live"));
    await page.button("Done");
  });

  test("the palette opens with one key, and goes where it is told", async () => {
    await page.key("control", "k");
    await page.get("option", /Show members/);
    await page.audit("palette");
    await page.fill("Type a command or a secret’s name", "trash");
    await page.key("enter");
    await page.get("heading", "Trash");
  });

  test("new keys for the vault say how far they are, and the vault is as it was", async () => {
    await page.button(/^Members/);
    await page.button("New keys…");
    await page.get("dialog", /keys/);
    await page.audit("new-keys");
    await turnstone.session.run(WATCH_PROGRESS);
    await page.fill("Your master password", PASSWORD);
    await page.button("Make new keys");
    await until("the dialog to close", async () => (await page.all("dialog")).length === 0, KEYS_WITHIN_MS);
    const seen = await turnstone.session.run("return window.progressSeen");
    assert.ok(seen.some((line) => line.startsWith("Making new keys for the vault")), JSON.stringify(seen.slice(0, 5)));
    await page.button("Audit");
    await page.choose("What", "Made new keys for the vault");
    await page.see("1 entry matches");
  });

  test("whoever thinks that somebody knows the password gets new keys and a new recovery code", async () => {
    const password = "harbour copper willow nineteen";
    await page.button(/^Settings/);
    await page.button("Renew…");
    await page.get("dialog", "Someone may know your password");
    await page.audit("renew-keys");
    await page.fill("Current password", PASSWORD);
    await page.fill("New password", password);
    await page.fill("New password again", password);
    await page.button("Renew");
    const code = await until("the emergency sheet", () => turnstone.recoveryCode(), KEYS_WITHIN_MS);
    assert.match(code, /^[0-9A-Z-]{20,}$/);
    await page.audit("renewed-sheet");
    await page.press("checkbox", "I have the code on paper or in a file");
    await page.button("Go on");
    await turnstone.lock();
    await turnstone.unlock(password);
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
