//! One item: read, and never more than a line when it can't be.

use std::collections::BTreeMap;

use domain::mask::display_text;
use domain::time::Timestamp;

use super::fields::Fields;
use crate::format::Format;
use crate::json::{Json, Open};
use crate::material::{Material, Start};
use crate::names::{ItemIds, clean_title};
use crate::parsed::{ItemKind, ItemState, ParsedItem, Place};

const ID_CHARS_MAX: usize = 100;
/// What an organisation's items are said to lie in.
const ORGANISATION: &str = "Organization vault";
const OWN: &str = "My vault";

pub(super) struct ItemReader<'a> {
    folders: &'a BTreeMap<String, String>,
    ids: &'a mut ItemIds,
    /// The item's place in the file.
    index: usize,
}

impl<'a> ItemReader<'a> {
    pub(super) fn new(
        folders: &'a BTreeMap<String, String>,
        ids: &'a mut ItemIds,
        index: usize,
    ) -> Self {
        ItemReader {
            folders,
            ids,
            index,
        }
    }

    pub(super) fn read(&mut self, json: &str) -> ParsedItem {
        match Json::parse(json) {
            Ok(tree) if !tree.members().is_empty() => {
                let mut material = self.material(&tree);
                material.found_in(&tree);
                ParsedItem::propose(material)
            }
            Ok(_) => self.bad("It is not of the form that Bitwarden writes."),
            Err(fault) => self.bad(&fault.text()),
        }
    }

    fn material(&mut self, tree: &Json) -> Material {
        let mut open = Open::new(tree);
        let title = open.name("name");
        let kind = kind_of(open.take_whole("type"));
        if open
            .look("type")
            .is_some_and(|number| matches!(number, Json::Number(_)))
        {
            open.pass_over(&["type"]);
        }
        let state = state_of(&mut open);
        let place = self.place(&mut open);
        let wanted = match open.name("id") {
            Some(id) => display_text(id).chars().take(ID_CHARS_MAX).collect(),
            None => format!("{}/{}", place.folder, clean_title(title, kind).title),
        };
        let mut material = Material::new(Start {
            format: Format::Bitwarden,
            id: self.ids.claim(wanted),
            title,
            place,
            kind,
            state,
        });
        material.give_tags(std::iter::empty());
        match open.look("favorite") {
            Some(Json::Bool(true)) => {
                open.take("favorite");
                material.mark_favorite();
            }
            Some(Json::Bool(false)) => open.pass_over(&["favorite"]),
            _ => {}
        }
        for (member, label) in [
            ("creationDate", "Created in Bitwarden"),
            ("revisionDate", "Changed in Bitwarden"),
        ] {
            if let Some(at) = open.look(member).and_then(time) {
                open.take(member);
                material.add_origin_day(label, at);
            }
        }
        if !material.head.place.folder.is_empty() {
            let line = format!("Bitwarden folder: {}", material.head.place.folder);
            material.add_origin(line);
        }
        if let Some(notes) = open.take_text("notes") {
            material.give_notes(notes);
        }
        Fields::new(&mut material).read(open);
        material
    }

    /// The folder, or the collections of an organisation's item.
    fn place(&self, open: &mut Open<'_>) -> Place {
        let organisation = open.name("organizationId");
        let named = |id: &str| {
            let unknown = || display_text(id).chars().take(ID_CHARS_MAX).collect();
            self.folders.get(id).cloned().unwrap_or_else(unknown)
        };
        let folder = open.name("folderId").map(named);
        let collections = open.take_list("collectionIds");
        open.pass_over(&["collectionIds"]);
        let names: Vec<String> = folder
            .into_iter()
            .chain(collections.iter().filter_map(Json::text).map(named))
            .collect();
        Place {
            account: String::new(),
            vault: if organisation.is_some() {
                ORGANISATION
            } else {
                OWN
            }
            .to_owned(),
            folder: names.join(", "),
        }
    }

    fn bad(&mut self, reason: &str) -> ParsedItem {
        let title = format!("Item {} of the file", self.index + 1);
        let start = Start {
            format: Format::Bitwarden,
            id: self.ids.claim(format!("item {}", self.index + 1)),
            title: Some(&title),
            place: Place::default(),
            kind: ItemKind::Other,
            state: ItemState::Active,
        };
        ParsedItem::propose(Material::unreadable(start, reason))
    }
}

pub(super) fn time(value: &Json) -> Option<Timestamp> {
    Timestamp::parse(value.text()?).ok()
}

fn state_of(open: &mut Open<'_>) -> ItemState {
    let mut is_set = |name: &str| {
        let is_set = open.look(name).is_some_and(|value| !value.is_empty());
        open.pass_over(&[name]);
        is_set
    };
    let (deleted, archived) = (is_set("deletedDate"), is_set("archivedDate"));
    if deleted {
        ItemState::Trashed
    } else if archived {
        ItemState::Archived
    } else {
        ItemState::Active
    }
}

fn kind_of(number: Option<i64>) -> ItemKind {
    match number {
        Some(1) => ItemKind::Login,
        Some(2) => ItemKind::Note,
        Some(3) => ItemKind::Card,
        Some(4) => ItemKind::Identity,
        Some(5) => ItemKind::SshKey,
        _ => ItemKind::Other,
    }
}
