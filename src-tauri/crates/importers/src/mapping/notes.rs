//! Plain fields, where the item came from, and its own notes, written beside the secrets.

use std::collections::BTreeSet;

use domain::mask::display_text;
use domain::text::NOTES_CHARS_MAX;
use zeroize::Zeroizing;

use super::draft::Draft;
use super::{Work, generic};
use crate::material::{FieldName, Part, field_line};
use crate::parsed::{Fate, FieldLine, Home, ValueKind};

const NOTES: FieldName<'static> = FieldName {
    section: "",
    label: "Notes",
    path: "notes",
};
const LONG_NOTES: &str =
    "The notes are too long to be notes; they are kept as a value of their own.";
const TOO_LONG_NOTES: &str =
    "The notes are larger than 64 KiB or hold a NUL character, so they can't be stored.";

impl Work<'_> {
    /// Puts each plain field where its section's secret is, else with the first. Gives back the names of what is there.
    pub(super) fn write_notes(&mut self) -> Vec<String> {
        let open: Vec<(usize, &Part)> = self.fates.open().collect();
        let holds_notes = self.drafts.iter().any(|draft| draft.holds_notes);
        let has_notes = !self.material.head.notes.is_empty() && !holds_notes;
        let plain: Vec<&Part> = open.iter().map(|(_, part)| *part).collect();
        let names = name_moved(&plain, has_notes);
        if self.drafts.is_empty() {
            if has_notes {
                let reason = super::NO_SECRET.to_owned();
                self.push_notes_line(Fate::LeftOut { reason });
            }
            self.tell_origin(&Fate::LeftOut {
                reason: super::NO_SECRET.to_owned(),
            });
            return names;
        }
        let mut written: Vec<(usize, usize)> = Vec::with_capacity(open.len());
        let mut first_notes = Zeroizing::new(String::new());
        let homes = self.homes();
        for (index, part) in open {
            let home = homes.of(part);
            match self.drafts.get_mut(home).filter(|_| home > 0) {
                Some(draft) => push_line(&mut draft.notes, &field_line_of(part, "")),
                None => push_line(&mut first_notes, &field_line_of(part, &part.section)),
            }
            written.push((index, home));
        }
        for origin in &self.material.head.origin {
            push_line(&mut first_notes, &origin.line);
        }
        if has_notes {
            if !first_notes.is_empty() {
                push_line(&mut first_notes, "");
            }
            push_line(&mut first_notes, &self.material.head.notes);
        }
        let spilled = self.spill_long_notes(first_notes);
        self.tell_notes(&written, has_notes, &spilled);
        names
    }

    /// Notes beyond the limit are kept as a value of their own. Gives back the secrets whose notes those were, and where they are.
    fn spill_long_notes(&mut self, first_notes: Zeroizing<String>) -> Spilled {
        let fits = |text: &str| text.chars().count() <= NOTES_CHARS_MAX && !text.contains('\0');
        let mut overflow = Zeroizing::new(String::new());
        let mut from = BTreeSet::new();
        for (index, draft) in self.drafts.iter_mut().enumerate() {
            if !fits(&draft.notes) {
                push_line(&mut overflow, &draft.notes);
                draft.notes.clear();
                from.insert(index);
            }
        }
        match self.drafts.first_mut() {
            Some(first) if fits(&first_notes) => first.notes = first_notes,
            _ => {
                push_line(&mut overflow, &first_notes);
                from.insert(0);
            }
        }
        if from.is_empty() {
            return Spilled { from, to: Err("") };
        }
        let to = match generic(&overflow) {
            Ok((credentials, hints)) => {
                self.remarks.push(LONG_NOTES.to_owned());
                let part = Part::secret(NOTES.label, NOTES.path, "").of(ValueKind::Note);
                self.drafts.push(Draft::new(&part, credentials, hints));
                Ok(self.drafts.len() - 1)
            }
            Err(_) => {
                self.leave_out(NOTES, TOO_LONG_NOTES);
                Err(TOO_LONG_NOTES)
            }
        };
        Spilled { from, to }
    }

    fn tell_notes(&mut self, written: &[(usize, usize)], has_notes: bool, spilled: &Spilled) {
        for (index, home) in written {
            let changed = self
                .material
                .parts
                .get(*index)
                .and_then(|part| part.changed.clone());
            match spilled.fate(*home) {
                Some(fate) => self.fates.set(*index, fate),
                None => self.fates.notes(*index, *home, changed),
            }
        }
        if has_notes {
            let kept = Fate::Kept {
                at: Home::Notes { secret: 0 },
            };
            self.push_notes_line(spilled.fate(0).unwrap_or(kept));
        }
        match spilled.fate(0) {
            Some(fate) => self.tell_origin(&fate),
            None => self.tell_origin(&Fate::Kept {
                at: Home::Notes { secret: 0 },
            }),
        }
    }

    pub(super) fn push_notes_line(&mut self, fate: Fate) {
        self.more_fields.push(FieldLine {
            entered: self.material.head.notes_entered,
            ..field_line(NOTES, fate)
        });
    }

    /// What stands in the notes and is none of the parts, in the form that it has there.
    fn tell_origin(&mut self, fate: &Fate) {
        for origin in &self.material.head.origin {
            let Some(label) = origin.of_field.as_deref() else {
                continue;
            };
            let field = FieldName {
                section: "",
                label,
                path: label,
            };
            let fate = match fate {
                Fate::Kept { at } => Fate::Changed {
                    at: *at,
                    how: origin.how.to_owned(),
                },
                other => other.clone(),
            };
            self.more_fields.push(field_line(field, fate));
        }
    }
}

/// Notes that did not fit.
struct Spilled {
    from: BTreeSet<usize>,
    /// The secret that holds them now, or why none does.
    to: Result<usize, &'static str>,
}

impl Spilled {
    fn fate(&self, home: usize) -> Option<Fate> {
        self.from.contains(&home).then(|| match self.to {
            Ok(secret) => Fate::Changed {
                at: Home::Value { secret },
                how: "the notes were too long to be notes".to_owned(),
            },
            Err(reason) => Fate::LeftOut {
                reason: reason.to_owned(),
            },
        })
    }
}

/// All fields and the notes of an item, as one text.
pub(super) fn whole_text(parts: &[&Part], notes: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    for part in parts {
        push_line(&mut text, &field_line_of(part, &part.section));
    }
    if !notes.is_empty() {
        if !text.is_empty() {
            push_line(&mut text, "");
        }
        push_line(&mut text, notes);
    }
    text
}

/// A text that grows would leave copies of itself behind that nobody wipes.
fn push_line(text: &mut Zeroizing<String>, line: &str) {
    let needed = text.len() + "\n".len() + line.len();
    if text.capacity() < needed {
        let room = needed.max(text.capacity() * 2);
        let mut larger = Zeroizing::new(String::with_capacity(room));
        larger.push_str(text);
        *text = larger;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

fn field_line_of(part: &Part, section: &str) -> Zeroizing<String> {
    let label = if part.label.is_empty() {
        "Field"
    } else {
        &part.label
    };
    let mut line = Zeroizing::new(String::new());
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

fn name_moved(plain: &[&Part], has_notes: bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known = BTreeSet::new();
    let labels = plain
        .iter()
        .map(|part| part.label.as_str())
        .chain(has_notes.then_some("notes"));
    for label in labels {
        let shown = if label.is_empty() {
            "field".to_owned()
        } else {
            display_text(label)
        };
        if known.insert(shown.clone()) {
            names.push(shown);
        }
    }
    names
}
