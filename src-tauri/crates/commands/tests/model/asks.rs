//! What is asked: commands with members whose meaning is known because each comes from a table written by hand.

mod aims;
mod connections;
mod locations;
mod members;
mod secrets;
mod sequences;
mod team;
mod values;

use proptest::prelude::*;
use serde_json::{Map, Value};

pub use aims::*;
pub use connections::*;
pub use locations::*;
pub use members::*;
pub use secrets::*;
pub use sequences::*;
pub use team::*;
pub use values::*;

/// An ask of one member, in that member's own session.
#[derive(Debug, Clone)]
pub struct Turn {
    pub by: By,
    pub ask: Ask,
}

/// One of the members who have this role, at one of their programs; an Owner, where nobody has it.
#[derive(Debug, Clone, Copy)]
pub struct By {
    pub role: Role,
    pub any: usize,
}

/// ROLE-01: each can do all that those before it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Viewer,
    Operator,
    Admin,
    Owner,
}

#[derive(Debug, Clone)]
pub enum Ask {
    CreateSecret(Box<CreateSecret>),
    UpdateSecret(Box<UpdateSecret>),
    DeleteSecret(DeleteSecret),
    UndeleteSecret(Which),
    Restore(OfVersion),
    DestroyVersion(OfVersion, Option<bool>),
    EmptyTrash,
    Copy(Which, Option<&'static str>),
    CreateLocation(Box<CreateLocation>),
    UpdateLocation(Box<UpdateLocation>),
    DeleteLocation(DeleteRecord),
    CreateConnection(Box<CreateConnection>),
    UpdateConnection(Box<UpdateConnection>),
    RotateToken(RotateToken),
    DeleteConnection(DeleteRecord),
    SetTier(Member<&'static str>),
    Invite(Invite),
    ChangeRole(ActOnMember, Member<Role>),
    RemoveMember(ActOnMember),
    /// By somebody who is no member yet.
    Join(Join),
    ChangePassword(OwnPassword),
    RenewIdentity(OwnPassword),
    Rekey(Confirm),
    /// What this comes to is decided by what there is.
    Aimed(Aim, [usize; 2]),
    /// Milliseconds; backwards too.
    TurnClock(i64),
}

impl Ask {
    pub fn is_about_a_secret(&self) -> bool {
        matches!(
            self,
            Self::CreateSecret(_)
                | Self::UpdateSecret(_)
                | Self::DeleteSecret(_)
                | Self::UndeleteSecret(_)
                | Self::Restore(_)
                | Self::DestroyVersion(..)
                | Self::Copy(..)
        )
    }
}

/// A record, counted among those of its kind that answer the description.
#[derive(Debug, Clone, Copy, Default)]
pub enum Which {
    There(usize),
    /// In the trash; secrets alone can be.
    Thrown(usize),
    /// Destroyed or deleted for good.
    Gone(usize),
    #[default]
    NeverMade,
    /// An id of another kind of record.
    OtherKind,
}

/// A member of a request: what is sent, and what the rules make of it. `None` is left out.
pub type Member<T> = Option<Said<T>>;

#[derive(Debug, Clone)]
pub struct Said<T> {
    pub json: Value,
    pub means: Means<T>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Means<T> {
    Null,
    /// A fault of this member.
    Wrong,
    Right(T),
}

impl<T> Said<T> {
    pub fn right(json: impl Into<Value>, meant: T) -> Self {
        Self {
            json: json.into(),
            means: Means::Right(meant),
        }
    }

    pub fn wrong(json: impl Into<Value>) -> Self {
        Self {
            json: json.into(),
            means: Means::Wrong,
        }
    }

    pub fn null() -> Self {
        Self {
            json: Value::Null,
            means: Means::Null,
        }
    }
}

/// The members that are not left out.
pub fn put<T>(request: &mut Map<String, Value>, name: &str, member: &Member<T>) {
    if let Some(said) = member {
        request.insert(name.to_owned(), said.json.clone());
    }
}

/// Most are there; `thrown` of about twenty lie in the trash.
pub fn which(thrown: u32) -> impl Strategy<Value = Which> {
    prop_oneof![
        16 => any::<usize>().prop_map(Which::There),
        thrown => any::<usize>().prop_map(Which::Thrown),
        1 => any::<usize>().prop_map(Which::Gone),
        1 => prop_oneof![Just(Which::NeverMade), Just(Which::OtherKind)],
    ]
}

pub fn option_bool() -> impl Strategy<Value = Option<bool>> {
    prop_oneof![2 => Just(None), 1 => Just(Some(false)), 1 => Just(Some(true))]
}
