import { call, CommandError, onChanged, type Request, type VaultSettings as Settings } from "../../ipc";
import { Latest } from "../../shared/latest";

export type Tier = Request<"tier_set">["tier"];

/** What holds for the vault and all of its members. */
export class VaultSettings {
  #now = $state.raw<Settings | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #latest = new Latest();

  /** Null until they were read. */
  get now(): Settings | null {
    return this.#now;
  }

  /** Why they could not be read. */
  get failure(): CommandError | null {
    return this.#failure;
  }

  /** Begins to follow the vault; the answer ends it. */
  start(): () => void {
    void this.refresh();
    return onChanged(["vault_settings", "secrets", "trash", "connections"], () => void this.refresh());
  }

  async refresh(): Promise<void> {
    const isNewest = this.#latest.begin();
    try {
      const now = await call("vault_settings_get", {});
      if (!isNewest()) return;
      this.#now = now;
      this.#failure = null;
    } catch (thrown) {
      if (!isNewest()) return;
      this.#failure = CommandError.from(thrown);
    }
  }

  async setTier(tier: Tier): Promise<void> {
    const now = await call("tier_set", { tier });
    this.#latest.drop();
    this.#now = now;
    this.#failure = null;
  }
}
