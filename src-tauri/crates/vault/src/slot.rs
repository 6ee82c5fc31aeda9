//! Slots: the ways in. Each seals the member's identity, under a password or to a code,
//! and carries a public checksum, so that a damaged slot is told from a wrong password.

mod invitation;

use domain::ids::{MemberId, SlotId, VaultId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::aead;
use crate::canonical;
use crate::entropy::{self, EntropyError};
use crate::identity::{IDENTITY_BYTES, Identity};
use crate::invitation_code::InvitationCode;
use crate::kdf::{self, KdfError, KdfParams, SALT_BYTES};
use crate::labels;
use crate::password::Password;
use crate::recovery_code::RecoveryCode;
use crate::signature::{Signature, SignatureError, SigningPurpose, VerifyingKey};
use crate::suite::{Recipient, SUITE};

pub(crate) use invitation::InvitationSlot;

const KDF_ALGORITHM: &str = "argon2id";
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

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordSlot {
    #[serde(with = "canonical::text")]
    pub(crate) slot_id: SlotId,
    kdf: Kdf,
    salt: String,
    sealed: String,
    checksum: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoverySlot {
    #[serde(with = "canonical::text")]
    pub(crate) slot_id: SlotId,
    recipient: String,
    statement: String,
    sealed: String,
    checksum: String,
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
            Self::Password(PasswordSlot { kdf, .. }) => {
                KdfParams::parse(kdf.memory_kib, kdf.passes, kdf.lanes).map_or(0, KdfParams::cost)
            }
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

impl PasswordSlot {
    /// `seal[argon2id[salt, parameters](password), context](identity)`
    pub(crate) fn seal(
        identity: &Identity,
        password: &Password,
        params: KdfParams,
    ) -> Result<Slot, SealSlotError> {
        let owner = SlotOwner::of(identity);
        let slot_id = SlotId::from_bytes(entropy::generate_bytes()?);
        let salt = entropy::generate_bytes::<SALT_BYTES>()?;
        let kek = kdf::derive_kek(password.expose_bytes(), &salt, params)?;
        let context = password_context(owner, slot_id, params, &salt);
        let sealed = aead::seal(&kek, &context, identity.dangerous_expose_bytes().as_slice())?;
        let slot = Self {
            slot_id,
            kdf: Kdf {
                algorithm: KDF_ALGORITHM.to_owned(),
                memory_kib: params.memory_kib(),
                passes: params.passes(),
                lanes: params.lanes(),
            },
            salt: canonical::encode_bytes(&salt),
            sealed: canonical::encode_bytes(&sealed),
            checksum: String::new(),
        };
        Ok(Slot::Password(slot).with_checksum(owner))
    }

    fn open(&self, owner: SlotOwner, password: &Password) -> Result<Identity, OpenSlotError> {
        let params = self.kdf.params()?;
        let salt = canonical::decode_array(&self.salt).ok_or(OpenSlotError::Damaged)?;
        let sealed = canonical::decode_bytes(&self.sealed).ok_or(OpenSlotError::Damaged)?;
        let kek = kdf::derive_kek(password.expose_bytes(), &salt, params)?;
        let context = password_context(owner, self.slot_id, params, &salt);
        let opened = aead::open(&kek, &context, &sealed).map_err(|_| OpenSlotError::WrongSecret)?;
        owner.parse_identity(&opened)
    }
}

impl Kdf {
    fn params(&self) -> Result<KdfParams, OpenSlotError> {
        if self.algorithm != KDF_ALGORITHM {
            return Err(OpenSlotError::KdfOutOfBounds);
        }
        KdfParams::parse(self.memory_kib, self.passes, self.lanes)
            .map_err(|_| OpenSlotError::KdfOutOfBounds)
    }
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

    fn open(&self, owner: SlotOwner, code: &RecoveryCode) -> Result<Identity, OpenSlotError> {
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

/// `label ‖ vault id ‖ member id ‖ slot id ‖ suite ‖ memory ‖ passes ‖ lanes ‖ salt`
fn password_context(
    owner: SlotOwner,
    slot_id: SlotId,
    params: KdfParams,
    salt: &[u8; SALT_BYTES],
) -> Vec<u8> {
    let mut context = slot_context(labels::PASSWORD_SLOT, owner, slot_id);
    context.extend(params.memory_kib().to_be_bytes());
    context.extend(params.passes().to_be_bytes());
    context.extend(params.lanes().to_be_bytes());
    context.extend(salt);
    context
}

fn recovery_context(owner: SlotOwner, slot_id: SlotId) -> Vec<u8> {
    slot_context(labels::RECOVERY_SLOT, owner, slot_id)
}

fn slot_context(label: &[u8], owner: SlotOwner, slot_id: SlotId) -> Vec<u8> {
    let mut context = label.to_vec();
    context.extend(owner.vault.to_bytes());
    context.extend(owner.member.to_bytes());
    context.extend(slot_id.to_bytes());
    context.push(SUITE);
    context
}

fn statement_bytes(member: MemberId, slot_id: SlotId, recipient: &Recipient) -> Vec<u8> {
    let mut bytes = member.to_bytes().to_vec();
    bytes.extend(slot_id.to_bytes());
    bytes.push(SUITE);
    bytes.extend(recipient.as_bytes());
    bytes
}
