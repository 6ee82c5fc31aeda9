import type { CatalogueRotation, PolicyAnswer } from "../../../ipc";
import { countText } from "../../../shared/numbers";
import type { Secret } from "../types";

/** Why it falls due then: "Every 90 days, by the vault’s policy". */
export function intervalText({ due_by: by, every_days: own, vault }: PolicyAnswer): string {
  if (by === "expiry") return "It ends then";
  const days = by === "secret" ? own : by === "vault" ? vault.every_days : null;
  if (days === null) return "";
  const every = `Every ${days === 1 ? "day" : countText(days, "day")}`;
  return by === "secret" ? `${every}, by its own policy` : `${every}, by the vault’s policy`;
}

/** How a new one is made. */
export function makerText(secret: Secret, rotation: CatalogueRotation | null, policy: PolicyAnswer | null): string {
  if (secret.mode === "external") return "Made in the other vault";
  if (secret.secret_type === "generic") return "Pasted, or generated here";
  if (rotation === null || !rotation.managed) return `Made by you at ${secret.type_label}, and pasted here`;
  const management = policy?.managed?.management_secret_name ?? null;
  if (management !== null) return `Made at ${secret.type_label} with “${management}”`;
  if (rotation.way === "management")
    return `Not set up: ${secret.type_label} needs a management credential to make one`;
  return `Made at ${secret.type_label} by the key itself`;
}
