//! What is asked: commands with members whose meaning is known because each comes from a table written by hand.

mod connections;
mod locations;
mod members;
mod secrets;
mod values;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

pub use connections::*;
pub use locations::*;
pub use members::*;
pub use secrets::*;
pub use values::*;

/// An ask of one member, in that member's own session.
#[derive(Debug, Clone)]
pub struct Turn {
    pub by: Role,
    pub ask: Ask,
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
#[derive(Debug, Clone, Copy)]
pub enum Which {
    There(usize),
    /// In the trash; secrets alone can be.
    Thrown(usize),
    /// Destroyed or deleted for good.
    Gone(usize),
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

/// First some records, then anything.
pub fn sequence() -> impl Strategy<Value = Vec<Turn>> {
    let beginning = prop_oneof![
        4 => create_secret().prop_map(|ask| Ask::CreateSecret(Box::new(ask))),
        1 => create_connection().prop_map(|ask| Ask::CreateConnection(Box::new(ask))),
        1 => create_location().prop_map(|ask| Ask::CreateLocation(Box::new(ask))),
    ];
    let founder = || prop_oneof![3 => Just(Role::Owner), 1 => Just(Role::Admin)];
    let anyone = prop_oneof![
        6 => founder(),
        1 => Just(Role::Operator),
        1 => Just(Role::Viewer),
    ];
    let beginning = (founder(), beginning).prop_map(|(by, ask)| Turn { by, ask });
    let rest = (anyone, ask()).prop_map(|(by, ask)| Turn { by, ask });
    let beginning = prop::collection::vec(beginning, 5..16);
    let small = prop::option::weighted(0.4, select(vec!["free", "free", "free", "pro"]));
    (beginning, small, prop::collection::vec(rest, 20..60)).prop_map(|(mut turns, small, rest)| {
        turns.extend(small.map(|tier| Turn {
            by: Role::Owner,
            ask: Ask::SetTier(Some(Said::right(tier, tier))),
        }));
        turns.extend(rest);
        turns
    })
}

fn ask() -> impl Strategy<Value = Ask> {
    let secrets = prop_oneof![
        9 => create_secret().prop_map(|ask| Ask::CreateSecret(Box::new(ask))),
        14 => update_secret().prop_map(|ask| Ask::UpdateSecret(Box::new(ask))),
        4 => delete_secret().prop_map(Ask::DeleteSecret),
        2 => which(30).prop_map(Ask::UndeleteSecret),
        3 => of_version().prop_map(Ask::Restore),
        3 => (of_version(), option_bool()).prop_map(|(ask, forget)| Ask::DestroyVersion(ask, forget)),
        1 => prop::option::weighted(0.3, Just(Ask::EmptyTrash)).prop_map(|ask| ask.unwrap_or(Ask::TurnClock(1))),
        3 => (which(1), copied_field()).prop_map(|(which, field)| Ask::Copy(which, field)),
    ];
    let records = prop_oneof![
        5 => create_location().prop_map(|ask| Ask::CreateLocation(Box::new(ask))),
        5 => update_location().prop_map(|ask| Ask::UpdateLocation(Box::new(ask))),
        1 => delete_record().prop_map(Ask::DeleteLocation),
        4 => create_connection().prop_map(|ask| Ask::CreateConnection(Box::new(ask))),
        2 => update_connection().prop_map(|ask| Ask::UpdateConnection(Box::new(ask))),
        2 => rotate_token().prop_map(Ask::RotateToken),
        2 => delete_record().prop_map(Ask::DeleteConnection),
        1 => tier().prop_map(Ask::SetTier),
    ];
    prop_oneof![
        20 => secrets,
        12 => records,
        1 => (-60_000..120_000_i64).prop_map(Ask::TurnClock),
    ]
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
