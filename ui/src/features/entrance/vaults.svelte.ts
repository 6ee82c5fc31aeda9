import { call, CommandError, isCancelled, type VaultListed } from "../../ipc";

/** The vaults that this computer knows, the one opened last first. */
export class Vaults {
  #list = $state<VaultListed[] | null>(null);
  #failure = $state<CommandError | null>(null);
  #chosenId = $state<string | null>(null);

  constructor(firstId: string | null) {
    this.#chosenId = firstId;
  }

  /** Null while it is read for the first time. */
  get list(): VaultListed[] | null {
    return this.#list;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  get chosen(): VaultListed | null {
    return this.#list?.find((vault) => vault.vault_id === this.#chosenId) ?? this.#list?.[0] ?? null;
  }

  choose(vaultId: string): void {
    this.#chosenId = vaultId;
  }

  async refresh(): Promise<void> {
    try {
      const { vaults } = await call("vault_list", {});
      this.#list = vaults.toSorted((a, b) => (b.last_opened_at ?? "").localeCompare(a.last_opened_at ?? ""));
      this.#failure = null;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }

  /** Opens the chooser for a folder; chooses its vault unless the person closed it. */
  async addFolder(): Promise<void> {
    try {
      const answer = await call("vault_add", {});
      if (isCancelled(answer)) return;
      await this.refresh();
      this.choose(answer.vault.vault_id);
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    }
  }
}
