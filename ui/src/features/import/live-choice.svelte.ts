import {
  call,
  CommandError,
  type ConnectionView,
  type ImportLiveItem,
  type ImportLiveSource,
  type ImportLiveVault,
  type Request,
} from "../../ipc";
import { Latest } from "../../shared/latest";
import { RowPages } from "../../shared/list/rowPages.svelte";

/** Ids of items asked for at one time, where all that match are meant. */
const IDS_AT_ONCE = 1000;
/** More connections than a vault has of one product. */
const CONNECTIONS_MAX = 1000;

type Open = Request<"import_live_open">;
export type Access = Pick<Open, "from" | "account">;
export type HeldAs = Open["as"];
type Picked = "all" | ReadonlySet<string>;

/** What is chosen of 1Password: by what it is asked, of which vaults, which items. The page sees titles only; values stay in Rust. */
export class LiveChoice {
  readonly rows = new RowPages<ImportLiveItem>();
  #connections = $state.raw<ConnectionView[] | null>(null);
  #access = $state.raw<Access | null>(null);
  #source = $state.raw<ImportLiveSource | null>(null);
  #vault = $state.raw<ImportLiveVault | null>(null);
  #listed = $state.raw<{ total: number; unreadable: number } | null>(null);
  #picked = $state.raw<ReadonlyMap<string, Picked>>(new Map());
  #totals = $state.raw<ReadonlyMap<string, number>>(new Map());
  #query = $state("");
  #heldAs = $state<HeldAs>("copies");
  #asking = $state<"connections" | "vaults" | "items" | null>(null);
  #failure = $state.raw<CommandError | null>(null);
  #latest = new Latest();

  /** Null until they are there. */
  get connections() {
    return this.#connections;
  }

  get source() {
    return this.#source;
  }

  get access() {
    return this.#access;
  }

  /** The vault whose items are shown. */
  get vault() {
    return this.#vault;
  }

  /** What is said of all items of that vault; null until they are there. */
  get listed() {
    return this.#listed;
  }

  get query() {
    return this.#query;
  }

  get asking() {
    return this.#asking;
  }

  get failure() {
    return this.#failure;
  }

  get heldAs() {
    return this.#heldAs;
  }

  set heldAs(heldAs: HeldAs) {
    this.#heldAs = heldAs;
  }

  async readConnections(): Promise<void> {
    const asked = { type: "onepassword", limit: CONNECTIONS_MAX };
    const page = await this.#ask("connections", () => call("connection_list", asked));
    if (page !== null) this.#connections = page.connections;
  }

  async signIn(access: Access): Promise<void> {
    this.#access = access;
    const source = await this.#ask("vaults", () => call("import_live_vaults", access));
    if (source === null) return;
    this.#closeVault();
    this.#source = source;
    this.#picked = new Map();
    this.#totals = new Map(source.vaults.flatMap(({ vault_id, items }) => (items === null ? [] : [[vault_id, items]])));
    if (!source.can_refer) this.#heldAs = "copies";
    const [first, second] = source.vaults;
    if (first !== undefined && second === undefined) await this.open(first);
  }

  /** Back to the accounts. */
  signOut(): void {
    this.#latest.drop();
    this.#asking = null;
    this.#failure = null;
    this.#access = null;
    this.#source = null;
    this.#closeVault();
  }

  async open(vault: ImportLiveVault): Promise<void> {
    this.#closeVault();
    this.#vault = vault;
    await this.#list("");
  }

  async search(query: string): Promise<void> {
    this.#query = query;
    if (this.#vault !== null) await this.#list(query);
  }

  stateOf({ vault_id }: ImportLiveVault): "all" | "some" | "none" {
    const picked = this.#picked.get(vault_id);
    if (picked === undefined || (picked !== "all" && picked.size === 0)) return "none";
    return picked === "all" || picked.size === this.#totals.get(vault_id) ? "all" : "some";
  }

  isPicked({ item_id }: ImportLiveItem): boolean {
    const picked = this.#vault === null ? undefined : this.#picked.get(this.#vault.vault_id);
    return picked === "all" || picked?.has(item_id) === true;
  }

  pickVault({ vault_id }: ImportLiveVault, take: boolean): void {
    this.#pick(vault_id, take ? "all" : new Set());
  }

  async pickItem(item: ImportLiveItem, take: boolean): Promise<void> {
    await this.#change([item.item_id], take);
  }

  /** All that the search shows. */
  async pickShown(take: boolean): Promise<void> {
    const vault = this.#vault;
    if (vault === null) return;
    if (this.#query.trim() === "") return this.pickVault(vault, take);
    const ids = await this.#ask("items", () => this.#ids(vault, this.#query));
    if (ids !== null) await this.#change(ids, take);
  }

  /** Nothing is chosen where it is empty. */
  get chosen(): Open["chosen"] {
    return [...this.#picked].flatMap(([vault_id, picked]) => {
      if (picked === "all") return [{ vault_id }];
      return picked.size === 0 ? [] : [{ vault_id, items: [...picked] }];
    });
  }

  /** How many items that is; null where 1Password did not say how many a vault has. */
  get count(): number | null {
    let sum = 0;
    for (const [vault, picked] of this.#picked) {
      const count = picked === "all" ? this.#totals.get(vault) : picked.size;
      if (count === undefined) return null;
      sum += count;
    }
    return sum;
  }

  #closeVault(): void {
    this.#vault = null;
    this.#listed = null;
    this.#query = "";
    this.rows.clear();
  }

  async #list(query: string): Promise<void> {
    const vault = this.#vault;
    if (vault === null) return;
    const listed = await this.#ask("items", async () => {
      let said = { total: 0, unreadable: 0 };
      const page = async (offset: number, limit: number) => {
        const { items, matching, total, unreadable } = await this.#page(vault, query, offset, limit);
        said = { total, unreadable };
        return { rows: items, total: matching };
      };
      await this.rows.load(page, 0, 1);
      return said;
    });
    if (listed === null) return;
    this.#listed = listed;
    this.#totals = new Map(this.#totals).set(vault.vault_id, listed.total);
  }

  #page({ vault_id }: ImportLiveVault, query: string, offset: number, limit: number) {
    const access = this.#access ?? { from: "" };
    return call("import_live_items", { ...access, vault_id, query, offset, limit });
  }

  async #ids(vault: ImportLiveVault, query: string): Promise<string[]> {
    const ids: string[] = [];
    for (let matching = 1; ids.length < matching;) {
      const page = await this.#page(vault, query, ids.length, IDS_AT_ONCE);
      matching = page.items.length === 0 ? 0 : page.matching;
      ids.push(...page.items.map(({ item_id }) => item_id));
    }
    return ids;
  }

  async #change(ids: string[], take: boolean): Promise<void> {
    const vault = this.#vault;
    if (vault === null) return;
    const before = this.#picked.get(vault.vault_id) ?? new Set<string>();
    if (before === "all" && take) return;
    const all = before === "all" ? await this.#ask("items", () => this.#ids(vault, "")) : [...before];
    if (all === null) return;
    const after = new Set(all);
    for (const id of ids) {
      if (take) after.add(id);
      else after.delete(id);
    }
    this.#pick(vault.vault_id, after);
  }

  #pick(vault: string, picked: Picked): void {
    this.#picked = new Map(this.#picked).set(vault, picked);
  }

  /** Null where it failed, or where a newer request has overtaken it. */
  async #ask<A>(what: "connections" | "vaults" | "items", act: () => Promise<A>): Promise<A | null> {
    const isNewest = this.#latest.begin();
    this.#asking = what;
    this.#failure = null;
    try {
      const answer = await act();
      if (!isNewest()) return null;
      this.#asking = null;
      return answer;
    } catch (thrown) {
      if (isNewest()) {
        this.#asking = null;
        this.#failure = CommandError.from(thrown);
      }
      return null;
    }
  }
}
