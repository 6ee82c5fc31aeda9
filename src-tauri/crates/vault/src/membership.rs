//! Who is a member of the vault, with which role and key, at every position of its log.
//!
//! Trust begins at the genesis: the first Owner's key. From there on each change of the members is an entry of the log,
//! signed by someone who might make it at that position, so whoever replays them in order needs to believe nobody else.

mod record;
mod replay;
mod rules;
mod state;

use std::collections::BTreeMap;

use domain::audit::Action;
use domain::ids::{MemberId, VaultId};
use domain::role::Role;
use domain::text::MemberName;
use domain::time::Timestamp;

use crate::genesis::Genesis;
use crate::signature::VerifyingKey;
use crate::store::audit::AuditRow;
use crate::store::error::StoreError;
use crate::store::unrotated::Loss;

pub(crate) use record::{draft, keep_state, record};
pub(crate) use rules::MemberFault;
pub(crate) use state::MemberState;
pub use state::MemberStatus;

/// The members of a vault, as far as the log has been replayed.
#[derive(Clone)]
pub(crate) struct Membership {
    vault: VaultId,
    genesis: Genesis,
    members: BTreeMap<MemberId, Vec<Since>>,
    /// Position and running hash after each entry about members, oldest first.
    entries: Vec<Replayed>,
}

/// A member from the entry at `position` on.
#[derive(Clone)]
struct Since {
    position: i64,
    time: Timestamp,
    action: Action,
    signer: MemberId,
    state: MemberState,
}

#[derive(Clone, Copy)]
struct Replayed {
    position: i64,
    action: Action,
    member: MemberId,
    entry_hash: [u8; 32],
    running_hash: [u8; 32],
    log_hash: [u8; 32],
}

/// A key that a member had before they renewed their identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FormerKey {
    pub verifying_key: VerifyingKey,
    /// Position of the renewal, which is the last that the key signed.
    pub until: i64,
}

/// What a signature at some position of the log is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub role: Role,
    pub status: MemberStatus,
    pub verifying_key: VerifyingKey,
}

/// The first entry about members that no honest vault has, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {position} of the log changes the members, and must not: {fault}")]
pub(crate) struct ReplayFault {
    pub position: i64,
    pub fault: MemberFault,
}

/// Why a replay did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    #[error(transparent)]
    Fault(#[from] ReplayFault),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReplayError> for StoreError {
    fn from(error: ReplayError) -> StoreError {
        match error {
            ReplayError::Fault(fault) => StoreError::integrity(format!("the log ({fault})")),
            ReplayError::Store(error) => error,
        }
    }
}

impl Membership {
    /// A member's role and key when the entry at `position` was written: what the entries before it made them.
    pub(crate) fn role_and_key_at(&self, member: MemberId, position: i64) -> Option<Standing> {
        match self.state_at(member, position) {
            Some(state) => Some(Standing {
                role: state.role,
                status: state.status,
                verifying_key: state.verifying_key,
            }),
            None => (member == self.genesis.owner).then_some(Standing {
                role: Role::Owner,
                status: MemberStatus::Active,
                verifying_key: self.genesis.verifying_key,
            }),
        }
    }

    pub(crate) fn state_at(&self, member: MemberId, position: i64) -> Option<&MemberState> {
        let history = self.members.get(&member)?;
        let before = history.partition_point(|since| since.position < position);
        Some(&history.get(before.checked_sub(1)?)?.state)
    }

    /// Whether this very entry was replayed at this position.
    pub(crate) fn holds(&self, row: &AuditRow) -> bool {
        self.entries
            .binary_search_by_key(&row.position, |entry| entry.position)
            .is_ok_and(|at| self.entries[at].entry_hash == row.hash)
    }

    /// Whether an entry about members was replayed at this position.
    pub(crate) fn has_entry_at(&self, position: i64) -> bool {
        self.entries
            .binary_search_by_key(&position, |entry| entry.position)
            .is_ok()
    }

    /// The first Owner, as the genesis has it.
    pub(crate) fn founder(&self) -> MemberId {
        self.genesis.owner
    }

    /// Members who have not been removed, by id.
    pub(crate) fn current(&self) -> impl Iterator<Item = &MemberState> {
        self.everyone()
            .filter(|state| state.status != MemberStatus::Removed)
    }

    /// The newest state of everyone who ever was a member, by id.
    pub(crate) fn everyone(&self) -> impl Iterator<Item = &MemberState> {
        self.members
            .values()
            .filter_map(|history| history.last())
            .map(|since| &since.state)
    }

    /// The newest state of one who is or was a member.
    pub(crate) fn newest(&self, member: MemberId) -> Option<&MemberState> {
        Some(&self.members.get(&member)?.last()?.state)
    }

    /// The name that the log has for one who is or was a member. A row of the database alone gives nobody a name.
    pub(crate) fn name_of(&self, member: MemberId) -> Option<&str> {
        Some(self.newest(member)?.name.as_str())
    }

    /// When someone joined, by the clock of their device; `None` for one who has not.
    pub(crate) fn joined_at(&self, member: MemberId) -> Option<Timestamp> {
        let history = self.members.get(&member)?;
        let joined = history
            .iter()
            .find(|since| matches!(since.action, Action::MemberFounded | Action::MemberJoined))?;
        Some(joined.time)
    }

    /// Who could use values once and may not now, with the entry that ended it.
    pub(crate) fn losses(&self) -> impl Iterator<Item = (&MemberState, Loss)> {
        self.members.iter().filter_map(|(&member, history)| {
            let newest = &history.last()?.state;
            let held = history
                .iter()
                .rposition(|since| since.state.may_use_values())?;
            let end = history.get(held + 1)?;
            let loss = Loss {
                member,
                position: end.position,
                time: end.time,
            };
            Some((newest, loss))
        })
    }

    /// Whether a member has renewed their identity in this epoch, so that whoever knew the old one has the keys still.
    pub(crate) fn wants_rekey(&self, member: MemberId, epoch: u32) -> bool {
        self.members.get(&member).is_some_and(|history| {
            history.iter().any(|since| {
                since.action == Action::IdentityRenewed && since.state.key_epoch == epoch
            })
        })
    }

    /// The keys that a member has given up, the newest first.
    pub(crate) fn former_keys(&self, member: MemberId) -> Vec<FormerKey> {
        let history = self.members.get(&member).map_or(&[][..], Vec::as_slice);
        let pairs = history.windows(2).rev();
        let renewals = pairs.filter_map(|pair| match pair {
            [before, renewal] if renewal.action == Action::IdentityRenewed => Some(FormerKey {
                verifying_key: before.state.verifying_key,
                until: renewal.position,
            }),
            _ => None,
        });
        renewals.collect()
    }

    /// The name of whoever last changed something about a member.
    pub(crate) fn signer_of_newest(&self, member: MemberId) -> Option<&MemberName> {
        let signer = self.members.get(&member)?.last()?.signer;
        Some(&self.newest(signer)?.name)
    }

    /// How many entries have been replayed.
    pub(crate) fn count(&self) -> usize {
        self.entries.len()
    }

    /// The running hash over all entries about members; before the first, the genesis hash.
    pub(crate) fn hash(&self) -> [u8; 32] {
        self.hash_after(self.count())
            .unwrap_or_else(|| self.genesis.hash(self.vault))
    }

    /// Whether whatever came after the first `count` entries was for the members themselves to do: they joined, or
    /// renewed what only they know. An Owner who renews signs the list of members anew.
    pub(crate) fn is_settled_after(&self, count: usize) -> bool {
        let since = self.entries.get(count..).unwrap_or_default();
        since.iter().all(|entry| match entry.action {
            Action::MemberJoined => true,
            Action::IdentityRenewed => self
                .newest(entry.member)
                .is_none_or(|state| state.role != Role::Owner),
            _ => false,
        })
    }

    /// The running hash after so many entries.
    pub(crate) fn hash_after(&self, count: usize) -> Option<[u8; 32]> {
        Some(self.entries.get(count.checked_sub(1)?)?.running_hash)
    }

    /// The log hash at the newest entry about members; before the first, the genesis hash.
    pub(crate) fn log_hash(&self) -> [u8; 32] {
        self.log_hash_after(self.count())
            .unwrap_or_else(|| self.genesis.hash(self.vault))
    }

    /// The log hash at the last of so many entries about members, as it is stored: walking the log tells whether it is
    /// the hash of what stands there.
    pub(crate) fn log_hash_after(&self, count: usize) -> Option<[u8; 32]> {
        Some(self.entries.get(count.checked_sub(1)?)?.log_hash)
    }

    pub(crate) fn newest_position(&self) -> i64 {
        self.entries.last().map_or(0, |entry| entry.position)
    }
}
