//! What happens by itself when time has passed: the trash lets go after thirty days, old values after their grace time.
//!
//! What is destroyed stays destroyed, and a clock can be wrong. So a sweep takes for the present not what the clock says
//! now, but the newest moment that the log holds and that is a day old by that clock: a clock that was set forward has to
//! stay so for a day, with the vault in use before and after, until anything goes early.

use domain::delete::{empty_from_trash, sweep_from_trash};
use domain::history;
use domain::ids::{SecretId, VersionId};
use domain::mask::display_text;
use domain::plan::{Context, Decision};
use domain::reject::Rejection;
use domain::role::Permission;
use domain::secret::{SecretWithVersions, TRASH_DAYS};
use domain::time::Timestamp;
use rusqlite::TransactionBehavior;

use crate::backup::remove_abandoned;
use crate::rekey::{has_leftovers, remove_leftovers};
use crate::store::error::StoreError;
use crate::store::{audit, search, secrets};
use crate::unlocked::{UnlockedVault, finish_destroying};
use crate::writer::Writer;

/// Secrets looked at in one transaction; the rest waits for the next time.
const SWEPT_AT_ONCE_MAX: u32 = 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What emptying the trash did.
#[derive(Debug, PartialEq, Eq)]
pub struct TrashEmptied {
    pub purged: usize,
    /// Names of records that are not as the log left them. They may not be in the trash at all, and stay as they are.
    pub refused: Vec<String>,
}

impl UnlockedVault {
    /// Destroys all that its owner put into the trash.
    pub fn empty_trash<E: From<StoreError> + From<Rejection>>(
        &self,
        context: &Context,
    ) -> Result<TrashEmptied, E> {
        self.write(context.now, |writer| {
            let (mut purged, mut refused) = (0, Vec::new());
            for (id, name) in secrets::trashed(writer.connection)? {
                let Some(current) = vouched(writer, id)? else {
                    refused.push(display_text(&name));
                    continue;
                };
                if let Decision::Change(plan) = empty_from_trash(&current, context)? {
                    writer.apply(*plan)?;
                    purged += 1;
                }
            }
            if writer.has_purged() {
                search::optimise(writer.connection)?;
            }
            Ok(TrashEmptied { purged, refused })
        })
    }

    /// Purges and destroys what was due at the settled time. Answers how many secrets were touched.
    pub fn sweep(&self, now: Timestamp) -> Result<usize, StoreError> {
        if self.read_only.is_some() || self.actor.role < Permission::ManageSecrets.least_role() {
            return Ok(0);
        }
        let day_ago = Timestamp::from_millis(now.as_millis() - DAY_MS);
        let Some(settled) =
            self.read(|reader| audit::newest_time_until(reader.connection, day_ago))?
        else {
            return Ok(0);
        };
        let trashed_before =
            Timestamp::from_millis(settled.as_millis() - i64::from(TRASH_DAYS) * DAY_MS);
        let due = self.read(|reader| {
            secrets::due(
                reader.connection,
                trashed_before,
                settled,
                SWEPT_AT_ONCE_MAX,
            )
        })?;
        if due.is_empty() {
            return Ok(0);
        }
        // The rules ask for ids that a sweep never uses.
        let context = Context {
            now,
            actor: self.actor.clone(),
            new_secret_id: SecretId::from_parts(now, [0; 10]),
            new_version_id: VersionId::from_parts(now, [0; 10]),
        };
        self.write(now, |writer| {
            let mut touched = 0;
            for id in due {
                let Some(current) = vouched(writer, id)? else {
                    continue;
                };
                let decision = match current.secret().is_trashed() {
                    true => sweep_from_trash(&current, settled, &context),
                    false => history::sweep(&current, settled, &context),
                };
                match decision {
                    Ok(Decision::Change(plan)) => {
                        writer.apply(*plan)?;
                        touched += 1;
                    }
                    Ok(Decision::Unchanged(_)) | Err(_) => {}
                }
            }
            if writer.has_purged() {
                search::optimise(writer.connection)?;
            }
            Ok(touched)
        })
    }

    /// Finishes what the last session could not: values that are being destroyed, files that `keys.json` does not name,
    /// folders that a killed backup or restore left beside the vault's.
    pub(crate) fn after_unlock(&self, now: Timestamp) -> Result<(), StoreError> {
        finish_destroying(&mut *self.writing_connection()?)?;
        self.sweep(now)?;
        if let Some(beside) = self.folder.parent() {
            remove_abandoned(beside);
        }
        self.remove_unnamed_files()
    }

    /// Removes databases that an interrupted re-keying has left.
    fn remove_unnamed_files(&self) -> Result<(), StoreError> {
        if !has_leftovers(&self.folder, &self.database)? {
            return Ok(());
        }
        let mut writing = self.writing_connection()?;
        let lock = writing.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.require_same_keys(&lock)?;
        remove_leftovers(&self.folder, &self.database)
    }
}

/// The secret, where it is as its newest entry left it. One that someone has meddled with is shown by its use and by
/// the check; neither a sweep nor the emptying of the trash acts on it or is stopped by it.
fn vouched(writer: &Writer<'_>, id: SecretId) -> Result<Option<SecretWithVersions>, StoreError> {
    let found = secrets::by_id(writer.connection, id).and_then(|row| match row {
        None => Ok(None),
        Some(row) => writer
            .require_vouched(&row)
            .and_then(|()| writer.secret(id)),
    });
    match found {
        Err(StoreError::Integrity { .. } | StoreError::Damaged { .. }) => Ok(None),
        other => other,
    }
}
