//! Everything a person entered into an item, field by field.

mod field;
mod history;

use std::io::{Read, Seek};

use crate::json::{Json, Open};
use crate::material::{FieldName, Material, Means, Part};
use crate::names::cut_path;
use crate::parsed::{ItemKind, ValueKind};

use super::archive::Archive;

pub(super) use history::time_of;

/// Where in the item a field stands.
#[derive(Clone, Copy)]
struct Spot<'a> {
    group: usize,
    section: &'a str,
    section_id: &'a str,
}

const ITEM: Spot<'static> = Spot {
    group: 0,
    section: "",
    section_id: "",
};

/// Members of `details` that say nothing by themselves.
const DETAILS_FORM: [&str; 5] = ["htmlForm", "htmlMethod", "htmlAction", "htmlId", "htmlName"];
/// Members of a field that only say how it is edited.
const FIELD_FORM: [&str; 7] = [
    "indexAtSource",
    "guarded",
    "multiline",
    "dontGenerate",
    "inputTraits",
    "k",
    "n",
];

/// Members of a field that somebody may have chosen, and why they are not kept.
const CHOSEN: [(&str, &str); 2] = [
    (
        "placeholder",
        "It is what 1Password shows where the field is empty.",
    ),
    (
        "clipboardFilter",
        "It says which characters 1Password copies, which has no meaning here.",
    ),
];
const FILLING: &str = "It says where 1Password fills the login in, which has no meaning here.";

pub(super) struct Fields<'a, R> {
    material: &'a mut Material,
    archive: &'a mut Archive<R>,
}

impl<'a, R: Read + Seek> Fields<'a, R> {
    pub(super) fn new(material: &'a mut Material, archive: &'a mut Archive<R>) -> Self {
        Fields { material, archive }
    }

    /// How much nobody entered, for [`Open::rest`].
    pub(super) fn form(&mut self) -> &mut usize {
        &mut self.material.form
    }

    pub(super) fn details(&mut self, details: &Json) {
        let mut details = Open::new(details);
        details.pass_over(&DETAILS_FORM);
        if let Some(notes) = details.take_text("notesPlain") {
            self.material.give_notes(notes);
        }
        for (index, field) in details.take_list("loginFields").iter().enumerate() {
            self.login_field(field, index);
        }
        if let Some(password) = details.take_text("password") {
            // 1Password itself tells of one password, wherever it is kept.
            let is_second = self
                .material
                .parts
                .iter()
                .any(|part| part.path == "password");
            let path = if is_second {
                "details.password"
            } else {
                "password"
            };
            let part = Part::main("password", path, password);
            self.material.add(part);
        }
        for (index, section) in details.take_list("sections").iter().enumerate() {
            self.section(section, index + 1);
        }
        if let Some(attributes) = details
            .take("documentAttributes")
            .filter(|attributes| !attributes.is_empty())
        {
            self.file(ITEM, "", "document", attributes);
        }
        let history = details.take_list("passwordHistory");
        self.password_history(history);
        for (name, value) in details.rest(self.form()) {
            self.unknown(ITEM, name, &format!("details.{name}"), name, value);
        }
    }

    pub(super) fn urls(&mut self, overview: &mut Open<'_>) {
        // Each with how often it is listed.
        let mut urls: Vec<(&str, usize)> = Vec::new();
        if let Some(url) = overview.take_text("url") {
            urls.push((url, 1));
        }
        let mut labels: Vec<(&str, &str)> = Vec::new();
        for element in overview.take_list("urls") {
            let mut listed = Open::new(element);
            let label = listed.name("label").unwrap_or_default();
            self.fill_mode(&mut listed);
            if let Some(url) = listed.take_text("url") {
                match urls.iter_mut().find(|(known, _)| *known == url) {
                    Some((_, count)) => *count += 1,
                    None => urls.push((url, 1)),
                }
                labels.push((url, label));
            }
            for (name, value) in listed.rest(self.form()) {
                match element {
                    Json::Object(_) => self.beside("urls", name, value),
                    _ => self.unknown(ITEM, "URL", "urls", "urls", value),
                }
            }
        }
        for (index, (url, count)) in urls.iter().enumerate() {
            let label = labels
                .iter()
                .find(|(labelled, _)| labelled == url)
                .map_or("", |(_, label)| *label);
            let is_own = !label.is_empty() && !["website", "url"].contains(&label);
            let label = if is_own { label } else { "URL" };
            let part = Part::plain(label, &format!("url.{index}"), url).meaning(Means::Url);
            self.material.add(part.speaking_for(*count));
        }
    }

    /// What the overview or the item says beyond what is known: shown, and so no secret.
    pub(super) fn beside(&mut self, of: &str, name: &str, value: &Json) {
        let path = format!("{of}.{name}");
        let part = Part::plain(name, &path, &value.as_plain_text());
        let part = part.changed("it is kept as text");
        self.material.add(part.speaking_for(value.leaves()));
    }

    /// Where a browser fills the login in. What was never chosen is no choice.
    fn fill_mode(&mut self, url: &mut Open<'_>) {
        if url.look("mode").and_then(Json::text) == Some("default") {
            url.pass_over(&["mode"]);
        } else if url.take_text("mode").is_some() {
            let name = FieldName {
                section: "",
                label: "URL: where it is filled in",
                path: "url.mode",
            };
            self.material.pass_over(name, FILLING);
        }
    }

    fn login_field(&mut self, field: &Json, index: usize) {
        let mut open = Open::new(field);
        let value = open.take("value");
        let id = open.name("id");
        let name = open.name("name");
        let designation = open.name("designation");
        let letter = open.name("fieldType");
        open.pass_over(&["fieldType", "designation"]);
        let label = name.or(id).unwrap_or("field");
        let path = match id.or(name) {
            Some(id) => format!("login.{id}"),
            None => format!("login.{index}"),
        };
        for (name, value) in open.rest(self.form()) {
            match field {
                Json::Object(_) => self.beside(&path, name, value),
                _ => self.unknown(ITEM, "field", &path, "loginFields", value),
            }
        }
        let texts: Vec<(String, &Json)> = match value {
            None => Vec::new(),
            Some(Json::Object(members)) => members
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .enumerate()
                .map(|(number, (name, value))| {
                    let ending = match number {
                        0 => String::new(),
                        _ => format!(".{name}"),
                    };
                    (ending, value)
                })
                .collect(),
            Some(value) if value.is_empty() => Vec::new(),
            Some(value) => vec![(String::new(), value)],
        };
        for (ending, value) in texts {
            let text = value.as_plain_text();
            let part = match (designation, letter) {
                (Some("password"), _) => {
                    Part::main("password", &format!("password{ending}"), &text)
                }
                (Some("username"), _) => {
                    Part::plain("user name", &format!("username{ending}"), &text)
                        .meaning(Means::UserName)
                }
                (_, Some("P")) => {
                    Part::secret(label, &format!("{path}{ending}"), &text).of(ValueKind::Password)
                }
                _ => Part::plain(label, &format!("{path}{ending}"), &text),
            };
            self.material.add(part.speaking_for(value.leaves()));
        }
    }

    fn section(&mut self, section: &Json, group: usize) {
        let mut open = Open::new(section);
        let title = open.name("title").unwrap_or_default();
        let fallback = format!("section{group}");
        let spot = Spot {
            group,
            section: title,
            section_id: open.name("name").unwrap_or(&fallback),
        };
        let fields = open.take_list("fields");
        open.pass_over(&["hideAddAnotherField"]);
        for (name, value) in open.rest(self.form()) {
            self.unknown(
                spot,
                name,
                &format!("{}.{name}", spot.section_id),
                name,
                value,
            );
        }
        for (index, field) in fields.iter().enumerate() {
            self.section_field(spot, field, index);
        }
    }

    fn section_field(&mut self, spot: Spot<'_>, field: &Json, index: usize) {
        let mut open = Open::new(field);
        let id = open.name("id");
        let title = open.name("title");
        let value = open.take("value");
        open.pass_over(&FIELD_FORM);
        let label = title.or(id).unwrap_or_default();
        let numbered = index.to_string();
        let path = format!("{}.{}", spot.section_id, id.unwrap_or(&numbered));
        for (member, reason) in CHOSEN {
            if open.take_text(member).is_some() {
                let name = FieldName {
                    section: spot.section,
                    label: &format!("{label}: {member}"),
                    path: &format!("{path}.{member}"),
                };
                self.material.pass_over(name, reason);
            }
        }
        for (name, value) in open.rest(self.form()) {
            self.unknown(spot, label, &format!("{path}.{name}"), name, value);
        }
        match value {
            Some(Json::Object(kinds)) => {
                for (kind, payload) in kinds {
                    self.field(spot, label, &path, id.unwrap_or_default(), (kind, payload));
                }
            }
            Some(Json::Text(text)) => self.add(spot, Part::plain(label, &path, text)),
            Some(other) if !other.is_empty() => self.unknown(spot, label, &path, "value", other),
            _ => {}
        }
    }

    fn add(&mut self, spot: Spot<'_>, part: Part) {
        self.material.add(part.in_section(spot.group, spot.section));
    }

    /// What is not understood may be secret: it is kept as a value, not as a note.
    fn unknown(&mut self, spot: Spot<'_>, label: &str, path: &str, kind: &str, value: &Json) {
        let kind: String = cut_path(kind).chars().take(KIND_CHARS_MAX).collect();
        let shown: String = cut_path(label).chars().take(KIND_CHARS_MAX).collect();
        self.material.remark(format!(
            "“{shown}” is of the kind “{kind}”, which is not known. It is kept as text."
        ));
        let part = Part::secret(label, path, &value.as_plain_text()).changed("it is kept as text");
        self.add(spot, part.speaking_for(value.leaves()));
    }

    fn main_kind(&self) -> ValueKind {
        match self.material.head.kind {
            ItemKind::ApiCredential => ValueKind::ApiCredential,
            _ => ValueKind::Password,
        }
    }
}

const KIND_CHARS_MAX: usize = 64;
