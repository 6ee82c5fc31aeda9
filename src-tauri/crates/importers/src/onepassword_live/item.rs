//! One item: read, and never more than a line when it can't be.

use domain::time::Timestamp;

use super::field::Fields;
use super::{LiveFile, LiveItem, category_kind, unreadable};
use crate::format::Format;
use crate::json::{Json, JsonFault, Open};
use crate::material::{Material, Means, Part, Start};
use crate::parsed::{ItemState, ParsedItem};

/// Members of an item that 1Password works out by itself, or that say where it is.
const ITEM_FORM: [&str; 6] = [
    "id",
    "vault",
    "version",
    "last_edited_by",
    "lastEditedBy",
    "additional_information",
];

pub(super) fn read(live: &LiveItem, id: String, json: &[u8], files: &[LiveFile]) -> ParsedItem {
    let Ok(text) = std::str::from_utf8(json) else {
        return unreadable(live, id, "The item holds text that is not valid Unicode.");
    };
    match Json::parse(text) {
        Ok(tree) if is_the_one(&tree, live) => {
            let mut material = material(live, id, &tree, files);
            material.found_in(&tree);
            ParsedItem::propose(material)
        }
        Ok(_) => unreadable(live, id, "1Password answered with something else than it."),
        Err(JsonFault::Malformed) => unreadable(live, id, "1Password's answer is no valid JSON."),
        Err(fault) => unreadable(live, id, &fault.text()),
    }
}

/// References and later imports go by these ids.
fn is_the_one(tree: &Json, live: &LiveItem) -> bool {
    let vault = tree.get("vault").and_then(|vault| vault.member_text("id"));
    tree.member_text("id") == Some(&live.id) && vault == Some(&live.vault.id)
}

fn material(live: &LiveItem, id: String, tree: &Json, files: &[LiveFile]) -> Material {
    let mut open = Open::new(tree);
    open.pass_over(&ITEM_FORM);
    let kind = open.name("category").map_or(live.kind, category_kind);
    let state = state_of(&mut open, live.state);
    let mut material = Material::new(Start {
        format: Format::OnePasswordLive,
        id,
        title: open.name("title"),
        place: live.vault.place(),
        kind,
        state,
    });
    let (tags, no_tags): (Vec<&Json>, Vec<&Json>) = open
        .take_list("tags")
        .iter()
        .filter(|tag| !tag.is_empty())
        .partition(|tag| tag.text().is_some());
    material.give_tags(tags.into_iter().filter_map(Json::text));
    if let Some(Json::Bool(favorite)) = open.look("favorite") {
        match favorite {
            true => {
                open.take("favorite");
                material.mark_favorite();
            }
            false => open.pass_over(&["favorite"]),
        }
    }
    for (names, label) in [
        (["created_at", "createdAt"], "Created in 1Password"),
        (["updated_at", "updatedAt"], "Changed in 1Password"),
    ] {
        if let Some(at) = take_time(&mut open, names) {
            material.add_origin_day(label, at);
        }
    }
    if !live.vault.name.is_empty() {
        let line = format!("1Password vault: {}", live.vault.name);
        material.add_origin(line);
    }
    let urls = open.take_list("urls");
    let [sections, listed, attached] =
        ["sections", "fields", "files"].map(|name| open.take_list(name));
    // Ids and labels, which their fields bear.
    open.pass_over(&["sections"]);
    let mut fields = Fields::new(&mut material, live, [sections, listed, attached]);
    for (index, field) in listed.iter().enumerate() {
        fields.field(field, index);
    }
    for (index, file) in attached.iter().enumerate() {
        fields.file(file, index, files);
    }
    for (index, url) in urls.iter().enumerate() {
        fields.url(url, index);
    }
    for tag in no_tags {
        fields.beside("item", "tags", tag);
    }
    for (name, value) in open.rest(fields.form()) {
        fields.beside("item", name, value);
    }
    material
}

/// A state that is not known stays among the rest. The list of items says `archived` too, and then it is.
fn state_of(open: &mut Open<'_>, listed: ItemState) -> ItemState {
    let trashed = match open.look("trashed") {
        Some(Json::Bool(trashed)) => {
            open.pass_over(&["trashed"]);
            *trashed
        }
        _ => false,
    };
    let own = match open.look("state").and_then(Json::text) {
        Some("ARCHIVED") => ItemState::Archived,
        Some("DELETED") => ItemState::Trashed,
        Some("ACTIVE") => ItemState::Active,
        _ if trashed => return ItemState::Trashed,
        _ => return listed,
    };
    open.pass_over(&["state"]);
    match own {
        _ if trashed => ItemState::Trashed,
        ItemState::Active => listed,
        own => own,
    }
}

/// What is no time stays among the rest.
fn take_time(open: &mut Open<'_>, names: [&str; 2]) -> Option<Timestamp> {
    let name = names.into_iter().find(|name| open.look(name).is_some())?;
    let at = open.look(name)?.text()?;
    let at = Timestamp::parse(at).ok()?;
    open.take(name);
    Some(at)
}

impl Fields<'_> {
    fn url(&mut self, url: &Json, index: usize) {
        let mut open = Open::new(url);
        let label = open.name("label").unwrap_or_default();
        open.pass_over(&["primary"]);
        let is_own = !label.is_empty() && !["website", "url"].contains(&label);
        let label = if is_own { label } else { "URL" };
        if let Some(href) = open.take_text("href") {
            let part = Part::plain(label, &format!("url.{index}"), href).meaning(Means::Url);
            self.material.add(part);
        }
        for (name, value) in open.rest(self.form()) {
            match url {
                Json::Object(_) => self.beside("urls", name, value),
                _ => self.unknown_url(value),
            }
        }
    }
}
