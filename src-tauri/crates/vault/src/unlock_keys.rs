//! From a password, a recovery code or an identity to the vault's keys, and the changes of
//! `keys.json` that go with them.
//!
//! A slot yields the identity, and the identity the grant. That proves only that somebody sealed it to this member:
//! what the file says is believed once the vault's log says the same ([`require_replayed`]), whose first entry the
//! identity's genesis hash begins.

mod founding;
mod trust;

use domain::ids::MemberId;
use domain::role::Role;

use crate::entropy::EntropyError;
use crate::grant::{Grant, GrantedKeys};
use crate::identity::Identity;
use crate::invitation_code::InvitationCode;
use crate::kdf::{COST_TOGETHER_MAX, KdfError, KdfParams};
use crate::keys_file::{Content, KeysFile, SignedMembership};
use crate::membership::Membership;
use crate::page_key::PageKey;
use crate::password::{NewPassword, Password};
use crate::recovery_code::RecoveryCode;
use crate::slot::{OpenSlotError, PasswordSlot, RecoverySlot, SealSlotError, Slot, SlotOwner};
use crate::wrapped_key::ValueKey;

pub use founding::CreateKeysError;
pub(crate) use founding::{FoundedKeys, NewVaultKeys, create_keys};
use trust::verify_content;
pub use trust::verify_keys_file;
pub(crate) use trust::{require_invited, require_own_place, require_replayed, verify_vaults_file};

/// What a person has in hand.
pub enum UnlockWith<'a> {
    Password(&'a Password),
    Recovery(&'a RecoveryCode),
    /// Of one who has not joined: it opens the way to join, and no vault.
    Invitation(&'a InvitationCode),
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
    #[error("The invitation code is not of this vault, or was used already.")]
    WrongInvitationCode,
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
    #[error("This invitation has not been taken up: join with its code first.")]
    NotJoined,
    #[error("The password or code was replaced meanwhile. Use the new one.")]
    Replaced,
    #[error(
        "keys.json is damaged, or something else than Turnstone changed it ({0}). Restore it from a backup."
    )]
    Tampered(&'static str),
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

/// The keys as a file gives them that fits together. Whether it is the vault's is for the log to say.
pub fn unlock_keys(file: &KeysFile, with: UnlockWith<'_>) -> Result<UnlockedKeys, UnlockKeysError> {
    unlock_keys_of(file, with, None)
}

/// The same, with the slots of the member who is most likely the one tried before those of others.
pub(crate) fn unlock_keys_of(
    file: &KeysFile,
    with: UnlockWith<'_>,
    likely: Option<MemberId>,
) -> Result<UnlockedKeys, UnlockKeysError> {
    let content = file.content();
    let identity = match with {
        UnlockWith::Password(password) => open_by_password(content, password, likely)?,
        UnlockWith::Recovery(code) => open_by_recovery_code(content, code)?,
        UnlockWith::Invitation(code) => open_by_invitation_code(content, code)?,
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

/// The next `keys.json`, without the old password's slot.
pub fn change_password(
    file: &KeysFile,
    identity: &Identity,
    password: &NewPassword,
    kdf: KdfParams,
) -> Result<KeysFile, ChangeKeysError> {
    verify_keys_file(file, identity)?;
    let kdf = file.content().affordable(identity.member_id(), kdf);
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

/// A file in which one Owner has granted every member the keys of the role that the log gives, and has signed who the
/// members are. The caller has given it its generation, and the members their slots and public keys.
pub(crate) fn reseal(
    mut content: Content,
    owner: &Identity,
    (page_key, value_key): (&PageKey, &ValueKey),
    members: &Membership,
) -> Result<KeysFile, ChangeKeysError> {
    let mut resealed = std::mem::take(&mut content.members);
    for member in &mut resealed {
        let state = members.newest(member.member_id);
        let role = state.ok_or(UnlockKeysError::NotAMember)?.role;
        let keys = GrantedKeys::of_role(role, page_key, value_key);
        member.grant = Grant::seal(owner, &content.grantee(member), &keys)?;
    }
    content.members = resealed;
    content.membership = SignedMembership::sign(owner, content.epoch, members);
    Ok(content.sign(owner))
}

/// The caller has verified `file`.
fn replace_own_slot(file: &KeysFile, identity: &Identity, slot: Slot) -> KeysFile {
    let mut content = file.content().clone();
    content.generation += 1;
    content.member_mut(identity.member_id()).replace_slot(slot);
    content.sign(identity)
}

/// Tries each member's password slot: slots bear no names, so only the password tells whose it is.
fn open_by_password(
    content: &Content,
    password: &Password,
    likely: Option<MemberId>,
) -> Result<Identity, UnlockKeysError> {
    let slots = content.members.iter().flat_map(|member| &member.slots);
    if slots.map(Slot::derivation_cost).sum::<u64>() > COST_TOGETHER_MAX {
        return Err(UnlockKeysError::KdfOutOfBounds);
    }
    open_any_slot(
        content,
        likely,
        UnlockKeysError::WrongPassword,
        |slot, owner| slot.open_by_password(owner, password),
    )
}

fn open_by_recovery_code(
    content: &Content,
    code: &RecoveryCode,
) -> Result<Identity, UnlockKeysError> {
    open_any_slot(
        content,
        None,
        UnlockKeysError::WrongRecoveryCode,
        |slot, owner| slot.open_by_recovery_code(owner, code),
    )
}

fn open_by_invitation_code(
    content: &Content,
    code: &InvitationCode,
) -> Result<Identity, UnlockKeysError> {
    open_any_slot(
        content,
        None,
        UnlockKeysError::WrongInvitationCode,
        |slot, owner| slot.open_by_invitation_code(owner, code),
    )
}

/// The first slot that opens. Where none does, damage weighs more than a wrong secret: the person
/// may well have typed the right one.
fn open_any_slot(
    content: &Content,
    likely: Option<MemberId>,
    wrong_secret: UnlockKeysError,
    open: impl Fn(&Slot, SlotOwner) -> Option<Result<Identity, OpenSlotError>>,
) -> Result<Identity, UnlockKeysError> {
    let mut failure = wrong_secret;
    let (first, others): (Vec<_>, Vec<_>) = content
        .members
        .iter()
        .partition(|member| Some(member.member_id) == likely);
    for member in first.into_iter().chain(others) {
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

impl From<SealSlotError> for ChangeKeysError {
    fn from(error: SealSlotError) -> Self {
        match error {
            SealSlotError::Entropy(error) => Self::Entropy(error),
            SealSlotError::Kdf(error) => Self::Kdf(error),
        }
    }
}
