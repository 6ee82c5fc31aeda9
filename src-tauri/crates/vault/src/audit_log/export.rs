//! The log as a file: CSV for spreadsheets, JSON Lines for programs (AUDIT-03). Entries are written as they are met, oldest first.

use std::borrow::Cow;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::{DeviceId, MemberId};
use domain::mask::display_text;
use domain::time::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::{AuditQuery, ResourceId, ResourceType};
use crate::check::{Pace, VerifyError};
use crate::membership::Membership;
use crate::store::audit::{self, AuditRow, RowRead};
use crate::store::error::StoreError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// RFC 4180 with a header; no field begins as a formula does.
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// How much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    pub entries: u64,
    /// Those among them that could not be read: they stand in the file by their position alone.
    pub unreadable: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("it was stopped")]
    Stopped,
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file could not be written.
    #[error("the file could not be written")]
    Write(#[source] io::Error),
}

/// One entry in the file's words.
#[derive(Serialize)]
struct Line<'a> {
    position: i64,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    entry: Option<Entry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<&'a str>,
}

#[derive(Serialize)]
struct Entry<'a> {
    time: Timestamp,
    device: DeviceId,
    sequence: i64,
    actor_id: MemberId,
    actor: Option<&'a str>,
    action: &'a str,
    resource_type: &'a str,
    resource_id: Option<String>,
    resource_name: &'a str,
    revision: Option<i64>,
    changed: serde_json::Value,
    reason: Option<&'a str>,
    result: &'a str,
    state_hash: Option<String>,
    hash: String,
    signature: String,
}

const CSV_HEADER: [&str; 18] = [
    "position",
    "time",
    "device",
    "sequence",
    "actor_id",
    "actor",
    "action",
    "resource_type",
    "resource_id",
    "resource_name",
    "revision",
    "changed",
    "reason",
    "result",
    "state_hash",
    "hash",
    "signature",
    "unreadable",
];

pub(crate) fn export(
    connection: &Connection,
    members: &Membership,
    query: &AuditQuery,
    format: ExportFormat,
    to: &mut dyn Write,
    pace: &mut Pace<'_>,
) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    if format == ExportFormat::Csv {
        write_csv(to, &CSV_HEADER.map(Cow::Borrowed))?;
    }
    audit::for_each::<ExportError>(connection, query, |row| {
        pace.step()?;
        exported.entries += 1;
        let line = match &row {
            RowRead::Whole(row) => Line {
                position: row.position,
                entry: Some(Entry::of(
                    row,
                    members.name_of(MemberId::from_bytes(row.actor)),
                )),
                unreadable: None,
            },
            RowRead::Broken { position, column } => {
                exported.unreadable += 1;
                Line {
                    position: *position,
                    entry: None,
                    unreadable: Some(column),
                }
            }
        };
        match format {
            ExportFormat::Csv => write_csv(to, &line.cells())?,
            ExportFormat::JsonLines => line.write_json(to)?,
        }
        Ok(())
    })?;
    to.flush()?;
    Ok(exported)
}

impl<'a> Entry<'a> {
    fn of(row: &'a AuditRow, actor: Option<&'a str>) -> Entry<'a> {
        let kind = ResourceType::parse(&row.resource_type);
        let resource_id = row.resource_id.map(|id| match kind {
            Some(kind) => ResourceId::of(kind, id).to_string(),
            None => hex::encode(id),
        });
        let changed = serde_json::from_str(&row.changed);
        Entry {
            time: Timestamp::from_millis(row.time),
            device: DeviceId::from_bytes(row.device),
            sequence: row.sequence,
            actor_id: MemberId::from_bytes(row.actor),
            actor,
            action: &row.action,
            resource_type: &row.resource_type,
            resource_id,
            resource_name: &row.resource_name,
            revision: row.revision,
            changed: changed.unwrap_or_else(|_| row.changed.as_str().into()),
            reason: row.reason.as_deref(),
            result: &row.result,
            state_hash: row.state_hash.map(hex::encode),
            hash: hex::encode(row.hash),
            signature: STANDARD.encode(row.signature),
        }
    }

    fn changed_text(&self) -> String {
        match self.changed.as_array() {
            Some(names) => {
                let names: Vec<&str> = names.iter().filter_map(|name| name.as_str()).collect();
                names.join(" ")
            }
            None => self.changed.to_string(),
        }
    }
}

impl Line<'_> {
    fn write_json(&self, to: &mut dyn Write) -> Result<(), ExportError> {
        let mut line = serde_json::to_vec(self).expect("plain structs always serialise");
        line.push(b'\n');
        Ok(to.write_all(&line)?)
    }

    /// In the order of the header.
    fn cells(&self) -> [Cow<'_, str>; 18] {
        let mut cells = [const { Cow::Borrowed("") }; 18];
        cells[0] = self.position.to_string().into();
        cells[17] = self.unreadable.unwrap_or_default().into();
        let Some(entry) = &self.entry else {
            return cells;
        };
        let [
            _,
            time,
            device,
            sequence,
            actor_id,
            actor,
            action,
            resource_type,
            resource_id,
            resource_name,
            revision,
            changed,
            reason,
            result,
            state_hash,
            hash,
            signature,
            _,
        ] = &mut cells;
        *time = entry.time.to_string().into();
        *device = entry.device.to_string().into();
        *sequence = entry.sequence.to_string().into();
        *actor_id = entry.actor_id.to_string().into();
        *actor = entry.actor.unwrap_or_default().into();
        *action = entry.action.into();
        *resource_type = entry.resource_type.into();
        *resource_id = entry.resource_id.as_deref().unwrap_or_default().into();
        *resource_name = entry.resource_name.into();
        *revision = entry
            .revision
            .map(|number| number.to_string())
            .unwrap_or_default()
            .into();
        *changed = entry.changed_text().into();
        *reason = entry.reason.unwrap_or_default().into();
        *result = entry.result.into();
        *state_hash = entry.state_hash.as_deref().unwrap_or_default().into();
        *hash = entry.hash.as_str().into();
        *signature = entry.signature.as_str().into();
        cells
    }
}

/// One line of RFC 4180: commas between, CR LF at the end, quotes where a field needs them.
fn write_csv(to: &mut dyn Write, cells: &[Cow<'_, str>]) -> Result<(), ExportError> {
    let mut line = String::new();
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        let text = harmless(cell);
        if text.contains([',', '"', '\r', '\n']) || text.starts_with('\'') {
            line.push('"');
            line.push_str(&text.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&text);
        }
    }
    line.push_str("\r\n");
    Ok(to.write_all(line.as_bytes())?)
}

/// A spreadsheet runs a cell that begins like a formula; an apostrophe before it makes a text of it. Full-width signs count
/// as their narrow ones in some, and white space before them is passed over.
fn harmless(cell: &str) -> Cow<'_, str> {
    const BEGIN_FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let shown = display_text(cell);
    if shown.trim_start().starts_with(BEGIN_FORMULA) || cell.starts_with(['\t', '\r', '\n']) {
        return format!("'{shown}").into();
    }
    shown.into()
}

impl From<VerifyError> for ExportError {
    fn from(error: VerifyError) -> ExportError {
        match error {
            VerifyError::Stopped => ExportError::Stopped,
            VerifyError::Store(error) => ExportError::Store(error),
        }
    }
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> ExportError {
        ExportError::Write(error)
    }
}
