import type { ImportBecomes, ImportCounts, ImportItem } from "../../ipc";
import { countText } from "../../shared/numbers";

export type Shown =
  | "all"
  | "create"
  | "update"
  | "unchanged"
  | "skip"
  | "question"
  | "duplicate"
  | "renamed"
  | "location"
  | "archived"
  | "trashed"
  | "left_out";

type Tone = "ok" | "info" | "muted" | "warn";

const SHOWN: [Shown, string][] = [
  ["all", "All items"],
  ["create", "New"],
  ["update", "New versions"],
  ["unchanged", "Stored already"],
  ["skip", "Skipped"],
  ["question", "With a question"],
  ["duplicate", "Same value elsewhere"],
  ["renamed", "With another name"],
  ["location", "With locations"],
  ["archived", "Archived"],
  ["trashed", "In the trash"],
  ["left_out", "With parts left out"],
];

const ACTIONS: Record<ImportItem["action"], { name: string; tone: Tone }> = {
  create: { name: "New", tone: "ok" },
  update: { name: "New version", tone: "info" },
  unchanged: { name: "Stored already", tone: "muted" },
  skip: { name: "Skipped", tone: "warn" },
};

const KINDS: Record<string, string> = {
  storage: "storage key",
  password: "password",
  api_credential: "API credential",
  one_time_password: "one-time password",
  ssh_key: "SSH key",
  note: "note",
  attachment: "attachment",
  card: "card",
  identity: "identity",
  passkey: "passkey",
};

const USE_TEXTS: Record<string, string> = {
  title: "Name",
  folder: "Folder",
  tags: "Tags",
  user_name: "User name",
  password: "Password or secret",
  one_time_password: "One-time password",
  url: "Web address",
  notes: "Notes",
  expires: "Expiry date",
  key_id: "Access key id",
  secret_key: "Secret access key",
  bucket: "Bucket",
  region: "Region",
  endpoint: "Endpoint",
  secret_field: "Another secret",
  field: "Another field",
  archived: "Archived or not",
  favorite: "Favourite",
  left_out: "Leave it out",
};
/** What a column can hold. */
export const COLUMN_USES = Object.keys(USE_TEXTS);

/** The filters that show something, and the one that is on. */
export function shownOptions(counts: ImportCounts, now: Shown): { value: Shown; label: string }[] {
  const amounts: Record<Shown, number> = {
    ...counts,
    all: counts.items,
  };
  return SHOWN.filter(([value]) => value === "all" || value === now || amounts[value] > 0).map(([value, label]) => ({
    value,
    label: `${label} · ${amounts[value].toLocaleString("en")}`,
  }));
}

export function happens(item: ImportItem): { name: string; tone: Tone } {
  if (canTake(item) && !item.taken && item.state !== "trashed") return { name: "Left out", tone: "muted" };
  return ACTIONS[item.action];
}

/** Whether a person has a choice about this item. */
export function canTake(item: ImportItem): boolean {
  return item.becomes.some((secret) => secret.action === "create" || secret.action === "update");
}

export function placeText(item: ImportItem): string {
  const place = [item.vault, item.folder].filter((part) => part !== "").join(" / ");
  const state = { active: "", archived: "archived", trashed: "in the trash" }[item.state];
  return [place, state].filter((part) => part !== "").join(" · ");
}

export function kindText(kind: string): string {
  return KINDS[kind] ?? "";
}

export function useText(use: string): string {
  return USE_TEXTS[use] ?? use;
}

/** What is worth knowing of an item before it is imported, the most important first. */
export function notesOf(item: ImportItem): string[] {
  const reason = item.reason === null ? [] : [item.reason];
  return [...reason, ...item.questions.map(answered), ...item.becomes.flatMap(notesOfSecret), ...item.notes];
}

function answered(asked: ImportItem["questions"][number]): string {
  const choice = asked.choices.find((choice) => choice.id === asked.chosen);
  return `${asked.text} ${choice?.label ?? ""}`;
}

export function notesOfSecret(secret: ImportBecomes): string[] {
  const same = secret.same_as.map((place) => {
    if (place.secret_id === null) return `“${place.name}” in this file has the same value`;
    return place.is_past ? `“${place.name}” had the same value` : `“${place.name}” has the same value already`;
  });
  const places = secret.locations
    .filter((location) => location.bucket_name !== null)
    .map(
      (location) => `Location ${location.bucket_name ?? ""}${location.region === null ? "" : ` in ${location.region}`}`,
    );
  return [
    ...same,
    ...(secret.renamed_from === null ? [] : [`“${secret.renamed_from}” is taken, so it is named “${secret.name}”`]),
    ...(secret.because === null ? [] : [secret.because]),
    ...places,
    ...(secret.earlier === 0 ? [] : [`${countText(secret.earlier, "earlier value")} kept as old versions`]),
    ...(secret.expires_at === null ? [] : [`Ends ${secret.expires_at.slice(0, 10)}`]),
    ...secret.hints.map((hint) => hint.message),
  ];
}

export function countsText(counts: ImportCounts): string {
  const part = (count: number, words: string) => (count === 0 ? "" : `${count.toLocaleString("en")} ${words}`);
  return [
    `${countText(counts.items, "item")} with ${countText(counts.found, "secret")}`,
    part(counts.create, "new"),
    part(counts.update, "as new versions"),
    part(counts.unchanged, "stored already"),
    part(counts.skip, "skipped"),
  ]
    .filter((text) => text !== "")
    .join(" · ");
}
