import { call, CommandError } from "../../ipc";
import type { Connection, ConnectionType, FieldSpec } from "./types";

/** The external vaults that Rust can be connected to, and what each asks for. */
export class ConnectionTypes {
  #all = $state.raw<ConnectionType[]>([]);
  #failure = $state.raw<CommandError | null>(null);

  get all(): ConnectionType[] {
    return this.#all;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  get choices(): { value: string; label: string }[] {
    return this.#all.map(({ type, label }) => ({ value: type, label }));
  }

  of(type: string): ConnectionType | null {
    return this.#all.find((known) => known.type === type) ?? null;
  }

  /** The fields that a new token of this connection comes with. */
  tokenFields(connection: Connection): FieldSpec[] {
    const methods = this.of(connection.connection_type)?.methods ?? [];
    const method = methods.find((one) => one.method === connection.method);
    return method?.fields.filter((field) => field.comes_with_token) ?? [];
  }

  async read(): Promise<void> {
    try {
      const catalogue = await call("catalogue_get", {});
      this.#all = catalogue.connection_types;
      this.#failure = null;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }
}
