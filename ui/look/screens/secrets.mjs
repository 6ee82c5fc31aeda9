import { press, pressLike, row, steps } from "../acts.mjs";

/** The list of secrets and what opens from it. */
export const SECRETS = [
  { name: "secret-rotate", address: "?unlocked", steps: steps(row(1), press("Rotate…")) },
  { name: "secrets", address: "?unlocked", everySize: true },
  { name: "secrets-none", address: "?unlocked&secrets=0" },
  { name: "secrets-many", address: "?unlocked&secrets=100000" },
  { name: "secrets-unreadable", address: "?unlocked&fail=secret_list" },
  { name: "secrets-read-only-long", address: "?unlocked&readonly&long", everySize: true },
  { name: "trash-empty", address: "?unlocked", steps: pressLike(/^Trash/) },
];
