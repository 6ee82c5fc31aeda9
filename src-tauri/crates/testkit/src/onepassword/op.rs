//! The program `op`, as a script in a folder of its own that reads what is laid out beside it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::SERVICE_ACCOUNT_TOKEN;
use super::account::{Account, Spelling};

const SCRIPT: &str = include_str!("op.sh");

/// An `op` of version 2.30.3 whose service account has the token [`SERVICE_ACCOUNT_TOKEN`].
pub struct FakeOp {
    folder: TempDir,
}

impl FakeOp {
    pub fn install(account: &Account) -> FakeOp {
        let folder = tempfile::tempdir().expect("a folder");
        let op = FakeOp { folder };
        op.lay("op", SCRIPT.as_bytes());
        fs::set_permissions(op.program(), Permissions::from_mode(0o755)).expect("made a program");
        op.lay("version", b"2.30.3\n");
        op.leaves(9_000);
        op.lay("token", SERVICE_ACCOUNT_TOKEN.as_bytes());
        let vaults: Vec<Value> = account
            .vaults
            .iter()
            .map(|vault| json!({ "id": vault.id, "name": vault.name, "content_version": 7, "items": vault.items.len() }))
            .collect();
        op.lay("vaults.json", json!(vaults).to_string().as_bytes());
        for vault in &account.vaults {
            let list = |archived: bool| -> Vec<Value> {
                let items = vault.items.iter();
                items
                    .filter(|item| archived || item.state.is_none())
                    .map(|item| item.summary(vault, Spelling::Snake))
                    .collect()
            };
            let of_vault = format!("vault/{}", vault.id);
            op.lay(
                &format!("{of_vault}/list.json"),
                json!(list(false)).to_string().as_bytes(),
            );
            op.lay(
                &format!("{of_vault}/list-all.json"),
                json!(list(true)).to_string().as_bytes(),
            );
            op.lay(&format!("{of_vault}/name"), vault.name.as_bytes());
            let titles = vault
                .items
                .iter()
                .map(|item| format!("{}\t{}\n", item.id, item.title));
            op.lay(
                &format!("{of_vault}/titles"),
                titles.collect::<String>().as_bytes(),
            );
            for item in &vault.items {
                let of_item = format!("{of_vault}/item/{}", item.id);
                let whole = item.whole(vault, Spelling::Snake).to_string();
                op.lay(&format!("{of_item}/item.json"), whole.as_bytes());
                if item.state.is_some() {
                    op.lay(&format!("{of_item}/archived"), b"");
                }
                for (name, values) in item.referred_to() {
                    match values.as_slice() {
                        [value] => op.lay(&format!("{of_item}/value/{name}"), value),
                        _ => op.lay(&format!("{of_item}/ambiguous/{name}"), b""),
                    }
                }
            }
        }
        op
    }

    /// The folder to put into `PATH`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn program(&self) -> PathBuf {
        self.folder().join("op")
    }

    pub fn set_version(&self, version: &str) {
        self.lay("version", version.as_bytes());
    }

    /// 1Password's app is there and lets the program in, for the account named.
    pub fn unlock_app(&self, account: &str) {
        self.lay("unlocked", account.as_bytes());
    }

    /// The service account's token opens nothing any more.
    pub fn revoke(&self) {
        self.lay("token", b"revoked");
    }

    /// From now on every call is over the limit.
    pub fn throttle(&self) {
        self.lay("throttled", b"");
    }

    /// After this many items every call is over the limit.
    pub fn throttle_after(&self, items: usize) {
        self.lay("throttled-after", items.to_string().as_bytes());
    }

    /// So much of its limit the service account has left, as its token and as one of the account's.
    pub fn leaves(&self, reads: u64) {
        let line = |of: &str, action: &str, remaining: u64| {
            json!({ "type": of, "action": action, "limit": 10_000, "used": 10_000 - remaining.min(10_000),
                "remaining": remaining, "reset": 3_540 })
        };
        let lines = json!([
            line("token", "write", 100),
            line("token", "read", reads + 1_000),
            line("account", "read_write", reads),
        ]);
        self.lay("limits.json", lines.to_string().as_bytes());
    }

    /// Calls with `matching` among their arguments fail with these words.
    pub fn complain(&self, matching: &str, words: &str) {
        self.lay("complaint", words.as_bytes());
        self.lay("complaint-of", matching.as_bytes());
    }

    /// Whether the app was asked for two calls at the same time.
    pub fn was_asked_twice_at_once(&self) -> bool {
        self.folder().join("twice-at-once").exists()
    }

    /// Calls with `matching` among their arguments write this and succeed.
    pub fn answer(&self, matching: &str, with: &[u8]) {
        self.lay("instead", with);
        self.lay("instead-of", matching.as_bytes());
    }

    /// Calls never end, and start another process that does not either.
    pub fn hang(&self) {
        self.lay("hang", b"");
    }

    /// The ids of processes that hang.
    pub fn hanging(&self) -> Vec<u32> {
        let listed = fs::read_to_string(self.folder().join("hanging")).unwrap_or_default();
        listed
            .lines()
            .filter_map(|line| line.parse().ok())
            .collect()
    }

    /// Somebody else deletes an item.
    pub fn delete(&self, vault: &str, item: &str) {
        let folder = self.folder().join(format!("vault/{vault}/item/{item}"));
        fs::remove_dir_all(folder).expect("an item");
    }

    /// The arguments of every call so far.
    pub fn calls(&self) -> Vec<String> {
        let listed = fs::read_to_string(self.folder().join("calls")).unwrap_or_default();
        listed.lines().map(str::to_owned).collect()
    }

    /// The names of all variables that calls so far were given.
    pub fn variables(&self) -> Vec<String> {
        let listed = fs::read_to_string(self.folder().join("environment")).unwrap_or_default();
        let mut names: Vec<String> = listed.lines().map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn lay(&self, name: &str, content: &[u8]) {
        let path = self.folder().join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, content).expect("written");
    }
}
