import { isCancelled, type HintView } from "../../ipc";
import { FormErrors } from "../../shared/FormErrors.svelte";
import { LongJob } from "../../shared/longJob.svelte";

/** One act on members: the password that it asks for again, what is wrong with it, and the new keys it may lead to. */
export class KeyAct {
  readonly errors = new FormErrors();
  readonly job = new LongJob("rekey");
  /** What the request calls the password. */
  readonly #member: string;
  #stopped = $state(false);
  /** Typed by the person; gone when the dialog closes. */
  password = $state("");

  constructor(member = "password") {
    this.#member = member;
  }

  get isBusy(): boolean {
    return this.job.isRunning;
  }

  /** True after the person ended the work before the new keys were in force. */
  get wasStopped(): boolean {
    return this.#stopped;
  }

  get passwordError(): string | null {
    const error = this.errors.error;
    return this.errors.under(this.#member) ?? (error?.type === "authentication_failed" ? error.message : null);
  }

  /** What stands beside no field. */
  general(...fields: string[]): string[] {
    const error = this.errors.error;
    if (error !== null && this.errors.isGeneral && this.passwordError === null) return [error.message];
    return [...new Set(this.errors.elsewhere([this.#member], ...fields.map((field) => [field])))];
  }

  /**
   * Carries it out, unless the page itself finds something amiss. Null where it was refused or stopped; what to say
   * then is in `errors` and `wasStopped`.
   */
  async run<A extends object>(
    act: (password: string) => Promise<A | { cancelled: boolean }>,
    faults: HintView[] = [],
  ): Promise<A | null> {
    if (this.isBusy) return null;
    this.errors.clear();
    this.#stopped = false;
    const unfinished = [...faults];
    if (this.password === "")
      unfinished.push({ loc: [this.#member], message: "Type your master password.", type: "missing" });
    if (unfinished.length > 0) {
      this.errors.takeDetails(unfinished);
      return null;
    }
    try {
      const answer = await this.job.run(() => act(this.password));
      if (!isCancelled(answer)) return answer;
      this.#stopped = true;
    } catch (thrown) {
      if (this.errors.take(thrown).has("cancelled")) {
        this.errors.clear();
        this.#stopped = true;
      }
    }
    return null;
  }

  forget(): void {
    this.password = "";
    this.errors.clear();
    this.#stopped = false;
  }
}
