// Import from 1Password itself: by its app, a service account and a Connect server, as copies and as references.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { OnePassword } from "./lib/onepassword.js";
import { output, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

/** Of the items that the made-up account has. */
const VALUES = ["registrar-pass-0123456789", "mailer-key-0123456789abcdef", "bastion-pass-0123456789", "analytics-key-0123456789abcdef"];

describe("import from 1Password", () => {
  let turnstone, page, onePassword;

  before(async () => {
    onePassword = await OnePassword.start();
    turnstone = await Turnstone.start({ programs: onePassword.folder });
    page = turnstone.page;
    await turnstone.createVault();
  });
  after(async () => {
    await turnstone.stop();
    await onePassword.stop();
  });
  afterEach(() => page.leaveDialogs());

  async function begin() {
    // A report that is still shown stays otherwise.
    await page.button(/^Secrets/);
    await page.button("Import…");
    await page.button("From 1Password…");
    await page.get("heading", "Import from 1Password");
  }

  async function lookThrough(connection) {
    await begin();
    await page.button(`Show its vaults: ${connection}`);
    await page.get("heading", `1Password: ${connection}`);
  }

  async function showsNoValue() {
    const shown = await page.text();
    for (const value of VALUES) assert.ok(!shown.includes(value), value);
  }

  async function apply(count) {
    await page.button(`Import ${count}`);
    await page.get("heading", "Import finished");
    await page.see("Every secret and every field is accounted for.");
  }

  test("an app that is locked refuses, and the screen says what to do", async () => {
    await begin();
    await page.see("There is none to 1Password yet.");
    await page.audit("live-start");
    await page.button("Ask the app");
    await page.see("1Password did not let us in.");
    await page.see("Unlock its app and allow the request");
    await page.audit("live-refused");
  });

  test("an app that allows it shows its vaults, and takes copies only", async () => {
    await onePassword.unlockApp();
    await page.button("Ask the app");
    await page.see("Nothing is chosen yet.");
    await page.see("As copies.");
    assert.deepEqual(await page.all("radio", "As references"), []);
    await page.press("button", /^Empty/);
    await page.see("This vault is empty");
    await page.audit("live-vaults");
    await page.press("checkbox", "All of Shared");
    await page.button("Read 1 item");
    await page.see("Shared analytics");
    await showsNoValue();
    await apply("1 item");
  });

  test("the connections are made in the window, and lead back to the import", async () => {
    await begin();
    await page.button("Make a connection…");
    await page.button("New connection");
    await page.press("radio", /1Password/);
    await page.fill("Name", "Ops service account");
    await page.fill("Service account token", onePassword.serviceAccountToken);
    await page.button("Save connection");
    await page.get("heading", "Ops service account");
    await page.button("New connection");
    await page.press("radio", /1Password/);
    await page.press("radio", "Connect server");
    await page.fill("Name", "Ops Connect server");
    await page.fill("Connect server", onePassword.connectUrl);
    await page.fill("Connect token", onePassword.connectToken);
    await page.button("Save connection");
    await page.get("heading", "Ops Connect server");
    await begin();
    await page.see("Service account");
    await page.see("Connect server");
    await page.audit("live-connections");
  });

  test("items are searched and chosen one by one, and only those are fetched", async () => {
    const before = (await onePassword.calls()).length;
    await lookThrough("Ops service account");
    await page.press("button", /^Production/);
    await page.press("checkbox", "Take Mailer");
    await page.fill("Search in Production", "bast");
    await page.gone("checkbox", "Take Mailer");
    await page.press("checkbox", "Take Bastion");
    await page.see("2 items of 1 vault chosen.");
    await page.audit("live-items");
    await page.button("Read 2 items");
    await page.see("Ops service account");
    await page.see("Bastion");
    await showsNoValue();
    await page.audit("live-preview");
    const fetched = (await onePassword.calls()).slice(before).filter((call) => call.startsWith("item get"));
    assert.equal(fetched.length, 2, String(fetched));
  });

  test("a copy has the value, and where it came from", async () => {
    await apply("2 items");
    await page.audit("live-report");
    await page.button("Show the secrets");
    await turnstone.openSecret("Mailer");
    await page.see("1Password");
    await page.button(/^Copy /);
    await until("the value on the clipboard", async () => (await turnstone.desktop.clipboard()) === "mailer-key-0123456789abcdef");
    await showsNoValue();
  });

  test("the same items again are stored already", async () => {
    await lookThrough("Ops service account");
    await page.press("button", /^Production/);
    await page.press("checkbox", "Take Mailer");
    await page.button("Read 1 item");
    await page.see(/stored already/i);
    await page.get("button", "Nothing selected");
    await page.button("Cancel");
  });

  test("a token that is taken back meanwhile loses nothing of the choice", async () => {
    await lookThrough("Ops service account");
    await page.press("checkbox", "All of Production");
    const giveBack = await onePassword.revoke();
    await page.button(/^Read \d+ items$/);
    await page.see("1Password did not let us in.");
    await page.audit("live-revoked");
    await giveBack();
    assert.ok(await (await page.get("checkbox", "All of Production")).property("checked"));
    await page.button("Back");
    await page.button("Back");
  });

  test("as references the values stay in 1Password, and the secret says where", async () => {
    await lookThrough("Ops Connect server");
    await page.press("radio", "As references");
    await page.press("button", /^Production/);
    await page.press("checkbox", "Take Registrar");
    await page.audit("live-references");
    await page.button("Read 1 item");
    await page.see("Registrar");
    await page.audit("live-references-preview");
    await showsNoValue();
    await apply("1 item");
    await page.button("Show the secrets");
    await turnstone.openSecret("Registrar");
    await page.see(/op:\/\//);
    await page.see("Ops Connect server");
    assert.deepEqual(await page.all("button", /^Copy /), []);
    await page.audit("live-referred");
  });

  test("no token is among op's arguments, and neither tokens nor values lie in the folders of the app", async () => {
    assert.ok((await onePassword.calls()).every((call) => !call.includes("ops_")));
    for (const text of [...VALUES, onePassword.serviceAccountToken, onePassword.connectToken]) {
      const found = await output("grep", ["-rlaF", text, turnstone.desktop.home]).catch(() => "");
      assert.equal(found, "", text);
    }
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
