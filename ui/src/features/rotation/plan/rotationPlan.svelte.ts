import { call, CommandError, onEvent, type Request } from "../../../ipc";
import type { RotationCause } from "../../../state/rotating.svelte";
import type { Key, OldKeyGiven, Plan, Secret } from "../types";

const GRACE_HOURS_DEFAULT = 24;

/** What becomes of a key that takes the next one's place. */
export type SpareFate = Request<"rotation_key_delete">["then"];

/** What a rotation would do, as the provider answers now, and what the person chooses before the click. */
export class RotationPlan {
  readonly secretId: string;
  reason = $state("");
  graceHours = $state(GRACE_HOURS_DEFAULT);
  #then = $state<OldKeyGiven["then"] | null>(null);
  #plan = $state.raw<Plan | null>(null);
  #secret = $state.raw<Secret | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #refusal = $state.raw<CommandError | null>(null);
  #isStarting = $state(false);
  #startedId = $state<string | null>(null);
  #round = 0;

  /** Of a value that leaked, the old key is stopped at once. */
  constructor(secretId: string, of: RotationCause) {
    this.secretId = secretId;
    if (of === "leak") this.graceHours = 0;
  }

  /** Null while the provider is asked. */
  get plan(): Plan | null {
    return this.#plan;
  }

  get secret(): Secret | null {
    return this.#secret;
  }

  /** Why there is no plan. */
  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Why it was not started. */
  get refusal(): CommandError | null {
    return this.#refusal;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** The run, once its first step is written down. */
  get startedId(): string | null {
    return this.#startedId;
  }

  get mayStart(): boolean {
    return this.#plan !== null && this.#plan.managed && this.#plan.blocks.length === 0;
  }

  /** What becomes of the old key: gone, where nothing was chosen; a provider that can disable does that alone first. */
  get then(): OldKeyGiven["then"] {
    if (this.#plan?.deletes === false) return "keep";
    const chosen = this.#then ?? "delete";
    return chosen === "disable" && this.#plan?.disables === false ? "delete" : chosen;
  }

  set then(then: OldKeyGiven["then"]) {
    this.#then = then;
  }

  async read(): Promise<void> {
    const round = ++this.#round;
    this.#plan = null;
    this.#failure = null;
    try {
      const [{ plan }, { secret }] = await Promise.all([
        call("rotation_plan", { secret_id: this.secretId }),
        call("secret_get", { id: this.secretId }),
      ]);
      if (round !== this.#round) return;
      this.#plan = plan;
      this.#secret = secret;
    } catch (thrown) {
      if (round === this.#round) this.#failure = CommandError.from(thrown);
    }
  }

  /** Has a key deleted or disabled at the provider, and looks at what is there then. */
  async letGo(key: Key, then: SpareFate, reason: string): Promise<void> {
    await call("rotation_key_delete", { secret_id: this.secretId, key_id: key.id, then, reason: reason.trim() });
    await this.read();
  }

  /** The command answers when the run rests; that it began is heard before. */
  async start(): Promise<void> {
    const plan = this.#plan;
    if (plan === null || this.#isStarting) return;
    this.#isStarting = true;
    this.#refusal = null;
    const stop = onEvent("rotation_changed", (event) => {
      if (event.secret_id === this.secretId) this.#startedId ??= event.rotation_id;
    });
    try {
      const { rotation } = await call("rotation_start", {
        secret_id: this.secretId,
        expected_revision: plan.revision,
        ...(this.reason.trim() === "" ? {} : { reason: this.reason.trim() }),
        old_key: { grace_hours: this.then === "keep" ? 0 : this.graceHours, then: this.then },
      });
      this.#startedId ??= rotation.id;
    } catch (thrown) {
      this.#refusal = CommandError.from(thrown);
      if (this.#refusal.type === "conflict" && this.#startedId === null) await this.read();
    } finally {
      stop();
      this.#isStarting = false;
    }
  }
}
