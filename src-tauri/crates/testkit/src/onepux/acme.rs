//! The export of a made-up company: what an admin's shared vaults really look like.

use serde_json::json;

use super::{Item, OnePux, field, made_up, uuid_for};

const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// About thirty items in two vaults. Every value is made up; none was ever a key.
pub fn acme() -> OnePux {
    let document = uuid_for("gcs key file");
    OnePux::new("Acme")
        .vault("Storage", storage(&document))
        .vault("Services", services())
        .file(&document, "acme-etl.json", service_account().as_bytes())
        .file(
            &uuid_for("logo"),
            "logo.png",
            &[0x89, 0x50, 0x4e, 0x47, 0, 0xff],
        )
}

fn storage(document: &str) -> Vec<Item> {
    let aws = |title: &str| {
        Item::new("112", title).section(
            "",
            vec![
                field(
                    "access key id",
                    "accesskeyid",
                    "string",
                    json!(format!("AKIA{}", made_up(title, UPPER, 16))),
                ),
                field(
                    "secret access key",
                    "secretaccesskey",
                    "concealed",
                    json!(made_up(title, LETTERS, 40)),
                ),
                field("default region", "region", "string", json!("eu-central-1")),
            ],
        )
    };
    let s3_like = |title: &str, id: String, secret: String, endpoint: &str| {
        Item::new("112", title).section(
            "S3",
            vec![
                field("Access Key ID", "f1", "string", json!(id)),
                field("Secret Access Key", "f2", "concealed", json!(secret)),
                field("Endpoint", "f3", "url", json!(endpoint)),
            ],
        )
    };
    vec![
        aws("AWS production backups").tag("prod").tag("storage/aws").notes("IAM user backup-writer.\nRotate every 90 days."),
        aws("AWS billing exports").tag("finance").url("https://acme.signin.aws.amazon.com/console"),
        s3_like("Cloudflare R2 assets", made_up("r2id", HEX, 32), made_up("r2", HEX, 64), "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com").tag("prod"),
        Item::new("112", "B2 cold archive").section(
            "Application key",
            vec![
                field("keyID", "f1", "string", json!(format!("{}1", made_up("b2id", HEX, 24)))),
                field("applicationKey", "f2", "concealed", json!(format!("K004{}", made_up("b2", LETTERS, 27)))),
                field("bucket", "f3", "string", json!("acme-cold-archive")),
            ],
        ),
        s3_like("Wasabi offsite", made_up("wasabi id", UPPER, 20), made_up("wasabi", LETTERS, 40), "https://s3.eu-central-1.wasabisys.com"),
        s3_like("Hetzner nightly dumps", made_up("hetzner id", UPPER, 20), made_up("hetzner", LETTERS, 40), "https://fsn1.your-objectstorage.com"),
        s3_like("Tigris thumbnails", format!("tid_{}", made_up("tid", LETTERS, 30)), format!("tsec_{}", made_up("tsec", LETTERS, 50)), "https://t3.storage.dev"),
        s3_like("MinIO in the office", "backup".to_owned(), made_up("minio", LETTERS, 32), "https://minio.office.acme.example:9000"),
        Item::new("112", "Azure media account").section(
            "",
            vec![
                field("Storage account", "f1", "string", json!("acmemedia")),
                field("Account key", "f2", "concealed", json!(format!("{}==", made_up("azure", LETTERS, 86)))),
            ],
        ),
        Item::new("112", "Azure partner upload").section(
            "",
            vec![field(
                "SAS URL",
                "f1",
                "concealed",
                json!(format!("https://acmemedia.blob.core.windows.net/partner?sv=2024-11-04&se=2027-03-31T00%3A00%3A00Z&sr=c&sp=rwl&sig={}%3D", made_up("sas", LETTERS, 43))),
            )],
        ),
        Item::new("006", "GCS analytics export").document(document, "acme-etl.json"),
        Item::new("006", "Acme logo").document(&uuid_for("logo"), "logo.png"),
    ]
}

fn services() -> Vec<Item> {
    let mut items = vec![
        Item::api_credential("OpenAI production", "", &format!("sk-proj-{}", made_up("openai", LETTERS, 48))).url("https://platform.openai.com").tag("prod"),
        Item::api_credential("Anthropic", "", &format!("sk-ant-api03-{}", made_up("anthropic", LETTERS, 80))),
        Item::api_credential("GitHub deploy token", "acme-deploy", &format!("ghp_{}", made_up("github", LETTERS, 36)))
            .section("dates", vec![field("valid from", "validFrom", "date", json!(1_764_547_200)), field("expires", "expires", "date", json!(1_796_083_200))]),
        Item::api_credential("Stripe live key", "", &format!("rk_made_up_{}", made_up("stripe", LETTERS, 40))).tag("finance"),
        Item::api_credential("Slack bot", "", &format!("xoxb-{}", made_up("slack", LETTERS, 40))),
        Item::login("GitLab root", "root", &made_up("gitlab", LETTERS, 24))
            .url("https://gitlab.acme.example")
            .section("", vec![field("one-time password", "TOTP_1", "totp", json!(made_up("totp", UPPER, 32)))])
            .earlier_password(&made_up("gitlab old", LETTERS, 20)),
        Item::login("Grafana admin", "admin", &made_up("grafana", LETTERS, 20)).url("https://grafana.acme.example/login"),
        Item::login("Registrar", "ops@acme.example", &made_up("registrar", LETTERS, 22)).url("https://registrar.example").notes("Support PIN is asked for on the phone.").section(
            "Security",
            vec![field("Support PIN", "pin", "concealed", json!("482913")), field("Recovery e-mail", "mail", "email", json!({ "email_address": "cto@acme.example", "provider": null }))],
        ),
        Item::login("VPN portal", "", "").with("/details", "loginFields", json!([])).with("/details", "password", json!(made_up("vpn", LETTERS, 18))),
        Item::password("Office door code", "73 91 46"),
        Item::password("Backup encryption passphrase", "correct horse battery staple made up"),
        Item::new("102", "Orders database").section(
            "",
            vec![
                field("type", "database_type", "menu", json!("postgresql")),
                field("server", "hostname", "string", json!("db.acme.example")),
                field("port", "port", "string", json!("5432")),
                field("database", "database", "string", json!("orders")),
                field("username", "username", "string", json!("orders_app")),
                field("password", "password", "concealed", json!(made_up("orders", LETTERS, 28))),
            ],
        ),
        Item::new("110", "Build server").section("", vec![field("URL", "url", "string", json!("build.acme.example")), field("username", "username", "string", json!("ci")), field("password", "password", "concealed", json!(made_up("build", LETTERS, 24)))]).section(
            "Admin Console",
            vec![field("console username", "admin_console_username", "string", json!("root")), field("console password", "admin_console_password", "concealed", json!(made_up("console", LETTERS, 24)))],
        ),
        ssh_key(),
        Item::note("Signing ceremony", "Two people, two smart cards.\nCard A is in the safe, card B with the notary."),
        Item::new("004", "Acme imprint").section("Address", vec![field("address", "address", "address", json!({ "street": "Hafenstr. 1", "city": "Hamburg", "country": "de", "zip": "20457", "state": "" }))]),
        Item::new("112", "Passkey provider").section("", vec![field("handle", "h", "quantumKey", json!({ "algorithm": "made-up", "share": made_up("share", HEX, 24) }))]),
    ];
    items.push(Item::login("Old wiki", "admin", &made_up("wiki", LETTERS, 16)).archived());
    items.push(
        Item::api_credential(
            "Old Stripe test key",
            "",
            &made_up("old stripe", LETTERS, 32),
        )
        .trashed(),
    );
    items
}

fn ssh_key() -> Item {
    let key = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        made_up("ssh", LETTERS, 64)
    );
    Item::new("114", "Deploy SSH key").section(
        "",
        vec![field(
            "private key",
            "private_key",
            "sshKey",
            json!({
                "privateKey": key,
                "metadata": { "privateKey": key, "publicKey": "ssh-ed25519 AAAAmadeup deploy@acme", "fingerprint": "SHA256:madeup", "keyType": { "t": "ed25519" } }
            }),
        )],
    )
}

fn service_account() -> String {
    json!({
        "type": "service_account", "project_id": "acme-analytics", "private_key_id": made_up("gcs id", HEX, 40),
        "private_key": format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", made_up("gcs", LETTERS, 64)),
        "client_email": "etl@acme-analytics.iam.gserviceaccount.com", "client_id": "100000000000000000001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token"
    })
    .to_string()
}
