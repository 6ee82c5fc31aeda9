/** The usual choices and, in its place, the one in force if it is none of them (the CLI takes any). */
export function withCurrent(choices: number[], current: number): number[] {
  return choices.includes(current) ? choices : [...choices, current].sort((a, b) => a - b);
}

export function secondsText(seconds: number): string {
  return seconds % 60 === 0 ? minutesText(seconds / 60) : `${seconds} seconds`;
}

export function minutesText(minutes: number): string {
  if (minutes % 60 === 0) return minutes === 60 ? "1 hour" : `${minutes / 60} hours`;
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
