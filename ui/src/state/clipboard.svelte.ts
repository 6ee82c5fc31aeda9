import { call, onEvent } from "../ipc";

/** What Rust put on the clipboard and when it takes it off again. The value itself never comes here. */
export class Clipboard {
  #label = $state<string | null>(null);
  #endsAt = $state(0);

  constructor() {
    onEvent("clipboard", (event) => this.take(event.remaining_ms > 0 ? event : null));
  }

  get label(): string | null {
    return this.#label;
  }

  /** When the clipboard is cleared, in milliseconds of `Date.now()`. */
  get endsAt(): number {
    return this.#endsAt;
  }

  take(state: { label: string; remaining_ms: number } | null): void {
    this.#label = state?.label ?? null;
    this.#endsAt = state === null ? 0 : Date.now() + state.remaining_ms;
  }

  async clear(): Promise<void> {
    await call("clipboard_clear", {});
    this.take(null);
  }
}
