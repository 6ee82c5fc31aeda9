//! Real vaults in temporary folders, opened by identity, so that no test waits for Argon2id more than once a process.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use domain::text::{MemberName, VaultName};
use domain::time::Timestamp;
use tempfile::TempDir;
use vault::identity::Identity;
use vault::kdf::KdfParams;
use vault::keys_file::KeysFile;
use vault::page_key::PageKey;
use vault::password::{NewPassword, Password};
use vault::unlock_keys::{UnlockWith, unlock_keys};
use vault::{Device, OlderState, UnlockError, UnlockedVault, VaultFolder, create_vault};

use crate::acts::now;

/// Opens every temporary vault, after Argon2id at its floor.
pub const PASSWORD: &str = "seven turnstones turn stones at low tide";

/// A vault's folder and a device's state folder; both go when it is dropped.
pub struct TempVault {
    home: TempDir,
    identity: [u8; 128],
}

/// Made once a process and copied: its folder's files and its Owner's identity.
struct Template {
    files: Vec<(String, Vec<u8>)>,
    identity: [u8; 128],
    recovery_code: String,
}

impl TempVault {
    /// An empty vault named "Acme" with one Owner, "Ada", that this device has never unlocked.
    pub fn new() -> TempVault {
        let template = template();
        let home = tempfile::tempdir().expect("a temporary folder");
        let vault = TempVault {
            home,
            identity: template.identity,
        };
        std::fs::create_dir(vault.folder()).expect("a new folder");
        for (name, bytes) in &template.files {
            std::fs::write(vault.folder().join(name), bytes).expect("a copied file");
        }
        vault
    }

    pub fn folder(&self) -> PathBuf {
        self.home.path().join("vault")
    }

    /// The file that `keys.json` names; the first one where there is no `keys.json` to ask.
    pub fn database(&self) -> PathBuf {
        let keys = KeysFile::read(&self.folder());
        let name = keys.map_or("vault.db".to_owned(), |keys| keys.database().to_string());
        self.folder().join(name)
    }

    /// The log file beside the database.
    pub fn log(&self) -> PathBuf {
        let mut path = self.database().into_os_string();
        path.push("-wal");
        path.into()
    }

    pub fn state_folder(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// A place for what a test wants to put beside the vault.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn device(&self) -> Device {
        Device::open(&self.state_folder(), now()).expect("a state folder")
    }

    pub fn identity(&self) -> Identity {
        Identity::dangerous_from_bytes(&self.identity)
    }

    pub fn password(&self) -> Password {
        Password::parse(PASSWORD).expect("a good password")
    }

    /// The template's code: the same for every temporary vault of this process.
    pub fn recovery_code(&self) -> vault::recovery_code::RecoveryCode {
        vault::recovery_code::RecoveryCode::parse(&template().recovery_code)
            .expect("a code that was just made")
    }

    /// The key of every page, for tests that look at the file from outside.
    pub fn page_key(&self) -> PageKey {
        let keys = KeysFile::read(&self.folder()).expect("keys.json");
        unlock_keys(&keys, UnlockWith::Identity(self.identity()))
            .expect("the owner's identity")
            .page_key
    }

    /// Writes to the database as somebody does who holds the page key and a program of their own.
    pub fn meddle(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.database()).expect("the file");
        let key = self.page_key();
        let open = format!("PRAGMA key = \"x'{}'\"", key.expose_hex().as_str());
        connection.execute_batch(&open).expect("the key");
        connection
            .execute_batch(sql)
            .expect("a change that SQL allows");
    }

    pub fn open(&self) -> UnlockedVault {
        self.open_at(now())
    }

    pub fn open_at(&self, now: Timestamp) -> UnlockedVault {
        self.try_open(OlderState::Refuse, now)
            .expect("a vault that opens")
    }

    pub fn try_open(
        &self,
        older: OlderState,
        now: Timestamp,
    ) -> Result<UnlockedVault, UnlockError> {
        let folder = VaultFolder::open(&self.folder()).expect("a vault's folder");
        folder.unlock(
            UnlockWith::Identity(self.identity()),
            &self.device(),
            older,
            now,
        )
    }
}

impl Default for TempVault {
    fn default() -> TempVault {
        TempVault::new()
    }
}

fn template() -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = home.path().join("vault");
        let device = Device::open(&home.path().join("state"), now()).expect("a state folder");
        let name = VaultName::parse("Acme").expect("a name");
        let owner = MemberName::parse("Ada").expect("a name");
        let password = NewPassword::parse(PASSWORD, &[]).expect("a strong password");
        let (vault, code) = create_vault(
            &folder,
            &name,
            &owner,
            &password,
            KdfParams::FLOOR,
            &device,
            now(),
        )
        .expect("a new vault");
        vault.lock("test", now()).expect("locked");
        let keys = KeysFile::read(&folder).expect("keys.json");
        let identity = unlock_keys(&keys, UnlockWith::Recovery(&code))
            .expect("the code opens it")
            .identity;
        let files = std::fs::read_dir(&folder)
            .expect("the folder")
            .map(|entry| {
                let entry = entry.expect("an entry");
                let name = entry.file_name().into_string().expect("our own names");
                (name, std::fs::read(entry.path()).expect("a file"))
            })
            .collect();
        Template {
            files,
            identity: *identity.dangerous_expose_bytes(),
            recovery_code: code.expose_text().to_string(),
        }
    })
}
