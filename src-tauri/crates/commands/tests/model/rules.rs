//! The rules of `docs/RULES.md` again, as small as they get: what each ask comes to, and what there is afterwards.
//!
//! It shares no code with the program. Every prediction runs through the stages of ERR-06 in their order.

mod aims;
mod connections;
mod faults;
mod fitting;
mod locations;
mod secrets;
mod team;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use crate::asks::{Ask, Member, Role, Said, Which};
use crate::rig::Place;

pub use connections::Connection;
pub use faults::Faults;
pub use locations::Location;
pub use secrets::{Holding, Secret, Value, any_number};
pub use team::{Exposed, Person, Session, Standing};

pub struct Model {
    pub secrets: Vec<Secret>,
    pub locations: Vec<Location>,
    pub connections: Vec<Connection>,
    pub tier: &'static str,
    pub people: Vec<Person>,
    /// How many passwords were chosen after those of the founders.
    pub passwords: usize,
    /// Of all programs that were ever unlocked.
    pub sessions: BTreeMap<Place, Session>,
    /// Who is at work.
    pub by: Place,
}

/// What an ask comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    Refused(Box<Refusal>),
    Done(Done),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    pub kind: &'static str,
    /// The members at fault, for a `validation_error` all of them.
    pub members: BTreeSet<String>,
    /// What was asked for leaves it open what these members mean, so that any of them may be named too.
    pub undecided: BTreeSet<&'static str>,
    pub existing: Option<String>,
    pub current_revision: Option<u64>,
    /// Ids.
    pub dependants: BTreeSet<String>,
    pub limit: Option<(u64, u64)>,
    /// Entries that the log gets in spite of it.
    pub actions: Vec<&'static str>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// `created`, `updated`, `deleted`, or nothing.
    pub what: Option<&'static str>,
    pub changed: Vec<&'static str>,
    /// Of those hints that the rules name, the ones that are told.
    pub hints: BTreeSet<&'static str>,
    /// Of the new entries in the log, in any order.
    pub actions: Vec<&'static str>,
    /// The place of the record that was made or changed.
    pub record: Option<usize>,
    /// The vault has new keys.
    pub rekeyed: bool,
    /// What a member who lost a role could read.
    pub exposed: Exposed,
}

impl Model {
    pub fn new() -> Self {
        Self {
            secrets: Vec::new(),
            locations: Vec::new(),
            connections: Vec::new(),
            tier: "unlimited",
            people: team::founders(),
            passwords: 0,
            sessions: BTreeMap::new(),
            by: Place {
                member: 0,
                is_second: false,
            },
        }
    }

    /// What the rules say, and the state afterwards. A record that is made gets its id from the answer.
    pub fn take(&mut self, by: Place, ask: &Ask) -> Expect {
        self.by = by;
        if self.people[by.member].role < least_role(ask) {
            return Expect::Refused(refused("access_forbidden"));
        }
        let taken = match ask {
            Ask::CreateSecret(ask) => self.create_secret(ask),
            Ask::UpdateSecret(ask) => self.update_secret(ask),
            Ask::DeleteSecret(ask) => self.delete_secret(ask),
            Ask::UndeleteSecret(which) => self.undelete_secret(*which),
            Ask::Restore(ask) => self.restore(ask),
            Ask::DestroyVersion(ask, forget) => self.destroy_version(ask, *forget),
            Ask::EmptyTrash => Ok(self.empty_trash()),
            Ask::Copy(which, field) => self.copy(*which, *field),
            Ask::CreateLocation(ask) => self.create_location(ask),
            Ask::UpdateLocation(ask) => self.update_location(ask),
            Ask::DeleteLocation(ask) => self.delete_location(ask),
            Ask::CreateConnection(ask) => self.create_connection(ask),
            Ask::UpdateConnection(ask) => self.update_connection(ask),
            Ask::RotateToken(ask) => self.rotate_token(ask),
            Ask::DeleteConnection(ask) => self.delete_connection(ask),
            Ask::SetTier(tier) => self.set_tier(tier),
            Ask::Invite(ask) => self.invite(ask),
            Ask::ChangeRole(ask, role) => self.change_role(ask, role),
            Ask::RemoveMember(ask) => self.remove_member(ask),
            Ask::Join(ask) => self.join(ask),
            Ask::ChangePassword(ask) => self.change_password(*ask),
            Ask::RenewIdentity(ask) => self.renew_identity(*ask),
            Ask::Rekey(confirm) => self.rekey(*confirm),
            Ask::Aimed(..) | Ask::TurnClock(_) => Ok(Done::default()),
        };
        match taken {
            Ok(done) => Expect::Done(done),
            Err(refusal) => Expect::Refused(refusal),
        }
    }

    /// The place of a secret that is there, in the trash too.
    pub fn secret_at(&self, which: Which) -> Option<usize> {
        let place = self.place_of_secret(which)?;
        (!self.secrets[place].gone).then_some(place)
    }

    pub fn place_of_secret(&self, which: Which) -> Option<usize> {
        place(
            which,
            self.secrets
                .iter()
                .map(|secret| (secret.gone, secret.trashed)),
        )
    }
}

/// ROLE-02 to ROLE-05; the clock is anyone's, and who joins has no role yet.
fn least_role(ask: &Ask) -> Role {
    match ask {
        Ask::SetTier(_)
        | Ask::Invite(_)
        | Ask::ChangeRole(..)
        | Ask::RemoveMember(_)
        | Ask::Rekey(_) => Role::Owner,
        Ask::Copy(..) => Role::Operator,
        Ask::ChangePassword(_) | Ask::RenewIdentity(_) | Ask::Join(_) | Ask::TurnClock(_) => {
            Role::Viewer
        }
        _ => Role::Admin,
    }
}

/// A place among records, each of which is gone, in the trash, or there.
fn place(which: Which, records: impl Iterator<Item = (bool, bool)>) -> Option<usize> {
    let (any, wanted) = match which {
        Which::There(any) => (any, (false, false)),
        Which::Thrown(any) => (any, (false, true)),
        Which::Gone(any) => (any, (true, false)),
        Which::NeverMade | Which::OtherKind => return None,
    };
    let is_wanted = |(gone, trashed): (bool, bool)| (gone, trashed && !gone) == wanted;
    let places: Vec<usize> = records
        .enumerate()
        .filter(|(_, record)| is_wanted(*record))
        .map(|(place, _)| place)
        .collect();
    (!places.is_empty()).then(|| places[any % places.len()])
}

pub fn meant<T: Clone>(member: &Member<T>) -> Option<T> {
    member.as_ref().and_then(Said::meant)
}

pub fn refused(kind: &'static str) -> Box<Refusal> {
    Box::new(Refusal {
        kind,
        ..Refusal::default()
    })
}

/// `holder` has the name.
fn free(holder: Option<&str>) -> Result<(), Box<Refusal>> {
    match holder {
        None => Ok(()),
        Some(id) => Err(Refusal {
            members: ["name".to_owned()].into(),
            existing: Some(id.to_owned()),
            ..*refused("already_exists")
        }
        .into()),
    }
}

fn unused(dependants: BTreeSet<String>) -> Result<(), Box<Refusal>> {
    if dependants.is_empty() {
        return Ok(());
    }
    Err(Refusal {
        dependants,
        ..*refused("in_use")
    }
    .into())
}

fn room(limit: Option<u64>, there: usize) -> Result<(), Box<Refusal>> {
    let there = u64::try_from(there).unwrap();
    match limit.filter(|limit| there >= *limit) {
        None => Ok(()),
        Some(limit) => Err(Refusal {
            limit: Some((limit, there)),
            ..*refused("limit_reached")
        }
        .into()),
    }
}

impl Refusal {
    /// By a rule that is looked at after something has come into the log.
    fn after(mut self: Box<Self>, actions: &[&'static str]) -> Box<Self> {
        self.actions = actions.to_vec();
        self
    }
}

impl Done {
    /// After what has come into the log already.
    fn doing(mut actions: Vec<&'static str>, action: &'static str) -> Self {
        actions.push(action);
        Self {
            actions,
            ..Self::default()
        }
    }

    fn created(action: &'static str, place: usize) -> Self {
        Self {
            what: Some("created"),
            actions: vec![action],
            record: Some(place),
            ..Self::default()
        }
    }

    fn deleted(action: &'static str, place: usize) -> Self {
        Self {
            what: Some("deleted"),
            actions: vec![action],
            record: Some(place),
            ..Self::default()
        }
    }

    /// Nothing at all where no field differs (UPDATE-03).
    fn updated(action: &'static str, place: usize, differs: &[(&'static str, bool)]) -> Self {
        let differing = differs.iter().filter(|(_, differs)| *differs);
        let changed: Vec<_> = differing.map(|(field, _)| *field).collect();
        let is_change = !changed.is_empty();
        Self {
            what: is_change.then_some("updated"),
            changed,
            actions: if is_change { vec![action] } else { Vec::new() },
            record: Some(place),
            ..Self::default()
        }
    }
}
