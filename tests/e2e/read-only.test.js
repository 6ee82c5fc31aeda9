// AUDIT-04 in the window: a vault whose folder cannot be written is looked at and neither used nor changed.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { makeReadOnly } from "./lib/read-only.js";
import { genericSecret, Turnstone } from "./lib/turnstone.js";

const VALUE = "sk-live-first-0123456789abcdefghij";

describe("read-only", () => {
  let turnstone, page, id, undo;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    const [created] = await turnstone.batch([
      genericSecret("Stripe live key", VALUE, { env_key: "STRIPE_API_KEY" }),
      genericSecret("Zebra backups", "other-value-0123456789abcdef"),
    ]);
    id = created.secret.id;
    await turnstone.batch([["secret_update", { id, credentials: { value: `${VALUE}-2` }, reason: "quarterly" }]]);
    undo = await makeReadOnly(await turnstone.vaultFolder());
  });
  after(async () => {
    await undo?.();
    await turnstone.stop();
  });

  test("the window says that it can only look, and why", async (context) => {
    if (undo === null) return context.skip("NOT TESTED: root here may not mount, so no folder can be made read-only");
    await turnstone.unlock();
    await page.see("Read-only. Nothing can be written: its folder or files cannot be written. You can look at secrets");
    await page.audit("read-only");
  });

  test("list, search and history work", async (context) => {
    if (undo === null) return context.skip("NOT TESTED: see above");
    await page.get("option", /Zebra backups/);
    await page.fill("Search secrets", "stripe");
    await page.gone("option", /Zebra backups/);
    await turnstone.openSecret("Stripe live key");
    await page.see("Version 2");
    await page.see("“quarterly”");
    await page.see("Version 1");
    await page.audit("read-only-secret");
  });

  test("copy, edit, rotate, delete and create are refused with words", async (context) => {
    if (undo === null) return context.skip("NOT TESTED: see above");
    for (const [command, request] of [
      ["secret_copy", { id, field: "value" }],
      ["secret_update", { id, description: "never saved" }],
      ["secret_update", { id, credentials: { value: "never-saved-0123456789" } }],
      ["secret_delete", { id }],
      ["secret_create", { name: "Never saved", secret_type: "generic", credentials: { value: "never-saved-0123456789" } }],
    ]) {
      const refused = await refusal(command, request);
      assert.equal(refused.type, "access_forbidden", command);
      assert.match(refused.message, /can only be read/, command);
    }
    assert.equal(await turnstone.desktop.clipboard(), "");
  });

  test("what cannot be done is not offered as if it could", async (context) => {
    if (undo === null) return context.skip("NOT TESTED: see above");
    for (const name of [/^Copy /, "Edit", "Rotate…", /^New/]) {
      for (const button of await page.all("button", name)) assert.equal(await button.property("disabled"), true, String(name));
    }
    await page.key("c");
    assert.equal(await turnstone.desktop.clipboard(), "");
  });

  test("with a folder that can be written the same vault is used and changed", async (context) => {
    if (undo === null) return context.skip("NOT TESTED: see above");
    await turnstone.lock();
    await undo();
    undo = undefined;
    await turnstone.unlock();
    await turnstone.openSecret("Stripe live key");
    await page.notSee("Read-only.");
    await page.button(/^Copy /);
    await page.see(/clears in \d+ s/);
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));

  /** How the commands answer to the page itself, past what it shows. */
  function refusal(command, request) {
    return turnstone.session.runAsync(
      `const [command, request, done] = arguments; window.__TAURI_INTERNALS__.invoke(command, { request }).then((answer) => done({ answer }), done)`,
      command,
      request,
    );
  }
});
