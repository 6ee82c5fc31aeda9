export type Tone = "ok" | "bad" | "info";

export interface Announcement {
  text: string;
  tone: Tone;
  /** True where the eye sees it elsewhere already. */
  heardOnly: boolean;
}

/** The last thing that happened, in one sentence, shown for a while and read out by screen readers. */
export class Announcer {
  #last = $state<Announcement | null>(null);

  get last(): Announcement | null {
    return this.#last;
  }

  say(text: string, tone: Tone = "ok"): void {
    this.#last = { text, tone, heardOnly: false };
  }

  /** Reads it out without showing it. */
  tell(text: string): void {
    this.#last = { text, tone: "ok", heardOnly: true };
  }

  clear(): void {
    this.#last = null;
  }
}
