import { call, CommandError, onEvent, type AppStatus, type Request } from "../ipc";

type Phase = "starting" | "failed" | "locked" | "unlocked";

/** Who is in which vault, as Rust says. It holds no value that a person typed. */
export class Session {
  #status = $state<AppStatus | null>(null);
  #failure = $state<CommandError | null>(null);
  #lockReason = $state<string | null>(null);
  #sheetOpen = $state(false);

  constructor() {
    onEvent("locked", (event) => this.#wasLocked(event.reason));
    onEvent("changed", (event) => {
      if (event.what.includes("settings")) void this.refresh();
    });
  }

  get phase(): Phase {
    if (this.#failure !== null && this.#status === null) return "failed";
    if (this.#status === null) return "starting";
    return this.#status.state;
  }

  /** Why the session could not be read at start. */
  get failure(): CommandError | null {
    return this.#failure;
  }

  get vault() {
    return this.#status?.vault ?? null;
  }

  get member() {
    return this.#status?.member ?? null;
  }

  /** Why nothing can be written, or null. */
  get readOnly(): string | null {
    return this.#status?.read_only ?? null;
  }

  get version(): string {
    return this.#status?.version ?? "";
  }

  /** Why the vault was locked last, such as `idle`; null before the first lock. */
  get lockReason(): string | null {
    return this.#lockReason;
  }

  /** True while a new recovery code waits to be confirmed as saved; the shell stays hidden so long. */
  get sheetOpen(): boolean {
    return this.#sheetOpen;
  }

  get canWrite(): boolean {
    const role = this.member?.role;
    return this.readOnly === null && (role === "admin" || role === "owner");
  }

  get isOwner(): boolean {
    return this.member?.role === "owner";
  }

  async refresh(): Promise<AppStatus | null> {
    try {
      this.#status = await call("app_status", {});
      this.#failure = null;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
    return this.#status;
  }

  async unlock(request: Request<"vault_unlock">): Promise<void> {
    const status = await call("vault_unlock", request);
    this.#lockReason = null;
    this.#status = status;
  }

  /** Makes a vault and answers with its recovery code. The vault is open, but shown only after `finishSheet`. */
  async create(request: Request<"vault_create">): Promise<string> {
    const answer = await call("vault_create", request);
    this.#sheetOpen = true;
    this.#lockReason = null;
    await this.refresh();
    return answer.recovery_code;
  }

  async finishSheet(): Promise<void> {
    await call("recovery_confirm", {});
    this.#sheetOpen = false;
  }

  async lock(): Promise<void> {
    await call("vault_lock", {});
    this.#wasLocked("asked");
  }

  #wasLocked(reason: string): void {
    this.#lockReason = reason;
    this.#sheetOpen = false;
    if (this.#status !== null) {
      this.#status = { ...this.#status, state: "locked", vault: null, member: null, read_only: null, clipboard: null };
    }
  }
}
