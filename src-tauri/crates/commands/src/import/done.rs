//! After an import: its report is saved, and the file it came from destroyed.

use std::sync::Arc;

use domain::reject::{Detail, ErrorType, Rejection};
use vault::UnlockedVault;

use super::destroy::{DestroyError, NO_PROMISE, destroy};
use super::held::{self, Import, Stage};
use super::report_file::{self, ReportFormat, unwritable};
use super::source;
use crate::api::{ImportFileDestroy, ImportFileDestroyed, ImportReportSave, ImportReportSaved};
use crate::app::{App, Asked};
use crate::host::Chooser;
use crate::opened::{both, required};
use crate::refusal::{Answer, Refusal, internal};
use crate::unlocking::day;
use crate::whole_file::WholeFile;

pub fn save_report(
    app: &App,
    asked: &Asked<'_>,
    request: ImportReportSave,
) -> Answer<ImportReportSaved> {
    let format = required("format", request.format).and_then(|text| {
        ReportFormat::parse(&text)
            .ok_or_else(|| Detail::at("format", "unknown_value", "The format is markdown or json."))
    });
    let (file_id, format) = both(required("file_id", request.file_id), format)?;
    let import = applied(app, asked, &file_id)?;
    let day = day(app.clock.now()).replace('-', "");
    let file_name = format!("import-report-{day}.{}", format.ending());
    let chosen = app.host.choose(Chooser::SaveImportReport {
        file_name: &file_name,
    });
    let Some(path) = chosen else {
        return Ok(ImportReportSaved::Cancelled { cancelled: true });
    };
    // Another vault may be open by now.
    asked.with_opened(|_still_the_same| Ok(()))?;
    let stage = import.stage();
    let Stage::Applied { report, .. } = &*stage else {
        return Err(held::not_there().into());
    };
    let written = WholeFile::beside(&path).and_then(|mut file| {
        report_file::write(report, format, &mut file)?;
        file.replace()
    });
    Ok(ImportReportSaved::Saved {
        file_name: source::file_name(&path),
        bytes: written.map_err(unwritable)?,
    })
}

/// The session is not held while an import is looked at: applying one asks for it.
fn applied(app: &App, asked: &Asked<'_>, file_id: &str) -> Answer<Arc<Import>> {
    let import = asked.with_opened(|opened| {
        Ok(held::find_in(app, opened, file_id).ok_or_else(held::not_there)?)
    })?;
    let is_applied = matches!(*import.stage(), Stage::Applied { .. });
    match is_applied {
        true => Ok(import),
        false => Err(not_applied()),
    }
}

/// Overwrites and removes the file that was imported. Where it holds what the vault does not, only when that was accepted.
pub fn destroy_file(
    app: &App,
    vault: &UnlockedVault,
    request: ImportFileDestroy,
) -> Answer<ImportFileDestroyed> {
    let file_id = required("file_id", request.file_id)?;
    let import = held::find(app, vault, &file_id)?;
    let mut stage = import.stage();
    let Stage::Applied { report, file } = &mut *stage else {
        return Err(not_applied());
    };
    let Some(read) = file.as_ref() else {
        let message = "There is no file to destroy: it was pasted, or it is destroyed already.";
        return Err(Rejection::new(ErrorType::Conflict, message).into());
    };
    let left_out = report.left_out().count();
    if (left_out > 0 || !report.is_complete()) && request.accept_left_out != Some(true) {
        let message = format!(
            "The vault does not have all that the file holds: {left_out} secrets and fields were left out. Look through them first."
        );
        let fault = Detail::at("accept_left_out", "left_out", message.clone());
        return Err(Rejection::new(ErrorType::Conflict, message)
            .with_details(vec![fault])
            .into());
    }
    destroy(read).map_err(|error| match error {
        DestroyError::Changed => Refusal(Rejection::new(
            ErrorType::Conflict,
            "The file was changed or replaced after it was read, so it was not destroyed. Look at it, and import it again or delete it yourself.",
        )),
        DestroyError::Io(error) => Refusal(internal(&format!(
            "The file could not be destroyed ({}). Delete it yourself.",
            error.kind()
        ))),
    })?;
    *file = None;
    Ok(ImportFileDestroyed {
        file_name: report.file_name.clone(),
        message: NO_PROMISE.to_owned(),
    })
}

fn not_applied() -> Refusal {
    let message = "This file is not imported yet.";
    Rejection::new(ErrorType::Conflict, message).into()
}
