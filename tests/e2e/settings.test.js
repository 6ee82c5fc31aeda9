// Issue 2, item 8: settings, the password and the recovery code, backups.

import assert from "node:assert/strict";
import { copyFile, open, stat } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { genericSecret, PASSWORD, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const NEW_PASSWORD = "harbour pencil velvet nineteen";

describe("settings", () => {
  let turnstone, page, code;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    code = await turnstone.createVault();
    await turnstone.lock();
    await turnstone.batch([genericSecret("Kept in the backup", "backup-value-0123456789abcdef")]);
    await turnstone.unlock();
    await page.button(/^Settings/);
  });
  after(() => turnstone.stop());

  const canvas = () => turnstone.session.run("return getComputedStyle(document.body).backgroundColor");

  test("the theme follows the choice at once", async () => {
    await page.audit("settings");
    await page.press("radio", "Dark");
    await until("a dark page", async () => (await canvas()) === "rgb(20, 19, 18)");
    await page.press("radio", "Light");
    await until("a light page", async () => (await canvas()) === "rgb(246, 245, 242)");
  });

  test("a page loaded anew by the lock has the theme before it asks for it", async () => {
    await page.press("radio", "Dark");
    await until("a dark page", async () => (await canvas()) === "rgb(20, 19, 18)");
    await turnstone.lock();
    assert.equal(await turnstone.session.run("return location.search"), "?theme=dark");
    assert.equal(await canvas(), "rgb(20, 19, 18)");
    await turnstone.unlock();
    await page.button(/^Settings/);
  });

  test("the settings outlive the program", async () => {
    await page.choose("Clear the clipboard after", "45 seconds");
    await page.choose("Lock when idle for", "10 minutes");
    await page.press("radio", "Dark");
    await turnstone.close();
    await turnstone.open();
    page = turnstone.page;
    await turnstone.unlock();
    await until("a dark page", async () => (await canvas()) === "rgb(20, 19, 18)");
    await page.button(/^Settings/);
    const chosen = async (label) => turnstone.session.run("return arguments[0].selectedOptions[0].text", await page.get("combobox", label));
    assert.equal((await chosen("Clear the clipboard after")).trim(), "45 seconds");
    assert.equal((await chosen("Lock when idle for")).trim(), "10 minutes");
    await page.press("radio", "System");
  });

  test("a backup is one file, which opens with the password of that day", async () => {
    await page.button("Back up…");
    await turnstone.desktop.choose(turnstone.file("acme.turnstone"));
    await page.see("Backed up.");
    assert.equal((await stat(turnstone.file("acme.turnstone"))).mode & 0o777, 0o600);
  });

  test("the backup is checked", async () => {
    await page.button("Check…");
    await page.audit("backup-dialog");
    await page.button("Choose a file…");
    await turnstone.desktop.choose(turnstone.file("acme.turnstone"));
    await page.fill("Password of the backup", "not the one");
    await page.button("Check");
    assert.match(await page.faultOf("Password of the backup"), /password/i);
    await page.fill("Password of the backup", PASSWORD);
    await page.button("Check");
    await page.see("This backup is whole.");
    await page.audit("backup-checked");
    await page.button("Done");
  });

  test("a damaged backup is told from a whole one", async () => {
    const damaged = turnstone.file("damaged.turnstone");
    await copyFile(turnstone.file("acme.turnstone"), damaged);
    const file = await open(damaged, "r+");
    const { size } = await file.stat();
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, size - 3000);
    await file.write(Buffer.from([byte[0] ^ 1]), 0, 1, size - 3000);
    await file.close();
    await page.button("Check…");
    await page.button("Choose a file…");
    await turnstone.desktop.choose(damaged);
    await page.fill("Password of the backup", PASSWORD);
    await page.button("Check");
    await page.see(/damaged/i);
    await page.save("backup-damaged");
    await page.key("escape");
    await page.gone("heading", "Check a backup");
  });

  test("the open vault is checked", async () => {
    await page.button("Check now");
    await page.see("All is well.");
    await page.audit("vault-checked");
  });

  test("the master password is changed, and the old one no longer opens the vault", async () => {
    await page.button("Change…");
    await page.audit("change-password");
    await page.fill("Current password", "not the one");
    await page.fill("New password", NEW_PASSWORD);
    await page.fill("New password again", NEW_PASSWORD);
    await page.button("Change password");
    assert.match(await page.faultOf("Current password"), /password/i);
    await page.fill("Current password", PASSWORD);
    await page.button("Change password");
    await page.see("The master password is changed.");
    await turnstone.lock();
    await page.fill("Master password", PASSWORD);
    await page.button("Unlock");
    await page.faultOf("Master password");
    await turnstone.unlock(NEW_PASSWORD);
  });

  test("a new recovery code replaces the old one", async () => {
    await page.button(/^Settings/);
    await page.button("Make a new code…");
    await page.audit("renew-recovery");
    await page.fill("Master password", NEW_PASSWORD);
    await page.button("Make a new code");
    const renewed = await turnstone.recoveryCode();
    assert.notEqual(renewed, code);
    await page.press("checkbox", "I have the code on paper or in a file");
    await page.button("Go on");
    await turnstone.lock();
    await page.button("Use the recovery code");
    await page.fill("Recovery code", code);
    await page.button("Unlock");
    await page.faultOf("Recovery code");
    await page.fill("Recovery code", renewed);
    await page.button("Unlock");
    await page.get("button", /^Secrets/);
  });

  test("a backup is restored into a folder of its own, and opens with its own password", async () => {
    await turnstone.lock();
    await page.button("Restore a backup…");
    await page.button("Choose a file…");
    await turnstone.desktop.choose(turnstone.file("acme.turnstone"));
    await page.fill("Password of the backup", PASSWORD);
    await page.button("Check");
    await page.see("This backup is whole.");
    await page.button("Restore");
    await page.see("Restored.");
    await page.audit("backup-restored");
    await page.button("Done");
    await page.audit("restored-list");
    const vaults = await page.all("button", /^Acme storage/);
    assert.equal(vaults.length, 2);
    await vaults[1].click();
    await page.fill("Master password", PASSWORD);
    await page.button("Unlock");
    // A backup is older than what this device saw of the vault, so taking it is a decision.
    await page.see("Not the state of last time.");
    await page.audit("older-vault");
    await page.press("checkbox", "I know why this vault is older");
    await page.button("Open the older state");
    await turnstone.openSecret("Kept in the backup");
  });

  test("a second start raises the window that is open instead of opening another", async () => {
    const { applicationPath } = await import("./lib/desktop.js");
    const { output } = await import("./lib/turnstone.js");
    await output(applicationPath(), [], { env: turnstone.desktop.environment, timeout: 10_000 });
    const windows = await turnstone.desktop.xdotool("search", "--onlyvisible", "--name", "^Turnstone$");
    assert.equal(windows.split("\n").length, 1);
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
