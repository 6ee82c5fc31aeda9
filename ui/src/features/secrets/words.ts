import type { Health, Secret, Version } from "./types";

export type DotTone = "ok" | "warn" | "bad" | "info" | "muted";

const HEALTH_TONES: Record<Health, DotTone> = {
  fine: "ok",
  hint: "info",
  old: "warn",
  expiring: "warn",
  expired: "bad",
};

export const HEALTH_LABELS: Record<Health, string> = {
  fine: "Fine",
  hint: "To check",
  old: "Older than 90 days",
  expiring: "Expires soon",
  expired: "Expired",
};

/** For chips, where room is short. */
export const HEALTH_SHORT: Record<Health, string> = {
  fine: "Fine",
  hint: "To check",
  old: "Old",
  expiring: "Expiring",
  expired: "Expired",
};

export function healthTone(health: Health): DotTone {
  return HEALTH_TONES[health];
}

/** Under the name in a row: what is wrong first, unless the age beside it says so, then where it is used. */
export function secondLine(secret: Secret): string {
  const parts = [secret.health === "fine" || secret.health === "old" ? "" : HEALTH_LABELS[secret.health]];
  if (secret.secret_type === "generic") parts.push(secret.env_key ?? "", domainsText(secret.allowed_domains));
  else parts.push(secret.env_key ?? "", secret.type_label, secret.description);
  return parts.filter((part) => part !== "").join(" · ");
}

/** "any host", "api.openai.com", "3 domains". */
export function domainsText(domains: string[]): string {
  if (domains.length === 0) return "any host";
  return domains.length === 1 ? (domains[0] ?? "") : `${domains.length} domains`;
}

/** The mask that stands for a secret in a list: its identifier where it has one. */
export function rowMask(secret: Secret): string {
  if (secret.mode === "external") return "reference";
  const identifier = secret.fields.find((field) => field.kind === "identifier");
  return (identifier ?? secret.fields[0])?.mask ?? "";
}

const HOW: Record<Version["how"], string> = {
  created: "Created",
  manual: "Pasted by hand",
  generated: "Generated here",
  managed: "Rotated at the provider",
  imported: "Imported",
  restored: "Restored",
};

/** "Restored from version 2". */
export function howText(version: Version): string {
  return version.origin === null ? HOW[version.how] : `${HOW[version.how]} from version ${version.origin}`;
}

export const STATE_LABELS: Record<Version["state"], string> = {
  pending: "pending",
  current: "current",
  previous: "previous",
  retired: "retired",
  destroying: "being destroyed",
  destroyed: "destroyed",
};

/** "Backblaze B2 · application key · direct"; a generic secret has one method, which says nothing. */
export function kindText(secret: Secret, methodLabel: string): string {
  return [secret.type_label, secret.secret_type === "generic" ? "" : methodLabel, secret.mode]
    .filter((part) => part !== "")
    .join(" · ");
}
