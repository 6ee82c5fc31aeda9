//! All that was found in one item, whatever its format, before it is decided what becomes of it.
//!
//! A reader hands over every field exactly once: as a [`Part`], as left out, or as passed over. `mapping` then gives every
//! part its fate. There is no third way out, so a field can't be lost unsaid.

mod head;
mod part;

use domain::mask::display_text;
use domain::time::Timestamp;
use zeroize::Zeroizing;

pub(crate) use head::{Head, Start, day};
pub(crate) use part::{Means, Part, PartKind};

use crate::names::{cut_path, join};
use crate::parsed::{Fate, FieldLine, Home, ItemKind, LeftOut, ValueKind};
use crate::secret_like::is_secret_like;
use domain::catalogue::AuthMethod;

pub(crate) struct Material {
    pub head: Head,
    pub parts: Vec<Part>,
    /// Parts that the format itself says belong together.
    pub claims: Vec<Claim>,
    pub earlier: Vec<EarlierText>,
    /// What holds a secret and can't be taken, as lines of the report.
    pub left_out: Vec<LeftOut>,
    /// Fates that are certain before anything is mapped.
    pub fields: Vec<FieldLine>,
    pub remarks: Vec<String>,
}

/// A storage credential that the format names as one.
pub(crate) struct Claim {
    /// Whose it is; where there is more than one, a person is asked, and until then the first holds.
    pub methods: Vec<AuthMethod>,
    /// As many as the method has fields, in their order.
    pub parts: Vec<usize>,
    pub likely: Likely,
}

/// What a pair of texts most likely is, until a person says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likely {
    /// The key of a storage.
    Storage,
    /// Two values: nothing but the form of their names speaks of storage.
    Apart,
}

/// A value that another has replaced.
pub(crate) struct EarlierText {
    /// The path of the part whose value it was.
    pub of: String,
    pub text: Zeroizing<String>,
    pub at: Option<Timestamp>,
}

/// What a field is called.
#[derive(Clone, Copy)]
pub(crate) struct FieldName<'a> {
    pub section: &'a str,
    pub label: &'a str,
    pub path: &'a str,
}

impl Material {
    pub(crate) fn new(start: Start<'_>) -> Material {
        let mut material = Material {
            head: Head::empty(&start),
            parts: Vec::new(),
            claims: Vec::new(),
            earlier: Vec::new(),
            left_out: Vec::new(),
            fields: Vec::new(),
            remarks: Vec::new(),
        };
        material.give_title(start.title);
        material
    }

    /// An item that is only a line of the report.
    pub(crate) fn unreadable(start: Start<'_>, reason: &str) -> Material {
        let mut material = Material::new(start);
        material.left_out.push(LeftOut {
            title: material.head.title.clone(),
            reason: reason.to_owned(),
        });
        material
    }

    /// Takes a field; one without text is none. Gives back its index.
    pub(crate) fn add(&mut self, mut part: Part) -> Option<usize> {
        if part.text.is_empty() {
            return None;
        }
        let is_time = matches!(part.means, Some(Means::Expires(_) | Means::ValidFrom(_)));
        if part.kind == PartKind::Plain && !is_time && is_secret_like(&part.label, &part.text) {
            part.kind = PartKind::Secret;
        }
        self.parts.push(part);
        Some(self.parts.len() - 1)
    }

    /// A field that holds a secret, or may, and can't be taken.
    pub(crate) fn leave_out(&mut self, name: FieldName<'_>, reason: impl Into<String>) {
        let reason = reason.into();
        self.left_out.push(LeftOut {
            title: join(&self.head.title, name.section, name.label),
            reason: reason.clone(),
        });
        self.fields.push(field_line(name, Fate::LeftOut { reason }));
    }

    /// A field that holds no secret and is not kept.
    pub(crate) fn pass_over(&mut self, name: FieldName<'_>, reason: &str) {
        let reason = reason.to_owned();
        self.fields.push(field_line(name, Fate::LeftOut { reason }));
    }

    /// A field that says whether the item is archived or in the trash.
    pub(crate) fn keep_state(&mut self, name: FieldName<'_>) {
        let at = Home::State;
        self.fields.push(field_line(name, Fate::Kept { at }));
    }

    /// An earlier value of the part with the path `of`. Hand them over oldest first.
    pub(crate) fn add_earlier(&mut self, of: &str, text: &str, at: Option<Timestamp>) {
        if !text.is_empty() {
            self.earlier.push(EarlierText {
                of: of.to_owned(),
                text: Zeroizing::new(text.to_owned()),
                at,
            });
        }
    }

    pub(crate) fn remark(&mut self, remark: impl Into<String>) {
        self.remarks.push(remark.into());
    }

    /// A note without secret fields was itself what was to be kept secret.
    pub(crate) fn settle_note(&mut self) {
        let is_note = self.head.kind == ItemKind::Note;
        if !is_note
            || self.head.notes.is_empty()
            || self.parts.iter().any(|part| part.kind != PartKind::Plain)
        {
            return;
        }
        let notes = std::mem::take(&mut self.head.notes);
        let part = Part::main("note", "notesPlain", &notes)
            .of(ValueKind::Note)
            .referred_to(self.head.notes_reference.take());
        self.parts.push(part);
    }
}

pub(crate) fn field_line(name: FieldName<'_>, fate: Fate) -> FieldLine {
    FieldLine {
        path: cut_path(name.path),
        name: field_name(name.section, name.label),
        fate,
    }
}

/// `Section · Label` as it may be shown.
pub(crate) fn field_name(section: &str, label: &str) -> String {
    let label = if label.is_empty() { "field" } else { label };
    let section = display_text(section);
    join(section.trim(), "", label)
}
