//! The keys of a new vault.

use domain::ids::{MemberId, VaultId};
use domain::role::Role;
use domain::text::VaultName;
use domain::time::Timestamp;

use super::UnlockedKeys;
use crate::entropy::{self, EntropyError};
use crate::genesis::Genesis;
use crate::grant::{Grant, GrantedKeys, Grantee};
use crate::identity::NewIdentity;
use crate::kdf::{KdfError, KdfParams};
use crate::keys_file::{Content, KeysFile, Member, SignedMembership};
use crate::membership::Membership;
use crate::page_key::PageKey;
use crate::password::NewPassword;
use crate::recovery_code::RecoveryCode;
use crate::slot::{PasswordSlot, RecoverySlot, SealSlotError};
use crate::wrapped_key::ValueKey;

/// What a new vault needs that no one can be asked for later.
pub(crate) struct NewVaultKeys<'a> {
    pub name: VaultName,
    pub password: &'a NewPassword,
    pub kdf: KdfParams,
    pub now: Timestamp,
}

/// The keys of a vault whose log has not begun.
pub(crate) struct FoundedKeys {
    pub vault: VaultId,
    pub genesis: Genesis,
    pub unlocked: UnlockedKeys,
    pub recovery_code: RecoveryCode,
    name: VaultName,
    owner: Member,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateKeysError {
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

/// A vault with one member, its Owner.
pub(crate) fn create_keys(new: NewVaultKeys<'_>) -> Result<FoundedKeys, CreateKeysError> {
    let NewVaultKeys {
        name,
        password,
        kdf,
        now,
    } = new;
    let vault = VaultId::from_parts(now, entropy::generate_bytes()?);
    let member_id = MemberId::from_bytes(entropy::generate_bytes()?);
    let identity = NewIdentity::generate()?;
    let (verifying_key, recipient) = (identity.verifying_key(), identity.recipient());
    let genesis = Genesis::new(now, member_id, verifying_key, &recipient);
    let identity = identity.bind(vault, member_id, genesis.hash(vault));

    let keys = GrantedKeys {
        role: Role::Owner,
        page_key: PageKey::generate()?,
        value_key: Some(ValueKey::generate()?),
    };
    let grantee = Grantee {
        vault,
        epoch: 1,
        member: member_id,
        verifying_key,
        recipient: &recipient,
    };
    let grant = Grant::seal(&identity, &grantee, &keys)?;

    let recovery_code = RecoveryCode::generate()?;
    let password_slot = PasswordSlot::seal(&identity, password.as_password(), kdf)?;
    let recovery_slot = RecoverySlot::seal(&identity, &recovery_code)?;
    let mut owner = Member {
        member_id,
        verifying_key,
        recipient,
        grant,
        slots: Vec::new(),
    };
    owner.replace_slot(password_slot);
    owner.replace_slot(recovery_slot);

    let GrantedKeys {
        role,
        page_key,
        value_key,
    } = keys;
    let unlocked = UnlockedKeys {
        identity,
        page_key,
        value_key,
        role,
        epoch: 1,
    };
    Ok(FoundedKeys {
        vault,
        genesis,
        unlocked,
        recovery_code,
        name,
        owner,
    })
}

impl FoundedKeys {
    /// Generation 1, once the log has introduced the first Owner.
    pub(crate) fn file(&self, members: &Membership) -> KeysFile {
        let owner = &self.unlocked.identity;
        let membership = SignedMembership::sign(owner, self.unlocked.epoch, members);
        Content::first(
            self.vault,
            self.name.clone(),
            self.genesis.clone(),
            membership,
            self.owner.clone(),
        )
        .sign(owner)
    }
}

impl From<SealSlotError> for CreateKeysError {
    fn from(error: SealSlotError) -> Self {
        match error {
            SealSlotError::Entropy(error) => Self::Entropy(error),
            SealSlotError::Kdf(error) => Self::Kdf(error),
        }
    }
}
