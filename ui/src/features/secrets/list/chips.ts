import { needsText } from "../../../shared/numbers";
import type { Counts, Health } from "../types";
import { HEALTH_LABELS, HEALTH_SHORT } from "../words";
import { DUE, MODES, PLACES, ROTATIONS, type Filters } from "./filters";

/** One press that filters the list, or takes a filter away. */
export interface Chip {
  key: string;
  label: string;
  /** In full, where the label is short. */
  title?: string;
  /** "3", "1,000+"; null where nobody counted. */
  count: string | null;
  on: boolean;
  change: Partial<Filters>;
}

/** What there is something of, the worst first; what is on stays in its place. */
export function troubleChips(filters: Filters, counts: Counts["counts"] | null): Chip[] {
  const needs = counts?.needs;
  const healthChip = (health: Health) =>
    counted("health", filters, health, counts?.by_health[health] ?? 0, HEALTH_SHORT[health], HEALTH_LABELS[health]);
  const short = <V>(choices: { value: V; short: string }[], value: V) =>
    choices.find((one) => one.value === value)?.short ?? "";
  return [
    healthChip("expired"),
    counted("due", filters, "overdue", needs?.overdue ?? 0, short(DUE, "overdue")),
    counted(
      "verification",
      filters,
      "failed",
      needs?.failed ?? 0,
      short(PLACES, "failed"),
      "With a location that does not open",
    ),
    counted("due", filters, "soon", needs?.due_soon ?? 0, short(DUE, "soon"), "Due soon"),
    healthChip("expiring"),
    counted("rotation", filters, "open", needs?.rotating ?? 0, short(ROTATIONS, "open"), "In rotation"),
    healthChip("old"),
    healthChip("hint"),
    counted("mode", filters, "external", needs?.external ?? 0, short(MODES, "external"), "Values in another vault"),
  ].filter((chip) => chip !== null);
}

/** What was chosen in the panel and has no chip with a number. */
export function chosenChips(filters: Filters, typeLabel: (type: string) => string): Chip[] {
  const { types, tags, old, rotation, verification, mode, shared } = filters;
  const chips: Chip[] = [];
  const add = (key: string, label: string, change: Partial<Filters>) =>
    chips.push({ key, label, count: null, on: true, change });
  const named = <V>(choices: { value: V; short: string }[], value: V | null, counted: V, change: Partial<Filters>) => {
    const chosen = choices.find((one) => one.value === value);
    if (chosen && value !== counted) add(chosen.short, chosen.short, change);
  };
  named(ROTATIONS, rotation, "open", { rotation: null });
  named(PLACES, verification, "failed", { verification: null });
  named(MODES, mode, "external", { mode: null });
  if (shared) add("shared", "Same value", { shared: false });
  if (old) add("age", "Over 90 days", { old: false });
  for (const type of types) add(`type ${type}`, typeLabel(type), { types: types.filter((one) => one !== type) });
  for (const tag of tags) add(`tag ${tag}`, tag, { tags: tags.filter((one) => one !== tag) });
  return chips;
}

function counted<Key extends "health" | "due" | "rotation" | "verification" | "mode">(
  key: Key,
  filters: Filters,
  value: Filters[Key],
  count: number,
  label: string,
  title?: string,
): Chip | null {
  const on = filters[key] === value;
  if (count === 0 && !on) return null;
  const change = { [key]: on ? null : value };
  return {
    key: `${key} ${value}`,
    label,
    title,
    count: key === "health" ? count.toLocaleString("en") : needsText(count),
    on,
    change,
  };
}
