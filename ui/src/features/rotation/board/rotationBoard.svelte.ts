import { call, CommandError, onChanged, onEvent } from "../../../ipc";
import type { Board } from "../types";

/** Runs tell of themselves several times a second; the board is read no oftener than this. */
const REST_MS = 400;

/** Ages, what falls due, and the runs. */
export class RotationBoard {
  #board = $state.raw<Board | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Null until it was read. */
  get board(): Board | null {
    return this.#board;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Begins to follow the vault; the answer ends it. */
  start(): () => void {
    const stops = [
      onChanged(["secrets", "trash", "locations", "rotations"], () => this.#soon()),
      onEvent("rotation_changed", () => this.#soon()),
    ];
    void this.refresh();
    return () => {
      clearTimeout(this.#timer);
      for (const stop of stops) stop();
    };
  }

  async refresh(): Promise<void> {
    try {
      this.#board = await call("rotation_board", {});
      this.#failure = null;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), REST_MS);
  }
}
