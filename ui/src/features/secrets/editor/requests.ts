import type { CatalogueField, CreateRequest, Secret, UpdateRequest } from "../types";
import { draftOf, type Draft } from "./draft";

/** What the form sends besides its draft. */
export interface Entered {
  /** The fields of the method that is chosen. */
  fields: CatalogueField[];
  /** New credentials; null where the stored ones stay, or where they are in another vault. */
  credentials: Record<string, string> | null;
}

export function createRequest(draft: Draft, { fields, credentials }: Entered): CreateRequest {
  const home =
    draft.connectionId === null
      ? { credentials, history: { keep: draft.keep, grace_days: draft.graceDays } }
      : { vault_connection_id: draft.connectionId, field_mappings: mappings(fields, draft) };
  return {
    name: draft.name,
    description: draft.description,
    notes: draft.notes,
    tags: draft.tags,
    secret_type: draft.secretType,
    auth_method: draft.authMethod === "" ? null : draft.authMethod,
    ...home,
    env_key: textOrNull(draft.envKey),
    allowed_domains: draft.domains,
  };
}

/** Only what differs from the secret that the form began with. */
export function updateRequest(base: Secret, draft: Draft, { fields, credentials }: Entered): UpdateRequest {
  const before = draftOf(base);
  const request: UpdateRequest = { id: base.id, expected_revision: base.revision };
  if (draft.name !== before.name) request.name = draft.name;
  if (draft.description !== before.description) request.description = draft.description;
  if (draft.notes !== before.notes) request.notes = draft.notes;
  if (!same(draft.tags, before.tags)) request.tags = draft.tags;
  if (draft.envKey !== before.envKey) request.env_key = textOrNull(draft.envKey);
  if (!same(draft.domains, before.domains)) request.allowed_domains = draft.domains;
  if (draft.secretType !== before.secretType) request.secret_type = draft.secretType;
  if (draft.authMethod !== before.authMethod) request.auth_method = draft.authMethod;
  if (draft.keep !== before.keep || draft.graceDays !== before.graceDays) {
    request.history = { keep: draft.keep, grace_days: draft.graceDays };
  }
  if (base.mode === "external") {
    const mapped = mappings(fields, draft);
    if (!same(mapped, base.field_mappings)) request.field_mappings = mapped;
  } else if (credentials !== null) {
    request.credentials = credentials;
    if (draft.reason.trim() !== "") request.reason = draft.reason;
  }
  return request;
}

/** In the order of the fields, so that what Rust says of the second mapping stands beside the second field. */
function mappings(fields: CatalogueField[], draft: Draft) {
  return fields.map(({ name }) => ({ field_name: name, reference: draft.references[name] ?? "" }));
}

function textOrNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
