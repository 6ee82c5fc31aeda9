// Issue 2, item 4: every type and auth method from the catalogue's form, with hints while typing and errors beside the fields.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const SERVICE_ACCOUNT = JSON.stringify({
  type: "service_account",
  project_id: "acme-analytics",
  private_key_id: "0123456789abcdef0123456789abcdef01234567",
  private_key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }),
  client_email: "etl@acme-analytics.iam.gserviceaccount.com",
  client_id: "123456789012345678901",
  token_uri: "https://oauth2.googleapis.com/token",
}, null, 2);

const SAS_URL = "https://acme.blob.core.windows.net/media?sv=2024-11-04&ss=b&srt=sco&sp=rl&se=2031-01-01T00:00:00Z&sig=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG%3D";

/** What a person would paste, by what the catalogue says of the field. */
function valueFor(field) {
  if (field.kind === "service_account_json") return SERVICE_ACCOUNT;
  if (field.kind === "sas_url") return SAS_URL;
  if (field.name === "account_key") return Buffer.alloc(64, 7).toString("base64");
  if (field.kind === "identifier") return /^[\x21-\x7e]+$/.test(field.example) ? field.example : "EXAMPLEKEYID00000001";
  return "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00";
}

describe("create", () => {
  let turnstone, page, catalogue;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    catalogue = await turnstone.session.runAsync(
      `const done = arguments[0]; window.__TAURI_INTERNALS__.invoke("catalogue_get", { request: {} }).then(done)`,
    );
  });
  after(() => turnstone.stop());

  test("the catalogue has the types and methods of the rules", () => {
    assert.equal(catalogue.types.length, 14);
    assert.equal(catalogue.types.flatMap((type) => type.methods).length, 15);
  });

  test("the form begins with the question what it is", async () => {
    await page.button("New secret");
    await page.see("What is it?");
    await page.audit("choose-type");
    await page.button("Cancel");
  });

  test("a secret of every type and method is created from its form", async (context) => {
    for (const type of catalogue.types) {
      for (const method of type.methods) {
        await context.test(`${type.label}: ${method.label}`, async () => {
          const name = `New ${type.label} ${method.label}`.slice(0, 100);
          await page.button(/^New secret$|^New/);
          await page.press("button", tile(type));
          if (type.methods.length > 1) await page.press("radio", method.label);
          await page.fill("Name", name);
          for (const field of method.fields) await page.fill(field.label, valueFor(field));
          await page.save(`form-${method.method}`);
          await page.button("Save secret");
          await page.get("heading", name);
          await page.see(type.label);
          for (const field of method.fields) await page.get("button", new RegExp(`^Copy ${escaped(field.label)}$`));
          await notOnThePage(method.fields);
        });
      }
    }
  });

  test("a preset fills what is known of a common key, and stays editable", async () => {
    await page.button(/^New/);
    await page.press("button", tile(catalogue.types.find((type) => type.type === "generic")));
    await page.choose("A common key?", "OpenAI");
    await until("the preset's variable", async () => (await (await page.get("textbox", "Environment variable")).property("value")) === "OPENAI_API_KEY");
    await page.see("api.openai.com");
    await page.audit("form-generic");
    await page.fill("Environment variable", "OPENAI_API_KEY_STAGING");
  });

  test("hints come while typing and block nothing", async () => {
    const generic = catalogue.types.find((type) => type.type === "generic").methods[0].fields[0];
    await page.fill("Name", "OpenAI staging");
    await page.fill(generic.label, "\"sk-proj-0123456789abcdef\" ");
    await page.key("tab");
    await until("a hint", () => turnstone.session.run(`return document.querySelectorAll(".hints li").length > 0`));
    await page.save("hint");
  });

  test("every error stands beside its field, all at once", async () => {
    await page.fill("Name", "");
    await page.fill("Environment variable", "not a variable");
    await page.button("Save secret");
    assert.notEqual(await page.faultOf("Name"), "");
    assert.notEqual(await page.faultOf("Environment variable"), "");
    await page.audit("form-errors");
  });

  test("put right, it is saved", async () => {
    const generic = catalogue.types.find((type) => type.type === "generic").methods[0].fields[0];
    await page.fill("Name", "OpenAI staging");
    await page.fill("Environment variable", "OPENAI_API_KEY_STAGING");
    await page.fill(generic.label, "sk-proj-0123456789abcdefghijklmnop");
    await page.button("Save secret");
    await page.get("heading", "OpenAI staging");
    await page.see("OPENAI_API_KEY_STAGING");
    await page.audit("secret");
  });

  test("a name that is taken is refused beside the name", async () => {
    await page.button(/^New/);
    await page.press("button", tile(catalogue.types.find((type) => type.type === "generic")));
    const generic = catalogue.types.find((type) => type.type === "generic").methods[0].fields[0];
    await page.fill("Name", "openai STAGING");
    await page.fill(generic.label, "another-value-0123456789");
    await page.button("Save secret");
    assert.notEqual(await page.faultOf("Name"), "");
    await page.button("Cancel");
    await page.button("Discard");
    await page.gone("button", "Save secret");
  });

  test("names of any script and length are taken and shown whole", async () => {
    const generic = catalogue.types.find((type) => type.type === "generic").methods[0].fields[0];
    for (const name of ["مفتاح الإنتاج للنسخ الاحتياطي", "🔑".repeat(120), "A very long name that goes on ".repeat(8).trim()]) {
      await page.button(/^New/);
      await page.press("button", tile(catalogue.types.find((type) => type.type === "generic")));
      await page.fill("Name", name);
      await page.fill(generic.label, "value-with-a-name-0123456789");
      await page.button("Save secret");
      await page.get("heading", name);
    }
    await page.audit("long-name");
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));

  function tile(type) {
    return new RegExp(`^(${escaped(type.mark)} ?)?${escaped(type.label)}$`);
  }

  /** What was typed as a secret is neither in the text nor in a field of the page. */
  async function notOnThePage(fields) {
    const held = await turnstone.session.run(
      `return document.documentElement.innerHTML + [...document.querySelectorAll("input, textarea")].map((field) => field.value).join(" ")`,
    );
    for (const field of fields.filter((one) => one.kind !== "identifier")) assert.ok(!held.includes(valueFor(field)), field.label);
  }
});

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
