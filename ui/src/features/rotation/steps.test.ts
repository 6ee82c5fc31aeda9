import { describe, expect, test } from "vitest";
import { RUN } from "../../testing/some-run";
import { runSteps } from "./steps";
import type { Run } from "./types";

const noted = (...steps: string[]): Run["steps"] =>
  steps.map((step) => ({ step, phase: "done", at: RUN.started_at, code: null, message: null, by: null }));

/** Such as "check done, create now". */
const told = (change: Partial<Run>) =>
  runSteps({ ...RUN, ...change })
    .map(({ key, state }) => `${key} ${state}`)
    .join(", ");

describe("the steps of a run", () => {
  test("stand where the run stands", () => {
    expect(told({})).toBe("check now, create todo, store todo, test todo, promote todo, retire todo");
    expect(told({ stage: "creating" })).toMatch(/^check done, create now/);
    expect(told({ stage: "testing", new_version: 5 })).toMatch(/store done, test now, promote todo/);
    expect(told({ stage: "grace", state: "waiting" })).toMatch(/promote done, retire now$/);
    expect(told({ stage: "done", state: "done" })).toMatch(/promote done, retire done$/);
  });

  test("say where it stopped and where it asks", () => {
    expect(told({ stage: "creating", state: "stopped" })).toMatch(/create failed/);
    expect(told({ stage: "testing", state: "asks" })).toMatch(/test asks/);
  });

  test("of a cut-over put the new key in use before it is tried, and have no old key to retire", () => {
    const cut = { style: "cut_over" as const };
    expect(told({ ...cut, stage: "stored" })).toBe("check done, create done, store done, promote now, test todo");
    expect(told({ ...cut, stage: "promoted" })).toMatch(/promote done, test now$/);
    expect(told({ ...cut, stage: "done", state: "done" })).toMatch(/promote done, test done$/);
  });

  test("of the way back before the switch delete the new key alone", () => {
    const back = { direction: "back" as const, new_key_id: "new", new_version: 5, steps: noted("create", "undo") };
    expect(told({ ...back, stage: "stored" })).toBe(
      "check done, create done, store done, test dropped, promote dropped, retire dropped, remove now",
    );
    expect(told({ ...back, stage: "abandoned", state: "abandoned" })).toMatch(/retire dropped, remove done$/);
  });

  test("of the way back after it bring the old key back first, enabled where it was disabled", () => {
    const back = { direction: "back" as const, new_key_id: "new", new_version: 5 };
    const promoted = noted("create", "test", "promote", "undo");
    expect(told({ ...back, stage: "grace", steps: promoted })).toMatch(/retire dropped, restore now, remove todo$/);
    expect(told({ ...back, stage: "old_restored", steps: promoted })).toMatch(/restore done, remove now$/);
    const disabled = noted("create", "test", "promote", "disable_old", "undo");
    expect(told({ ...back, stage: "enabling_old", steps: disabled })).toMatch(
      /retire dropped, enable now, restore todo, remove todo$/,
    );
    expect(told({ ...back, stage: "undone", state: "undone", steps: disabled })).toMatch(
      /enable done, restore done, remove done$/,
    );
  });

  test("of the way back claim no deletion of a key that runs out, was left or is not known", () => {
    const undone = {
      direction: "back",
      stage: "abandoned",
      state: "abandoned",
      new_key_id: "new",
      new_version: 5,
    } as const;
    const last = (change: Partial<Run>) => {
      const { key, title, state, text } = runSteps({ ...RUN, ...undone, steps: noted("create", "undo"), ...change }).at(
        -1,
      )!;
      expect(key).toBe("remove");
      return `${title}: ${state}. ${text}`.trim();
    };
    const ended = (new_key: "deleted" | "left" | "unknown" | "runs_out") =>
      ({ ended: { new_key, in_use: "works", left_others: false } }) as const;
    expect(last(ended("deleted"))).toBe("Delete the new key: done.");
    expect(last(ended("left"))).toBe("Delete the new key: dropped. new was left at Backblaze B2.");
    expect(last(ended("unknown"))).toMatch(/dropped\. Whether one is left at Backblaze B2 is not known\.$/);
    expect(last({ ...ended("runs_out"), removal: "run_out" })).toMatch(/works until it ends by itself/);
    expect(last({ ...ended("deleted"), removal: "make_anew" })).toMatch(
      /^Put another key in the new one’s place: done/,
    );
  });

  test("of a way back that was given up are those there, and an old key that stays is not called retired", () => {
    const stayed = { direction: "forward", stage: "done", state: "done", new_version: 5 } as const;
    const steps = noted("create", "test", "promote", "undo", "decide");
    expect(told({ ...stayed, steps })).toBe(
      "check done, create done, store done, test done, promote done, retire done",
    );
    const kept = runSteps({ ...RUN, ...stayed, old_key: { ...RUN.old_key, then: "keep" } });
    expect(kept.at(-1)?.title).toBe("Leave the old key");
  });

  test("of a run that was taken back before anything was made have no way back", () => {
    expect(
      told({
        stage: "abandoned",
        state: "abandoned",
        steps: noted("start", "undo"),
        ended: { new_key: "never_made", in_use: "works", left_others: false },
      }),
    ).toBe("check done, create dropped, store dropped, test dropped, promote dropped, retire dropped");
  });
});
