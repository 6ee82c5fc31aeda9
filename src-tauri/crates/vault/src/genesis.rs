//! Where a vault's trust begins: its first Owner's public keys, under one hash that every sealed
//! identity holds.

use domain::ids::{MemberId, VaultId};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::labels;
use crate::signature::VerifyingKey;
use crate::suite::{Recipient, SUITE};

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Genesis {
    #[serde(with = "canonical::text")]
    pub(crate) created_at: Timestamp,
    #[serde(with = "canonical::text")]
    pub(crate) owner: MemberId,
    #[serde(with = "canonical::text")]
    pub(crate) verifying_key: VerifyingKey,
    #[serde(with = "canonical::text")]
    pub(crate) recipient_hash: [u8; 32],
}

impl Genesis {
    pub(crate) fn new(
        created_at: Timestamp,
        owner: MemberId,
        verifying_key: VerifyingKey,
        recipient: &Recipient,
    ) -> Self {
        Self {
            created_at,
            owner,
            verifying_key,
            recipient_hash: hash_recipient(recipient),
        }
    }

    /// `SHA-256(label ‖ vault id ‖ suite ‖ created_at ‖ owner ‖ verifying key ‖ recipient hash)`
    pub(crate) fn hash(&self, vault: VaultId) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(labels::GENESIS);
        hash.update(vault.to_bytes());
        hash.update([SUITE]);
        hash.update(self.created_at.as_millis().to_be_bytes());
        hash.update(self.owner.to_bytes());
        hash.update(self.verifying_key.to_bytes());
        hash.update(self.recipient_hash);
        hash.finalize().into()
    }
}

pub(crate) fn hash_recipient(recipient: &Recipient) -> [u8; 32] {
    Sha256::digest(recipient.as_bytes()).into()
}
