//! Search as you type: trigrams from three characters on, word beginnings below.

use std::collections::BTreeSet;

use domain::text::fold;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::error::StoreError;
use super::list::{Filter, Listed};
use super::secrets::{COLUMNS, SecretKey, SecretRow};

/// More matches than this are not counted.
pub const MATCHES_COUNTED_MAX: u64 = 200;
const TRIGRAM_CHARS: usize = 3;
/// Stands before and behind the beginnings of words in their own column, so that those of one and two characters are
/// trigrams too. No other column and no query has it.
const BORDER: char = '\u{1f}';
/// Pages of the index that one merge step may write.
const MERGE_PAGES: i64 = 500;
const MERGE_STEPS_MAX: usize = 64;

#[derive(Clone, Debug)]
pub struct SearchQuery {
    /// As typed. Every word of it must occur in the name, env key, description or tags.
    pub text: String,
    pub filter: Filter,
    pub after: Option<SearchCursor>,
    /// So many of the matches come before the page.
    pub skip: u32,
    pub limit: u32,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchCursor(i64);

#[derive(Debug)]
pub struct SearchPage {
    /// Newest first.
    pub secrets: Vec<Listed>,
    pub next: Option<SearchCursor>,
    /// `None` where there are more than [`MATCHES_COUNTED_MAX`].
    pub total: Option<u64>,
}

impl SearchCursor {
    pub fn to_text(self) -> String {
        format!("m{}", self.0)
    }

    pub fn parse(text: &str) -> Option<SearchCursor> {
        text.strip_prefix('m')?.parse().ok().map(SearchCursor)
    }
}

pub(crate) fn page(connection: &Connection, query: &SearchQuery) -> Result<SearchPage, StoreError> {
    let Some(terms) = Terms::of(&query.text) else {
        return Ok(SearchPage {
            secrets: Vec::new(),
            next: None,
            total: Some(0),
        });
    };
    let before = query.after.map_or(i64::MAX, |cursor| cursor.0);
    let mut rows = matches(
        connection,
        &terms,
        &query.filter,
        before,
        query.skip,
        query.limit.saturating_add(1),
    )?;
    let more = crate::store::page::cut(&mut rows, query.limit);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| SearchCursor(row.key.0));
    let shown = u64::try_from(rows.len()).expect("a page");
    let before = u64::from(query.skip);
    let total = match (query.after, more) {
        (None, false) if shown > 0 || before == 0 => Some(before + shown),
        // Pages that hold more than are counted, up to one that is not the last: no second look at the index.
        (None, true) if before + shown >= MATCHES_COUNTED_MAX => None,
        _ => count(connection, &terms, &query.filter)?,
    };
    let secrets = rows
        .iter()
        .map(Listed::from_row)
        .collect::<Result<_, _>>()?;
    Ok(SearchPage {
        secrets,
        next,
        total: total.filter(|total| *total <= MATCHES_COUNTED_MAX),
    })
}

fn matches(
    connection: &Connection,
    terms: &Terms,
    filter: &Filter,
    before: i64,
    skip: u32,
    limit: u32,
) -> Result<Vec<SecretRow>, StoreError> {
    let (matching, mut params) = terms.matching(filter);
    let sql = format!(
        "SELECT {COLUMNS} FROM ({matching} AND t.rowid < ? ORDER BY t.rowid DESC LIMIT ? OFFSET ?) AS found \
         CROSS JOIN secret s ON s.key = found.rowid ORDER BY s.key DESC"
    );
    params.extend([before, i64::from(limit), i64::from(skip)].map(Value::Integer));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(params), SecretRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn count(
    connection: &Connection,
    terms: &Terms,
    filter: &Filter,
) -> Result<Option<u64>, StoreError> {
    let (matching, mut params) = terms.matching(filter);
    let sql = format!("SELECT count(*) FROM ({matching} ORDER BY t.rowid DESC LIMIT ?)");
    params.push(Value::Integer(
        i64::try_from(MATCHES_COUNTED_MAX).expect("small") + 1,
    ));
    Ok(connection
        .prepare_cached(&sql)?
        .query_row(rusqlite::params_from_iter(params), |row| row.get(0))?)
}

/// What was typed, as one match expression: every word as a phrase, or as the beginning of one.
struct Terms(String);

impl Terms {
    /// `None` where nothing can match.
    fn of(typed: &str) -> Option<Terms> {
        let typed = without_controls(typed);
        let mut phrases = Vec::new();
        for word in typed.split_whitespace() {
            let phrase = match word.chars().count() {
                TRIGRAM_CHARS.. => word.to_owned(),
                _ => {
                    let folded = fold(word);
                    let start: String = words(&folded).next()?.chars().take(2).collect();
                    let behind = (start.chars().count() == 1).then_some(BORDER);
                    std::iter::once(BORDER)
                        .chain(start.chars())
                        .chain(behind)
                        .collect()
                }
            };
            phrases.push(format!("\"{}\"", phrase.replace('"', "\"\"")));
        }
        (!phrases.is_empty()).then(|| Terms(phrases.join(" AND ")))
    }

    /// A SELECT of the row numbers that match, open for further conditions on `t.rowid`.
    fn matching(&self, filter: &Filter) -> (String, Vec<Value>) {
        let mut params = vec![Value::Text(self.0.clone())];
        let mut sql = "SELECT t.rowid FROM search_text t WHERE t.search_text MATCH ?".to_owned();
        if !filter.is_empty() {
            let (condition, more) = filter.condition();
            params.extend(more);
            sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM secret s WHERE s.key = t.rowid AND {condition})"
            ));
        }
        (sql, params)
    }
}

/// Brings the index from one state of a live secret to the next.
pub(crate) fn shift(
    connection: &Connection,
    key: SecretKey,
    before: Option<&SecretRow>,
    after: Option<&SecretRow>,
) -> Result<(), StoreError> {
    let from = before
        .filter(|row| row.trashed_at.is_none())
        .map(indexed_text)
        .transpose()?;
    let to = after
        .filter(|row| row.trashed_at.is_none())
        .map(indexed_text)
        .transpose()?;
    if from == to {
        return Ok(());
    }
    if from.is_some() {
        connection
            .prepare_cached("DELETE FROM search_text WHERE rowid = ?1")?
            .execute([key.0])?;
    }
    if let Some([name, env_key, description, tags]) = &to {
        let sql = "INSERT INTO search_text (rowid, name, env_key, description, tags, starts) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let starts = starts([name, env_key, description, tags]);
        connection.prepare_cached(sql)?.execute((
            key.0,
            name,
            env_key,
            description,
            tags,
            starts,
        ))?;
    }
    Ok(())
}

/// A few steps of merging the index; for moments in which nobody waits.
pub(crate) fn merge(connection: &Connection) -> Result<(), StoreError> {
    let sql =
        format!("INSERT INTO search_text (search_text, rank) VALUES ('merge', {MERGE_PAGES})");
    for _ in 0..MERGE_STEPS_MAX {
        let before = connection.total_changes();
        connection.execute(&sql, [])?;
        // FTS5's own sign that there was nothing left to merge: fewer than two changes.
        if connection.total_changes() - before < 2 {
            break;
        }
    }
    Ok(())
}

/// Rewrites the index without what was deleted from it, which it otherwise keeps.
pub(crate) fn optimise(connection: &Connection) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO search_text (search_text) VALUES ('optimize')",
        [],
    )?;
    Ok(())
}

fn indexed_text(row: &SecretRow) -> Result<[String; 4], StoreError> {
    let tags: Vec<String> = serde_json::from_str(&row.tags)
        .map_err(|_| StoreError::damaged("a secret's tags cannot be read"))?;
    Ok([
        row.name.clone(),
        row.env_key.clone().unwrap_or_default(),
        without_controls(&row.description),
        tags.join(" "),
    ])
}

fn without_controls(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The first one and two characters of every word, each between borders.
fn starts(texts: [&String; 4]) -> String {
    let mut found = BTreeSet::new();
    for text in texts {
        for word in words(&fold(text)) {
            for length in 1..TRIGRAM_CHARS {
                found.insert(word.chars().take(length).collect::<String>());
            }
        }
    }
    let mut column = String::from(BORDER);
    for start in found {
        column.push_str(&start);
        column.push(BORDER);
    }
    column
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
}
