//! One item: read, and never more than a line when it can't be.

use std::io::{Read, Seek};

use domain::mask::display_text;
use serde::Deserialize;

use super::archive::Archive;
use super::category::kind_of;
use super::document::VaultPlace;
use super::fields::{Fields, time_of};
use crate::format::Format;
use crate::json::{Json, Open};
use crate::material::{Material, Start};
use crate::names::{ItemIds, clean_title};
use crate::parsed::{ItemKind, ItemState, ParsedItem, Place};

/// Members of the overview that 1Password works out by itself.
const OVERVIEW_FORM: [&str; 6] = [
    "ps",
    "pbe",
    "pgrng",
    "icons",
    "watchtowerExclusions",
    "ainfo",
];
const ID_CHARS_MAX: usize = 100;

pub(super) struct ItemReader<'a, R> {
    archive: &'a mut Archive<R>,
    ids: &'a mut ItemIds,
    /// The item's place in the file.
    index: usize,
}

impl<'a, R: Read + Seek> ItemReader<'a, R> {
    pub(super) fn new(archive: &'a mut Archive<R>, ids: &'a mut ItemIds, index: usize) -> Self {
        ItemReader {
            archive,
            ids,
            index,
        }
    }

    pub(super) fn read(&mut self, place: &VaultPlace, json: &str) -> ParsedItem {
        match Json::parse(json) {
            Ok(tree) => self.read_tree(place, &tree),
            Err(fault) => {
                let title = title_of(json).unwrap_or_else(|| self.numbered_title());
                self.bad(place, &title, &fault.text())
            }
        }
    }

    /// What a person wrote about a vault is an item of its own, since a secret has no vault here.
    pub(super) fn description(&mut self, place: &VaultPlace, text: &str) -> ParsedItem {
        let mut material = Material::new(Start {
            format: Format::OnePux,
            id: self.ids.claim(format!("{}/description", place.vault_uuid)),
            title: Some(&format!("{} (description of the vault)", place.vault)),
            place: place.shown(),
            kind: ItemKind::Note,
            state: ItemState::Active,
        });
        material.give_notes(text);
        material.found(1);
        ParsedItem::propose(material)
    }

    /// A whole account or vault that can't be read.
    pub(super) fn unreadable(&mut self, place: &VaultPlace, reason: &str) -> ParsedItem {
        let title = if place.account.is_empty() {
            "An account".to_owned()
        } else {
            format!("A vault of {}", place.account)
        };
        self.bad(place, &title, reason)
    }

    fn read_tree(&mut self, place: &VaultPlace, tree: &Json) -> ParsedItem {
        let inner = tree.get("item").filter(|it| !it.members().is_empty());
        let item = inner.unwrap_or(tree);
        if let Some(file) = tree.get("file").filter(|_| inner.is_none()) {
            let title = file
                .member_text("path")
                .or_else(|| file.get("attrs")?.member_text("fileName"))
                .unwrap_or("file");
            return self.bad(place, title, "It is a file without an item.");
        }
        if item.members().is_empty() {
            let title = self.numbered_title();
            return self.bad(
                place,
                &title,
                "It is not of the form that 1Password writes.",
            );
        }
        let nothing = Json::Null;
        let mut wrapper = Open::new(inner.map_or(&nothing, |_| tree));
        wrapper.take("item");
        let mut open = Open::new(item);
        let details = take_object(&mut open, "details").unwrap_or(&nothing);
        let overview = take_object(&mut open, "overview").unwrap_or(&nothing);
        let mut material = self.material(place, [wrapper, open], details, overview);
        material.found_in(tree);
        ParsedItem::propose(material)
    }

    fn material(
        &mut self,
        place: &VaultPlace,
        [mut wrapper, mut open]: [Open<'_>; 2],
        details: &Json,
        overview: &Json,
    ) -> Material {
        let mut seen = Open::new(overview);
        let title = seen.name("title");
        let kind = kind_of(open.name("categoryUuid"));
        let state = stronger(state_of(&mut wrapper), state_of(&mut open));
        let wanted = match open.name("uuid") {
            Some(uuid) => display_text(uuid).chars().take(ID_CHARS_MAX).collect(),
            None => format!("{}/{}", place.vault_uuid, clean_title(title, kind).title),
        };
        let mut material = Material::new(Start {
            format: Format::OnePux,
            id: self.ids.claim(wanted),
            title,
            place: place.shown(),
            kind,
            state,
        });
        let (tags, no_tags): (Vec<&Json>, Vec<&Json>) = seen
            .take_list("tags")
            .iter()
            .filter(|tag| !tag.is_empty())
            .partition(|tag| tag.text().is_some());
        material.give_tags(tags.into_iter().filter_map(Json::text));
        match open.take_whole("favIndex") {
            Some(index) if index > 0 => material.mark_favorite(),
            Some(_) => open.pass_over(&["favIndex"]),
            None => {}
        }
        for (member, label) in [
            ("createdAt", "Created in 1Password"),
            ("updatedAt", "Changed in 1Password"),
        ] {
            if let Some(number) = open.take_whole(member) {
                material.add_origin_day(label, time_of(number));
            }
        }
        if let Some(line) = place.origin() {
            material.add_origin(line);
        }
        let mut fields = Fields::new(&mut material, self.archive);
        fields.details(details);
        fields.urls(&mut seen);
        // 1Password makes the subtitle from the other fields.
        seen.pass_over(&["subtitle"]);
        seen.pass_over(&OVERVIEW_FORM);
        for tag in no_tags {
            fields.beside("overview", "tags", tag);
        }
        for (name, value) in seen.rest(fields.form()) {
            fields.beside("overview", name, value);
        }
        for (name, value) in wrapper.rest(fields.form()) {
            fields.beside("wrapper", name, value);
        }
        for (name, value) in open.rest(fields.form()) {
            fields.beside("item", name, value);
        }
        material
    }

    fn bad(&mut self, place: &VaultPlace, title: &str, reason: &str) -> ParsedItem {
        let start = Start {
            format: Format::OnePux,
            id: self
                .ids
                .claim(format!("{}/item {}", place.vault_uuid, self.index + 1)),
            title: Some(title),
            place: place.shown(),
            kind: ItemKind::Other,
            state: ItemState::Active,
        };
        ParsedItem::propose(Material::unreadable(start, reason))
    }

    fn numbered_title(&self) -> String {
        format!("Item {} of the file", self.index + 1)
    }
}

/// Anything but an object stays among the rest.
fn take_object<'a>(item: &mut Open<'a>, name: &str) -> Option<&'a Json> {
    match item.look(name) {
        Some(Json::Object(_)) => item.take(name),
        _ => None,
    }
}

/// A state that is not known stays among the rest.
fn state_of(item: &mut Open<'_>) -> ItemState {
    let trashed = match item.look("trashed") {
        Some(Json::Bool(trashed)) => {
            item.pass_over(&["trashed"]);
            *trashed
        }
        _ => false,
    };
    let state = match item.look("state").and_then(Json::text) {
        Some("trashed" | "deleted") => ItemState::Trashed,
        Some("archived") => ItemState::Archived,
        Some("active") => ItemState::Active,
        _ => {
            return if trashed {
                ItemState::Trashed
            } else {
                ItemState::Active
            };
        }
    };
    item.pass_over(&["state"]);
    if trashed { ItemState::Trashed } else { state }
}

/// An item is where its own words or those around it put it; the trash before the archive.
fn stronger(one: ItemState, other: ItemState) -> ItemState {
    [ItemState::Trashed, ItemState::Archived]
        .into_iter()
        .find(|state| one == *state || other == *state)
        .unwrap_or(ItemState::Active)
}

impl VaultPlace {
    fn shown(&self) -> Place {
        Place {
            account: self.account.clone(),
            vault: self.vault.clone(),
            folder: String::new(),
        }
    }

    fn origin(&self) -> Option<String> {
        if self.vault.is_empty() {
            return None;
        }
        let account = if self.account.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.account)
        };
        Some(format!("1Password vault: {}{account}", self.vault))
    }
}

/// The title of an item whose rest can't be read.
fn title_of(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Head {
        overview: HeadOverview,
    }
    #[derive(Deserialize)]
    struct HeadOverview {
        title: String,
    }
    let head: Head = serde_json::from_str(json).ok()?;
    Some(head.overview.title)
}
