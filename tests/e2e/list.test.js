// Issue 2, item 3: the list, its search, filters, orders, and all of it by keyboard.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { genericSecret, Turnstone } from "./lib/turnstone.js";
import { until } from "./lib/webdriver.js";

const MANY = 1200;

describe("list", () => {
  let turnstone, page;

  before(async () => {
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    const filler = Array.from({ length: MANY }, (_, at) =>
      genericSecret(`Service ${String(at).padStart(4, "0")}`, `filler-value-${at}-0123456789abcdef`, { tags: at % 100 === 0 ? ["round"] : [] }),
    );
    await turnstone.batch([
      ...filler,
      genericSecret("Aardvark telemetry", "tel_0123456789abcdef0123456789", { env_key: "AARDVARK_TOKEN", tags: ["production"], description: "Quarterly numbers" }),
      ["secret_create", { name: "Zebra backups", secret_type: "s3", auth_method: "s3_access_key", tags: ["production"], credentials: { access_key_id: "AKIAIOSFODNN7EXAMPLE", secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" } }],
      genericSecret("Ünïcode ключ 🔑", "value-of-the-unicode-secret-0123"),
    ]);
    await turnstone.unlock();
  });
  after(() => turnstone.stop());

  const names = () =>
    turnstone.session.run(`return [...document.querySelectorAll("#secret-rows [role=option]")].map((row) => row.querySelector(".name")?.textContent ?? "")`);
  const shows = (wanted) => until(`the rows ${wanted}`, async () => JSON.stringify(await names()) === JSON.stringify(wanted));
  const startsWith = (name) => until(`${name} at the top`, async () => (await names())[0] === name);

  test("all secrets are there, and only the rows in view are drawn", async () => {
    await startsWith("Aardvark telemetry");
    await page.see((MANY + 3).toLocaleString("en"));
    assert.ok((await names()).length < 60);
    await page.audit("list");
  });

  test("a row shows name, masked value, environment variable and age, and no value", async () => {
    const row = await page.get("option", /Aardvark telemetry/);
    const text = await row.text();
    assert.match(text, /••••/);
    assert.match(text, /AARDVARK_TOKEN/);
    assert.doesNotMatch(await page.text(), /tel_0123456789abcdef/);
  });

  test("the end of a long list is reached with one key", async () => {
    await turnstone.session.run(`document.getElementById("secret-rows").focus()`);
    await page.key("end");
    await until("the last name", async () => (await names()).includes("Ünïcode ключ 🔑"));
    await page.key("home");
    await startsWith("Aardvark telemetry");
  });

  test("search finds while typing, in names, environment variables, descriptions and tags", async () => {
    for (const [query, found] of [
      ["zebr", ["Zebra backups"]],
      ["AARDVARK_T", ["Aardvark telemetry"]],
      ["quarterly", ["Aardvark telemetry"]],
      ["ключ", ["Ünïcode ключ 🔑"]],
      ["service 0777", ["Service 0777"]],
      ["ze", ["Zebra backups"]],
    ]) {
      await page.fill("Search secrets", query);
      await shows(found);
    }
  });

  test("a search without a result says where it looked, and never looks at values", async () => {
    await page.fill("Search secrets", "wJalrXUtnFEMI");
    await page.see("Nothing matches “wJalrXUtnFEMI”");
    await page.audit("no-match");
    await page.button("Show all secrets");
    await startsWith("Aardvark telemetry");
  });

  test("a filter by type leaves the others out", async () => {
    await page.button("Filter");
    await page.audit("filter");
    await page.press("checkbox", /S3/);
    await shows(["Zebra backups"]);
    await page.press("checkbox", /S3/);
    await startsWith("Aardvark telemetry");
  });

  test("a filter by tag shows what has the tag", async () => {
    await page.press("checkbox", "production");
    await shows(["Aardvark telemetry", "Zebra backups"]);
    await page.press("checkbox", "Older than 90 days");
    await page.see("Nothing matches these filters");
    await page.button("Show all");
    await page.key("escape");
    await page.gone("checkbox", "Older than 90 days");
    await startsWith("Aardvark telemetry");
  });

  test("the order is chosen", async () => {
    await page.button(/^Order/);
    await page.press("menuitem", "Name, Z to A");
    await startsWith("Ünïcode ключ 🔑");
    await page.button(/^Order/);
    await page.press("menuitem", "Name, A to Z");
    await startsWith("Aardvark telemetry");
  });

  test("from search to a secret and back with the keyboard alone", async () => {
    await page.key("/");
    await page.session.type("zebra");
    await shows(["Zebra backups"]);
    await page.key("enter");
    await page.get("heading", "Zebra backups");
    await page.key("escape");
    await page.key("/");
    await page.key("escape");
    await startsWith("Aardvark telemetry");
  });

  test("arrows walk the list and open what they stand on", async () => {
    await turnstone.session.run(`document.getElementById("secret-rows").focus()`);
    await page.key("home");
    await page.get("heading", "Aardvark telemetry");
    await page.key("down");
    await page.get("heading", "Service 0000");
    await page.key("up");
    await page.get("heading", "Aardvark telemetry");
  });

  test("what another process writes shows up", async () => {
    await turnstone.batch([genericSecret("Aaa from outside", "outside-value-0123456789abcdef")]);
    await page.fill("Search secrets", "from outside");
    await shows(["Aaa from outside"]);
  });

  test("a narrow window stays usable", async () => {
    await page.fill("Search secrets", "");
    await turnstone.session.resize(900, 600);
    await page.audit("list-narrow");
    await turnstone.session.resize(1280, 820);
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
