import type { CatalogueConnectionField, CatalogueConnectionType, CatalogueLocationType, CatalogueType } from "../ipc";

type Place = Pick<CatalogueLocationType, "endpoint" | "regions"> & { region?: boolean; account?: string };

const PLACES: Record<string, Place> = {
  s3: { endpoint: "optional", regions: ["us-east-1", "eu-central-1", "eu-west-1"] },
  azure_blob: { endpoint: "optional", regions: [] },
  gcs: { endpoint: "optional", regions: [] },
  s3_compatible: { endpoint: "required", regions: [] },
  r2: { endpoint: "offered", regions: ["auto"], account: "Account ID" },
  oracle_object_storage_s3: {
    endpoint: "offered",
    regions: ["us-ashburn-1", "eu-frankfurt-1"],
    region: true,
    account: "Namespace",
  },
  b2: { endpoint: "offered", regions: ["us-west-002", "us-west-004", "us-east-005"], region: true },
  wasabi: { endpoint: "offered", regions: ["us-east-1", "eu-central-1"], region: true },
  hetzner: { endpoint: "offered", regions: ["fsn1", "nbg1", "hel1"], region: true },
};

/** The storage types among these, as the form of a location needs them. */
export function locationTypes(types: CatalogueType[]): CatalogueLocationType[] {
  return types
    .filter(({ type }) => type !== "generic")
    .map(({ type, label, mark }) => {
      const place = PLACES[type] ?? { endpoint: "offered", regions: ["auto"] };
      return {
        type,
        label,
        mark,
        bucket_label: type === "azure_blob" ? "Container" : "Bucket",
        endpoint: place.endpoint,
        offer_asks: { region: place.region ?? false, account: place.account ?? null },
        regions: place.regions,
      };
    });
}

function field(
  name: string,
  label: string,
  kind: CatalogueConnectionField["kind"],
  help: string,
  example: string,
  fallback: string | null = null,
): CatalogueConnectionField {
  const comes_with_token = kind === "secret" || kind === "identifier";
  return { name, label, help, kind, default: fallback, example, comes_with_token };
}

export const CONNECTION_TYPES: CatalogueConnectionType[] = [
  {
    type: "onepassword",
    label: "1Password",
    mark: "1P",
    help: "Items of your team's vaults, read with the op program or by a Connect server of your own.",
    reference: {
      label: "Secret reference",
      help: "op://vault/item/field, or with a section before the field. Copy it in 1Password from the field's menu.",
      example: "op://Storage/B2 cold archive/application key",
    },
    methods: [
      {
        method: "onepassword_service_account",
        label: "Service account",
        fields: [
          field(
            "service_account_token",
            "Service account token",
            "secret",
            "Begins with ops_. Made on 1password.com under Developer, Service Accounts; shown once.",
            "ops_…",
          ),
        ],
      },
      {
        method: "onepassword_connect",
        label: "Connect server",
        fields: [
          field(
            "connect_url",
            "Connect server",
            "url",
            "The URL of your own Connect server.",
            "https://connect.example.com",
          ),
          field("connect_token", "Connect token", "secret", "An access token of the Connect server.", "eyJ…"),
        ],
      },
    ],
  },
  {
    type: "doppler",
    label: "Doppler",
    mark: "Do",
    help: "Secrets of one config, read with a service token.",
    reference: { label: "Name in Doppler", help: "The secret's name in the config.", example: "B2_APPLICATION_KEY" },
    methods: [
      {
        method: "doppler_service_token",
        label: "Service token",
        fields: [
          field("project", "Project", "text", "The project's name, as in the address of its page.", "backend"),
          field("config", "Config", "text", "The config within the project.", "prd"),
          field("service_token", "Service token", "secret", "Begins with dp.st.", "dp.st.prd.…"),
        ],
      },
    ],
  },
  {
    type: "infisical",
    label: "Infisical",
    mark: "In",
    help: "Secrets of one environment and folder, read by a machine identity.",
    reference: { label: "Name in Infisical", help: "The secret's name in the folder.", example: "B2_APPLICATION_KEY" },
    methods: [
      {
        method: "infisical_universal_auth",
        label: "Universal auth",
        fields: [
          field(
            "project_id",
            "Project ID",
            "text",
            "In the project's settings.",
            "7c1e5a4e-0000-4000-8000-000000000000",
          ),
          field("environment", "Environment", "text", "The environment's slug.", "prod"),
          field("secret_path", "Secret path", "path", "The folder; / is the outermost.", "/storage", "/"),
          field(
            "host",
            "Host",
            "url",
            "Infisical's cloud, its European one, or your own server.",
            "https://app.infisical.com",
            "https://app.infisical.com",
          ),
          field("client_id", "Client ID", "identifier", "Of the machine identity's universal auth.", "5f0c3d1e-…"),
          field("client_secret", "Client secret", "secret", "Shown once by Infisical.", "st.…"),
        ],
      },
    ],
  },
];
