import { call, CommandError, onEvent } from "../../../ipc";
import type { Key, Run } from "../types";

type Act = "resume" | "undo" | "decide";

/** One run as it goes on. */
export class OpenRun {
  readonly id: string;
  #run = $state.raw<Run | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #refusal = $state.raw<CommandError | null>(null);
  #acting = $state<Act | null>(null);
  #decision = $state<string | null>(null);
  #keys = $state.raw<Key[]>([]);
  #unseen = $state.raw<CommandError | null>(null);
  #round = 0;

  constructor(id: string) {
    this.id = id;
  }

  get run(): Run | null {
    return this.#run;
  }

  /** Why what is shown may be old. */
  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Why the last act was refused. */
  get refusal(): CommandError | null {
    return this.#refusal;
  }

  /** What was asked for and is not under way yet. */
  get acting(): Act | null {
    return this.#acting;
  }

  /** Which of the choices was pressed and is not under way yet. */
  get decision(): string | null {
    return this.#decision;
  }

  /** What the provider says of keys that are asked about. */
  get keys(): Key[] {
    return this.#keys;
  }

  /** Why the provider did not say more about the keys. */
  get unseen(): CommandError | null {
    return this.#unseen;
  }

  /** Begins to follow it; the answer ends that. */
  start(): () => void {
    const stop = onEvent("rotation_changed", ({ rotation_id: id }) => {
      if (id !== this.id) return;
      this.#acting = null;
      this.#decision = null;
      void this.refresh();
    });
    void this.refresh();
    return stop;
  }

  async refresh(): Promise<void> {
    const round = ++this.#round;
    try {
      const { rotation } = await call("rotation_get", { rotation_id: this.id });
      if (round !== this.#round) return;
      this.#run = rotation;
      this.#failure = null;
    } catch (thrown) {
      if (round === this.#round) this.#failure = CommandError.from(thrown);
    }
  }

  /** Asks the provider about the keys, as far as a person is to decide about them. */
  async look(): Promise<void> {
    const round = ++this.#round;
    try {
      const { rotation, keys } = await call("rotation_look", { rotation_id: this.id });
      if (keys.length > 0) this.#keys = keys;
      this.#unseen = null;
      if (round === this.#round) this.#run = rotation;
    } catch (thrown) {
      this.#unseen = CommandError.from(thrown);
    }
  }

  resume(): Promise<void> {
    return this.#act("resume", () => call("rotation_resume", { rotation_id: this.id }));
  }

  undo(): Promise<void> {
    return this.#act("undo", () => call("rotation_undo", { rotation_id: this.id }));
  }

  decide(decision: string): Promise<void> {
    this.#decision ??= this.#acting === null ? decision : null;
    return this.#act("decide", () => call("rotation_decide", { rotation_id: this.id, decision }));
  }

  /** The commands answer when the run rests again; what happens meanwhile is heard as events. */
  async #act(act: Act, send: () => Promise<unknown>): Promise<void> {
    if (this.#acting !== null) return;
    this.#acting = act;
    this.#refusal = null;
    try {
      await send();
    } catch (thrown) {
      this.#refusal = CommandError.from(thrown);
    } finally {
      this.#acting = null;
      this.#decision = null;
      await this.refresh();
    }
  }
}
