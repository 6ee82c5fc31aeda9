import type { Answer, CatalogueField, CatalogueMethod, CatalogueType } from "../ipc";
import { CONNECTION_TYPES, locationTypes } from "./mock-catalogue-places";
import { rotationOf } from "./mock-catalogue-rotation";

type Catalogue = Answer<"catalogue_get">;

function field(
  name: string,
  label: string,
  kind: CatalogueField["kind"],
  extra: Partial<CatalogueField> = {},
): CatalogueField {
  return { name, label, help: "", kind, env_name: null, lasting: false, chars_max: 4096, example: "", ...extra };
}

function accessKey(method: string): CatalogueMethod {
  return {
    method,
    rotation: rotationOf(method),
    label: "Access key",
    fields: [
      field("access_key_id", "Access key id", "identifier", {
        env_name: "AWS_ACCESS_KEY_ID",
        example: "AKIAIOSFODNN7EXAMPLE",
        help: "Names the key; it is not secret by itself.",
      }),
      field("secret_access_key", "Secret access key", "secret", { env_name: "AWS_SECRET_ACCESS_KEY" }),
    ],
  };
}

function type(id: string, label: string, mark: string, methods: CatalogueMethod[]): CatalogueType {
  return { type: id, label, mark, help: "", methods };
}

const TYPES: CatalogueType[] = [
  type("generic", "API key or token", "••", [
    {
      method: "opaque_value",
      label: "Value",
      fields: [field("value", "Value", "text", { chars_max: 65536 })],
      rotation: rotationOf(""),
    },
  ]),
  type("s3", "Amazon S3", "S3", [accessKey("s3_access_key")]),
  type("azure_blob", "Azure Blob Storage", "Az", [
    {
      method: "azure_account_key",
      rotation: rotationOf("azure_account_key"),
      label: "Account key",
      fields: [
        field("account_name", "Account name", "identifier", { lasting: true, env_name: "AZURE_STORAGE_ACCOUNT" }),
        field("account_key", "Account key", "secret", { env_name: "AZURE_STORAGE_KEY" }),
      ],
    },
    {
      method: "azure_sas_url",
      rotation: rotationOf(""),
      label: "SAS URL",
      fields: [field("sas_url", "SAS URL", "sas_url", { help: "The whole URL with its sv and sig parts." })],
    },
  ]),
  type("gcs", "Google Cloud Storage", "GC", [
    {
      method: "gcs_service_account",
      rotation: rotationOf("gcs_service_account"),
      label: "Service account",
      fields: [
        field("service_account_json", "Service account JSON", "service_account_json", {
          chars_max: 65536,
          help: "The key file as downloaded from Google Cloud.",
        }),
      ],
    },
  ]),
  type("r2", "Cloudflare R2", "R2", [accessKey("r2_access_key")]),
  type("b2", "Backblaze B2", "B2", [
    {
      method: "b2_application_key",
      rotation: rotationOf("b2_application_key"),
      label: "Application key",
      fields: [
        field("application_key_id", "Key id", "identifier", { env_name: "B2_APPLICATION_KEY_ID" }),
        field("application_key", "Application key", "secret", { env_name: "B2_APPLICATION_KEY" }),
      ],
    },
  ]),
  type("wasabi", "Wasabi", "Wa", [accessKey("wasabi_access_key")]),
  type("railway", "Railway", "Rw", [accessKey("railway_access_key")]),
  type("oracle_object_storage_s3", "Oracle Object Storage (S3)", "Or", [
    accessKey("oracle_object_storage_s3_access_key"),
  ]),
  type("s3_compatible", "S3-compatible storage", "S*", [accessKey("s3_compatible_access_key")]),
  type("tigris", "Tigris", "Ti", [accessKey("tigris_access_key")]),
  type("digitalocean_spaces", "DigitalOcean Spaces", "DO", [accessKey("digitalocean_spaces_access_key")]),
  type("hetzner", "Hetzner Object Storage", "He", [accessKey("hetzner_access_key")]),
  type("rabata", "Rabata", "Ra", [accessKey("rabata_access_key")]),
];

export const CATALOGUE: Catalogue = {
  types: TYPES,
  location_types: locationTypes(TYPES),
  connection_types: CONNECTION_TYPES,
  presets: [
    ["openai", "OpenAI", "OPENAI_API_KEY", "api.openai.com", "sk-"],
    ["anthropic", "Anthropic", "ANTHROPIC_API_KEY", "api.anthropic.com", "sk-ant-"],
    ["github", "GitHub", "GITHUB_TOKEN", "api.github.com", "ghp_"],
    ["stripe", "Stripe", "STRIPE_SECRET_KEY", "api.stripe.com", "sk_live_"],
  ].map(([id = "", label = "", env_key = "", host = "", value_prefix = ""]) => ({
    id,
    label,
    env_key,
    allowed_domains: [host],
    help: `Made on ${label}'s page for API keys.`,
    value_prefix,
  })),
};
