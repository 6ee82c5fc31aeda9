//! What an item says about itself, made safe to show.

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
    pub notes: Zeroizing<String>,
    /// Where 1Password has the notes, as a reference.
    pub notes_reference: Option<String>,
    pub tags: Vec<String>,
    /// Lines that follow the fields in the notes: where the item came from.
    pub origin: Vec<String>,
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
            notes: Zeroizing::new(String::new()),
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
            self.add(Part::secret("title", "title", whole));
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
        let mut was_given = false;
        for tag in given {
            let tag = display_text(tag.trim());
            if tag.is_empty() || self.head.tags.contains(&tag) {
                continue;
            }
            was_given = true;
            if tag.chars().count() <= TAG_CHARS_MAX && self.head.tags.len() < TAGS_MAX {
                self.head.tags.push(tag);
            } else {
                rest.push(tag);
            }
        }
        if !was_given {
            return;
        }
        let at = Home::Tags;
        let fate = if rest.is_empty() {
            Fate::Kept { at }
        } else {
            let how = "tags that are too long or too many stand in the notes".to_owned();
            self.head.origin.push(format!("Tags: {}", rest.join(", ")));
            Fate::Changed { at, how }
        };
        self.fields.push(field_line(own("tags"), fate));
    }

    /// Call it after [`Material::give_tags`].
    pub(crate) fn mark_favorite(&mut self) {
        let known = self.head.tags.iter().any(|tag| tag == FAVORITE);
        if !known && self.head.tags.len() < TAGS_MAX {
            self.head.tags.push(FAVORITE.to_owned());
        }
        let fate = Fate::Changed {
            at: Home::Tags,
            how: format!("it is kept as the tag “{FAVORITE}”"),
        };
        self.fields.push(field_line(own("favorite"), fate));
    }

    pub(crate) fn give_notes(&mut self, notes: &str) {
        self.head.notes = Zeroizing::new(notes.to_owned());
    }

    /// `Created in 1Password: 2024-04-28`.
    pub(crate) fn add_origin_day(&mut self, label: &str, at: Timestamp) {
        self.head.origin.push(format!("{label}: {}", day(at)));
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
