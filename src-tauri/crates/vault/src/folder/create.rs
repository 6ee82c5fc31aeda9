//! A new vault in a folder of its own.

use std::io;
use std::path::Path;

use domain::audit::Action;
use domain::role::Role;
use domain::text::{MemberName, VaultName};
use domain::time::Timestamp;
use rusqlite::Connection;

use super::session::Session;
use crate::audit_log::{Draft, LogEnd, LogTail, Signer};
use crate::database_name::DatabaseName;
use crate::device::{Device, make_private_folder};
use crate::fingerprint::{FingerprintKey, FingerprintKeyContext};
use crate::genesis::hash_recipient;
use crate::kdf::KdfParams;
use crate::keys_file::WriteKeysError;
use crate::membership::{self, MemberState, MemberStatus, Membership};
use crate::password::NewPassword;
use crate::recovery_code::RecoveryCode;
use crate::store::error::StoreError;
use crate::store::vault_row::{self, VaultRow};
use crate::store::{connection, fingerprints};
use crate::unlock_keys::{CreateKeysError, FoundedKeys, NewVaultKeys, create_keys};
use crate::unlocked::UnlockedVault;

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("There is something in this folder already. Choose an empty or a new one.")]
    NotEmpty,
    #[error(transparent)]
    Keys(#[from] CreateKeysError),
    #[error("keys.json could not be written: {0}")]
    WriteKeys(#[from] WriteKeysError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("The folder could not be made.")]
    Io(#[from] io::Error),
}

/// Makes a vault with one member, its Owner, in a new or empty folder. It is unlocked afterwards, and the code is the
/// one other way in.
pub fn create_vault(
    folder: &Path,
    name: &VaultName,
    owner: &MemberName,
    password: &NewPassword,
    kdf: KdfParams,
    device: &Device,
    now: Timestamp,
) -> Result<(UnlockedVault, RecoveryCode), CreateError> {
    make_private_folder(folder)?;
    if std::fs::read_dir(folder)?.next().is_some() {
        return Err(CreateError::NotEmpty);
    }
    let founded = create_keys(NewVaultKeys {
        name: name.clone(),
        password,
        kdf,
        now,
    })?;
    let database = folder.join(DatabaseName::first().as_str());
    let mut writer = connection::create(&database, &founded.unlocked.page_key)?;
    let transaction = writer.transaction().map_err(StoreError::from)?;
    let end = found(&transaction, &founded, owner, device, now)?;
    let members = Membership::replay(&transaction, founded.vault, &founded.genesis)
        .map_err(StoreError::from)?;
    let file = founded.file(&members);
    let row = VaultRow {
        vault: file.vault_id(),
        key_epoch: file.epoch(),
        keys_generation: file.generation(),
        keys_hash: file.hash(),
        keys_pending: None,
    };
    vault_row::insert(&transaction, &row, now)?;
    begin_fingerprints(&transaction, &founded)?;
    transaction.commit().map_err(StoreError::from)?;
    // The last step that makes the folder a vault: without keys.json there is none.
    file.write_atomically(folder)?;

    let session = Session {
        folder,
        database: &database,
        keys: &file,
        device,
        member_name: owner.clone(),
    };
    let vault = session.assemble(founded.unlocked, writer, members)?;
    vault.has_seen(end);
    vault.remember_head(end);
    Ok((vault, founded.recovery_code))
}

/// The first two entries of every log: the vault is there, and who its first Owner is.
fn found(
    connection: &Connection,
    founded: &FoundedKeys,
    name: &MemberName,
    device: &Device,
    now: Timestamp,
) -> Result<LogEnd, StoreError> {
    let identity = &founded.unlocked.identity;
    let signer = Signer {
        vault: founded.vault,
        genesis: identity.genesis_hash(),
        device: device.id(),
        member: identity.member_id(),
        identity,
    };
    let created = Draft::of_vault(Action::VaultCreated);
    LogTail::read(connection, &signer)?.append(connection, &signer, &created, now)?;
    let owner = MemberState {
        id: identity.member_id(),
        name: name.clone(),
        role: Role::Owner,
        status: MemberStatus::Active,
        verifying_key: identity.verifying_key(),
        recipient_hash: hash_recipient(&identity.recipient()),
        key_epoch: founded.unlocked.epoch,
        expires_at: None,
    };
    membership::record(connection, &signer, Action::MemberFounded, &owner, now)
}

/// With what it is told that two values are the same, from the first on.
fn begin_fingerprints(connection: &Connection, founded: &FoundedKeys) -> Result<(), StoreError> {
    let unlocked = &founded.unlocked;
    let value_key = unlocked.value_key.as_ref().ok_or(StoreError::NoValueKey)?;
    let context = FingerprintKeyContext {
        vault: founded.vault,
        made_in: unlocked.epoch,
        epoch: unlocked.epoch,
    };
    let key = FingerprintKey::generate()?;
    fingerprints::add_key(connection, value_key, &key, &context)
}
