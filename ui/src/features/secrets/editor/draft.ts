import type { Property } from "../../../shared/conflict.svelte";
import type { Catalogue, Secret } from "../types";

/** Everything of a secret that a form edits, but its credentials. */
export interface Draft {
  name: string;
  description: string;
  notes: string;
  tags: string[];
  secretType: string;
  authMethod: string;
  envKey: string;
  /** The connection behind which the values are; empty while none is chosen, null where they are in this vault. */
  connectionId: string | null;
  /** For each field of an external secret, its place in the other vault. */
  references: Record<string, string>;
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
    connectionId: null,
    references: {},
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
    connectionId: secret.vault_connection_id,
    references: Object.fromEntries(secret.field_mappings.map(({ field_name: field, reference }) => [field, reference])),
    domains: [...secret.allowed_domains],
    keep: secret.history.keep,
    graceDays: secret.history.grace_days,
    reason: "",
  };
}

export function sameDraft(one: Draft, other: Draft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What a conflict is told by: each property of a draft with its words. */
export function properties({ types }: Catalogue): Property<Draft>[] {
  const typeLabel = (name: string) => types.find(({ type }) => type === name)?.label ?? name;
  const methods = types.flatMap((type) => type.methods);
  const methodLabel = (name: string) => methods.find(({ method }) => method === name)?.label ?? name;
  return [
    { key: "name", label: "Name", text: (draft) => draft.name },
    { key: "secretType", label: "Type", text: (draft) => typeLabel(draft.secretType) },
    { key: "authMethod", label: "Method", text: (draft) => methodLabel(draft.authMethod) },
    { key: "description", label: "Description", text: (draft) => draft.description || "empty" },
    { key: "references", label: "References", text: (draft) => Object.values(draft.references).join("\n") || "none" },
    { key: "envKey", label: "Environment variable", text: (draft) => draft.envKey || "none" },
    { key: "domains", label: "Allowed domains", text: (draft) => draft.domains.join("\n") || "any host" },
    { key: "tags", label: "Tags", text: (draft) => draft.tags.join(", ") || "none" },
    { key: "notes", label: "Notes", text: (draft) => draft.notes || "empty" },
    { key: "keep", label: "When a value is replaced", text: (draft) => keepText(draft.keep) },
    {
      key: "graceDays",
      label: "Days that old values are kept",
      text: ({ graceDays }) => (graceDays === null ? "no limit" : String(graceDays)),
    },
  ];
}

export function keepText(keep: number): string {
  if (keep === 0) return "Destroy it at once";
  return keep === 1 ? "Keep the last one" : `Keep the last ${keep}`;
}
