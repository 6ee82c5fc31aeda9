import type { Board } from "../types";

/** More bars than these cannot be told apart; then each stands for several weeks. */
const BARS_MAX = 30;
/** A few old secrets shall not squeeze all others: the last bar takes all that are older. */
const WEEKS_MAX = 104;

export interface Bar {
  /** The first week of it, and how many it stands for. */
  from: number;
  weeks: number;
  /** Takes all that are older too. */
  isLast: boolean;
  fine: number;
  soon: number;
  overdue: number;
}

/** Young values alone would be drawn as a wall: a quarter is shown at least. */
const WEEKS_MIN = 13;

/** Bars from this week to the oldest, without gaps; never fewer than those up to the policy's age. */
export function bars(ages: Board["ages"], everyDays: number | null): Bar[] {
  const oldest = Math.max(WEEKS_MIN - 1, ...ages.map(({ weeks }) => weeks), Math.ceil((everyDays ?? 0) / 7));
  const shown = Math.min(oldest, WEEKS_MAX) + 1;
  const width = Math.ceil(shown / BARS_MAX);
  const made: Bar[] = Array.from({ length: Math.ceil(shown / width) }, (_, at) => ({
    from: at * width,
    weeks: width,
    isLast: false,
    fine: 0,
    soon: 0,
    overdue: 0,
  }));
  const last = made.at(-1);
  if (last !== undefined) last.isLast = oldest > WEEKS_MAX;
  for (const { weeks, count, due_soon: soon, overdue } of ages) {
    const bar = made[Math.min(Math.floor(weeks / width), made.length - 1)];
    if (bar === undefined) continue;
    bar.fine += count - soon - overdue;
    bar.soon += soon;
    bar.overdue += overdue;
  }
  return made;
}

export function total({ fine, soon, overdue }: Bar): number {
  return fine + soon + overdue;
}

/** "4 to 5 weeks", "104 weeks and more". */
export function barText({ from, weeks, isLast }: Bar): string {
  if (isLast) return `${from} weeks and more`;
  const to = from + weeks - 1;
  if (to > from) return `${from} to ${to} weeks`;
  return from === 1 ? "1 week" : `${from} weeks`;
}
