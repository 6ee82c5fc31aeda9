import type { Sort } from "./secretList.svelte";

/** The orders in which the list can be browsed. */
export const SORTS: { sort: Sort; label: string }[] = [
  { sort: "name", label: "Name, A to Z" },
  { sort: "-name", label: "Name, Z to A" },
  { sort: "-age", label: "Age, oldest first" },
  { sort: "age", label: "Age, newest first" },
  { sort: "-updated", label: "Changed last" },
  { sort: "type", label: "Type" },
  { sort: "env_key", label: "Environment variable" },
  { sort: "health", label: "Health, worst first" },
];
