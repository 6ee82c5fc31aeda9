//! Which changes of the members count, whoever signed them.

use domain::audit::Action;
use domain::ids::MemberId;
use domain::role::Role;

use super::{MemberState, MemberStatus, Membership, Standing};
use crate::audit_log::EntryFault;

/// The first entry is the creation of the vault, the second introduces its first Owner.
const FOUNDING_POSITION: i64 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MemberFault {
    #[error("{0}")]
    Entry(EntryFault),
    #[error("it tells of no change of a member")]
    Action,
    #[error("what it says of the member is missing")]
    NoState,
    #[error("it vouches for something else than what is stored of the member")]
    State,
    #[error("only an owner may make this change")]
    NotAnOwner,
    #[error("only the member may make this change")]
    NotTheMember,
    #[error("the change does not follow from what the member was before")]
    Sequence,
    #[error("an owner does this to others only")]
    OnOneself,
}

/// Whether `signer` might bring the member of `after` into that state at this position.
pub(super) fn check(
    members: &Membership,
    position: i64,
    action: Action,
    signer: MemberId,
    standing: Standing,
    after: &MemberState,
) -> Result<(), MemberFault> {
    let before = members.newest(after.id);
    match action {
        Action::MemberFounded => return founded(members, position, signer, before, after),
        // Nothing counts before the first Owner is introduced.
        _ if members.count() == 0 => return Err(MemberFault::Sequence),
        Action::MemberInvited => return invited(standing, before, after),
        _ => {}
    }
    let before = before.ok_or(MemberFault::Sequence)?;
    let expected = match action {
        Action::MemberRoleChanged => {
            by_another_owner(standing, signer, after)?;
            if after.role == before.role {
                return Err(MemberFault::Sequence);
            }
            MemberState {
                role: after.role,
                key_epoch: after.key_epoch,
                ..before.clone()
            }
        }
        Action::MemberRemoved => {
            by_another_owner(standing, signer, after)?;
            MemberState {
                status: MemberStatus::Removed,
                key_epoch: after.key_epoch,
                expires_at: None,
                ..before.clone()
            }
        }
        Action::MemberJoined | Action::IdentityRenewed => {
            let status = if action == Action::MemberJoined {
                MemberStatus::Invited
            } else {
                MemberStatus::Active
            };
            if signer != after.id {
                return Err(MemberFault::NotTheMember);
            }
            if before.status != status || before.verifying_key == after.verifying_key {
                return Err(MemberFault::Sequence);
            }
            // New keys, and not a word more: nobody joins with another role or name than they were invited with.
            MemberState {
                status: MemberStatus::Active,
                verifying_key: after.verifying_key,
                recipient_hash: after.recipient_hash,
                key_epoch: after.key_epoch,
                expires_at: None,
                ..before.clone()
            }
        }
        _ => return Err(MemberFault::Action),
    };
    let follows = *after == expected
        && before.status != MemberStatus::Removed
        && after.key_epoch >= before.key_epoch;
    if follows {
        Ok(())
    } else {
        Err(MemberFault::Sequence)
    }
}

fn founded(
    members: &Membership,
    position: i64,
    signer: MemberId,
    before: Option<&MemberState>,
    after: &MemberState,
) -> Result<(), MemberFault> {
    let genesis = &members.genesis;
    let is_first = before.is_none() && members.count() == 0 && position == FOUNDING_POSITION;
    let as_at_genesis = after.id == genesis.owner
        && after.verifying_key == genesis.verifying_key
        && after.recipient_hash == genesis.recipient_hash
        && after.role == Role::Owner
        && after.status == MemberStatus::Active
        && after.key_epoch == 1
        && after.expires_at.is_none();
    if is_first && as_at_genesis && signer == genesis.owner {
        Ok(())
    } else {
        Err(MemberFault::Sequence)
    }
}

/// An id is used once: one who was removed is invited again under another.
fn invited(
    standing: Standing,
    before: Option<&MemberState>,
    after: &MemberState,
) -> Result<(), MemberFault> {
    by_owner(standing)?;
    let is_new = before.is_none() && after.status == MemberStatus::Invited;
    if is_new && after.expires_at.is_some() {
        Ok(())
    } else {
        Err(MemberFault::Sequence)
    }
}

fn by_owner(standing: Standing) -> Result<(), MemberFault> {
    if standing.role == Role::Owner && standing.status == MemberStatus::Active {
        Ok(())
    } else {
        Err(MemberFault::NotAnOwner)
    }
}

/// Whoever signs stays an Owner, so that a vault never is without one; and whoever is to lose the keys does not make
/// the new ones.
fn by_another_owner(
    standing: Standing,
    signer: MemberId,
    after: &MemberState,
) -> Result<(), MemberFault> {
    by_owner(standing)?;
    if signer == after.id {
        return Err(MemberFault::OnOneself);
    }
    Ok(())
}
