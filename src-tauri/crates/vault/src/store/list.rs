//! Browsing: pages of live secrets in every order, from a cursor or from any row.
//!
//! Nothing is sorted to be shown: each order is a walk along an index, or along several in turn (bands) where an order
//! has no index of its own, such as health, which changes with time alone.

mod anchors;
mod cursor;
mod filter;
mod order;
mod related;
mod walk;

use std::sync::Mutex;

use domain::catalogue::SecretType;
use domain::health::Health;
use domain::ids::ConnectionId;
use domain::mask::Masks;
use domain::policy::DueState;
use domain::secret::Secret;
use domain::time::Timestamp;
use domain::verification::VerificationStatus;
use rusqlite::Connection;

use super::error::StoreError;
use super::secrets::{COLUMNS, SecretRow};
use crate::unlocked::lock;

pub(crate) use anchors::Anchors;
pub use cursor::Cursor;
pub(crate) use related::needs;
pub use related::{NEEDS_COUNTED_MAX, Needs};
pub(crate) use walk::{Position, Walk};

#[derive(Clone, Debug)]
pub struct ListQuery {
    pub filter: Filter,
    pub sort: Sort,
    pub start: Start,
    pub limit: u32,
    /// Decides about age and health.
    pub now: Timestamp,
}

/// What to show; an empty list or `None` means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Any of these types.
    pub types: Vec<SecretType>,
    /// All of these tags.
    pub tags: Vec<String>,
    pub health: Option<Health>,
    /// Rotated before this moment.
    pub rotated_before: Option<Timestamp>,
    /// With references through this connection.
    pub connection: Option<ConnectionId>,
    pub holding: Option<HoldingKind>,
    /// By the secret's own policy or the vault's; nothing external is due.
    pub due: Option<DueState>,
    /// Linked to a location that stands so; for `Verified`, to such locations only.
    pub locations: Option<VerificationStatus>,
    pub rotation: Option<OpenRun>,
    /// Asked of the fingerprints: only who opens values may.
    pub values: Option<ValuesAre>,
    /// The moment that `health` and `due` are judged at.
    pub now: Option<Timestamp>,
}

/// Where a secret's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HoldingKind {
    Direct,
    External,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpenRun {
    /// In whatever state.
    Any,
    /// Stopped or asking: it waits for a person.
    Stopped,
}

/// The values of a secret beside those of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValuesAre {
    /// Another live secret has one of them now.
    Shared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    pub by: SortKey,
    pub direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortKey {
    Name,
    /// Ascending: the youngest first.
    Age,
    Type,
    /// Ascending: the longest untouched first.
    Updated,
    /// Secrets without one come last either way.
    EnvKey,
    /// Ascending: what needs attention first.
    Health,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Clone, Debug)]
pub enum Start {
    First,
    /// After the row at which a page ended.
    After(Cursor),
    /// At any row, counted from 0.
    Offset(u64),
}

#[derive(Debug)]
pub struct ListPage {
    pub secrets: Vec<Listed>,
    /// `None` at the end.
    pub next: Option<Cursor>,
    pub total: u64,
}

/// A secret as a list shows it: with the masks of its current version, decrypting no value.
#[derive(Debug)]
pub struct Listed {
    pub secret: Secret,
    pub masks: Option<Masks>,
}

impl Listed {
    pub(crate) fn from_row(row: &SecretRow) -> Result<Listed, StoreError> {
        Ok(Listed {
            secret: row.to_secret()?,
            masks: row.to_masks()?,
        })
    }
}

pub(crate) fn page(
    connection: &Connection,
    anchors: &Mutex<Anchors>,
    query: &ListQuery,
) -> Result<ListPage, StoreError> {
    let now = match &query.start {
        Start::After(cursor) => cursor.now,
        Start::First | Start::Offset(_) => query.now,
    };
    let mut anchors = lock(anchors);
    let walk = Walk::new(connection, &mut anchors, &query.filter, query.sort, now)?;
    let total = anchors.total(connection, &walk)?;
    let (position, skip) = match &query.start {
        Start::First => (Position::start(), 0),
        Start::After(cursor) => (cursor.position.clone(), 0),
        Start::Offset(offset) => anchors::seek(connection, &mut anchors, &walk, *offset)?,
    };
    drop(anchors);
    let mut rows = walk.rows(connection, position, skip, query.limit.saturating_add(1))?;
    let more = crate::store::page::cut(&mut rows, query.limit);
    let next = rows.last().filter(|_| more).map(|(band, row)| Cursor {
        sort: query.sort,
        now,
        position: walk.bands[*band].position_of(*band, row),
    });
    let secrets = rows
        .iter()
        .map(|(_, row)| Listed::from_row(row))
        .collect::<Result<_, _>>()?;
    Ok(ListPage {
        secrets,
        next,
        total,
    })
}

/// Secrets in the trash, the last thrown away first.
pub(crate) fn trash(connection: &Connection) -> Result<Vec<Listed>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM secret s INDEXED BY secret_by_trashing WHERE s.trashed_at IS NOT NULL \
         ORDER BY s.trashed_at DESC, s.key DESC"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut listed = Vec::new();
    for row in statement.query_map([], SecretRow::read)? {
        listed.push(Listed::from_row(&row?)?);
    }
    Ok(listed)
}
