export type Tone = "ok" | "bad" | "info";

export interface Announcement {
  text: string;
  tone: Tone;
}

/** The status line: the last thing that happened, in one sentence, read out by screen readers and kept until the next. */
export class Announcer {
  #last = $state<Announcement | null>(null);

  get last(): Announcement | null {
    return this.#last;
  }

  say(text: string, tone: Tone = "ok"): void {
    this.#last = { text, tone };
  }

  clear(): void {
    this.#last = null;
  }
}
