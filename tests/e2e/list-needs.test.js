// What asks for a person: the list's filters for it, their chips, and the numbers beside the screens' names.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { Account } from "./lib/moto.js";
import { genericSecret, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A SAS, which carries its own end. */
const sas = (until) => ["secret_create", { name: until < Date.now() ? "Overdue" : "Due soon", secret_type: "azure_blob", auth_method: "azure_sas_url", credentials: { sas_url: `https://acme.blob.core.windows.net/backups?sv=2024-11-04&sr=c&sp=r&se=${encodeURIComponent(new Date(until).toISOString().slice(0, 19))}Z&sig=bm90LXJlYWxseS1hLXNpZ25hdHVyZQ%3D%3D` } }];

describe("what asks for a person", () => {
  let turnstone, page, account;

  before(async () => {
    account = await Account.start();
    const [uploader, shared, reader] = [await account.user("uploader"), await account.user("shared"), await account.user("reader")];
    await account.bucket("acme-backups");
    await account.checkSignatures();
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    const s3 = (name, credentials) => ["secret_create", { name, secret_type: "s3", credentials }];
    const made = await turnstone.batch([
      s3("Being rotated", uploader),
      s3("Used twice", shared),
      s3("Reads", reader),
      genericSecret("Used twice, by the build server", shared.secret_access_key),
      sas(Date.now() - DAY_MS),
      sas(Date.now() + DAY_MS),
      genericSecret("Nothing to do", "nothing-to-do-0123456789abcdef"),
      ["connection_create", { name: "Doppler", connection_type: "doppler", method: "doppler_service_token", credentials: { project: "p", config: "prd", service_token: "dp.st.prd.wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY0123" } }],
    ]);
    const id = (at) => made[at].secret.id;
    const place = (name, at, bucket_name) => ["location_create", { name, location_type: "s3", secret_id: id(at), bucket_name, region: "us-east-1", endpoint_url: account.url }];
    const parameters = { iam_endpoint: account.url };
    await turnstone.batch([
      ["policy_set", { secret_id: id(0), managed: { parameters } }],
      ["policy_set", { secret_id: id(1), managed: { parameters } }],
      place("Backups", 2, "acme-backups"),
      place("Gone", 2, "acme-gone"),
      ["secret_create", { name: "In Doppler", secret_type: "generic", vault_connection_id: made[7].connection.id, field_mappings: [{ field_name: "value", reference: "API_KEY" }] }],
    ]);
    await turnstone.unlock();
  });
  after(async () => {
    await turnstone.stop();
    await account.stop();
  });
  afterEach(async () => {
    await page.leaveDialogs();
    await page.button(/^Secrets/);
    const [all] = await page.all("button", /^All$/);
    await all?.click();
  });

  const names = () => turnstone.session.run(`return [...document.querySelectorAll("#secret-rows [role=option]")].map((row) => row.querySelector(".name")?.textContent ?? "")`);
  async function shows(...wanted) {
    let seen;
    await until(`the rows ${wanted}`, async () => {
      seen = await names();
      return JSON.stringify(seen) === JSON.stringify(wanted);
    }).catch((error) => assert.deepEqual(seen, wanted, error.message));
  }

  /** A mark in the sidebar, by what it means. */
  const marked = (meaning) => page.get("[role=img]", meaning);

  async function rotate(name, when) {
    await turnstone.openSecret(name);
    await page.button("Rotate…");
    await page.see("Check the account");
    if (when) await page.choose("When", when);
    await page.button("Rotate");
  }

  async function filterBy(label, option) {
    await page.button(/^Filter/);
    await page.choose(label, option);
    await page.button("Done");
  }

  test("what is overdue and what falls due soon are filtered, by the panel and by a chip, and counted", async () => {
    await filterBy("Due", "Overdue");
    await shows("Overdue");
    await filterBy("Due", "Due soon");
    await shows("Due soon");
    await page.audit("needs-due");
    await page.button("Overdue 1");
    await shows("Overdue");
    await page.get("button", "Rotation 2");
  });

  test("a value that another secret has too, and values kept elsewhere", async () => {
    await page.button(/^Filter/);
    await page.press("checkbox", "Same value as another secret");
    await page.audit("needs-panel");
    await page.button("Done");
    await shows("Used twice", "Used twice, by the build server");
    await page.button(/^Same value/);
    await filterBy("Values", "In another vault");
    await shows("In Doppler");
  });

  test("a rotation under way and one that waits for a person are told apart, and the sidebar marks what waits", async () => {
    await rotate("Being rotated");
    await page.see(/Works until/);
    await page.button("Close");
    await rotate("Used twice", "at once");
    await page.see("What else has it in this vault stops working with it");
    await page.button("Close");
    await filterBy("Rotation", "Under way");
    await shows("Being rotated", "Used twice");
    await filterBy("Rotation", "Waits for a person");
    await shows("Used twice");
    await marked("1 rotation waits for a person");
    await page.audit("needs-rotation");
  });

  test("locations that open, that do not and that were not tried", async () => {
    await filterBy("Locations", "One was not tried");
    await shows("Reads");
    await page.button(/^Locations/);
    await page.button("Verify all");
    await page.see("1 of 2 did not open.");
    await page.button(/^Secrets/);
    await filterBy("Locations", "One does not open");
    await shows("Reads");
    await marked("1 secret with a location that does not open");
    await page.audit("needs-location");
  });

  test("filters narrow each other, and one press takes them all away", async () => {
    await filterBy("Due", "Overdue");
    await filterBy("Values", "In another vault");
    await page.see("Nothing matches these filters");
    await page.audit("needs-none");
    await page.button("Show all secrets");
    await shows("Being rotated", "Due soon", "In Doppler", "Nothing to do", "Overdue", "Reads", "Used twice", "Used twice, by the build server");
  });

  test("the panel fits a small window, and its end is reached", async () => {
    await turnstone.session.resize(900, 600);
    await page.button(/^Filter/);
    await page.audit("needs-panel-small");
    await page.button("Done");
    await turnstone.session.resize(1280, 820);
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
