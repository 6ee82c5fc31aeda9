//! Where the made-up team keeps things, and the vaults of others that it reads from.

pub struct MadeLocation {
    pub name: &'static str,
    pub location_type: &'static str,
    /// By name.
    pub secret: &'static str,
    pub bucket_name: &'static str,
    pub region: Option<&'static str>,
    pub endpoint_url: Option<&'static str>,
    pub prefix: Option<&'static str>,
    pub days_ago: u32,
}

pub struct MadeConnection {
    pub name: &'static str,
    pub description: &'static str,
    pub connection_type: &'static str,
    pub method: Option<&'static str>,
    pub texts: &'static [(&'static str, &'static str)],
    /// The field of the token, what it begins with, and how many random characters follow.
    pub token: (&'static str, &'static str, u32),
    pub days_ago: u32,
}

pub struct MadeExternal {
    pub name: &'static str,
    pub description: &'static str,
    pub secret_type: &'static str,
    /// By name.
    pub connection: &'static str,
    pub references: &'static [(&'static str, &'static str)],
    pub tags: &'static [&'static str],
    pub days_ago: u32,
}

const fn bucket(
    name: &'static str,
    location_type: &'static str,
    secret: &'static str,
    bucket_name: &'static str,
    days_ago: u32,
) -> MadeLocation {
    MadeLocation {
        name,
        location_type,
        secret,
        bucket_name,
        region: None,
        endpoint_url: None,
        prefix: None,
        days_ago,
    }
}

pub const LOCATIONS: &[MadeLocation] = &[
    MadeLocation {
        region: Some("eu-central-1"),
        prefix: Some("postgres/"),
        ..bucket(
            "Database dumps",
            "s3",
            "AWS production backups",
            "acme-prod-backups",
            639,
        )
    },
    MadeLocation {
        region: Some("eu-central-1"),
        prefix: Some("config/"),
        ..bucket(
            "Configuration snapshots",
            "s3",
            "AWS production backups",
            "acme-prod-backups",
            402,
        )
    },
    MadeLocation {
        region: Some("eu-west-1"),
        ..bucket(
            "Staging uploads",
            "s3",
            "AWS staging uploads",
            "acme-staging-uploads",
            219,
        )
    },
    MadeLocation {
        endpoint_url: Some("https://3f1c0a9e5b7d42f88c61.r2.cloudflarestorage.com"),
        ..bucket(
            "Website assets",
            "r2",
            "R2 public assets",
            "acme-assets",
            299,
        )
    },
    MadeLocation {
        region: Some("us-west-004"),
        ..bucket(
            "Second copy of the dumps",
            "b2",
            "Backblaze offsite",
            "acme-offsite",
            698,
        )
    },
    MadeLocation {
        region: Some("eu-central-2"),
        ..bucket(
            "Invoices since 2019",
            "wasabi",
            "Wasabi archive",
            "acme-archive",
            818,
        )
    },
    MadeLocation {
        region: Some("fsn1"),
        ..bucket(
            "Monitoring history",
            "hetzner",
            "Hetzner object storage",
            "acme-metrics",
            149,
        )
    },
    MadeLocation {
        region: Some("ams3"),
        ..bucket(
            "Newsletter images",
            "digitalocean_spaces",
            "DigitalOcean Spaces",
            "acme-newsletter",
            94,
        )
    },
    MadeLocation {
        endpoint_url: Some("https://minio.office.acme.example:9000"),
        ..bucket(
            "Office scans",
            "s3_compatible",
            "MinIO in the office",
            "scans",
            388,
        )
    },
    bucket("Raw events", "gcs", "GCS data lake", "acme-events-raw", 364),
    bucket(
        "Partner exchange",
        "azure_blob",
        "Azure partner drop",
        "partner-in",
        57,
    ),
];

pub const CONNECTIONS: &[MadeConnection] = &[
    MadeConnection {
        name: "1Password of the platform team",
        description: "Service account that reads the vault Infrastructure",
        connection_type: "onepassword",
        method: Some("onepassword_service_account"),
        texts: &[],
        token: ("service_account_token", "ops_eyJ", 220),
        days_ago: 260,
    },
    MadeConnection {
        name: "Doppler, production",
        description: "",
        connection_type: "doppler",
        method: None,
        texts: &[("project", "shop-backend"), ("config", "prd")],
        token: ("service_token", "dp.st.prd.", 43),
        days_ago: 130,
    },
    MadeConnection {
        name: "Infisical, data team",
        description: "Machine identity of the nightly jobs",
        connection_type: "infisical",
        method: None,
        texts: &[
            ("project_id", "5b0f2c9d-77aa-4b6e-9d21-3c8f60a1e4d7"),
            ("environment", "prod"),
            ("secret_path", "/storage"),
            ("client_id", "c2d7a1f4-90be-4c53-8a46-1e7f5d20b9c3"),
        ],
        token: ("client_secret", "", 64),
        days_ago: 48,
    },
];

pub const EXTERNAL: &[MadeExternal] = &[
    MadeExternal {
        name: "AWS disaster recovery",
        description: "Second account, kept by the platform team",
        secret_type: "s3",
        connection: "1Password of the platform team",
        references: &[
            (
                "access_key_id",
                "op://Infrastructure/AWS recovery/access key id",
            ),
            (
                "secret_access_key",
                "op://Infrastructure/AWS recovery/secret access key",
            ),
        ],
        tags: &["production", "backup"],
        days_ago: 259,
    },
    MadeExternal {
        name: "Shop uploads",
        description: "",
        secret_type: "r2",
        connection: "Doppler, production",
        references: &[
            ("access_key_id", "R2_ACCESS_KEY_ID"),
            ("secret_access_key", "R2_SECRET_ACCESS_KEY"),
        ],
        tags: &["production"],
        days_ago: 128,
    },
    MadeExternal {
        name: "Data science notebooks",
        description: "",
        secret_type: "gcs",
        connection: "Infisical, data team",
        references: &[("service_account_json", "GCS_SERVICE_ACCOUNT")],
        tags: &["data"],
        days_ago: 46,
    },
];
