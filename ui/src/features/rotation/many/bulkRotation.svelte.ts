import { call, CommandError, type Answer } from "../../../ipc";
import { LongJob } from "../../../shared/longJob.svelte";
import type { OldKeyGiven } from "../types";

export type BulkPlan = Answer<"rotation_bulk_plan">["plans"][number];
export type BulkOutcome = Answer<"rotation_bulk_start">;

const GRACE_HOURS_DEFAULT = 24;

/** Several secrets rotated at their providers, one plan for all of them. */
export class BulkRotation {
  readonly job = new LongJob("rotation_bulk");
  readonly secretIds: string[];
  reason = $state("");
  graceHours = $state(GRACE_HOURS_DEFAULT);
  then = $state<OldKeyGiven["then"]>("delete");
  #plans = $state.raw<BulkPlan[] | null>(null);
  #outcome = $state.raw<BulkOutcome | null>(null);
  #failure = $state.raw<CommandError | null>(null);

  constructor(secretIds: string[]) {
    this.secretIds = secretIds;
  }

  /** Null until it was read. */
  get plans(): BulkPlan[] | null {
    return this.#plans;
  }

  /** What came of it. */
  get outcome(): BulkOutcome | null {
    return this.#outcome;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Those whose provider is asked. */
  get managed(): BulkPlan[] {
    return (this.#plans ?? []).filter(({ managed, blocks }) => managed && blocks.length === 0);
  }

  /** Those whose provider would refuse, or that must not be begun. */
  get blocked(): BulkPlan[] {
    return (this.#plans ?? []).filter(({ managed, blocks }) => managed && blocks.length > 0);
  }

  /** Whether a provider may still refuse what none was asked about. */
  get isUnasked(): boolean {
    return this.managed.some(({ asked }) => !asked);
  }

  get byHand(): BulkPlan[] {
    return (this.#plans ?? []).filter(({ managed }) => !managed);
  }

  get cutOver(): number {
    return this.managed.filter(({ style }) => style === "cut_over").length;
  }

  async read(): Promise<void> {
    this.#failure = null;
    try {
      this.#plans = (await call("rotation_bulk_plan", { secret_ids: this.secretIds })).plans;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  async start(): Promise<void> {
    if (this.job.isRunning || this.managed.length === 0) return;
    this.#failure = null;
    try {
      this.#outcome = await this.job.run(() =>
        call("rotation_bulk_start", {
          secret_ids: this.managed.map(({ secret_id: id }) => id),
          ...(this.reason.trim() === "" ? {} : { reason: this.reason.trim() }),
          old_key: { grace_hours: this.then === "keep" ? 0 : this.graceHours, then: this.then },
        }),
      );
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }
}
