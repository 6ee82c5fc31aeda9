import { call, CommandError } from "../../../ipc";
import { Editing, type Refused } from "../../../shared/editing.svelte";
import type { Step } from "../../../shared/FormErrors.svelte";
import type { Catalogue, CatalogueField, CatalogueMethod, CatalogueType, Outcome, Preset, Secret } from "../types";
import { Blocking } from "./blocking.svelte";
import { draftOf, emptyDraft, properties, sameDraft, type Draft } from "./draft";
import { Findings } from "./findings.svelte";
import { createRequest, same, updateRequest, type Entered } from "./requests";
import { TypedCredentials } from "./typedCredentials.svelte";

export type Submitted =
  | { kind: "saved"; outcome: Outcome; alreadyStored: boolean }
  | { kind: "unchanged"; alreadyStored: boolean }
  | { kind: "asks" | "blocked" }
  | Refused;

/** A new or edited secret as it stands in the form, until `clear`. */
export class SecretForm {
  readonly findings = new Findings();
  readonly credentials = new TypedCredentials(this.findings, (field) => this.touch("credentials", field));
  /** What stood in the way of the last attempt. */
  readonly blocking = new Blocking();
  readonly catalogue: Catalogue;
  readonly editing: Editing<Secret, Draft>;
  /** In an edit: whether new credentials are being entered. */
  replaces = $state(false);
  #widened = $state.raw<string[]>([]);
  #copyOf = $state<string | null>(null);

  private constructor(catalogue: Catalogue, base: Secret | null, draft: Draft) {
    this.catalogue = catalogue;
    const get = async (id: string) => (await call("secret_get", { id })).secret;
    this.editing = new Editing({ get, draftOf, properties: properties(catalogue) }, base, draft);
    this.replaces = base === null;
  }

  static forNew(catalogue: Catalogue): SecretForm {
    return new SecretForm(catalogue, null, emptyDraft());
  }

  static forEdit(catalogue: Catalogue, secret: Secret): SecretForm {
    return new SecretForm(catalogue, secret, draftOf(secret));
  }

  get draft(): Draft {
    return this.editing.draft;
  }

  /** The secret that is edited; null for a new one. */
  get base(): Secret | null {
    return this.editing.base;
  }

  get busy(): boolean {
    return this.editing.busy;
  }

  /** Whether somebody else replaced the credentials meanwhile. */
  get wasRotated(): boolean {
    const theirs = this.editing.overtaken?.theirs;
    return theirs !== undefined && theirs.version !== this.base?.version;
  }

  /** Hosts that saving would open; asked about before it is sent. */
  get widened(): string[] {
    return this.#widened;
  }

  /** The name of the secret that this new one is a copy of; null where it is none. */
  get copyOf(): string | null {
    return this.#copyOf;
  }

  get type(): CatalogueType | null {
    return this.catalogue.types.find((type) => type.type === this.draft.secretType) ?? null;
  }

  get method(): CatalogueMethod | null {
    return this.type?.methods.find((method) => method.method === this.draft.authMethod) ?? null;
  }

  get fields(): CatalogueField[] {
    return this.method?.fields ?? [];
  }

  /** Whether the values are in another vault. */
  get isExternal(): boolean {
    return this.draft.connectionId !== null;
  }

  /** A method with other fields than the stored one needs its credentials in the same update. */
  get mustReplace(): boolean {
    if (this.base === null) return true;
    const stored = this.base.fields.map((field) => field.name).join();
    return this.method !== null && this.fields.map((field) => field.name).join() !== stored;
  }

  get showsCredentials(): boolean {
    return !this.isExternal && (this.replaces || this.mustReplace);
  }

  /** A key of a storage provider has no variable unless it was given one. */
  get asksEnvKey(): boolean {
    return this.draft.secretType === "generic" || this.draft.envKey !== "" || this.editing.baseDraft.envKey !== "";
  }

  /** The fields that show what is wrong with them; all else stands at the form's top. */
  get shown(): Step[][] {
    if (this.type === null) return [["secret_type"]];
    const names = ["secret_type", "auth_method", "name", "description", "notes", "tags", "allowed_domains"];
    const shown: Step[][] = names.map((name) => [name]);
    if (this.isExternal) {
      if (this.base === null) shown.push(["vault_connection_id"]);
      shown.push(...this.fields.map((_, at) => ["field_mappings", at]));
    } else {
      shown.push(["history", "keep"]);
      if (this.draft.keep > 0) shown.push(["history", "grace_days"]);
    }
    if (this.asksEnvKey) shown.push(["env_key"]);
    if (this.showsCredentials) shown.push(...this.fields.map(({ name }) => ["credentials", name]));
    if (this.showsCredentials && this.base !== null) shown.push(["reason"]);
    return shown;
  }

  get isDirty(): boolean {
    return !sameDraft(this.draft, this.editing.baseDraft) || !this.credentials.isEmpty;
  }

  /** Choosing the type selects the method where there is only one; Azure asks. */
  chooseType(secretType: string): void {
    this.draft.secretType = secretType;
    const methods = this.type?.methods ?? [];
    this.chooseMethod(methods.length === 1 ? (methods[0]?.method ?? "") : "");
  }

  chooseMethod(authMethod: string): void {
    this.draft.authMethod = authMethod;
    this.credentials.clear();
    this.findings.errors.clear();
    this.blocking.clear();
    this.touch();
  }

  /** Where the values are: here, or behind a connection that is chosen next. What was typed for the other is forgotten. */
  chooseHome(isExternal: boolean): void {
    if (isExternal === this.isExternal) return;
    this.draft.connectionId = isExternal ? "" : null;
    this.draft.references = {};
    this.credentials.clear();
    this.findings.errors.clear();
  }

  /** Fills what is known of a common API key; all of it stays editable. */
  choosePreset(preset: Preset): void {
    this.draft.envKey = preset.env_key ?? this.draft.envKey;
    this.draft.domains = [...preset.allowed_domains];
    const isUnnamed = ["", ...this.catalogue.presets.map(({ label }) => label)].includes(this.draft.name.trim());
    if (isUnnamed) this.draft.name = preset.label;
    this.touch("env_key");
  }

  /**
   * Goes on as a new secret of the type that was chosen, where the one that was edited has to keep its own. No value
   * leaves the vault, so its credentials are entered; the name and the variable belong to the other.
   */
  becomeCopy(): void {
    const { base } = this;
    if (base === null) return;
    this.#copyOf = base.name;
    this.editing.restart(emptyDraft());
    this.draft.name = `${base.name} (${this.type?.label ?? this.draft.secretType})`;
    this.draft.envKey = "";
    this.replaces = true;
    this.blocking.clear();
    this.findings.clear();
  }

  /** Called on input: asks Rust what it thinks of the form so far. */
  touch(...path: Step[]): void {
    this.findings.ask(this.#hintsRequest(), path);
  }

  errorAt(...path: Step[]): string | null {
    return this.findings.errorAt(...path);
  }

  hintsAt(...path: Step[]): string[] {
    return this.findings.hintsAt(...path);
  }

  submit(): Promise<Submitted> {
    return this.#attempt(async () => {
      const opened = await this.#hostsOpened();
      if (opened.length === 0) return await this.#send();
      this.#widened = opened;
      return { kind: "asks" };
    });
  }

  /** The answer to the question about widened domains. */
  confirmWidened(): Promise<Submitted> {
    this.#widened = [];
    return this.#attempt(() => this.#send());
  }

  declineWidened(): void {
    this.#widened = [];
  }

  /** Takes over what was chosen in the conflict; why the credentials change was said for these ones. */
  settleConflict(): void {
    const { reason } = this.draft;
    this.editing.settleConflict();
    this.draft.reason = reason;
  }

  /** Forgets what was typed. */
  clear(): void {
    this.findings.clear();
    this.credentials.clear();
    this.blocking.clear();
    this.editing.draft = emptyDraft();
    this.editing.restart(emptyDraft());
  }

  createRequest() {
    return createRequest($state.snapshot(this.draft), this.#entered());
  }

  updateRequest(base: Secret) {
    return updateRequest(base, $state.snapshot(this.draft), this.#entered());
  }

  #attempt(act: () => Promise<Submitted>): Promise<Submitted> {
    this.blocking.clear();
    return this.editing.attempt(this.findings.errors, async () => {
      try {
        return await act();
      } catch (thrown) {
        const error = CommandError.from(thrown);
        if (error.type !== "in_use" || !this.blocking.take(error)) throw error;
        this.findings.errors.clear();
        return { kind: "blocked" };
      }
    });
  }

  async #send(): Promise<Submitted> {
    const { base } = this;
    const outcome =
      base === null
        ? await call("secret_create", this.createRequest())
        : await call("secret_update", this.updateRequest(base));
    this.findings.clear();
    const alreadyStored = base !== null && this.showsCredentials && !outcome.changed.includes("credentials");
    if (base !== null && outcome.changed.length === 0) return { kind: "unchanged", alreadyStored };
    return { kind: "saved", outcome, alreadyStored };
  }

  /** Rust alone knows which hosts a change of patterns opens; asked just before saving. */
  async #hostsOpened(): Promise<string[]> {
    if (this.base === null || same(this.draft.domains, this.editing.baseDraft.domains)) return [];
    const { widened } = await call("secret_hints", { update: this.updateRequest(this.base) });
    return widened;
  }

  #hintsRequest() {
    return this.base === null ? { create: this.createRequest() } : { update: this.updateRequest(this.base) };
  }

  #entered(): Entered {
    const keepsLasting = this.base !== null && !this.mustReplace;
    const credentials = this.showsCredentials ? this.credentials.given(this.fields, keepsLasting) : null;
    return { fields: this.fields, credentials };
  }
}
