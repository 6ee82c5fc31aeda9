const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const DATE_TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });
const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

const LONG_DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });

/** "1 May 2026, 09:12", in the person's time zone. */
export function dateTimeText(rfc3339: string): string {
  return DATE_TIME.format(new Date(rfc3339));
}

/** "Friday 1 May 2026 at 09:12:44 CEST". */
export function exactTimeText(rfc3339: string): string {
  return EXACT.format(new Date(rfc3339));
}

/** "1 May 2026". */
export function dateText(rfc3339: string): string {
  return DATE.format(new Date(rfc3339));
}

/** "21 November 2026", for paper. */
export function longDateText(date: Date): string {
  return LONG_DATE.format(date);
}

/** "just now", "5 min ago", "3 h ago", "yesterday", "12 days ago", then the date. Times ahead read "in 3 days". */
export function relativeText(rfc3339: string, nowMs: number): string {
  const passed = nowMs - new Date(rfc3339).getTime();
  const ahead = passed < -MINUTE_MS;
  const span = Math.abs(passed);
  if (span < MINUTE_MS) return "just now";
  if (span < HOUR_MS) return phrase(`${Math.floor(span / MINUTE_MS)} min`, ahead);
  if (span < DAY_MS) return phrase(`${Math.floor(span / HOUR_MS)} h`, ahead);
  const days = Math.floor(span / DAY_MS);
  if (days === 1) return ahead ? "tomorrow" : "yesterday";
  if (days <= 60) return phrase(`${days} days`, ahead);
  return dateText(rfc3339);
}

/** Whole days since then: "12 d"; a dash for none. */
export function ageText(rfc3339: string | null, nowMs: number): string {
  if (rfc3339 === null) return "–";
  return `${Math.max(0, Math.floor((nowMs - new Date(rfc3339).getTime()) / DAY_MS)).toLocaleString("en")} d`;
}

function phrase(span: string, ahead: boolean): string {
  return ahead ? `in ${span}` : `${span} ago`;
}
