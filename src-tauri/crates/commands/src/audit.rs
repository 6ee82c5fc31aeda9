//! The audit log: reading it, verifying it, and taking it elsewhere.

mod export;
mod filter;
mod verify;

pub use export::{export_chosen, export_to};
pub use verify::verify;

use vault::{AuditEntry, AuditQuery, UnreadableEntry};

use crate::api::{AuditLine, AuditList, AuditPage, Whole};
use crate::app::App;
use crate::listing::{limit, wrong_cursor};
use crate::opened::Opened;
use crate::refusal::Answer;
use domain::reject::Detail;

/// Newest first; a cursor is the position of the last entry seen.
pub fn list(_app: &App, opened: &mut Opened, request: AuditList) -> Answer<AuditPage> {
    let query = query(request)?;
    opened.vault.read(|reader| {
        let page = reader.audit_entries(&query)?;
        let all = AuditQuery {
            before: None,
            ..query
        };
        Ok(AuditPage {
            entries: page.lines.into_iter().map(shown).collect(),
            next_cursor: page.next.map(|position| position.to_string()),
            total: reader.audit_count(&all)?,
        })
    })
}

fn query(request: AuditList) -> Result<AuditQuery, Vec<Detail>> {
    let mut faults = Vec::new();
    let mut failed = |fault: Detail| faults.push(fault);
    let limit = limit(request.limit).map_err(&mut failed).ok();
    let before = request.cursor.map(|text| text.parse::<i64>());
    let before = before
        .transpose()
        .map_err(|_| failed(wrong_cursor()))
        .ok()
        .flatten();
    let offset = request.offset.map_or(0, Whole::or_out_of_range);
    let offset = u64::try_from(offset).map_err(|_| {
        failed(Detail::at(
            "offset",
            "out_of_range",
            "The offset is a whole number from 0.",
        ));
    });
    let filter = filter::Given {
        actor: request.actor,
        action: request.action,
        resource_type: request.resource_type,
        resource_id: request.resource_id,
        since: request.since,
        until: request.until,
    };
    let parsed = filter.parse(&mut faults);
    match (limit, offset) {
        (Some(limit), Ok(offset)) if faults.is_empty() => Ok(AuditQuery {
            before,
            offset,
            limit: u32::try_from(limit).expect("at most 1000"),
            ..parsed
        }),
        _ => Err(faults),
    }
}

fn shown(line: vault::AuditLine) -> AuditLine {
    match line {
        vault::AuditLine::Entry(entry) => readable(entry),
        vault::AuditLine::Unreadable(entry) => unreadable(entry),
    }
}

fn readable(entry: AuditEntry) -> AuditLine {
    AuditLine {
        position: place(entry.position),
        sequence: place(entry.sequence),
        device: entry.device.to_string(),
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
        fault: None,
    }
}

/// In the entry's own words, as far as it has any.
fn unreadable(entry: UnreadableEntry) -> AuditLine {
    let fault = Some(format!("This entry was meddled with: {}.", entry.why));
    let says = entry.says.as_ref();
    let word = |of: fn(&vault::EntrySays) -> String| says.map(of).unwrap_or_default();
    AuditLine {
        position: place(entry.position),
        sequence: says.map_or(0, |says| place(says.sequence)),
        device: word(|says| says.device.to_string()),
        time: word(|says| says.time.to_string()),
        actor: word(|says| says.actor_name.clone().unwrap_or_default()),
        actor_id: word(|says| says.actor.to_string()),
        action: word(|says| says.action.clone()),
        resource_type: word(|says| says.resource_type.clone()),
        resource_id: None,
        resource_name: says.map(|says| says.resource_name.clone()),
        changed: Vec::new(),
        reason: None,
        result: String::new(),
        fault,
    }
}

/// Only an entry that somebody planted stands before the first place.
fn place(position: i64) -> u64 {
    u64::try_from(position).unwrap_or(0)
}
