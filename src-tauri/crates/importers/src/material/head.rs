//! What an item says about itself, made safe to show.

use std::collections::BTreeSet;

use domain::mask::display_text;
use domain::tags::{TAG_CHARS_MAX, TAGS_MAX};
use domain::time::Timestamp;
use zeroize::Zeroizing;

use super::{FieldName, Material, Part, field_line};
use crate::format::Format;
use crate::names::{CleanTitle, clean_title, shown_url};
use crate::parsed::{Fate, Home, ItemKind, ItemState, Place};
use crate::secret_like::is_secret_url;

/// The tags that say what a source keeps as a flag.
const ARCHIVED: &str = "archived";
const FAVORITE: &str = "favorite";
/// The name of an item is one thing, whether the file says it or not.
pub(super) const NAME: usize = 1;
pub(crate) const AS_DAY: &str = "the time is kept as its day";
const UNSHOWN: &str = "characters that can't be shown are “·”";
/// Follows the words "The title".
const SECRET_TITLE: &str = "was an address with a secret in it, which is kept as a value";

pub(crate) struct Head {
    pub format: Format,
    pub id: String,
    /// Safe to show.
    pub title: String,
    pub place: Place,
    pub kind: ItemKind,
    pub state: ItemState,
    /// What the reader counted, see [`Material::found`].
    pub entered: usize,
    pub notes: Zeroizing<String>,
    /// How much of what was entered is in them.
    pub notes_entered: usize,
    /// Where 1Password has the notes, as a reference.
    pub notes_reference: Option<String>,
    pub tags: Vec<String>,
    /// Lines that follow the fields in the notes: where the item came from.
    pub origin: Vec<Origin>,
}

/// A line of the notes that is none of the item's fields.
pub(crate) struct Origin {
    pub line: String,
    /// What the file says it in, where that needs a line of the report.
    pub of_field: Option<String>,
    /// In which form other than the file's it stands there.
    pub how: &'static str,
}

/// What is known of an item before its fields are read.
pub(crate) struct Start<'a> {
    pub format: Format,
    /// Unique within the import, and the same in every export.
    pub id: String,
    /// As the file has it.
    pub title: Option<&'a str>,
    pub place: Place,
    pub kind: ItemKind,
    pub state: ItemState,
}

impl Head {
    pub(super) fn empty(start: &Start<'_>) -> Head {
        Head {
            format: start.format,
            id: start.id.clone(),
            title: String::new(),
            place: start.place.clone(),
            kind: start.kind,
            state: start.state,
            entered: NAME,
            notes: Zeroizing::new(String::new()),
            notes_entered: 0,
            notes_reference: None,
            tags: Vec::new(),
            origin: Vec::new(),
        }
    }
}

impl Material {
    pub(super) fn give_title(&mut self, given: Option<&str>) {
        let secret = given.filter(|title| is_secret_url(title));
        let shown = secret.map(shown_url);
        let CleanTitle { title, changed } = clean_title(shown.as_deref().or(given), self.head.kind);
        self.head.title = title;
        let changed = secret.map(|_| SECRET_TITLE).or(changed);
        if let Some(whole) = secret {
            self.add(Part::secret("title", "title", whole).speaking_for(0));
        }
        let at = Home::Name;
        let fate = match changed {
            None => Fate::Kept { at },
            Some(how) => {
                self.remark(format!("The title {how}."));
                Fate::Changed {
                    at,
                    how: how.to_owned(),
                }
            }
        };
        self.fields.push(field_line(own("title"), fate));
    }

    /// Tags that can be tags; those too long or too many go to the notes.
    pub(crate) fn give_tags<'a>(&mut self, given: impl Iterator<Item = &'a str>) {
        if self.head.state == ItemState::Archived {
            self.head.tags.push(ARCHIVED.to_owned());
        }
        let mut rest = Vec::new();
        let mut entered = 0;
        let mut how: BTreeSet<&str> = BTreeSet::new();
        for given in given.filter(|given| !given.is_empty()) {
            entered += 1;
            let tag = display_text(given.trim());
            if tag != given.trim() {
                how.insert(UNSHOWN);
            }
            if given.trim() != given {
                how.insert("blanks around tags are left away");
            }
            if tag.is_empty() || self.head.tags.contains(&tag) {
                continue;
            }
            if tag.chars().count() <= TAG_CHARS_MAX && self.head.tags.len() < TAGS_MAX {
                self.head.tags.push(tag);
            } else {
                how.insert("tags that are too long or too many stand in the notes");
                rest.push(tag);
            }
        }
        if entered == 0 {
            return;
        }
        if !rest.is_empty() {
            self.add_origin(format!("Tags: {}", rest.join(", ")));
        }
        let at = Home::Tags;
        let fate = match how.is_empty() {
            true => Fate::Kept { at },
            false => Fate::Changed {
                at,
                how: how.into_iter().collect::<Vec<_>>().join("; "),
            },
        };
        self.fields.push(field_line(own("tags"), fate));
        self.speaks_for(entered);
    }

    /// Call it after [`Material::give_tags`].
    pub(crate) fn mark_favorite(&mut self) {
        let known = self.head.tags.iter().any(|tag| tag == FAVORITE);
        if !known && self.head.tags.len() >= TAGS_MAX {
            // Told with the other lines of the notes.
            self.head.origin.push(Origin {
                line: "Favorite: yes".to_owned(),
                of_field: Some("favorite".to_owned()),
                how: "there are as many tags as there can be, so it stands in the notes",
            });
            return;
        }
        if !known {
            self.head.tags.push(FAVORITE.to_owned());
        }
        let fate = Fate::Changed {
            at: Home::Tags,
            how: format!("it is kept as the tag “{FAVORITE}”"),
        };
        self.fields.push(field_line(own("favorite"), fate));
    }

    /// A field that says `no`, of which nothing is left to do.
    pub(crate) fn mark_no_favorite(&mut self, name: FieldName<'_>) {
        let at = Home::Tags;
        self.fields.push(field_line(name, Fate::Kept { at }));
    }

    pub(crate) fn give_notes(&mut self, notes: &str) {
        self.head.notes = Zeroizing::new(notes.to_owned());
        self.head.notes_entered = usize::from(!notes.is_empty());
    }

    /// More notes of the same item, on lines of their own.
    pub(crate) fn add_notes(&mut self, more: &str) {
        if more.is_empty() {
            return;
        }
        let entered = self.head.notes_entered;
        let joined = match entered {
            0 => Zeroizing::new(more.to_owned()),
            _ => Zeroizing::new([self.head.notes.as_str(), more].join("\n")),
        };
        self.give_notes(&joined);
        self.head.notes_entered = entered + 1;
    }

    /// A line of the notes that says where the item lay.
    pub(crate) fn add_origin(&mut self, line: String) {
        self.head.origin.push(Origin {
            line,
            of_field: None,
            how: "",
        });
    }

    /// The folder that a field names, which is no field of the secret.
    pub(crate) fn add_origin_folder(&mut self, label: &str, folder: &str) {
        self.head.origin.push(Origin {
            line: format!("Folder: {folder}"),
            of_field: Some(label.to_owned()),
            how: "a secret has no folder here, so it stands in the notes",
        });
    }

    /// `Created in 1Password: 2024-04-28`.
    pub(crate) fn add_origin_day(&mut self, label: &'static str, at: Timestamp) {
        self.head.origin.push(Origin {
            line: format!("{label}: {}", day(at)),
            of_field: Some(label.to_owned()),
            how: AS_DAY,
        });
    }
}

/// A point in time as the day it falls on.
pub(crate) fn day(at: Timestamp) -> String {
    let time = at.to_string();
    time.split('T').next().unwrap_or_default().to_owned()
}

fn own(label: &'static str) -> FieldName<'static> {
    FieldName {
        section: "",
        label,
        path: label,
    }
}
