import type { VerificationView } from "../ipc";
import { relativeText } from "./time";

export interface Ability {
  key: "bucket" | "list" | "read" | "write" | "delete";
  label: string;
  /** True where it worked, false where it was refused, null where it was not tried or cannot be told. */
  worked: boolean | null;
}

/** What a key could do in one place, in the order in which it is tried. */
export type Abilities = Pick<VerificationView, "bucket_exists" | "can_list" | "can_read" | "can_write" | "can_delete">;

export function abilities(said: Abilities): Ability[] {
  return [
    { key: "bucket", label: "Find it", worked: said.bucket_exists },
    { key: "list", label: "List", worked: said.can_list },
    { key: "read", label: "Read", worked: said.can_read },
    { key: "write", label: "Write", worked: said.can_write },
    { key: "delete", label: "Delete", worked: said.can_delete },
  ];
}

/** "list, read, write"; empty where nothing but finding it worked. */
export function abilitiesText(said: Abilities): string {
  return abilities(said)
    .filter(({ key, worked }) => key !== "bucket" && worked === true)
    .map(({ label }) => label.toLowerCase())
    .join(", ");
}

export function verifiedTone(verification: VerificationView | null): "ok" | "warn" | "bad" | "muted" {
  if (verification === null || verification.status === "unverified") return "muted";
  if (verification.status === "verified") return "ok";
  return verification.status === "unreachable" ? "warn" : "bad";
}

/** "Verified 2 h ago", "Failed yesterday", "No answer yesterday", "Not verified". */
export function verifiedText(verification: VerificationView | null, nowMs: number): string {
  if (verification === null) return "Never verified";
  if (verification.status === "unverified") return "Not verified";
  return `${HOW[verification.status]} ${relativeText(verification.at, nowMs)}`;
}

const HOW = { verified: "Verified", failed: "Failed", unreachable: "No answer" };
