//! Reading the audit log.

use vault::AuditEntry;

use crate::api::{AuditLine, AuditList, AuditPage};
use crate::app::App;
use crate::listing::{limit, wrong_cursor};
use crate::opened::Opened;
use crate::refusal::Answer;

/// Newest first; a cursor is the position of the last entry seen.
pub fn list(_app: &App, opened: &mut Opened, request: AuditList) -> Answer<AuditPage> {
    let limit = limit(request.limit)?;
    let before: Option<u64> = match request.cursor {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| wrong_cursor())?),
    };
    opened.vault.read(|reader| {
        let entries = reader.audit_entries(before, u32::try_from(limit).expect("at most 1000"))?;
        let next = entries
            .last()
            .filter(|last| entries.len() == limit && last.position > 1);
        let next_cursor = next.map(|last| last.position.to_string());
        Ok(AuditPage {
            entries: entries.into_iter().map(line).collect(),
            next_cursor,
        })
    })
}

fn line(entry: AuditEntry) -> AuditLine {
    AuditLine {
        sequence: entry.position,
        time: entry.time.to_string(),
        actor: entry.actor_name,
        actor_id: entry.actor.to_string(),
        action: entry.action.as_str().to_owned(),
        resource_type: entry.resource_type,
        resource_id: entry.resource_id.map(|id| id.to_string()),
        resource_name: Some(entry.resource_name).filter(|name| !name.is_empty()),
        changed: entry.changed,
        reason: entry.reason,
        result: entry.result.as_str().to_owned(),
    }
}
