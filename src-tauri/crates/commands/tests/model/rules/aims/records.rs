//! The records that aimed asks are about, and asks that are right but for their aim.

use super::super::fitting::{mappings, texts, values};
use super::super::{Model, Secret};
use crate::asks::{
    Ask, CONNECTIONS, Connection, CreateConnection, CreateLocation, CreateSecret, Credentials,
    Expected, Link, Name, Place, RotateToken, Said, UpdateConnection, UpdateLocation, UpdateSecret,
    Way, Which,
};

impl Model {
    pub(super) fn is_live(&self, place: usize) -> bool {
        !self.secrets[place].trashed && !self.secrets[place].gone
    }

    pub(super) fn live_secret(
        &self,
        any: usize,
        wanted: &dyn Fn(&Secret) -> bool,
    ) -> Option<usize> {
        let is_wanted = |place: &usize| self.is_live(*place) && wanted(&self.secrets[*place]);
        pick((0..self.secrets.len()).filter(is_wanted).collect(), any)
    }

    pub(super) fn any_connection(&self, any: usize) -> Option<usize> {
        let is_there = |place: &usize| !self.connections[*place].gone;
        pick((0..self.connections.len()).filter(is_there).collect(), any)
    }

    pub(super) fn connection_beside(&self, than: usize, any: usize) -> Option<usize> {
        let is_other = |place: &usize| *place != than && !self.connections[*place].gone;
        pick((0..self.connections.len()).filter(is_other).collect(), any)
    }

    pub(super) fn any_location(&self, any: usize) -> Option<usize> {
        let is_there = |place: &usize| !self.locations[*place].gone;
        pick((0..self.locations.len()).filter(is_there).collect(), any)
    }

    pub(super) fn which_secret(&self, place: usize) -> Which {
        Which::There((0..place).filter(|before| self.is_live(*before)).count())
    }

    pub(super) fn which_connection(&self, place: usize) -> Which {
        let before = self.connections[..place].iter();
        Which::There(before.filter(|connection| !connection.gone).count())
    }

    pub(super) fn which_trashed_and_free(&self, any: usize) -> Option<Which> {
        let trashed = self
            .secrets
            .iter()
            .filter(|secret| secret.trashed && !secret.gone);
        let is_free = |secret: &Secret| {
            let live = self
                .secrets
                .iter()
                .filter(|other| !other.trashed && !other.gone);
            let mut live = live.filter(|other| {
                other.folded == secret.folded
                    || (secret.env_key.is_some() && other.env_key == secret.env_key)
            });
            live.next().is_none()
        };
        let free = trashed.enumerate().filter(|(_, secret)| is_free(secret));
        pick(free.map(|(index, _)| index).collect(), any).map(Which::Thrown)
    }

    pub(super) fn name_of_secret(&self, place: usize) -> Name {
        let secret = &self.secrets[place];
        Name {
            held: secret.name.clone(),
            folded: secret.folded,
        }
    }

    pub(super) fn connection_name(&self, place: usize) -> Name {
        let connection = &self.connections[place];
        Name {
            held: connection.name.clone(),
            folded: connection.folded,
        }
    }

    fn location_name(&self, place: usize) -> Name {
        let location = &self.locations[place];
        Name {
            held: location.name.clone(),
            folded: location.folded,
        }
    }

    /// Like no other of this vault.
    pub(super) fn fresh_name(&self) -> Name {
        numbered(self.secrets.len())
    }

    pub(super) fn fresh_connection_name(&self) -> Name {
        numbered(self.connections.len())
    }

    pub(super) fn fresh_key(&self) -> String {
        format!("AIM_{}", self.secrets.len())
    }

    pub(super) fn new_generic(&self, name: Name, env_key: Option<String>, pick: usize) -> Ask {
        Ask::CreateSecret(Box::new(CreateSecret {
            name: Some(said(name)),
            secret_type: Some(Said::right("generic", "generic")),
            env_key: env_key.map(|key| Said::right(key.clone(), key)),
            way: Way {
                credentials: Some(values("opaque_value", [pick, pick])),
                ..Way::default()
            },
            ..CreateSecret::default()
        }))
    }

    /// Through a connection that was never made.
    pub(super) fn new_external(&self, name: Name) -> Ask {
        Ask::CreateSecret(Box::new(CreateSecret {
            name: Some(said(name)),
            secret_type: Some(Said::right("generic", "generic")),
            way: Way {
                connection: Some(Connection::Of(Which::NeverMade)),
                mappings: Some(mappings("opaque_value", "doppler", [0, 0])),
                ..Way::default()
            },
            ..CreateSecret::default()
        }))
    }

    pub(super) fn new_connection(&self, name: Name, pick: usize) -> Ask {
        let (kind, method, fixed, token) = CONNECTIONS[pick % CONNECTIONS.len()];
        let fields = fixed.iter().chain(token).copied().collect::<Vec<_>>();
        Ask::CreateConnection(Box::new(CreateConnection {
            name: Some(said(name)),
            description: None,
            connection_type: Some(Said::right(kind, kind)),
            method: Some(Said::right(method, method)),
            credentials: Credentials::Fields(texts(&fields, pick)),
            reason: None,
        }))
    }

    /// Under the name of another, for a secret that was never made.
    pub(super) fn new_location(&self, holder: usize) -> Ask {
        Ask::CreateLocation(Box::new(CreateLocation {
            name: Some(said(self.location_name(holder))),
            location_type: Some(Said::right("s3", "s3")),
            fits: false,
            secret: Link::To(Which::NeverMade),
            bucket: Some(Said::right("acme", "acme".to_owned())),
            place: Place::default(),
            reason: None,
        }))
    }

    pub(super) fn rename_location(&self, first: usize, second: usize) -> Option<Ask> {
        let place = self.any_location(first)?;
        let before = self.locations[..place].iter();
        Some(Ask::UpdateLocation(Box::new(UpdateLocation {
            which: Which::There(before.filter(|location| !location.gone).count()),
            name: Some(said(self.location_name(self.any_location(second)?))),
            expected: Expected::over(second),
            ..UpdateLocation::default()
        })))
    }

    pub(super) fn update_of(&self, place: usize) -> UpdateSecret {
        UpdateSecret {
            which: self.which_secret(place),
            ..UpdateSecret::default()
        }
    }

    pub(super) fn connection_update(&self, place: usize) -> UpdateConnection {
        UpdateConnection {
            which: self.which_connection(place),
            ..UpdateConnection::default()
        }
    }

    pub(super) fn token_beside_fixed(&self, first: usize, second: usize) -> Option<Ask> {
        let has_fixed = |place: &usize| {
            let connection = &self.connections[*place];
            !connection.gone && connection.method != "onepassword_service_account"
        };
        let all = (0..self.connections.len()).filter(has_fixed);
        let place = pick(all.collect(), first)?;
        let method = self.connections[place].method;
        let (_, _, fixed, token) = CONNECTIONS.iter().find(|row| row.1 == method)?;
        let fields: Vec<_> = token.iter().chain(&fixed[..1]).copied().collect();
        Some(Ask::RotateToken(RotateToken {
            which: self.which_connection(place),
            credentials: Credentials::Fields(texts(&fields, second)),
            fitting: None,
            expected: Expected::Absent,
            reason: None,
        }))
    }
}

fn numbered(number: usize) -> Name {
    let name: &'static str = format!("aim {number}").leak();
    Name {
        held: name.to_owned(),
        folded: name,
    }
}

pub fn said(name: Name) -> Said<Name> {
    Said::right(name.held.clone(), name)
}

pub fn pick(all: Vec<usize>, any: usize) -> Option<usize> {
    (!all.is_empty()).then(|| all[any % all.len()])
}
