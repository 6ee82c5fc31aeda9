const UNITS = ["bytes", "kB", "MB", "GB"];

/** "1 secret", "1,204 secrets". */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** What asks for a person is counted so far and no further. */
const NEEDS_COUNTED_MAX = 1_000;

/** "3", "1,000+". */
export function needsText(count: number): string {
  const counted = Math.min(count, NEEDS_COUNTED_MAX).toLocaleString("en");
  return count >= NEEDS_COUNTED_MAX ? `${counted}+` : counted;
}

/** "482 kB", in steps of a thousand. */
export function bytesText(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const size = bytes / 1000 ** step;
  return `${size.toLocaleString("en", { maximumFractionDigits: step > 1 && size < 10 ? 1 : 0 })} ${UNITS[step]}`;
}
