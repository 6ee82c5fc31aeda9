//! Browsing and searching.

mod filter;

use domain::Timestamp;
use domain::reject::Detail;
use domain::role::Permission;
use vault::{Cursor, Filter, ListQuery, Listed, Reader, SearchCursor, SearchQuery, Sort, Start};

use crate::api::{
    Empty, SecretList, SecretPage, TagCount, TagList, VaultCounts, VaultNeeds, Whole,
};
use crate::app::{App, Asks};
use crate::opened::Opened;
use crate::refusal::Answer;
use crate::view::Viewer;

const LIMIT_DEFAULT: i64 = 100;
const LIMIT_MAX: i64 = 1000;
const QUERY_CHARACTERS_MAX: usize = 1000;

/// Who has no values is told nothing of which are the same.
const BY_VALUES: Asks = Asks {
    permission: Permission::UseValues,
    command: "secret_list",
};

/// A parsed request: browsing in some order, or the matches of a search.
enum Wanted {
    Browse(ListQuery),
    Search(SearchQuery),
}

pub fn list(app: &App, opened: &mut Opened, request: SecretList) -> Answer<SecretPage> {
    if request.values.is_some() {
        app.require(&opened.vault, Some(BY_VALUES))?;
    }
    let now = app.clock.now();
    // By the minute, so that the pages that a window asks for one after another are of one list.
    let wanted = parse(request, whole_minute(now))?;
    opened.vault.read(|reader| match &wanted {
        Wanted::Browse(query) => {
            let page = reader.list(query)?;
            let next = page.next.as_ref().map(Cursor::to_text);
            show(reader, now, &page.secrets, next, Some(page.total))
        }
        Wanted::Search(query) => {
            let page = reader.search(query)?;
            let next = page.next.map(SearchCursor::to_text);
            show(reader, now, &page.secrets, next, page.total)
        }
    })
}

/// Tags with their numbers, and how many secrets there are of what kind.
pub fn tags(app: &App, opened: &mut Opened, _request: Empty) -> Answer<TagList> {
    // As the list judges them: what a filter's number promises is what it shows.
    let now = whole_minute(app.clock.now());
    opened.vault.read(|reader| {
        let counts = reader.counts()?;
        let by_health = reader.counts_by_health(now)?;
        let tags = reader.tags()?;
        let needs = reader.needs(now)?;
        Ok(TagList {
            tags: tags
                .into_iter()
                .map(|(tag, count)| TagCount { tag, count })
                .collect(),
            counts: VaultCounts {
                live: counts.live,
                trashed: counts.trashed,
                locations: reader.location_count()?,
                connections: reader.connection_count()?,
                by_type: counts
                    .by_type
                    .iter()
                    .map(|(kind, count)| (kind.as_str().to_owned(), *count))
                    .collect(),
                by_health: by_health
                    .iter()
                    .map(|(health, count)| (health.as_str().to_owned(), *count))
                    .collect(),
                needs: VaultNeeds {
                    overdue: needs.overdue,
                    due_soon: needs.due_soon,
                    failed: needs.failed,
                    unreachable: needs.unreachable,
                    rotating: needs.rotating,
                    stopped: needs.stopped,
                    external: needs.external,
                },
            },
        })
    })
}

fn show(
    reader: &Reader<'_>,
    now: Timestamp,
    found: &[Listed],
    next_cursor: Option<String>,
    total: Option<u64>,
) -> Answer<SecretPage> {
    let mut viewer = Viewer::new(reader, now);
    let secrets = found
        .iter()
        .map(|listed| viewer.listed(listed))
        .collect::<Answer<_>>()?;
    Ok(SecretPage {
        secrets,
        next_cursor,
        total,
    })
}

fn parse(mut request: SecretList, now: Timestamp) -> Answer<Wanted> {
    let mut faults = Vec::new();
    let filter = filter::parse(&mut request, now, &mut faults);
    let sort = request.sort.as_deref().unwrap_or("name");
    let sort = Sort::parse(sort).ok_or_else(|| {
        Detail::at(
            "sort",
            "unknown_value",
            "Sort by name, age, type, updated, env_key or health; - turns it round.",
        )
    });
    let limit = limit(request.limit);
    let mut failed = |fault: Detail| faults.push(fault);
    let text = search_text(request.query).map_err(&mut failed);
    let text = text.ok().flatten();
    let sort = sort.map_err(&mut failed).ok();
    let limit = limit.map_err(&mut failed).ok();
    let wanted = match (sort, limit) {
        (Some(sort), Some(limit)) => match text {
            Some(text) => {
                let (cursor, offset) = (request.cursor.as_deref(), request.offset);
                search(text, filter, cursor, offset, limit)
            }
            None => start(request.cursor.as_deref(), request.offset, sort).map(|start| {
                Wanted::Browse(ListQuery {
                    filter,
                    sort,
                    start,
                    limit: page_size(limit),
                    now,
                })
            }),
        }
        .map_err(&mut failed)
        .ok(),
        _ => None,
    };
    match wanted {
        Some(wanted) if faults.is_empty() => Ok(wanted),
        _ => Err(faults.into()),
    }
}

fn search(
    text: String,
    filter: Filter,
    cursor: Option<&str>,
    offset: Option<Whole>,
    limit: usize,
) -> Result<Wanted, Detail> {
    let (after, skip) = match (cursor, row(offset)?) {
        (None, skip) => (None, skip.unwrap_or(0)),
        (Some(text), None) => {
            let cursor = SearchCursor::parse(text).ok_or_else(wrong_cursor)?;
            (Some(cursor), 0)
        }
        (Some(_), Some(_)) => return Err(cursor_and_offset()),
    };
    Ok(Wanted::Search(SearchQuery {
        text,
        filter,
        after,
        skip: u32::try_from(skip).unwrap_or(u32::MAX),
        limit: page_size(limit),
    }))
}

fn start(cursor: Option<&str>, offset: Option<Whole>, sort: Sort) -> Result<Start, Detail> {
    match (cursor, row(offset)?) {
        (None, None) => Ok(Start::First),
        (Some(text), None) => Cursor::parse(text, sort)
            .map(Start::After)
            .ok_or_else(wrong_cursor),
        (None, Some(offset)) => Ok(Start::Offset(offset)),
        (Some(_), Some(_)) => Err(cursor_and_offset()),
    }
}

/// Counted from 0.
fn row(offset: Option<Whole>) -> Result<Option<u64>, Detail> {
    match offset {
        None => Ok(None),
        Some(Whole(Some(row))) if row >= 0 => Ok(Some(row.unsigned_abs())),
        Some(_) => Err(Detail::at(
            "offset",
            "out_of_range",
            "The offset is a whole number from 0.",
        )),
    }
}

fn cursor_and_offset() -> Detail {
    Detail::at("offset", "not_allowed", "Give either cursor or offset.")
}

/// 1–1000, 100 when absent.
pub fn limit(given: Option<Whole>) -> Result<usize, Detail> {
    let limit = given.map_or(LIMIT_DEFAULT, Whole::or_out_of_range);
    if (1..=LIMIT_MAX).contains(&limit) {
        return Ok(usize::try_from(limit).expect("at most 1000"));
    }
    Err(Detail::at(
        "limit",
        "out_of_range",
        format!("The limit is a whole number from 1 to {LIMIT_MAX}."),
    ))
}

/// What is searched for; `None` where nothing is.
pub fn search_text(given: Option<String>) -> Result<Option<String>, Detail> {
    let text = given
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > QUERY_CHARACTERS_MAX) {
        return Err(Detail::at(
            "query",
            "too_long",
            "A search has at most 1000 characters.",
        ));
    }
    Ok(text.map(ToOwned::to_owned))
}

pub fn wrong_cursor() -> Detail {
    Detail::at(
        "cursor",
        "unknown_value",
        "This cursor is not from a page of this order. Start from the first page.",
    )
}

pub fn page_size(limit: usize) -> u32 {
    u32::try_from(limit).expect("at most 1000")
}

const MINUTE_MILLIS: i64 = 60 * 1000;

fn whole_minute(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis() - now.as_millis().rem_euclid(MINUTE_MILLIS))
}

/// A place in a list that is short enough to be counted through.
pub struct Page(usize);

impl Page {
    pub fn parse(cursor: Option<String>) -> Result<Self, Detail> {
        match cursor {
            None => Ok(Self(0)),
            Some(text) => text.parse().map(Self).map_err(|_| wrong_cursor()),
        }
    }

    pub fn start(&self) -> usize {
        self.0
    }

    pub fn next(&self, limit: usize, total: usize) -> Option<String> {
        let end = self.0.saturating_add(limit);
        (end < total).then(|| end.to_string())
    }
}
