//! Whether a vault has gone back in time since this device last saw it.

use domain::audit::Action;
use domain::time::Timestamp;

use super::{OlderState, UnlockError};
use crate::audit_log::{Draft, LogEnd};
use crate::device::HeadSeen;
use crate::store::error::StoreError;
use crate::store::{audit, vault_row};
use crate::unlocked::{UnlockedVault, lock};

/// Refuses a log that does not extend what this device remembers, or accepts it and says so.
pub(super) fn require_nothing_lost(
    vault: &UnlockedVault,
    older: OlderState,
    now: Timestamp,
) -> Result<(), UnlockError> {
    let Some(what) = what_is_lost(vault)? else {
        return Ok(());
    };
    if older == OlderState::Refuse {
        return Err(UnlockError::Rollback { what });
    }
    let end = vault.write(now, |writer| {
        writer.record(&Draft::of_vault(Action::HeadAccepted))?;
        Ok::<_, StoreError>(writer.log_end())
    })?;
    if let Some(end) = end {
        vault
            .head_file
            .replace(&vault.identity, &vault.head(end))
            .map_err(StoreError::from)?;
    }
    Ok(())
}

fn what_is_lost(vault: &UnlockedVault) -> Result<Option<&'static str>, UnlockError> {
    let before = lock(&vault.membership).former_keys(vault.actor.member);
    let seen = vault.head_file.seen(&vault.identity, &before);
    let head = match seen.map_err(StoreError::from)? {
        HeadSeen::Never => return Ok(None),
        HeadSeen::Unreadable => return Ok(Some("what this device remembers of it cannot be read")),
        HeadSeen::Newest(head) => head,
    };
    let position = i64::try_from(head.position)
        .map_err(|_| StoreError::damaged("a device head is out of range"))?;
    // Read after the head, so that what another program has done meanwhile is in the database already.
    let (row, entry) = vault.read(|reader| {
        Ok::<_, StoreError>((
            vault_row::read(reader.connection)?,
            audit::at(reader.connection, position)?,
        ))
    })?;
    if row.keys_generation < head.keys_generation || u64::from(row.key_epoch) < head.key_epoch {
        return Ok(Some("its keys.json is an older one"));
    }
    Ok(match entry {
        None => Some("the newest entries of its log are missing"),
        Some(entry) if entry.log_hash != head.log_hash => Some("its log tells another story"),
        Some(_) => {
            vault.has_seen(LogEnd {
                position: head.position,
                log_hash: head.log_hash,
            });
            None
        }
    })
}
