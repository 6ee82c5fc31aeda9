import { call, onEvent, type Request } from "../ipc";

export type JobName = Request<"job_cancel">["job"];

/** Work that tells how far it is and can be ended before it is through. */
export class LongJob {
  readonly name: JobName;
  #isRunning = $state(false);
  #isEnding = $state(false);
  #progress = $state.raw<{ stage: string; done: number; total: number } | null>(null);

  constructor(name: JobName) {
    this.name = name;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** True from the press on Cancel until the work has ended. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Null until the work has told of itself. */
  get progress() {
    return this.#progress;
  }

  /** Follows the events of the job while `work` runs; answers and fails as `work` does. */
  async run<A>(work: () => Promise<A>): Promise<A> {
    const stop = onEvent("progress", ({ job, stage, done, total }) => {
      if (job === this.name) this.#progress = { stage, done, total };
    });
    this.#isRunning = true;
    this.#isEnding = false;
    this.#progress = null;
    try {
      return await work();
    } finally {
      stop();
      this.#isRunning = false;
      this.#isEnding = false;
      this.#progress = null;
    }
  }

  async cancel(): Promise<void> {
    if (!this.#isRunning || this.#isEnding) return;
    this.#isEnding = true;
    try {
      await call("job_cancel", { job: this.name });
    } catch {
      // The work goes on and says itself how it ended.
      this.#isEnding = false;
    }
  }
}
