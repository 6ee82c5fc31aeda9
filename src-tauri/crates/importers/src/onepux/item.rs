//! One item: read, mapped, and never more than a line when it can't be.

use std::io::{Read, Seek};

use domain::mask::display_text;
use domain::tags::{TAG_CHARS_MAX, TAGS_MAX};
use domain::time::Timestamp;
use serde::Deserialize;

use super::ItemIds;
use super::archive::Archive;
use super::document::VaultPlace;
use super::found::{Found, Part, PartKind};
use super::json::{Json, JsonFault};
use super::mapping::{Item, map};
use super::names::{clean_title, join};
use crate::limits::{ITEM_BYTES_MAX, ITEM_DEPTH_MAX, ITEM_MEMBERS_MAX};
use crate::parsed::{LeftOut, ParsedItem};

/// The tag of items that were archived.
const ARCHIVED: &str = "archived";
const SECURE_NOTE: &str = "003";

pub(super) struct ItemReader<'a, R> {
    archive: &'a mut Archive<R>,
    /// The item's place in the file.
    index: usize,
}

impl<'a, R: Read + Seek> ItemReader<'a, R> {
    pub(super) fn new(archive: &'a mut Archive<R>, index: usize) -> Self {
        ItemReader { archive, index }
    }

    pub(super) fn read(&mut self, place: &VaultPlace, json: &str, ids: &mut ItemIds) -> ParsedItem {
        match Json::parse(json) {
            Ok(tree) => self.read_tree(place, &tree, ids),
            Err(fault) => {
                let title = title_of(json).unwrap_or_else(|| self.numbered_title());
                self.bad(place, title, &fault_text(fault), ids)
            }
        }
    }

    /// A whole account or vault that can't be read.
    pub(super) fn unreadable(
        &mut self,
        place: &VaultPlace,
        reason: &str,
        ids: &mut ItemIds,
    ) -> ParsedItem {
        let title = if place.account.is_empty() {
            "An account".to_owned()
        } else {
            format!("A vault of {}", place.account)
        };
        self.bad(place, title, reason, ids)
    }

    fn read_tree(&mut self, place: &VaultPlace, tree: &Json, ids: &mut ItemIds) -> ParsedItem {
        let item = tree
            .get("item")
            .filter(|inner| !inner.members().is_empty())
            .unwrap_or(tree);
        if let Some(file) = tree.get("file") {
            let title = file
                .member_text("path")
                .or_else(|| file.get("attrs")?.member_text("fileName"))
                .unwrap_or("file");
            return self.bad(
                place,
                clean_title(title),
                "It is a file without an item.",
                ids,
            );
        }
        if item.members().is_empty() {
            return self.bad(
                place,
                self.numbered_title(),
                "It is not of the form that 1Password writes.",
                ids,
            );
        }
        let nothing = Json::Null;
        let details = item.get("details").unwrap_or(&nothing);
        let overview = item.get("overview").unwrap_or(&nothing);
        let title = match overview.member_text("title") {
            Some(title) => clean_title(title),
            None => self.numbered_title(),
        };
        let archived = item.member_text("state") == Some("archived");
        let trashed = item.get("trashed").is_some_and(Json::is_true)
            || item.member_text("state") == Some("trashed");
        let id = ids.claim(match item.member_text("uuid") {
            Some(uuid) => display_text(uuid).chars().take(ID_CHARS_MAX).collect(),
            None => format!("{}/{title}", place.vault_uuid),
        });

        let mut found = Found::collect(details, overview, self.archive);
        let note = details.member_text("notesPlain").unwrap_or_default();
        let note_is_value = is_note(item)
            && found.parts.iter().all(|part| part.kind == PartKind::Plain)
            && !note.is_empty();
        if note_is_value {
            found.parts.push(note_part(note));
        }
        let (tags, long_tags) = tags(overview, archived);
        let mapped = map(
            &Item {
                title: &title,
                id: &id,
                notes: if note_is_value { "" } else { note },
                tags,
                origin: origin(item, place, &long_tags),
            },
            &mut found,
        );
        let mut left_out: Vec<LeftOut> = found
            .left_out
            .into_iter()
            .map(|(section, label, reason)| LeftOut {
                title: join(&title, &section, &label),
                reason,
            })
            .collect();
        if mapped.secrets.is_empty() && left_out.is_empty() {
            left_out.push(LeftOut {
                title: title.clone(),
                reason: "It holds no secret value.".to_owned(),
            });
        }
        ParsedItem {
            item_id: id,
            vault: place.vault.clone(),
            archived,
            trashed,
            secrets: mapped.secrets,
            left_out,
            moved_to_notes: mapped.moved_to_notes,
            remarks: found.remarks,
            title,
        }
    }

    fn bad(
        &mut self,
        place: &VaultPlace,
        title: String,
        reason: &str,
        ids: &mut ItemIds,
    ) -> ParsedItem {
        ParsedItem {
            item_id: ids.claim(format!("{}/item {}", place.vault_uuid, self.index + 1)),
            vault: place.vault.clone(),
            archived: false,
            trashed: false,
            secrets: Vec::new(),
            left_out: vec![LeftOut {
                title: title.clone(),
                reason: reason.to_owned(),
            }],
            moved_to_notes: Vec::new(),
            remarks: Vec::new(),
            title,
        }
    }

    fn numbered_title(&self) -> String {
        format!("Item {} of the file", self.index + 1)
    }
}

const ID_CHARS_MAX: usize = 100;

/// A note without secret fields was itself what was to be kept secret.
fn is_note(item: &Json) -> bool {
    item.member_text("categoryUuid") == Some(SECURE_NOTE)
}

fn note_part(note: &str) -> Part {
    Part {
        group: 0,
        section: String::new(),
        label: "note".to_owned(),
        path: "notesPlain".to_owned(),
        kind: PartKind::Main,
        text: zeroize::Zeroizing::new(note.to_owned()),
    }
}

/// Tags that can be tags, and those too long or too many, which go to the notes.
fn tags(overview: &Json, archived: bool) -> (Vec<String>, Vec<String>) {
    let given = overview.get("tags").map(Json::elements).unwrap_or_default();
    let mut tags: Vec<String> = archived.then(|| ARCHIVED.to_owned()).into_iter().collect();
    let mut rest = Vec::new();
    for tag in given.iter().filter_map(Json::text) {
        let tag = display_text(tag.trim());
        if tag.is_empty() || tags.contains(&tag) {
            continue;
        }
        if tag.chars().count() <= TAG_CHARS_MAX && tags.len() < TAGS_MAX {
            tags.push(tag);
        } else {
            rest.push(tag);
        }
    }
    (tags, rest)
}

fn origin(item: &Json, place: &VaultPlace, long_tags: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    if !long_tags.is_empty() {
        lines.push(format!("Tags: {}", long_tags.join(", ")));
    }
    for (member, label) in [
        ("createdAt", "Created in 1Password"),
        ("updatedAt", "Changed in 1Password"),
    ] {
        if let Some(Json::Number(seconds)) = item.get(member)
            && let Some(seconds) = seconds.as_i64()
        {
            let time = Timestamp::from_millis(seconds.saturating_mul(1_000)).to_string();
            lines.push(format!(
                "{label}: {}",
                time.split('T').next().unwrap_or_default()
            ));
        }
    }
    if !place.vault.is_empty() {
        let account = if place.account.is_empty() {
            String::new()
        } else {
            format!(" ({})", place.account)
        };
        lines.push(format!("1Password vault: {}{account}", place.vault));
    }
    lines
}

fn fault_text(fault: JsonFault) -> String {
    match fault {
        JsonFault::TooLarge => format!(
            "The item is larger than {} MiB.",
            ITEM_BYTES_MAX / 1024 / 1024
        ),
        JsonFault::TooDeep => format!("The item is nested more than {ITEM_DEPTH_MAX} levels deep."),
        JsonFault::TooManyMembers => {
            format!("The item holds a list of more than {ITEM_MEMBERS_MAX} parts.")
        }
        JsonFault::DoubleMember => {
            "The item says the same thing twice, so it is not certain what counts.".to_owned()
        }
        JsonFault::Malformed => "The item holds text that is not valid Unicode.".to_owned(),
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
    Some(clean_title(&head.overview.title))
}
