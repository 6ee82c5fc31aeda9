//! What files of settings have in common: their items have no ids of their own, and are found again by the file's name and their own.

use std::io::{Read, Seek};

use crate::error::ImportError;
use crate::format::Format;
use crate::ini::{Section, Unread};
use crate::json::{Json, JsonFault};
use crate::limits::{ITEM_BYTES_MAX, ITEM_MEMBERS_MAX};
use crate::lines::read_text;
use crate::material::{FieldName, Material, Part, PartKind, Start};
use crate::names::ItemIds;
use crate::options::ReadOptions;
use crate::parsed::{About, ItemKind, ItemState, LeftOut, ParsedImport, ParsedItem, Place};
use crate::text_file::{read_whole, text_of};

type Reader = fn(&str, &ReadOptions) -> Result<Vec<Material>, ImportError>;

/// Reads a file of lines: its text goes to the format's own reader.
pub(crate) fn read_lines<R: Read + Seek>(
    file: R,
    format: Format,
    options: &ReadOptions,
    reader: Reader,
) -> Result<ParsedImport, ImportError> {
    let text = read_text(file)?;
    Ok(import(format, reader(&text, options)?))
}

/// Reads a file that is one document.
pub(crate) fn read_document<R: Read + Seek>(
    file: R,
    format: Format,
    options: &ReadOptions,
    reader: Reader,
) -> Result<ParsedImport, ImportError> {
    let limit = u64::try_from(ITEM_BYTES_MAX).unwrap_or(u64::MAX);
    let bytes = read_whole(file, limit)?;
    let text = text_of(&bytes)?;
    Ok(import(format, reader(&text, options)?))
}

fn import(format: Format, items: Vec<Material>) -> ParsedImport {
    ParsedImport {
        format,
        other_formats: Vec::new(),
        about: About::default(),
        columns: None,
        items: items.into_iter().map(ParsedItem::propose).collect(),
    }
}

/// A file that is one JSON document.
pub(crate) fn parse_json(text: &str) -> Result<Json, ImportError> {
    Json::parse(text).map_err(|fault| match fault {
        JsonFault::TooLarge => ImportError::TooLarge {
            what: "The file",
            limit: u64::try_from(ITEM_BYTES_MAX).unwrap_or(u64::MAX),
        },
        JsonFault::TooManyMembers => ImportError::TooManyItems {
            limit: ITEM_MEMBERS_MAX,
        },
        JsonFault::TooDeep => ImportError::Damaged("its JSON is nested too deep."),
        JsonFault::DoubleMember => ImportError::Damaged(
            "its JSON names the same thing twice, so it is not certain what counts.",
        ),
        JsonFault::Malformed => ImportError::Damaged("its JSON breaks off or goes wrong."),
    })
}

/// One file being read.
pub(crate) struct ConfigFile {
    format: Format,
    origin: String,
    ids: ItemIds,
}

impl ConfigFile {
    pub(crate) fn new(format: Format, options: &ReadOptions) -> ConfigFile {
        ConfigFile {
            format,
            origin: options.origin.clone().unwrap_or_default(),
            ids: ItemIds::default(),
        }
    }

    /// An item for the lines that stand in no section; none where there are no such lines.
    pub(crate) fn before_sections(&mut self, unread: &[Unread]) -> Option<Material> {
        if unread.is_empty() {
            return None;
        }
        let mut item = self.item(
            "(before the first section)",
            "Lines before the first section",
            ItemKind::Other,
        );
        item.found(unread.len());
        item.leave_out_unread(unread);
        Some(item)
    }

    /// An item, named by what names it in the file.
    pub(crate) fn item(&mut self, name: &str, title: &str, kind: ItemKind) -> Material {
        let id = match self.origin.as_str() {
            "" => name.to_owned(),
            origin => format!("{origin}/{name}"),
        };
        Material::new(Start {
            format: self.format,
            id: self.ids.claim(id),
            title: Some(title),
            place: Place {
                vault: domain::mask::display_text(&self.origin),
                ..Place::default()
            },
            kind,
            state: ItemState::Active,
        })
    }
}

/// A field of one line: its label is its path too.
pub(crate) fn named(key: &str) -> FieldName<'_> {
    FieldName {
        section: "",
        label: key,
        path: key,
    }
}

impl Material {
    /// A setting that goes to the notes of what it belongs to, or to the report where there is nothing to keep.
    pub(crate) fn add_setting(&mut self, key: &str, value: &str) {
        self.add(Part::plain(key, key, value));
    }

    /// A section of more keys than anybody has is a line of the report and no more: what is done with each costs more with all.
    pub(crate) fn has_room_for(&mut self, section: &Section) -> bool {
        let has_room = section.entries.len() <= ITEM_MEMBERS_MAX;
        if !has_room {
            self.left_out.push(LeftOut {
                title: self.head.title.clone(),
                reason: format!("It holds more than {ITEM_MEMBERS_MAX} keys."),
            });
        }
        has_room
    }

    /// Without a secret the settings beside it are not kept either. The report says why, and names each.
    pub(crate) fn settle_without_secret(&mut self, reason: &str) {
        if self.parts.iter().any(|part| part.kind != PartKind::Plain) {
            return;
        }
        if self.left_out.is_empty() {
            self.left_out.push(LeftOut {
                title: self.head.title.clone(),
                reason: reason.to_owned(),
            });
        }
        for part in std::mem::take(&mut self.parts) {
            self.pass_over(part.name(), reason);
            self.speaks_for(part.entered);
        }
    }

    /// Lines that name a value which is not taken.
    pub(crate) fn leave_out_unread<'a>(&mut self, unread: impl IntoIterator<Item = &'a Unread>) {
        for line in unread {
            let shown = format!("line {}", line.line);
            let label = if line.key.is_empty() {
                &shown
            } else {
                &line.key
            };
            let name = FieldName {
                section: "",
                label,
                path: &shown,
            };
            self.leave_out(name, line.why.reason(line.line));
        }
    }
}
