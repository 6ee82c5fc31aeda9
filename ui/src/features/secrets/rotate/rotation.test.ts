import { beforeEach, describe, expect, test } from "vitest";
import { MockBackend } from "../../../testing/mock-backend";
import type { CatalogueField, Secret } from "../types";
import { Rotation } from "./rotation.svelte";

const VALUE = "canary-value-that-is-typed";
const FIELD: CatalogueField = {
  name: "value",
  label: "Value",
  help: "",
  kind: "text",
  env_name: null,
  lasting: false,
  chars_max: 65_536,
  example: "",
};
const ACCOUNT: CatalogueField = { ...FIELD, name: "account_name", kind: "identifier", lasting: true };
const KEY: CatalogueField = { ...FIELD, name: "account_key", kind: "secret" };

let backend: MockBackend;
let secret: Secret;

beforeEach(() => {
  backend = new MockBackend({ secrets: 12, unlocked: true }).install();
  secret = structuredClone(backend.world.secrets.find((one) => one.secret_type === "generic")!);
});

function sent(): unknown {
  return backend.calls.filter(({ name }) => name === "secret_update").at(-1)?.request;
}

describe("a rotation by hand", () => {
  test("sends the pasted value, why, and what becomes of the old one", async () => {
    const rotation = new Rotation(secret, () => [FIELD]);
    rotation.credentials.enter("value", VALUE);
    rotation.reason = "quarterly";
    expect((await rotation.submit()).kind).toBe("rotated");
    expect(sent()).toEqual({
      id: secret.id,
      expected_revision: secret.revision,
      previous: "keep",
      reason: "quarterly",
      credentials: { value: VALUE },
    });
  });

  test("has the value made in Rust where that is asked for", async () => {
    const rotation = new Rotation(secret, () => [FIELD]);
    rotation.source = "generate";
    rotation.length = "64";
    rotation.alphabet = "hex";
    rotation.previous = "destroy";
    await rotation.submit();
    expect(sent()).toMatchObject({ generate: { length: 64, alphabet: "hex" }, previous: "destroy" });
    expect(sent()).not.toHaveProperty("credentials");
  });

  test("generates generic values alone", () => {
    expect(new Rotation(secret, () => [FIELD]).canGenerate).toBe(true);
    expect(new Rotation({ ...secret, secret_type: "s3" }, () => [FIELD]).canGenerate).toBe(false);
  });

  test("leaves out a lasting field that was left empty, and no other", () => {
    const rotation = new Rotation({ ...secret, secret_type: "azure_blob" }, () => [ACCOUNT, KEY]);
    expect(rotation.request().credentials).toEqual({ account_key: "" });
  });

  test("forgets the value once it is sent", async () => {
    const rotation = new Rotation(secret, () => [FIELD]);
    rotation.credentials.enter("value", VALUE);
    await rotation.submit();
    expect(rotation.isDirty).toBe(false);
    expect(JSON.stringify(rotation.request())).not.toContain(VALUE);
  });

  test("keeps what was typed when it is refused", async () => {
    const rotation = new Rotation(secret, () => [FIELD]);
    backend.fail("secret_update");
    rotation.credentials.enter("value", VALUE);
    expect((await rotation.submit()).kind).toBe("refused");
    expect(rotation.credentials.value("value")).toBe(VALUE);
    expect(rotation.findings.errors.isGeneral).toBe(true);
  });

  test("tells that the value is the one already stored", async () => {
    backend.answer("secret_update", () => ({
      secret_name: secret.name,
      created: null,
      updated: true,
      deleted: null,
      changed: [],
      hints: [],
      secret,
    }));
    expect(await new Rotation(secret, () => [FIELD]).submit()).toEqual({ kind: "unchanged" });
  });

  test("shows the newer version before it is replaced", async () => {
    const rotation = new Rotation(secret, () => [FIELD]);
    rotation.credentials.enter("value", VALUE);
    const live = backend.world.secret(secret.id);
    live.revision += 1;
    live.version = 9;
    expect((await rotation.submit()).kind).toBe("refused");
    expect(rotation.overtaken).toEqual({ version: 9, wasRotated: true, signsInOtherwise: false });
    expect(rotation.credentials.value("value")).toBe(VALUE);
    expect((await rotation.submit()).kind).toBe("rotated");
  });

  test("speaks of no rotation where only something else was saved", async () => {
    const rotation = new Rotation(secret, () => [FIELD]);
    rotation.credentials.enter("value", VALUE);
    backend.world.secret(secret.id).revision += 1;
    await rotation.submit();
    expect(rotation.overtaken).toMatchObject({ wasRotated: false, signsInOtherwise: false });
  });

  test("takes its fields from the method that the secret has by now", async () => {
    const rotation = new Rotation(secret, ({ auth_method }) =>
      auth_method === "other" ? [ACCOUNT, KEY] : [FIELD, KEY],
    );
    rotation.credentials.enter("value", VALUE);
    rotation.credentials.enter("account_key", "stays");
    Object.assign(backend.world.secret(secret.id), { revision: secret.revision + 1, auth_method: "other" });
    await rotation.submit();
    expect(rotation.overtaken?.signsInOtherwise).toBe(true);
    expect(rotation.fields).toEqual([ACCOUNT, KEY]);
    expect(rotation.credentials.value("account_key")).toBe("stays");
    expect(rotation.credentials.value("value")).toBe("");
  });

  test("is something to lose once a reason is typed", () => {
    const rotation = new Rotation(secret, () => [FIELD]);
    expect(rotation.isDirty).toBe(false);
    rotation.reason = "incident 212";
    expect(rotation.isDirty).toBe(true);
  });
});
