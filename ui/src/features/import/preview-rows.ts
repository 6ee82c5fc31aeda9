import type { ImportBecomes, ImportItem } from "../../ipc";

export type ActionFilter = "all" | ImportItem["action"];

/** One line of the preview: an item, or a further secret of the item above it. */
export interface PreviewRow {
  key: string;
  item: ImportItem;
  becomes: ImportBecomes | null;
  first: boolean;
}

const ACTION_NAMES: Record<ImportItem["action"], string> = {
  create: "New",
  update: "New version",
  unchanged: "Stored already",
  skip: "Skipped",
};

const ACTION_TONES: Record<ImportItem["action"], "ok" | "info" | "muted" | "warn"> = {
  create: "ok",
  update: "info",
  unchanged: "muted",
  skip: "warn",
};

export function matching(items: ImportItem[], filter: ActionFilter, query: string): ImportItem[] {
  const wanted = query.trim().toLowerCase();
  return items.filter(
    (item) =>
      (filter === "all" || item.action === filter) &&
      (wanted === "" || `${item.title} ${item.vault}`.toLowerCase().includes(wanted)),
  );
}

export function previewRows(items: ImportItem[]): PreviewRow[] {
  return items.flatMap((item): PreviewRow[] =>
    item.becomes.length === 0
      ? [{ key: item.item_id, item, becomes: null, first: true }]
      : item.becomes.map((becomes, index) => ({
          key: `${item.item_id}/${index}`,
          item,
          becomes,
          first: index === 0,
        })),
  );
}

/** What stands under the action: why it is skipped, what is left out, what goes where. An item says its part once. */
export function rowNotes(row: PreviewRow): string[] {
  const ofItem = row.first ? [row.item.reason ?? "", ...row.item.notes] : [];
  const ofSecret = row.becomes?.hints.map((hint) => hint.message) ?? [];
  return [...ofItem, ...ofSecret].filter((part) => part !== "");
}

/** What will happen to an item as things are selected now. */
export function outcome(item: ImportItem, picked: boolean): { name: string; tone: "ok" | "info" | "muted" | "warn" } {
  if (picked && item.action === "skip") return { name: "Included", tone: "ok" };
  if (!picked && (item.action === "create" || item.action === "update")) return { name: "Left out", tone: "muted" };
  return { name: ACTION_NAMES[item.action], tone: ACTION_TONES[item.action] };
}
