import type { Health, ListRequest } from "../types";

export interface Filters {
  types: string[];
  tags: string[];
  health: Health | null;
  old: boolean;
  due: NonNullable<ListRequest["due"]> | null;
  rotation: NonNullable<ListRequest["rotation"]> | null;
  verification: NonNullable<ListRequest["verification"]> | null;
  mode: NonNullable<ListRequest["mode"]> | null;
  /** With a value that another secret has too. */
  shared: boolean;
}

export const NO_FILTERS: Filters = {
  types: [],
  tags: [],
  health: null,
  old: false,
  due: null,
  rotation: null,
  verification: null,
  mode: null,
  shared: false,
};

export type Choice<Key extends "due" | "rotation" | "verification" | "mode"> = {
  value: NonNullable<Filters[Key]>;
  /** In the panel, below what it is of. */
  label: string;
  /** On a chip, where room is short and nothing stands above it. */
  short: string;
};

export const DUE: Choice<"due">[] = [
  { value: "overdue", label: "Overdue", short: "Overdue" },
  { value: "soon", label: "Due soon", short: "Due" },
];

export const ROTATIONS: Choice<"rotation">[] = [
  { value: "open", label: "Under way", short: "Rotating" },
  { value: "stopped", label: "Waits for a person", short: "Stopped" },
];

export const PLACES: Choice<"verification">[] = [
  { value: "verified", label: "All open", short: "Verified" },
  { value: "failed", label: "One does not open", short: "Not opening" },
  { value: "unreachable", label: "One did not answer", short: "No answer" },
  { value: "unverified", label: "One was not tried", short: "Unverified" },
];

export const MODES: Choice<"mode">[] = [
  { value: "direct", label: "In this vault", short: "Direct" },
  { value: "external", label: "In another vault", short: "External" },
];

export function isFiltering(filters: Filters): boolean {
  return chosenCount(filters) > 0 || filters.health !== null;
}

/** How many were set in the panel; health is set by chips alone. */
export function chosenCount({ types, tags, old, due, rotation, verification, mode, shared }: Filters): number {
  const single = [old, due !== null, rotation !== null, verification !== null, mode !== null, shared];
  return types.length + tags.length + single.filter(Boolean).length;
}

/** Only what is set is sent. */
export function filterRequest(filters: Filters): ListRequest {
  const { types, tags, health, old, due, rotation, verification, mode, shared } = filters;
  return {
    ...(types.length > 0 && { types }),
    ...(tags.length > 0 && { tags }),
    ...(health !== null && { health }),
    ...(old && { age: "over_90_days" }),
    ...(due !== null && { due }),
    ...(rotation !== null && { rotation }),
    ...(verification !== null && { verification }),
    ...(mode !== null && { mode }),
    ...(shared && { values: "shared" }),
  };
}
