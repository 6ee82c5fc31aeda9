//! Applying decided plans, and the entries that go with them, in one transaction.

mod members;
mod records;
mod rotations;
mod verifications;

use std::ops::Deref;

use domain::audit::Action;
use domain::ids::SecretId;
use domain::location::LocationPlan;
use domain::plan::{Change, NewVersion, Plan, PlanParts};
use domain::rotation::KeyId;
use domain::secret::Secret;
use domain::text::Reason;
use domain::time::Timestamp;
use rusqlite::Connection;

use crate::audit_log::{ActResult, Draft, LogEnd, LogTail, Resource};
use crate::reader::{OpenValueError, Reader};
use crate::seal::{SealContext, SealedValues, VersionKey};
use crate::store::counts::{self, Share};
use crate::store::error::StoreError;
use crate::store::secrets::{self, SecretKey, SecretRow};
use crate::store::{self, audit, fingerprints, search, state_hash, tags, versions, wrapped_keys};
use crate::unlocked::UnlockedVault;

/// Refused attempts at the same thing within this time make one entry (AUDIT-01).
const COALESCED_MILLIS: u64 = 60_000;
/// The newest refusals of one member that are looked at for the same attempt: more kinds of commands than there are.
const REFUSALS_COMPARED: u32 = 200;

/// A write transaction: everything in it is committed together, or nothing is.
pub struct Writer<'a> {
    reader: Reader<'a>,
    now: Timestamp,
    log_tail: Option<LogTail>,
    log_end: Option<LogEnd>,
    /// Entries that vouch for a record.
    signed: Vec<[u8; 32]>,
    destroyed: bool,
    purged: bool,
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        vault: &'a UnlockedVault,
        connection: &'a Connection,
        now: Timestamp,
    ) -> Result<Writer<'a>, StoreError> {
        let mut reader = Reader::new(vault, connection)?;
        reader.own_after = Some(audit::newest_position(connection)?.unwrap_or(0));
        Ok(Writer {
            reader,
            now,
            log_tail: None,
            log_end: None,
            signed: Vec::new(),
            destroyed: false,
            purged: false,
        })
    }

    pub(crate) fn log_end(&self) -> Option<LogEnd> {
        self.log_end
    }

    /// How many entries this transaction has added to the log.
    pub(crate) fn added(&self) -> u64 {
        let before = u64::try_from(self.reader.own_after.unwrap_or(0)).unwrap_or(0);
        self.log_end
            .map_or(0, |end| end.position.saturating_sub(before))
    }

    pub(crate) fn take_signed(&mut self) -> Vec<[u8; 32]> {
        std::mem::take(&mut self.signed)
    }

    pub(crate) fn has_destroyed(&self) -> bool {
        self.destroyed
    }

    pub(crate) fn has_purged(&self) -> bool {
        self.purged
    }

    /// Carries out a plan with its audit entry. The record that it changes must be as its newest entry left it, so that
    /// a change made behind the log's back is never signed along.
    /// Locations that lose their link to the secret have entries of their own.
    pub fn apply(&mut self, plan: Plan) -> Result<Secret, StoreError> {
        let unlinked = self.unlinked_by(&plan)?;
        let parts = plan.into_parts();
        let id = parts.secret.id();
        let before = secrets::by_id(self.connection, id)?;
        self.require_base(&parts, before.as_ref())?;
        if let Some(row) = &before {
            self.require_vouched(row)?;
        }
        let key = match (&before, parts.change) {
            (None, _) => {
                let masks = parts
                    .new_version
                    .as_ref()
                    .and_then(|new| new.version.masks());
                let key = secrets::insert(self.connection, &parts.secret, masks)?;
                // Rows that waited for this number would else be signed as a part of the new secret.
                if !versions::of_secret(self.connection, key)?.is_empty() {
                    return Err(StoreError::integrity("the list of versions"));
                }
                key
            }
            (Some(row), _) => row.key,
        };
        self.change_versions(key, &parts)?;
        let state = match parts.change {
            Change::Purge => {
                self.purged = true;
                self.purge(key, before.as_ref())?
            }
            Change::Create | Change::Update | Change::Trash | Change::Undelete => {
                self.settle(key, &parts.secret, before.as_ref())?
            }
        };
        self.record(&Draft {
            action: parts.audit.action,
            resource: Resource::Secret {
                id,
                name: parts.secret.name().as_str(),
            },
            revision: Some(parts.secret.revision()),
            changed: parts.audit.changed.clone(),
            reason: parts.audit.reason.as_ref(),
            result: ActResult::Done,
            state_hash: Some(state),
        })?;
        for location in unlinked {
            self.apply_location(location)?;
        }
        if parts.change == Change::Purge {
            self.drop_records_of(&parts.secret)?;
        }
        Ok(parts.secret)
    }

    fn unlinked_by(&self, plan: &Plan) -> Result<Vec<LocationPlan>, StoreError> {
        plan.unlink()
            .iter()
            .map(|id| {
                let location = self.location(*id)?.ok_or(StoreError::Stale)?;
                plan.unlinked(&location).ok_or(StoreError::Stale)
            })
            .collect()
    }

    /// The entry of a use of a value; the caller lets the value go only after the commit.
    pub fn record_use(
        &mut self,
        id: SecretId,
        field: &str,
        action: Action,
    ) -> Result<(), OpenValueError> {
        let row = secrets::by_id(self.connection, id)?.ok_or(OpenValueError::NotFound)?;
        self.require_vouched(&row)?;
        self.record(&Draft {
            action,
            resource: Resource::Secret {
                id,
                name: &row.name,
            },
            revision: None,
            changed: vec![field],
            reason: None,
            result: ActResult::Done,
            state_hash: None,
        })?;
        Ok(())
    }

    /// The entry of an act on a key at a secret's provider; the caller asks for it only after the commit.
    pub fn record_key_act(
        &mut self,
        id: SecretId,
        key: &KeyId,
        action: Action,
        reason: &Reason,
    ) -> Result<(), StoreError> {
        let row = secrets::by_id(self.connection, id)?.ok_or(StoreError::Stale)?;
        self.require_vouched(&row)?;
        self.record(&Draft {
            action,
            resource: Resource::Secret {
                id,
                name: &row.name,
            },
            revision: None,
            changed: vec![key.as_str()],
            reason: Some(reason),
            result: ActResult::Done,
            state_hash: None,
        })?;
        Ok(())
    }

    /// The entry of an act on the vault as a whole.
    pub fn record_act(
        &mut self,
        action: Action,
        changed: &[&str],
        reason: Option<&Reason>,
    ) -> Result<(), StoreError> {
        self.record_vault(action, changed, reason, ActResult::Done)
    }

    /// The entry of an attempt that the actor's role did not allow. Attempts at the same within a minute make one entry.
    pub fn record_refusal(&mut self, what: &str) -> Result<(), StoreError> {
        let actor = self.vault.actor.member;
        let refused = audit::newest_refused(self.connection, actor, REFUSALS_COMPARED)?;
        let same = serde_json::to_string(&[what]).expect("a text always serialises");
        let just_told = refused.iter().any(|entry| {
            entry.changed == same && entry.time.abs_diff(self.now.as_millis()) < COALESCED_MILLIS
        });
        if just_told {
            return Ok(());
        }
        self.record_vault(Action::AccessRefused, &[what], None, ActResult::Refused)
    }

    /// The entry of the failures that this device has counted, where there are any.
    pub(crate) fn record_failures(&mut self, failures: u32) -> Result<(), StoreError> {
        if failures == 0 {
            return Ok(());
        }
        let text = format!("{failures} failed unlocks on this device before this one");
        let reason = Reason::parse(&text).expect("a short text");
        self.record_vault(
            Action::UnlockFailures,
            &[],
            Some(&reason),
            ActResult::Unverified,
        )
    }

    pub(crate) fn record_vault(
        &mut self,
        action: Action,
        changed: &[&str],
        reason: Option<&Reason>,
        result: ActResult,
    ) -> Result<(), StoreError> {
        let resource = Resource::Vault;
        self.record(&Draft {
            action,
            resource,
            revision: None,
            changed: changed.to_vec(),
            reason,
            result,
            state_hash: None,
        })
    }

    pub(crate) fn record(&mut self, draft: &Draft<'_>) -> Result<(), StoreError> {
        let (connection, signer) = (self.reader.connection, self.reader.vault.signer());
        let mut tail = match self.log_tail.take() {
            Some(tail) => tail,
            None => LogTail::read(connection, &signer)?,
        };
        self.log_end = Some(tail.append(connection, &signer, draft, self.now)?);
        if let (Some(id), Some(_)) = (draft.resource.id(), draft.state_hash) {
            self.reader.vouched.borrow_mut().remove(&id);
            self.signed.push(tail.newest_hash());
        }
        self.log_tail = Some(tail);
        Ok(())
    }

    /// What is known of a secret that is gone for good.
    fn drop_records_of(&mut self, secret: &Secret) -> Result<(), StoreError> {
        let name = secret.name().as_str();
        let tried = store::verifications::of_secret(self.connection, secret.id())?;
        self.drop_verifications(&tried, name)?;
        self.drop_policy_of(secret.id(), name)
    }

    /// The plan was decided on the state that is there now.
    fn require_base(
        &self,
        parts: &PlanParts,
        before: Option<&SecretRow>,
    ) -> Result<(), StoreError> {
        let stored = before.and_then(|row| u64::try_from(row.revision).ok());
        if stored == parts.based_on {
            Ok(())
        } else {
            Err(StoreError::Stale)
        }
    }

    fn change_versions(&mut self, key: SecretKey, parts: &PlanParts) -> Result<(), StoreError> {
        for (number, state) in &parts.states {
            versions::set_state(self.connection, key, *number, *state)?;
        }
        if let Some(told) = &parts.told {
            versions::set_told(self.connection, key, told)?;
        }
        for number in &parts.destroy {
            versions::destroy(self.connection, key, *number)?;
            self.destroyed = true;
        }
        for number in &parts.forget {
            versions::forget(self.connection, key, *number)?;
            fingerprints::forget(self.connection, key, number.get())?;
        }
        for new in parts.earlier.iter().chain(&parts.new_version) {
            self.store_version(key, new)?;
        }
        Ok(())
    }

    fn store_version(&self, key: SecretKey, new: &NewVersion) -> Result<(), StoreError> {
        let value_key = self
            .vault
            .value_key
            .as_ref()
            .ok_or(StoreError::NoValueKey)?;
        let context = SealContext {
            vault: self.vault.vault,
            secret: new.version.secret(),
            version: new.version.id(),
            epoch: self.vault.key_epoch,
        };
        let fields: Vec<&str> = new
            .credentials
            .method()
            .fields()
            .iter()
            .map(|field| field.name)
            .collect();
        let version_key = VersionKey::generate()?;
        let wrapped = value_key.wrap(&version_key, &context)?;
        let sealed = SealedValues::seal(
            &version_key,
            &context,
            &fields,
            &new.credentials.to_sealed_bytes(),
        )?;
        let slot = wrapped_keys::append(self.connection, wrapped.as_bytes())?;
        versions::insert(self.connection, key, &new.version, slot, sealed.as_bytes())?;
        let fields = self.fingerprint_key()?.of_fields(&new.credentials);
        fingerprints::insert(self.connection, key, new.version.number().get(), &fields)
    }

    /// Writes the secret's row, then everything that follows from it. Answers the state to sign.
    fn settle(
        &self,
        key: SecretKey,
        secret: &Secret,
        before: Option<&SecretRow>,
    ) -> Result<[u8; 32], StoreError> {
        let masks = match secret.current_version() {
            None => None,
            Some(number) => match versions::by_number(self.connection, key, number)? {
                None => return Err(StoreError::damaged("a secret's current version is missing")),
                Some(version) => version.to_version(secret.id())?.masks().cloned(),
            },
        };
        if before.is_some() {
            secrets::update(self.connection, secret, masks.as_ref())?;
        }
        let after = secrets::by_key(self.connection, key)?
            .ok_or_else(|| StoreError::damaged("a secret that was just written is gone"))?;
        self.follow(key, before, Some(&after))?;
        self.set_sweep_time(key, secret)?;
        state_hash::of_secret(self.connection, self.vault.vault, &after)
    }

    /// The first moment at which an old value of this secret has had its grace time.
    fn set_sweep_time(&self, key: SecretKey, secret: &Secret) -> Result<(), StoreError> {
        let Some(days) = secret.history().grace_days() else {
            return secrets::set_sweep_time(self.connection, key, None);
        };
        let versions = versions::of_secret(self.connection, key)?;
        let replaced = versions.windows(2).filter_map(|pair| match pair {
            [old, next] if old.state == "previous" || old.state == "retired" => {
                Some(next.created_at)
            }
            _ => None,
        });
        let first = replaced
            .min()
            .map(|at| Timestamp::from_millis(at).plus_days(u32::from(days)));
        secrets::set_sweep_time(self.connection, key, first)
    }

    fn purge(&self, key: SecretKey, before: Option<&SecretRow>) -> Result<[u8; 32], StoreError> {
        let row = before.ok_or(StoreError::Stale)?;
        self.follow(key, before, None)?;
        fingerprints::delete_all(self.connection, key)?;
        versions::delete_all(self.connection, key)?;
        secrets::delete(self.connection, key)?;
        Ok(state_hash::of_purged(self.vault.vault, row.id))
    }

    /// Tags, tallies and the search index follow from the rows before and after.
    fn follow(
        &self,
        key: SecretKey,
        before: Option<&SecretRow>,
        after: Option<&SecretRow>,
    ) -> Result<(), StoreError> {
        let from = before.map(Share::of).transpose()?;
        let to = after.map(Share::of).transpose()?;
        counts::shift(self.connection, from.as_ref(), to.as_ref())?;
        let live_tags = |share: &Option<Share<'_>>| {
            share
                .as_ref()
                .map(|share| share.live_tags().to_vec())
                .unwrap_or_default()
        };
        tags::shift(self.connection, key, &live_tags(&from), &live_tags(&to))?;
        search::shift(self.connection, key, before, after)
    }
}
