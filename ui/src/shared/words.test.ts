import { describe, expect, test } from "vitest";
import { nextIndex } from "./menu";
import { bytesText, countText } from "./numbers";
import { ageText, relativeText } from "./time";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");

describe("times in words", () => {
  test.each([
    ["2026-11-21T11:59:40.000Z", "just now"],
    ["2026-11-21T11:55:00.000Z", "5 min ago"],
    ["2026-11-21T09:00:00.000Z", "3 h ago"],
    ["2026-11-20T09:00:00.000Z", "yesterday"],
    ["2026-11-09T09:00:00.000Z", "12 days ago"],
    ["2026-11-24T13:00:00.000Z", "in 3 days"],
    ["2026-11-22T13:00:00.000Z", "tomorrow"],
    ["2026-01-30T12:00:00.000Z", "30 Jan 2026"],
  ])("%s reads %s", (time, words) => expect(relativeText(time, NOW)).toBe(words));

  test("an age is never negative, whatever the clock says", () => {
    expect(ageText("2026-11-22T12:00:00.000Z", NOW)).toBe("0 d");
    expect(ageText("2026-05-01T12:00:00.000Z", NOW)).toBe("204 d");
    expect(ageText(null, NOW)).toBe("–");
  });
});

describe("numbers in words", () => {
  test("count one and many", () => {
    expect(countText(1, "secret")).toBe("1 secret");
    expect(countText(1204, "secret")).toBe("1,204 secrets");
    expect(countText(0, "log entry", "log entries")).toBe("0 log entries");
  });

  test.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [482_304, "482 kB"],
    [1_240_000, "1.2 MB"],
    [7_300_000_000_000, "7,300 GB"],
  ])("%d bytes read %s", (bytes, words) => expect(bytesText(bytes)).toBe(words));
});

describe("the keys of a menu", () => {
  const NAMES = ["Edit", "Rotate…", "Restore", "Delete"];

  test.each([
    ["ArrowDown", 3, 0],
    ["ArrowUp", 0, 3],
    ["Home", 2, 0],
    ["End", 0, 3],
    ["r", 0, 1],
    ["r", 1, 2],
    ["R", 2, 1],
  ])("%s at %d lead to %d", (key, from, to) => expect(nextIndex(key, from, NAMES)).toBe(to));

  test.each([["x"], ["Enter"], [" "], ["Escape"]])("%s leads nowhere", (key) =>
    expect(nextIndex(key, 0, NAMES)).toBeNull(),
  );

  test("lead nowhere in an empty menu", () => expect(nextIndex("ArrowDown", -1, [])).toBeNull());
});
