import type { CatalogueParameter, CatalogueRotation } from "../ipc";

function parameter(name: string, label: string, help: string, example: string, required = true): CatalogueParameter {
  return { name, label, help, example, required };
}

const NONE = { management_help: null, management_types: [], parameters: [], console_url: null, guide: [] };

const GUIDE = [
  "Make a second key in the console; leave the present one as it is.",
  "Give it the same rights, no more.",
  "Paste it here, then verify the locations.",
  "Delete the old key in the console when nothing uses it any more.",
];

/** How each method's keys are renewed. */
const ROTATIONS: Record<string, CatalogueRotation> = {
  s3_access_key: {
    ...NONE,
    managed: true,
    way: "either",
    style: "overlap",
    console_url: "https://console.aws.amazon.com/iam/home#/security_credentials",
    guide: GUIDE,
    management_help: "An access key whose user may list, create, disable and delete the keys of this one’s user.",
    management_types: ["s3"],
    parameters: [
      parameter("user_name", "User name", "Left out, the key’s own user.", "backup-writer", false),
      parameter("iam_endpoint", "IAM endpoint", "Left out, AWS itself.", "https://iam.example.com", false),
    ],
  },
  b2_application_key: {
    ...NONE,
    managed: true,
    way: "either",
    style: "overlap",
    console_url: "https://secure.backblaze.com/app_keys.htm",
    guide: GUIDE,
    management_help: "An application key with listKeys, writeKeys and deleteKeys.",
    management_types: ["b2"],
  },
  gcs_service_account: { ...NONE, managed: true, way: "either", style: "overlap", guide: GUIDE },
  wasabi_access_key: { ...NONE, managed: true, way: "either", style: "overlap", guide: GUIDE },
  tigris_access_key: { ...NONE, managed: true, way: "own_key", style: "overlap", guide: GUIDE },
  azure_account_key: {
    ...NONE,
    managed: true,
    way: "management",
    style: "overlap",
    guide: GUIDE,
    management_help: "A token of an identity that may regenerate this account’s keys.",
    management_types: ["generic"],
    parameters: [
      parameter("subscription", "Subscription", "Its id.", "6f2b…"),
      parameter("resource_group", "Resource group", "The one that the account is in.", "storage"),
    ],
  },
  r2_access_key: {
    ...NONE,
    managed: true,
    way: "management",
    style: "overlap",
    guide: GUIDE,
    management_help: "An API token that may write account tokens.",
    management_types: ["generic"],
    parameters: [parameter("account_id", "Account ID", "On the overview of R2.", "9f1c2d…")],
  },
  railway_access_key: {
    ...NONE,
    managed: true,
    way: "management",
    style: "cut_over",
    guide: GUIDE,
    management_help: "A token of the account or the project.",
    management_types: ["generic"],
    parameters: [parameter("bucket_id", "Bucket ID", "In the bucket’s settings.", "b1d0…")],
  },
  hetzner_access_key: {
    ...NONE,
    managed: false,
    way: null,
    style: null,
    console_url: "https://console.hetzner.com",
    guide: GUIDE,
  },
  rabata_access_key: { ...NONE, managed: false, way: null, style: null, guide: GUIDE },
  s3_compatible_access_key: { ...NONE, managed: false, way: null, style: null, guide: GUIDE },
};

export function rotationOf(method: string): CatalogueRotation {
  return ROTATIONS[method] ?? { ...NONE, managed: false, way: null, style: null };
}
