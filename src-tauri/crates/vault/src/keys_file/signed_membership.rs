//! An Owner's word on who the members are: how far the log has been read for this file, and to what end.

use domain::ids::{MemberId, VaultId};
use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::identity::Identity;
use crate::membership::Membership;
use crate::signature::{Signature, SignatureError, SigningPurpose, VerifyingKey};

/// In the order in which they are written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignedMembership {
    /// Entries about members that the signer had replayed.
    pub(crate) count: u64,
    /// The running hash after them.
    #[serde(with = "canonical::text")]
    pub(crate) hash: [u8; 32],
    /// The log hash at the last of them: what stands before it in the log stays there.
    #[serde(with = "canonical::text")]
    pub(crate) log_hash: [u8; 32],
    #[serde(with = "canonical::text")]
    pub(crate) signer: MemberId,
    #[serde(with = "canonical::text")]
    signature: Signature,
}

impl SignedMembership {
    pub(crate) fn sign(owner: &Identity, epoch: u32, members: &Membership) -> Self {
        let count = u64::try_from(members.count()).expect("usize fits");
        let (hash, log_hash) = (members.hash(), members.log_hash());
        let signer = owner.member_id();
        let signed = signed_bytes(signer, epoch, count, &hash, &log_hash);
        Self {
            count,
            hash,
            log_hash,
            signer,
            signature: owner.sign(SigningPurpose::Membership, &signed),
        }
    }

    pub(crate) fn verify(
        &self,
        vault: VaultId,
        epoch: u32,
        signer_key: VerifyingKey,
    ) -> Result<(), SignatureError> {
        let signed = signed_bytes(self.signer, epoch, self.count, &self.hash, &self.log_hash);
        signer_key.verify(SigningPurpose::Membership, vault, &signed, &self.signature)
    }
}

/// `signer's member id ‖ epoch ‖ count ‖ hash ‖ log hash`
fn signed_bytes(
    signer: MemberId,
    epoch: u32,
    count: u64,
    hash: &[u8; 32],
    log_hash: &[u8; 32],
) -> Vec<u8> {
    let mut bytes = signer.to_bytes().to_vec();
    bytes.extend(epoch.to_be_bytes());
    bytes.extend(count.to_be_bytes());
    bytes.extend(hash);
    bytes.extend(log_hash);
    bytes
}
