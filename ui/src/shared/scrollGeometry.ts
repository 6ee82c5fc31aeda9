export const ROW_HEIGHT_PX = 52;

/** Engines stop an element at 33,554,428 px. Above 500,000 rows one pixel of scroll stands for more than one of rows. */
export const SCROLL_HEIGHT_PX_MAX = 500_000 * ROW_HEIGHT_PX;

const OVERSCAN_ROWS = 8;

export interface RowWindow {
  /** First row to draw, and the one after the last. */
  first: number;
  end: number;
  /** Where the first drawn row stands inside the scrolled element. */
  top: number;
}

export function scrollHeight(rows: number): number {
  return Math.min(rows * ROW_HEIGHT_PX, SCROLL_HEIGHT_PX_MAX);
}

/** Which rows to draw at this scroll position, with a few more above and below, and where. */
export function rowWindow(rows: number, scrollTop: number, viewportHeight: number): RowWindow {
  const offset = rowOffset(rows, scrollTop, viewportHeight);
  const first = Math.max(0, Math.floor(offset / ROW_HEIGHT_PX) - OVERSCAN_ROWS);
  const end = Math.min(rows, Math.ceil((offset + viewportHeight) / ROW_HEIGHT_PX) + OVERSCAN_ROWS);
  return { first: Math.min(first, end), end, top: Math.round(scrollTop + first * ROW_HEIGHT_PX - offset) };
}

/** The scroll position nearest to the present one at which the whole row is in view. */
export function scrollTopShowing(row: number, rows: number, scrollTop: number, viewportHeight: number): number {
  const offset = rowOffset(rows, scrollTop, viewportHeight);
  const start = row * ROW_HEIGHT_PX;
  const lowest = start + ROW_HEIGHT_PX - viewportHeight;
  if (start >= offset && lowest <= offset) return scrollTop;
  return Math.max(0, (start < offset ? start : lowest) / scale(rows, viewportHeight));
}

export function rowsPerView(viewportHeight: number): number {
  return Math.max(1, Math.floor(viewportHeight / ROW_HEIGHT_PX) - 1);
}

function rowOffset(rows: number, scrollTop: number, viewportHeight: number): number {
  return Math.max(0, scrollTop) * scale(rows, viewportHeight);
}

function scale(rows: number, viewportHeight: number): number {
  const full = rows * ROW_HEIGHT_PX;
  const shown = scrollHeight(rows);
  return full === shown ? 1 : (full - viewportHeight) / (shown - viewportHeight);
}
