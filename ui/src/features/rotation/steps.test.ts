import { describe, expect, test } from "vitest";
import { runSteps } from "./steps";
import type { Run } from "./types";

const RUN: Run = {
  id: "rot_1",
  secret_id: "sec_1",
  secret_name: "B2 cold archive",
  type_label: "Backblaze B2",
  mark: "B2",
  provider: "Backblaze B2",
  stage: "planned",
  state: "working",
  way: "own_key",
  style: "overlap",
  started_at: "2026-11-21T12:00:00Z",
  started_by: "Mara Lindqvist",
  updated_at: "2026-11-21T12:00:00Z",
  reason: null,
  revision: 1,
  worker: null,
  again_at: null,
  old_key_id: "old",
  new_key_id: null,
  old_version: 4,
  new_version: null,
  tests: [],
  old_key: {
    last_used: { kind: "not_told" },
    grace_until: null,
    then: "delete",
    decided_by: null,
    disabled_at: null,
    deleted_at: null,
  },
  steps: [],
  error: null,
  question: null,
  may_resume: false,
  may_undo: true,
};

const noted = (...steps: string[]): Run["steps"] =>
  steps.map((step) => ({ step, phase: "done", at: RUN.started_at, code: null, message: null }));

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
    const back = { new_key_id: "new", new_version: 5, steps: noted("create", "undo") };
    expect(told({ ...back, stage: "stored" })).toBe(
      "check done, create done, store done, test dropped, promote dropped, retire dropped, remove now",
    );
    expect(told({ ...back, stage: "abandoned", state: "abandoned" })).toMatch(/retire dropped, remove done$/);
  });

  test("of the way back after it bring the old key back first, enabled where it was disabled", () => {
    const back = { new_key_id: "new", new_version: 5 };
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

  test("of the way back say that what nobody can end runs out", () => {
    const undone = { new_key_id: "new", new_version: 5, stage: "abandoned", state: "abandoned" } as const;
    const removed = { ...noted("remove_new")[0]!, code: "runs_out" };
    const textOf = (steps: Run["steps"]) => runSteps({ ...RUN, ...undone, steps }).at(-1)?.text;
    expect(textOf([...noted("create", "undo"), removed])).toMatch(/works until it ends by itself/);
    expect(textOf(noted("create", "undo", "remove_new"))).toBe("");
  });

  test("of a run that was taken back before anything was made have no way back", () => {
    expect(told({ stage: "abandoned", state: "abandoned", steps: noted("start", "undo") })).toBe(
      "check done, create dropped, store dropped, test dropped, promote dropped, retire dropped",
    );
  });
});
