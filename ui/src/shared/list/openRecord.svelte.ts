import { CommandError } from "../../ipc";

/** The record beside a list: read anew when it changed, and kept while it can't be read. */
export class OpenRecord<Row extends { id: string }> {
  #get: (id: string) => Promise<Row>;
  #record = $state.raw<Row | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  /** The id that was asked for last; an answer for another is dropped. */
  #wanted: string | null = null;

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
    try {
      const record = await this.#get(id);
      if (this.#wanted === id) this.show(record);
    } catch (thrown) {
      if (this.#wanted !== id) return;
      this.#failure = CommandError.from(thrown);
      if (this.#failure.type === "not_found") this.#record = null;
    }
  }

  close(): void {
    this.#wanted = null;
    this.#record = null;
    this.#failure = null;
  }
}
