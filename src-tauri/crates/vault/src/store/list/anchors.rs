//! Places on the way along an order, remembered so that the window can jump to any row without counting from the first.

use domain::time::Timestamp;
use rusqlite::Connection;

use super::related::Sharing;
use super::{Filter, Position, Sort, Walk};
use crate::store::error::StoreError;

/// Rows between two remembered places.
const STRIDE: u64 = 1024;
/// Orders remembered at once: the one on screen and the ones before it.
const WALKS_MAX: usize = 4;

/// Remembered for one state of the database; any commit forgets them.
#[derive(Default)]
pub(crate) struct Anchors {
    data_version: i64,
    walks: Vec<RememberedWalk>,
    sharing: Option<Sharing>,
}

struct RememberedWalk {
    filter: Filter,
    sort: Sort,
    now: Timestamp,
    /// Ascending by row.
    places: Vec<(u64, Position)>,
    /// How many rows there are, once that was counted.
    total: Option<u64>,
}

/// A place at or before row `offset`, and how many rows lie between the two.
pub(super) fn seek(
    connection: &Connection,
    anchors: &mut Anchors,
    walk: &Walk<'_>,
    offset: u64,
) -> Result<(Position, u64), StoreError> {
    let places = &mut anchors.walk(connection, walk)?.places;
    loop {
        let nearest = places.partition_point(|(row, _)| *row <= offset);
        let (row, position) = match nearest.checked_sub(1).and_then(|at| places.get(at)) {
            Some((row, position)) => (*row, position.clone()),
            None => (0, Position::start()),
        };
        let ahead = offset - row;
        let Some(band) = walk.bands.get(position.band).filter(|_| ahead > STRIDE) else {
            return Ok((position, ahead));
        };
        let next = match walk.keys_ahead(connection, band, &position.keys, STRIDE)? {
            Some(keys) => (
                row + STRIDE,
                Position {
                    band: position.band,
                    keys,
                },
            ),
            None => {
                let rest = walk.count_after(connection, band, &position.keys)?;
                (
                    row + rest,
                    Position {
                        band: position.band + 1,
                        keys: Vec::new(),
                    },
                )
            }
        };
        if next.1.band >= walk.bands.len() {
            return Ok((position, ahead));
        }
        // After the places of the same row: a band may be empty.
        places.insert(nearest, next);
    }
}

impl Anchors {
    /// How many rows a walk has. Counting them can take as long as walking all of it.
    pub(super) fn total(
        &mut self,
        connection: &Connection,
        walk: &Walk<'_>,
    ) -> Result<u64, StoreError> {
        let remembered = self.walk(connection, walk)?;
        let total = match remembered.total {
            Some(total) => total,
            None => walk.total(connection)?,
        };
        remembered.total = Some(total);
        Ok(total)
    }

    /// The secrets that share a value. Finding them reads the whole index of fingerprints.
    pub(super) fn sharing(&mut self, connection: &Connection) -> Result<&Sharing, StoreError> {
        self.forget_if_changed(connection)?;
        let found = match self.sharing.take() {
            Some(known) => known,
            None => Sharing::find(connection)?,
        };
        Ok(self.sharing.insert(found))
    }

    fn forget_if_changed(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let data_version = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if data_version != self.data_version {
            self.walks.clear();
            self.sharing = None;
            self.data_version = data_version;
        }
        Ok(())
    }

    fn walk(
        &mut self,
        connection: &Connection,
        walk: &Walk<'_>,
    ) -> Result<&mut RememberedWalk, StoreError> {
        self.forget_if_changed(connection)?;
        let known = self.walks.iter().position(|known| known.is(walk));
        let mut found = match known {
            Some(at) => self.walks.remove(at),
            None => RememberedWalk {
                filter: walk.filter.clone(),
                sort: walk.sort,
                now: walk.now,
                places: Vec::new(),
                total: None,
            },
        };
        found.now = walk.now;
        self.walks.insert(0, found);
        self.walks.truncate(WALKS_MAX);
        Ok(self.walks.first_mut().expect("it was just put there"))
    }
}

impl RememberedWalk {
    fn is(&self, walk: &Walk<'_>) -> bool {
        self.sort == walk.sort
            && self.filter == *walk.filter
            && (self.now == walk.now || !self.depends_on_time())
    }

    fn depends_on_time(&self) -> bool {
        self.filter.health.is_some()
            || self.filter.due.is_some()
            || self.sort.by == super::SortKey::Health
    }
}
