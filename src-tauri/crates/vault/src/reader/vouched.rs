//! Records as their newest audit entry left them: asked before a value, or a value to them, is used, and before a change
//! builds on them.

use domain::connection::Connection;
use domain::ids::{ConnectionId, LocationId, PolicyId};
use domain::location::Location;
use domain::policy::Policy;
use domain::vault_settings::VaultSettings;
use domain::{Tier, Timestamp};

use super::Reader;
use crate::audit_log::{self, LogWalk, ResourceId, Verdict};
use crate::store::audit::AuditRow;
use crate::store::connections::ConnectionRow;
use crate::store::error::StoreError;
use crate::store::locations::LocationRow;
use crate::store::policies::{self, PolicyRow};
use crate::store::rotations::RotationRow;
use crate::store::secrets::SecretRow;
use crate::store::verifications::VerificationRow;
use crate::store::{audit, connections, locations, settings, state_hash, vault_row, versions};
use crate::unlocked::lock;

impl Reader<'_> {
    /// The location, if it is as its newest entry left it.
    pub fn checked_location(&self, id: LocationId) -> Result<Option<Location>, StoreError> {
        let Some(row) = locations::by_id(self.connection, id)? else {
            return Ok(None);
        };
        self.require_vouched_location(&row)?;
        row.to_location().map(Some)
    }

    /// The connection, if it is as its newest entry left it.
    pub fn checked_connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        let Some(row) = connections::by_id(self.connection, id)? else {
            return Ok(None);
        };
        self.require_vouched_connection(&row)?;
        row.to_connection().map(Some)
    }

    /// The vault's settings, if they are as their newest entry left them. Those that were never changed have no row and
    /// no entry, and are a new vault's.
    pub fn checked_settings(&self) -> Result<VaultSettings, StoreError> {
        let vault = self.vault.vault;
        let Some(row) = settings::read(self.connection)? else {
            let entry = audit::last_state_of(self.connection, ResourceId::Vault(vault))?;
            let known = self.walked(|walk| {
                walk.go_on(self.connection, self.own_after)?;
                Ok(walk.knows(ResourceId::Vault(vault)))
            })?;
            return if entry.is_none() && !known {
                self.founding_settings()
            } else {
                Err(StoreError::integrity("the vault's settings"))
            };
        };
        let id = ResourceId::Vault(vault);
        if !self.is_vouched(id) {
            let state = state_hash::of_settings(vault, &row);
            self.require_state(id, row.revision, state)
                .map_err(|fault| fault.named(|| "the vault's settings".to_owned()))?;
        }
        row.to_settings()
    }

    fn founding_settings(&self) -> Result<VaultSettings, StoreError> {
        Ok(VaultSettings {
            tier: Tier::Unlimited,
            revision: 1,
            updated_at: Timestamp::from_millis(vault_row::created_at(self.connection)?),
            updated_by: self.vault.founder(),
        })
    }

    /// Refuses a secret that is not as its newest audit entry left it.
    pub(crate) fn require_vouched(&self, row: &SecretRow) -> Result<(), StoreError> {
        if self.is_vouched(ResourceId::Secret(row.id())) {
            return Ok(());
        }
        let changed = || StoreError::integrity(format!("the secret \"{}\"", row.name));
        let state = state_hash::of_secret(self.connection, self.vault.vault, row)?;
        self.require_state(ResourceId::Secret(row.id()), row.revision, state)
            .map_err(|fault| fault.named(|| format!("the secret \"{}\"", row.name)))?;
        // What the record is found by is not signed itself; it follows from what is.
        let secret = row.to_secret().map_err(|_| changed())?;
        let fits = secret.name().folded() == row.name_folded
            && secret.secret_type().as_str() == row.secret_type;
        if fits { Ok(()) } else { Err(changed()) }
    }

    pub(crate) fn require_vouched_location(&self, row: &LocationRow) -> Result<(), StoreError> {
        if self.is_vouched(ResourceId::Location(row.id())) {
            return Ok(());
        }
        let changed = || StoreError::integrity(format!("the location \"{}\"", row.name));
        let state = state_hash::of_location(self.vault.vault, row);
        self.require_state(ResourceId::Location(row.id()), row.revision, state)
            .map_err(|fault| fault.named(|| format!("the location \"{}\"", row.name)))?;
        let location = row.to_location().map_err(|_| changed())?;
        if location.name().folded() == row.name_folded {
            Ok(())
        } else {
            Err(changed())
        }
    }

    pub(crate) fn require_vouched_verification(
        &self,
        row: &VerificationRow,
    ) -> Result<(), StoreError> {
        let id = ResourceId::Verification(row.id());
        if self.is_vouched(id) {
            return Ok(());
        }
        let state = state_hash::of_verification(self.vault.vault, row);
        self.require_state(id, row.revision, state)
            .map_err(|fault| fault.named(|| "what is known of a location".to_owned()))
    }

    pub(crate) fn require_vouched_rotation(&self, row: &RotationRow) -> Result<(), StoreError> {
        let id = ResourceId::Rotation(row.id());
        if self.is_vouched(id) {
            return Ok(());
        }
        let state = state_hash::of_rotation(self.vault.vault, row);
        self.require_state(id, row.revision, state)
            .map_err(|fault| fault.named(|| "a rotation".to_owned()))?;
        let fits = row.to_run().is_ok_and(|run| row.fits(&run));
        if fits {
            Ok(())
        } else {
            Err(StoreError::integrity("a rotation"))
        }
    }

    /// The vault's own policy holds for all secrets, so it is an Owner's word only.
    pub(crate) fn require_vouched_policy(&self, row: &PolicyRow) -> Result<(), StoreError> {
        let id = ResourceId::Policy(row.id());
        if self.is_vouched(id) {
            return Ok(());
        }
        let vault = self.vault.vault;
        if row.id() != policies::id_of(vault, row.secret(vault)) {
            return Err(StoreError::integrity("a rotation policy"));
        }
        let state = state_hash::of_policy(vault, row);
        self.require_state(id, row.revision, state)
            .map_err(|fault| fault.named(|| "a rotation policy".to_owned()))?;
        let entry = audit::last_state_of(self.connection, id)?;
        let action = Policy::action_of(row.secret(vault));
        if entry.is_some_and(|entry| entry.action == action.as_str()) {
            Ok(())
        } else {
            self.vouched.borrow_mut().remove(&id);
            Err(StoreError::integrity("a rotation policy"))
        }
    }

    /// A policy that was never set has no entry; one that went with its secret has one that says so.
    pub(crate) fn require_no_policy(&self, policy: PolicyId) -> Result<(), StoreError> {
        let id = ResourceId::Policy(policy);
        let removed = || StoreError::integrity("a rotation policy");
        let Some(entry) = audit::last_state_of(self.connection, id)? else {
            let known = self.walked(|walk| {
                walk.go_on(self.connection, self.own_after)?;
                Ok(walk.knows(id))
            })?;
            return if known { Err(removed()) } else { Ok(()) };
        };
        let gone = state_hash::of_purged(self.vault.vault, policy.to_bytes());
        let revision = entry.revision.ok_or_else(removed)?;
        self.require_state(id, revision, gone)
            .map_err(|fault| fault.named(|| "a rotation policy".to_owned()))
    }

    pub(crate) fn require_vouched_connection(&self, row: &ConnectionRow) -> Result<(), StoreError> {
        if self.is_vouched(ResourceId::Connection(row.id())) {
            return Ok(());
        }
        let changed = || StoreError::integrity(format!("the connection \"{}\"", row.name));
        let sealed = versions::sealed_bytes(self.connection, row.key_slot)?;
        let state = state_hash::of_connection(self.vault.vault, row, sealed.as_deref());
        self.require_state(ResourceId::Connection(row.id()), row.revision, state)
            .map_err(|fault| fault.named(|| format!("the connection \"{}\"", row.name)))?;
        let connection = row.to_connection().map_err(|_| changed())?;
        if connection.name().folded() == row.name_folded {
            Ok(())
        } else {
            Err(changed())
        }
    }

    /// The record's newest entry must vouch for this state, and count.
    fn require_state(
        &self,
        id: ResourceId,
        revision: i64,
        state: [u8; 32],
    ) -> Result<(), Unvouched> {
        let entry = audit::last_state_of(self.connection, id)?.ok_or(Unvouched::Changed)?;
        self.require_newest(id, &entry)?;
        let known = self.walked(|walk| Ok(walk.signer_of(&entry.hash)))?;
        let vault = self.vault.vault;
        let key = audit_log::verify_known_entry(vault, &self.members, &entry, known)
            .map_err(|_| Unvouched::Changed)?;
        if known.is_none() {
            self.walked(|walk| {
                walk.remember_signer(entry.hash, key);
                Ok(())
            })?;
        }
        if entry.state_hash == Some(state) && entry.revision == Some(revision) {
            self.vouched.borrow_mut().insert(id);
            Ok(())
        } else {
            Err(Unvouched::Changed)
        }
    }

    /// No entry that came after this one may be missing.
    fn require_newest(&self, id: ResourceId, entry: &AuditRow) -> Result<(), Unvouched> {
        if self.own_after.is_some_and(|own| entry.position > own) {
            return Ok(());
        }
        let verdict = self.walked(|walk| {
            walk.go_on(self.connection, self.own_after)?;
            if !walk.reaches(entry.position) {
                // A damaged page would leave this transaction's connection unusable.
                let beside = self.vault.reading_connection()?;
                if walk.is_far_to(entry.position) {
                    walk.offer_from(|| self.vault.walked());
                }
                walk.go_back_to(&beside, entry.position)?;
            }
            Ok(walk.judge(id, entry))
        })?;
        match verdict {
            Verdict::Newest => Ok(()),
            Verdict::Newer(position)
                if audit::newest_position(self.connection)? < Some(position) =>
            {
                Err(StoreError::Busy.into())
            }
            Verdict::Newer(_) | Verdict::Other => Err(Unvouched::Changed),
        }
    }

    fn is_vouched(&self, id: ResourceId) -> bool {
        self.vouched.borrow().contains(&id)
    }

    /// Asks the session's walk of the log.
    fn walked<T>(
        &self,
        ask: impl FnOnce(&mut LogWalk) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut slot = lock(&self.vault.log_walk);
        let walk = match &mut *slot {
            Some(walk) => walk,
            None => slot.insert(self.begin_walk()?),
        };
        ask(walk)
    }

    fn begin_walk(&self) -> Result<LogWalk, StoreError> {
        let genesis = self.vault.identity.genesis_hash();
        let seen = *lock(&self.vault.log_seen);
        let end = match seen.last {
            Some(end) => end,
            // A device that never saw the vault, and cannot write to it: there is nothing to compare the end with.
            None => audit_log::end(self.connection, genesis)?,
        };
        LogWalk::from_end(self.vault.vault, genesis, end, seen.first)
    }
}

enum Unvouched {
    Changed,
    Store(StoreError),
}

impl Unvouched {
    fn named(self, what: impl FnOnce() -> String) -> StoreError {
        match self {
            Unvouched::Changed => StoreError::integrity(what()),
            Unvouched::Store(error) => error,
        }
    }
}

impl From<StoreError> for Unvouched {
    fn from(error: StoreError) -> Unvouched {
        Unvouched::Store(error)
    }
}
