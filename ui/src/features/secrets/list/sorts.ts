import type { Sort } from "./secretList.svelte";

/** The orders in which the list can be browsed. */
export const SORTS: { sort: Sort; label: string; short: string }[] = [
  { sort: "name", label: "Name, A to Z", short: "Name ↑" },
  { sort: "-name", label: "Name, Z to A", short: "Name ↓" },
  { sort: "-age", label: "Age, oldest first", short: "Oldest" },
  { sort: "age", label: "Age, newest first", short: "Newest" },
  { sort: "-updated", label: "Changed last", short: "Changed" },
  { sort: "type", label: "Type", short: "Type" },
  { sort: "env_key", label: "Environment variable", short: "Variable" },
  { sort: "health", label: "Health, worst first", short: "Health" },
];
