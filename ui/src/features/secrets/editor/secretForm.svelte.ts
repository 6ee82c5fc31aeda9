import { call, CommandError } from "../../../ipc";
import { Conflict } from "../../../shared/conflict.svelte";
import type { Step } from "../../../shared/FormErrors.svelte";
import type {
  Catalogue,
  CatalogueField,
  CatalogueMethod,
  CatalogueType,
  CreateRequest,
  Outcome,
  Preset,
  Secret,
  UpdateRequest,
} from "../types";
import { draftOf, emptyDraft, properties, sameDraft, type Draft } from "./draft";
import { Findings } from "./findings.svelte";
import { TypedCredentials } from "./typedCredentials.svelte";

export type Submitted =
  | { kind: "saved"; outcome: Outcome; alreadyStored: boolean }
  | { kind: "unchanged"; alreadyStored: boolean }
  | { kind: "refused" }
  | { kind: "asks" }
  | { kind: "conflict" };

/** Somebody else's change, to be weighed against this one. */
export interface Overtaken {
  theirs: Secret;
  conflict: Conflict<Draft>;
  /** Whether the credentials were replaced there. */
  rotated: boolean;
}

/** A new or edited secret as it stands in the form, until `clear`. */
export class SecretForm {
  readonly findings = new Findings();
  readonly credentials = new TypedCredentials(this.findings, (field) => this.touch("credentials", field));
  readonly catalogue: Catalogue;
  draft = $state<Draft>(emptyDraft());
  /** In an edit: whether new credentials are being entered. */
  replaces = $state(false);
  #base: Secret | null;
  #baseDraft: Draft;
  #busy = $state(false);
  #overtaken = $state.raw<Overtaken | null>(null);
  #widened = $state.raw<string[]>([]);

  private constructor(catalogue: Catalogue, base: Secret | null, draft: Draft) {
    this.catalogue = catalogue;
    this.#base = base;
    this.#baseDraft = draft;
    this.draft = structuredClone(draft);
    this.replaces = base === null;
  }

  static forNew(catalogue: Catalogue): SecretForm {
    return new SecretForm(catalogue, null, emptyDraft());
  }

  static forEdit(catalogue: Catalogue, secret: Secret): SecretForm {
    return new SecretForm(catalogue, secret, draftOf(secret));
  }

  /** The secret that is edited; null for a new one. */
  get base(): Secret | null {
    return this.#base;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Set while somebody else's change has to be weighed against this one. */
  get overtaken(): Overtaken | null {
    return this.#overtaken;
  }

  /** Hosts that saving would open; asked about before it is sent. */
  get widened(): string[] {
    return this.#widened;
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

  /** A method with other fields than the stored one needs its credentials in the same update. */
  get mustReplace(): boolean {
    if (this.#base === null) return true;
    const stored = this.#base.fields.map((field) => field.name).join();
    return this.method !== null && this.fields.map((field) => field.name).join() !== stored;
  }

  get showsCredentials(): boolean {
    return this.replaces || this.mustReplace;
  }

  /** A key of a storage provider has no variable unless it was given one. */
  get asksEnvKey(): boolean {
    return this.draft.secretType === "generic" || this.draft.envKey !== "" || this.#baseDraft.envKey !== "";
  }

  /** The fields that show what is wrong with them; all else stands at the form's top. */
  get shown(): Step[][] {
    if (this.type === null) return [["secret_type"]];
    const names = ["secret_type", "auth_method", "name", "description", "notes", "tags", "allowed_domains"];
    const shown: Step[][] = [...names.map((name) => [name]), ["history", "keep"]];
    if (this.draft.keep > 0) shown.push(["history", "grace_days"]);
    if (this.asksEnvKey) shown.push(["env_key"]);
    if (this.showsCredentials) shown.push(...this.fields.map(({ name }) => ["credentials", name]));
    if (this.showsCredentials && this.#base !== null) shown.push(["reason"]);
    return shown;
  }

  get isDirty(): boolean {
    return !sameDraft(this.draft, this.#baseDraft) || !this.credentials.isEmpty;
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
    this.touch();
  }

  /** Fills what is known of a common API key; all of it stays editable. */
  choosePreset(preset: Preset): void {
    this.draft.envKey = preset.env_key ?? this.draft.envKey;
    this.draft.domains = [...preset.allowed_domains];
    const isUnnamed = ["", ...this.catalogue.presets.map(({ label }) => label)].includes(this.draft.name.trim());
    if (isUnnamed) this.draft.name = preset.label;
    this.touch("env_key");
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

  async submit(): Promise<Submitted> {
    if (this.#busy) return { kind: "refused" };
    this.#busy = true;
    try {
      const opened = await this.#hostsOpened();
      if (opened.length > 0) {
        this.#widened = opened;
        return { kind: "asks" };
      }
      return await this.#send();
    } catch (thrown) {
      return await this.#refused(thrown);
    } finally {
      this.#busy = false;
    }
  }

  /** The answer to the question about widened domains. */
  async confirmWidened(): Promise<Submitted> {
    this.#widened = [];
    this.#busy = true;
    try {
      return await this.#send();
    } catch (thrown) {
      return await this.#refused(thrown);
    } finally {
      this.#busy = false;
    }
  }

  declineWidened(): void {
    this.#widened = [];
  }

  /** Takes over what was chosen in the conflict; the form then stands on the newer revision. */
  settleConflict(): void {
    const overtaken = this.#overtaken;
    if (overtaken === null) return;
    this.draft = { ...overtaken.conflict.merged(), reason: this.draft.reason };
    this.#base = overtaken.theirs;
    this.#baseDraft = draftOf(overtaken.theirs);
    this.#overtaken = null;
    this.findings.errors.clear();
  }

  leaveConflict(): void {
    this.#overtaken = null;
  }

  /** Forgets what was typed. */
  clear(): void {
    this.findings.clear();
    this.credentials.clear();
    this.draft = emptyDraft();
    this.#baseDraft = emptyDraft();
  }

  createRequest(): CreateRequest {
    const { draft } = this;
    return {
      name: draft.name,
      description: draft.description,
      notes: draft.notes,
      tags: $state.snapshot(draft.tags),
      secret_type: draft.secretType,
      auth_method: draft.authMethod === "" ? null : draft.authMethod,
      credentials: this.#given(),
      env_key: draft.envKey.trim() === "" ? null : draft.envKey.trim(),
      allowed_domains: $state.snapshot(draft.domains),
      history: { keep: draft.keep, grace_days: draft.graceDays },
    };
  }

  /** Only what differs from the secret that the form began with. */
  updateRequest(base: Secret): UpdateRequest {
    const { draft } = this;
    const before = this.#baseDraft;
    const request: UpdateRequest = { id: base.id, expected_revision: base.revision };
    if (draft.name !== before.name) request.name = draft.name;
    if (draft.description !== before.description) request.description = draft.description;
    if (draft.notes !== before.notes) request.notes = draft.notes;
    if (!same(draft.tags, before.tags)) request.tags = $state.snapshot(draft.tags);
    if (draft.envKey !== before.envKey) request.env_key = draft.envKey.trim() === "" ? null : draft.envKey.trim();
    if (!same(draft.domains, before.domains)) request.allowed_domains = $state.snapshot(draft.domains);
    if (draft.secretType !== before.secretType) request.secret_type = draft.secretType;
    if (draft.authMethod !== before.authMethod) request.auth_method = draft.authMethod;
    if (draft.keep !== before.keep || draft.graceDays !== before.graceDays) {
      request.history = { keep: draft.keep, grace_days: draft.graceDays };
    }
    if (this.showsCredentials) request.credentials = this.#given();
    if (this.showsCredentials && draft.reason.trim() !== "") request.reason = draft.reason;
    return request;
  }

  async #send(): Promise<Submitted> {
    const outcome =
      this.#base === null
        ? await call("secret_create", this.createRequest())
        : await call("secret_update", this.updateRequest(this.#base));
    this.findings.typing.stop();
    const alreadyStored = this.#base !== null && this.showsCredentials && !outcome.changed.includes("credentials");
    if (this.#base !== null && outcome.changed.length === 0) return { kind: "unchanged", alreadyStored };
    return { kind: "saved", outcome, alreadyStored };
  }

  async #refused(thrown: unknown): Promise<Submitted> {
    const error = this.findings.errors.take(thrown);
    if (error.type !== "conflict" || this.#base === null) return { kind: "refused" };
    try {
      const { secret } = await call("secret_get", { id: this.#base.id });
      const mine = $state.snapshot(this.draft);
      this.#overtaken = {
        theirs: secret,
        conflict: new Conflict(properties(this.catalogue), this.#baseDraft, mine, draftOf(secret)),
        rotated: secret.version !== this.#base.version,
      };
      this.findings.errors.clear();
      return { kind: "conflict" };
    } catch (again) {
      this.findings.errors.take(CommandError.from(again));
      return { kind: "refused" };
    }
  }

  /** Rust alone knows which hosts a change of patterns opens; asked just before saving. */
  async #hostsOpened(): Promise<string[]> {
    if (this.#base === null || same(this.draft.domains, this.#baseDraft.domains)) return [];
    const { widened } = await call("secret_hints", { update: this.updateRequest(this.#base) });
    return widened;
  }

  #hintsRequest() {
    return this.#base === null ? { create: this.createRequest() } : { update: this.updateRequest(this.#base) };
  }

  #given(): Record<string, string> {
    return this.credentials.given(this.fields, this.#base !== null && !this.mustReplace);
  }
}

function same(one: string[], other: string[]): boolean {
  return one.length === other.length && one.every((entry, at) => entry === other[at]);
}
