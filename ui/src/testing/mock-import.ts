import type { ImportBecomes, ImportCounts, ImportItem } from "../ipc";
import { makeSecret } from "./mock-secrets";
import type { Handlers, MockWorld } from "./mock-world";

const SKIP_REASON = "A credit card holds no credential of a kind that Turnstone keeps.";

type Names =
  | "import_paste"
  | "import_preview"
  | "import_choose"
  | "import_discard"
  | "import_apply"
  | "import_report_save"
  | "import_file_destroy";

export function importCommands(world: MockWorld): Pick<Handlers, Names> {
  const items = madeItems();
  const matching = (show?: string | null, query?: string | null) =>
    items.filter(
      (item) =>
        isShown(item, show ?? "all") &&
        `${item.title} ${item.vault}`.toLowerCase().includes((query ?? "").toLowerCase()),
    );
  return {
    import_paste: () => ({ file_id: "fil_pasted" }),
    import_preview: ({ show, query, offset, limit }) => {
      const found = matching(show, query);
      const from = offset ?? 0;
      return {
        format: "1pux",
        format_label: "1Password export (1PUX)",
        other_formats: [],
        columns: [],
        first_row: null,
        items: found.slice(from, from + (limit ?? 200)),
        offset: from,
        matching: found.length,
        counts: counted(items),
      };
    },
    import_choose: ({ items: ids, show, query, take, locations, question, choice }) => {
      const meant = ids == null ? matching(show, query) : items.filter((item) => ids.includes(item.item_id));
      for (const item of meant) {
        const at = items.indexOf(item);
        const questions = item.questions.map((asked) =>
          asked.id === question ? { ...asked, chosen: choice ?? "" } : asked,
        );
        items[at] = settled({
          ...item,
          questions,
          taken: item.becomes.length > 0 && (take ?? item.taken),
          with_locations: locations ?? item.with_locations,
        });
      }
      return { counts: counted(items) };
    },
    import_discard: () => ({}),
    import_apply: async () => {
      const taken = items.filter((item) => item.taken);
      const total = taken.length;
      for (let done = 0; done <= total; done += Math.max(1, Math.floor(total / 20))) {
        world.emit({ kind: "progress", job: "import", stage: "apply", done, total });
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      for (const secret of taken.flatMap((item) => item.becomes).filter((secret) => secret.action === "create")) {
        world.secrets.unshift({ ...makeSecret(world.secrets.length, world.random), name: secret.name });
      }
      world.emit({ kind: "changed", what: ["secrets"] });
      const counts = counted(items);
      const left = items.filter((item) => !item.taken);
      const sums = {
        found: counts.found,
        imported: counts.create,
        updated: counts.update,
        unchanged: counts.unchanged,
        skipped: counts.skip,
      };
      return {
        ...sums,
        groups: [{ account: "Acme", vault: "Shared", folder: "", kind: "login", ...sums }],
        fields: { found: 92 + left.length, kept: 90, changed: 2, left_out: left.length },
        earlier: 0,
        locations: 1,
        left_out: left.map((item) => ({ title: item.title, field: null, reason: item.reason ?? "It was not chosen." })),
        left_out_total: left.length,
        can_destroy: true,
      };
    },
    import_report_save: ({ format }) => ({
      file_name: format === "json" ? "import-report.json" : "import-report.md",
      bytes: 2048,
    }),
    import_file_destroy: () => ({
      file_name: "acme-export.1pux",
      message: "The file was overwritten and removed. Its content may still be in copies, backups and snapshots.",
    }),
  };
}

/** What a protected KeePass database asks for. */
export const NEEDS_PASSWORD = {
  needs: "password" as const,
  format: "keepass",
  format_label: "KeePass database (KDBX)",
  message: "The file is protected with a password. Enter it to read the file.",
  again: false,
  columns: [],
  first_row: null,
  uses: [],
};

function isShown(item: ImportItem, show: string): boolean {
  if (show === "all") return true;
  if (show === "archived" || show === "trashed") return item.state === show;
  if (show === "question") return item.questions.length > 0;
  if (show === "duplicate") return item.becomes.some((secret) => secret.same_as.length > 0);
  if (show === "location") return item.becomes.some((secret) => secret.locations.length > 0);
  return item.action === show;
}

/** With the action and the reason that follow from what is chosen. */
function settled(item: ImportItem): ImportItem {
  if (!item.taken) return { ...item, action: "skip", reason: item.reason ?? "It was not chosen." };
  return { ...item, action: item.becomes[0]?.action ?? "create", reason: null };
}

function counted(items: ImportItem[]): ImportCounts {
  const secrets = (action: string) =>
    items
      .filter((item) => item.taken)
      .flatMap((item) => item.becomes)
      .filter((secret) => secret.action === action).length;
  const found = items.reduce((sum, item) => sum + Math.max(1, item.becomes.length), 0);
  const shown = (show: string) => items.filter((item) => isShown(item, show)).length;
  const [create, update, unchanged] = [secrets("create"), secrets("update"), secrets("unchanged")];
  return {
    found,
    create,
    update,
    unchanged,
    skip: found - create - update - unchanged,
    items: items.length,
    taken: items.filter((item) => item.action === "create" || item.action === "update").length,
    archived: shown("archived"),
    trashed: shown("trashed"),
    duplicate: shown("duplicate"),
    renamed: 0,
    question: shown("question"),
    location: shown("location"),
    left_out: 0,
    room: null,
  };
}

function item(index: number, title: string, extra: Partial<ImportItem>): ImportItem {
  return {
    item_id: `itm_${index}`,
    title,
    account: "Acme",
    vault: index % 3 === 0 ? "Infrastructure" : "Shared",
    folder: "",
    kind: "login",
    state: "active",
    becomes: [],
    taken: (extra.becomes?.length ?? 0) > 0,
    with_locations: true,
    action: "create",
    reason: null,
    questions: [],
    notes: [],
    ...extra,
  };
}

function becomes(
  name: string,
  secret_type: string,
  auth_method: string,
  fields: [string, string][],
  extra: Partial<ImportBecomes> = {},
): ImportBecomes {
  return {
    name,
    renamed_from: null,
    secret_type,
    auth_method,
    kind: secret_type === "generic" ? "password" : "storage",
    file_name: null,
    env_key: null,
    because: null,
    action: "create",
    fields: fields.map(([field, mask]) => ({ name: field, mask, reference: null })),
    hints: [],
    earlier: 0,
    expires_at: null,
    locations: [],
    same_as: [],
    ...extra,
  };
}

function madeItems(): ImportItem[] {
  const first: ImportItem[] = [
    item(1, "AWS deploy", {
      becomes: [
        becomes(
          "AWS deploy",
          "s3",
          "s3_access_key",
          [
            ["access_key_id", "AKIA••••7QXM"],
            ["secret_access_key", "••••••••"],
          ],
          {
            because: "Its labels are those of an S3 key",
            locations: [
              {
                name: "acme-media",
                bucket_name: "acme-media",
                region: "eu-central-1",
                endpoint_url: null,
                prefix: null,
              },
            ],
          },
        ),
      ],
      questions: [
        {
          id: "q1",
          text: "Which service is this key of?",
          choices: [
            { id: "s3", label: "Amazon S3" },
            { id: "keep", label: "Keep it as two values" },
          ],
          chosen: "s3",
        },
      ],
      notes: ["To the notes: URL, user name"],
    }),
    item(2, "Datadog", {
      becomes: [
        becomes("Datadog", "generic", "opaque_value", [["value", "a91c••••44"]]),
        becomes("Datadog · Keys · Application key", "generic", "opaque_value", [["value", "0d2e••••f1"]]),
      ],
    }),
    item(3, "Stripe live key", {
      action: "update",
      becomes: [
        becomes("Stripe live key", "generic", "opaque_value", [["value", "sk_liv••••Qz2"]], {
          action: "update",
          earlier: 2,
          same_as: [{ name: "Stripe (old)", secret_id: "sec_1", is_past: true }],
        }),
      ],
    }),
    item(4, "GitHub deploy token", {
      action: "unchanged",
      becomes: [
        becomes("GitHub deploy token", "generic", "opaque_value", [["value", "ghp_re••••456"]], {
          action: "unchanged",
        }),
      ],
    }),
    item(5, "Company credit card", { action: "skip", reason: SKIP_REASON }),
    item(6, "Old VPN", {
      state: "archived",
      becomes: [becomes("Old VPN", "generic", "opaque_value", [["value", "••••••••"]])],
      notes: ["To the notes: user name, expiry date", "Left out – One-time password: it changes by itself."],
    }),
  ];
  first.push(
    item(7, "Thrown away", {
      action: "skip",
      state: "trashed",
      taken: false,
      reason: "It is in the trash where it comes from.",
      becomes: [becomes("Thrown away", "generic", "opaque_value", [["value", "••••••••"]])],
    }),
  );
  const rest = Array.from({ length: 34 }, (_, index) =>
    item(index + 8, `Service ${index + 1} token`, {
      becomes: [becomes(`Service ${index + 1} token`, "generic", "opaque_value", [["value", "tok_••••9f"]])],
    }),
  );
  return [...first, ...rest];
}
