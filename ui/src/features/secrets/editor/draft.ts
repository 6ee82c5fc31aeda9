import type { Secret } from "../types";

/** Everything of a secret that a form edits, but its credentials. */
export interface Draft {
  name: string;
  description: string;
  notes: string;
  tags: string[];
  secretType: string;
  authMethod: string;
  envKey: string;
  /** Empty for any host. */
  domains: string[];
  /** Old values kept besides the current one. */
  keep: number;
  graceDays: number | null;
  /** Why the credentials change; sent with them only. */
  reason: string;
}

const KEEP_DEFAULT = 3;

export function emptyDraft(): Draft {
  return {
    name: "",
    description: "",
    notes: "",
    tags: [],
    secretType: "",
    authMethod: "",
    envKey: "",
    domains: [],
    keep: KEEP_DEFAULT,
    graceDays: null,
    reason: "",
  };
}

export function draftOf(secret: Secret): Draft {
  return {
    name: secret.name,
    description: secret.description,
    notes: secret.notes,
    tags: [...secret.tags],
    secretType: secret.secret_type,
    authMethod: secret.auth_method,
    envKey: secret.env_key ?? "",
    domains: [...secret.allowed_domains],
    keep: secret.history.keep,
    graceDays: secret.history.grace_days,
    reason: "",
  };
}

export function sameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
