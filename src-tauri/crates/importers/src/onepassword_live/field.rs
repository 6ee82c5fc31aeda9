//! One field of an item, by the type it has in 1Password. Labels are in the account's language; ids are not.

use domain::time::Timestamp;

use super::reference::{Named, References};
use super::{LiveContent, LiveFile, LiveItem};
use crate::attachment::{AttachedFile, TOO_LARGE, add_attachment, file_path};
use crate::json::{Json, Open};
use crate::material::{AS_DAY, FieldName, Material, Means, Part, day};
use crate::names::cut_path;
use crate::parsed::{ItemKind, ValueKind};

/// Members of a field that 1Password works out by itself, or that only say how it is edited. `totp` is the code of this half minute.
const FIELD_FORM: [&str; 7] = [
    "reference",
    "entropy",
    "generate",
    "recipe",
    "totp",
    "tags",
    "purpose",
];
/// The unnamed first section of an export, whose fields stand in no section here.
const UNNAMED_SECTION: &str = "section1";
const UNNAMED_GROUP: usize = 1;
const KIND_CHARS_MAX: usize = 64;

pub(super) struct Fields<'a> {
    pub material: &'a mut Material,
    /// Their ids and labels.
    sections: Vec<(&'a str, &'a str)>,
    references: References,
}

/// Where in the item a field stands.
#[derive(Clone, Copy)]
struct Spot<'a> {
    group: usize,
    section: Option<Named<'a>>,
}

/// A field's name on its way through.
#[derive(Clone, Copy)]
struct Field<'a> {
    spot: Spot<'a>,
    id: &'a str,
    label: &'a str,
    path: &'a str,
}

impl<'a> Fields<'a> {
    /// All sections, fields and files are known before the first is read: only so it is known which names are clear.
    pub(super) fn new(
        material: &'a mut Material,
        live: &LiveItem,
        [sections, fields, files]: [&'a [Json]; 3],
    ) -> Fields<'a> {
        let mut known: Vec<(&str, &str)> = Vec::new();
        let of_fields = fields
            .iter()
            .chain(files)
            .filter_map(|field| field.get("section"));
        for section in sections.iter().chain(of_fields) {
            let id = section.member_text("id").unwrap_or_default();
            let label = section.member_text("label").unwrap_or_default();
            if !id.is_empty() && !known.iter().any(|(other, _)| *other == id) {
                known.push((id, label));
            }
        }
        let mut references = References::into(live, material.head.state);
        for (id, label) in &known {
            references.add_section(Named { id, label });
        }
        for (listed, name) in fields
            .iter()
            .map(|field| (field, "label"))
            .chain(files.iter().map(|file| (file, "name")))
        {
            let id = listed.member_text("id").unwrap_or_default();
            let label = listed.member_text(name).unwrap_or_default();
            references.add(section_id(listed), Named { id, label });
        }
        Fields {
            material,
            sections: known,
            references,
        }
    }

    /// How much nobody entered, for [`Open::rest`].
    pub(super) fn form(&mut self) -> &mut usize {
        &mut self.material.form
    }

    pub(super) fn field(&mut self, json: &'a Json, index: usize) {
        let mut open = Open::new(json);
        let numbered = index.to_string();
        let id = open.name("id").unwrap_or(&numbered);
        let label = open.name("label").unwrap_or_default();
        let kind = open.name("type").unwrap_or("STRING");
        let purpose = open.name("purpose").unwrap_or_default();
        let spot = self.spot(json);
        if let Some(Json::Object(_)) = open.look("section") {
            open.pass_over(&["section"]);
        }
        let path = self.path(spot, purpose, id);
        let field = Field {
            spot,
            id,
            label: if label.is_empty() { id } else { label },
            path: &path,
        };
        let value = open.take("value").filter(|value| !value.is_empty());
        let [details, formats] = [
            ["password_details", "passwordDetails"],
            ["ssh_formats", "sshFormats"],
        ]
        .map(|names| names.into_iter().find_map(|name| open.take(name)));
        open.pass_over(&FIELD_FORM);
        for (name, value) in open.rest(self.form()) {
            match json {
                Json::Object(_) => self.unknown(field, &format!("{path}.{name}"), name, value),
                _ => self.unknown(field, &path, "fields", value),
            }
        }
        match value {
            Some(value @ (Json::Text(_) | Json::Number(_) | Json::Bool(_))) => {
                self.value(field, kind, purpose, &value.as_plain_text());
            }
            Some(value) => self.unknown(field, &path, kind, value),
            None => {}
        }
        if let Some(details) = details {
            self.password_details(field, details);
        }
        if formats.is_some_and(|formats| !formats.is_empty()) {
            let name = FieldName {
                section: spot.title(),
                label: "private key in another form",
                path: &format!("{path}.privateKey"),
            };
            self.material
                .pass_over(name, "The same key is kept in the form PKCS#8.");
            self.material.speaks_for(formats.map_or(1, Json::leaves));
        }
    }

    fn value(&mut self, field: Field<'_>, kind: &str, purpose: &str, text: &str) {
        let Field {
            id, label, path, ..
        } = field;
        let part = match (purpose, kind.to_ascii_uppercase().as_str()) {
            ("NOTES", _) if self.material.head.notes.is_empty() => {
                self.material.give_notes(text);
                self.material.head.notes_reference = self.reference(field);
                return;
            }
            ("USERNAME", _) => Part::plain("user name", path, text).meaning(Means::UserName),
            ("PASSWORD", _) => Part::main("password", path, text),
            (_, "CONCEALED") if matches!(id, "credential" | "password") => {
                Part::main(label, path, text).of(self.main_kind())
            }
            (_, "CONCEALED") => Part::secret(label, path, text),
            (_, "OTP" | "TOTP") => Part::secret(label, path, text).of(ValueKind::OneTimePassword),
            (_, "CREDIT_CARD_NUMBER") => Part::secret(label, path, text).of(ValueKind::Card),
            (_, "SSHKEY" | "SSH_KEY") => Part::main(label, path, text).of(ValueKind::SshKey),
            (_, "DATE") => date(field, text),
            (_, "MONTH_YEAR") => {
                Part::plain(label, path, &month_year(text)).changed("it is written with a hyphen")
            }
            (
                _,
                "STRING" | "URL" | "EMAIL" | "PHONE" | "MENU" | "GENDER" | "ADDRESS" | "REFERENCE"
                | "FILE" | "CREDIT_CARD_TYPE",
            ) => Part::plain(label, path, text),
            _ => {
                let text = Json::Text(zeroize::Zeroizing::new(text.to_owned()));
                return self.unknown(field, path, kind, &text);
            }
        };
        let reference = self.reference(field);
        self.add(field.spot, part.referred_to(reference));
    }

    /// Its strength and its earlier values. They come without times, the newest first.
    fn password_details(&mut self, field: Field<'_>, details: &Json) {
        let mut open = Open::new(details);
        open.pass_over(&["strength", "entropy", "generated"]);
        let history = open.take_list("history");
        for (index, earlier) in history.iter().enumerate().rev() {
            match earlier {
                Json::Text(text) => self.material.add_earlier(field.path, text, None),
                other if other.is_empty() => {}
                other => {
                    let path = format!("{}.history.{index}", field.path);
                    self.unknown(field, &path, "history", other);
                }
            }
        }
        for (name, value) in open.rest(self.form()) {
            self.unknown(field, &format!("{}.{name}", field.path), name, value);
        }
    }

    /// An attached file becomes a value; one that can't is named in the report.
    pub(super) fn file(&mut self, json: &'a Json, index: usize, fetched: &[LiveFile]) {
        let mut open = Open::new(json);
        let id = open.take_text("id").unwrap_or_default();
        let own_name = open.take_text("name");
        let file_name = own_name.unwrap_or("file");
        let entered = usize::from(!id.is_empty()) + usize::from(own_name.is_some());
        let spot = self.spot(json);
        open.pass_over(&["size", "content_path", "contentPath", "section"]);
        let is_document = self.material.head.kind == ItemKind::Document && index == 0;
        let path = match id {
            "" => format!("files.{index}"),
            id => file_path(id),
        };
        let field = Field {
            spot,
            id,
            label: file_name,
            path: &path,
        };
        for (name, value) in open.rest(self.form()) {
            self.unknown(field, &format!("{path}.{name}"), name, value);
        }
        let name = FieldName {
            section: spot.title(),
            label: file_name,
            path: &path,
        };
        let content = fetched
            .iter()
            .find(|file| file.id == id)
            .map(|file| &file.content);
        let reason = match content {
            Some(LiveContent::Bytes(bytes)) => {
                let before = self.material.parts.len();
                let file = AttachedFile {
                    name,
                    group: if is_document { 0 } else { spot.group },
                    file_name,
                    entered,
                    bytes,
                };
                add_attachment(self.material, &file);
                let reference = self.reference(field);
                if let Some(part) = self.material.parts.get_mut(before) {
                    part.reference = reference;
                }
                return;
            }
            Some(LiveContent::TooLarge) => TOO_LARGE,
            Some(LiveContent::None { reason }) => reason,
            None => "The attached file was not fetched.",
        };
        self.material.leave_out(name, reason);
        self.material.speaks_for(entered);
    }

    /// What the item says beyond what is known: shown, and so no secret.
    pub(super) fn beside(&mut self, of: &str, name: &str, value: &Json) {
        let part = Part::plain(name, &format!("{of}.{name}"), &value.as_plain_text());
        let part = part.changed("it is kept as text");
        self.material.add(part.speaking_for(value.leaves()));
    }

    pub(super) fn unknown_url(&mut self, value: &Json) {
        let field = Field {
            spot: Spot {
                group: 0,
                section: None,
            },
            id: "urls",
            label: "URL",
            path: "urls",
        };
        self.unknown(field, "urls", "urls", value);
    }

    /// What is not understood may be secret: it is kept as a value, not as a note.
    fn unknown(&mut self, field: Field<'_>, path: &str, kind: &str, value: &Json) {
        let [kind, shown] = [kind, field.label]
            .map(|text| -> String { cut_path(text).chars().take(KIND_CHARS_MAX).collect() });
        self.material.remark(format!(
            "“{shown}” is of the kind “{kind}”, which is not known. It is kept as text."
        ));
        let text = value.as_plain_text();
        let part = Part::secret(field.label, path, &text).changed("it is kept as text");
        self.add(field.spot, part.speaking_for(value.leaves()));
    }

    fn add(&mut self, spot: Spot<'_>, part: Part) {
        self.material.add(part.in_section(spot.group, spot.title()));
    }

    fn reference(&self, field: Field<'_>) -> Option<String> {
        let named = Named {
            id: field.id,
            label: field.label,
        };
        self.references.to(field.spot.section, named)
    }

    fn spot(&self, json: &'a Json) -> Spot<'a> {
        let id = section_id(json);
        let known = self.sections.iter().enumerate();
        let found = known
            .map(|(index, section)| (index, *section))
            .find(|(_, (known, _))| *known == id);
        match found {
            Some((index, (id, label))) => Spot {
                group: index + UNNAMED_GROUP + 1,
                section: Some(Named { id, label }),
            },
            None => Spot {
                group: UNNAMED_GROUP,
                section: None,
            },
        }
    }

    /// As an export has it.
    fn path(&self, spot: Spot<'_>, purpose: &str, id: &str) -> String {
        match (purpose, spot.section) {
            ("USERNAME", None) => "username".to_owned(),
            ("PASSWORD", None) => "password".to_owned(),
            // A field of the page that the login was saved from.
            (_, None) if self.material.head.kind == ItemKind::Login => format!("login.{id}"),
            (_, None) => format!("{UNNAMED_SECTION}.{id}"),
            (_, Some(section)) => format!("{}.{id}", section.id),
        }
    }

    fn main_kind(&self) -> ValueKind {
        match self.material.head.kind {
            ItemKind::ApiCredential => ValueKind::ApiCredential,
            _ => ValueKind::Password,
        }
    }
}

impl<'a> Spot<'a> {
    fn title(self) -> &'a str {
        self.section.map_or("", |section| section.label)
    }
}

fn section_id(json: &Json) -> &str {
    let section = json.get("section");
    section
        .and_then(|section| section.member_text("id"))
        .unwrap_or_default()
}

/// Seconds since 1970 as a text; it names a day. Two of an API credential's say when it works.
fn date(field: Field<'_>, text: &str) -> Part {
    let Field {
        id, label, path, ..
    } = field;
    let Ok(seconds) = text.parse::<i64>() else {
        return Part::plain(label, path, text);
    };
    let at = Timestamp::from_millis(seconds.saturating_mul(1_000));
    let part = Part::plain(label, path, &day(at)).changed(AS_DAY);
    match id {
        "expires" => part.meaning(Means::Expires(at)),
        "validFrom" => part.meaning(Means::ValidFrom(at)),
        _ => part,
    }
}

/// `202706` as `2027-06`; any other text as it is.
fn month_year(text: &str) -> String {
    match text.split_at_checked(4) {
        Some((year, month))
            if month.len() == 2 && text.bytes().all(|next| next.is_ascii_digit()) =>
        {
            format!("{year}-{month}")
        }
        _ => text.to_owned(),
    }
}
