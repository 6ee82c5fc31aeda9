import type { ImportLiveItem, ImportLiveVault } from "../ipc";
import { refusal, type Handlers, type MockWorld } from "./mock-world";

type Names = "import_live_vaults" | "import_live_items" | "import_live_open";

const LONG = "A vault whose name nobody ever shortened, of the storage team’s second region in the far north";

const KINDS = ["login", "api_credential", "password", "ssh_key", "note"];
const TITLES = ["AWS deploy", "Stripe live key", "Grafana", "Bastion", "Runbook", "GitHub deploy token", "Datadog"];

export function importLiveCommands(world: MockWorld): Pick<Handlers, Names> {
  const items = new Map<string, ImportLiveItem[]>(
    VAULTS.map(({ vault_id, items }, at) => [vault_id, made(at, items ?? 3)]),
  );
  return {
    import_live_vaults: ({ from }) => ({
      name: from === "desktop_app" ? "1Password app" : world.connection(from).name,
      can_refer: from !== "desktop_app",
      vaults: VAULTS,
    }),
    import_live_items: ({ vault_id, query, offset, limit }) => {
      const all = items.get(vault_id) ?? [];
      const wanted = (query ?? "").toLowerCase();
      const matching = all.filter(({ title, tags }) => [title, ...tags].join(" ").toLowerCase().includes(wanted));
      const from = offset ?? 0;
      return {
        items: matching.slice(from, from + (limit ?? 200)),
        offset: from,
        matching: matching.length,
        total: all.length,
        unreadable: 0,
      };
    },
    import_live_open: async ({ from, chosen }) => {
      const total = chosen.reduce(
        (sum, { vault_id, items: only, except }) =>
          sum + (only?.length ?? (items.get(vault_id)?.length ?? 0) - (except?.length ?? 0)),
        0,
      );
      for (let done = 0; done <= total; done += Math.max(1, Math.floor(total / 10))) {
        world.emit({ kind: "progress", job: "import", stage: "read", done, total });
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      return { file_id: "file_live", name: from === "desktop_app" ? "1Password app" : world.connection(from).name };
    },
  };
}

/** What Rust answers where 1Password refused, by the detail's type. */
export function refusedLive(type: string, message: string) {
  return refusal(502, "bad_gateway", message, [{ loc: [], message, type }]);
}

const VAULTS: ImportLiveVault[] = [
  { vault_id: "aaaaaaaaaaaaaaaaaaaaaaaaaa", name: "Infrastructure", items: 48 },
  { vault_id: "bbbbbbbbbbbbbbbbbbbbbbbbbb", name: "Shared", items: 1204 },
  { vault_id: "cccccccccccccccccccccccccc", name: LONG, items: null },
  { vault_id: "dddddddddddddddddddddddddd", name: "Nothing in it", items: 0 },
];

function made(vault: number, count: number): ImportLiveItem[] {
  return Array.from({ length: count }, (_, at) => ({
    item_id: `${vault}${at}`.padStart(26, "z"),
    title:
      at === 2 ? `${LONG}: its root account` : `${TITLES[at % TITLES.length]} ${at < TITLES.length ? "" : at}`.trim(),
    kind: KINDS[at % KINDS.length]!,
    state: at % 9 === 8 ? "archived" : "active",
    tags: at % 4 === 0 ? ["production", "storage"] : [],
    updated_at: "2026-08-12T09:30:00.000Z",
  }));
}
