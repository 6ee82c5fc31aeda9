import type { Property } from "../../../shared/conflict.svelte";
import type { CreateRequest, Location, UpdateRequest } from "../types";

/** A location as it stands in the form. */
export interface Draft {
  locationType: string;
  secret: { id: string; name: string } | null;
  name: string;
  bucket: string;
  region: string;
  endpoint: string;
  /** The consent to an endpoint without encryption. */
  httpAllowed: boolean;
  prefix: string;
  /** Whether verification may put an object there and remove it. */
  probeWrites: boolean;
}

export function emptyDraft(): Draft {
  return {
    locationType: "",
    secret: null,
    name: "",
    bucket: "",
    region: "",
    endpoint: "",
    httpAllowed: false,
    prefix: "",
    probeWrites: false,
  };
}

export function draftOf(location: Location): Draft {
  const { secret_id: id, secret_name: name } = location;
  return {
    locationType: location.location_type,
    secret: id === null ? null : { id, name: name ?? "" },
    name: location.name,
    bucket: location.bucket_name,
    region: location.region ?? "",
    endpoint: location.endpoint_url ?? "",
    httpAllowed: location.http_allowed,
    prefix: location.prefix ?? "",
    probeWrites: location.probe_writes,
  };
}

export const PROPERTIES: Property<Draft>[] = [
  { key: "name", label: "Name", text: (draft) => draft.name },
  { key: "secret", label: "Secret", text: (draft) => draft.secret?.name ?? "none" },
  { key: "bucket", label: "Bucket", text: (draft) => draft.bucket },
  { key: "prefix", label: "Prefix", text: (draft) => draft.prefix || "none" },
  { key: "region", label: "Region", text: (draft) => draft.region || "none" },
  { key: "endpoint", label: "Endpoint", text: (draft) => draft.endpoint || "the provider’s own" },
  { key: "httpAllowed", label: "Plain http", text: (draft) => (draft.httpAllowed ? "allowed" : "not allowed") },
  { key: "probeWrites", label: "Verification", text: (draft) => (draft.probeWrites ? "writes too" : "only reads") },
];

export function createRequest(draft: Draft): CreateRequest {
  return {
    name: draft.name,
    location_type: draft.locationType,
    secret_id: draft.secret?.id ?? "",
    bucket_name: draft.bucket,
    region: textOrNull(draft.region),
    endpoint_url: textOrNull(draft.endpoint),
    http_allowed: draft.httpAllowed,
    prefix: textOrNull(draft.prefix),
    probe_writes: draft.probeWrites,
  };
}

/** Only what differs from the location that the form began with. */
export function updateRequest(base: Location, draft: Draft): UpdateRequest {
  const before = draftOf(base);
  const request: UpdateRequest = { id: base.id, expected_revision: base.revision };
  if (draft.name !== before.name) request.name = draft.name;
  if (draft.secret?.id !== before.secret?.id) request.secret_id = draft.secret?.id ?? null;
  if (draft.bucket !== before.bucket) request.bucket_name = draft.bucket;
  if (draft.region !== before.region) request.region = textOrNull(draft.region);
  if (draft.endpoint !== before.endpoint) request.endpoint_url = textOrNull(draft.endpoint);
  // Consent is given to one endpoint; with another it is said again.
  if (draft.httpAllowed !== before.httpAllowed || (draft.httpAllowed && request.endpoint_url !== undefined)) {
    request.http_allowed = draft.httpAllowed;
  }
  if (draft.prefix !== before.prefix) request.prefix = textOrNull(draft.prefix);
  if (draft.probeWrites !== before.probeWrites) request.probe_writes = draft.probeWrites;
  return request;
}

function textOrNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}
