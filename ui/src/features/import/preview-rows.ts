import type { ImportBecomes, ImportItem } from "../../ipc";

export type ActionFilter = "all" | ImportItem["action"];

/** One line of the preview: an item, or a further secret of the item above it. */
export interface PreviewRow {
  key: string;
  item: ImportItem;
  becomes: ImportBecomes | null;
  first: boolean;
}

export const ACTION_NAMES: Record<ImportItem["action"], string> = {
  create: "New",
  update: "New version",
  unchanged: "Stored already",
  skip: "Skipped",
};

export const ACTION_TONES: Record<ImportItem["action"], "ok" | "info" | "muted" | "warn"> = {
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

/** What stands under the name: why it is skipped, or what goes where. */
export function rowNote(row: PreviewRow): string {
  const parts = [row.item.reason ?? "", ...(row.becomes?.hints.map((hint) => hint.message) ?? [])];
  if (row.first && row.item.notes.length > 0) parts.push(`To the notes: ${row.item.notes.join(", ")}`);
  return parts.filter((part) => part !== "").join(" · ");
}
