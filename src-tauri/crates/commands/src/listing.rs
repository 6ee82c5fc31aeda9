//! Browsing and searching.

use domain::health::{Health, OLD_AFTER_DAYS};
use domain::reject::Detail;
use domain::{ConnectionId, SecretType, TextList, Timestamp};
use vault::{Cursor, Filter, ListQuery, Listed, Reader, SearchCursor, SearchQuery, Sort, Start};

use crate::api::{Empty, SecretList, SecretPage, TagCount, TagList, VaultCounts, Whole};
use crate::app::App;
use crate::opened::Opened;
use crate::refusal::Answer;
use crate::view::Viewer;

const LIMIT_DEFAULT: i64 = 100;
const LIMIT_MAX: i64 = 1000;
const QUERY_CHARACTERS_MAX: usize = 1000;

/// A parsed request: browsing in some order, or the matches of a search.
enum Wanted {
    Browse(ListQuery),
    Search(SearchQuery),
}

pub fn list(app: &App, opened: &mut Opened, request: SecretList) -> Answer<SecretPage> {
    let now = app.clock.now();
    let wanted = parse(request, now)?;
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
    opened.vault.read(|reader| {
        let counts = reader.counts()?;
        let by_health = reader.counts_by_health(app.clock.now())?;
        let tags = reader.tags()?;
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

fn parse(request: SecretList, now: Timestamp) -> Answer<Wanted> {
    let mut faults = Vec::new();
    let mut texts = |member, given: Option<TextList>| {
        let given = given.unwrap_or_default().into_texts(member);
        given.unwrap_or_else(|nulls| {
            faults.extend(nulls);
            Vec::new()
        })
    };
    let (tags, listed) = (texts("tags", request.tags), texts("types", request.types));
    let mut take = |parsed: Result<Option<Filter>, Detail>| {
        parsed.map_err(|fault| faults.push(fault)).ok().flatten()
    };
    let mut filter = Filter {
        now: Some(now),
        tags,
        ..Filter::default()
    };
    filter.tags.extend(request.tag);
    let ways = (0..listed.len()).map(|index| vec!["types".into(), index.into()]);
    let single = request.secret_type.map(|text| (text, vec!["type".into()]));
    for (text, way) in listed.into_iter().zip(ways).chain(single) {
        match SecretType::parse(&text) {
            Some(known) => filter.types.push(known),
            None => drop(take(Err(Detail::new(
                way,
                "unknown_value",
                "There is no such type.",
            )))),
        }
    }
    match request.age.as_deref() {
        None | Some("any") => {}
        Some("over_90_days") => {
            filter.rotated_before = Some(now.plus_millis(-i64::from(OLD_AFTER_DAYS) * DAY_MILLIS))
        }
        Some(_) => drop(take(Err(Detail::at(
            "age",
            "unknown_value",
            "The age is any or over_90_days.",
        )))),
    }
    if let Some(text) = &request.health {
        filter.health = Health::parse(text);
        if filter.health.is_none() {
            take(Err(Detail::at(
                "health",
                "unknown_value",
                "The health is fine, hint, old, expiring or expired.",
            )));
        }
    }
    let sort = request.sort.as_deref().unwrap_or("name");
    let sort = Sort::parse(sort).ok_or_else(|| {
        Detail::at(
            "sort",
            "unknown_value",
            "Sort by name, age, type, updated, env_key or health; - turns it round.",
        )
    });
    let limit = limit(request.limit);
    if let Some(text) = &request.vault_connection_id {
        match ConnectionId::parse(text) {
            Ok(id) => filter.connection = Some(id),
            Err(error) => drop(take(Err(Detail::at(
                "vault_connection_id",
                error.kind(),
                error.to_string(),
            )))),
        }
    }
    let text = search_text(request.query)
        .map_err(|fault| take(Err(fault)))
        .ok()
        .flatten();
    let mut failed = |fault: Detail| faults.push(fault);
    let sort = sort.map_err(&mut failed).ok();
    let limit = limit.map_err(&mut failed).ok();
    let wanted = match (sort, limit) {
        (Some(sort), Some(limit)) => match text {
            Some(text) => search(text, filter, request.cursor.as_deref(), limit),
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
    limit: usize,
) -> Result<Wanted, Detail> {
    let after = match cursor {
        None => None,
        Some(text) => Some(SearchCursor::parse(text).ok_or_else(wrong_cursor)?),
    };
    Ok(Wanted::Search(SearchQuery {
        text,
        filter,
        after,
        limit: page_size(limit),
    }))
}

fn start(cursor: Option<&str>, offset: Option<Whole>, sort: Sort) -> Result<Start, Detail> {
    match (cursor, offset) {
        (None, None) => Ok(Start::First),
        (Some(text), None) => Cursor::parse(text, sort)
            .map(Start::After)
            .ok_or_else(wrong_cursor),
        (None, Some(Whole(Some(offset)))) if offset >= 0 => {
            Ok(Start::Offset(offset.unsigned_abs()))
        }
        (None, Some(_)) => Err(Detail::at(
            "offset",
            "out_of_range",
            "The offset is a whole number from 0.",
        )),
        (Some(_), Some(_)) => Err(Detail::at(
            "offset",
            "not_allowed",
            "Give either cursor or offset.",
        )),
    }
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

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

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
