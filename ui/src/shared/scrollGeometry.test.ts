import { describe, expect, test } from "vitest";
import { ROW_HEIGHT_PX, rowWindow, SCROLL_HEIGHT_PX_MAX, scrollHeight, scrollTopShowing } from "./scrollGeometry";

const VIEW_PX = 600;
const MILLION = 1_000_000;

/** Where a row's upper edge stands in the view at this scroll position. */
function edgeInView(row: number, rows: number, scrollTop: number): number {
  const drawn = rowWindow(rows, scrollTop, VIEW_PX);
  return drawn.top + (row - drawn.first) * ROW_HEIGHT_PX - scrollTop;
}

describe("the list's scroll", () => {
  test("draws nothing of an empty list", () => {
    expect(rowWindow(0, 0, VIEW_PX)).toEqual({ first: 0, end: 0, top: 0 });
    expect(scrollHeight(0)).toBe(0);
  });

  test("draws what is in view and a few rows around it", () => {
    const drawn = rowWindow(100_000, 52_000, VIEW_PX);
    expect(drawn).toEqual({ first: 992, end: 1020, top: 992 * ROW_HEIGHT_PX });
  });

  test("moves pixel by pixel up to 500,000 rows", () => {
    expect(scrollHeight(500_000)).toBe(500_000 * ROW_HEIGHT_PX);
    expect(edgeInView(10, 500_000, 520)).toBe(0);
    expect(edgeInView(10, 500_000, 521)).toBe(-1);
  });

  test("never makes an element higher than engines can", () => {
    expect(scrollHeight(MILLION)).toBe(SCROLL_HEIGHT_PX_MAX);
    expect(SCROLL_HEIGHT_PX_MAX).toBeLessThan(33_554_428);
  });

  test("reaches the last row of a million", () => {
    const bottom = SCROLL_HEIGHT_PX_MAX - VIEW_PX;
    expect(rowWindow(MILLION, bottom, VIEW_PX).end).toBe(MILLION);
    expect(edgeInView(MILLION - 1, MILLION, bottom)).toBeCloseTo(VIEW_PX - ROW_HEIGHT_PX, 0);
  });

  test.each([0, 1, 7, 4_321, 499_999, 999_999])("brings row %i of a million wholly into view", (row) => {
    const scrollTop = scrollTopShowing(row, MILLION, 13_000_000, VIEW_PX);
    const edge = edgeInView(row, MILLION, scrollTop);
    expect(edge).toBeGreaterThanOrEqual(-1);
    expect(edge + ROW_HEIGHT_PX).toBeLessThanOrEqual(VIEW_PX + 1);
  });

  test("stands on whole pixels, so that lines stay sharp", () => {
    for (const scrollTop of [1, 777_777, 13_000_001, 25_999_001]) {
      expect(Number.isInteger(rowWindow(MILLION, scrollTop, VIEW_PX).top)).toBe(true);
    }
  });

  test("stays where it is when the row is in view already", () => {
    expect(scrollTopShowing(12, 1_000, 600, VIEW_PX)).toBe(600);
  });

  test("does not run past the ends when the engine bounces", () => {
    expect(rowWindow(100, -40, VIEW_PX).first).toBe(0);
    expect(rowWindow(5, 9_999, VIEW_PX).end).toBe(5);
  });
});
