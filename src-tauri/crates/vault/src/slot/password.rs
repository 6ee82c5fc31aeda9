//! The slot of a master password: the identity under a key that is derived slowly.

use domain::ids::SlotId;
use serde::{Deserialize, Serialize};

use super::{OpenSlotError, SealSlotError, Slot, SlotOwner, slot_context};
use crate::aead;
use crate::canonical;
use crate::entropy;
use crate::identity::Identity;
use crate::kdf::{self, KdfParams, SALT_BYTES};
use crate::labels;
use crate::password::Password;

const KDF_ALGORITHM: &str = "argon2id";

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordSlot {
    #[serde(with = "canonical::text")]
    pub(crate) slot_id: SlotId,
    kdf: Kdf,
    salt: String,
    sealed: String,
    pub(super) checksum: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
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

    /// A slot out of bounds is refused, and costs nothing.
    pub(super) fn derivation_cost(&self) -> u64 {
        let Kdf {
            memory_kib,
            passes,
            lanes,
            ..
        } = self.kdf;
        KdfParams::parse(memory_kib, passes, lanes).map_or(0, KdfParams::cost)
    }

    pub(super) fn open(
        &self,
        owner: SlotOwner,
        password: &Password,
    ) -> Result<Identity, OpenSlotError> {
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
