import { describe, expect, test } from "vitest";
import { RUN } from "../../testing/some-run";
import type { Run } from "./types";
import { endedNotice, oldKeyText, oldUseText, resumeText, runText, runTone, undoText } from "./words";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const HOUR_MS = 3_600_000;

const at = (hours: number) => new Date(NOW + hours * HOUR_MS).toISOString();

describe("the old key", () => {
  const told = (old: Partial<Run["old_key"]>, state: Run["state"] = "done") =>
    oldKeyText({ state, old_key: { ...RUN.old_key, decided_by: "Jun", ...old } }, NOW);

  test.each<[string, Partial<Run["old_key"]>, Run["state"], RegExp]>([
    ["kept", { then: "keep" }, "done", /^It works, and is left as it is, as Jun decided\.$/],
    ["in its grace", { grace_until: at(5) }, "waiting", /^Works until .*, then it is deleted, as Jun decided\.$/],
    [
      "over its grace",
      { grace_until: at(-50) },
      "waiting",
      /^It works yet\. Its time was over .* deleted within a minute/,
    ],
    [
      "that is asked about",
      { grace_until: at(-1) },
      "asks",
      /^It works yet\. What becomes of it waits for a decision\.$/,
    ],
    ["promoted a moment ago", { then: "disable" }, "working", /^It works, and will be disabled, as Jun decided\.$/],
    ["disabled", { now: "disabled", then: "disable", disabled_at: at(-2) }, "done", /^Disabled .*, as Jun decided\.$/],
    [
      "disabled and kept",
      { now: "disabled", then: "keep", disabled_at: at(-2) },
      "done",
      /, and left so, as Jun decided/,
    ],
    ["between", { now: "disabled", then: "delete", disabled_at: at(-2) }, "stopped", /, and then deleted, as Jun/],
    ["being disabled", { now: "maybe_disabled" }, "stopped", /^It may be disabled already\.$/],
    ["being deleted", { now: "maybe_deleted" }, "stopped", /^It may be deleted already\.$/],
    [
      "kept in doubt",
      { now: "maybe_deleted", then: "keep" },
      "done",
      /^Whether it is deleted is not known\. .* as Jun/,
    ],
    ["deleted", { now: "deleted", deleted_at: at(-2) }, "done", /^Deleted .*, as Jun decided\.$/],
    ["of a cut-over", { now: "stopped", then: "keep" }, "done", /^It stopped when the new one was made\.$/],
  ])("%s is told as it is", (_name, old, state, words) => {
    expect(told(old, state)).toMatch(words);
  });

  test("never works until a time that has passed", () => {
    for (const state of ["done", "waiting", "asks", "stopped"] as const) {
      for (const then of ["keep", "disable", "delete"] as const) {
        expect(told({ then, grace_until: at(-50) }, state)).not.toMatch(/Work(s|ed) until/);
      }
    }
    const run = { ...RUN, state: "waiting", stage: "grace" } as const;
    expect(runText({ ...run, old_key: { ...RUN.old_key, grace_until: at(-50) } }, NOW)).toBe(
      "Old key goes within a minute",
    );
  });

  test("was last used as its provider says, if it says so", () => {
    const use = (old: Partial<Run["old_key"]>) => oldUseText({ ...RUN, old_key: { ...RUN.old_key, ...old } }, NOW);
    const used = { kind: "at", time: at(-3), service: "s3", region: null } as const;
    expect(use({ last_used: used, seen_at: at(-1) })).toBe("Last used 3 h ago, s3 (asked 1 h ago).");
    expect(use({ last_used: { kind: "never" }, seen_at: at(-1) })).toBe(
      "Backblaze B2 has seen no use of it (asked 1 h ago).",
    );
    expect(use({})).toBe("Its last use is not known yet.");
    expect(use({ tells_last_use: false })).toBe("Backblaze B2 does not tell when a key was last used.");
  });
});

describe("the end of a run", () => {
  const end = (ended: Partial<NonNullable<Run["ended"]>>, change: Partial<Run> = {}): Run => ({
    ...RUN,
    direction: "back",
    stage: "undone",
    state: "undone",
    new_key_id: "K007",
    ...change,
    ended: { new_key: "deleted", in_use: "works", left_others: false, ...ended },
  });

  test.each<[string, Run, string, RegExp, string]>([
    ["a deleted new key", end({}), "info", /^Version 4 is what counts\. The new key is deleted\.$/, "Undone"],
    ["another in its place", end({}, { removal: "make_anew" }), "info", /Another key has taken the place/, "Undone"],
    [
      "a key that was left",
      end({ new_key: "left" }),
      "info",
      /K007, was left at Backblaze B2: delete it there/,
      "Undone, the new key was left there",
    ],
    [
      "one that runs out",
      end({ new_key: "runs_out" }),
      "info",
      /works until it ends by itself/,
      "Undone, the new key works until it ends",
    ],
    ["nothing made", end({ new_key: "never_made" }), "info", /No key was made\.$/, "Undone"],
    [
      "an unknown one",
      end({ new_key: "unknown" }),
      "info",
      /Whether a key was left at Backblaze B2 is not known/,
      "Undone, a key may be left there",
    ],
    [
      "one of somebody",
      end({ left_others: true }),
      "info",
      /A key that may have been made for it was left/,
      "Undone, a key may be left there",
    ],
    [
      "a dead key",
      end({ new_key: "unknown", in_use: "stopped" }),
      "bad",
      /enter it here/,
      "The key in the vault does not work: replace it",
    ],
    [
      "a doubtful key",
      end({ in_use: "unclear" }),
      "warn",
      /Verify its locations/,
      "Ended; whether the key in the vault works is not known",
    ],
  ])("with %s says so", (_name, run, tone, text, line) => {
    expect(endedNotice(run)).toMatchObject({ tone, text: expect.stringMatching(text) });
    expect(runText(run, NOW)).toBe(line);
    if (run.ended?.new_key !== "deleted" || run.removal !== "delete")
      expect(endedNotice(run)?.text).not.toMatch(/The new key is deleted/);
  });

  test("with a dead key in the vault is bad, and one that left a key there is a warning", () => {
    expect(runTone(end({ in_use: "stopped" }))).toBe("bad");
    expect(runTone(end({ in_use: "unclear" }))).toBe("warn");
    expect(runTone(end({ new_key: "left" }))).toBe("warn");
    expect(runTone(end({}))).toBe("muted");
  });

  test("as it should be has nothing to add, and one after a failure says which", () => {
    const done = end({ new_key: "in_use" }, { state: "done", stage: "done", direction: "forward" });
    expect(endedNotice(done)).toBeNull();
    expect(endedNotice({ ...done, error: { code: null, message: "Not allowed." } })?.text).toBe("Not allowed.");
    const refused = { ...done, ended: { ...done.ended!, in_use: "unclear" as const } };
    expect(runText(refused, NOW)).toBe("Done, but the new key was refused last");
    expect(endedNotice(refused)?.tone).toBe("warn");
  });
});

describe("what a click does", () => {
  test("an undo says what becomes of both keys", () => {
    expect(undoText(RUN, false)).toBe(
      "The current key was not touched. If a new one was made, the new key is deleted.",
    );
    const made = { ...RUN, new_key_id: "K007" };
    expect(undoText(made, false)).toBe("The current key was not touched. The new key is deleted.");
    expect(undoText(made, true)).toBe("The value of version 4 becomes current again, and the new key is deleted.");
    const off = { ...made, old_key: { ...RUN.old_key, now: "disabled" as const } };
    expect(undoText(off, true)).toMatch(/^The old key is enabled again\. /);
    expect(undoText({ ...made, removal: "make_anew" }, true)).toMatch(/whatever else took the new one stops\.$/);
    expect(undoText({ ...made, removal: "run_out" }, true)).toMatch(/works until it ends by itself\.$/);
    expect(undoText({ ...made, removal: "run_out" }, true)).not.toMatch(/delete/);
  });

  test("a resume says with what it begins", () => {
    const said = (stage: Run["stage"], now: Run["old_key"]["now"] = "works") =>
      resumeText({ stage, old_key: { ...RUN.old_key, now } });
    expect(said("creating")).toMatch(/first asks the provider whether the key was made/);
    expect(said("planned")).toBe("Resuming asks for the new key again.");
    expect(said("planned", "stopped")).toBe("Resuming asks the provider for one more key.");
    expect(said("testing")).toBe("Resuming does this step again. What is done stays done.");
  });
});
