//! A change of a member as it is written: its entry, and the state that the entry vouches for.

use domain::audit::Action;
use domain::ids::VaultId;
use domain::time::Timestamp;
use rusqlite::Connection;

use super::MemberState;
use crate::audit_log::{Draft, LogEnd, LogTail, Resource, Signer};
use crate::store::error::StoreError;
use crate::store::members;

/// The entry of a change and the state that it vouches for, in the caller's transaction.
pub(crate) fn record(
    connection: &Connection,
    signer: &Signer<'_>,
    action: Action,
    state: &MemberState,
    now: Timestamp,
) -> Result<LogEnd, StoreError> {
    let draft = draft(signer.vault, action, state);
    let end = LogTail::read(connection, signer)?.append(connection, signer, &draft, now)?;
    keep_state(connection, end, state)?;
    Ok(end)
}

/// What the entry of a change says.
pub(crate) fn draft(vault: VaultId, action: Action, state: &MemberState) -> Draft<'_> {
    Draft {
        resource: Resource::Member {
            id: state.id,
            name: state.name.as_str(),
        },
        state_hash: Some(state.hash(vault)),
        ..Draft::of_vault(action)
    }
}

/// The state that the entry at `end` vouches for.
pub(crate) fn keep_state(
    connection: &Connection,
    end: LogEnd,
    state: &MemberState,
) -> Result<(), StoreError> {
    let position = i64::try_from(end.position)
        .map_err(|_| StoreError::damaged("the log's numbering is broken"))?;
    members::insert(connection, &state.to_row(position))
}
