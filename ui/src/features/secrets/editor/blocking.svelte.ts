import { call, CommandError, type Dependant, type LocationView, type Offer } from "../../../ipc";

export type ManagedSecret = Extract<Dependant, { kind: "managed" }>;
export type BlockingLocation = Extract<Dependant, { kind: "location" }>;

/** The locations that stand in the way of a change, and what can be done about each. */
export class Blocking {
  #locations = $state.raw<BlockingLocation[]>([]);
  #managed = $state.raw<ManagedSecret[]>([]);
  #message = $state<string | null>(null);
  #isRotating = $state(false);
  #offers = $state.raw<Offer[]>([]);

  /** Those that are still linked. */
  get locations(): BlockingLocation[] {
    return this.#locations;
  }

  /** Secrets whose keys are made and ended with this one's value. */
  get managed(): ManagedSecret[] {
    return this.#managed;
  }

  /** What Rust said; null while nothing stands in the way. */
  get message(): string | null {
    return this.#message;
  }

  /** Whether a running rotation is among what stands in the way; it cannot be unlinked. */
  get isRotating(): boolean {
    return this.#isRotating;
  }

  /** Whether Rust names this as a way out. */
  offers(way: Offer): boolean {
    return this.#offers.includes(way);
  }

  /** True where the refusal names what blocks. */
  take(error: CommandError): boolean {
    const dependants = error.envelope.dependants ?? [];
    if (dependants.length === 0) return false;
    this.#locations = dependants.filter((one) => one.kind === "location");
    this.#managed = dependants.filter((one) => one.kind === "managed");
    this.#isRotating = dependants.some((one) => one.kind === "rotation");
    this.#offers = error.envelope.offers ?? [];
    this.#message = error.message;
    return true;
  }

  /**
   * Unlinks them one after another, each as it is now: the list may be old. One that has another secret by now is left
   * as it is; one that fails stays listed and ends it.
   */
  async unlinkAll(secretId: string): Promise<void> {
    for (const { id } of this.#locations) {
      const location = await stillUsing(secretId, id);
      if (location !== null)
        await call("location_update", { id, secret_id: null, expected_revision: location.revision });
      this.drop(id);
    }
  }

  /** It does not use the secret any more. */
  drop(id: string): void {
    this.#locations = this.#locations.filter((one) => one.id !== id);
  }

  clear(): void {
    this.#locations = [];
    this.#managed = [];
    this.#isRotating = false;
    this.#offers = [];
    this.#message = null;
  }
}

/** The location as it is now; null where it does not use this secret any more, or is deleted. */
export async function stillUsing(secretId: string, locationId: string): Promise<LocationView | null> {
  try {
    const { location } = await call("location_get", { id: locationId });
    return location.secret_id === secretId ? location : null;
  } catch (thrown) {
    const error = CommandError.from(thrown);
    if (error.type === "not_found") return null;
    throw error;
  }
}
