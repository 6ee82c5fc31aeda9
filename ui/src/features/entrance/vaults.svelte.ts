import { call, CommandError, isCancelled, type VaultListed } from "../../ipc";

/** The vaults that this computer knows, the one opened last first. */
export class Vaults {
  #list = $state<VaultListed[] | null>(null);
  #failure = $state<CommandError | null>(null);
  /** A copy or a restored backup has the id of its original, so a folder is what tells vaults apart. */
  #chosenFolder = $state<string | null>(null);
  readonly #firstId: string | null;

  constructor(firstId: string | null) {
    this.#firstId = firstId;
  }

  /** Null while it is read for the first time. */
  get list(): VaultListed[] | null {
    return this.#list;
  }

  get failure(): CommandError | null {
    return this.#failure;
  }

  get chosen(): VaultListed | null {
    const list = this.#list ?? [];
    return (
      list.find((vault) => vault.folder === this.#chosenFolder) ??
      list.find((vault) => vault.vault_id === this.#firstId) ??
      list[0] ??
      null
    );
  }

  /** Whether another vault has the same id, so that the folder has to be named too. */
  isTwin(vault: VaultListed): boolean {
    return (this.#list ?? []).some((other) => other.vault_id === vault.vault_id && other.folder !== vault.folder);
  }

  choose(folder: string): void {
    this.#chosenFolder = folder;
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

  /** Opens the chooser for a folder and chooses its vault. Null where the person closed it, or it holds none. */
  async addFolder(): Promise<VaultListed | null> {
    try {
      const answer = await call("vault_add", {});
      if (isCancelled(answer)) return null;
      await this.refresh();
      const added = this.#list?.find((vault) => vault.folder === answer.folder) ?? null;
      if (added !== null) this.choose(added.folder);
      return added;
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
      return null;
    }
  }
}
