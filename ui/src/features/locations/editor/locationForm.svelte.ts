import { call, type Answer } from "../../../ipc";
import { Conflict } from "../../../shared/conflict.svelte";
import { FormErrors, type Step } from "../../../shared/FormErrors.svelte";
import type { ForSecret } from "../../../state/locationQuestion.svelte";
import type { LinkableSecret, Location } from "../types";
import { isPlainHttp } from "../words";
import { createRequest, draftOf, emptyDraft, PROPERTIES, updateRequest, type Draft } from "./draft";
import { EndpointOffer } from "./endpointOffer.svelte";

export type Submitted =
  | { kind: "saved"; outcome: Answer<"location_update">; location: Location }
  | { kind: "unchanged" }
  | { kind: "refused" }
  | { kind: "conflict" };

/** A new or edited location as it stands in the form. */
export class LocationForm {
  readonly errors = new FormErrors();
  readonly offer: EndpointOffer;
  draft = $state<Draft>(emptyDraft());
  #base: Location | null;
  #baseDraft: Draft;
  #busy = $state(false);
  #overtaken = $state.raw<{ theirs: Location; conflict: Conflict<Draft> } | null>(null);

  private constructor(base: Location | null, draft: Draft) {
    this.#base = base;
    this.#baseDraft = draft;
    this.draft = structuredClone(draft);
    this.offer = new EndpointOffer(base === null ? "new location" : "existing location");
  }

  static forNew(secret: ForSecret | null): LocationForm {
    const draft = emptyDraft();
    if (secret === null) return new LocationForm(null, draft);
    return new LocationForm(null, {
      ...draft,
      locationType: secret.secret_type,
      secret: { id: secret.id, name: secret.name },
    });
  }

  static forEdit(location: Location): LocationForm {
    return new LocationForm(location, draftOf(location));
  }

  get base(): Location | null {
    return this.#base;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Somebody else's change, to be weighed against this one. */
  get overtaken() {
    return this.#overtaken;
  }

  /** Whether closing would lose something that the person chose or typed. */
  get isDirty(): boolean {
    const { endpoint } = this.offer.filled(this.draft) ? this.#baseDraft : this.draft;
    return JSON.stringify({ ...this.draft, endpoint }) !== JSON.stringify(this.#baseDraft);
  }

  /** The consent stands in the form where there is something to consent to, or something said about it. */
  get asksConsent(): boolean {
    return isPlainHttp(this.draft.endpoint) || this.draft.httpAllowed || this.errors.under("http_allowed") !== null;
  }

  get shown(): Step[][] {
    const names = ["name", "secret_id", "bucket_name", "region", "endpoint_url", "prefix"];
    if (this.#base === null) names.push("location_type");
    if (this.asksConsent) names.push("http_allowed");
    return names.map((name) => [name]);
  }

  /** Another type has other secrets and other endpoints. */
  chooseType(type: string): void {
    if (type === this.draft.locationType) return;
    if (this.draft.endpoint === this.offer.url || this.offer.filled(this.draft)) this.draft.endpoint = "";
    this.offer.stop();
    this.draft.locationType = type;
    this.draft.secret = null;
    this.errors.clear();
    if (type !== "") this.offer.ask(this.draft);
  }

  chooseSecret(secret: LinkableSecret): void {
    this.draft.secret = { id: secret.id, name: secret.name };
    this.errors.drop("secret_id");
  }

  /** Called on input of what the endpoint may follow from. */
  askOffer(): void {
    this.errors.drop("region");
    if (this.draft.locationType !== "") this.offer.ask(this.draft);
  }

  /** A consent was given to the endpoint as it was. */
  endpointTyped(): void {
    this.draft.httpAllowed = false;
    this.errors.drop("endpoint_url");
    this.errors.drop("http_allowed");
  }

  takeOffer(): void {
    this.draft.endpoint = this.offer.url ?? "";
    this.endpointTyped();
  }

  async submit(): Promise<Submitted> {
    if (this.#busy) return { kind: "refused" };
    this.#busy = true;
    try {
      const draft = $state.snapshot(this.draft);
      const outcome =
        this.#base === null
          ? await call("location_create", createRequest(draft))
          : await call("location_update", updateRequest(this.#base, draft));
      this.errors.clear();
      const { location } = outcome;
      if (location === null || (this.#base !== null && outcome.changed.length === 0)) return { kind: "unchanged" };
      return { kind: "saved", outcome, location };
    } catch (thrown) {
      return await this.#refused(thrown);
    } finally {
      this.#busy = false;
    }
  }

  settleConflict(): void {
    if (this.#overtaken === null) return;
    const { theirs, conflict } = this.#overtaken;
    this.draft = conflict.merged();
    this.#base = theirs;
    this.#baseDraft = draftOf(theirs);
    this.#overtaken = null;
  }

  leaveConflict(): void {
    this.#overtaken = null;
  }

  clear(): void {
    this.offer.stop();
    this.errors.clear();
  }

  async #refused(thrown: unknown): Promise<Submitted> {
    const error = this.errors.take(thrown);
    if (error.type !== "conflict" || this.#base === null) return { kind: "refused" };
    try {
      const { location } = await call("location_get", { id: this.#base.id });
      const mine = $state.snapshot(this.draft);
      const conflict = new Conflict(PROPERTIES, this.#baseDraft, mine, draftOf(location));
      this.#overtaken = { theirs: location, conflict };
      this.errors.clear();
      return { kind: "conflict" };
    } catch (again) {
      this.errors.take(again);
      return { kind: "refused" };
    }
  }
}
