//! What an item says beside its fields: what an attached file was called, and whether the item was archived. Each is kept or has its
//! line in the report.

use domain::text::NOTES_CHARS_MAX;
use importers::{Fate, FieldLine, Home, ItemState, ParsedItem};

use super::report::{Outcome, Places, SecretLine};

/// The tag by which importers keep that an item was archived.
pub const ARCHIVED: &str = "archived";

/// The notes of the item's secret of this number, with what its file was called.
pub fn notes(item: &ParsedItem, number: usize) -> String {
    let notes = item.secrets.get(number).map(|secret| secret.notes.as_str());
    let notes = notes.unwrap_or_default();
    let with_file = file_line(item, number).map(|line| match notes {
        "" => line,
        _ => format!("{notes}\n{line}"),
    });
    with_file
        .filter(|text| text.chars().count() <= NOTES_CHARS_MAX)
        .unwrap_or_else(|| notes.to_owned())
}

/// Lines for what no line of the item is about. `secrets` are those that it becomes, and what became of their places.
pub fn lines(item: &ParsedItem, secrets: &[(SecretLine, Places)]) -> Vec<FieldLine> {
    let mut lines: Vec<FieldLine> = (0..item.secrets.len())
        .filter_map(|number| file_name_line(item, number))
        .collect();
    let is_told = item.fields.iter().any(|line| {
        matches!(
            line.fate,
            Fate::Kept { at: Home::State }
                | Fate::Changed {
                    at: Home::State,
                    ..
                }
        )
    });
    let differs = |(line, places): &(SecretLine, Places)| {
        line.outcome != Outcome::Skipped && places.state.is_some()
    };
    let was_archived = item.state == ItemState::Archived;
    if !is_told && (was_archived || secrets.iter().any(differs)) {
        lines.push(FieldLine {
            path: "state".to_owned(),
            name: "Archived".to_owned(),
            entered: 1,
            fate: Fate::Kept { at: Home::State },
        });
    }
    lines
}

/// `Attached file: prod.p12 (the file is not text, so it is kept in Base64)`
fn file_line(item: &ParsedItem, number: usize) -> Option<String> {
    let file_name = item.secrets.get(number)?.file_name.as_ref()?;
    let how = item.fields.iter().find_map(|line| match &line.fate {
        Fate::Changed {
            at: Home::Value { secret },
            how,
        } if *secret == number => Some(how),
        _ => None,
    });
    Some(match how {
        Some(how) => format!("Attached file: {file_name} ({how})"),
        None => format!("Attached file: {file_name}"),
    })
}

fn file_name_line(item: &ParsedItem, number: usize) -> Option<FieldLine> {
    let line = file_line(item, number)?;
    let secret = item.secrets.get(number)?;
    let fate = match notes(item, number).ends_with(&line) {
        true => Fate::Kept {
            at: Home::Notes { secret: number },
        },
        false => Fate::LeftOut {
            reason: "The notes are full.".to_owned(),
        },
    };
    Some(FieldLine {
        path: format!("file_name.{number}"),
        name: format!("{} · file name", secret.name.as_str()),
        entered: 1,
        fate,
    })
}
