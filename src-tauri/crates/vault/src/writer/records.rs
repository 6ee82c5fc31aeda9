//! Applying decided plans of locations, connections and settings, each with its own audit entry.

use domain::AuditDraft;
use domain::audit::Action;
use domain::connection::{Connection, ConnectionCredentials, ConnectionPlan};
use domain::ids::ConnectionId;
use domain::location::{Location, LocationPlan};
use domain::record_plan::RecordChange;
use domain::vault_settings::{VaultSettings, VaultSettingsPlan};

use super::Writer;
use crate::audit_log::{ActResult, Draft, Resource};
use crate::reader::OpenValueError;
use crate::seal::VersionKey;
use crate::sealed_token::{self, TokenContext};
use crate::store::error::StoreError;
use crate::store::wrapped_keys::KeySlot;
use crate::store::{
    connections, locations, settings, state_hash, verifications, versions, wrapped_keys,
};

impl Writer<'_> {
    /// The entry of a use of a connection's token; the caller lets the token go only after the commit (OUT-02).
    pub fn record_token_use(&mut self, id: ConnectionId) -> Result<(), OpenValueError> {
        let row = connections::by_id(self.connection, id)?.ok_or(OpenValueError::NotFound)?;
        self.require_vouched_connection(&row)?;
        let method = row.to_connection()?.method();
        let sealed = method.secret_fields().map(|field| field.name);
        self.record(&Draft {
            action: Action::ValueSent,
            resource: Resource::Connection {
                id,
                name: &row.name,
            },
            revision: None,
            changed: sealed.collect(),
            reason: None,
            result: ActResult::Done,
            state_hash: None,
        })?;
        Ok(())
    }

    /// As [`Writer::apply`], for a location.
    pub fn apply_location(&mut self, plan: LocationPlan) -> Result<Location, StoreError> {
        let parts = plan.into_parts();
        let location = parts.record;
        let before = locations::by_id(self.connection, location.id())?;
        require_base(before.as_ref().map(|row| row.revision), parts.based_on)?;
        if let Some(row) = &before {
            self.require_vouched_location(row)?;
        }
        let state = match parts.change {
            RecordChange::Create => {
                locations::insert(self.connection, &location)?;
                self.state_of_location(&location)?
            }
            RecordChange::Update => {
                locations::update(self.connection, &location)?;
                self.state_of_location(&location)?
            }
            RecordChange::Delete => {
                locations::delete(self.connection, location.id())?;
                let tried = verifications::of_location(self.connection, location.id())?;
                self.drop_verifications(&tried, location.name().as_str())?;
                state_hash::of_purged(self.vault.vault, location.id().to_bytes())
            }
        };
        let (id, name) = (location.id(), location.name().as_str());
        let resource = Resource::Location { id, name };
        self.record_state(resource, location.revision(), &parts.audit, state)?;
        Ok(location)
    }

    /// As [`Writer::apply`], for a connection. A token that is replaced, or whose connection goes, is destroyed.
    pub fn apply_connection(&mut self, plan: ConnectionPlan) -> Result<Connection, StoreError> {
        let parts = plan.into_parts();
        let connection = parts.connection;
        let id = connection.id();
        let before = connections::by_id(self.connection, id)?;
        require_base(before.as_ref().map(|row| row.revision), parts.based_on)?;
        if let Some(row) = &before {
            self.require_vouched_connection(row)?;
        }
        let slot_before = before.map(|row| row.key_slot);
        let slot = match &parts.credentials {
            Some(token) => Some(self.store_token(id, token)?),
            None => slot_before,
        };
        let state = match (parts.change, slot) {
            (RecordChange::Create, Some(slot)) => {
                connections::insert(self.connection, &connection, slot)?;
                self.state_of_connection(id)?
            }
            (RecordChange::Update, Some(slot)) => {
                connections::update(self.connection, &connection, slot)?;
                self.state_of_connection(id)?
            }
            (RecordChange::Delete, _) => {
                connections::delete(self.connection, id)?;
                state_hash::of_purged(self.vault.vault, id.to_bytes())
            }
            (RecordChange::Create | RecordChange::Update, None) => {
                return Err(StoreError::damaged("a connection has no token"));
            }
        };
        let replaced = parts.credentials.is_some() || parts.change == RecordChange::Delete;
        if let (Some(old), true) = (slot_before, replaced) {
            connections::destroy_token(self.connection, old)?;
            self.destroyed = true;
        }
        let name = connection.name().as_str();
        let resource = Resource::Connection { id, name };
        self.record_state(resource, connection.revision(), &parts.audit, state)?;
        Ok(connection)
    }

    /// As [`Writer::apply`], for the vault's settings.
    pub fn apply_settings(&mut self, plan: VaultSettingsPlan) -> Result<VaultSettings, StoreError> {
        let parts = plan.into_parts();
        if Some(self.checked_settings()?.revision) != parts.based_on {
            return Err(StoreError::Stale);
        }
        settings::write(self.connection, &parts.record)?;
        let row = settings::read(self.connection)?.ok_or_else(gone)?;
        let vault = self.vault.vault;
        let state = state_hash::of_settings(vault, &row);
        let resource = Resource::Settings { vault };
        self.record_state(resource, parts.record.revision, &parts.audit, state)?;
        Ok(parts.record)
    }

    pub(super) fn record_state(
        &mut self,
        resource: Resource<'_>,
        revision: u64,
        audit: &AuditDraft,
        state: [u8; 32],
    ) -> Result<(), StoreError> {
        self.record(&Draft {
            action: audit.action,
            resource,
            revision: Some(revision),
            changed: audit.changed.clone(),
            reason: audit.reason.as_ref(),
            result: ActResult::Done,
            state_hash: Some(state),
        })
    }

    /// Of the row as it is stored now.
    fn state_of_location(&self, location: &Location) -> Result<[u8; 32], StoreError> {
        let row = locations::by_id(self.connection, location.id())?.ok_or_else(gone)?;
        Ok(state_hash::of_location(self.vault.vault, &row))
    }

    fn state_of_connection(&self, id: ConnectionId) -> Result<[u8; 32], StoreError> {
        let row = connections::by_id(self.connection, id)?.ok_or_else(gone)?;
        let sealed = versions::sealed_bytes(self.connection, row.key_slot)?;
        Ok(state_hash::of_connection(
            self.vault.vault,
            &row,
            sealed.as_deref(),
        ))
    }

    fn store_token(
        &self,
        id: ConnectionId,
        token: &ConnectionCredentials,
    ) -> Result<KeySlot, StoreError> {
        let value_key = self
            .vault
            .value_key
            .as_ref()
            .ok_or(StoreError::NoValueKey)?;
        let context = TokenContext {
            vault: self.vault.vault,
            connection: id,
            epoch: self.vault.key_epoch,
        };
        let key = VersionKey::generate()?;
        let wrapped = value_key.wrap_token(&key, &context)?;
        let method = token.method().as_str();
        let sealed = sealed_token::seal(&key, &context, method, &token.to_sealed_bytes())?;
        let slot = wrapped_keys::append(self.connection, wrapped.as_bytes())?;
        connections::insert_sealed(self.connection, slot, &sealed)?;
        Ok(slot)
    }
}

/// The plan was decided on the state that is there now.
pub(super) fn require_base(stored: Option<i64>, based_on: Option<u64>) -> Result<(), StoreError> {
    let stored = stored.and_then(|revision| u64::try_from(revision).ok());
    if stored == based_on {
        Ok(())
    } else {
        Err(StoreError::Stale)
    }
}

pub(super) fn gone() -> StoreError {
    StoreError::damaged("a record that was just written is gone")
}
