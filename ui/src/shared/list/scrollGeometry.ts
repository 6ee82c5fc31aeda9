/** The height of a row with two lines; `--row` in tokens.css. */
export const ROW_HEIGHT_PX = 52;

/** Engines stop an element at 33,554,428 px. Above this one pixel of scroll stands for more than one of rows. */
export const SCROLL_HEIGHT_PX_MAX = 26_000_000;

const OVERSCAN_ROWS = 8;

export interface RowWindow {
  /** First row to draw, and the one after the last. */
  first: number;
  end: number;
  /** Where the first drawn row stands inside the scrolled element. */
  top: number;
}

/** Where the rows of a list stand that draws only those in view. All rows are of one height. */
export class ScrollGeometry {
  readonly #rows: number;
  readonly #rowHeight: number;
  readonly #viewportHeight: number;

  constructor(rows: number, rowHeight: number, viewportHeight: number) {
    this.#rows = rows;
    this.#rowHeight = rowHeight;
    this.#viewportHeight = viewportHeight;
  }

  /** The height of the scrolled element. */
  get scrollHeight(): number {
    return Math.min(this.#rows * this.#rowHeight, SCROLL_HEIGHT_PX_MAX);
  }

  /** How far Page Up and Page Down go. */
  get rowsPerView(): number {
    return Math.max(1, Math.floor(this.#viewportHeight / this.#rowHeight) - 1);
  }

  /** Which rows to draw at this scroll position, with a few more above and below, and where. */
  window(scrollTop: number): RowWindow {
    const offset = this.#offset(scrollTop);
    const first = Math.max(0, Math.floor(offset / this.#rowHeight) - OVERSCAN_ROWS);
    const end = Math.min(this.#rows, Math.ceil((offset + this.#viewportHeight) / this.#rowHeight) + OVERSCAN_ROWS);
    return { first: Math.min(first, end), end, top: Math.round(scrollTop + first * this.#rowHeight - offset) };
  }

  /** The scroll position nearest to the present one at which the whole row is in view. */
  scrollTopShowing(row: number, scrollTop: number): number {
    const offset = this.#offset(scrollTop);
    const start = row * this.#rowHeight;
    const lowest = start + this.#rowHeight - this.#viewportHeight;
    if (start >= offset && lowest <= offset) return scrollTop;
    return Math.max(0, (start < offset ? start : lowest) / this.#scale);
  }

  /** How many pixels of rows lie above the view. */
  #offset(scrollTop: number): number {
    return Math.max(0, scrollTop) * this.#scale;
  }

  get #scale(): number {
    const full = this.#rows * this.#rowHeight;
    const shown = this.scrollHeight;
    return full === shown ? 1 : (full - this.#viewportHeight) / (shown - this.#viewportHeight);
  }
}
