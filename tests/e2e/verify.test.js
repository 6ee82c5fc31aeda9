// Keys tried where they are used, against an S3 server that was not written here.

import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { s3s } from "./lib/rigs.js";
import { Turnstone } from "./lib/turnstone.js";

const KEY = { access_key_id: "AKIAVERIFYREALSERVER", secret_access_key: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00" };
const WRONG = { ...KEY, secret_access_key: "thisIsNotTheSecretOfThatKey0123456789abcd" };

describe("verification", () => {
  let turnstone, page, server;

  before(async () => {
    server = await s3s(KEY, ["acme-backups", "acme-empty"]);
    await mkdir(join(server.folder, "acme-backups/nightly"));
    await writeFile(join(server.folder, "acme-backups/nightly/dump.sql"), "one object");
    turnstone = await Turnstone.start();
    page = turnstone.page;
    await turnstone.createVault();
    await turnstone.lock();
    const [right, wrong] = await turnstone.batch([
      ["secret_create", { name: "Storage key", secret_type: "s3_compatible", credentials: KEY }],
      ["secret_create", { name: "Stale key", secret_type: "s3_compatible", credentials: WRONG }],
    ]);
    const place = (name, secret, bucket_name, more = {}) => [
      "location_create",
      {
        name,
        location_type: "s3_compatible",
        secret_id: secret.secret.id,
        bucket_name,
        region: "us-east-1",
        endpoint_url: server.url,
        ...more,
      },
    ];
    await turnstone.batch([
      place("Backups", right, "acme-backups", { prefix: "nightly/" }),
      place("Empty", right, "acme-empty"),
      place("Missing", right, "acme-missing"),
      place("Refused", wrong, "acme-backups"),
    ]);
    await turnstone.unlock();
  });
  after(async () => {
    await turnstone.stop();
    await server.stop();
  });
  afterEach(() => page.leaveDialogs());

  async function openLocation(name) {
    await page.button(/^Locations/);
    await page.press("option", new RegExp(`${name} `));
    await page.get("heading", name);
  }

  const outside = async (name) => {
    const [{ locations }] = await turnstone.batch([["location_list", { limit: 1000 }]]);
    return locations.find((location) => location.name === name).verification;
  };

  test("a location that was never tried says so, and after a try what the key can do", async () => {
    await openLocation("Backups");
    await page.see("Never verified.");
    await page.audit("location-never-verified");
    await page.button("Verify");
    await page.see("Tried just now by mara@acme with version 1");
    await page.audit("location-verified");
    const said = await outside("Backups");
    const { status, bucket_exists, can_list, can_read, can_write, can_delete } = said;
    assert.deepEqual(
      { status, bucket_exists, can_list, can_read, can_write, can_delete },
      { status: "verified", bucket_exists: true, can_list: true, can_read: true, can_write: null, can_delete: null },
    );
  });

  test("nothing is written before somebody allows it, and nothing is left of what is", async () => {
    await openLocation("Backups");
    await page.button("Edit");
    await page.press("checkbox", "Try writing and deleting when it is verified");
    await page.button("Save changes");
    await page.gone("dialog");
    await page.see("The key or the location changed since.");
    await page.button("Verify");
    await page.see("Tried just now by mara@acme");
    const { can_write, can_delete } = await outside("Backups");
    assert.deepEqual({ can_write, can_delete }, { can_write: true, can_delete: true });
    assert.deepEqual(await readdir(join(server.folder, "acme-backups/nightly")), ["dump.sql"]);
  });

  test("an empty bucket has nothing to read", async () => {
    await openLocation("Empty");
    await page.button("Verify");
    await page.see("nothing to read");
  });

  test("a bucket that is not there, and a key that is not accepted, say so with the server's own code", async () => {
    await openLocation("Missing");
    await page.button("Verify");
    await page.see("It does not open.");
    await page.see("NoSuchBucket");
    await openLocation("Refused");
    await page.button("Verify");
    await page.see("It does not open.");
    await page.see("SignatureDoesNotMatch");
    await page.audit("location-refused");
  });

  test("all are tried together, and those that do not open are named", async () => {
    await page.button(/^Locations/);
    await page.button("Verify all");
    await page.see("2 of 4 did not open.");
    await page.see("SignatureDoesNotMatch");
    await page.audit("locations-verified");
    await page.button("Missing");
    await page.get("heading", "Missing");
    await page.button("Put away");
  });

  test("the list of secrets and a secret's pane tell when its places were tried", async () => {
    await page.button(/^Secrets/);
    await turnstone.openSecret("Storage key");
    await page.see("1 of 3 does not open");
    await page.see("Used by 3 locations");
    await page.audit("secret-with-verified-locations");
  });

  test("a new value leaves what was said of the old one as old", async () => {
    await turnstone.openSecret("Stale key");
    await page.button("Rotate…");
    await page.fill("Access key ID", KEY.access_key_id);
    await page.fill("Secret access key", KEY.secret_access_key);
    await page.button("Rotate");
    await page.gone("dialog");
    await page.see("Not verified");
    await page.button("Verify");
    await page.see("It opens.");
    assert.equal((await outside("Refused")).status, "verified");
  });

  test("a server that is gone is no verdict on the key", async () => {
    await server.stop();
    await openLocation("Empty");
    await page.button("Verify");
    await page.see("No answer. No connection:");
    await page.see("That says nothing of the key.");
    await page.audit("location-unreachable");
  });

  test("axe finds nothing serious on any of these screens, light or dark", () => assert.deepEqual(page.findings, []));
});
