//! From what was found in an item to the secrets it becomes. Every part gets a fate here, and here only.

mod draft;
mod earlier;
mod fates;
mod notes;

use std::collections::BTreeMap;

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::env_key::EnvKey;
use domain::fault::Hint;
use domain::secret_text::SecretText;

use draft::{Draft, Sources};
use fates::Fates;

use crate::material::{FieldName, Material, Means, Part, PartKind, field_name};
use crate::names::{cut_path, join, secret_name};
use crate::parsed::{Fate, FieldLine, Home, LeftOut, ParsedSecret, Question, ValueKind};
use crate::storage::{StorageMatch, recognise_storage};

/// What a person has chosen, by the ids of questions.
#[derive(Default)]
pub(crate) struct Answers(BTreeMap<String, String>);

impl Answers {
    pub(crate) fn give(&mut self, question: &str, choice: &str) {
        self.0.insert(question.to_owned(), choice.to_owned());
    }

    pub(crate) fn to(&self, question: &str) -> Option<&str> {
        self.0.get(question).map(String::as_str)
    }
}

/// What an item becomes.
pub(crate) struct Mapped {
    pub secrets: Vec<ParsedSecret>,
    pub questions: Vec<Question>,
    pub left_out: Vec<LeftOut>,
    pub fields: Vec<FieldLine>,
    pub moved_to_notes: Vec<String>,
    pub remarks: Vec<String>,
}

const NO_SECRET: &str = "It holds no secret value.";

/// One secret value each; the first carries the item's notes, the others those of their section.
pub(crate) fn map(material: &Material, answers: &Answers) -> Mapped {
    let recognised = recognise_storage(material, answers);
    let mut work = Work::new(material);
    for matched in recognised.matches {
        work.take_storage(matched);
    }
    work.take_values();
    if work.drafts.is_empty() {
        work.keep_whole();
    }
    work.give_expiry();
    work.give_earlier();
    let moved_to_notes = work.write_notes();
    work.finish(recognised.questions, moved_to_notes)
}

struct Work<'a> {
    material: &'a Material,
    drafts: Vec<Draft>,
    fates: Fates<'a>,
    left_out: Vec<LeftOut>,
    /// Lines beyond those of the parts: history and notes.
    more_fields: Vec<FieldLine>,
    remarks: Vec<String>,
}

impl<'a> Work<'a> {
    fn new(material: &'a Material) -> Work<'a> {
        Work {
            material,
            drafts: Vec::new(),
            fates: Fates::of(&material.parts),
            left_out: material.left_out.clone(),
            more_fields: Vec::new(),
            remarks: material.remarks.clone(),
        }
    }

    fn take_storage(&mut self, matched: StorageMatch) {
        let Some(named_by) = matched
            .parts
            .last()
            .and_then(|index| self.material.parts.get(*index))
        else {
            return;
        };
        let secret = self.drafts.len();
        for index in &matched.parts {
            self.fates.value(*index, secret, matched.changed.clone());
        }
        for index in &matched.in_locations {
            self.fates.set(
                *index,
                Fate::Kept {
                    at: Home::Location { secret },
                },
            );
        }
        let mut draft = Draft::new(named_by, matched.credentials, matched.hints);
        draft.kind = ValueKind::Storage;
        draft.because = matched.because;
        draft.locations = matched.locations;
        draft.paths = matched
            .parts
            .iter()
            .filter_map(|index| Some(self.material.parts.get(*index)?.path.clone()))
            .collect();
        if matched.changed.is_none() {
            let parts: Vec<&Part> = matched
                .parts
                .iter()
                .filter_map(|index| self.material.parts.get(*index))
                .collect();
            draft.refer_to(&parts);
        }
        self.drafts.push(draft);
    }

    /// Every secret text that is no part of a storage credential, the item's own first.
    fn take_values(&mut self) {
        let material = self.material;
        let mut values: Vec<(usize, &Part)> = self
            .fates
            .open()
            .filter(|(_, part)| part.kind != PartKind::Plain)
            .collect();
        values.sort_by_key(|(_, part)| part.kind);
        for (index, part) in values {
            match generic(&part.text) {
                Ok((credentials, hints)) => {
                    self.fates
                        .value(index, self.drafts.len(), part.changed.clone());
                    let mut draft = Draft::new(part, credentials, hints);
                    draft.env_key = self.env_key(part);
                    if part.changed.is_none() {
                        draft.refer_to(&[part]);
                    }
                    self.drafts.push(draft);
                }
                Err(reason) => {
                    self.leave_out(part.name(), reason);
                    let reason = reason.to_owned();
                    self.fates.set(index, Fate::LeftOut { reason });
                }
            }
        }
        debug_assert_eq!(material.parts.len(), self.fates.len());
    }

    fn env_key(&mut self, part: &Part) -> Option<EnvKey> {
        let name = part.env_key.as_deref()?;
        let key = EnvKey::parse(name).ok();
        if key.is_none() {
            let shown = cut_path(name);
            self.remarks.push(format!(
                "“{shown}” can't be the name of an environment variable here, so the secret gets none."
            ));
        }
        key
    }

    /// An item without a secret field is kept with all its fields as one value, unless it is a login that has nothing but a name.
    fn keep_whole(&mut self) {
        let head = &self.material.head;
        let is_bare = |part: &Part| matches!(part.means, Some(Means::UserName | Means::Url));
        let open: Vec<(usize, &Part)> = self.fates.open().collect();
        let is_worth = head.kind.is_kept_whole()
            || !head.notes.is_empty()
            || open.iter().any(|(_, part)| !is_bare(part));
        if !is_worth || (open.is_empty() && head.notes.is_empty()) {
            return;
        }
        let parts: Vec<&Part> = open.iter().map(|(_, part)| *part).collect();
        let text = notes::whole_text(&parts, &head.notes);
        let indices: Vec<usize> = open.iter().map(|(index, _)| *index).collect();
        let how = "it stands with the item's other fields in one value";
        match generic(&text) {
            Ok((credentials, hints)) => {
                for index in indices {
                    self.fates.value(index, 0, Some(how.to_owned()));
                }
                let mut draft = Draft::whole(head.kind, credentials, hints);
                draft.holds_notes = true;
                self.drafts.push(draft);
                if !head.notes.is_empty() {
                    let at = Home::Value { secret: 0 };
                    let how = how.to_owned();
                    self.push_notes_line(Fate::Changed { at, how });
                }
            }
            Err(reason) => {
                for index in indices {
                    let reason = reason.to_owned();
                    self.fates.set(index, Fate::LeftOut { reason });
                }
                self.left_out.push(LeftOut {
                    title: head.title.clone(),
                    reason: reason.to_owned(),
                });
            }
        }
    }

    /// What says when a value ends belongs to the secret of its section, else to the first. It is the end of that secret and no line
    /// of its notes, where it would be wrong as soon as there is a new value; a second one, and one beside a value that says its own
    /// end, stay in the notes.
    fn give_expiry(&mut self) {
        let homes = self.homes();
        for (index, part) in self.material.parts.iter().enumerate() {
            let Some(Means::Expires(at)) = part.means else {
                continue;
            };
            let secret = homes.of(part);
            let Some(draft) = self.drafts.get_mut(secret) else {
                return;
            };
            if draft.expires_at.is_some() || draft.credentials.expires_at().is_some() {
                continue;
            }
            draft.expires_at = Some(at);
            if self.fates.is_open(index) {
                let at = Home::Expiry { secret };
                self.fates.set(index, Fate::Kept { at });
            }
        }
    }

    /// For each group, the secret beside which its plain fields stand; those of others stand with the first.
    fn homes(&self) -> Homes {
        let first = self.drafts.first().map_or(0, |draft| draft.group);
        let mut homes = BTreeMap::new();
        for (index, draft) in self.drafts.iter().enumerate().skip(1) {
            if draft.group != 0 && draft.group != first {
                homes.entry(draft.group).or_insert(index);
            }
        }
        Homes(homes)
    }

    fn leave_out(&mut self, name: FieldName<'_>, reason: &str) {
        self.left_out.push(LeftOut {
            title: join(&self.material.head.title, name.section, name.label),
            reason: reason.to_owned(),
        });
    }

    fn finish(mut self, questions: Vec<Question>, moved_to_notes: Vec<String>) -> Mapped {
        let head = &self.material.head;
        if self.drafts.is_empty() && self.left_out.is_empty() {
            self.left_out.push(LeftOut {
                title: head.title.clone(),
                reason: NO_SECRET.to_owned(),
            });
        }
        let mut fields = self.material.fields.clone();
        fields.extend(self.fates.into_lines(NO_SECRET));
        fields.append(&mut self.more_fields);
        for draft in self.drafts.iter().skip(1) {
            let whole = join(&head.title, &draft.section, &draft.label);
            if secret_name(&head.title, &draft.section, &draft.label).as_str() != whole {
                let shown = cut_path(&field_name(&draft.section, &draft.label));
                self.remarks.push(format!(
                    "With the title, the name of “{shown}” is too long for a secret's; it is shortened."
                ));
            }
        }
        let mut sources = Sources::default();
        let secrets = self
            .drafts
            .into_iter()
            .enumerate()
            .map(|(index, draft)| draft.finish(head, index, &mut sources))
            .collect();
        Mapped {
            secrets,
            questions,
            left_out: self.left_out,
            fields,
            moved_to_notes,
            remarks: self.remarks,
        }
    }
}

struct Homes(BTreeMap<usize, usize>);

impl Homes {
    fn of(&self, part: &Part) -> usize {
        self.0.get(&part.group).copied().unwrap_or(0)
    }
}

/// A text as the value of a generic secret.
fn generic(text: &str) -> Result<(Credentials, Vec<Hint>), &'static str> {
    let given = vec![("value".to_owned(), SecretText::new(text.to_owned()))];
    Credentials::parse(AuthMethod::OpaqueValue, given, None).map_err(|faults| {
        match faults.first().map(|fault| fault.kind) {
            Some("too_long") => "The value is larger than 64 KiB, the most a secret can hold.",
            Some("nul") => "The value holds a NUL character, which a secret can't.",
            _ => "The value can't be stored.",
        }
    })
}
