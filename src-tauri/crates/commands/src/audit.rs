//! Reading the audit log.

use vault::{AuditEntry, AuditQuery, UnreadableEntry};

use crate::api::{AuditLine, AuditList, AuditPage};
use crate::app::App;
use crate::listing::{limit, wrong_cursor};
use crate::opened::Opened;
use crate::refusal::Answer;

/// Newest first; a cursor is the position of the last entry seen.
pub fn list(_app: &App, opened: &mut Opened, request: AuditList) -> Answer<AuditPage> {
    let limit = limit(request.limit)?;
    let before: Option<i64> = match request.cursor {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| wrong_cursor())?),
    };
    let query = AuditQuery {
        before,
        limit: u32::try_from(limit).expect("at most 1000"),
        ..AuditQuery::default()
    };
    let page = opened.vault.read(|reader| reader.audit_entries(&query))?;
    Ok(AuditPage {
        entries: page.lines.into_iter().map(shown).collect(),
        next_cursor: page.next.map(|position| position.to_string()),
    })
}

fn shown(line: vault::AuditLine) -> AuditLine {
    match line {
        vault::AuditLine::Entry(entry) => readable(entry),
        vault::AuditLine::Unreadable(entry) => unreadable(entry),
    }
}

fn readable(entry: AuditEntry) -> AuditLine {
    AuditLine {
        sequence: place(entry.position),
        time: entry.time.to_string(),
        actor: entry.actor_name.unwrap_or_default(),
        actor_id: entry.actor.to_string(),
        action: entry.action.as_str().to_owned(),
        resource_type: entry.resource_type.as_str().to_owned(),
        resource_id: entry.resource_id.map(|id| id.to_string()),
        resource_name: Some(entry.resource_name).filter(|name| !name.is_empty()),
        changed: entry.changed,
        reason: entry.reason,
        result: entry.result.as_str().to_owned(),
    }
}

/// In the entry's own words, as far as it has any.
fn unreadable(entry: UnreadableEntry) -> AuditLine {
    let says = entry.says.as_ref();
    AuditLine {
        sequence: place(entry.position),
        time: says.map(|says| says.time.to_string()).unwrap_or_default(),
        actor: says
            .and_then(|says| says.actor_name.clone())
            .unwrap_or_default(),
        actor_id: says.map(|says| says.actor.to_string()).unwrap_or_default(),
        action: says.map(|says| says.action.clone()).unwrap_or_default(),
        resource_type: says
            .map(|says| says.resource_type.clone())
            .unwrap_or_default(),
        resource_id: None,
        resource_name: says.map(|says| says.resource_name.clone()),
        changed: Vec::new(),
        reason: Some(format!("This entry was meddled with: {}.", entry.why)),
        result: String::new(),
    }
}

/// Only an entry that somebody planted stands before the first place.
fn place(position: i64) -> u64 {
    u64::try_from(position).unwrap_or(0)
}
