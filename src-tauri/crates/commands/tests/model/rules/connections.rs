//! Connections and the tier (CONN-01 to -04, TIER-01 to -03).

use std::collections::BTreeMap;

use super::{Done, Faults, Holding, Model, Refusal, meant, refused};
use crate::asks::{
    CONNECTIONS, CreateConnection, Credentials, DeleteRecord, Means, Member, RotateToken,
    UpdateConnection, Which,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Connection {
    pub id: String,
    pub name: String,
    pub folded: &'static str,
    pub description: String,
    pub kind: &'static str,
    pub method: &'static str,
    /// All fields, the token among them.
    pub texts: BTreeMap<&'static str, &'static str>,
    pub revision: u64,
    pub gone: bool,
}

impl Model {
    pub(super) fn create_connection(
        &mut self,
        ask: &CreateConnection,
    ) -> Result<Done, Box<Refusal>> {
        let mut faults = Faults::default();
        if meant(&ask.name).is_none() {
            faults.at("name");
        }
        faults.of_create("description", &ask.description);
        faults.of_create("reason", &ask.reason);
        let row = row_of(ask, &mut faults);
        let texts = match row {
            Some((_, _, fixed, token)) => fields(&ask.credentials, fixed, token, &[], &mut faults),
            None => {
                faults.leave_open(&["credentials"]);
                None
            }
        };
        faults.refuse()?;
        let name = meant(&ask.name).unwrap();
        self.require_free_connection(name.folded, None)?;
        let limit = match self.tier {
            "free" => Some(1),
            "pro" => Some(10),
            _ => None,
        };
        let there = self
            .connections
            .iter()
            .filter(|connection| !connection.gone)
            .count();
        super::room(limit, there)?;
        let (kind, method, _, _) = row.unwrap();
        self.connections.push(Connection {
            id: String::new(),
            name: name.held,
            folded: name.folded,
            description: meant(&ask.description).unwrap_or_default(),
            kind,
            method,
            texts: texts.unwrap(),
            revision: 1,
            gone: false,
        });
        Ok(Done::created(
            "connection_created",
            self.connections.len() - 1,
        ))
    }

    pub(super) fn update_connection(
        &mut self,
        ask: &UpdateConnection,
    ) -> Result<Done, Box<Refusal>> {
        let place = self.named_connection(ask.which)?;
        if ask.immutable.is_some() {
            return Err(refused("invalid_request"));
        }
        let mut faults = Faults::default();
        faults.of_update("name", &ask.name);
        faults.of_create("description", &ask.description);
        faults.of_update("reason", &ask.reason);
        faults.of_expected(ask.expected);
        faults.refuse()?;
        let before = self.connections[place].clone();
        self.require_revision(ask.expected, before.revision)?;
        let mut after = before.clone();
        if let Some(name) = meant(&ask.name) {
            (after.name, after.folded) = (name.held, name.folded);
        }
        match ask.description.as_ref().map(|said| &said.means) {
            Some(Means::Right(text)) => after.description = text.clone(),
            Some(Means::Null) => after.description = String::new(),
            Some(Means::Wrong) | None => {}
        }
        if after.name != before.name {
            self.require_free_connection(after.folded, Some(place))?;
        }
        let done = Done::updated(
            "connection_updated",
            place,
            &[
                ("name", before.name != after.name),
                ("description", before.description != after.description),
            ],
        );
        if done.what.is_some() {
            after.revision += 1;
            self.connections[place] = after;
        }
        Ok(done)
    }

    pub(super) fn rotate_token(&mut self, ask: &RotateToken) -> Result<Done, Box<Refusal>> {
        let place = self.named_connection(ask.which)?;
        let before = self.connections[place].clone();
        let (_, _, fixed, token) = row(before.method);
        let mut faults = Faults::default();
        faults.of_create("reason", &ask.reason);
        let standing: Vec<_> = fixed.iter().map(|name| before.texts[name]).collect();
        let new = match &ask.credentials {
            Credentials::Null => {
                faults.at("credentials");
                None
            }
            given => fields_of_token(given, fixed, token, &standing, &mut faults),
        };
        faults.refuse()?;
        self.require_revision(ask.expected, before.revision)?;
        let mut after = before.clone();
        after.texts.extend(new.unwrap());
        if after == before {
            return Ok(Done {
                hints: ["value_unchanged"].into(),
                record: Some(place),
                ..Done::default()
            });
        }
        after.revision += 1;
        self.connections[place] = after;
        Ok(Done {
            what: Some("updated"),
            changed: vec!["credentials"],
            actions: vec!["connection_token_rotated"],
            record: Some(place),
            ..Done::default()
        })
    }

    pub(super) fn delete_connection(&mut self, ask: &DeleteRecord) -> Result<Done, Box<Refusal>> {
        let place = self.named_connection(ask.which)?;
        let mut faults = Faults::default();
        faults.of_create("reason", &ask.reason);
        faults.refuse()?;
        self.require_revision(ask.expected, self.connections[place].revision)?;
        let ids = self
            .users_of(place)
            .map(|secret| self.secrets[secret].id.clone());
        super::unused(ids.collect())?;
        self.connections[place].gone = true;
        Ok(Done::deleted("connection_deleted", place))
    }

    pub(super) fn set_tier(&mut self, tier: &Member<&'static str>) -> Result<Done, Box<Refusal>> {
        let Some(tier) = meant(tier) else {
            let mut faults = Faults::default();
            faults.at("tier");
            faults.refuse()?;
            return Ok(Done::default());
        };
        let is_change = tier != self.tier;
        self.tier = tier;
        Ok(Done {
            actions: if is_change {
                vec!["tier_changed"]
            } else {
                Vec::new()
            },
            ..Done::default()
        })
    }

    /// Live secrets count, those in the trash don't.
    pub(super) fn require_room(&self) -> Result<(), Box<Refusal>> {
        let limit = match self.tier {
            "free" => Some(5),
            "pro" => Some(100),
            _ => None,
        };
        super::room(limit, self.live_secrets())
    }

    pub fn live_secrets(&self) -> usize {
        let is_live = |secret: &&super::Secret| !secret.trashed && !secret.gone;
        self.secrets.iter().filter(is_live).count()
    }

    pub fn connection_at(&self, which: Which) -> Option<usize> {
        let place = self.place_of_connection(which)?;
        (!self.connections[place].gone).then_some(place)
    }

    pub fn place_of_connection(&self, which: Which) -> Option<usize> {
        super::place(
            which,
            self.connections
                .iter()
                .map(|connection| (connection.gone, false)),
        )
    }

    pub(super) fn provider_at(&self, place: usize) -> &'static str {
        self.connections[place].kind
    }

    /// The secrets that hold references through it, those in the trash too.
    pub fn users_of(&self, place: usize) -> impl Iterator<Item = usize> {
        let all = self.secrets.iter().enumerate();
        all.filter(move |(_, secret)| {
            let is_user = matches!(secret.holding, Holding::External { connection, .. } if connection == place);
            is_user && !secret.gone
        })
        .map(|(secret, _)| secret)
    }

    fn named_connection(&self, which: Which) -> Result<usize, Box<Refusal>> {
        Faults::of_id(which)?;
        self.connection_at(which)
            .ok_or_else(|| refused("not_found"))
    }

    fn require_free_connection(
        &self,
        folded: &str,
        own: Option<usize>,
    ) -> Result<(), Box<Refusal>> {
        let mut all = self.connections.iter().enumerate();
        let holder =
            all.find(|(place, other)| Some(*place) != own && !other.gone && other.folded == folded);
        super::free(holder.map(|(_, holder)| holder.id.as_str()))
    }
}

type Row = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

fn row(method: &str) -> Row {
    *CONNECTIONS.iter().find(|row| row.1 == method).unwrap()
}

/// The type and method that are meant; where they cannot be told, why is among the faults.
fn row_of(ask: &CreateConnection, faults: &mut Faults) -> Option<Row> {
    faults.of_create("method", &ask.method);
    let is_wrong = ask
        .method
        .as_ref()
        .is_some_and(|said| matches!(said.means, Means::Wrong));
    let Some(kind) = meant(&ask.connection_type) else {
        faults.at("connection_type");
        return None;
    };
    let mut of_type = CONNECTIONS.iter().filter(|row| row.0 == kind);
    match meant(&ask.method) {
        Some(method) if row(method).0 == kind => Some(row(method)),
        Some(_) => {
            faults.at("method");
            None
        }
        None if is_wrong => None,
        None if kind == "doppler" => of_type.next().copied(),
        None => {
            faults.at("method");
            None
        }
    }
}

/// Exactly the fields of the method; on create `null` is as good as absent. A token stands in no field that is shown.
fn fields(
    given: &Credentials,
    fixed: &[&'static str],
    token: &[&'static str],
    standing: &[&'static str],
    faults: &mut Faults,
) -> Option<BTreeMap<&'static str, &'static str>> {
    let given = match given {
        Credentials::Null => &[][..],
        Credentials::Fields(fields) => fields,
    };
    let mut texts = BTreeMap::new();
    let mut is_right = true;
    for field in given.iter().filter(|field| !field.said.is_null()) {
        if !fixed.contains(&field.name) && !token.contains(&field.name) {
            faults.at(format!("credentials.{}", field.name));
            is_right = false;
        }
    }
    for &name in fixed.iter().chain(token) {
        let said = given.iter().find(|field| field.name == name);
        match said.and_then(|field| field.said.meant()) {
            Some(text) => {
                texts.insert(name, text);
            }
            None => {
                faults.at(format!("credentials.{name}"));
                is_right = false;
            }
        }
    }
    for name in token {
        let is_shown = texts.get(name).is_some_and(|text| {
            let mut shown = fixed
                .iter()
                .filter_map(|fixed| texts.get(fixed))
                .chain(standing);
            shown.any(|shown| shown == text)
        });
        if is_shown {
            faults.at(format!("credentials.{name}"));
            is_right = false;
        }
    }
    is_right.then_some(texts)
}

/// What was set for good is refused, and so is every `null`.
fn fields_of_token(
    given: &Credentials,
    fixed: &[&'static str],
    token: &[&'static str],
    standing: &[&'static str],
    faults: &mut Faults,
) -> Option<BTreeMap<&'static str, &'static str>> {
    let Credentials::Fields(all) = given else {
        return None;
    };
    let mut is_right = true;
    for field in all {
        if field.said.is_null() || fixed.contains(&field.name) {
            faults.at(format!("credentials.{}", field.name));
            is_right = false;
        }
    }
    let texts = fields(
        given_token(all, fixed).as_ref()?,
        &[],
        token,
        standing,
        faults,
    )?;
    is_right.then_some(texts)
}

fn given_token(all: &[crate::asks::Field], fixed: &[&'static str]) -> Option<Credentials> {
    let kept = all.iter().filter(|field| !fixed.contains(&field.name));
    Some(Credentials::Fields(kept.cloned().collect()))
}
