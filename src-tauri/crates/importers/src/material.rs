//! All that was found in one item, whatever its format, before it is decided what becomes of it.
//!
//! A reader hands over every field exactly once: as a [`Part`], as left out, or as passed over. `mapping` then gives every
//! part its fate. There is no third way out, so a field can't be lost unsaid; and what a reader forgets is found out by a count that
//! is taken of the file itself, before and apart from all this.

mod head;
mod part;

use domain::mask::display_text;
use domain::time::Timestamp;
use zeroize::Zeroizing;

use head::NAME;
pub(crate) use head::{AS_DAY, Head, Start, day};
pub(crate) use part::{Means, Part, PartKind};

use crate::json::Json;
use crate::names::{cut_path, join};
use crate::parsed::{Fate, FieldLine, Home, ItemKind, LeftOut, ValueKind};
use crate::secret_like::is_secret_like;
use domain::catalogue::AuthMethod;

const ODD_NAMES: &str =
    "Names of its fields hold characters that can't be shown; they are “·” here.";

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
    /// How much of the item, as its reader goes through it, nobody entered.
    pub form: usize,
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
            form: 0,
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

    /// How much the item holds beside its name, counted in the file itself. What the reader makes of it has to speak for as much.
    pub(crate) fn found(&mut self, entered: usize) {
        self.head.entered = NAME + entered;
    }

    /// Beside what was found before.
    pub(crate) fn found_too(&mut self, entered: usize) {
        self.head.entered += entered;
    }

    /// As [`Material::found`], of a tree of which [`Material::form`] is known.
    pub(crate) fn found_in(&mut self, tree: &Json) {
        self.found(tree.leaves().saturating_sub(self.form));
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
        let is_odd = |text: &str| display_text(text) != text;
        if is_odd(&part.label) || is_odd(&part.section) {
            self.remark_once(ODD_NAMES);
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

    /// How much of what was entered the last line speaks for, where that is not one thing.
    pub(crate) fn speaks_for(&mut self, entered: usize) {
        if let Some(line) = self.fields.last_mut() {
            line.entered = entered;
        }
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

    fn remark_once(&mut self, remark: &str) {
        if !self.remarks.iter().any(|known| known == remark) {
            self.remark(remark);
        }
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
            .speaking_for(self.head.notes_entered)
            .referred_to(self.head.notes_reference.take());
        self.parts.push(part);
    }
}

pub(crate) fn field_line(name: FieldName<'_>, fate: Fate) -> FieldLine {
    FieldLine {
        path: cut_path(name.path),
        name: field_name(name.section, name.label),
        entered: 1,
        fate,
    }
}

/// `Section · Label` as it may be shown.
pub(crate) fn field_name(section: &str, label: &str) -> String {
    let label = if label.is_empty() { "field" } else { label };
    let section = display_text(section);
    join(section.trim(), "", label)
}
