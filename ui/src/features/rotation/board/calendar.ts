import type { Board } from "../types";

export const WEEKS = 13;
const DAY_MS = 86_400_000;
const DAYS_A_WEEK = 7;
const LEVELS = 3;

export interface Day {
  /** "2026-11-24", in UTC as Rust counts them. */
  date: string;
  week: number;
  /** 0 is Monday. */
  weekday: number;
  count: number;
  /** 0 for none, up to 3 for the fullest. */
  level: number;
  isPast: boolean;
}

/** Every day of the thirteen weeks that begin on this week's Monday. */
export function days(due: Board["due"], nowMs: number): Day[] {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const monday = today - ((new Date(today).getUTCDay() + 6) % DAYS_A_WEEK) * DAY_MS;
  const counts = new Map(due.map(({ date, count }) => [date, count]));
  const most = Math.max(1, ...due.map(({ count }) => count));
  return Array.from({ length: WEEKS * DAYS_A_WEEK }, (_, at) => {
    const time = monday + at * DAY_MS;
    const date = new Date(time).toISOString().slice(0, 10);
    const count = counts.get(date) ?? 0;
    return {
      date,
      week: Math.floor(at / DAYS_A_WEEK),
      weekday: at % DAYS_A_WEEK,
      count,
      level: count === 0 ? 0 : Math.max(1, Math.ceil((count / most) * LEVELS)),
      isPast: time < today,
    };
  });
}

/** The name of each month that begins among the weeks, at the week that has its first day. */
export function months(all: Day[]): { week: number; name: string }[] {
  const names = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });
  return all
    .filter(({ date, week, weekday }) => date.endsWith("-01") || (week === 0 && weekday === 0))
    .map(({ date, week }) => ({ week, name: names.format(new Date(date)) }))
    .filter((month, at, list) => list[at + 1] === undefined || list[at + 1]!.week - month.week > 1);
}
