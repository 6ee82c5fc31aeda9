import { call, CommandError, onChanged, onEvent, type Member } from "../../ipc";
import { Latest } from "../../shared/latest";

/** Who has a key to this vault, and who is invited. */
export class Members {
  #list = $state.raw<Member[]>([]);
  #phase = $state<"loading" | "ready" | "failed">("loading");
  #failure = $state.raw<CommandError | null>(null);
  #latest = new Latest();

  get list(): Member[] {
    return this.#list;
  }

  get phase() {
    return this.#phase;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Those who said that someone may know their password, and wait for an Owner. */
  get wantingKeys(): Member[] {
    return this.#list.filter((member) => member.rekey_wanted);
  }

  /** Begins to follow the vault; the answer ends it. */
  start(): () => void {
    const stops = [onChanged(["members"], () => void this.refresh()), onEvent("locked", () => (this.#list = []))];
    void this.refresh();
    return () => {
      for (const stop of stops) stop();
    };
  }

  async refresh(): Promise<void> {
    const isNewest = this.#latest.begin();
    try {
      const { members } = await call("member_list", {});
      if (!isNewest()) return;
      this.#list = members;
      this.#phase = "ready";
      this.#failure = null;
    } catch (thrown) {
      if (!isNewest()) return;
      this.#failure = CommandError.from(thrown);
      this.#phase = "failed";
    }
  }
}
