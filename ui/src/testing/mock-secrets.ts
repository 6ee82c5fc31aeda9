import type { SecretField, SecretView, VersionView } from "../ipc";
import { CATALOGUE } from "./mock-catalogue";

const DAY_MS = 86_400_000;
const NAMES = [
  "AWS production backups",
  "AWS billing exports",
  "Azure media account",
  "B2 cold archive",
  "Cloudflare R2 assets",
  "GCS analytics export",
  "GitHub deploy token",
  "Hetzner nightly dumps",
  "OpenAI production",
  "Stripe live key",
  "Tigris thumbnails",
  "Wasabi offsite",
];
const TYPES = [
  "s3",
  "s3",
  "azure_blob",
  "b2",
  "r2",
  "gcs",
  "generic",
  "hetzner",
  "generic",
  "generic",
  "tigris",
  "wasabi",
];
const ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";

/** Small deterministic numbers, so that two screenshots of the same address show the same. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function newId(prefix: string, random: () => number): string {
  return `${prefix}01${Array.from({ length: 24 }, () => ALPHABET[Math.floor(random() * 32)]).join("")}`;
}

export function maskedFields(method: string, random: () => number): SecretField[] {
  const found = CATALOGUE.types.flatMap((type) => type.methods).find((candidate) => candidate.method === method);
  return (found?.fields ?? []).map((field) => {
    const piece = newId("", random).slice(4, 12);
    const open = field.kind === "identifier" || random() < 0.4;
    return {
      name: field.name,
      label: field.label,
      kind: field.kind,
      mask: open ? `${piece.slice(0, 4)}••••${piece.slice(4)}` : "••••••••",
    };
  });
}

export function makeSecret(index: number, random: () => number): SecretView {
  const typeId = TYPES[index % TYPES.length] ?? "generic";
  const type = CATALOGUE.types.find((candidate) => candidate.type === typeId) ?? CATALOGUE.types[0]!;
  const method = type.methods[0]!.method;
  const days = Math.floor(random() * 220);
  const rotated = new Date(Date.now() - days * DAY_MS - random() * DAY_MS).toISOString();
  const round = Math.floor(index / NAMES.length);
  const health =
    days > 90
      ? "old"
      : index % 17 === 5
        ? "expiring"
        : index % 29 === 7
          ? "expired"
          : index % 11 === 3
            ? "hint"
            : "fine";
  return {
    id: newId("sec_", random),
    name: `${NAMES[index % NAMES.length]}${round === 0 ? "" : ` ${round + 1}`}`,
    description: index % 3 === 0 ? "Nightly job on the build host; owned by the platform group." : "",
    notes: "",
    tags: ["production", "backup", "team-platform"].slice(0, index % 4),
    secret_type: typeId,
    auth_method: method,
    mode: "direct",
    fields: maskedFields(method, random),
    vault_connection_id: null,
    vault_connection_name: null,
    field_mappings: [],
    locations: 0,
    env_key: typeId === "generic" && index % 2 === 0 ? `SERVICE_${index}_TOKEN` : null,
    allowed_domains: typeId === "generic" ? ["api.example.com"] : [],
    revision: 1 + (index % 5),
    version: 1 + (index % 4),
    created_at: rotated,
    created_by: "Mara Lindqvist",
    updated_at: rotated,
    mark: type.mark,
    type_label: type.label,
    health,
    health_message: {
      fine: "",
      old: `This value is ${days} days old.`,
      expiring: "Expires in 6 days.",
      expired: "Expired 3 days ago.",
      hint: "The value has an unusual length.",
    }[health],
    rotated_at: rotated,
    made_at: rotated,
    expires_at: health === "expiring" ? new Date(Date.now() + 6 * DAY_MS).toISOString() : null,
    verified: { ok: 0, failed: 0, unreachable: 0, unverified: 0, at: null },
    due_at: null,
    due_state: null,
    rotation: null,
    identity: null,
    history: { keep: 3, grace_days: null },
    trashed_at: null,
  };
}

export function makeVersions(secret: SecretView, random: () => number): VersionView[] {
  return Array.from({ length: secret.version ?? 1 }, (_, step) => {
    const number = (secret.version ?? 1) - step;
    const how: VersionView["how"] = number === 1 ? "created" : number % 2 === 0 ? "manual" : "generated";
    return {
      number,
      state: step === 0 ? "current" : step === 1 ? "previous" : step === 2 ? "retired" : "destroyed",
      created_at: new Date(Date.parse(secret.rotated_at) - step * 61 * DAY_MS).toISOString(),
      created_by: secret.created_by,
      how,
      reason: number === 1 ? null : "quarterly",
      masks: masksOf(maskedFields(secret.auth_method, random)),
      origin: null,
      verification: step === 0 && number > 1 ? { ok: 2, failed: 0, at: secret.rotated_at } : null,
      auth_method: secret.auth_method,
      made_at: new Date(Date.parse(secret.made_at) - step * 61 * DAY_MS).toISOString(),
      expires_at: step === 0 ? secret.expires_at : null,
      restorable: step > 0 && step < 3,
    };
  });
}

export function masksOf(fields: SecretField[]): Record<string, string> {
  return Object.fromEntries(fields.map(({ name, mask }) => [name, mask]));
}
