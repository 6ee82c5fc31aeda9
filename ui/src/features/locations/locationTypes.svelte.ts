import { call, CommandError } from "../../ipc";
import type { LocationType } from "./types";

/** The storage types as Rust knows them, with what a form asks for each. */
export class LocationTypes {
  #all = $state.raw<LocationType[]>([]);
  #failure = $state.raw<CommandError | null>(null);

  get all(): LocationType[] {
    return this.#all;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  get choices(): { value: string; label: string }[] {
    return this.#all.map(({ type, label }) => ({ value: type, label }));
  }

  of(type: string): LocationType | null {
    return this.#all.find((known) => known.type === type) ?? null;
  }

  async read(): Promise<void> {
    try {
      const catalogue = await call("catalogue_get", {});
      this.#all = catalogue.location_types;
      this.#failure = null;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }
}
