import { createContext } from "svelte";
import { call, CommandError, onChanged, onEvent } from "../../ipc";
import type { Announcer } from "../../state/announcer.svelte";
import type { Rotating } from "../../state/rotating.svelte";
import type { Session } from "../../state/session.svelte";
import { SecretDetail } from "./detail/secretDetail.svelte";
import { SecretForm } from "./editor/secretForm.svelte";
import { SecretList } from "./list/secretList.svelte";
import { Selection } from "./list/selection.svelte";
import type { Catalogue, CatalogueMethod, Outcome, Secret } from "./types";

export type OpenDialog = "rotate" | "delete";

/** What happened to a secret, said in its pane until the next act or until another is open. */
export interface Notice {
  id: string;
  tone: "info" | "bad";
  title: string;
  text: string;
}

/** Fetching a whole secret for each row passed while an arrow key is held would be waste. */
const SETTLE_MS = 70;

/** The screen as a whole: which secret is open, whether it is being edited, and what is asked meanwhile. */
export class Workspace {
  readonly list = new SecretList();
  readonly detail = new SecretDetail();
  /** What several of the list are chosen for; only who may write acts on them. */
  readonly selection = new Selection();
  #session: Session;
  #announcer: Announcer;
  #rotating: Rotating;
  #catalogue = $state.raw<Catalogue | null>(null);
  #openId = $state<string | null>(null);
  #form = $state.raw<SecretForm | null>(null);
  #dialog = $state<OpenDialog | null>(null);
  #hints = $state.raw<{ id: string; messages: string[] } | null>(null);
  #notice = $state.raw<Notice | null>(null);
  #catalogueFailure = $state.raw<CommandError | null>(null);
  #leaving = $state.raw<(() => void) | null>(null);
  #opensActive = false;
  /** While it runs, what Rust tells of the secret is our own doing. */
  #isTrashing = false;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void)[] = [];

  constructor(session: Session, announcer: Announcer, rotating: Rotating) {
    this.#session = session;
    this.#announcer = announcer;
    this.#rotating = rotating;
  }

  /** Begins to show the vault and to follow its changes; the answer ends it and forgets everything. */
  start(): () => void {
    this.#stop = [
      onChanged(["secrets", "trash", "locations", "rotations"], () => void this.#refresh()),
      onEvent("locked", () => this.#forget()),
    ];
    void this.list.refresh();
    void this.readCatalogue();
    return () => {
      for (const stop of this.#stop) stop();
      this.#forget();
    };
  }

  get catalogue(): Catalogue | null {
    return this.#catalogue;
  }

  get openId(): string | null {
    return this.#openId;
  }

  /** The form of a new or edited secret, while one is shown. */
  get form(): SecretForm | null {
    return this.#form;
  }

  get dialog(): OpenDialog | null {
    return this.#dialog;
  }

  /** What Rust remarked on this secret when it was last saved here; the record itself keeps only their number. */
  hintsOn(secret: Secret): string[] {
    return this.#hints?.id === secret.id ? this.#hints.messages : [];
  }

  /** What was last said of the secret that is open. */
  get notice(): Notice | null {
    return this.#notice?.id === this.detail.secret?.id ? this.#notice : null;
  }

  /** Says something in the pane that must not be missed. */
  notify(tone: Notice["tone"], title: string, text: string): void {
    const id = this.detail.secret?.id;
    this.#notice = id === undefined ? null : { id, tone, title, text };
  }

  dismissNotice(): void {
    this.#notice = null;
  }

  /** Why nothing can be made or edited: the types are not known. */
  get catalogueFailure(): CommandError | null {
    return this.#catalogueFailure;
  }

  /** True while the person is asked what becomes of unsaved changes. */
  get isAskingToLeave(): boolean {
    return this.#leaving !== null;
  }

  get mayWrite(): boolean {
    return this.#session.canWrite;
  }

  /** Whether the open secret can be changed: from the trash it is first brought back. */
  get mayEdit(): boolean {
    return this.mayWrite && !this.detail.isTrashed;
  }

  get mayCopy(): boolean {
    return this.#session.canUse && !this.detail.isTrashed;
  }

  /** An external secret is rotated where its values are. */
  get mayRotate(): boolean {
    return this.mayEdit && this.detail.secret?.mode === "direct";
  }

  method(secret: Secret): CatalogueMethod | null {
    const type = this.#catalogue?.types.find((known) => known.type === secret.secret_type);
    return type?.methods.find((method) => method.method === secret.auth_method) ?? null;
  }

  /** Opens the row at once from what the list knows; its history follows when the keys rest. */
  openRow(index: number): void {
    this.#leaveForm(() => {
      this.list.moveTo(index);
      this.#opensActive = true;
      this.openAwaited();
    });
  }

  /** Opens the row the keyboard moved to, once its page is there. */
  openAwaited(): void {
    const row = this.list.activeRow;
    if (!this.#opensActive || row === null) return;
    this.#opensActive = false;
    this.#open(row);
  }

  /** Chooses this row too, or no longer. */
  choose(index: number): void {
    const row = this.list.rows.row(index);
    if (this.mayWrite && row !== undefined) this.selection.toggle(row, index);
  }

  /** Chooses all rows from the one chosen last to this one. */
  chooseTo(index: number): void {
    if (this.mayWrite) this.selection.extend(index, (at) => this.list.rows.row(at));
  }

  openById(id: string): void {
    this.#leaveForm(() => {
      this.#openId = id;
      this.list.standOn(id);
      void this.detail.open(id);
    });
  }

  closeDetail(): void {
    this.#leaveForm(() => {
      this.#openId = null;
      this.detail.close();
    });
  }

  startNew(): void {
    const catalogue = this.#catalogue;
    if (!this.mayWrite || catalogue === null) return;
    this.#leaveForm(() => (this.#form = SecretForm.forNew(catalogue)));
  }

  startEdit(): void {
    const { catalogue, mayEdit } = this;
    const secret = this.detail.secret;
    if (!mayEdit || catalogue === null || secret === null || this.#form !== null) return;
    this.#form = SecretForm.forEdit(catalogue, secret);
  }

  /** True when the screen can be left; else the person is asked, and `leave` is called if they agree. */
  mayLeave(leave: () => void): boolean {
    if (this.#form === null || !this.#form.isDirty) return true;
    this.#leaving = leave;
    return false;
  }

  /** Leaves the form, asking first where something typed would be lost. */
  cancelForm(): void {
    this.#leaveForm(() => undefined);
  }

  /** What the person answered about unsaved changes. */
  answerLeave(leave: boolean): void {
    const go = this.#leaving;
    this.#leaving = null;
    if (!leave || go === null) return;
    this.#dropForm();
    go();
  }

  /** At the provider where it can be asked for a new key, else by hand; the run that is open already comes first. */
  rotate(): void {
    const secret = this.detail.secret;
    if (secret === null || !this.mayRotate || this.#form !== null) return;
    if (secret.rotation !== null) this.showRun(secret.rotation.id);
    else if (this.method(secret)?.rotation?.managed) {
      const byHand = () => this.ask("rotate");
      this.#rotating.ask({ kind: "plan", secretId: secret.id, secretName: secret.name, byHand, of: "age" });
    } else this.ask("rotate");
  }

  /** Shows a run of the open secret. */
  showRun(id: string): void {
    this.#rotating.ask({ kind: "run", id });
  }

  ask(dialog: OpenDialog): void {
    if (dialog === "rotate" && !this.mayRotate) return;
    if (this.mayEdit && this.detail.secret !== null && this.#form === null) this.#dialog = dialog;
  }

  endDialog(): void {
    this.#dialog = null;
  }

  /** After a form or a dialog changed or made a secret: shows it, and says what was done. */
  async took(outcome: Outcome, said: string): Promise<void> {
    this.#dropForm();
    this.#dialog = null;
    this.#notice = null;
    this.#announcer.say(said);
    if (outcome.secret !== null) {
      this.#hints = { id: outcome.secret.id, messages: outcome.hints.map(({ message }) => message) };
      this.#openId = outcome.secret.id;
      await Promise.all([this.detail.show(outcome.secret), this.list.refresh()]);
      this.list.standOn(outcome.secret.id);
    }
  }

  /** Moves the open secret to the trash; refused while locations use it. */
  /** With `force` whatever uses it stays as it is, without its value. */
  async trash({ force }: { force?: true } = {}): Promise<void> {
    const secret = this.detail.secret;
    if (secret === null) return;
    this.#isTrashing = true;
    try {
      await call("secret_delete", { id: secret.id, ...(force && { force }) });
    } finally {
      this.#isTrashing = false;
    }
    this.#openId = null;
    this.#dialog = null;
    this.detail.close();
    this.#announcer.say(`${secret.name} is in the trash for 30 days.`);
    await this.list.refresh();
  }

  /** Copies this field, or the first one that is secret; Rust clears it from the clipboard again. */
  async copy(field?: string): Promise<void> {
    const fields = this.detail.secret?.fields ?? [];
    const wanted = field ?? (fields.find((one) => one.kind !== "identifier") ?? fields[0])?.name;
    if (wanted === undefined || this.#form !== null || !this.mayCopy || this.detail.secret?.mode !== "direct") return;
    this.#notice = null;
    try {
      this.#announcer.tell(`Copied: ${await this.detail.copy(wanted)}`);
    } catch (thrown) {
      this.notify("bad", "Not copied.", CommandError.from(thrown).whole);
    }
  }

  say(text: string): void {
    this.#announcer.say(text);
  }

  #open(row: Secret): void {
    this.#openId = row.id;
    clearTimeout(this.#settling);
    this.detail.preview(row);
    this.#settling = setTimeout(() => void this.detail.refresh(), SETTLE_MS);
  }

  #leaveForm(go: () => void): void {
    if (!this.mayLeave(go)) return;
    this.#dropForm();
    go();
  }

  #dropForm(): void {
    this.#form?.clear();
    this.#form = null;
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.list.refresh(), this.#refreshDetail()]);
  }

  async #refreshDetail(): Promise<void> {
    const before = this.detail.secret;
    await this.detail.refresh();
    if (before !== null) this.#endForWhatIsGone(before);
  }

  /** A dialog about a secret that somebody else took away ends, lest it goes on about the next one that is opened. */
  #endForWhatIsGone({ name }: Secret): void {
    if (this.#dialog === null || this.#isTrashing) return;
    if (this.detail.secret === null) this.#announcer.say(`${name} was destroyed meanwhile. Nothing was done.`, "bad");
    else if (this.detail.isTrashed)
      this.#announcer.say(`${name} was moved to the trash meanwhile. Nothing was done.`, "bad");
    else return;
    this.#dialog = null;
  }

  async readCatalogue(): Promise<void> {
    try {
      this.#catalogue = await call("catalogue_get", {});
      this.#catalogueFailure = null;
    } catch (thrown) {
      this.#catalogueFailure = CommandError.from(thrown);
    }
  }

  #forget(): void {
    clearTimeout(this.#settling);
    this.#dropForm();
    this.#leaving = null;
    this.#dialog = null;
    this.#hints = null;
    this.#notice = null;
    this.#openId = null;
    this.detail.close();
    this.selection.clear();
    this.list.forget();
  }
}

export const [getWorkspace, setWorkspace] = createContext<Workspace>();
