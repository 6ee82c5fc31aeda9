// Connections to other vaults, secrets that have their values there, and the tiers that limit both.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { genericSecret, output, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const TOKEN = "dp.st.prd.wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY0123";
const NEXT_TOKEN = "dp.st.prd.9876543210zyxwvutsrqponmlkjihgfedcbaABCD";

describe("connections", () => {
  let turnstone, page;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
  });
  after(() => turnstone.stop());
  afterEach(() => page.leaveDialogs());

  const connected = async (name) => {
    const [{ connections }] = await turnstone.batch([["connection_list", {}]]);
    return connections.find((connection) => connection.name === name);
  };

  async function more(act) {
    await page.button("More");
    await page.press("menuitem", new RegExp(`^${act}`));
  }

  test("an empty list says what a connection is", async () => {
    await page.button(/^Connections/);
    await page.see("No connections yet");
    await page.audit("connections-empty");
  });

  test("every fault of a new connection stands beside its field", async () => {
    await page.button("New connection");
    await page.audit("connection-type");
    await page.press("radio", /Doppler/);
    await page.button("Save connection");
    assert.ok((await page.faultOf("Name")).length > 10);
    await page.audit("connection-errors");
    await page.button("Cancel");
  });

  test("a connection is made, and its token is masked from then on", async () => {
    await page.button("New connection");
    await page.press("radio", /Doppler/);
    await page.fill("Name", "Platform in Doppler");
    await page.fill("Description", "Owned by the platform team");
    await fillToken(TOKEN);
    await page.fill("Project", "platform");
    await page.fill("Config", "prd");
    await page.button("Save connection");
    await page.get("heading", "Platform in Doppler");
    await page.see("Used by no secret");
    await page.see("prd");
    assert.doesNotMatch(await page.text(), /wJalrXUtnFEMIK/);
    await page.audit("connection");
  });

  test("name and description change, and nothing else does", async () => {
    const before = await connected("Platform in Doppler");
    await page.button("Edit");
    await page.fill("Name", "Platform (Doppler)");
    await page.audit("connection-edit");
    await page.button("Save changes");
    await page.get("heading", "Platform (Doppler)");
    const after = await connected("Platform (Doppler)");
    assert.deepEqual({ ...after, name: before.name, revision: before.revision, updated_at: before.updated_at }, before);
  });

  test("what changed meanwhile is shown beside one's own change", async () => {
    await page.button("Edit");
    await page.fill("Description", "Mine");
    const { id } = await connected("Platform (Doppler)");
    await turnstone.batch([["connection_update", { id, description: "Theirs" }]]);
    await page.button("Save changes");
    await page.see("It changed while you were editing.");
    await page.audit("connection-conflict");
    await page.press("radio", /^Yours/);
    await page.button("Save as chosen");
    await page.gone("dialog");
    assert.equal((await connected("Platform (Doppler)")).description, "Mine");
  });

  test("the same token again changes nothing and says so; another replaces it", async () => {
    await page.button("Rotate token…");
    await fillToken(TOKEN);
    await page.button("Rotate token");
    await page.see("Already this token.");
    await page.audit("token-unchanged");
    const before = await connected("Platform (Doppler)");
    await fillToken(NEXT_TOKEN);
    await page.fill("Why", "quarterly");
    await page.button("Rotate token");
    await page.gone("dialog");
    const after = await connected("Platform (Doppler)");
    assert.ok(after.revision > before.revision);
    assert.doesNotMatch(await page.text(), /9876543210zyx/);
  });

  test("a secret has its values in that vault, by references", async () => {
    await page.button(/^Secrets/);
    await page.button("New secret");
    await page.press("button", /API key or token$/);
    await page.fill("Name", "Payments API");
    await page.press("radio", "In another vault");
    await page.choose("Connection", "Platform (Doppler)");
    await page.audit("external-new");
    await page.fill("Value", "not a name");
    await page.button("Save secret");
    assert.ok((await page.faultOf("Value")).length > 10);
    await page.fill("Value", "PAYMENTS_API_KEY");
    await page.button("Save secret");
    await page.get("heading", "Payments API");
    await page.see("PAYMENTS_API_KEY");
    await page.see("Platform (Doppler)");
    await page.audit("external");
    for (const name of [/^Copy /, "Rotate…"]) assert.equal((await page.all("button", name)).length, 0, String(name));
  });

  test("its references change, and credentials are not taken for it", async () => {
    await page.button("Edit");
    await page.fill("Value", "PAYMENTS_API_KEY_2");
    await page.audit("external-edit");
    await page.button("Save changes");
    await page.see("PAYMENTS_API_KEY_2");
    const refused = await turnstone.session.runAsync(`
      const done = arguments[0];
      const ask = (command, request) => window.__TAURI_INTERNALS__.invoke(command, { request });
      ask("secret_list", { query: "Payments API" })
        .then(({ secrets: [{ id }] }) => ask("secret_update", { id, credentials: { value: "never-saved-0123456789" } }))
        .then((answer) => done({ answer }), done);`);
    assert.equal(refused.type, "invalid_request");
  });

  test("a connection in use is not deleted, and names what uses it", async () => {
    await page.button(/^Connections/);
    await page.press("option", /Platform/);
    await page.see("Used by 1 secret");
    await more("Delete");
    await page.button("Delete");
    await page.get("dialog", "“Platform (Doppler)” is in use");
    await page.audit("connection-in-use");
    await page.press("button", /Payments API/);
    await page.get("heading", "Payments API");
  });

  test("a tier that the vault does not fit into is asked about, and stops creating only", async () => {
    await turnstone.batch([1, 2, 3, 4, 5].map((number) => genericSecret(`Key ${number}`, `value-${number}-0123456789abcdef`)));
    await page.button(/^Settings/);
    await page.audit("settings-tier");
    await page.press("radio", "Free");
    await page.get("dialog", "Change the tier to Free?");
    await page.audit("tier-question");
    await page.button("Change to Free");
    await page.see("Over the limit by 1 secret.");
    await page.audit("tier-over");
    await page.button(/^Secrets/);
    await page.button(/^New/);
    await page.press("button", /API key or token$/);
    await page.fill("Name", "One too many");
    await page.fill("Value", "one-too-many-0123456789abcdef");
    await page.button("Save secret");
    await page.see(/5 secrets/);
    await page.audit("limit-reached");
    await page.button("Cancel");
    await page.button("Discard");
    await turnstone.openSecret("Key 1");
    await page.button("Edit");
    await page.fill("Description", "Still changed");
    await page.button("Save changes");
    await page.see("Still changed");
  });

  test("a second connection is one too many as well, until the tier is a larger one", async () => {
    await page.button(/^Connections/);
    await newConnection("Second");
    await page.see(/1 connection/);
    await page.audit("limit-connections");
    await page.button("Cancel");
    await page.button("Discard");
    await page.button(/^Settings/);
    await page.press("radio", "Pro");
    await page.see("6 of 100");
    await page.button(/^Connections/);
    await newConnection("Second");
    await page.get("heading", "Second");
  });

  test("a connection that nothing uses is deleted", async () => {
    await page.key("delete");
    await page.get("dialog", "Delete “Second”?");
    await page.audit("connection-delete");
    await page.button("Delete");
    await page.gone("dialog");
    assert.equal(await connected("Second"), undefined);
  });

  test("no token is found in the folders of the app", async () => {
    for (const token of [TOKEN, NEXT_TOKEN]) {
      const found = await output("grep", ["-rlaF", token, turnstone.desktop.home]).catch(() => "");
      assert.equal(found, "");
    }
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));

  async function newConnection(name) {
    await page.button("New connection");
    await page.press("radio", /Doppler/);
    await page.fill("Name", name);
    await fillToken(TOKEN);
    await page.fill("Project", "platform");
    await page.fill("Config", "stg");
    await page.button("Save connection");
  }

  /** Whatever the field of the token is called. */
  async function fillToken(token) {
    const [field] = await page.session.find("dialog[open] input[type=password]");
    await field.fill(token);
    await until("the token to be typed", async () => (await field.property("value")) === token);
  }
});
