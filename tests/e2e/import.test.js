// Issue 2, item 7: a 1Password export, from the chooser to the report.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { output, Turnstone } from "./lib/turnstone.js";

const item = (uuid, title, categoryUuid, details, more = {}) => ({
  uuid, favIndex: 0, createdAt: 1735689600, updatedAt: 1746057600, state: "active", categoryUuid,
  details: { loginFields: [], sections: [], passwordHistory: [], ...details },
  overview: { title, subtitle: "", url: "", tags: [], ...more.overview },
  ...more.item,
});
const section = (title, fields) => ({ title, name: title, fields });
const field = (id, title, value) => ({ id, title, value, guarded: true, multiline: false, dontGenerate: false, inputTraits: {} });

const EXPORT = {
  accounts: [{
    attrs: { accountName: "Acme", name: "Acme", email: "mara@acme.example", uuid: "ACCT", domain: "https://acme.1password.example/" },
    vaults: [{
      attrs: { uuid: "VAULT", desc: "", name: "Infrastructure", type: "P" },
      items: [
        item("aaaaaaaaaaaaaaaaaaaaaaaaaa", "OpenAI production", "112", { sections: [section("", [field("credential", "credential", { concealed: "sk-proj-import-0123456789abcdef" })])] }),
        item("bbbbbbbbbbbbbbbbbbbbbbbbbb", "Grafana login", "001", {
          loginFields: [
            { value: "mara@acme.example", id: "", name: "username", fieldType: "T", designation: "username" },
            { value: "grafana-pass-0123456789", id: "", name: "password", fieldType: "P", designation: "password" },
          ],
        }, { overview: { url: "https://grafana.example.com", tags: ["monitoring"] } }),
        item("cccccccccccccccccccccccccc", "Backups bucket", "112", {
          sections: [section("Keys", [
            field("a", "Access key ID", { string: "AKIAIOSFODNN7EXAMPLE" }),
            field("b", "Secret access key", { concealed: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }),
          ])],
        }),
        item("dddddddddddddddddddddddddd", "Old thing", "005", { password: "archived-pass-0123456789" }, { item: { state: "archived" } }),
        item("eeeeeeeeeeeeeeeeeeeeeeeeee", "A note without a value", "003", { notesPlain: "Nothing secret here" }),
      ],
    }],
  }],
};

describe("import", () => {
  let turnstone, page;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await writeExport("team.1pux", JSON.stringify(EXPORT));
    await writeFile(turnstone.file("no-zip.1pux"), "this is no archive");
    await writeExport("cut.1pux", JSON.stringify(EXPORT).slice(0, 900));
    await writeFile(turnstone.file("Keys of 東京 & co.env"), "STRIPE_KEY=sk_live_dropped0123456789\nMAILER_TOKEN=mailer-dropped-0123456789\n");
    await turnstone.createVault();
  });
  after(() => turnstone.stop());

  async function writeExport(name, data) {
    const folder = turnstone.file(`${name}.d`);
    await mkdir(folder);
    await writeFile(`${folder}/export.data`, data);
    await writeFile(`${folder}/export.attributes`, JSON.stringify({ version: 3, description: "1Password Unencrypted Export", createdAt: 1746057600 }));
    await output("zip", ["-q", turnstone.file(name), "export.data", "export.attributes"], { cwd: folder });
  }

  async function choose(name) {
    await page.button(/^Choose (a|another) file…$/);
    await turnstone.desktop.choose(turnstone.file(name));
  }

  test("the screen says how to export", async () => {
    await page.button("Import…");
    await page.get("heading", "Import");
    await page.audit("import-start");
  });

  test("a file that is no export is refused with a reason", async () => {
    for (const name of ["no-zip.1pux", "cut.1pux"]) {
      await choose(name);
      await page.see("This file can’t be imported.");
      await page.audit(`import-refused-${name}`);
    }
  });

  test("the preview says what becomes of each item, and shows no value", async () => {
    await choose("team.1pux");
    for (const text of ["OpenAI production", "Grafana login", "Backups bucket", "Old thing", "A note without a value"]) await page.see(text);
    const shown = await page.text();
    for (const value of ["sk-proj-import-0123456789abcdef", "grafana-pass-0123456789", "wJalrXUtnFEMI", "archived-pass"]) assert.ok(!shown.includes(value), value);
    await page.audit("import-preview");
  });

  test("the report accounts for every item", async () => {
    await page.button(/^Import \d+ items?$/);
    await page.get("heading", "Import finished");
    await page.see("Every secret and every field is accounted for.");
    await page.audit("import-report");
  });

  test("the imported secrets are there, with type, tags and history", async () => {
    await page.button("Show the secrets");
    await turnstone.openSecret("Backups bucket");
    await page.see("AKIA");
    await page.see("Imported");
    await turnstone.openSecret("Grafana login");
    await page.see("monitoring");
    await page.see("grafana.example.com");
    await turnstone.openSecret("Old thing");
    await page.see("archived");
  });

  test("the same file again finds nothing new", async () => {
    await page.button("Import…");
    await choose("team.1pux");
    await page.see(/stored already/i);
    await page.get("button", "Nothing selected");
    await page.button("Cancel");
  });

  test("a file dragged in from another program is read like one that was chosen, and its path stays in Rust", async () => {
    await page.button("Import…");
    await turnstone.desktop.drop(turnstone.file("Keys of 東京 & co.env"));
    await page.get("heading", "Keys of 東京 & co.env");
    for (const text of [".env file", "STRIPE_KEY", "MAILER_TOKEN"]) await page.see(text);
    const held = await turnstone.session.run("return document.documentElement.outerHTML");
    for (const hidden of ["sk_live_dropped0123456789", "mailer-dropped-0123456789", turnstone.desktop.home]) assert.ok(!held.includes(hidden), hidden);
    await page.audit("import-dropped");
  });

  test("what is dragged in while a preview is shown takes its place, and no export is refused with a reason", async () => {
    await turnstone.desktop.drop(turnstone.file("no-zip.1pux"));
    await page.see("This file can’t be imported.");
    await page.get("heading", "Import");
  });

  test("a file let go of over another screen leads to its preview, past the question of what was typed there", async () => {
    await page.button(/^Secrets/);
    await page.button("New secret");
    await page.press("button", /API key or token$/);
    await page.fill("Name", "Half typed");
    await turnstone.desktop.drop(turnstone.file("Keys of 東京 & co.env"));
    await page.button("Discard");
    await page.get("heading", "Keys of 東京 & co.env");
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
