import { call, CommandError, type Answer } from "../../../ipc";
import { LongJob } from "../../../shared/longJob.svelte";
import type { RotationCause } from "../../../state/rotating.svelte";
import type { OldKeyGiven } from "../types";

export type BulkPlan = Answer<"rotation_bulk_plan">["plans"][number];
export type BulkOutcome = Answer<"rotation_bulk_start">;

const GRACE_HOURS_DEFAULT = 24;
/** So many providers are asked by one plan; of more at once none is. */
const ASKED_AT_ONCE = 50;

/** Several secrets rotated at their providers, one plan for all of them. */
export class BulkRotation {
  readonly job = new LongJob("rotation_bulk");
  readonly secretIds: string[];
  reason = $state("");
  graceHours = $state(GRACE_HOURS_DEFAULT);
  then = $state<OldKeyGiven["then"]>("delete");
  #plans = $state.raw<BulkPlan[]>([]);
  #isRead = $state(false);
  #outcome = $state.raw<BulkOutcome | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #isOver = false;
  #asksOn = true;

  /** Of a value that leaked, the old keys are stopped at once. */
  constructor(secretIds: string[], of: RotationCause) {
    this.secretIds = secretIds;
    if (of === "leak") this.graceHours = 0;
  }

  /** Null until all of it was read. */
  get plans(): BulkPlan[] | null {
    return this.#isRead ? this.#plans : null;
  }

  /** For how many there is a plan already. */
  get planned(): number {
    return this.#plans.length;
  }

  /** Whether those that are left are more than are asked about anyway. */
  get maySkip(): boolean {
    return this.secretIds.length - this.#plans.length > ASKED_AT_ONCE;
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
    return this.#plans.filter(({ managed, blocks }) => managed && blocks.length === 0);
  }

  /** Those whose provider would refuse, or that must not be begun. */
  get blocked(): BulkPlan[] {
    return this.#plans.filter(({ managed, blocks }) => managed && blocks.length > 0);
  }

  /** Whether a provider may still refuse what none was asked about. */
  get isUnasked(): boolean {
    return this.managed.some(({ asked }) => !asked);
  }

  get byHand(): BulkPlan[] {
    return this.#plans.filter(({ managed }) => !managed);
  }

  get cutOver(): number {
    return this.managed.filter(({ style }) => style === "cut_over").length;
  }

  /** Those whose old key is kept because its provider cannot do what is chosen. */
  get keeping(): number {
    return this.managed.filter((plan) => keeps(plan, this.then)).length;
  }

  /** Those that were not begun before it was stopped. */
  get unbegun(): BulkPlan[] {
    const outcome = this.#outcome;
    if (outcome === null) return [];
    const known = new Set([...outcome.started, ...outcome.refused].map(({ secret_id: id }) => id));
    return this.managed.filter(({ secret_id: id }) => !known.has(id));
  }

  /** Goes on from what was read already. */
  async read(): Promise<void> {
    this.#failure = null;
    try {
      while (this.#plans.length < this.secretIds.length && !this.#isOver) {
        const from = this.#plans.length;
        const ids = this.secretIds.slice(from, this.#asksOn ? from + ASKED_AT_ONCE : undefined);
        const { plans } = await call("rotation_bulk_plan", { secret_ids: ids });
        this.#plans = [...this.#plans, ...plans];
      }
      this.#isRead = !this.#isOver;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  /** Asks no more providers than those that are being asked. */
  skip(): void {
    this.#asksOn = false;
  }

  /** The dialog is closed: nothing more is asked for it. */
  leave(): void {
    this.#isOver = true;
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

/** Whether the old key is kept, whatever else was chosen for all. After a cut-over there is none. */
export function keeps({ style, disables, deletes }: BulkPlan, then: OldKeyGiven["then"]): boolean {
  return style !== "cut_over" && ((then === "disable" && !disables) || (then === "delete" && !deletes));
}
