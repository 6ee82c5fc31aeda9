import type { LocationView } from "../ipc";

/** What a location needs to know of the secret that it is made for. */
export interface ForSecret {
  id: string;
  name: string;
  secret_type: string;
}

export type Question =
  | { kind: "create"; secret: ForSecret | null; done?: Done }
  | { kind: "edit" | "relink" | "unlink"; location: LocationView; done?: Done }
  | { kind: "delete"; location: LocationView; done?: () => void };

type Done = (location: LocationView) => void;

/** The one question about a location that is open, asked from the list of locations or from a secret, and shown above both. */
export class LocationQuestion {
  #open = $state.raw<Question | null>(null);

  get open(): Question | null {
    return this.#open;
  }

  ask(question: Question): void {
    this.#open = question;
  }

  end(): void {
    this.#open = null;
  }
}
