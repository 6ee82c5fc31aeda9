//! Slots: the ways in. Each seals the member's identity, under a password or to a code,
//! and carries a public checksum, so that a damaged slot is told from a wrong password.

mod invitation;
mod password;
mod recovery;

use domain::ids::{MemberId, SlotId, VaultId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::entropy::EntropyError;
use crate::identity::{IDENTITY_BYTES, Identity};
use crate::invitation_code::InvitationCode;
use crate::kdf::KdfError;
use crate::labels;
use crate::password::Password;
use crate::recovery_code::RecoveryCode;
use crate::suite::SUITE;

pub(crate) use invitation::InvitationSlot;
pub(crate) use password::PasswordSlot;
pub(crate) use recovery::RecoverySlot;

const CHECKSUM_BYTES: usize = 8;

/// The encoded fields stay text until the slot is used: what is not even base64 is a damaged slot,
/// and is reported as one, rather than a file that cannot be read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Slot {
    Password(PasswordSlot),
    Recovery(RecoverySlot),
    Invitation(InvitationSlot),
}

/// Whose slot it is: bound to what the slot seals.
#[derive(Clone, Copy)]
pub(crate) struct SlotOwner {
    pub(crate) vault: VaultId,
    pub(crate) member: MemberId,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenSlotError {
    /// The checksum fails, or what the slot holds is not what its form says.
    #[error("the slot is damaged")]
    Damaged,
    #[error("the slot's key derivation is out of bounds")]
    KdfOutOfBounds,
    #[error("the password or code does not open the slot")]
    WrongSecret,
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum SealSlotError {
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

impl Slot {
    pub(crate) fn slot_id(&self) -> SlotId {
        match self {
            Self::Password(slot) => slot.slot_id,
            Self::Recovery(slot) => slot.slot_id,
            Self::Invitation(slot) => slot.slot_id,
        }
    }

    /// Argon2's time grows with memory × passes; a slot out of bounds is refused and costs nothing.
    pub(crate) fn derivation_cost(&self) -> u64 {
        match self {
            Self::Password(slot) => slot.derivation_cost(),
            Self::Recovery(_) | Self::Invitation(_) => 0,
        }
    }

    /// The first 8 bytes of `SHA-256(label ‖ vault id ‖ member id ‖ the slot with an empty checksum)`
    fn expected_checksum(&self, owner: SlotOwner) -> String {
        let mut slot = self.clone();
        slot.set_checksum(String::new());
        let mut hash = Sha256::new();
        hash.update(labels::SLOT_CHECKSUM);
        hash.update(owner.vault.to_bytes());
        hash.update(owner.member.to_bytes());
        hash.update(canonical::to_compact(&slot));
        canonical::encode_bytes(&hash.finalize()[..CHECKSUM_BYTES])
    }

    pub(crate) fn with_checksum(mut self, owner: SlotOwner) -> Self {
        let checksum = self.expected_checksum(owner);
        self.set_checksum(checksum);
        self
    }

    fn set_checksum(&mut self, text: String) {
        match self {
            Self::Password(slot) => slot.checksum = text,
            Self::Recovery(slot) => slot.checksum = text,
            Self::Invitation(slot) => slot.checksum = text,
        }
    }

    fn check(&self, owner: SlotOwner) -> Result<(), OpenSlotError> {
        let checksum = match self {
            Self::Password(slot) => &slot.checksum,
            Self::Recovery(slot) => &slot.checksum,
            Self::Invitation(slot) => &slot.checksum,
        };
        if *checksum == self.expected_checksum(owner) {
            Ok(())
        } else {
            Err(OpenSlotError::Damaged)
        }
    }

    /// `None` where this is no password slot.
    pub(crate) fn open_by_password(
        &self,
        owner: SlotOwner,
        password: &Password,
    ) -> Option<Result<Identity, OpenSlotError>> {
        match self {
            Self::Password(slot) => {
                Some(self.check(owner).and_then(|()| slot.open(owner, password)))
            }
            Self::Recovery(_) | Self::Invitation(_) => None,
        }
    }

    /// `None` where this is no recovery slot.
    pub(crate) fn open_by_recovery_code(
        &self,
        owner: SlotOwner,
        code: &RecoveryCode,
    ) -> Option<Result<Identity, OpenSlotError>> {
        match self {
            Self::Recovery(slot) => Some(self.check(owner).and_then(|()| slot.open(owner, code))),
            Self::Password(_) | Self::Invitation(_) => None,
        }
    }

    /// `None` where this is no invitation.
    pub(crate) fn open_by_invitation_code(
        &self,
        owner: SlotOwner,
        code: &InvitationCode,
    ) -> Option<Result<Identity, OpenSlotError>> {
        match self {
            Self::Invitation(slot) => Some(self.check(owner).and_then(|()| slot.open(owner, code))),
            Self::Password(_) | Self::Recovery(_) => None,
        }
    }
}

impl SlotOwner {
    fn of(identity: &Identity) -> Self {
        Self {
            vault: identity.vault_id(),
            member: identity.member_id(),
        }
    }

    fn parse_identity(self, bytes: &[u8]) -> Result<Identity, OpenSlotError> {
        let bytes: &[u8; IDENTITY_BYTES] = bytes.try_into().map_err(|_| OpenSlotError::Damaged)?;
        let identity = Identity::dangerous_from_bytes(bytes);
        if identity.vault_id() == self.vault && identity.member_id() == self.member {
            Ok(identity)
        } else {
            Err(OpenSlotError::Damaged)
        }
    }
}

fn slot_context(label: &[u8], owner: SlotOwner, slot_id: SlotId) -> Vec<u8> {
    let mut context = label.to_vec();
    context.extend(owner.vault.to_bytes());
    context.extend(owner.member.to_bytes());
    context.extend(slot_id.to_bytes());
    context.push(SUITE);
    context
}
