//! A report as a file: Markdown to read, JSON for machines.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use super::report::{FieldFate, FieldReport, ItemLine, Outcome, Report};
use crate::refusal::{Refusal, internal};
use crate::whole_file::WholeFile;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    Markdown,
    Json,
}

impl ReportFormat {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    pub fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }
}

pub fn write(report: &Report, format: ReportFormat, file: &mut WholeFile) -> io::Result<()> {
    match format {
        ReportFormat::Markdown => file.write_all(markdown(report).as_bytes()),
        ReportFormat::Json => {
            serde_json::to_writer_pretty(&mut *file, report)?;
            file.write_all(b"\n")
        }
    }
}

fn markdown(report: &Report) -> String {
    let mut text = String::new();
    let totals = &report.totals;
    line(
        &mut text,
        &format!("# Import of {}", plain(&report.file_name)),
    );
    line(&mut text, "");
    line(
        &mut text,
        &format!("{}, imported {}.", report.format, report.imported_at),
    );
    line(&mut text, "");
    let adds_up = match report.is_complete() {
        true => "The numbers add up.",
        false => "**The numbers do not add up. Keep the file.**",
    };
    line(
        &mut text,
        &format!(
            "{} secrets found = {} imported + {} updated + {} unchanged + {} skipped. {adds_up}",
            report.found, totals.imported, totals.updated, totals.unchanged, totals.skipped
        ),
    );
    line(
        &mut text,
        &format!(
            "{} fields found = {} kept + {} changed in form + {} left out. {} earlier values kept as old versions, {} locations made.",
            report.fields.found,
            report.fields.kept,
            report.fields.changed,
            report.fields.left_out,
            totals.earlier,
            totals.locations
        ),
    );
    groups(&mut text, report);
    line(&mut text, "");
    line(&mut text, "## Items");
    for item in &report.items {
        self::item(&mut text, item);
    }
    if !report.about.is_empty() {
        line(&mut text, "");
        line(&mut text, "## Of no item");
        line(&mut text, "");
        for field in &report.about {
            self::field(&mut text, field);
        }
    }
    text
}

fn groups(text: &mut String, report: &Report) {
    line(text, "");
    line(text, "## By place and kind");
    line(text, "");
    line(
        text,
        "| Account | Vault | Folder | Kind | Found | Imported | Updated | Unchanged | Skipped |",
    );
    line(text, "|---|---|---|---|---|---|---|---|---|");
    for group in &report.groups {
        line(
            text,
            &format!(
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                plain(&group.account),
                plain(&group.vault),
                plain(&group.folder),
                group.kind,
                group.found,
                group.imported,
                group.updated,
                group.unchanged,
                group.skipped
            ),
        );
    }
}

fn item(text: &mut String, item: &ItemLine) {
    line(text, "");
    line(
        text,
        &format!("### {} ({}, {})", plain(&item.title), item.kind, item.state),
    );
    line(text, "");
    for secret in &item.secrets {
        let outcome = match secret.outcome {
            Outcome::Imported => "imported",
            Outcome::Updated => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Skipped => "skipped",
        };
        let reason = secret.reason.as_deref().unwrap_or_default();
        line(
            text,
            format!(
                "- **{}**: {outcome}. {}",
                plain(&secret.name),
                plain(reason)
            )
            .trim_end(),
        );
        for made in &secret.locations {
            line(text, &format!("  - location {}", plain(made)));
        }
        for remark in &secret.remarks {
            line(text, &format!("  - {}", plain(remark)));
        }
    }
    for field in &item.fields {
        self::field(text, field);
    }
    for remark in &item.remarks {
        line(text, &format!("- {}", plain(remark)));
    }
}

fn field(text: &mut String, field: &FieldReport) {
    let fate = match field.fate {
        FieldFate::Kept => "kept",
        FieldFate::Changed => "changed",
        FieldFate::LeftOut => "left out",
    };
    let at = field.at.map(|at| format!(" ({at})")).unwrap_or_default();
    let note = field
        .note
        .as_deref()
        .map(|note| format!(": {}", plain(note)));
    line(
        text,
        &format!(
            "- {}: {fate}{at}{}",
            plain(&field.name),
            note.unwrap_or_default()
        ),
    );
}

fn line(text: &mut String, content: &str) {
    writeln!(text, "{content}").expect("a String takes all text");
}

/// Foreign words as words: nothing of them is markup.
fn plain(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    for character in words.chars() {
        if "\\`*_{}[]<>#|!&".contains(character) {
            plain.push('\\');
        }
        plain.push(match character.is_control() {
            true => ' ',
            false => character,
        });
    }
    plain
}

pub fn unwritable(error: io::Error) -> Refusal {
    let message = format!("The report could not be written there ({}).", error.kind());
    Refusal(internal(&message))
}
