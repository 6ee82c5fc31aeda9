//! garage: an S3 server with as many keys as are wanted, rights by bucket, and a door of its own for whoever administers it.
//! It is the person's hand where a key is turned over by hand. It takes a quarter of an hour to compile, so that only
//! `cargo xtask lab` runs what starts it.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::install::Installed;
use super::{Rig, free_port, start};

/// The one that it signs for; another is refused.
pub const REGION: &str = "garage";

const ADMIN: &str = "Bearer an-administrators-token-of-one-test";

/// A running server; it ends when this is dropped.
pub struct Garage {
    /// For administration, which has a port of its own.
    admin: Rig,
    s3_port: u16,
    _data: TempDir,
}

/// A key as garage made it. It has no rights yet.
pub struct MadeKey {
    pub id: String,
    pub secret: String,
}

/// What a key may do on one bucket.
#[derive(Clone, Copy)]
pub enum Rights {
    Read,
    Write,
    ReadAndWrite,
}

impl Garage {
    pub fn start() -> Self {
        let data = TempDir::new().expect("a folder");
        let [admin_port, s3_port, own_port] = [free_port(), free_port(), free_port()];
        let config = data.path().join("garage.toml");
        let folder = data.path().display();
        let text = format!(
            r#"
metadata_dir = "{folder}/meta"
data_dir = "{folder}/data"
db_engine = "sqlite"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:{own_port}"
rpc_public_addr = "127.0.0.1:{own_port}"
rpc_secret = "1111111111111111111111111111111111111111111111111111111111111111"
[s3_api]
s3_region = "{REGION}"
api_bind_addr = "127.0.0.1:{s3_port}"
[admin]
api_bind_addr = "127.0.0.1:{admin_port}"
admin_token = "{}"
"#,
            ADMIN.trim_start_matches("Bearer ")
        );
        fs::write(&config, text).expect("its configuration");
        let mut command = Command::new(Installed::Garage.program("garage"));
        command
            .arg("--config")
            .arg(&config)
            .args(["server", "--single-node"]);
        let mut admin = start("garage", admin_port, command);
        admin.wait_until_it_listens("garage", s3_port);
        Self {
            admin,
            s3_port,
            _data: data,
        }
    }

    /// Where S3 is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.s3_port)
    }

    pub fn key(&self, name: &str) -> MadeKey {
        let made = self.post("/v2/CreateKey", &json!({ "name": name }));
        MadeKey {
            id: text(&made["accessKeyId"]),
            secret: text(&made["secretAccessKey"]),
        }
    }

    /// From now on the key is refused, and so is what it has signed.
    pub fn delete_key(&self, id: &str) {
        let path = format!("/v2/DeleteKey?id={id}");
        self.admin.ask("POST", &path, &[authorization()], "");
    }

    /// The ids of all keys.
    pub fn keys(&self) -> Vec<String> {
        let listed = self.get("/v2/ListKeys");
        let keys = listed.as_array().expect("a list").iter();
        keys.map(|key| text(&key["id"])).collect()
    }

    pub fn bucket(&self, name: &str) {
        self.post("/v2/CreateBucket", &json!({ "globalAlias": name }));
    }

    pub fn allow(&self, key: &MadeKey, bucket: &str, rights: Rights) {
        let permissions = match rights {
            Rights::Read => json!({ "read": true }),
            Rights::Write => json!({ "write": true }),
            Rights::ReadAndWrite => json!({ "read": true, "write": true }),
        };
        let bucket = text(&self.bucket_info(bucket)["id"]);
        let allowed =
            json!({ "bucketId": bucket, "accessKeyId": key.id, "permissions": permissions });
        self.post("/v2/AllowBucketKey", &allowed);
    }

    /// How many objects a bucket has.
    pub fn objects(&self, bucket: &str) -> u64 {
        self.bucket_info(bucket)["objects"]
            .as_u64()
            .expect("a count")
    }

    fn bucket_info(&self, name: &str) -> Value {
        self.get(&format!("/v2/GetBucketInfo?globalAlias={name}"))
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.admin.ask("GET", path, &[authorization()], "");
        serde_json::from_str(&answer).expect("JSON")
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.admin.ask_json(path, &[authorization()], body)
    }
}

fn authorization() -> (&'static str, &'static str) {
    ("Authorization", ADMIN)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
