//! `keys.json`: whose keys open the vault. Public in full; what it seals is not.
//!
//! It has one encoding only, so that any two readers see the same file, and it is signed as a whole
//! by the member who wrote it.

mod content;
mod disk;
mod signed_membership;

use domain::ids::{MemberId, VaultId};
use domain::text::VaultName;
use domain::time::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::database_name::DatabaseName;
use crate::genesis::Genesis;
use crate::signature::VerifyingKey;
use crate::store::error::StoreError;

pub(crate) use content::{Content, Member};
pub use disk::{KEYS_BACKUP_NAME, KEYS_FILE_NAME, ReadKeysError, WriteKeysError};
pub(crate) use disk::{KEYS_TEMPORARY_NAME, sync_folder};
pub(crate) use signed_membership::SignedMembership;

const FORMAT_PREFIX: &str = "turnstone/";
const FORMAT_VERSION: u32 = 1;

pub const KEYS_FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
pub(crate) const MEMBERS_MAX: usize = 256;

/// A `keys.json` whose form is right. Whether it is true is for
/// [`unlock_keys`](crate::unlock_keys::unlock_keys) to find: only an identity can tell.
#[derive(Clone)]
pub struct KeysFile(Content);

/// Why bytes are no `keys.json` of this format.
#[derive(Debug, thiserror::Error)]
pub enum ParseKeysError {
    #[error(
        "This vault was written by a newer Turnstone (format {version}). Update Turnstone to open it."
    )]
    Newer { version: u32 },
    #[error("keys.json is larger than any vault's.")]
    TooLarge,
    #[error("keys.json is damaged: it is not the text that Turnstone wrote.")]
    Malformed(#[source] serde_json::Error),
    #[error("keys.json is damaged: {0}.")]
    Damaged(&'static str),
}

impl KeysFile {
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseKeysError> {
        if bytes.len() > KEYS_FILE_BYTES_MAX {
            return Err(ParseKeysError::TooLarge);
        }
        check_format(bytes)?;
        let content: Content = serde_json::from_slice(bytes).map_err(ParseKeysError::Malformed)?;
        if canonical::to_document(&content) != bytes {
            return Err(ParseKeysError::Damaged(
                "it has another form than Turnstone writes",
            ));
        }
        content.check().map_err(ParseKeysError::Damaged)?;
        Ok(Self(content))
    }

    /// The one encoding: what [`KeysFile::parse`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::to_document(&self.0)
    }

    /// The encoding, once it has been read back. What the database announces takes the place of `keys.json` whatever it is,
    /// so that a file which no reader takes would lock everybody out.
    pub(crate) fn to_readable_bytes(&self) -> Result<Vec<u8>, StoreError> {
        let bytes = self.to_bytes();
        KeysFile::parse(&bytes)
            .map_err(|error| StoreError::damaged(format!("its next keys.json ({error})")))?;
        Ok(bytes)
    }

    /// SHA-256 of the encoding.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }

    pub fn vault_id(&self) -> VaultId {
        self.0.vault_id
    }

    pub fn name(&self) -> &VaultName {
        &self.0.name
    }

    /// One higher with each writing.
    pub fn generation(&self) -> u64 {
        self.0.generation
    }

    /// One higher with each re-keying.
    pub fn epoch(&self) -> u32 {
        self.0.epoch
    }

    pub fn database(&self) -> &DatabaseName {
        &self.0.database
    }

    pub fn created_at(&self) -> Timestamp {
        self.0.genesis.created_at
    }

    pub fn genesis_hash(&self) -> [u8; 32] {
        self.0.genesis.hash(self.0.vault_id)
    }

    pub(crate) fn writer(&self) -> MemberId {
        self.0.writer
    }

    pub(crate) fn genesis(&self) -> &Genesis {
        &self.0.genesis
    }

    pub fn verifying_key(&self, member: MemberId) -> Option<VerifyingKey> {
        self.0.member(member).map(|member| member.verifying_key)
    }

    pub(crate) fn content(&self) -> &Content {
        &self.0
    }
}

/// Reads the format before the rest, so that a newer vault is called newer and not damaged.
fn check_format(bytes: &[u8]) -> Result<(), ParseKeysError> {
    #[derive(Deserialize)]
    struct Format {
        format: String,
    }
    let Format { format } = serde_json::from_slice(bytes).map_err(ParseKeysError::Malformed)?;
    let version = format
        .strip_prefix(FORMAT_PREFIX)
        .and_then(|version| version.parse().ok());
    match version {
        Some(version) if version > FORMAT_VERSION => Err(ParseKeysError::Newer { version }),
        _ if format == current_format() => Ok(()),
        _ => Err(ParseKeysError::Damaged("its format is unknown")),
    }
}

fn current_format() -> String {
    format!("{FORMAT_PREFIX}{FORMAT_VERSION}")
}
