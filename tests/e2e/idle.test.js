// The idle lock, with the shortest time that the settings offer. It is timed in Rust, so the test waits as long as a person would.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { genericSecret, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const MINUTE_MS = 60_000;
/** Past the page's pause between two reports of activity. */
const BEFORE_MOVING_MS = 20_000;
const LOCKS_WITHIN_MS = 2 * MINUTE_MS;
/** Not one of the choices is shorter. */
const SHORTEST = "1 minute";

describe("idle", () => {
  let turnstone, page;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    await turnstone.batch([genericSecret("Stripe live key", "sk-live-first-0123456789abcdefghij")]);
    await turnstone.unlock();
  });
  after(() => turnstone.stop());

  test("a vault that nobody touches locks after the time of the settings, counted from the last input", async () => {
    await page.button(/^Settings/);
    await page.choose("Lock when idle for", SHORTEST);
    await page.button(/^Secrets/);
    await turnstone.openSecret("Stripe live key");
    await turnstone.session.run("window.seenBefore = true");
    const opened = Date.now();
    await sleep(BEFORE_MOVING_MS);
    const moved = Date.now();
    await page.key("shift");
    await until("the lock", () => turnstone.session.run(`return document.body.innerText.includes("Locked after 1 min without input.")`), LOCKS_WITHIN_MS);
    const locked = Date.now();
    assert.ok(locked - moved >= MINUTE_MS, `locked ${locked - moved} ms after the last input, ${locked - opened} ms after the secret was opened`);
  });

  test("nothing of what was open is left in the page", async () => {
    await page.get("button", "Unlock");
    assert.equal(await turnstone.session.run("return window.seenBefore ?? null"), null);
    assert.doesNotMatch(await page.text(), /Stripe/);
    await page.audit("locked-idle");
  });

  test("the log says that it was the idle time", async () => {
    const [{ entries }] = await turnstone.batch([["audit_list", { limit: 50 }]]);
    const lock = entries.filter((entry) => entry.action === "vault_locked").find((entry) => entry.changed.includes("idle"));
    assert.ok(lock, JSON.stringify(entries.slice(0, 5)));
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
