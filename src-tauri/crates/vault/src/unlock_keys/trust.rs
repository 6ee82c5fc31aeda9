//! Why a `keys.json` is believed. In itself it must be consistent from the identity to its last byte; that anyone may
//! be in it, and as what, is for the vault's log to say.

use crate::genesis::hash_recipient;
use crate::identity::Identity;
use crate::keys_file::{Content, KeysFile, Member};
use crate::membership::{MemberState, MemberStatus, Membership};
use crate::slot::Slot;

use super::UnlockKeysError::{self, NotAMember, Tampered};
use super::UnlockedKeys;

/// Whether all of `file` fits together and leads to this identity. Everyone who can write the folder can make such a
/// file; ask [`require_replayed`] next.
pub fn verify_keys_file(file: &KeysFile, identity: &Identity) -> Result<(), UnlockKeysError> {
    verify_content(file.content(), identity).map(|_member| ())
}

/// The same of a file in which this member may have another identity by now.
pub(crate) fn verify_vaults_file(
    file: &KeysFile,
    identity: &Identity,
) -> Result<(), UnlockKeysError> {
    verify_vaults_content(file.content(), identity)
}

fn verify_vaults_content(content: &Content, identity: &Identity) -> Result<(), UnlockKeysError> {
    if content.vault_id != identity.vault_id() {
        return Err(NotAMember);
    }
    if content.genesis.hash(content.vault_id) != identity.genesis_hash() {
        return Err(Tampered("its first owner is another"));
    }
    verify_signatures(content)
}

/// Answers the identity's own place in the file.
pub(super) fn verify_content<'a>(
    content: &'a Content,
    identity: &Identity,
) -> Result<&'a Member, UnlockKeysError> {
    let own = content.member(identity.member_id()).ok_or(NotAMember)?;
    verify_vaults_content(content, identity)?;
    if own.verifying_key != identity.verifying_key() || own.recipient != identity.recipient() {
        return Err(Tampered("this member's public keys are others"));
    }
    Ok(own)
}

/// Every signature, by the keys that the file itself gives.
fn verify_signatures(content: &Content) -> Result<(), UnlockKeysError> {
    let key_of = |id| content.member(id).map(|member| member.verifying_key);
    let writer_key = key_of(content.writer).ok_or(Tampered("its writer is no member"))?;
    content
        .verify_signature(writer_key)
        .map_err(|_| Tampered("its signature does not match"))?;
    let membership = &content.membership;
    let owner_key =
        key_of(membership.signer).ok_or(Tampered("its list of members is signed by no member"))?;
    membership
        .verify(content.vault_id, content.epoch, owner_key)
        .map_err(|_| Tampered("the signature of its list of members does not match"))?;
    for member in &content.members {
        // A member who seals a grant to itself has the keys already; nobody else relies on it.
        let signer_key = if member.grant.signer == membership.signer {
            owner_key
        } else if member.grant.signer == member.member_id {
            member.verifying_key
        } else {
            return Err(Tampered("a grant's signer is another"));
        };
        member
            .grant
            .verify(signer_key, &content.grantee(member))
            .map_err(|_| Tampered("a grant's signature does not match"))?;
        verify_statements(content, member)?;
    }
    Ok(())
}

fn verify_statements(content: &Content, member: &Member) -> Result<(), UnlockKeysError> {
    for slot in &member.slots {
        if let Slot::Recovery(slot) = slot {
            slot.verify_statement(content.slot_owner(member), member.verifying_key)
                .map_err(|_| Tampered("a recovery code's public key is not its member's"))?;
        }
    }
    Ok(())
}

/// Whether the log says the same of the members as a file that [`verify_keys_file`] has found consistent.
pub(crate) fn require_replayed(
    file: &KeysFile,
    members: &Membership,
) -> Result<(), UnlockKeysError> {
    let content = file.content();
    require_owners_word(content, members)?;
    let mut expected = members.current();
    for member in &content.members {
        let state = expected
            .next()
            .filter(|state| state.id == member.member_id)
            .ok_or(Tampered("its members are not those of the log"))?;
        if state.verifying_key != member.verifying_key
            || state.recipient_hash != hash_recipient(&member.recipient)
        {
            return Err(Tampered("a member's public keys are not those of the log"));
        }
        if member.is_invited() != (state.status == MemberStatus::Invited) {
            return Err(Tampered("a member has the slots of another standing"));
        }
        if state.key_epoch > content.epoch {
            return Err(Tampered("its keys are older than the log"));
        }
    }
    if expected.next().is_some() {
        return Err(Tampered("a member of the log is missing in it"));
    }
    match members.newest(content.writer).map(|state| state.status) {
        Some(MemberStatus::Active) => Ok(()),
        _ => Err(Tampered("its writer has not joined")),
    }
}

/// An Owner has signed the list of members up to its last change by an Owner.
fn require_owners_word(content: &Content, members: &Membership) -> Result<(), UnlockKeysError> {
    let membership = &content.membership;
    let count = usize::try_from(membership.count).unwrap_or(usize::MAX);
    if members.hash_after(count) != Some(membership.hash) {
        return Err(Tampered("its list of members is not the log's"));
    }
    if members.log_hash_after(count) != Some(membership.log_hash) {
        return Err(Tampered(
            "something was put into the log or taken out of it",
        ));
    }
    if !members.is_settled_after(count) {
        return Err(Tampered("its list of members is older than the log's"));
    }
    let signer = members.newest(membership.signer);
    if signer.is_some_and(|signer| signer.is_active_owner()) {
        Ok(())
    } else {
        Err(Tampered("its list of members is signed by no owner"))
    }
}

/// Whether the log says the same of the one who unlocks as the grant that the keys come from.
pub(crate) fn require_own_place(
    keys: &UnlockedKeys,
    members: &Membership,
) -> Result<(), UnlockKeysError> {
    match own_state(keys, members)?.status {
        MemberStatus::Active => Ok(()),
        MemberStatus::Invited => Err(UnlockKeysError::NotJoined),
        MemberStatus::Removed => Err(NotAMember),
    }
}

/// The same of one who is about to join. Answers what they were invited as.
pub(crate) fn require_invited<'a>(
    keys: &UnlockedKeys,
    members: &'a Membership,
) -> Result<&'a MemberState, UnlockKeysError> {
    let own = own_state(keys, members)?;
    match own.status {
        MemberStatus::Invited => Ok(own),
        MemberStatus::Active | MemberStatus::Removed => Err(UnlockKeysError::WrongInvitationCode),
    }
}

fn own_state<'a>(
    keys: &UnlockedKeys,
    members: &'a Membership,
) -> Result<&'a MemberState, UnlockKeysError> {
    let own = members
        .newest(keys.identity.member_id())
        .ok_or(NotAMember)?;
    if own.verifying_key != keys.identity.verifying_key() {
        return Err(UnlockKeysError::Replaced);
    }
    if own.role != keys.role {
        return Err(Tampered("this member's grant is of another role"));
    }
    Ok(own)
}
