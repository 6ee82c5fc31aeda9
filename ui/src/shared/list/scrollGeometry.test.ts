import { describe, expect, test } from "vitest";
import { ROW_HEIGHT_PX, SCROLL_HEIGHT_PX_MAX, ScrollGeometry } from "./scrollGeometry";

const VIEW_PX = 600;
const MILLION = 1_000_000;

const of = (rows: number, rowHeight = ROW_HEIGHT_PX) => new ScrollGeometry(rows, rowHeight, VIEW_PX);

/** Where a row's upper edge stands in the view at this scroll position. */
function edgeInView(row: number, rows: number, scrollTop: number): number {
  const drawn = of(rows).window(scrollTop);
  return drawn.top + (row - drawn.first) * ROW_HEIGHT_PX - scrollTop;
}

describe("the list's scroll", () => {
  test("draws nothing of an empty list", () => {
    expect(of(0).window(0)).toEqual({ first: 0, end: 0, top: 0 });
    expect(of(0).scrollHeight).toBe(0);
  });

  test("draws what is in view and a few rows around it", () => {
    const drawn = of(100_000).window(52_000);
    expect(drawn).toEqual({ first: 992, end: 1020, top: 992 * ROW_HEIGHT_PX });
  });

  test("moves pixel by pixel up to 500,000 rows", () => {
    expect(of(500_000).scrollHeight).toBe(500_000 * ROW_HEIGHT_PX);
    expect(edgeInView(10, 500_000, 520)).toBe(0);
    expect(edgeInView(10, 500_000, 521)).toBe(-1);
  });

  test("never makes an element higher than engines can", () => {
    expect(of(MILLION).scrollHeight).toBe(SCROLL_HEIGHT_PX_MAX);
    expect(SCROLL_HEIGHT_PX_MAX).toBeLessThan(33_554_428);
  });

  test("reaches the last row of a million", () => {
    const bottom = SCROLL_HEIGHT_PX_MAX - VIEW_PX;
    expect(of(MILLION).window(bottom).end).toBe(MILLION);
    expect(edgeInView(MILLION - 1, MILLION, bottom)).toBeCloseTo(VIEW_PX - ROW_HEIGHT_PX, 0);
  });

  test.each([0, 1, 7, 4_321, 499_999, 999_999])("brings row %i of a million wholly into view", (row) => {
    const scrollTop = of(MILLION).scrollTopShowing(row, 13_000_000);
    const edge = edgeInView(row, MILLION, scrollTop);
    expect(edge).toBeGreaterThanOrEqual(-1);
    expect(edge + ROW_HEIGHT_PX).toBeLessThanOrEqual(VIEW_PX + 1);
  });

  test("stands on whole pixels, so that lines stay sharp", () => {
    for (const scrollTop of [1, 777_777, 13_000_001, 25_999_001]) {
      expect(Number.isInteger(of(MILLION).window(scrollTop).top)).toBe(true);
    }
  });

  test("stays where it is when the row is in view already", () => {
    expect(of(1_000).scrollTopShowing(12, 600)).toBe(600);
  });

  test("counts in rows of another height as well", () => {
    expect(of(100_000, 36).scrollHeight).toBe(3_600_000);
    expect(of(100_000, 36).window(3_600).first).toBe(92);
    expect(of(100_000, 36).rowsPerView).toBe(15);
  });

  test("does not run past the ends when the engine bounces", () => {
    expect(of(100).window(-40).first).toBe(0);
    expect(of(5).window(9_999).end).toBe(5);
  });
});
