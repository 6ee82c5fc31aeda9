//! From what was found in an item to the secrets it becomes.

use std::collections::BTreeSet;

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::fault::Hint;
use domain::mask::display_text;
use domain::secret::ImportSource;
use domain::secret_text::SecretText;
use domain::text::NOTES_CHARS_MAX;
use zeroize::Zeroizing;

use super::found::{Found, Part, PartKind};
use super::names::secret_name;
use super::storage::storage_matches;
use crate::parsed::ParsedSecret;

/// What an item says about itself.
pub(super) struct Item<'a> {
    /// Safe to show.
    pub title: &'a str,
    pub id: &'a str,
    pub notes: &'a str,
    pub tags: Vec<String>,
    /// Lines that follow the fields in the notes: where the item came from.
    pub origin: Vec<String>,
}

/// The secrets of an item and the names of what went to their notes.
pub(super) struct Mapped {
    pub secrets: Vec<ParsedSecret>,
    pub moved_to_notes: Vec<String>,
}

/// One secret value each; the first carries the item's notes, the others those of their section.
pub(super) fn map(item: &Item<'_>, found: &mut Found) -> Mapped {
    let parts = std::mem::take(&mut found.parts);
    let mut drafts = Vec::new();
    let mut in_storage: BTreeSet<usize> = BTreeSet::new();
    for matched in storage_matches(item.title, &parts) {
        in_storage.extend(&matched.parts);
        if let Some(named_by) = matched.parts.last().and_then(|index| parts.get(*index)) {
            drafts.push(Draft::new(named_by, matched.credentials, matched.hints));
        }
    }
    let mut values: Vec<&Part> = not_in(&parts, &in_storage)
        .filter(|part| part.kind != PartKind::Plain)
        .collect();
    values.sort_by_key(|part| part.kind);
    for part in values {
        match generic(&part.text) {
            Ok((credentials, hints)) => drafts.push(Draft::new(part, credentials, hints)),
            Err(reason) => found.leave_out_part(part, reason),
        }
    }
    let plain: Vec<&Part> = not_in(&parts, &in_storage)
        .filter(|part| part.kind == PartKind::Plain)
        .collect();
    let moved_to_notes = name_moved(&plain, item.notes);
    let long_notes = write_notes(item, &plain, &mut drafts);
    if let Some(text) = long_notes {
        add_long_notes(&text, &mut drafts, found);
    }
    Mapped {
        secrets: finish(item, drafts),
        moved_to_notes,
    }
}

/// A secret on the way: its value is fixed, its name and notes are not.
struct Draft {
    group: usize,
    section: String,
    label: String,
    path: String,
    credentials: Credentials,
    hints: Vec<Hint>,
    notes: String,
}

impl Draft {
    fn new(named_by: &Part, credentials: Credentials, hints: Vec<Hint>) -> Draft {
        Draft {
            group: named_by.group,
            section: named_by.section.clone(),
            label: named_by.label.clone(),
            path: named_by.path.clone(),
            credentials,
            hints,
            notes: String::new(),
        }
    }
}

fn not_in<'a>(parts: &'a [Part], taken: &BTreeSet<usize>) -> impl Iterator<Item = &'a Part> {
    parts
        .iter()
        .enumerate()
        .filter(|(index, _)| !taken.contains(index))
        .map(|(_, part)| part)
}

pub(super) fn generic(text: &str) -> Result<(Credentials, Vec<Hint>), &'static str> {
    let given = vec![("value".to_owned(), SecretText::new(text.to_owned()))];
    Credentials::parse(AuthMethod::OpaqueValue, given, None).map_err(|faults| {
        match faults.first().map(|fault| fault.kind) {
            Some("too_long") => "The value is larger than 64 KiB, the most a secret can hold.",
            Some("nul") => "The value holds a NUL character, which a secret can't.",
            _ => "The value can't be stored.",
        }
    })
}

/// Puts each plain field where its section's secret is, else with the first. Gives back notes that are too long to be notes.
fn write_notes(
    item: &Item<'_>,
    plain: &[&Part],
    drafts: &mut [Draft],
) -> Option<Zeroizing<String>> {
    let mut first_notes = Zeroizing::new(String::new());
    let first_group = drafts.first()?.group;
    for part in plain {
        let home = drafts.iter_mut().skip(1).find(|draft| {
            part.group != 0 && part.group != first_group && draft.group == part.group
        });
        match home {
            Some(draft) => push_line(&mut draft.notes, &field_line(part, "")),
            None => push_line(&mut first_notes, &field_line(part, &part.section)),
        }
    }
    for line in &item.origin {
        push_line(&mut first_notes, line);
    }
    if !item.notes.is_empty() {
        if !first_notes.is_empty() {
            first_notes.push_str("\n\n");
        }
        first_notes.push_str(item.notes);
    }
    let fits = |text: &str| text.chars().count() <= NOTES_CHARS_MAX && !text.contains('\0');
    let mut overflow = Zeroizing::new(String::new());
    for draft in drafts.iter_mut().filter(|draft| !fits(&draft.notes)) {
        push_line(&mut overflow, &draft.notes);
        draft.notes.clear();
    }
    if fits(&first_notes) {
        drafts.first_mut()?.notes = first_notes.to_string();
    } else {
        push_line(&mut overflow, &first_notes);
    }
    (!overflow.is_empty()).then_some(overflow)
}

/// Notes beyond the limit are kept as a value of their own.
fn add_long_notes(text: &str, drafts: &mut Vec<Draft>, found: &mut Found) {
    let part = Part {
        group: 0,
        section: String::new(),
        label: "Notes".to_owned(),
        path: "notes".to_owned(),
        kind: PartKind::Secret,
        text: Zeroizing::new(text.to_owned()),
    };
    match generic(text) {
        Ok((credentials, hints)) => {
            found.remarks.push(
                "The notes are too long to be notes; they are kept as a value of their own."
                    .to_owned(),
            );
            drafts.push(Draft::new(&part, credentials, hints));
        }
        Err(_) => found.leave_out_part(
            &part,
            "The notes are larger than 64 KiB or hold a NUL character, so they can't be stored.",
        ),
    }
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

fn field_line(part: &Part, section: &str) -> String {
    let label = if part.label.is_empty() {
        "Field"
    } else {
        &part.label
    };
    let mut line = String::new();
    if !section.is_empty() {
        line.push_str(&display_text(section));
        line.push_str(" · ");
    }
    let mut letters = label.chars();
    line.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    line.push_str(&display_text(letters.as_str()));
    line.push_str(if part.text.contains('\n') {
        ":\n"
    } else {
        ": "
    });
    line.push_str(&part.text);
    line
}

fn name_moved(plain: &[&Part], notes: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let labels = plain
        .iter()
        .map(|part| part.label.as_str())
        .chain((!notes.is_empty()).then_some("notes"));
    for label in labels {
        let shown = if label.is_empty() {
            "field".to_owned()
        } else {
            display_text(label)
        };
        if !names.contains(&shown) {
            names.push(shown);
        }
    }
    names
}

fn finish(item: &Item<'_>, drafts: Vec<Draft>) -> Vec<ParsedSecret> {
    let mut sources = BTreeSet::new();
    drafts
        .into_iter()
        .enumerate()
        .map(|(index, draft)| ParsedSecret {
            name: if index == 0 {
                secret_name(item.title, "", "")
            } else {
                secret_name(item.title, &draft.section, &draft.label)
            },
            source: source(item.id, &draft.path, &mut sources),
            notes: draft.notes,
            tags: item.tags.clone(),
            credentials: draft.credentials,
            hints: draft.hints,
        })
        .collect()
}

/// `1password:ITEM:PATH`, the same in every export of the item. Paths are foreign text: cleaned, cut, and kept apart by a number.
fn source(item_id: &str, path: &str, taken: &mut BTreeSet<String>) -> ImportSource {
    let clean = |text: &str| -> String {
        display_text(text)
            .chars()
            .take(SOURCE_PART_CHARS_MAX)
            .collect()
    };
    let wanted = format!("1password:{}:{}", clean(item_id), clean(path));
    let numbered = (2_u64..).map(|number| format!("{wanted}#{number}"));
    let free = std::iter::once(wanted.clone())
        .chain(numbered)
        .find(|text| !taken.contains(text))
        .expect("an item has fewer secrets than there are numbers");
    taken.insert(free.clone());
    ImportSource::parse(&free).expect("a cleaned text of bounded length is a source")
}

/// Two of these in UTF-8 stay below the limit of a source.
const SOURCE_PART_CHARS_MAX: usize = 120;
