// Locations in the window: made, changed, linked anew, deleted; and what stands in the way of a secret that they use.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const KEY = { access_key_id: "AKIAIOSFODNN7EXAMPLE", secret_access_key: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00" };
const B2_KEY = { application_key_id: "0051234567890ab0000000001", application_key: "K005wJalrXUtnFEMIK7MDENGbPxRfiCY" };

describe("locations", () => {
  let turnstone, page;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    await turnstone.batch([
      ["secret_create", { name: "AWS production", secret_type: "s3", credentials: KEY }],
      ["secret_create", { name: "AWS spare", secret_type: "s3", credentials: KEY }],
      ["secret_create", { name: "Backblaze archive", secret_type: "b2", credentials: B2_KEY }],
    ]);
    await turnstone.unlock();
  });
  after(() => turnstone.stop());
  afterEach(() => page.leaveDialogs());

  const located = async (name) => {
    const [{ locations }] = await turnstone.batch([["location_list", { limit: 1000 }]]);
    return locations.find((location) => location.name === name);
  };
  const outside = async (name, change) => {
    const { id } = await located(name);
    await turnstone.batch([["location_update", { id, ...change }]]);
  };
  const valueOf = async (label) => (await page.get("textbox", label)).property("value");

  /** Finds a secret by a part of its name, as the field offers it. */
  async function chooseSecret(part, name) {
    await page.fill("Secret", part);
    await page.press("option", new RegExp(`^${name}`));
    await until(`${name} to be chosen`, async () => (await valueOf("Secret")) === name);
  }

  async function openLocation(name) {
    await page.button(/^Locations/);
    await page.press("option", new RegExp(`${name}`));
    await page.get("heading", name);
  }

  async function more(act) {
    await page.button("More");
    await page.press("menuitem", new RegExp(`^${act}`));
  }

  test("an empty list says what a location is", async () => {
    await page.button(/^Locations/);
    await page.see("No locations yet");
    await page.audit("locations-empty");
  });

  test("a location is made from the secret that opens it", async () => {
    await page.button(/^Secrets/);
    await turnstone.openSecret("AWS production");
    await page.see("Used by no location");
    await page.button("Add location…");
    await page.get("dialog", "New location");
    await page.audit("location-new");
    await page.fill("Name", "Invoices");
    await page.fill("Bucket", "acme-invoices");
    await page.fill("Prefix", "2026/");
    await page.fill("Region", "eu-central-1");
    await page.button("Save location");
    await page.gone("dialog");
    await page.see("Used by 1 location");
    await page.see("acme-invoices/2026/ · eu-central-1");
    await page.audit("secret-with-location");
    await openLocation("Invoices");
    await page.see("AWS production");
    await page.see("The provider’s own");
    await page.audit("location");
  });

  test("the endpoint is offered from the region, and stays editable", async () => {
    await page.button("New location");
    await page.choose("Storage", "Backblaze B2");
    await chooseSecret("archive", "Backblaze archive");
    await page.fill("Name", "Archive");
    await page.fill("Bucket", "acme-archive");
    await page.fill("Region", "us-west-002");
    await until("an endpoint", async () => (await valueOf("Endpoint")) === "https://s3.us-west-002.backblazeb2.com");
    await page.audit("location-offer");
    await page.fill("Endpoint", "https://storage.example.com");
    await page.button("Use https://s3.us-west-002.backblazeb2.com");
    await page.button("Save location");
    await page.get("heading", "Archive");
    await page.see("https://s3.us-west-002.backblazeb2.com");
  });

  test("every fault stands beside its field", async () => {
    await page.button("New location");
    await page.choose("Storage", "Backblaze B2");
    await page.fill("Name", "invoices");
    await page.fill("Endpoint", "storage");
    await page.button("Save location");
    for (const label of ["Bucket", "Endpoint"]) assert.ok((await page.faultOf(label)).length > 10, label);
    await page.audit("location-errors");
    await page.button("Cancel");
    await page.button("Discard");
  });

  test("a name that is taken is told beside the name", async () => {
    await page.button("New location");
    await page.choose("Storage", "Backblaze B2");
    await chooseSecret("archive", "Backblaze archive");
    await page.fill("Name", "invoices");
    await page.fill("Bucket", "acme-other");
    await page.fill("Endpoint", "https://storage.example.com");
    await page.button("Save location");
    assert.ok((await page.faultOf("Name")).length > 10);
    await page.button("Cancel");
    await page.button("Discard");
  });

  test("an endpoint without encryption asks for consent, and the list shows it", async () => {
    await openLocation("Archive");
    await page.button("Edit");
    await page.fill("Endpoint", "http://storage.example.com");
    await page.get("checkbox", /^Send requests without encryption/);
    await page.button("Save changes");
    await page.see(/consent|encrypt/i);
    await page.audit("location-http");
    await page.press("checkbox", /^Send requests without encryption/);
    await page.button("Save changes");
    await page.gone("dialog");
    await page.see("Not encrypted.");
    await page.get("option", /Archive.*http/);
    await page.audit("location-http-listed");
  });

  test("nothing changed is said, and the record stays as it is", async () => {
    const before = await located("Invoices");
    await openLocation("Invoices");
    await page.button("Edit");
    await page.fill("Name", " Invoices ");
    await page.button("Save changes");
    await page.see("Nothing to save.");
    await page.button("Cancel");
    if ((await page.all("button", "Discard")).length > 0) await page.button("Discard");
    assert.deepEqual(await located("Invoices"), before);
  });

  test("what changed meanwhile is shown beside one's own change, and neither is lost", async () => {
    await page.button("Edit");
    await page.fill("Prefix", "2027/");
    await outside("Invoices", { prefix: "2028/", region: "eu-west-1" });
    await page.button("Save changes");
    await page.see("It changed while you were editing.");
    await page.audit("location-conflict");
    await page.press("radio", /^Yours.*2027/);
    await page.button("Save as chosen");
    await page.gone("dialog");
    const { prefix, region } = await located("Invoices");
    assert.deepEqual({ prefix, region }, { prefix: "2027/", region: "eu-west-1" });
  });

  test("it is linked to another secret of its type, and to no other type", async () => {
    await more("Use another secret");
    await page.fill("Secret", "Backblaze");
    await page.see("No secret of this type matches.");
    await page.audit("location-relink");
    await chooseSecret("production", "AWS production");
    await page.button("Link");
    await page.see("Already this secret.");
    await chooseSecret("spare", "AWS spare");
    await page.button("Link");
    await page.gone("dialog");
    await page.button("Show AWS spare");
    await page.get("heading", "AWS spare");
    await page.see("Used by 1 location");
  });

  test("a type that a location stands in the way of is not changed, and what to do is offered", async () => {
    await page.button("Edit");
    await page.button("Change type");
    await page.press("button", /Wasabi/);
    await page.button("Save changes");
    await page.see("Still in use.");
    await page.get("button", "Other secret for Invoices");
    await page.audit("type-in-use");
    const spare = (await turnstone.batch([["secret_list", { query: "AWS spare" }]]))[0].secrets[0];
    assert.equal(spare.secret_type, "s3");
    await page.button(/^Make a copy as /);
    await page.see("A copy.");
    await page.audit("copy-with-new-type");
    await page.fill("Name", "Wasabi spare");
    await page.fill("Access key ID", "AKIAIOSFODNN7EXAMPL2");
    await page.fill("Secret access key", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY02");
    await page.button("Save secret");
    await page.get("heading", "Wasabi spare");
    assert.equal((await located("Invoices")).secret_name, "AWS spare");
  });

  test("unlinking and changing the type is one press", async () => {
    await turnstone.openSecret("AWS spare");
    await page.button("Edit");
    await page.button("Change type");
    await page.press("button", /Wasabi/);
    await page.button("Save changes");
    await page.button("Unlink it and save");
    await page.gone("button", "Save changes");
    await page.get("heading", "AWS spare");
    await page.see("Wasabi");
    assert.equal((await located("Invoices")).secret_id, null);
    await openLocation("Invoices");
    await page.see("Nothing opens this location until it is linked to one.");
    await page.audit("location-unlinked");
    await page.button("Link a secret…");
    await chooseSecret("production", "AWS production");
    await page.button("Link");
    await page.gone("dialog");
  });

  test("a secret in use is deleted only with its locations unlinked", async () => {
    await page.button(/^Secrets/);
    await turnstone.openSecret("AWS production");
    await page.key("delete");
    await page.button("Move to trash");
    await page.get("dialog", "“AWS production” is still in use");
    await page.audit("delete-in-use");
    await page.button("Unlink it and move to trash");
    await page.gone("dialog");
    await page.gone("option", /AWS production/);
    const { secret_id, revision } = await located("Invoices");
    assert.equal(secret_id, null);
    assert.ok(revision > 1);
  });

  test("a location is searched for, shown by type and deleted", async () => {
    await page.button(/^Locations/);
    await page.fill("Search locations", "acme-inv");
    await page.gone("option", /Archive/);
    await page.get("option", /Invoices/);
    await page.fill("Search locations", "");
    await page.choose("Type", "Backblaze B2");
    await page.gone("option", /Invoices/);
    await page.press("option", /Archive/);
    await page.get("heading", "Archive");
    await page.key("delete");
    await page.get("dialog", "Delete “Archive”?");
    await page.audit("location-delete");
    await page.button("Delete");
    await page.gone("dialog");
    assert.equal(await located("Archive"), undefined);
  });

  test("the audit log has an entry for each of these acts", async () => {
    await page.button(/^Audit/);
    await page.see("deleted the location “Archive”");
    const [{ entries }] = await turnstone.batch([["audit_list", { resource_type: "location", limit: 100 }]]);
    const count = (act) => entries.filter(({ action }) => action === act).length;
    assert.equal(count("location_created"), 2);
    assert.equal(count("location_deleted"), 1);
    // Edited, twice in a conflict, relinked twice, unlinked for a type and for the trash; the http endpoint.
    assert.equal(count("location_updated"), 7);
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
