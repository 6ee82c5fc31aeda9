//! A grant: the vault's keys, sealed to one member and signed by an Owner.
//!
//! `hpke[member's recipient, label ‖ vault id ‖ member id ‖ epoch ‖ suite](role ‖ page key ‖ value key)`
//! and a signature over the epoch, the member's id and public keys, the signer and the sealed bytes.

use domain::ids::{MemberId, VaultId};
use domain::role::Role;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::aead::OpenError;
use crate::canonical;
use crate::entropy::EntropyError;
use crate::identity::Identity;
use crate::labels;
use crate::page_key::PageKey;
use crate::signature::{Signature, SignatureError, SigningPurpose, VerifyingKey};
use crate::suite::{Recipient, SUITE};
use crate::unlock_keys::UnlockedKeys;
use crate::wrapped_key::ValueKey;

/// Role 1 ‖ page key 32 ‖ value key 32; a Viewer's value key is 32 zero bytes, so that all grants
/// look alike from outside.
const GRANT_BYTES: usize = 65;
const NO_VALUE_KEY: [u8; 32] = [0; 32];

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    #[serde(with = "canonical::text")]
    pub(crate) signer: MemberId,
    #[serde(with = "canonical::text")]
    sealed: Vec<u8>,
    #[serde(with = "canonical::text")]
    signature: Signature,
}

/// Whom a grant is for: all of it is signed with the grant.
pub(crate) struct Grantee<'a> {
    pub(crate) vault: VaultId,
    pub(crate) epoch: u32,
    pub(crate) member: MemberId,
    pub(crate) verifying_key: VerifyingKey,
    pub(crate) recipient: &'a Recipient,
}

/// The keys of the vault, as far as the member's role reaches.
pub(crate) struct GrantedKeys {
    pub(crate) role: Role,
    pub(crate) page_key: PageKey,
    /// Present exactly for Operators and above.
    pub(crate) value_key: Option<ValueKey>,
}

impl Grant {
    pub(crate) fn seal(
        signer: &Identity,
        grantee: &Grantee<'_>,
        keys: &GrantedKeys,
    ) -> Result<Self, EntropyError> {
        let sealed = grantee
            .recipient
            .seal(&grantee.info(), keys.to_bytes().as_slice())?;
        let signed = grantee.signed_bytes(signer.member_id(), &sealed);
        let signature = signer.sign(SigningPurpose::Grant, &signed);
        Ok(Self {
            signer: signer.member_id(),
            sealed,
            signature,
        })
    }

    pub(crate) fn verify(
        &self,
        signer_key: VerifyingKey,
        grantee: &Grantee<'_>,
    ) -> Result<(), SignatureError> {
        let signed = grantee.signed_bytes(self.signer, &self.sealed);
        signer_key.verify(
            SigningPurpose::Grant,
            grantee.vault,
            &signed,
            &self.signature,
        )
    }

    /// The caller has verified the grant: anyone could have sealed it.
    pub(crate) fn open(
        &self,
        identity: &Identity,
        grantee: &Grantee<'_>,
    ) -> Result<GrantedKeys, OpenError> {
        let opened = identity
            .recipient_key()
            .open(&grantee.info(), &self.sealed)?;
        GrantedKeys::from_bytes(&opened).ok_or(OpenError)
    }
}

impl Grantee<'_> {
    pub(crate) fn info(&self) -> Vec<u8> {
        let mut info = labels::GRANT.to_vec();
        info.extend(self.vault.to_bytes());
        info.extend(self.member.to_bytes());
        info.extend(self.epoch.to_be_bytes());
        info.push(SUITE);
        info
    }

    /// Everything before the sealed bytes has a fixed size.
    fn signed_bytes(&self, signer: MemberId, sealed: &[u8]) -> Vec<u8> {
        let mut bytes = self.epoch.to_be_bytes().to_vec();
        bytes.push(SUITE);
        bytes.extend(signer.to_bytes());
        bytes.extend(self.member.to_bytes());
        bytes.extend(self.verifying_key.to_bytes());
        bytes.extend(self.recipient.as_bytes());
        bytes.extend(sealed);
        bytes
    }
}

impl GrantedKeys {
    /// Copies of the keys, as far as the role reaches.
    pub(crate) fn of_role(role: Role, page_key: &PageKey, value_key: &ValueKey) -> Self {
        let may_use_values = role >= Role::Operator;
        Self {
            role,
            page_key: PageKey::copy_from(page_key.expose_bytes()),
            value_key: may_use_values.then(|| ValueKey::copy_from(value_key.expose_bytes())),
        }
    }

    /// Copies of what a member has unlocked.
    pub(crate) fn of(unlocked: &UnlockedKeys) -> Self {
        let value_key = unlocked.value_key.as_ref();
        Self {
            role: unlocked.role,
            page_key: PageKey::copy_from(unlocked.page_key.expose_bytes()),
            value_key: value_key.map(|key| ValueKey::copy_from(key.expose_bytes())),
        }
    }

    fn to_bytes(&self) -> Zeroizing<[u8; GRANT_BYTES]> {
        let value_key = self
            .value_key
            .as_ref()
            .map_or(&NO_VALUE_KEY, ValueKey::expose_bytes);
        let mut bytes = Zeroizing::new([0; GRANT_BYTES]);
        bytes[0] = role_byte(self.role);
        bytes[1..33].copy_from_slice(self.page_key.expose_bytes());
        bytes[33..].copy_from_slice(value_key);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[role], keys) = bytes.split_first_chunk()?;
        let (page_key, value_key) = keys.split_first_chunk::<32>()?;
        let value_key: &[u8; 32] = value_key.try_into().ok()?;
        let role = parse_role(role)?;
        let may_use_values = role >= Role::Operator;
        if may_use_values == (*value_key == NO_VALUE_KEY) {
            return None;
        }
        Some(Self {
            role,
            page_key: PageKey::copy_from(page_key),
            value_key: may_use_values.then(|| ValueKey::copy_from(value_key)),
        })
    }
}

fn role_byte(role: Role) -> u8 {
    match role {
        Role::Viewer => 1,
        Role::Operator => 2,
        Role::Admin => 3,
        Role::Owner => 4,
    }
}

fn parse_role(byte: u8) -> Option<Role> {
    [Role::Viewer, Role::Operator, Role::Admin, Role::Owner]
        .into_iter()
        .find(|&role| role_byte(role) == byte)
}
