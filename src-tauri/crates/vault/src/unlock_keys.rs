//! From a password, a recovery code or an identity to the vault's keys, and the changes of
//! `keys.json` that go with them.
//!
//! Trust runs one way: a slot yields the identity, the identity holds the genesis hash, the genesis
//! names the first Owner's key, that key signs every member's grant, and a member with a valid grant
//! signs the file as a whole. So no byte of an accepted file can have been changed by an outsider.

use domain::ids::{MemberId, VaultId};
use domain::role::Role;
use domain::text::VaultName;
use domain::time::Timestamp;

use crate::entropy::{self, EntropyError};
use crate::genesis::Genesis;
use crate::grant::{Grant, GrantedKeys, Grantee};
use crate::identity::{Identity, NewIdentity};
use crate::kdf::{COST_TOGETHER_MAX, KdfError, KdfParams};
use crate::keys_file::{Content, KeysFile, Member};
use crate::page_key::PageKey;
use crate::password::{NewPassword, Password};
use crate::recovery_code::RecoveryCode;
use crate::slot::{OpenSlotError, PasswordSlot, RecoverySlot, SealSlotError, Slot, SlotOwner};
use crate::wrapped_key::ValueKey;

/// What a person has in hand.
pub enum UnlockWith<'a> {
    Password(&'a Password),
    Recovery(&'a RecoveryCode),
    /// Already opened elsewhere; costs no key derivation.
    Identity(Identity),
}

/// Everything that a member's keys give: more than this no one holds.
pub struct UnlockedKeys {
    pub identity: Identity,
    pub page_key: PageKey,
    /// `None` for Viewers, whose keys cannot open a value.
    pub value_key: Option<ValueKey>,
    pub role: Role,
    pub epoch: u32,
}

#[derive(Debug, thiserror::Error)]
pub enum UnlockKeysError {
    #[error("The password is wrong.")]
    WrongPassword,
    #[error("The recovery code is not this vault's.")]
    WrongRecoveryCode,
    #[error(
        "The part of keys.json that the password or code opens is damaged. Restore keys.json from a backup."
    )]
    SlotDamaged,
    #[error(
        "keys.json asks for a key derivation that Turnstone never writes. Restore keys.json from a backup."
    )]
    KdfOutOfBounds,
    #[error("This identity is not a member of this vault.")]
    NotAMember,
    #[error(
        "keys.json is damaged, or something else than Turnstone changed it ({0}). Restore it from a backup."
    )]
    Tampered(&'static str),
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

/// What a new vault needs that no one can be asked for later.
pub struct NewVaultKeys<'a> {
    pub name: VaultName,
    pub password: &'a NewPassword,
    pub kdf: KdfParams,
    pub now: Timestamp,
}

pub struct CreatedKeys {
    pub file: KeysFile,
    pub unlocked: UnlockedKeys,
    pub recovery_code: RecoveryCode,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateKeysError {
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeKeysError {
    #[error(transparent)]
    Untrusted(#[from] UnlockKeysError),
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

pub fn unlock_keys(file: &KeysFile, with: UnlockWith<'_>) -> Result<UnlockedKeys, UnlockKeysError> {
    let content = file.content();
    let identity = match with {
        UnlockWith::Password(password) => open_by_password(content, password)?,
        UnlockWith::Recovery(code) => open_by_recovery_code(content, code)?,
        UnlockWith::Identity(identity) => identity,
    };
    let member = verify_content(content, &identity)?;
    let GrantedKeys {
        role,
        page_key,
        value_key,
    } = member
        .grant
        .open(&identity, &content.grantee(member))
        .map_err(|_| UnlockKeysError::Tampered("the grant does not open"))?;
    Ok(UnlockedKeys {
        identity,
        page_key,
        value_key,
        role,
        epoch: content.epoch,
    })
}

/// Whether `file` is one that members of the identity's vault wrote. Ask it of every `keys.json`
/// that is read again while a vault is open.
pub fn verify_keys_file(file: &KeysFile, identity: &Identity) -> Result<(), UnlockKeysError> {
    verify_content(file.content(), identity).map(|_member| ())
}

/// A vault with one member, its Owner.
pub fn create_keys(new: NewVaultKeys<'_>) -> Result<CreatedKeys, CreateKeysError> {
    let NewVaultKeys {
        name,
        password,
        kdf,
        now,
    } = new;
    let vault = VaultId::from_parts(now, entropy::generate_bytes()?);
    let owner = MemberId::from_bytes(entropy::generate_bytes()?);
    let identity = NewIdentity::generate()?;
    let (verifying_key, recipient) = (identity.verifying_key(), identity.recipient());
    let genesis = Genesis::new(now, owner, verifying_key, &recipient);
    let identity = identity.bind(vault, owner, genesis.hash(vault));

    let keys = GrantedKeys {
        role: Role::Owner,
        page_key: PageKey::generate()?,
        value_key: Some(ValueKey::generate()?),
    };
    let grantee = Grantee {
        vault,
        epoch: 1,
        member: owner,
        verifying_key,
        recipient: &recipient,
    };
    let grant = Grant::seal(&identity, &grantee, &keys)?;

    let recovery_code = RecoveryCode::generate()?;
    let password_slot = PasswordSlot::seal(&identity, password.as_password(), kdf)?;
    let recovery_slot = RecoverySlot::seal(&identity, &recovery_code)?;
    let mut member = Member {
        member_id: owner,
        verifying_key,
        recipient,
        grant,
        slots: Vec::new(),
    };
    member.replace_slot(password_slot);
    member.replace_slot(recovery_slot);

    let file = Content::first(vault, name, genesis, member).sign(&identity);
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
    Ok(CreatedKeys {
        file,
        unlocked,
        recovery_code,
    })
}

/// The next `keys.json`, without the old password's slot.
pub fn change_password(
    file: &KeysFile,
    identity: &Identity,
    password: &NewPassword,
    kdf: KdfParams,
) -> Result<KeysFile, ChangeKeysError> {
    verify_keys_file(file, identity)?;
    let slot = PasswordSlot::seal(identity, password.as_password(), kdf)?;
    Ok(replace_own_slot(file, identity, slot))
}

/// The next `keys.json`, which the old recovery code no longer opens.
pub fn renew_recovery_code(
    file: &KeysFile,
    identity: &Identity,
) -> Result<(KeysFile, RecoveryCode), ChangeKeysError> {
    verify_keys_file(file, identity)?;
    let code = RecoveryCode::generate()?;
    let slot = RecoverySlot::seal(identity, &code)?;
    Ok((replace_own_slot(file, identity, slot), code))
}

/// The file with every grant sealed anew by an Owner, to the role that each member has.
pub(crate) fn reseal(
    mut content: Content,
    owner: &Identity,
    (page_key, value_key): (&PageKey, &ValueKey),
    role_of: impl Fn(MemberId) -> Option<Role>,
) -> Result<KeysFile, ChangeKeysError> {
    let mut members = std::mem::take(&mut content.members);
    for member in &mut members {
        let role = role_of(member.member_id).ok_or(UnlockKeysError::NotAMember)?;
        let keys = GrantedKeys::of_role(role, page_key, value_key);
        member.grant = Grant::seal(owner, &content.grantee(member), &keys)?;
    }
    content.members = members;
    Ok(content.sign(owner))
}

/// The caller has verified `file`.
fn replace_own_slot(file: &KeysFile, identity: &Identity, slot: Slot) -> KeysFile {
    let mut content = file.content().clone();
    content.generation += 1;
    let own = content
        .members
        .iter_mut()
        .find(|member| member.member_id == identity.member_id());
    own.expect("verify_keys_file finds the identity among the members")
        .replace_slot(slot);
    content.sign(identity)
}

/// Tries each member's password slot: slots bear no names, so only the password tells whose it is.
fn open_by_password(content: &Content, password: &Password) -> Result<Identity, UnlockKeysError> {
    let slots = content.members.iter().flat_map(|member| &member.slots);
    if slots.map(Slot::derivation_cost).sum::<u64>() > COST_TOGETHER_MAX {
        return Err(UnlockKeysError::KdfOutOfBounds);
    }
    open_any_slot(content, UnlockKeysError::WrongPassword, |slot, owner| {
        slot.open_by_password(owner, password)
    })
}

fn open_by_recovery_code(
    content: &Content,
    code: &RecoveryCode,
) -> Result<Identity, UnlockKeysError> {
    open_any_slot(
        content,
        UnlockKeysError::WrongRecoveryCode,
        |slot, owner| slot.open_by_recovery_code(owner, code),
    )
}

/// The first slot that opens. Where none does, damage weighs more than a wrong secret: the person
/// may well have typed the right one.
fn open_any_slot(
    content: &Content,
    wrong_secret: UnlockKeysError,
    open: impl Fn(&Slot, SlotOwner) -> Option<Result<Identity, OpenSlotError>>,
) -> Result<Identity, UnlockKeysError> {
    let mut failure = wrong_secret;
    for member in &content.members {
        let owner = content.slot_owner(member);
        for opened in member.slots.iter().filter_map(|slot| open(slot, owner)) {
            match opened {
                Ok(identity) => return Ok(identity),
                Err(OpenSlotError::WrongSecret) => {}
                Err(OpenSlotError::Damaged) => failure = UnlockKeysError::SlotDamaged,
                Err(OpenSlotError::KdfOutOfBounds) => failure = UnlockKeysError::KdfOutOfBounds,
                Err(OpenSlotError::Kdf(error)) => failure = UnlockKeysError::Kdf(error),
            }
        }
    }
    Err(failure)
}

/// Follows the chain of trust from the identity to every byte of the file.
fn verify_content<'a>(
    content: &'a Content,
    identity: &Identity,
) -> Result<&'a Member, UnlockKeysError> {
    use UnlockKeysError::Tampered;
    let own = content
        .member(identity.member_id())
        .ok_or(UnlockKeysError::NotAMember)?;
    if content.vault_id != identity.vault_id() {
        return Err(UnlockKeysError::NotAMember);
    }
    if content.genesis.hash(content.vault_id) != identity.genesis_hash() {
        return Err(Tampered("its first owner is another"));
    }
    let writer_key = content
        .member(content.writer)
        .map(|writer| writer.verifying_key)
        .ok_or(Tampered("its writer is no member"))?;
    content
        .verify_signature(writer_key)
        .map_err(|_| Tampered("its signature does not match"))?;
    if own.verifying_key != identity.verifying_key() || own.recipient != identity.recipient() {
        return Err(Tampered("this member's public keys are others"));
    }
    // The writer's among them: only now is its key known to be a member's.
    for member in &content.members {
        if member.grant.signer != content.genesis.owner {
            return Err(Tampered("a grant's signer is no owner"));
        }
        member
            .grant
            .verify(content.genesis.verifying_key, &content.grantee(member))
            .map_err(|_| Tampered("a grant's signature does not match"))?;
        verify_statements(content, member)?;
    }
    Ok(own)
}

fn verify_statements(content: &Content, member: &Member) -> Result<(), UnlockKeysError> {
    for slot in &member.slots {
        if let Slot::Recovery(slot) = slot {
            slot.verify_statement(content.slot_owner(member), member.verifying_key)
                .map_err(|_| {
                    UnlockKeysError::Tampered("a recovery code's public key is not its member's")
                })?;
        }
    }
    Ok(())
}

impl From<SealSlotError> for CreateKeysError {
    fn from(error: SealSlotError) -> Self {
        match error {
            SealSlotError::Entropy(error) => Self::Entropy(error),
            SealSlotError::Kdf(error) => Self::Kdf(error),
        }
    }
}

impl From<SealSlotError> for ChangeKeysError {
    fn from(error: SealSlotError) -> Self {
        match error {
            SealSlotError::Entropy(error) => Self::Entropy(error),
            SealSlotError::Kdf(error) => Self::Kdf(error),
        }
    }
}
