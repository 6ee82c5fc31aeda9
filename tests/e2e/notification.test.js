// What the desktop shows when something falls due, by a daemon that shows it: dunst.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { genericSecret, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

/** A desktop that took it for markup would show another name. */
const NAME = "Stripe <b>live</b> & co";

describe("notification", () => {
  let turnstone, page, shown;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    shown = await turnstone.desktop.showNotifications();
    await turnstone.createVault("Acme & Sons");
    // Whatever is made falls due a day later, and is told of a day before.
    await turnstone.batch([["policy_set", { every_days: 1, lead_days: 1 }]]);
  });
  after(() => turnstone.stop());

  const fallsDue = (name) => turnstone.batch([genericSecret(name, `the value of ${name}`)]);

  /** It is looked first what is due when a vault is opened. */
  async function startAnew() {
    await turnstone.close();
    await turnstone.open();
    page = turnstone.page;
    await turnstone.unlock();
  }

  const told = (count) => until(`${count} notifications`, () => shown().length >= count && shown().every(({ body }) => body !== undefined));

  test("says of which vault and how many, and names no secret", async () => {
    await fallsDue(NAME);
    await startAnew();
    await told(1);
    assert.deepEqual(shown(), [{ appname: "Turnstone", summary: "Turnstone: Acme & Sons", body: "1 secret is due to be rotated." }]);
  });

  test("names what is due where a person asked for that, as text and not as markup", async () => {
    await page.button(/^Settings/);
    await page.audit("settings-notifications");
    await page.press("radio", "With names");
    await page.see("Notifications name what is due.");
    await fallsDue("Registrar");
    await startAnew();
    await told(2);
    const { body } = shown()[1];
    assert.match(body, /Stripe &lt;b&gt;live&lt;\/b&gt; &amp; co/);
    assert.match(body, /Registrar/);
    assert.match(body, /are due to be rotated\.$/);
  });

  test("says nothing where a person wants nothing, and no value in any of them", async () => {
    await page.button(/^Settings/);
    await page.press("radio", "Never");
    await page.see("Nothing is told outside this window.");
    await fallsDue("Mailer");
    await startAnew();
    await page.button(/^Settings/);
    await page.press("radio", "How many");
    await page.see("Notifications say how many secrets are due, and name none.");
    await fallsDue("Backups");
    await startAnew();
    await told(3);
    const bodies = shown().map(({ body }) => body);
    // None came of the third alone.
    assert.deepEqual(bodies.slice(2), ["4 secrets are due to be rotated."]);
    assert.ok(bodies.every((body) => !body.includes("the value of")));
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
