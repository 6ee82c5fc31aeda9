import { call, CommandError, isCancelled, type AuditVerified } from "../../ipc";
import { LongJob } from "../../shared/longJob.svelte";

export type Verdict = Exclude<AuditVerified, { cancelled: boolean }>;

/** One look at the whole log, from the first entry to the last. */
export class Verification {
  readonly job = new LongJob("audit_verify");
  #verdict = $state.raw<Verdict | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #stopped = $state(false);

  get verdict(): Verdict | null {
    return this.#verdict;
  }

  /** Why it could not come to a verdict. */
  get failure(): CommandError | null {
    return this.#failure;
  }

  get wasStopped(): boolean {
    return this.#stopped;
  }

  async run(): Promise<void> {
    if (this.job.isRunning) return;
    this.putAway();
    try {
      const answer = await this.job.run(() => call("audit_verify", {}));
      if (isCancelled(answer)) this.#stopped = true;
      else this.#verdict = answer;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  putAway(): void {
    this.#verdict = null;
    this.#failure = null;
    this.#stopped = false;
  }
}
