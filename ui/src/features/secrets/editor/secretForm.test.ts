import { beforeEach, describe, expect, test, vi } from "vitest";
import { MockBackend } from "../../../testing/mock-backend";
import { refusal } from "../../../testing/mock-world";
import type { Catalogue, Secret } from "../types";
import { SecretForm } from "./secretForm.svelte";

const VALUE = "canary-value-that-is-typed";

let backend: MockBackend;
let catalogue: Catalogue;
let secret: Secret;

beforeEach(async () => {
  backend = new MockBackend({ secrets: 12, unlocked: true }).install();
  const { call } = await import("../../../ipc");
  catalogue = await call("catalogue_get", {});
  secret = structuredClone(backend.world.secrets.find((one) => one.secret_type === "s3")!);
});

function sent(name: string): unknown {
  return backend.calls.filter((one) => one.name === name).at(-1)?.request;
}

function newToken(): SecretForm {
  const form = SecretForm.forNew(catalogue);
  form.chooseType("generic");
  form.draft.name = "Deploy token";
  form.credentials.enter("value", VALUE);
  return form;
}

describe("the form of a new secret", () => {
  test("takes the only method of a type, and asks where there are two", () => {
    const form = SecretForm.forNew(catalogue);
    form.chooseType("s3");
    expect(form.draft.authMethod).toBe("s3_access_key");
    form.chooseType("azure_blob");
    expect(form.draft.authMethod).toBe("");
    expect(form.fields).toEqual([]);
    form.chooseMethod("azure_sas_url");
    expect(form.fields.map((field) => field.name)).toEqual(["sas_url"]);
  });

  test("forgets the credentials of a type that is given up", () => {
    const form = newToken();
    form.chooseType("s3");
    expect(form.credentials.value("value")).toBe("");
  });

  test("sends everything once and answers with the outcome", async () => {
    const form = newToken();
    form.draft.envKey = " DEPLOY_TOKEN ";
    form.draft.tags = ["ci"];
    const result = await form.submit();
    expect(result.kind).toBe("saved");
    expect(sent("secret_create")).toMatchObject({
      name: "Deploy token",
      secret_type: "generic",
      auth_method: "opaque_value",
      credentials: { value: VALUE },
      env_key: "DEPLOY_TOKEN",
      tags: ["ci"],
      allowed_domains: [],
    });
  });

  test("fills what a preset knows and leaves a given name alone", () => {
    const form = newToken();
    const preset = catalogue.presets[0]!;
    form.choosePreset(preset);
    expect(form.draft.envKey).toBe(preset.env_key);
    expect(form.draft.domains).toEqual(preset.allowed_domains);
    expect(form.draft.name).toBe("Deploy token");
  });

  test("shows every refused field at once, beside each", async () => {
    const form = newToken();
    form.draft.name = "";
    form.credentials.clear();
    form.draft.envKey = "1-not a name";
    expect((await form.submit()).kind).toBe("refused");
    expect(form.errorAt("name")).not.toBeNull();
    expect(form.errorAt("credentials", "value")).not.toBeNull();
    expect(form.errorAt("env_key")).not.toBeNull();
    expect(form.errorAt("description")).toBeNull();
  });

  test("blames only the fields that were touched while typing", async () => {
    vi.useFakeTimers();
    const form = SecretForm.forNew(catalogue);
    form.chooseType("s3");
    form.credentials.enter("access_key_id", "x");
    form.credentials.enter("access_key_id", "");
    await vi.advanceTimersByTimeAsync(300);
    vi.useRealTimers();
    expect(form.errorAt("credentials", "access_key_id")).not.toBeNull();
    expect(form.errorAt("credentials", "secret_access_key")).toBeNull();
  });

  test("offers to remove a newline at the end, and only there", async () => {
    backend.answer("secret_create", () => {
      throw refusal(422, "validation_error", "One field needs your attention.", [
        { loc: ["credentials", "value"], message: "It ends in a newline.", type: "trailing_newline" },
      ]);
    });
    const form = newToken();
    form.credentials.enter("value", `${VALUE}\n`);
    await form.submit();
    expect(form.credentials.endsInNewline("value")).toBe(true);
    form.credentials.removeNewline("value");
    expect(form.credentials.value("value")).toBe(VALUE);
    expect(form.credentials.endsInNewline("value")).toBe(false);
  });

  test("is dirty as soon as something is typed, and empty after clear", () => {
    const form = SecretForm.forNew(catalogue);
    expect(form.isDirty).toBe(false);
    form.chooseType("generic");
    form.credentials.enter("value", VALUE);
    expect(form.isDirty).toBe(true);
    form.clear();
    expect(JSON.stringify([form.draft, form.createRequest()])).not.toContain(VALUE);
  });
});

describe("the form of an edited secret", () => {
  test("sends only what differs, with the revision it was read at", async () => {
    const form = SecretForm.forEdit(catalogue, secret);
    form.draft.description = "nightly";
    form.draft.tags = ["nightly"];
    await form.submit();
    expect(sent("secret_update")).toEqual({
      id: secret.id,
      expected_revision: secret.revision,
      description: "nightly",
      tags: ["nightly"],
    });
  });

  test("leaves credentials alone until they are to be replaced", async () => {
    const form = SecretForm.forEdit(catalogue, secret);
    expect(form.showsCredentials).toBe(false);
    form.replaces = true;
    form.credentials.enter("access_key_id", "AKIA0000000000000000");
    form.credentials.enter("secret_access_key", VALUE);
    form.draft.reason = "quarterly";
    await form.submit();
    expect(sent("secret_update")).toMatchObject({
      credentials: { access_key_id: "AKIA0000000000000000", secret_access_key: VALUE },
      reason: "quarterly",
    });
  });

  test("asks for credentials when the new method has other fields, and not when they are the same", () => {
    const form = SecretForm.forEdit(catalogue, secret);
    form.chooseType("wasabi");
    expect(form.showsCredentials).toBe(false);
    form.chooseType("generic");
    expect(form.showsCredentials).toBe(true);
  });

  test("asks before hosts are opened, and saves only after a yes", async () => {
    backend.answer("secret_hints", () => ({ details: [], hints: [], widened: ["evil.example.com"] }));
    const form = SecretForm.forEdit(catalogue, secret);
    form.draft.domains = ["evil.example.com"];
    expect(await form.submit()).toEqual({ kind: "asks" });
    expect(form.widened).toEqual(["evil.example.com"]);
    expect(sent("secret_update")).toBeUndefined();
    form.declineWidened();
    expect(form.widened).toEqual([]);
    await form.submit();
    expect((await form.confirmWidened()).kind).toBe("saved");
    expect(sent("secret_update")).toMatchObject({ allowed_domains: ["evil.example.com"] });
  });

  function answered(changed: string[]) {
    backend.answer("secret_update", () => ({
      secret_name: secret.name,
      created: null,
      updated: true,
      deleted: null,
      changed,
      hints: [],
      secret,
    }));
  }

  test("tells that nothing was changed", async () => {
    answered([]);
    const form = SecretForm.forEdit(catalogue, secret);
    expect(await form.submit()).toEqual({ kind: "unchanged", alreadyStored: false });
  });

  test("tells that the value was the one stored, also where other things were changed", async () => {
    const form = SecretForm.forEdit(catalogue, secret);
    form.replaces = true;
    form.credentials.enter("secret_access_key", VALUE);
    answered([]);
    expect(await form.submit()).toEqual({ kind: "unchanged", alreadyStored: true });
    answered(["name"]);
    expect(await form.submit()).toMatchObject({ kind: "saved", alreadyStored: true });
    answered(["name", "credentials"]);
    expect(await form.submit()).toMatchObject({ kind: "saved", alreadyStored: false });
  });

  test("shows both sides when the secret moved on, and saves on top of the newer one", async () => {
    const form = SecretForm.forEdit(catalogue, secret);
    form.draft.name = "Mine";
    form.draft.notes = "my notes";
    const live = backend.world.secret(secret.id);
    Object.assign(live, { name: "Theirs", description: "theirs too", revision: live.revision + 3 });
    expect((await form.submit()).kind).toBe("conflict");
    const { conflict } = form.editing.overtaken!;
    expect(conflict.differences.map(({ label, by, mine, theirs }) => [label, by, mine, theirs])).toEqual([
      ["Name", "both", "Mine", "Theirs"],
      ["Description", "theirs", secret.description || "empty", "theirs too"],
      ["Notes", "mine", "my notes", "empty"],
    ]);
    conflict.choose("name", "theirs");
    form.settleConflict();
    expect((await form.submit()).kind).toBe("saved");
    expect(sent("secret_update")).toEqual({ id: secret.id, expected_revision: live.revision - 1, notes: "my notes" });
    expect(live).toMatchObject({ name: "Theirs", description: "theirs too", notes: "my notes" });
  });

  test("says at its top what no field of it shows", async () => {
    backend.answer("secret_update", () => {
      throw refusal(422, "validation_error", "Some fields need your attention.", [
        { loc: ["tags", 3], message: "A tag has at most 64 characters.", type: "too_long" },
        { loc: ["history", "grace_days"], message: "At least one day.", type: "too_small" },
        { loc: ["reason"], message: "A reason has at most 500 characters.", type: "too_long" },
        { loc: ["env_key"], message: "This name steers the shell.", type: "reserved" },
        { loc: [], message: "The whole is too large.", type: "too_long" },
      ]);
    });
    const form = SecretForm.forEdit(catalogue, { ...secret, env_key: null });
    form.draft.name = "Other";
    await form.submit();
    expect(form.errorAt("tags", 3)).toBe("A tag has at most 64 characters.");
    expect(form.errorAt("history", "grace_days")).toBe("At least one day.");
    expect(form.findings.errors.elsewhere(...form.shown)).toEqual([
      "A reason has at most 500 characters.",
      "This name steers the shell.",
      "The whole is too large.",
    ]);
  });

  test("keeps what was typed when the conflict can't be read", async () => {
    const form = SecretForm.forEdit(catalogue, secret);
    form.draft.name = "Mine";
    backend.world.secret(secret.id).revision += 1;
    backend.fail("secret_get");
    expect((await form.submit()).kind).toBe("refused");
    expect(form.draft.name).toBe("Mine");
    expect(form.findings.errors.isGeneral).toBe(true);
  });
});
