import { describe, expect, test } from "vitest";
import { call } from "./call";
import { CommandError } from "./error";
import { onChanged, onEvent, startEvents } from "./events";
import { useTransport } from "./transport";
import type { Event as AppEvent } from "./bindings";

function failing(thrown: unknown) {
  useTransport({ invoke: () => Promise.reject(thrown), listen: async () => () => {} });
  return call("vault_lock", {}).then(
    () => expect.unreachable("the call must fail"),
    (error: unknown) => error as CommandError,
  );
}

describe("a call that fails", () => {
  test("carries the envelope as Rust sent it", async () => {
    const envelope = { status: 429, type: "rate_limited", message: "Wait.", details: [], retry_after_ms: 4000 };
    const error = await failing(envelope);
    expect(error).toBeInstanceOf(CommandError);
    expect(error.type).toBe("rate_limited");
    expect(error.retryAfterMs).toBe(4000);
    expect(error.envelope).toEqual(envelope);
  });

  test.each([["a text"], [new Error("gone")], [undefined], [{ code: 7 }]])(
    "becomes an internal error from %s",
    async (thrown) => {
      const error = await failing(thrown);
      expect(error.type).toBe("internal_error");
      expect(error.details).toEqual([]);
      expect(error.message).not.toBe("");
    },
  );

  test("tells all of it in one text, each sentence once", async () => {
    const details = [
      { loc: ["id"], message: "This is no id.", type: "id" },
      { loc: [], message: "Look again.", type: "other" },
    ];
    const error = await failing({ status: 422, type: "validation_error", message: "Look again.", details });
    expect(error.whole).toBe("Look again. This is no id.");
  });

  test("finds a detail by its stable type", async () => {
    const error = await failing({
      status: 409,
      type: "conflict",
      message: "Older.",
      details: [{ loc: [], message: "Older.", type: "rollback" }],
    });
    expect(error.has("rollback")).toBe(true);
    expect(error.has("damage")).toBe(false);
  });
});

describe("events", () => {
  let send: (event: AppEvent) => void = () => {};

  async function started() {
    useTransport({
      invoke: async () => ({}),
      listen: async (handler) => {
        send = handler;
        return () => {};
      },
    });
    await startEvents();
  }

  test("reach the handlers of their kind until these are taken off", async () => {
    await started();
    const heard: string[] = [];
    const off = onEvent("locked", (event) => heard.push(event.reason));
    send({ kind: "locked", reason: "idle" });
    send({ kind: "changed", what: ["secrets"] });
    off();
    send({ kind: "locked", reason: "sleep" });
    expect(heard).toEqual(["idle"]);
  });

  test("tell what changed to those who asked for that part", async () => {
    await started();
    let secrets = 0;
    let trash = 0;
    onChanged(["secrets"], () => (secrets += 1));
    onChanged(["trash", "audit"], () => (trash += 1));
    send({ kind: "changed", what: ["secrets", "settings"] });
    expect([secrets, trash]).toEqual([1, 0]);
  });
});
