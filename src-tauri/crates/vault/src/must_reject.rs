//! What must not open: for every field that something is bound to, the same thing with that field
//! swapped; for every encoding, what is almost it.

mod entries;
mod fingerprints;
mod grants;
mod keys_files;
mod members;
mod policies;
mod seals;
mod signatures;
mod slots;
mod states;
mod tokens;
mod trust;
mod types;

use std::sync::LazyLock;

use domain::text::VaultName;
use domain::time::Timestamp;

use crate::identity::{IDENTITY_BYTES, Identity};
use crate::kdf::KdfParams;
use crate::keys_file::KeysFile;
use crate::membership::Membership;
use crate::password::{NewPassword, Password};
use crate::recovery_code::RecoveryCode;
use crate::unlock_keys::{FoundedKeys, NewVaultKeys, create_keys};

const PASSWORD: &str = "plover dunlin sanderling knot";

/// One vault's keys, made once: key derivation at the floor is slow enough.
struct Example {
    file: KeysFile,
    members: Membership,
    identity: [u8; IDENTITY_BYTES],
    page_key: [u8; 32],
    value_key: [u8; 32],
    recovery_code: String,
}

static EXAMPLE: LazyLock<Example> = LazyLock::new(|| Example::create("Acme"));

impl Example {
    fn create(name: &str) -> Self {
        let password = NewPassword::parse(PASSWORD, &[]).expect("strong");
        let founded = create_keys(NewVaultKeys {
            name: VaultName::parse(name).expect("a name"),
            password: &password,
            kdf: KdfParams::FLOOR,
            now: Timestamp::from_millis(1_777_117_519_000),
        })
        .expect("keys");
        let owner = founded.unlocked.identity.dangerous_expose_bytes();
        let log = members::Log::of(
            founded.vault,
            founded.genesis.clone(),
            Identity::dangerous_from_bytes(&owner),
        );
        let members = log.replay().expect("a good log");
        let file = founded.file(&members);
        let FoundedKeys {
            unlocked,
            recovery_code,
            ..
        } = founded;
        Self {
            file,
            members,
            identity: *unlocked.identity.dangerous_expose_bytes(),
            page_key: *unlocked.page_key.expose_bytes(),
            value_key: *unlocked.value_key.expect("an owner has one").expose_bytes(),
            recovery_code: recovery_code.expose_text().to_string(),
        }
    }

    fn identity(&self) -> Identity {
        Identity::dangerous_from_bytes(&self.identity)
    }

    fn password(&self) -> Password {
        Password::parse(PASSWORD).expect("a password")
    }

    fn recovery_code(&self) -> RecoveryCode {
        RecoveryCode::parse(&self.recovery_code).expect("a code")
    }

    fn text(&self) -> String {
        String::from_utf8(self.file.to_bytes()).expect("JSON is UTF-8")
    }
}
