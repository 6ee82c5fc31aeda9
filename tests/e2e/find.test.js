// "Find a value": for what somebody saw, typed or pasted; where it is and was, and one plan to rotate it everywhere.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { Account } from "./lib/moto.js";
import { genericSecret, output, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const FORMER = "former-value-0123456789abcdef";
const NOWHERE = "never-stored-0123456789abcdef";

describe("find a value", () => {
  let turnstone, page, account, uploader;

  before(async () => {
    account = await Account.start();
    uploader = await account.user("uploader");
    await account.checkSignatures();
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    const [{ secret: managed }, , { secret: changed }, { secret: trashed }] = await turnstone.batch([
      ["secret_create", { name: "Uploader", secret_type: "s3", credentials: uploader }],
      genericSecret("Copy for the build server", uploader.secret_access_key),
      genericSecret("Mailer", FORMER),
      genericSecret("Retired mailer", FORMER),
    ]);
    await turnstone.batch([
      ["policy_set", { secret_id: managed.id, managed: { parameters: { iam_endpoint: account.url } } }],
      ["secret_update", { id: changed.id, credentials: { value: "present-value-0123456789abcdef" } }],
      ["secret_delete", { id: trashed.id }],
    ]);
    await turnstone.unlock();
  });
  after(async () => {
    await turnstone.stop();
    await account.stop();
  });
  afterEach(() => page.leaveDialogs());

  async function begin() {
    await page.button(/^Rotation/);
    await page.button("Find a value…");
    await page.get("dialog", "Find a value");
  }

  /** What the page holds, seen or not. */
  const held = () =>
    turnstone.session.run(`return document.documentElement.outerHTML + [...document.querySelectorAll("input, textarea")].map((field) => field.value).join(" ")`);

  const isMasked = (field) => turnstone.session.run(`return getComputedStyle(arguments[0]).webkitTextSecurity !== "none" || arguments[0].type === "password"`, field);

  test("a value typed is masked while it is typed, and gone from the page once it was looked for", async () => {
    await begin();
    assert.equal(await (await page.get("button", "Find")).property("disabled"), true);
    const field = await page.get("textbox", "Value");
    await field.keys(uploader.secret_access_key);
    assert.ok(await isMasked(field));
    await page.audit("find-typed");
    await page.button("Find");
    await page.see("2 secrets hold it now.");
    for (const name of ["Uploader", "Copy for the build server"]) await page.see(name);
    await page.audit("find-found");
    assert.ok(!(await held()).includes(uploader.secret_access_key));
  });

  test("a file's line is pasted as it was seen, and the key in it is found", async () => {
    await begin();
    await turnstone.desktop.setClipboard(`export AWS_SECRET_ACCESS_KEY="${uploader.secret_access_key}"\n`);
    await (await page.get("textbox", "Value")).click();
    await turnstone.desktop.xdotool("key", "ctrl+v");
    await page.button("Find");
    await page.see("2 secrets hold it now.");
    assert.ok(!(await held()).includes(uploader.secret_access_key));
  });

  test("what held it once is named with its version, and what is in the trash as that", async () => {
    await begin();
    await page.fill("Value", FORMER);
    await page.button("Find");
    await page.see("1 secret in the trash holds it. Whoever has the value has what it opens. Restore it to rotate it");
    await page.see("Retired mailer");
    await page.see("Mailer");
    await page.see(/version 1/i);
    await page.audit("find-former");
    assert.deepEqual(await page.all("button", /^Rotate/), []);
    assert.ok(!(await held()).includes(FORMER));
  });

  test("what no secret ever held is nowhere, and the dialog forgets what was typed and not looked for", async () => {
    await begin();
    await page.fill("Value", NOWHERE);
    await page.button("Find");
    await page.see("Nowhere.");
    await page.audit("find-nowhere");
    await page.fill("Value", NOWHERE);
    await page.button("Close");
    await page.gone("dialog");
    await begin();
    assert.equal(await (await page.get("textbox", "Value")).property("value"), "");
    assert.ok(!(await held()).includes(NOWHERE));
  });

  test("one plan rotates what holds it: at the provider, and by hand", async () => {
    await begin();
    await page.fill("Value", uploader.secret_access_key);
    await page.button("Find");
    await page.button("Rotate 2 secrets…");
    await page.get("dialog", "Rotate 2 secrets");
    await page.see("At the provider");
    await page.see("Left to you, by hand");
    await page.audit("find-plan");
    await page.button("Rotate 1");
    await page.see(/1 rotation begun/);
    await page.button("Close");
    const isNew = ({ id }) => id !== uploader.access_key_id;
    await until("a new key", async () => (await account.keys("uploader")).some(isNew));
  });

  test("the log has each search and nothing of what was looked for, and no file of the app has it either", async () => {
    await page.button(/^Audit/);
    await page.see(/looked for a value/i);
    await page.audit("find-logged");
    for (const value of [uploader.secret_access_key, FORMER, NOWHERE]) {
      const found = await output("grep", ["-rlaF", value, turnstone.desktop.home]).catch(() => "");
      assert.equal(found, "");
    }
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
