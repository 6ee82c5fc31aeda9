import { call } from "../../../ipc";
import { FormErrors } from "../../../shared/FormErrors.svelte";
import type { Draft } from "./draft";

const REST_MS = 250;

/** The endpoint that Rust derives from the region or the account, asked for when the typing rests. */
export class EndpointOffer {
  readonly errors = new FormErrors();
  /** Asked for the offer alone; the location does not keep it. */
  account = $state("");
  #url = $state<string | null>(null);
  /** What stands in the draft by this offer; an endpoint that a person wrote or left empty is theirs. */
  #filled: string | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round = 0;

  /** An empty endpoint is filled where the location is new; one that exists may have none by choice. */
  constructor(of: "new location" | "existing location") {
    this.#filled = of === "new location" ? "" : null;
  }

  /** Whether the endpoint in this draft came from here, rather than from the person. */
  filled(draft: Draft): boolean {
    return this.#filled !== null && draft.endpoint === this.#filled;
  }

  /** What is offered now; null where nothing follows from what was given. */
  get url(): string | null {
    return this.#url;
  }

  /** Asks, and puts the answer into the draft unless the person wrote an endpoint of their own. */
  ask(draft: Draft): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(draft), REST_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#round += 1;
    this.#url = null;
    if (this.#filled !== null) this.#filled = "";
    this.errors.clear();
  }

  async #fetch(draft: Draft): Promise<void> {
    const round = ++this.#round;
    try {
      const answer = await call("endpoint_offer", {
        location_type: draft.locationType,
        region: draft.region.trim() || null,
        account: this.account.trim() || null,
      });
      if (round === this.#round) this.#take(draft, answer.endpoint_url);
    } catch (thrown) {
      if (round === this.#round) this.errors.take(thrown);
    }
  }

  #take(draft: Draft, url: string | null): void {
    const isOurs = this.filled(draft) || (draft.endpoint !== "" && draft.endpoint === this.#url);
    this.#url = url;
    this.errors.clear();
    if (!isOurs) return;
    draft.endpoint = url ?? "";
    this.#filled = draft.endpoint;
  }
}
