//! Locations and connections: what can be asked of them.

use domain::connection::{Connection, ConnectionCredentials, ConnectionFacts};
use domain::facts::RoomFacts;
use domain::ids::{ConnectionId, LocationId, SecretId};
use domain::location::{Location, LocationFacts};
use domain::reject::Dependant;
use domain::text::{ConnectionName, LocationName};

use super::{OpenValueError, Reader};
use crate::sealed_token::{self, TokenContext};
use crate::store::connections::{ConnectionPage, ConnectionQuery};
use crate::store::error::StoreError;
use crate::store::locations::{LocationPage, LocationQuery};
use crate::store::{connections, counts, locations, policies, secrets, versions, wrapped_keys};
use crate::wrapped_key::WrappedVersionKey;

impl Reader<'_> {
    pub fn location(&self, id: LocationId) -> Result<Option<Location>, StoreError> {
        let row = locations::by_id(self.connection, id)?;
        row.map(|row| row.to_location()).transpose()
    }

    pub fn locations(&self, query: &LocationQuery) -> Result<LocationPage, StoreError> {
        locations::page(self.connection, query)
    }

    /// Which other location has the name that a draft wants.
    pub fn location_facts(
        &self,
        name: &LocationName,
        except: Option<LocationId>,
    ) -> Result<LocationFacts, StoreError> {
        let found = locations::id_by_name(self.connection, &name.folded())?;
        Ok(LocationFacts {
            same_name: found.filter(|found| Some(*found) != except),
        })
    }

    pub fn location_count_of(&self, secret: SecretId) -> Result<u64, StoreError> {
        locations::count_of_secret(self.connection, secret)
    }

    /// The locations linked to a secret, by name, and the rotation at work on it.
    pub fn dependants_of(&self, secret: SecretId) -> Result<Vec<Dependant>, StoreError> {
        let linked = locations::of_secret(self.connection, secret)?;
        let linked = linked
            .into_iter()
            .map(|(id, name)| Dependant::Location { id, name });
        let at_work = self.run_at_work(secret)?.map(|run| Dependant::Rotation {
            started_at: run.parts().started_at,
        });
        Ok(linked.chain(at_work).collect())
    }

    /// As [`Reader::dependants_of`], with the secrets whose keys could not be turned over any more without this one.
    pub fn dependants_of_deletion(&self, secret: SecretId) -> Result<Vec<Dependant>, StoreError> {
        let mut dependants = self.dependants_of(secret)?;
        for row in policies::managed_with(self.connection, secret)? {
            let Some(id) = row.secret(self.vault.vault) else {
                continue;
            };
            let Some(of) = secrets::by_id(self.connection, id)? else {
                continue;
            };
            dependants.push(Dependant::Managed {
                id,
                name: of.name,
                is_rotating: self.run_at_work(id)?.is_some(),
            });
        }
        Ok(dependants)
    }

    pub fn connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        let row = connections::by_id(self.connection, id)?;
        row.map(|row| row.to_connection()).transpose()
    }

    pub fn connections(&self, query: &ConnectionQuery) -> Result<ConnectionPage, StoreError> {
        connections::page(self.connection, query)
    }

    /// Which other connection has the name that a draft wants, and how much room there is.
    pub fn connection_facts(
        &self,
        name: &ConnectionName,
        except: Option<ConnectionId>,
    ) -> Result<ConnectionFacts, StoreError> {
        let found = connections::id_by_name(self.connection, &name.folded())?;
        Ok(ConnectionFacts {
            same_name: found.filter(|found| Some(*found) != except),
            tier: self.checked_settings()?.tier,
            connections: connections::count(self.connection)?,
        })
    }

    /// Secrets that hold references through a connection, by name.
    pub fn connection_used_by(&self, id: ConnectionId) -> Result<Vec<Dependant>, StoreError> {
        let secrets = connections::used_by(self.connection, id)?;
        Ok(secrets
            .into_iter()
            .map(|secret| Dependant::Secret {
                id: secret.id,
                name: secret.name,
                in_trash: secret.in_trash,
            })
            .collect())
    }

    pub fn connection_use_count(&self, id: ConnectionId) -> Result<u64, StoreError> {
        connections::use_count(self.connection, id)
    }

    /// How full the vault is, by its checked tier.
    pub fn room(&self) -> Result<RoomFacts, StoreError> {
        Ok(RoomFacts {
            tier: self.checked_settings()?.tier,
            live_secrets: counts::read(self.connection)?.live,
        })
    }

    pub fn connection_count(&self) -> Result<u64, StoreError> {
        connections::count(self.connection)
    }

    pub fn location_count(&self) -> Result<u64, StoreError> {
        locations::count(self.connection)
    }

    /// A connection's token. First the connection is checked against its newest entry, as a secret is.
    pub fn open_token(&self, id: ConnectionId) -> Result<ConnectionCredentials, OpenValueError> {
        let row = connections::by_id(self.connection, id)?.ok_or(OpenValueError::NotFound)?;
        self.require_vouched_connection(&row)?;
        let method = row.to_connection()?.method();
        let value_key = self
            .vault
            .value_key
            .as_ref()
            .ok_or(OpenValueError::NoValueKey)?;
        let broken = || StoreError::integrity(format!("the token of \"{}\"", row.name));
        let wrapped = wrapped_keys::read(self.connection, row.key_slot)?.ok_or_else(broken)?;
        let sealed = versions::sealed_bytes(self.connection, row.key_slot)?.ok_or_else(broken)?;
        let context = TokenContext {
            vault: self.vault.vault,
            connection: id,
            epoch: self.vault.key_epoch,
        };
        let key = value_key
            .unwrap_token(&WrappedVersionKey::from_bytes(wrapped), &context)
            .map_err(|_| broken())?;
        let plaintext =
            sealed_token::open(&sealed, &key, &context, method.as_str()).map_err(|_| broken())?;
        ConnectionCredentials::from_sealed_bytes(method, &plaintext).map_err(|_| broken().into())
    }
}
