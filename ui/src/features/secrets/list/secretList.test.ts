import { beforeEach, describe, expect, test } from "vitest";
import { MockBackend } from "../../../testing/mock-backend";
import { SecretList } from "./secretList.svelte";

let backend: MockBackend;
let list: SecretList;

beforeEach(async () => {
  backend = new MockBackend({ secrets: 40, unlocked: true }).install();
  list = new SecretList();
  await list.refresh();
});

function lastListed(): unknown {
  return backend.calls.filter(({ name }) => name === "secret_list").at(-1)?.request;
}

describe("the list of secrets", () => {
  test("begins with all of them by name", () => {
    expect(lastListed()).toEqual({ sort: "name", offset: 0, limit: 50 });
    expect(list.phase).toBe("ready");
    expect(list.totalText).toBe("40");
    expect(list.active).toBeNull();
  });

  test("leaves the order of a search to Rust and stands on its first match", async () => {
    await list.search("  aws ");
    expect(lastListed()).toEqual({ query: "aws", offset: 0, limit: 50 });
    expect(list.active).toBe(0);
    expect(list.totalText).toMatch(/^\d+ of 40$/);
  });

  test("says 200+ where Rust does not count further", async () => {
    const secret = backend.world.secrets[0]!;
    backend.answer("secret_list", () => ({
      secrets: Array.from({ length: 50 }, () => secret),
      next_cursor: "50",
      total: null,
    }));
    await list.search("a");
    expect(list.totalText).toBe("200+");
  });

  test("sends the filters that are set and no others", async () => {
    await list.filter({ types: ["s3"], old: true });
    expect(lastListed()).toEqual({ sort: "name", types: ["s3"], age: "over_90_days", offset: 0, limit: 50 });
    await list.filter({ types: [], tags: ["backup"], old: false, health: "expired" });
    expect(lastListed()).toEqual({ sort: "name", tags: ["backup"], health: "expired", offset: 0, limit: 50 });
    const needs = { due: "overdue", rotation: "stopped", verification: "unreachable", mode: "direct" } as const;
    await list.filter({ tags: [], health: null, ...needs, shared: true });
    expect(lastListed()).toEqual({ sort: "name", ...needs, values: "shared", offset: 0, limit: 50 });
    await list.reset();
    expect(lastListed()).toEqual({ sort: "name", offset: 0, limit: 50 });
    expect(list.isFiltered).toBe(false);
  });

  test("tells an empty vault from a search without matches", async () => {
    await list.search("no such thing");
    expect(list.rows.total).toBe(0);
    expect(list.isVaultEmpty).toBe(false);
    backend.world.secrets.splice(0);
    await list.search("");
    expect(list.isVaultEmpty).toBe(true);
  });

  test("keeps the keyboard on the same secret when others come before it", async () => {
    list.moveTo(5);
    const stoodOn = list.activeRow!.id;
    backend.world.secrets.push({ ...backend.world.secrets[0]!, id: "sec_new", name: "AAA first of all" });
    await list.refresh();
    expect(list.activeRow!.id).toBe(stoodOn);
    expect(list.active).toBe(6);
  });

  test("does not move past its ends", () => {
    list.moveTo(-3);
    expect(list.active).toBe(0);
    list.moveTo(4_000);
    expect(list.active).toBe(39);
  });

  test("keeps what it shows when a refresh fails, and says why", async () => {
    backend.fail("secret_list");
    await list.refresh();
    expect(list.phase).toBe("failed");
    expect(list.failure?.type).toBe("internal_error");
    expect(list.rows.total).toBe(40);
    backend.succeed("secret_list");
    await list.refresh();
    expect(list.phase).toBe("ready");
    expect(list.failure).toBeNull();
  });

  test("holds nothing after it was told to forget", () => {
    list.forget();
    expect(list.rows.total).toBe(0);
    expect(list.counts).toBeNull();
    expect(list.query).toBe("");
  });
});
