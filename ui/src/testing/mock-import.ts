import type { ImportItem } from "../ipc";
import { makeSecret } from "./mock-secrets";
import type { Handlers, MockWorld } from "./mock-world";

const SKIP_REASON = "A credit card holds no credential of a kind that Turnstone keeps.";

export function importCommands(world: MockWorld): Pick<Handlers, "import_preview" | "import_apply"> {
  const items = madeItems();
  return {
    import_preview: () => ({ format: "1pux", items, counts: counted(items) }),
    import_apply: async ({ items: wanted }) => {
      const taken = items.filter((item) => wanted?.includes(item.item_id) ?? item.action !== "skip");
      const total = taken.length;
      for (let done = 0; done <= total; done += Math.max(1, Math.floor(total / 20))) {
        world.emit({ kind: "progress", job: "import", stage: "apply", done, total });
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      const made = taken
        .filter((item) => item.action === "create" || item.action === "skip")
        .flatMap((item) => item.becomes);
      for (const secret of made) {
        world.secrets.unshift({ ...makeSecret(world.secrets.length, world.random), name: secret.name });
      }
      world.emit({ kind: "changed", what: ["secrets"] });
      const values = (list: ImportItem[]) => list.reduce((sum, item) => sum + Math.max(1, item.becomes.length), 0);
      const of = (action: ImportItem["action"]) => taken.filter((item) => item.action === action);
      const left = items.filter((item) => !taken.includes(item));
      return {
        found: values(items),
        imported: values(of("create")) + values(of("skip")),
        updated: values(of("update")),
        unchanged: values(of("unchanged")),
        skipped: left.map((item) => ({
          title: item.title,
          reason: item.action === "skip" ? (item.reason ?? "") : "It was not chosen.",
        })),
      };
    },
  };
}

function counted(items: ImportItem[]) {
  const of = (action: ImportItem["action"]) => items.filter((item) => item.action === action).length;
  return {
    found: items.length,
    create: of("create"),
    update: of("update"),
    unchanged: of("unchanged"),
    skip: of("skip"),
  };
}

function item(index: number, title: string, extra: Partial<ImportItem>): ImportItem {
  return {
    item_id: `itm_${index}`,
    title,
    vault: index % 3 === 0 ? "Infrastructure" : "Shared",
    archived: false,
    becomes: [],
    action: "create",
    reason: null,
    notes: [],
    ...extra,
  };
}

function becomes(name: string, secret_type: string, auth_method: string, fields: [string, string][]) {
  return { name, secret_type, auth_method, fields: fields.map(([field, mask]) => ({ name: field, mask })), hints: [] };
}

function madeItems(): ImportItem[] {
  const first: ImportItem[] = [
    item(1, "AWS deploy", {
      becomes: [
        becomes("AWS deploy", "s3", "s3_access_key", [
          ["access_key_id", "AKIA••••7QXM"],
          ["secret_access_key", "••••••••"],
        ]),
      ],
      notes: ["URL, user name go to the notes"],
    }),
    item(2, "Datadog", {
      becomes: [
        becomes("Datadog", "generic", "opaque_value", [["value", "a91c••••44"]]),
        becomes("Datadog · Keys · Application key", "generic", "opaque_value", [["value", "0d2e••••f1"]]),
      ],
    }),
    item(3, "Stripe live key", {
      action: "update",
      becomes: [becomes("Stripe live key", "generic", "opaque_value", [["value", "sk_liv••••Qz2"]])],
    }),
    item(4, "GitHub deploy token", {
      action: "unchanged",
      becomes: [becomes("GitHub deploy token", "generic", "opaque_value", [["value", "ghp_re••••456"]])],
      reason: "The same value is stored already.",
    }),
    item(5, "Company credit card", { action: "skip", reason: SKIP_REASON }),
    item(6, "Old VPN", {
      archived: true,
      becomes: [becomes("Old VPN", "generic", "opaque_value", [["value", "••••••••"]])],
      notes: ["user name, expiry date go to the notes", "Left out – One-time password: it changes by itself."],
    }),
  ];
  first.push(
    item(7, "Thrown away", {
      action: "skip",
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
