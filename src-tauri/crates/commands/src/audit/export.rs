//! The log as a file (AUDIT-03): whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use domain::reject::{Detail, ErrorType, Rejection};
use vault::{AuditQuery, ExportError, ExportFormat, Exported, UnlockedVault};

use super::filter::Given;
use crate::api::{AuditExport, AuditExportTo, AuditExported, AuditFilters, Object, Required};
use crate::app::{App, Asked};
use crate::host::Chooser;
use crate::jobs::JobKind;
use crate::opened::required;
use crate::refusal::{Answer, Refusal, internal};
use crate::settings_file::new_private_file;
use crate::unlocking::day;
use crate::vaults::folder_stem;

/// Asks where the file goes.
pub fn export_chosen(app: &App, asked: &Asked<'_>, request: AuditExport) -> Answer<AuditExported> {
    let (format, query) = parse(request.format, request.filters)?;
    let name = asked.with_opened(|opened| Ok(folder_stem(opened.vault.name().as_str())))?;
    let day = day(app.clock.now()).replace('-', "");
    let file_name = format!("{name}-log-{day}.{}", extension(format));
    match app.host.choose(Chooser::SaveAuditLog {
        file_name: &file_name,
    }) {
        None => Ok(AuditExported::Cancelled { cancelled: true }),
        Some(path) => asked.with_lent(|vault| write(app, vault, &path, format, &query)),
    }
}

/// Writes a file that is not there yet.
pub fn export_to(
    app: &App,
    vault: &UnlockedVault,
    request: AuditExportTo,
) -> Answer<AuditExported> {
    let parsed = parse(request.format, request.filters);
    let path = required("path", request.path);
    let (path, (format, query)) = match (path, parsed) {
        (Ok(path), Ok(parsed)) => (path, parsed),
        (path, parsed) => {
            let mut faults: Vec<Detail> = path.err().into_iter().collect();
            faults.extend(parsed.err().unwrap_or_default());
            return Err(faults.into());
        }
    };
    if path.exists() {
        let message = "There is a file of this name already. Name a new one.";
        let details = vec![Detail::at("path", "already_exists", message)];
        return Err(Rejection::new(ErrorType::AlreadyExists, message)
            .with_details(details)
            .into());
    }
    write(app, vault, &path, format, &query)
}

fn parse(
    format: Required<String>,
    filters: Option<Object<AuditFilters>>,
) -> Result<(ExportFormat, AuditQuery), Vec<Detail>> {
    let mut faults = Vec::new();
    let format = required("format", format).and_then(|text| match text.as_str() {
        "csv" => Ok(ExportFormat::Csv),
        "json_lines" => Ok(ExportFormat::JsonLines),
        _ => Err(Detail::at(
            "format",
            "unknown_value",
            "The format is csv or json_lines.",
        )),
    });
    let given = filters.map_or_else(Given::default, |Object(filters)| filters.into());
    let mut of_filters = Vec::new();
    let query = given.parse(&mut of_filters);
    let format = format.map_err(|fault| faults.push(fault));
    faults.extend(of_filters.into_iter().map(|fault| fault.within("filters")));
    match format {
        Ok(format) if faults.is_empty() => Ok((format, query)),
        _ => Err(faults),
    }
}

/// Into a file beside the one that is wanted, which it becomes when it is whole.
fn write(
    app: &App,
    vault: &UnlockedVault,
    path: &Path,
    format: ExportFormat,
    query: &AuditQuery,
) -> Answer<AuditExported> {
    let mut job = app.start_job(vault, JobKind::AuditExport)?;
    // A short log is through before it tells anything of itself.
    if job.step("entries", 0, 0).is_break() {
        return Ok(AuditExported::Cancelled { cancelled: true });
    }
    let mut log = vault.log_reader()?;
    let part = part_of(path);
    let mut file = BufWriter::new(new_private_file(&part).map_err(unwritable)?);
    let mut tell = |progress: vault::Progress| job.step("entries", progress.done, progress.total);
    let written = log
        .export(query, format, &mut file, &mut tell)
        .and_then(|exported| finish(file, &part, path, exported).map_err(ExportError::Write));
    if written.is_err() {
        // What is left of it says so by its name, should it stay.
        let _stays = fs::remove_file(&part);
    }
    match written {
        Ok((exported, bytes)) => Ok(AuditExported::Exported {
            file_name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            entries: exported.entries,
            bytes,
        }),
        Err(ExportError::Stopped) => Ok(AuditExported::Cancelled { cancelled: true }),
        Err(ExportError::Store(error)) => Err(error.into()),
        Err(ExportError::Write(error)) => Err(unwritable(error)),
    }
}

fn finish(
    file: BufWriter<fs::File>,
    part: &Path,
    path: &Path,
    exported: Exported,
) -> io::Result<(Exported, u64)> {
    let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.flush()?;
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    fs::rename(part, path)?;
    Ok((exported, bytes))
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn extension(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Csv => "csv",
        ExportFormat::JsonLines => "jsonl",
    }
}

fn unwritable(error: io::Error) -> Refusal {
    let message = format!("The log could not be written there ({}).", error.kind());
    Refusal(internal(&message))
}
