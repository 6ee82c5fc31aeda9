// Issue 2, items 5 and 6: one secret, its copying, editing, rotation, history and end.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { genericSecret, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const FIRST = "sk-live-first-0123456789abcdefghij";
const SECOND = "sk-live-second-9876543210zyxwvutsr";
const WAIT_FOR_CLEAR_MS = 20_000;

describe("secret", () => {
  let turnstone, page, id;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    const [created] = await turnstone.batch([
      genericSecret("Stripe live key", FIRST, {
        env_key: "STRIPE_API_KEY", allowed_domains: ["api.stripe.com"], tags: ["payments"], description: "Charges cards", notes: "Ask Jun before turning it",
      }),
      genericSecret("Other key", "other-value-0123456789abcdef"),
    ]);
    id = created.secret.id;
    await turnstone.unlock();
    await turnstone.openSecret("Stripe live key");
  });
  after(() => turnstone.stop());

  const copied = (value) => until("the value on the clipboard", async () => (await turnstone.desktop.clipboard()) === value);
  const outside = (request) => turnstone.batch([["secret_update", { id, ...request }]]);
  const listed = async () => (await page.text());

  test("all that is known of it is shown, its value masked", async () => {
    for (const text of ["STRIPE_API_KEY", "api.stripe.com", "payments", "Charges cards", "Ask Jun before turning it", "Version 1", "current", "mara@acme"]) {
      await page.see(text);
    }
    assert.doesNotMatch(await listed(), /sk-live-first-0123456789/);
    await page.audit("detail");
  });

  test("copying puts the value on the clipboard, counts down, and clears it", async () => {
    await page.button(/^Settings/);
    await page.choose("Clear the clipboard after", "10 seconds");
    await page.button(/^Secrets/);
    await turnstone.openSecret("Stripe live key");
    await page.button(/^Copy /);
    await copied(FIRST);
    await page.see(/clears in \d+ s/);
    await page.audit("copied");
    await until("an empty clipboard", async () => (await turnstone.desktop.clipboard()) === "", WAIT_FOR_CLEAR_MS);
    await page.notSee(/clears in/);
  });

  test("a key copies too, and the clipboard is cleared at once on demand", async () => {
    await page.key("c");
    await copied(FIRST);
    await page.button("Clear now");
    await until("an empty clipboard", async () => (await turnstone.desktop.clipboard()) === "");
  });

  test("locking clears what was copied", async () => {
    await page.key("c");
    await copied(FIRST);
    await turnstone.lock();
    await until("an empty clipboard", async () => (await turnstone.desktop.clipboard()) === "");
    await turnstone.unlock();
    await turnstone.openSecret("Stripe live key");
  });

  test("an edit changes what it names and nothing else", async () => {
    await page.button("Edit");
    await page.audit("edit");
    await page.fill("Description", "Charges cards in the EU");
    await page.button("Save changes");
    await page.get("heading", "Stripe live key");
    await page.see("Charges cards in the EU");
    await page.see("Ask Jun before turning it");
    assert.doesNotMatch(await listed(), /Version 2/);
  });

  test("leaving a form with changes asks first", async () => {
    await page.button("Edit");
    await page.fill("Description", "Never saved");
    await page.key("escape");
    await page.get("button", "Keep editing");
    await page.audit("discard");
    await page.button("Discard");
    await page.see("Charges cards in the EU");
  });

  test("opening more hosts asks first", async () => {
    await page.button("Edit");
    await page.button("Remove api.stripe.com");
    await page.button("Save changes");
    await page.get("heading", "Allow any host?");
    await page.audit("widened");
    await page.button("Back");
    await page.button("Cancel");
    await page.button("Discard");
    await page.gone("button", "Save changes");
  });

  test("what changed meanwhile is shown beside one's own change, and neither is lost", async () => {
    await page.button("Edit");
    await page.fill("Description", "Mine");
    await outside({ description: "Theirs", env_key: "STRIPE_SECRET_KEY" });
    await page.button("Save changes");
    await page.see("It changed while you were editing.");
    await page.audit("conflict");
    await page.press("radio", /^Yours/);
    await page.button("Save as chosen");
    await page.get("heading", "Stripe live key");
    await page.see("Mine");
    await page.see("STRIPE_SECRET_KEY");
  });

  test("a pasted value becomes the next version, with the reason beside it", async () => {
    await page.button("Rotate…");
    await page.audit("rotate");
    await page.fill("Value", SECOND);
    await page.fill("Why", "quarterly");
    await page.button("Rotate");
    await page.see("Version 2");
    await page.see("“quarterly”");
    await page.see("previous");
    await page.key("c");
    await copied(SECOND);
    await page.audit("rotated");
  });

  test("the stored value pasted again changes nothing and says so", async () => {
    await page.button("Rotate…");
    await page.fill("Value", SECOND);
    await page.button("Rotate");
    await page.see("Already this value.");
    await page.button("Cancel");
    assert.doesNotMatch(await listed(), /Version 3/);
  });

  test("a generated value is made without being shown, of the length asked for", async () => {
    await page.button("Rotate…");
    await page.press("radio", "Generate it here");
    await page.fill("Length", "40");
    await page.save("generate");
    await page.button("Rotate");
    await page.see("Version 3");
    await page.see("Generated here");
    await page.key("c");
    await until("40 characters", async () => (await turnstone.desktop.clipboard()).length === 40);
  });

  test("a kept version is restored as a new one", async () => {
    await page.button("Restore version 1");
    await page.audit("restore");
    await page.button("Restore");
    await page.see("Version 4");
    await page.see("Restored from version 1");
    await page.key("c");
    await copied(FIRST);
  });

  test("a kept value is destroyed, and its line in the history stays", async () => {
    await page.button("Destroy value of version 2");
    await page.audit("destroy-value");
    await page.button("Destroy value");
    await page.see("destroyed");
    await page.gone("button", "Restore version 2");
    await page.see("“quarterly”");
  });

  test("at a rotation the previous value can be destroyed at once", async () => {
    await page.button("Rotate…");
    await page.fill("Value", "sk-live-third-abcdefghij0123456789");
    await page.fill("Why", "incident 212");
    await page.press("radio", /^Destroy it now/);
    await page.button("Rotate");
    await page.see("Version 5");
    await page.gone("button", "Restore version 4");
  });

  test("a deleted secret is in the trash, and comes back with its history", async () => {
    await page.button("More");
    await page.press("menuitem", /^Move to trash/);
    await page.audit("delete");
    await page.button("Move to trash");
    await page.gone("option", /Stripe live key/);
    await page.button(/^Trash/);
    await page.get("button", "Restore Stripe live key");
    await page.audit("trash");
    await page.button("Restore Stripe live key");
    await page.see("The trash is empty");
    await page.button(/^Secrets/);
    await turnstone.openSecret("Stripe live key");
    await page.see("“incident 212”");
  });

  test("emptying the trash destroys what is in it", async () => {
    await turnstone.openSecret("Other key");
    await page.key("delete");
    await page.button("Move to trash");
    await page.button(/^Trash/);
    await page.button("Empty the trash…");
    await page.audit("empty-trash");
    await page.button("Empty the trash");
    await page.see("The trash is empty");
    const [{ secrets }] = await turnstone.batch([["trash_list", {}]]);
    assert.deepEqual(secrets, []);
  });

  test("the audit log has an entry for each of these acts", async () => {
    const [{ entries }] = await turnstone.batch([["audit_list", { limit: 200 }]]);
    const actions = new Set(entries.map((entry) => entry.action));
    for (const action of ["secret_created", "secret_updated", "secret_rotated", "secret_restored", "version_destroyed", "secret_trashed", "secret_undeleted", "secret_destroyed", "value_copied"]) {
      assert.ok(actions.has(action), action);
    }
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
