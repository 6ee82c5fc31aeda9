// Issue 2, item 2: making a vault, its emergency sheet, and the ways in and out.

import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { PASSWORD, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

describe("entrance", () => {
  let turnstone, page, code;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
  });
  after(() => turnstone.stop());

  test("the first start says what to do", async () => {
    await page.get("heading", "A vault for your team’s keys");
    await page.audit("welcome");
  });

  test("a weak password is judged while typing and refused with a reason", async () => {
    await page.button("New vault");
    await page.fill("Name of the vault", "Acme storage");
    await page.fill("Your name", "mara@acme");
    await page.fill("Master password", "acme storage 1");
    await page.see("Too easy to guess");
    await page.fill("Master password again", "acme storage 1");
    await page.button("Create vault");
    assert.match(await page.faultOf("Master password"), /guess/);
    await page.audit("new-vault");
  });

  test("two passwords that differ are not taken", async () => {
    await page.fill("Master password", PASSWORD);
    await page.see(/Strong\.|Very strong\./);
    await page.fill("Master password again", `${PASSWORD}!`);
    await page.button("Create vault");
    assert.match(await page.faultOf("Master password again"), /differ/);
  });

  test("a good password makes the vault and shows the recovery code once", async () => {
    await page.fill("Master password again", PASSWORD);
    await page.button("Create vault");
    code = await turnstone.recoveryCode();
    assert.match(code, /^[0-9A-Z]+(-[0-9A-Z]+)+$/);
    assert.equal(await (await page.get("button", "Go on")).property("disabled"), true);
    await page.audit("emergency-sheet");
  });

  test("the emergency sheet is saved as a file for its owner only", async () => {
    await page.button("Save as a file…");
    const path = turnstone.file("sheet.txt");
    await turnstone.desktop.choose(path);
    await page.see("Saved as sheet.txt.");
    assert.ok((await readFile(path, "utf8")).includes(code));
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  test("closing the chooser saves nothing and says nothing wrong", async () => {
    await page.button("Save as a file…");
    await turnstone.desktop.choose(null);
    await page.get("button", "Save as a file…");
    assert.deepEqual(await page.all("alert"), []);
  });

  test("the sheet on paper holds the code and nothing of the window around it", async () => {
    await page.button("Print…");
    const pages = await turnstone.desktop.print();
    assert.equal(pages.length, 1);
    for (const wanted of ["Turnstone emergency sheet", "Acme storage", "mara@acme", code]) assert.ok(pages[0].includes(wanted), `${wanted} in ${pages[0]}`);
    assert.doesNotMatch(pages[0], /Print…|Save as a file|Go on|I have the code/);
    await page.get("button", "Print…");
  });

  test("after that the vault is open, and empty", async () => {
    await page.press("checkbox", "I have the code on paper or in a file");
    await page.button("Go on");
    await page.get("heading", "No secrets yet");
    await page.audit("empty-vault");
  });

  test("the key locks, and the page is a new one afterwards", async () => {
    await turnstone.session.run("window.seenBefore = true");
    await page.key("control", "l");
    await page.get("button", "Unlock");
    assert.equal(await turnstone.session.run("return window.seenBefore ?? null"), null);
    await page.audit("locked");
  });

  test("a wrong password says so", async () => {
    await page.fill("Master password", "not the one");
    await page.button("Unlock");
    assert.match(await page.faultOf("Master password"), /password/i);
    await page.save("wrong-password");
  });

  test("the right one opens the vault, and the button locks it", async () => {
    await turnstone.unlock();
    await turnstone.lock();
  });

  test("the recovery code opens it too, however it is typed", async () => {
    await page.button("Use the recovery code");
    await page.fill("Recovery code", code.toLowerCase().replaceAll("-", " "));
    await page.button("Unlock");
    await page.get("button", /^Secrets/);
    await turnstone.lock();
  });

  test("a second vault stands beside the first, and either can be chosen", async () => {
    await turnstone.createVault("Beta archive", "another lantern mosaic thirteen");
    await turnstone.lock();
    await page.press("button", /^Acme storage/);
    await page.get("heading", "Acme storage");
    await turnstone.unlock();
    await page.see("Acme storage");
    await page.audit("two-vaults");
    await turnstone.lock();
  });

  test("after five wrong passwords in a row it waits", async () => {
    // The first wait of a second may be over before a slow machine asks again; they double.
    await page.press("button", /^Acme storage/);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await page.fill("Master password", `wrong ${attempt}`);
      await page.button(/^Unlock/);
      await until("an answer", async () => (await page.text()).match(/Too many wrong attempts/) || (await page.all("alert")).length > 0);
      if (/Too many/.test(await page.text())) break;
    }
    await page.see("Too many wrong attempts.");
    await page.save("too-many-attempts");
    await page.notSee("Too many wrong attempts.");
    await turnstone.unlock();
  });

  test("nothing that was typed or shown is found in the folders of the app", async () => {
    await turnstone.lock();
    const { HOME } = turnstone.desktop.environment;
    const { output } = await import("./lib/turnstone.js");
    for (const secret of [PASSWORD, code]) {
      const found = await output("grep", ["-rlaF", secret, HOME]).catch(() => "");
      assert.deepEqual(found.split("\n").filter((path) => path && !path.endsWith("/files/sheet.txt")), []);
    }
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
