export type Place = "secrets" | "trash" | "import" | "settings";

/** Which screen of the open vault is shown, and which secret, if one is asked for. */
export class Navigation {
  #place = $state<Place>("secrets");
  #secretId = $state<string | null>(null);

  get place(): Place {
    return this.#place;
  }

  /** The secret that the list should open, set by `openSecret`. */
  get secretId(): string | null {
    return this.#secretId;
  }

  go(place: Place): void {
    this.#place = place;
  }

  openSecret(id: string | null): void {
    this.#secretId = id;
    this.#place = "secrets";
  }

  reset(): void {
    this.#place = "secrets";
    this.#secretId = null;
  }
}
