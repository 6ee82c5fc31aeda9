import { call, CommandError, onChanged, onEvent, type Exposure } from "../../ipc";
import { Latest } from "../../shared/latest";

/** As many are named for each person. */
export const NAMED_MAX = 200;

/** What people who left, or may use values no longer, could read and nobody has replaced since, as Rust says. */
export class Exposures {
  #list = $state.raw<Exposure[]>([]);
  #failure = $state.raw<CommandError | null>(null);
  #latest = new Latest();

  /** Who lost it last comes first. */
  get list(): Exposure[] {
    return this.#list;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Begins to follow the vault; the answer ends it. */
  start(): () => void {
    const stops = [
      onChanged(["members", "secrets", "trash", "connections"], () => void this.refresh()),
      onEvent("locked", () => this.#forget()),
    ];
    void this.refresh();
    return () => {
      for (const stop of stops) stop();
      this.#forget();
    };
  }

  async refresh(): Promise<void> {
    const isNewest = this.#latest.begin();
    try {
      const { exposures } = await call("member_exposed", { limit: NAMED_MAX });
      if (!isNewest()) return;
      this.#list = exposures;
      this.#failure = null;
    } catch (thrown) {
      if (isNewest()) this.#failure = CommandError.from(thrown);
    }
  }

  #forget(): void {
    this.#latest.drop();
    this.#list = [];
  }
}
