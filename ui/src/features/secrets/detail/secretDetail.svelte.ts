import { call, CommandError } from "../../../ipc";
import { Latest } from "../../../shared/latest";
import type { Location, Outcome, Secret, SharedValue, Version } from "../types";

/** More are looked at in the list of locations. */
const LOCATIONS_SHOWN_MAX = 100;

/** One secret, open in the pane: its metadata, masks and history. */
export class SecretDetail {
  #secret = $state.raw<Secret | null>(null);
  #versions = $state.raw<Version[] | null>(null);
  #locations = $state.raw<Location[] | null>(null);
  #locationsTotal = $state(0);
  #sharedWith = $state.raw<SharedValue[]>([]);
  #failure = $state.raw<CommandError | null>(null);
  #latest = new Latest();
  #copied = $state.raw<{ id: string; field: string; label: string } | null>(null);

  get secret(): Secret | null {
    return this.#secret;
  }

  /** Whether it can be looked at only, until it is brought back. */
  get isTrashed(): boolean {
    return this.#secret !== null && this.#secret.trashed_at !== null;
  }

  /** Newest first; null while they are fetched. */
  get versions(): Version[] | null {
    return this.#versions;
  }

  /** Where it is used, by name; null while they are fetched. */
  get locations(): Location[] | null {
    return this.#locations;
  }

  /** How many there are, shown or not. */
  get locationsTotal(): number {
    return this.#locationsTotal;
  }

  /** Other secrets that have one of its values now, as far as this member may know. */
  get sharedWith(): SharedValue[] {
    return this.#sharedWith;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  /** The clipboard's label, if this field was the last one copied. */
  copiedLabel(field: string): string | null {
    const copied = this.#copied;
    return copied !== null && copied.id === this.#secret?.id && copied.field === field ? copied.label : null;
  }

  /** Shows what the list already knows, before `refresh` asks for the rest. */
  preview(secret: Secret): void {
    if (secret.id !== this.#secret?.id) {
      this.#versions = null;
      this.#locations = null;
      this.#sharedWith = [];
    }
    this.#secret = secret;
    this.#latest.drop();
    this.#failure = null;
  }

  async show(secret: Secret): Promise<void> {
    this.preview(secret);
    await this.refresh();
  }

  async open(id: string): Promise<void> {
    if (id !== this.#secret?.id) this.close();
    await this.refresh(id);
  }

  /** Reads the secret and its history again. An answer that was overtaken, or for another secret, is dropped. */
  async refresh(id = this.#secret?.id): Promise<void> {
    if (id === undefined) return;
    this.#failure = null;
    const isNewest = this.#latest.begin();
    try {
      const [got, history, used] = await Promise.all([
        call("secret_get", { id }),
        call("secret_history", { id }),
        call("location_list", { secret_id: id, limit: LOCATIONS_SHOWN_MAX }),
      ]);
      if (!isNewest()) return;
      this.#secret = got.secret;
      this.#sharedWith = got.shares_value_with;
      this.#versions = history.versions;
      this.#locations = used.locations;
      this.#locationsTotal = used.total;
    } catch (thrown) {
      if (!isNewest()) return;
      this.#failure = CommandError.from(thrown);
      if (this.#failure.type === "not_found") this.#secret = null;
    }
  }

  close(): void {
    this.#latest.drop();
    this.#secret = null;
    this.#versions = null;
    this.#locations = null;
    this.#sharedWith = [];
    this.#failure = null;
  }

  async copy(field: string): Promise<string> {
    const id = this.#secret?.id ?? "";
    const { label } = await call("secret_copy", { id, field });
    this.#copied = { id, field, label };
    return label;
  }

  restore(version: number): Promise<Outcome> {
    return this.#change((id) => call("secret_restore", { id, version }));
  }

  destroyVersion(version: number, forget: boolean): Promise<Outcome> {
    return this.#change((id) => call("version_destroy", { id, version, forget }));
  }

  async #change(act: (id: string) => Promise<Outcome>): Promise<Outcome> {
    const id = this.#secret?.id ?? "";
    const outcome = await act(id);
    await this.refresh(id);
    return outcome;
  }
}
