use super::{Field, Made};

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub const STORAGE: &[Made] = &[
    Made {
        name: "AWS production backups",
        description: "Nightly database dumps, write only",
        secret_type: "s3",
        auth_method: None,
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "AKIA",
                    length: 16,
                    alphabet: UPPER,
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 40,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["production", "backup"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 640,
        rotated_days_ago: &[(410, "Yearly turnover"), (47, "Dana left the team")],
    },
    Made {
        name: "AWS staging uploads",
        description: "User uploads of the staging shop",
        secret_type: "s3",
        auth_method: None,
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "AKIA",
                    length: 16,
                    alphabet: UPPER,
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 40,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["staging"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 220,
        rotated_days_ago: &[(30, "Quarterly turnover")],
    },
    Made {
        name: "AWS analytics export",
        description: "Read access for the weekly report",
        secret_type: "s3",
        auth_method: None,
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "AKIA",
                    length: 16,
                    alphabet: UPPER,
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 40,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["analytics"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 510,
        rotated_days_ago: &[],
    },
    Made {
        name: "R2 public assets",
        description: "Images and fonts behind assets.turnmeadow.example",
        secret_type: "r2",
        auth_method: Some("r2_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "",
                    length: 32,
                    alphabet: "hex",
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 64,
                    alphabet: "hex",
                },
            ),
        ],
        tags: &["production", "cdn"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 300,
        rotated_days_ago: &[(120, "Moved to a token for one bucket")],
    },
    Made {
        name: "R2 build cache",
        description: "Shared cache of the build machines",
        secret_type: "r2",
        auth_method: Some("r2_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "",
                    length: 32,
                    alphabet: "hex",
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 64,
                    alphabet: "hex",
                },
            ),
        ],
        tags: &["ci"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 64,
        rotated_days_ago: &[],
    },
    Made {
        name: "Backblaze offsite",
        description: "Second copy of all backups, other continent",
        secret_type: "b2",
        auth_method: None,
        fields: &[
            (
                "application_key_id",
                Field::Random {
                    prefix: "005",
                    length: 22,
                    alphabet: "hex",
                },
            ),
            (
                "application_key",
                Field::Random {
                    prefix: "K005",
                    length: 27,
                    alphabet: "alphanumeric",
                },
            ),
        ],
        tags: &["backup"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 700,
        rotated_days_ago: &[(333, "Yearly turnover")],
    },
    Made {
        name: "Wasabi archive",
        description: "Closed projects, kept for ten years",
        secret_type: "wasabi",
        auth_method: Some("wasabi_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "",
                    length: 20,
                    alphabet: UPPER,
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 40,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["archive"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 820,
        rotated_days_ago: &[],
    },
    Made {
        name: "Hetzner object storage",
        description: "Logs of the European machines",
        secret_type: "hetzner",
        auth_method: Some("hetzner_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "",
                    length: 20,
                    alphabet: UPPER,
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 40,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["logs"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 150,
        rotated_days_ago: &[],
    },
    Made {
        name: "DigitalOcean Spaces",
        description: "Landing pages",
        secret_type: "digitalocean_spaces",
        auth_method: Some("digitalocean_spaces_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "DO00",
                    length: 18,
                    alphabet: UPPER,
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 43,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["production", "web"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 95,
        rotated_days_ago: &[(12, "The old key was in a support ticket")],
    },
    Made {
        name: "Tigris model weights",
        description: "Weights for the recommender, read by the workers",
        secret_type: "tigris",
        auth_method: Some("tigris_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "tid_",
                    length: 28,
                    alphabet: "alphanumeric",
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 42,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["ml"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 40,
        rotated_days_ago: &[],
    },
    Made {
        name: "Railway bucket",
        description: "Preview environments",
        secret_type: "railway",
        auth_method: Some("railway_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "tid_",
                    length: 28,
                    alphabet: "alphanumeric",
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 42,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["staging"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 18,
        rotated_days_ago: &[],
    },
    Made {
        name: "MinIO in the office",
        description: "Big files between desks",
        secret_type: "s3_compatible",
        auth_method: Some("s3_compatible_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "",
                    length: 20,
                    alphabet: "alphanumeric",
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 40,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["office"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 390,
        rotated_days_ago: &[],
    },
    Made {
        name: "Oracle cold storage",
        description: "Legal holds",
        secret_type: "oracle_object_storage_s3",
        auth_method: Some("oracle_object_storage_s3_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "",
                    length: 40,
                    alphabet: "hex",
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 44,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["legal", "archive"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 275,
        rotated_days_ago: &[],
    },
    Made {
        name: "Rabata mirror",
        description: "Mirror of the public datasets",
        secret_type: "rabata",
        auth_method: Some("rabata_access_key"),
        fields: &[
            (
                "access_key_id",
                Field::Random {
                    prefix: "",
                    length: 20,
                    alphabet: "alphanumeric",
                },
            ),
            (
                "secret_access_key",
                Field::Random {
                    prefix: "",
                    length: 40,
                    alphabet: "base64url",
                },
            ),
        ],
        tags: &["datasets"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 77,
        rotated_days_ago: &[],
    },
    Made {
        name: "Azure media account",
        description: "Account key of the video pipeline",
        secret_type: "azure_blob",
        auth_method: Some("azure_account_key"),
        fields: &[
            ("account_name", Field::Fixed("turnmeadowmedia")),
            ("account_key", Field::Base64 { length: 86 }),
        ],
        tags: &["production", "video"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 480,
        rotated_days_ago: &[(200, "Half-yearly turnover"), (15, "Half-yearly turnover")],
    },
    Made {
        name: "Azure partner drop",
        description: "Read and list for the partner's nightly pull",
        secret_type: "azure_blob",
        auth_method: Some("azure_sas_url"),
        fields: &[(
            "sas_url",
            Field::SasUrl {
                account: "turnmeadowdrop",
                container: "partner",
                days: 66,
            },
        )],
        tags: &["partner"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 58,
        rotated_days_ago: &[],
    },
    Made {
        name: "Azure audit share",
        description: "Auditors read the 2026 folder",
        secret_type: "azure_blob",
        auth_method: Some("azure_sas_url"),
        fields: &[(
            "sas_url",
            Field::SasUrl {
                account: "turnmeadowdrop",
                container: "audit-2026",
                days: 30,
            },
        )],
        tags: &["legal"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 33,
        rotated_days_ago: &[],
    },
    Made {
        name: "GCS data lake",
        description: "Pipelines write raw events",
        secret_type: "gcs",
        auth_method: None,
        fields: &[(
            "service_account_json",
            Field::ServiceAccount {
                project: "turnmeadow-lake",
                account: "ingest",
            },
        )],
        tags: &["analytics", "production"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 365,
        rotated_days_ago: &[(100, "Key older than our policy")],
    },
    Made {
        name: "GCS machine learning",
        description: "Training jobs read, never write",
        secret_type: "gcs",
        auth_method: None,
        fields: &[(
            "service_account_json",
            Field::ServiceAccount {
                project: "turnmeadow-ml",
                account: "trainer",
            },
        )],
        tags: &["ml"],
        env_key: None,
        allowed_domains: &[],
        days_ago: 21,
        rotated_days_ago: &[],
    },
];
