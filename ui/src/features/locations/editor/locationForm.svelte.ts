import { call, type Answer } from "../../../ipc";
import { Editing, type Refused } from "../../../shared/editing.svelte";
import { FormErrors, type Step } from "../../../shared/FormErrors.svelte";
import type { ForSecret } from "../../../state/locationQuestion.svelte";
import type { LinkableSecret, Location } from "../types";
import { isPlainHttp } from "../words";
import { createRequest, draftOf, emptyDraft, PROPERTIES, updateRequest, type Draft } from "./draft";
import { EndpointOffer } from "./endpointOffer.svelte";

export type Submitted =
  { kind: "saved"; outcome: Answer<"location_update">; location: Location } | { kind: "unchanged" } | Refused;

const LOCATION = {
  get: async (id: string) => (await call("location_get", { id })).location,
  draftOf,
  properties: PROPERTIES,
};

/** A new or edited location as it stands in the form. */
export class LocationForm {
  readonly errors = new FormErrors();
  readonly offer: EndpointOffer;
  readonly editing: Editing<Location, Draft>;

  private constructor(base: Location | null, draft: Draft) {
    this.editing = new Editing(LOCATION, base, draft);
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

  get draft(): Draft {
    return this.editing.draft;
  }

  /** Whether closing would lose something that the person chose or typed. */
  get isDirty(): boolean {
    const { draft, baseDraft } = this.editing;
    const { endpoint } = this.offer.filled(draft) ? baseDraft : draft;
    return JSON.stringify({ ...draft, endpoint }) !== JSON.stringify(baseDraft);
  }

  /** The consent stands in the form where there is something to consent to, or something said about it. */
  get asksConsent(): boolean {
    return isPlainHttp(this.draft.endpoint) || this.draft.httpAllowed || this.errors.under("http_allowed") !== null;
  }

  get shown(): Step[][] {
    const names = ["name", "secret_id", "bucket_name", "region", "endpoint_url", "prefix", "probe_writes"];
    if (this.editing.base === null) names.push("location_type");
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

  submit(): Promise<Submitted> {
    return this.editing.attempt(this.errors, async (): Promise<Submitted> => {
      const { base } = this.editing;
      const draft = $state.snapshot(this.draft);
      const outcome =
        base === null
          ? await call("location_create", createRequest(draft))
          : await call("location_update", updateRequest(base, draft));
      this.errors.clear();
      const { location } = outcome;
      if (location === null || (base !== null && outcome.changed.length === 0)) return { kind: "unchanged" };
      return { kind: "saved", outcome, location };
    });
  }

  clear(): void {
    this.offer.stop();
    this.errors.clear();
  }
}
