//! The slot of one who was invited: an identity made for them, which joins and is then replaced by their own.

use domain::ids::SlotId;
use serde::{Deserialize, Serialize};

use super::{OpenSlotError, Slot, SlotOwner, slot_context};
use crate::canonical;
use crate::entropy::{self, EntropyError};
use crate::identity::Identity;
use crate::invitation_code::InvitationCode;
use crate::labels;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationSlot {
    #[serde(with = "canonical::text")]
    pub(crate) slot_id: SlotId,
    recipient: String,
    sealed: String,
    pub(super) checksum: String,
}

impl InvitationSlot {
    /// `hpke[code's recipient, context](identity)`
    pub(crate) fn seal(identity: &Identity, code: &InvitationCode) -> Result<Slot, EntropyError> {
        let owner = SlotOwner::of(identity);
        let slot_id = SlotId::from_bytes(entropy::generate_bytes()?);
        let recipient = code.derive_recipient_key().recipient();
        let sealed = recipient.seal(
            &context(owner, slot_id),
            identity.dangerous_expose_bytes().as_slice(),
        )?;
        let slot = Self {
            slot_id,
            recipient: canonical::encode_bytes(recipient.as_bytes()),
            sealed: canonical::encode_bytes(&sealed),
            checksum: String::new(),
        };
        Ok(Slot::Invitation(slot).with_checksum(owner))
    }

    pub(super) fn open(
        &self,
        owner: SlotOwner,
        code: &InvitationCode,
    ) -> Result<Identity, OpenSlotError> {
        let key = code.derive_recipient_key();
        if self.recipient != canonical::encode_bytes(key.recipient().as_bytes()) {
            return Err(OpenSlotError::WrongSecret);
        }
        let sealed = canonical::decode_bytes(&self.sealed).ok_or(OpenSlotError::Damaged)?;
        let opened = key
            .open(&context(owner, self.slot_id), &sealed)
            .map_err(|_| OpenSlotError::Damaged)?;
        owner.parse_identity(&opened)
    }
}

fn context(owner: SlotOwner, slot_id: SlotId) -> Vec<u8> {
    slot_context(labels::INVITATION_SLOT, owner, slot_id)
}
