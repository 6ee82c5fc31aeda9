//! Replaying the entries about members, from the genesis on.

use std::collections::BTreeMap;

use domain::audit::Action;
use domain::ids::{MemberId, VaultId};
use domain::time::Timestamp;
use rusqlite::Connection;

use super::{
    MemberFault, MemberState, Membership, ReplayError, ReplayFault, Replayed, Since, rules,
};
use crate::audit_log::{ActResult, EntryFault, verify_signed};
use crate::genesis::Genesis;
use crate::labels;
use crate::store::audit::{self, AuditRow};
use crate::store::error::StoreError;
use crate::store::{Canonical, members};

impl Membership {
    /// Before the first entry: only the first Owner's key is known.
    pub(crate) fn at_genesis(vault: VaultId, genesis: &Genesis) -> Membership {
        Membership {
            vault,
            genesis: genesis.clone(),
            members: BTreeMap::new(),
            entries: Vec::new(),
        }
    }

    /// All entries about members, from the first.
    pub(crate) fn replay(
        connection: &Connection,
        vault: VaultId,
        genesis: &Genesis,
    ) -> Result<Membership, ReplayError> {
        let mut membership = Membership::at_genesis(vault, genesis);
        membership.extend(connection)?;
        Ok(membership)
    }

    /// The same from the first entry on, as the database has them now.
    pub(crate) fn again(&self, connection: &Connection) -> Result<Membership, ReplayError> {
        Membership::replay(connection, self.vault, &self.genesis)
    }

    /// The entries that came since. Nothing of a bad one, or after it, is taken in.
    pub(crate) fn extend(&mut self, connection: &Connection) -> Result<(), ReplayError> {
        for row in audit::of_members_after(connection, self.newest_position())? {
            let stored = members::at(connection, row.position)?;
            let state = match stored.as_ref().map(MemberState::from_row) {
                Some(Ok(state)) => Ok(state),
                Some(Err(_)) | None => Err(MemberFault::NoState),
            };
            let taken = state.and_then(|state| self.take(&row, state));
            taken.map_err(|fault| ReplayFault {
                position: row.position,
                fault,
            })?;
        }
        Ok(())
    }

    /// Whether the database has entries about members that this has not replayed.
    pub(crate) fn is_behind(&self, connection: &Connection) -> Result<bool, StoreError> {
        members::changed_after(connection, self.newest_position())
    }

    /// One entry and the state that it is said to vouch for.
    fn take(&mut self, row: &AuditRow, state: MemberState) -> Result<(), MemberFault> {
        let action = Action::parse(&row.action).ok_or(MemberFault::Action)?;
        if row.result != ActResult::Done.as_str() {
            return Err(MemberFault::Action);
        }
        if row.state_hash != Some(state.hash(self.vault))
            || row.resource_id != Some(state.id.to_bytes())
            || row.resource_name != state.name.as_str()
        {
            return Err(MemberFault::State);
        }
        let signer = MemberId::from_bytes(row.actor);
        let standing = self
            .role_and_key_at(signer, row.position)
            .ok_or(MemberFault::Entry(EntryFault::UnknownActor))?;
        verify_signed(self.vault, standing.verifying_key, row).map_err(MemberFault::Entry)?;
        rules::check(self, row.position, action, signer, standing, &state)?;
        self.entries.push(Replayed {
            position: row.position,
            action,
            member: state.id,
            entry_hash: row.hash,
            running_hash: next_hash(&self.hash(), &row.hash),
            log_hash: row.log_hash,
        });
        self.members.entry(state.id).or_default().push(Since {
            position: row.position,
            time: Timestamp::from_millis(row.time),
            action,
            signer,
            state,
        });
        Ok(())
    }
}

/// `SHA-256(label ‖ hash before ‖ entry hash)`
fn next_hash(before: &[u8; 32], entry: &[u8; 32]) -> [u8; 32] {
    Canonical::new(labels::AUDIT_MEMBERSHIP)
        .fixed(before)
        .fixed(entry)
        .hash()
}
