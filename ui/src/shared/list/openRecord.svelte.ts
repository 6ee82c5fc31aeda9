import { CommandError } from "../../ipc";
import { Latest } from "../latest";

/** The record beside a list: read anew when it changed, and kept while it can't be read. */
export class OpenRecord<Row extends { id: string }> {
  #get: (id: string) => Promise<Row>;
  #record = $state.raw<Row | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #wanted: string | null = null;
  #latest = new Latest();

  constructor(get: (id: string) => Promise<Row>) {
    this.#get = get;
  }

  get record(): Row | null {
    return this.#record;
  }

  /** Why it may not be what it was. */
  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Shows one that is at hand. */
  show(record: Row): void {
    this.#latest.drop();
    this.#wanted = record.id;
    this.#record = record;
    this.#failure = null;
  }

  async open(id: string): Promise<void> {
    this.close();
    this.#wanted = id;
    await this.read();
  }

  async read(): Promise<void> {
    const id = this.#wanted;
    if (id === null) return;
    const isNewest = this.#latest.begin();
    try {
      const record = await this.#get(id);
      if (isNewest()) this.show(record);
    } catch (thrown) {
      if (!isNewest()) return;
      this.#failure = CommandError.from(thrown);
      if (this.#failure.type === "not_found") this.#record = null;
    }
  }

  close(): void {
    this.#latest.drop();
    this.#wanted = null;
    this.#record = null;
    this.#failure = null;
  }
}
