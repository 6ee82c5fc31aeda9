export type Place =
  "secrets" | "rotation" | "locations" | "connections" | "audit" | "members" | "trash" | "import" | "settings";

/** Says whether leaving is fine now; if not, it asks the person and calls `leave` once they agree. */
export type Guard = (leave: () => void) => boolean;

/** A file that was let go of over the window, as Rust keeps it. */
export interface DroppedFile {
  id: string;
  name: string;
}

/** Which screen of the open vault is shown, and which secret, if one is asked for. */
export class Navigation {
  #place = $state<Place>("secrets");
  #secretId = $state<string | null>(null);
  #asked = $state.raw<{ place: Place; id: string } | null>(null);
  #wantsNew = $state(false);
  #dropped: DroppedFile | null = null;
  #guard: Guard | null = null;

  get place(): Place {
    return this.#place;
  }

  /** The secret that the list should open, set by `openSecret`. */
  get secretId(): string | null {
    return this.#secretId;
  }

  /** Whether the list should begin a new secret, asked for by `startNew`. */
  get wantsNew(): boolean {
    return this.#wantsNew;
  }

  /** Goes to the secrets and asks there for the form of a new one. */
  startNew(): void {
    this.#wantsNew = true;
    this.go("secrets");
  }

  /** Goes to another screen and asks it to open this record there. */
  open(place: Place, id: string): void {
    if (place === "secrets") return this.openSecret(id);
    this.#asked = { place, id };
    this.go(place);
  }

  /** The record that this screen was asked to open; it is told once. */
  takeAsked(place: Place): string | null {
    const asked = this.#asked;
    if (asked?.place !== place) return null;
    this.#asked = null;
    return asked.id;
  }

  /** Says that the form asked for is shown. */
  tookNew(): void {
    this.#wantsNew = false;
  }

  /** Shows another screen, and hands it a file that was dropped. */
  go(place: Place, dropped: DroppedFile | null = null): void {
    if (place === this.#place) return;
    const leave = () => {
      this.#guard = null;
      this.#place = place;
      this.#dropped = dropped;
    };
    if (this.#guard === null || this.#guard(leave)) leave();
  }

  /** The file that the screen was opened with; it is told once. */
  takeDropped(): DroppedFile | null {
    const dropped = this.#dropped;
    this.#dropped = null;
    return dropped;
  }

  openSecret(id: string | null): void {
    this.#secretId = id;
    if (id !== null) this.go("secrets");
  }

  /** Asks before the screen is left, for as long as the returned function is not called. */
  guard(guard: Guard): () => void {
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = null;
    };
  }

  reset(): void {
    this.#guard = null;
    this.#place = "secrets";
    this.#secretId = null;
    this.#asked = null;
    this.#wantsNew = false;
    this.#dropped = null;
  }
}
