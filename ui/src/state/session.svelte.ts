import {
  call,
  CommandError,
  isCancelled,
  onEvent,
  type Answer,
  type AppStatus,
  type LockReason,
  type Member,
  type Request,
} from "../ipc";

type Phase = "starting" | "failed" | "locked" | "unlocked";

/** A recovery code on its way to paper: shown until the person confirms that it is saved. */
export interface EmergencySheet {
  code: string;
  vaultName: string;
  memberName: string;
  madeAt: Date;
}

/** An invitation's code on its way to the person: shown until the Owner confirms that it is passed on or kept. */
export interface InvitationSheet {
  code: string;
  vaultName: string;
  member: Member;
}

/** Who is in which vault, as Rust says. It holds no value that a person typed. */
export class Session {
  #status = $state<AppStatus | null>(null);
  #failure = $state<CommandError | null>(null);
  #lockReason = $state<LockReason | null>(null);
  #lockMessage = $state<string | null>(null);
  #lastVaultId = $state<string | null>(null);
  #sheet = $state<EmergencySheet | null>(null);
  #invitation = $state.raw<InvitationSheet | null>(null);

  constructor() {
    const note = readLockNote();
    this.#lockReason = note?.reason ?? null;
    this.#lockMessage = note?.message ?? null;
    this.#lastVaultId = note?.vaultId ?? null;
    onEvent("locked", (event) => this.#wasLocked(event.reason, event.message));
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
  get lockReason(): LockReason | null {
    return this.#lockReason;
  }

  /** What Rust says of the last lock, where the reason alone does not say it. */
  get lockMessage(): string | null {
    return this.#lockMessage;
  }

  /** The vault that was open last in this window; the entrance offers it first. */
  get lastVaultId(): string | null {
    return this.#lastVaultId;
  }

  /** The sheet that waits to be saved, or null. */
  get sheet(): EmergencySheet | null {
    return this.#sheet;
  }

  /** The invitation that waits to be passed on, or null. */
  get invitation(): InvitationSheet | null {
    return this.#invitation;
  }

  /** Whether a code waits to be saved, so that nothing else can be done. */
  get showsSheet(): boolean {
    return this.#sheet !== null || this.#invitation !== null;
  }

  /** A code was made, was not confirmed as saved, and can no longer be shown. */
  get recoveryLost(): boolean {
    return this.#sheet === null && this.#status?.recovery_unconfirmed === true;
  }

  get canWrite(): boolean {
    const role = this.member?.role;
    return this.readOnly === null && (role === "admin" || role === "owner");
  }

  /** Whether values may be used: copied, handed to programs, tried at a provider. */
  get canUse(): boolean {
    const role = this.member?.role;
    return this.readOnly === null && role !== undefined && role !== "viewer";
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
    this.#take(status);
  }

  /** Makes a vault and opens its emergency sheet. */
  async create(request: Request<"vault_create">): Promise<void> {
    const answer = await call("vault_create", request);
    this.#sheet = makeSheet(answer.recovery_code, answer.vault.name, request.member_name);
    this.#take(await call("app_status", {}));
  }

  /** Replaces the recovery code and opens the sheet with the new one. */
  async renewRecovery(password: string): Promise<void> {
    const answer = await call("recovery_renew", { password });
    this.#sheet = makeSheet(answer.recovery_code, this.vault?.name ?? "", this.member?.name ?? "");
  }

  /** Joins a vault by an invitation and opens the emergency sheet of the new member. */
  async join(request: Request<"vault_join">): Promise<void> {
    const answer = await call("vault_join", request);
    const status = await call("app_status", {});
    this.#sheet = makeSheet(answer.recovery_code, answer.vault.name, status.member?.name ?? "");
    this.#take(status);
  }

  /** New keys for the member; opens the emergency sheet with the new recovery code, unless the person stopped it. */
  async renewIdentity(request: Request<"identity_renew">): Promise<Answer<"identity_renew">> {
    const answer = await call("identity_renew", request);
    if (!isCancelled(answer)) {
      this.#sheet = makeSheet(answer.recovery_code, this.vault?.name ?? "", this.member?.name ?? "");
    }
    return answer;
  }

  /** Invites a person and opens the sheet with the code that lets them join. */
  async invite(request: Request<"member_invite">): Promise<void> {
    const { member, invitation_code: code } = await call("member_invite", request);
    this.#invitation = { code, vaultName: this.vault?.name ?? "", member };
  }

  async confirmInvitation(): Promise<void> {
    await call("invitation_confirm", {});
    this.#invitation = null;
  }

  async confirmSheet(): Promise<void> {
    await call("recovery_confirm", {});
    this.#sheet = null;
    await this.refresh();
  }

  async lock(): Promise<void> {
    await call("vault_lock", {});
    this.#wasLocked("asked");
  }

  #take(status: AppStatus): void {
    writeLockNote(null);
    this.#lockReason = null;
    this.#lockMessage = null;
    this.#lastVaultId = status.vault?.vault_id ?? null;
    this.#status = status;
  }

  #wasLocked(reason: LockReason, message: string | null = null): void {
    this.#lockReason = reason;
    this.#lockMessage = message;
    this.#sheet = null;
    this.#invitation = null;
    if (this.#status === null) return;
    this.#lastVaultId = this.vault?.vault_id ?? this.#lastVaultId;
    writeLockNote({ reason, message, vaultId: this.#lastVaultId });
    this.#status = {
      ...this.#status,
      state: "locked",
      vault: null,
      member: null,
      read_only: null,
      recovery_unconfirmed: false,
      clipboard: null,
    };
  }
}

/** Locking loads the page anew; why, and which vault it was, is noted in the history entry, which outlives that. */
interface LockNote {
  reason: LockReason;
  message: string | null;
  vaultId: string | null;
}

function readLockNote(): LockNote | null {
  const state = history.state as { lockNote?: LockNote } | null;
  return state?.lockNote ?? null;
}

function writeLockNote(note: LockNote | null): void {
  history.replaceState(note === null ? null : { lockNote: note }, "");
}

function makeSheet(code: string, vaultName: string, memberName: string): EmergencySheet {
  return { code, vaultName, memberName, madeAt: new Date() };
}
