import { call, CommandError, onChanged, onEvent, type Answer } from "../../../ipc";
import type { Board } from "../types";

type Reuse = Answer<"reuse_list">;

const NONE: Reuse = { groups: [], total: 0 };
/** Runs tell of themselves several times a second; the board is read no oftener than this. */
const REST_MS = 400;

/** Ages, what falls due, the runs, and values that are used twice. */
export class RotationBoard {
  #board = $state.raw<Board | null>(null);
  #reuse = $state.raw<Reuse>(NONE);
  #failure = $state.raw<CommandError | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #seesReuse: boolean;

  /** Who cannot open values is told nothing of which are the same. */
  constructor(of: "values" | "names") {
    this.#seesReuse = of === "values";
  }

  /** Null until it was read. */
  get board(): Board | null {
    return this.#board;
  }

  /** Values that more than one secret has now. */
  get reuse(): Reuse {
    return this.#reuse;
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
      const [board, reuse] = await Promise.all([
        call("rotation_board", {}),
        this.#seesReuse ? call("reuse_list", {}) : NONE,
      ]);
      this.#board = board;
      this.#reuse = reuse;
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
