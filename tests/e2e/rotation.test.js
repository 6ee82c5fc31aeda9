// A key turned over for real, at an IAM that was not written here: planned, made, saved, tried, switched in, retired, undone.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { Account } from "./lib/moto.js";
import { Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

/** As a real one is for a while. */
const REFUSED_SECONDS = 3;
const LONG_NAME = `${"A key of the nightly backups of every warehouse ".repeat(4)}in 東京`;

/** Facts whose text does not fit their row. */
const CUT_OFF = `return [...document.querySelectorAll("dl > *")].filter((one) => one.scrollHeight > one.clientHeight + 1).map((one) => one.innerText)`;

describe("rotation at the provider", () => {
  let turnstone, page, account, uploader;

  before(async () => {
    account = await Account.start(REFUSED_SECONDS);
    uploader = await account.user("uploader");
    const survivor = await account.user("survivor");
    const nightly = await account.user("nightly");
    const full = await account.user("full");
    await account.key("full");
    await account.bucket("acme-backups");
    await account.checkSignatures();
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    const secret = (name, credentials) => ["secret_create", { name, secret_type: "s3", credentials }];
    const made = await turnstone.batch([
      secret("Uploader", uploader),
      secret("Survivor", survivor),
      secret(LONG_NAME, nightly),
      secret("Two keys already", full),
    ]);
    const parameters = { iam_endpoint: account.url };
    await turnstone.batch([
      ...made.map(({ secret }) => ["policy_set", { secret_id: secret.id, managed: { parameters } }]),
      [
        "location_create",
        {
          name: "Backups",
          location_type: "s3",
          secret_id: made[0].secret.id,
          bucket_name: "acme-backups",
          region: "us-east-1",
          endpoint_url: account.url,
        },
      ],
    ]);
    await turnstone.unlock();
  });
  after(async () => {
    await turnstone.stop();
    await account.stop();
  });
  afterEach(() => page.leaveDialogs());

  const statuses = async (user = "uploader") => (await account.keys(user)).map(({ id, status }) => [id, status]);

  async function plan(name) {
    await turnstone.openSecret(name);
    await page.button("Rotate…");
    await page.get("dialog", `Rotate ${name}`);
    await page.see("Check the account");
  }

  test("before the click a person sees the steps, the keys and the places; nothing is made", async () => {
    await plan("Uploader");
    await page.see("1 of 2 keys at Amazon S3");
    await page.see(uploader.access_key_id);
    await page.see("On Backups.");
    await page.audit("rotate-plan");
    await page.button("Cancel");
    assert.deepEqual(await statuses(), [[uploader.access_key_id, "Active"]]);
  });

  test("a user with two keys is met before the start, not in the middle", async () => {
    await plan("Two keys already");
    await page.see("2 of 2 keys at Amazon S3");
    assert.equal(await (await page.get("button", "Rotate")).property("disabled"), true);
    await page.audit("rotate-plan-blocked");
    await page.button("Cancel");
  });

  test("a new key is made, saved, tried until it is known everywhere, and switched in; the old one has its grace", async () => {
    await plan("Uploader");
    await page.fill("Why", "quarterly");
    await page.button("Rotate");
    await page.see("Safe to close");
    await page.audit("rotate-running");
    await page.see(/Works until .*, then it is deleted, as mara@acme decided/);
    await page.see("Backups list, read");
    await page.audit("rotate-grace");
    await page.button("Close");
    await page.see("The new key is in use; the old one has its grace.");
    await page.see("Rotated at the provider by mara@acme");
    await page.audit("secret-in-grace");
    const after = await statuses();
    assert.equal(after.length, 2);
    assert.ok(after.every(([, status]) => status === "Active"));
  });

  test("the board shows the run", async () => {
    await page.button(/^Rotation/);
    await page.see("Old key goes");
    await page.audit("rotation-board");
  });

  test("it is undone: the old value is current again, and the new key is gone", async () => {
    await page.button("Open the rotation of Uploader");
    await page.button("Undo…");
    await page.see("becomes current again, and the new key is deleted");
    await page.button("Undo");
    await page.see("Undone.");
    await page.audit("rotate-undone");
    await page.button("Close");
    assert.deepEqual(await statuses(), [[uploader.access_key_id, "Active"]]);
  });

  test("without a grace the old key is gone at the end, and only the new one opens", async () => {
    await page.button(/^Secrets/);
    await plan("Uploader");
    await page.choose("When", "at once");
    await page.button("Rotate");
    await page.see(/Deleted .*, as mara@acme decided/);
    await page.audit("rotate-done");
    await page.button("Close");
    const [[id, status], ...others] = await statuses();
    assert.deepEqual(others, []);
    assert.notEqual(id, uploader.access_key_id);
    assert.equal(status, "Active");
    await page.button(/^Locations/);
    await page.press("option", /Backups/);
    await page.button("Verify");
    await page.see("Tried just now by mara@acme");
  });

  test("a lock in the middle stops it after its step, and it goes on from there", async () => {
    await page.button(/^Secrets/);
    await plan("Uploader");
    await page.button("Rotate");
    await page.see("Safe to close");
    await page.key("control", "l");
    await page.get("button", "Unlock");
    await turnstone.unlock();
    await turnstone.openSecret("Uploader");
    await page.button("Show it");
    await page.button("Resume");
    await page.see(/Works until/);
    await page.button("Close");
    await until("two keys", async () => (await statuses()).length === 2);
  });

  test("the app is killed while the new key is tried: it says so when it is back, and goes on from there", async () => {
    await plan("Survivor");
    await page.button("Rotate");
    await page.see("pending until it has proved itself");
    await turnstone.kill();
    const before = await statuses("survivor");
    assert.equal(before.length, 2);
    await turnstone.open();
    page = turnstone.page;
    await turnstone.unlock();
    await turnstone.openSecret("Survivor");
    await page.button("Show it");
    await page.see("It stopped.");
    await page.see(/What is done stays done\./);
    await page.audit("rotate-stopped");
    await page.button("Resume");
    await page.see(/Works until/);
    await page.button("Close");
    assert.deepEqual(await statuses("survivor"), before);
  });

  test("a policy says how often, for one secret and for all", async () => {
    await turnstone.openSecret("Two keys already");
    await page.button("Change the rotation policy");
    await page.fill("Rotate every so many days", "14");
    await page.fill("Tell so many days before", "14");
    await page.audit("policy-of-a-secret");
    await page.button("Save policy");
    await page.gone("dialog");
    await page.see(/Falls due .*every 14 days/i);
    await page.button(/^Rotation/);
    await page.button("Policy…");
    await page.fill("Rotate every so many days", "0");
    await page.button("Save policy");
    assert.match(await page.faultOf("Rotate every so many days"), /\d/);
    await page.fill("Rotate every so many days", "1");
    await page.fill("Tell so many days before", "1");
    await page.audit("policy-of-the-vault");
    await page.button("Save policy");
    await page.gone("dialog");
    await page.see("policy: every 1 day");
  });

  test("what is due is chosen on the board and rotated together, after one plan for all", async () => {
    await page.press("checkbox", "Choose all that are due");
    await page.audit("rotation-board-due");
    await page.button("Rotate 2…");
    await page.get("dialog", "Rotate 2 secrets");
    await page.see("At the provider");
    await page.see("Left out: something stands in the way");
    await page.audit("rotate-many-plan");
    await page.button("Rotate 1");
    await page.see(/1 rotations? begun/);
    await page.audit("rotate-many-begun");
    await page.button("Close");
    await page.see(/Old key goes in 23 h/);
    await until("the new key", async () => (await statuses("nightly")).length === 2);
    assert.equal((await statuses("full")).length, 2);
  });

  test("the board and the dialogs fit a small window, and a large one", async () => {
    for (const [width, height] of [[900, 600], [1440, 1000]]) {
      await page.button(/^Secrets/);
      await turnstone.openSecret(LONG_NAME);
      await turnstone.session.resize(width, height);
      await page.save(`secret-of-a-long-name-${width}`);
      assert.deepEqual(await turnstone.session.run(CUT_OFF), []);
      await page.button(/^Rotation/);
      await page.save(`rotation-board-${width}`);
      await page.button(new RegExp("^Open the rotation of A key"));
      await page.see("Works until");
      const overflow = await turnstone.session.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
      assert.equal(overflow, 0);
      await page.save(`rotate-grace-${width}`);
      await page.button("Close");
    }
    await turnstone.session.resize(1280, 820);
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
