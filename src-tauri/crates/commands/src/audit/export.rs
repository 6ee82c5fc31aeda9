//! The log as a file (AUDIT-03): whole or not at all.

use std::io::{self, BufWriter, ErrorKind};
use std::path::Path;

use domain::reject::{Detail, ErrorType, Rejection};
use vault::{AuditQuery, ExportError, ExportFormat, UnlockedVault};

use super::filter::Given;
use crate::api::{AuditExport, AuditExportTo, AuditExported, AuditFilters, Object, Required};
use crate::app::{App, Asked};
use crate::host::Chooser;
use crate::jobs::JobKind;
use crate::opened::required;
use crate::refusal::{Answer, Refusal, internal};
use crate::unlocking::day;
use crate::vaults::folder_stem;
use crate::whole_file::WholeFile;

/// Which entries, and how they are written.
struct Wanted {
    format: ExportFormat,
    query: AuditQuery,
}

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
        // The chooser has asked about a file that is there.
        Some(path) => asked.with_lent(|vault| {
            let wanted = Wanted { format, query };
            write(app, vault, &path, &wanted, WholeFile::replace)
        }),
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
        return Err(name_taken());
    }
    let wanted = Wanted { format, query };
    write(app, vault, &path, &wanted, WholeFile::put_new)
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

fn write(
    app: &App,
    vault: &UnlockedVault,
    path: &Path,
    wanted: &Wanted,
    put: fn(WholeFile) -> io::Result<u64>,
) -> Answer<AuditExported> {
    let mut job = app.start_job(vault, JobKind::AuditExport)?;
    // A short log is through before it tells anything of itself.
    if job.step("entries", 0, 0).is_break() {
        return Ok(AuditExported::Cancelled { cancelled: true });
    }
    let mut log = vault.log_reader()?;
    let mut file = BufWriter::new(WholeFile::beside(path).map_err(unwritable)?);
    let mut tell = |progress: vault::Progress| job.step("entries", progress.done, progress.total);
    let written = log
        .export(&wanted.query, wanted.format, &mut file, &mut tell)
        .and_then(|exported| {
            let whole = file.into_inner().map_err(io::IntoInnerError::into_error);
            let bytes = whole.and_then(put).map_err(ExportError::Write)?;
            Ok((exported, bytes))
        });
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

fn extension(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Csv => "csv",
        ExportFormat::JsonLines => "jsonl",
    }
}

fn name_taken() -> Refusal {
    let message = "There is a file of this name already. Name a new one.";
    let details = vec![Detail::at("path", "already_exists", message)];
    Rejection::new(ErrorType::AlreadyExists, message)
        .with_details(details)
        .into()
}

fn unwritable(error: io::Error) -> Refusal {
    if error.kind() == ErrorKind::AlreadyExists {
        return name_taken();
    }
    let message = format!("The log could not be written there ({}).", error.kind());
    Refusal(internal(&message))
}
