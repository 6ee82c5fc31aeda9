//! One entry, field by field.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::time::Timestamp;
use zeroize::Zeroizing;

use super::attachments::Attachments;
use super::history::Snapshots;
use super::references::{References, Referred};
use super::xml::Node;
use crate::attachment::{AttachedFile, add_attachment};
use crate::limits::ITEM_MEMBERS_MAX;
use crate::material::{FieldName, Material, Means, Part, Start, day};
use crate::names::cut_path;
use crate::parsed::{ItemKind, LeftOut, ValueKind};

/// Seconds from the year 1 to 1970.
const YEAR_ONE: i64 = 62_135_596_800;

/// Members that only say how the entry looks or is typed.
const FORM: [&str; 9] = [
    "UUID",
    "IconID",
    "CustomIconUUID",
    "ForegroundColor",
    "BackgroundColor",
    "QualityCheck",
    "PreviousParentGroup",
    "Title",
    "LastTimes",
];

pub(super) struct EntryReader<'a> {
    material: Material,
    attachments: &'a Attachments,
    references: &'a References<'a>,
    /// The first string of this key names the entry; another is a field.
    has_title: bool,
}

/// Base64 of 16 bytes, as hexadecimal digits.
pub(super) fn id_of(node: &Node) -> Option<String> {
    let bytes = STANDARD.decode(node.child_text("UUID")?).ok()?;
    let digits = bytes.iter().take(16).map(|byte| format!("{byte:02x}"));
    Some(digits.collect())
}

pub(super) fn title_of(entry: &Node) -> Option<&str> {
    string_of(entry, "Title")
}

/// KeePass has no kinds. Where there is nothing but notes, it is a note.
pub(super) fn kind_of(entry: &Node) -> ItemKind {
    let is_empty = |key: &str| string_of(entry, key).unwrap_or_default().is_empty();
    if ["UserName", "Password", "URL"]
        .iter()
        .all(|key| is_empty(key))
        && !is_empty("Notes")
    {
        ItemKind::Note
    } else {
        ItemKind::Login
    }
}

/// A value's text; Base64 of what it hid where that is no text.
pub(super) fn text_of(value: &Node) -> Zeroizing<String> {
    match &value.bytes {
        Some(bytes) if value.text.is_empty() => Zeroizing::new(STANDARD.encode(bytes.as_slice())),
        _ => Zeroizing::new(value.text.to_string()),
    }
}

/// The text of a string by its key.
pub(super) fn string_of<'a>(entry: &'a Node, key: &str) -> Option<&'a str> {
    value_of(entry, key).map(|value| value.text.as_str())
}

pub(super) fn value_of<'a>(entry: &'a Node, key: &str) -> Option<&'a Node> {
    let mut strings = entry
        .children
        .iter()
        .filter(|child| &*child.name == "String");
    strings
        .find(|string| string.child_text("Key") == Some(key))
        .and_then(|string| string.child("Value"))
}

impl<'a> EntryReader<'a> {
    pub(super) fn new(
        start: Start<'_>,
        attachments: &'a Attachments,
        references: &'a References<'a>,
    ) -> Self {
        EntryReader {
            material: Material::new(start),
            attachments,
            references,
            has_title: false,
        }
    }

    pub(super) fn read(mut self, entry: &Node) -> Material {
        let histories = entry.children.iter().filter(|it| &*it.name == "History");
        let snapshots = histories
            .map(|it| it.children.len())
            .max()
            .unwrap_or_default();
        if entry.children.len().max(snapshots) > ITEM_MEMBERS_MAX {
            self.material.left_out.push(LeftOut {
                title: self.material.head.title.clone(),
                reason: format!("The entry holds more than {ITEM_MEMBERS_MAX} parts."),
            });
            return self.material;
        }
        self.material.give_tags(tags_of(entry));
        let mut history = None;
        for child in &entry.children {
            match &*child.name {
                "String" => self.string(child),
                "Binary" => self.attachment(child),
                "Times" => self.times(child),
                "History" => history = Some(child),
                "Tags" => {}
                "AutoType" => self.auto_type(child),
                "CustomData" => self.custom_data(child),
                "OverrideURL" => {
                    let part = Part::plain("override URL", "OverrideURL", &child.text);
                    self.material.add(part);
                }
                name if let Some((label, reason)) = looks_of(child) => {
                    let name = FieldName {
                        section: "",
                        label,
                        path: name,
                    };
                    self.material.pass_over(name, reason);
                }
                name if FORM.contains(&name) => {}
                name if !child.is_empty() => {
                    let part = Part::plain(name, name, &all_text(child));
                    self.material.add(part.changed("it is kept as text"));
                }
                _ => {}
            }
        }
        let mut entered = entered(entry);
        if let Some(history) = history {
            let snapshots = Snapshots::of(entry, history);
            entered += snapshots.entered();
            snapshots.hand_over(&mut self.material);
        }
        self.material.found(entered);
        if !self.material.head.place.folder.is_empty() {
            let line = format!("KeePass group: {}", self.material.head.place.folder);
            self.material.add_origin(line);
        }
        self.material
    }

    fn string(&mut self, string: &Node) {
        let key = string.child_text("Key").unwrap_or_default();
        let Some(value) = string.child("Value") else {
            return;
        };
        let mut changed = None;
        let mut is_protected = value.is_protected;
        let text = text_of(value);
        if value.text.is_empty() && !text.is_empty() {
            changed = Some("it is not text, so it is kept in Base64");
        }
        let is_title = key == "Title" && !std::mem::replace(&mut self.has_title, true);
        if is_title || text.is_empty() {
            return;
        }
        let text = match self.references.resolve(&text) {
            Referred::Plain => text,
            Referred::Text {
                text: referred,
                is_secret,
            } => {
                if referred.is_empty() {
                    let name = FieldName {
                        section: "",
                        label: key,
                        path: &path_of(key),
                    };
                    let reason = "It refers to a field of another entry, which is empty.";
                    return self.material.pass_over(name, reason);
                }
                is_protected |= is_secret;
                changed = Some("it referred to another entry, whose value is kept");
                Zeroizing::new(referred.to_owned())
            }
            Referred::Unknown => {
                let shown = cut_path(key);
                self.material.remark(format!(
                    "“{shown}” refers to another entry in a way that can't be followed. It is kept as it stands."
                ));
                text
            }
        };
        let mut part = match (key, is_protected) {
            ("Password", _) => Part::main("password", "Password", &text),
            ("UserName", false) => {
                Part::plain("user name", "UserName", &text).meaning(Means::UserName)
            }
            ("URL", false) => Part::plain("URL", "URL", &text).meaning(Means::Url),
            ("Notes", false) if changed.is_none() => return self.material.add_notes(&text),
            ("Notes", _) => Part::secret("notes", "Notes", &text).of(ValueKind::Note),
            (key, true) => Part::secret(key, &path_of(key), &text),
            (key, false) => Part::plain(key, &path_of(key), &text),
        };
        if is_one_time_password(key) {
            part = Part::secret(key, &path_of(key), &text).of(ValueKind::OneTimePassword);
        }
        if let Some(how) = changed {
            part = part.changed(how);
        }
        self.material.add(part);
    }

    fn attachment(&mut self, binary: &Node) {
        let file_name = binary.child_text("Key").unwrap_or("file");
        let path = format!("Binary.{file_name}");
        let name = FieldName {
            section: "",
            label: file_name,
            path: &path,
        };
        let Some(value) = binary.child("Value") else {
            return;
        };
        let inline;
        let content = match &value.id {
            Some(id) => self.attachments.get(id),
            None => {
                inline = self.attachments.unpack(value);
                inline
                    .as_ref()
                    .map(|bytes| bytes.as_slice())
                    .map_err(|it| *it)
            }
        };
        match content {
            Ok(bytes) => {
                let file = AttachedFile {
                    name,
                    group: 0,
                    file_name,
                    entered: 1,
                    bytes,
                };
                add_attachment(&mut self.material, &file);
            }
            Err(reason) => self.material.leave_out(name, reason),
        }
    }

    fn times(&mut self, times: &Node) {
        for (member, label) in [
            ("CreationTime", "Created in KeePass"),
            ("LastModificationTime", "Changed in KeePass"),
        ] {
            if let Some(at) = times.child_text(member).and_then(time_of) {
                self.material.add_origin_day(label, at);
            }
        }
        if times.is_true("Expires")
            && let Some(at) = times.child_text("ExpiryTime").and_then(time_of)
        {
            let part = Part::plain("expires", "Times.ExpiryTime", &day(at));
            self.material.add(part.meaning(Means::Expires(at)));
        }
    }

    fn auto_type(&mut self, auto_type: &Node) {
        if types_of_its_own(auto_type) {
            let name = FieldName {
                section: "",
                label: "auto-type",
                path: "AutoType",
            };
            let reason = "It says how KeePass types into windows, which has no meaning here.";
            self.material.pass_over(name, reason);
        }
    }

    fn custom_data(&mut self, data: &Node) {
        for item in &data.children {
            let key = item.child_text("Key").unwrap_or_default();
            let value = item.child_text("Value").unwrap_or_default();
            let part = Part::plain(key, &format!("CustomData.{key}"), value);
            self.material.add(part);
        }
    }
}

/// What a person entered beside the title, and before the history: counted here alone, so that what is forgotten above shows.
fn entered(entry: &Node) -> usize {
    let mut has_title = false;
    let mut strings = |string: &Node| {
        let is_title = string.child_text("Key") == Some("Title");
        let is_name = is_title && !std::mem::replace(&mut has_title, true);
        let value = string.child("Value").filter(|_| !is_name);
        usize::from(value.is_some_and(|value| !text_of(value).is_empty()))
    };
    let of_child = |child: &Node| match &*child.name {
        "String" => strings(child),
        "Binary" => usize::from(child.child("Value").is_some()),
        "Times" => {
            let is_time = |name: &&str| child.child_text(name).and_then(time_of).is_some();
            let ends = child.is_true("Expires") && is_time(&"ExpiryTime");
            let origin = ["CreationTime", "LastModificationTime"];
            origin.iter().filter(|name| is_time(name)).count() + usize::from(ends)
        }
        "AutoType" => usize::from(types_of_its_own(child)),
        "CustomData" => {
            let values = child.children.iter();
            values
                .filter(|item| item.child_text("Value").is_some())
                .count()
        }
        "OverrideURL" => usize::from(!child.text.is_empty()),
        "History" | "Tags" => 0,
        _ if looks_of(child).is_some() => 1,
        name if FORM.contains(&name) => 0,
        _ => usize::from(!child.is_empty()),
    };
    let beside_tags: usize = entry.children.iter().map(of_child).sum();
    beside_tags + tags_of(entry).filter(|tag| !tag.is_empty()).count()
}

/// What somebody chose for KeePass's own windows.
fn looks_of(child: &Node) -> Option<(&'static str, &'static str)> {
    const COLOUR: &str = "It says how KeePass shows the entry, which has no meaning here.";
    const UNRATED: &str =
        "It says that KeePass rates the password no more, which has no meaning here.";
    match &*child.name {
        "ForegroundColor" | "BackgroundColor" if !child.is_empty() => Some(("colour", COLOUR)),
        "QualityCheck" if child.text.eq_ignore_ascii_case("false") => {
            Some(("quality check", UNRATED))
        }
        _ => None,
    }
}

pub(super) fn tags_of(node: &Node) -> impl Iterator<Item = &str> {
    let tags = node.child_text("Tags").unwrap_or_default();
    tags.split([';', ',']).map(str::trim)
}

fn types_of_its_own(auto_type: &Node) -> bool {
    auto_type.children.iter().any(|child| {
        let is_own = ["Association", "DefaultSequence"].contains(&&*child.name);
        is_own && !child.is_empty()
    })
}

pub(super) fn path_of(key: &str) -> String {
    match key {
        "Password" | "UserName" | "URL" | "Notes" => key.to_owned(),
        _ => format!("String.{key}"),
    }
}

fn is_one_time_password(key: &str) -> bool {
    key == "otp"
        || key == "TOTP Seed"
        || ["TimeOtp-Secret", "HmacOtp-Secret"]
            .iter()
            .any(|beginning| key.starts_with(beginning))
}

/// Version 4 counts seconds from the year 1; version 3 writes them out.
pub(super) fn time_of(text: &str) -> Option<Timestamp> {
    if let Ok(at) = Timestamp::parse(text) {
        return Some(at);
    }
    let bytes: [u8; 8] = STANDARD.decode(text).ok()?.try_into().ok()?;
    let seconds = i64::from_le_bytes(bytes).checked_sub(YEAR_ONE)?;
    Some(Timestamp::from_millis(seconds.checked_mul(1_000)?))
}

/// The text of an element and all below it, each behind its name.
fn all_text(node: &Node) -> Zeroizing<String> {
    // Its length is known before, so that no copy is left behind by growing.
    let mut text = Zeroizing::new(String::with_capacity(text_bytes(node)));
    push_text(node, &mut text);
    text
}

fn text_bytes(node: &Node) -> usize {
    let below = node.children.iter().map(|child| {
        let name_and_marks = child.name.len() + 3;
        name_and_marks + text_bytes(child)
    });
    node.text.len() + below.sum::<usize>()
}

fn push_text(node: &Node, text: &mut String) {
    text.push_str(node.text.trim());
    for child in node.children.iter().filter(|child| !child.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&child.name);
        text.push_str(": ");
        push_text(child, text);
    }
}
