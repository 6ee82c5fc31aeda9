//! The slot of a recovery code, with the member's word that the code is their own.

use domain::ids::{MemberId, SlotId};
use serde::{Deserialize, Serialize};

use super::{OpenSlotError, Slot, SlotOwner, slot_context};
use crate::canonical;
use crate::entropy::{self, EntropyError};
use crate::identity::Identity;
use crate::labels;
use crate::recovery_code::RecoveryCode;
use crate::signature::{Signature, SignatureError, SigningPurpose, VerifyingKey};
use crate::suite::{Recipient, SUITE};

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoverySlot {
    #[serde(with = "canonical::text")]
    pub(crate) slot_id: SlotId,
    recipient: String,
    statement: String,
    sealed: String,
    pub(super) checksum: String,
}

impl RecoverySlot {
    /// `hpke[code's recipient, context](identity)`, and the identity's word that this recipient is its own.
    pub(crate) fn seal(identity: &Identity, code: &RecoveryCode) -> Result<Slot, EntropyError> {
        let owner = SlotOwner::of(identity);
        let slot_id = SlotId::from_bytes(entropy::generate_bytes()?);
        let recipient = code.derive_recipient_key().recipient();
        let statement = identity.sign(
            SigningPurpose::RecoveryRecipient,
            &statement_bytes(owner.member, slot_id, &recipient),
        );
        let sealed = recipient.seal(
            &recovery_context(owner, slot_id),
            identity.dangerous_expose_bytes().as_slice(),
        )?;
        let slot = Self {
            slot_id,
            recipient: canonical::encode_bytes(recipient.as_bytes()),
            statement: canonical::encode_bytes(&statement.to_bytes()),
            sealed: canonical::encode_bytes(&sealed),
            checksum: String::new(),
        };
        Ok(Slot::Recovery(slot).with_checksum(owner))
    }

    pub(super) fn open(
        &self,
        owner: SlotOwner,
        code: &RecoveryCode,
    ) -> Result<Identity, OpenSlotError> {
        let key = code.derive_recipient_key();
        if self.recipient != canonical::encode_bytes(key.recipient().as_bytes()) {
            return Err(OpenSlotError::WrongSecret);
        }
        let sealed = canonical::decode_bytes(&self.sealed).ok_or(OpenSlotError::Damaged)?;
        let opened = key
            .open(&recovery_context(owner, self.slot_id), &sealed)
            .map_err(|_| OpenSlotError::Damaged)?;
        owner.parse_identity(&opened)
    }

    pub(crate) fn verify_statement(
        &self,
        owner: SlotOwner,
        verifying_key: VerifyingKey,
    ) -> Result<(), SignatureError> {
        let recipient = canonical::decode_bytes(&self.recipient)
            .and_then(|bytes| Recipient::from_bytes(&bytes).ok())
            .ok_or(SignatureError)?;
        let statement = canonical::decode_array(&self.statement).ok_or(SignatureError)?;
        verifying_key.verify(
            SigningPurpose::RecoveryRecipient,
            owner.vault,
            &statement_bytes(owner.member, self.slot_id, &recipient),
            &Signature::from_bytes(statement),
        )
    }
}

fn recovery_context(owner: SlotOwner, slot_id: SlotId) -> Vec<u8> {
    slot_context(labels::RECOVERY_SLOT, owner, slot_id)
}

fn statement_bytes(member: MemberId, slot_id: SlotId, recipient: &Recipient) -> Vec<u8> {
    let mut bytes = member.to_bytes().to_vec();
    bytes.extend(slot_id.to_bytes());
    bytes.push(SUITE);
    bytes.extend(recipient.as_bytes());
    bytes
}
