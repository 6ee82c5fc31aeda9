// Members: a person is invited in one window and joins in another, on a desktop of their own; their role changes, and they are removed.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";
import { cliPath, genericSecret, output, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const THEIR_PASSWORD = "harbour copper willow nineteen";
const NAME = "jun@acme";
/** Keys are derived and made anew meanwhile. */
const KEYS_WITHIN_MS = 60_000;

describe("members", () => {
  let owner, member, page, theirs, code;

  before(async () => {
    owner = await Turnstone.start();
    page = owner.page;
    await owner.createVault();
    await owner.lock();
    await owner.batch([
      genericSecret("Stripe live key", "sk-live-first-0123456789abcdefghij", { env_key: "STRIPE_API_KEY" }),
      genericSecret("Deploy token", "deploy-token-0123456789abcdef"),
    ]);
    await owner.unlock();
    member = await Turnstone.start();
    theirs = member.page;
  });
  after(async () => {
    await member?.stop();
    await owner?.stop();
  });
  afterEach(async () => {
    await page.leaveDialogs();
    await theirs.leaveDialogs();
  });

  const role = (of, name) => of.see(`Unlocked · ${name}`);
  const lockedWith = (of, words) => until(`“${words}”`, async () => (await of.text()).includes(words), KEYS_WITHIN_MS);

  async function act(name, label) {
    await page.press("button", `What can be done with ${name}`);
    await page.press("menuitem", new RegExp(`^${label}`));
  }

  async function confirm(button) {
    await page.fill("Your master password", "quarry lantern mosaic thirteen");
    await page.button(button);
    await until("the dialog to close", async () => (await page.all("dialog")).length === 0, KEYS_WITHIN_MS);
  }

  test("a new vault has one member, its Owner, who stays", async () => {
    await page.button(/^Members/);
    await page.see("1 member");
    await page.see("mara@acme");
    await page.audit("members-one");
    // There may be nothing at all that can be done with them.
    const [menu] = await page.all("button", "What can be done with mara@acme");
    await menu?.click();
    assert.equal((await page.all("menuitem", /^(Change role|Remove)/)).length, 0);
    await page.key("escape");
  });

  test("an invitation asks for a name, and for the password again", async () => {
    await page.button("Invite…");
    await page.audit("invite");
    await page.fill("Your master password", "wrong");
    await page.button("Invite");
    assert.ok((await page.faultOf("Name")).length > 10);
    await page.fill("Name", NAME);
    await page.button("Invite");
    assert.ok((await page.faultOf("Your master password")).length > 10);
    await page.audit("invite-errors");
  });

  test("the code is shown once, until it is confirmed as passed on", async () => {
    await page.button("Invite…");
    await page.fill("Name", NAME);
    await page.press("radio", "Operator");
    await page.fill("Your master password", "quarry lantern mosaic thirteen");
    await page.button("Invite");
    await page.get("heading", "Pass on the invitation");
    code = await owner.session.run(`return document.querySelector("[data-testid=invitation-code]").textContent.replace(/\\s/g, "")`);
    assert.match(code, /^[0-9A-Z-]{20,}$/);
    await page.audit("invitation");
    await page.press("checkbox", /^I have passed the code on/);
    await page.button("Go on");
    await page.see("2 members, 1 of them invited");
    assert.ok(!(await page.text()).includes(code));
    await page.audit("members-invited");
  });

  test("with a wrong code nobody joins", async () => {
    await theirs.button("Join…");
    await member.desktop.choose(await owner.vaultFolder());
    await theirs.get("heading", "Join “Acme storage”");
    await theirs.audit("join");
    const wrong = code.replace(/[0-9A-Z](?=[^0-9A-Z]*$)/, (last) => (last === "A" ? "B" : "A"));
    await fillJoin(wrong);
    await theirs.button("Join the vault");
    assert.ok((await theirs.faultOf("Invitation code")).length > 10);
    await theirs.audit("join-refused");
  });

  test("with the code a person joins, gets a recovery code of their own, and sees the secrets", async () => {
    await fillJoin(code);
    await theirs.button("Join the vault");
    const own = await until("the emergency sheet", () => member.recoveryCode(), KEYS_WITHIN_MS);
    assert.notEqual(own, code);
    await theirs.audit("joined-sheet");
    await theirs.press("checkbox", "I have the code on paper or in a file");
    await theirs.button("Go on");
    await role(theirs, "Operator");
    await theirs.button(/^Secrets/);
    await member.openSecret("Stripe live key");
    await theirs.get("button", /^Copy /);
    assert.equal((await theirs.all("button", /^New secret/)).length, 0);
    await theirs.audit("operator");
  });

  test("the Owner sees that they joined, and the code has no second use", async () => {
    await page.notSee("1 of them invited");
    await page.see("Active");
    await page.audit("members-two");
    const [invitation, password] = [owner.file("invitation"), owner.file("their-password")];
    await writeFile(invitation, code, { mode: 0o600 });
    await writeFile(password, THEIR_PASSWORD, { mode: 0o600 });
    const again = ["vault", "join", await owner.vaultFolder(), "--invitation-file", invitation, "--password-file", password, "--recovery-file", owner.file("their-recovery")];
    await assert.rejects(output(cliPath(), again, { env: owner.desktop.environment }), /authentication_failed/);
  });

  test("another role counts from the next unlock, with its rights", async () => {
    await act(NAME, "Change role");
    await page.press("radio", "Admin");
    await page.audit("change-role");
    await confirm("Change role");
    await page.see("Admin");
    await until("the other window to lock", async () => (await theirs.all("button", "Unlock")).length > 0, KEYS_WITHIN_MS);
    await theirs.audit("locked-by-role");
    await member.unlock(THEIR_PASSWORD);
    await role(theirs, "Admin");
    await theirs.button(/^Secrets/);
    await theirs.button(/^New/);
    await theirs.press("button", /API key or token$/);
    await theirs.fill("Name", "Made by Jun");
    await theirs.fill("Value", "made-by-jun-0123456789abcdef");
    await theirs.button("Save secret");
    await theirs.get("heading", "Made by Jun");
    await page.button(/^Secrets/);
    await page.get("option", /Made by Jun/);
  });

  test("a Viewer can look and no more: the vault has new keys, and what they could read is listed", async () => {
    await page.button(/^Members/);
    await act(NAME, "Change role");
    await page.press("radio", "Viewer");
    await confirm("Change role");
    await page.see(`Rotate what ${NAME} could read`);
    await page.audit("exposed");
    await lockedWith(theirs, "changed the vault's keys. Unlock again.");
    await member.unlock(THEIR_PASSWORD);
    await role(theirs, "Viewer");
    await theirs.button(/^Secrets/);
    await member.openSecret("Stripe live key");
    await theirs.see("sk-liv••••");
    for (const name of [/^Copy /, "Edit", "Rotate…", /^New secret/]) {
      for (const button of await theirs.all("button", name)) assert.equal(await button.property("disabled"), true, String(name));
    }
    await theirs.audit("viewer");
  });

  test("who is removed is locked out at once, and their password opens the vault no more", async () => {
    await act(NAME, "Remove");
    await page.audit("remove");
    await confirm("Remove");
    await page.see("1 member");
    await lockedWith(theirs, "You are no longer a member of this vault.");
    await theirs.audit("removed");
    await theirs.fill("Master password", THEIR_PASSWORD);
    await theirs.button("Unlock");
    await until("a refusal", async () => (await theirs.faultOf("Master password")).length > 10, KEYS_WITHIN_MS);
    assert.equal((await theirs.all("button", /^Secrets/)).length, 0);
  });

  test("nothing of the vault is lost, and the log has an entry for each of these acts", async () => {
    const [listed, log, checked] = await owner.batch([
      ["secret_list", {}],
      ["audit_list", { limit: 200 }],
      ["vault_check", {}],
    ]);
    assert.deepEqual(listed.secrets.map(({ name }) => name).sort(), ["Deploy token", "Made by Jun", "Stripe live key"]);
    const actions = new Set(log.entries.map(({ action }) => action));
    for (const action of ["member_invited", "member_joined", "member_role_changed", "member_removed", "vault_rekeyed"]) {
      assert.ok(actions.has(action), action);
    }
    assert.equal(checked.ok, true, JSON.stringify(checked.problems));
    await page.button(/^Secrets/);
    await owner.openSecret("Deploy token");
    await page.button(/^Copy /);
    await until("the value on the clipboard", async () => (await owner.desktop.clipboard()) === "deploy-token-0123456789abcdef");
  });

  test("axe finds nothing serious on any of these screens, light or dark", () =>
    assert.deepEqual([...page.findings, ...theirs.findings], []));

  async function fillJoin(typed) {
    const field = await until("the code's field", async () => {
      const [found] = await theirs.all("textbox", "Invitation code");
      return found;
    });
    await field.fill(typed);
    await theirs.fill("Master password", THEIR_PASSWORD);
    await theirs.fill("Master password again", THEIR_PASSWORD);
  }
});
