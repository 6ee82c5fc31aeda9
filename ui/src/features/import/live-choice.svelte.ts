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
/** Items of a vault by their ids, or all of it but these. */
type Picked = { readonly of: "these" | "all but these"; readonly ids: ReadonlySet<string> };

const NONE: Picked = { of: "these", ids: new Set() };
const ALL: Picked = { of: "all but these", ids: new Set() };

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
  #collecting = $state(false);
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

  /** Whether items are being gathered that will be chosen. */
  get isCollecting() {
    return this.#collecting;
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

  /** What is chosen stays where the same account is looked at again. */
  async signIn(access: Access): Promise<void> {
    const before = this.#access;
    const isAgain = before?.from === access.from && before.account === access.account;
    this.#access = access;
    const source = await this.#ask("vaults", () => call("import_live_vaults", access));
    if (source === null) return;
    const opened = isAgain ? this.#vault?.vault_id : undefined;
    const there = new Set(source.vaults.map(({ vault_id }) => vault_id));
    this.#closeVault();
    this.#source = source;
    this.#picked = new Map([...this.#picked].filter(([vault]) => isAgain && there.has(vault)));
    this.#totals = new Map(source.vaults.flatMap(({ vault_id, items }) => (items === null ? [] : [[vault_id, items]])));
    if (!source.can_refer) this.#heldAs = "copies";
    const only = source.vaults.length === 1 ? source.vaults[0] : undefined;
    const shown = source.vaults.find(({ vault_id }) => vault_id === opened) ?? only;
    if (shown !== undefined) await this.open(shown);
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
    const { of, ids } = this.#picked.get(vault_id) ?? NONE;
    const total = this.#totals.get(vault_id);
    if (ids.size === 0) return of === "these" ? "none" : "all";
    if (ids.size === total) return of === "these" ? "all" : "none";
    return "some";
  }

  isPicked({ item_id }: ImportLiveItem): boolean {
    if (this.#vault === null) return false;
    const { of, ids } = this.#picked.get(this.#vault.vault_id) ?? NONE;
    return (of === "these") === ids.has(item_id);
  }

  pickVault({ vault_id }: ImportLiveVault, take: boolean): void {
    this.#picked = new Map(this.#picked).set(vault_id, take ? ALL : NONE);
  }

  pickItem({ item_id }: ImportLiveItem, take: boolean): void {
    if (this.#vault !== null) this.#change(this.#vault, [item_id], take);
  }

  /** All that the search shows. */
  async pickShown(take: boolean): Promise<void> {
    const vault = this.#vault;
    if (vault === null) return;
    if (this.#query.trim() === "") return this.pickVault(vault, take);
    const access = this.#access;
    this.#collecting = true;
    this.#failure = null;
    try {
      const ids = await this.#ids(vault, this.#query);
      if (this.#access === access) this.#change(vault, ids, take);
    } catch (thrown) {
      this.#failure = CommandError.from(thrown);
    } finally {
      this.#collecting = false;
    }
  }

  /** Items that the answer to a request says are not there any more are not chosen any more. */
  forgetMissing(asked: Open["chosen"], { details }: CommandError): void {
    for (const { loc, type } of details) {
      const [member, at, list, index] = loc;
      if (type !== "unknown_value" || member !== "chosen" || typeof at !== "number") continue;
      const vault = asked[at];
      const picked = vault === undefined ? undefined : this.#picked.get(vault.vault_id);
      if (vault === undefined || picked === undefined) continue;
      const ids = new Set(picked.ids);
      if (list === "vault_id") ids.clear();
      else if (list === "items" && typeof index === "number") ids.delete(vault.items?.[index] ?? "");
      const of = list === "vault_id" ? "these" : picked.of;
      this.#picked = new Map(this.#picked).set(vault.vault_id, { of, ids });
    }
  }

  /** Nothing is chosen where it is empty. */
  get chosen(): Open["chosen"] {
    return [...this.#picked].flatMap(([vault_id, { of, ids }]): Open["chosen"] => {
      if (of === "these") return ids.size === 0 ? [] : [{ vault_id, items: [...ids] }];
      if (ids.size === this.#totals.get(vault_id) && ids.size > 0) return [];
      return [ids.size === 0 ? { vault_id } : { vault_id, except: [...ids] }];
    });
  }

  /** How many items that is; null where 1Password did not say how many a vault has. */
  get count(): number | null {
    let sum = 0;
    for (const [vault, { of, ids }] of this.#picked) {
      const total = this.#totals.get(vault);
      if (of === "all but these" && total === undefined) return null;
      sum += of === "these" ? ids.size : (total ?? 0) - ids.size;
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

  #change({ vault_id }: ImportLiveVault, changed: string[], take: boolean): void {
    const { of, ids } = this.#picked.get(vault_id) ?? NONE;
    const isNamed = (of === "these") === take;
    const after = new Set(ids);
    for (const id of changed) {
      if (isNamed) after.add(id);
      else after.delete(id);
    }
    this.#picked = new Map(this.#picked).set(vault_id, { of, ids: after });
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
