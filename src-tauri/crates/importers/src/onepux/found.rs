//! Everything a person entered into an item, piece by piece, before it is decided what becomes of it.

use std::io::{Read, Seek};

use domain::mask::display_text;
use domain::time::Timestamp;
use zeroize::Zeroizing;

use super::archive::{Archive, Attachment};
use super::json::Json;
use super::secret_like::is_secret_like;

/// One text of an item and where it stood.
pub(super) struct Part {
    /// 0 is the item itself; the sections follow.
    pub group: usize,
    pub section: String,
    pub label: String,
    /// The same in every export of the item: `password`, `SECTION.FIELD`.
    pub path: String,
    pub kind: PartKind,
    pub text: Zeroizing<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PartKind {
    /// The item's own secret: its password or credential.
    Main,
    Secret,
    Plain,
}

/// All that was found in an item.
#[derive(Default)]
pub(super) struct Found {
    pub parts: Vec<Part>,
    /// Section, label and reason of what holds a secret and can't be taken.
    pub left_out: Vec<(String, String, String)>,
    pub remarks: Vec<String>,
}

/// Where in the item a field stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    group: usize,
    section: &'a str,
    section_id: &'a str,
}

const ITEM: Place<'static> = Place {
    group: 0,
    section: "",
    section_id: "",
};

/// Members of `details` that are read, or that say nothing by themselves.
const KNOWN_DETAILS: [&str; 11] = [
    "loginFields",
    "notesPlain",
    "sections",
    "passwordHistory",
    "password",
    "documentAttributes",
    "htmlForm",
    "htmlMethod",
    "htmlAction",
    "htmlId",
    "htmlName",
];

impl Found {
    pub(super) fn collect<R: Read + Seek>(
        details: &Json,
        overview: &Json,
        archive: &mut Archive<R>,
    ) -> Found {
        let mut found = Found::default();
        for (index, field) in elements(details, "loginFields").iter().enumerate() {
            found.login_field(field, index);
        }
        if let Some(password) = details.member_text("password") {
            found.add(
                ITEM,
                "password",
                "details.password",
                PartKind::Main,
                password,
            );
        }
        found.urls(overview);
        for (index, section) in elements(details, "sections").iter().enumerate() {
            found.section(section, index + 1, archive);
        }
        if let Some(attributes) = details
            .get("documentAttributes")
            .filter(|attributes| !attributes.is_empty())
        {
            found.file(ITEM, "", "document", attributes, archive);
        }
        found.password_history(elements(details, "passwordHistory").len());
        for (name, value) in details.members() {
            let known = KNOWN_DETAILS.contains(&name.as_str());
            if !known && !value.is_empty() {
                found.unknown(ITEM, name, &format!("details.{name}"), name, value);
            }
        }
        found
    }

    fn add(&mut self, place: Place<'_>, label: &str, path: &str, kind: PartKind, text: &str) {
        if text.is_empty() {
            return;
        }
        let kind = if kind == PartKind::Plain && is_secret_like(label, text) {
            PartKind::Secret
        } else {
            kind
        };
        self.parts.push(Part {
            group: place.group,
            section: place.section.to_owned(),
            label: label.to_owned(),
            path: path.to_owned(),
            kind,
            text: Zeroizing::new(text.to_owned()),
        });
    }

    fn login_field(&mut self, field: &Json, index: usize) {
        let text = match field.get("value") {
            None => return,
            Some(Json::Object(members)) => match members.iter().find_map(|(_, value)| value.text())
            {
                Some(text) => Zeroizing::new(text.to_owned()),
                None => return,
            },
            Some(value) if value.is_empty() => return,
            Some(value) => value.as_plain_text(),
        };
        let name = field
            .member_text("name")
            .or_else(|| field.member_text("id"))
            .unwrap_or("field");
        let path = match field
            .member_text("id")
            .or_else(|| field.member_text("name"))
        {
            Some(id) => format!("login.{id}"),
            None => format!("login.{index}"),
        };
        match (
            field.member_text("designation"),
            field.member_text("fieldType"),
        ) {
            (Some("password"), _) => self.add(ITEM, "password", "password", PartKind::Main, &text),
            (Some("username"), _) => {
                self.add(ITEM, "user name", "username", PartKind::Plain, &text)
            }
            (_, Some("P")) => self.add(ITEM, name, &path, PartKind::Secret, &text),
            _ => self.add(ITEM, name, &path, PartKind::Plain, &text),
        }
    }

    fn urls(&mut self, overview: &Json) {
        let listed = elements(overview, "urls")
            .iter()
            .filter_map(|url| url.member_text("url"));
        let mut urls: Vec<&str> = Vec::new();
        for url in overview.member_text("url").into_iter().chain(listed) {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        for (index, url) in urls.iter().enumerate() {
            self.add(ITEM, "URL", &format!("url.{index}"), PartKind::Plain, url);
        }
    }

    fn section<R: Read + Seek>(&mut self, section: &Json, group: usize, archive: &mut Archive<R>) {
        let title = section.member_text("title").unwrap_or_default();
        let fallback = format!("section{group}");
        let place = Place {
            group,
            section: title,
            section_id: section.member_text("name").unwrap_or(&fallback),
        };
        for (index, field) in elements(section, "fields").iter().enumerate() {
            let id = field.member_text("id");
            let label = field.member_text("title").or(id).unwrap_or_default();
            let numbered = index.to_string();
            let path = format!("{}.{}", place.section_id, id.unwrap_or(&numbered));
            match field.get("value") {
                Some(Json::Object(kinds)) => {
                    for (kind, payload) in kinds {
                        self.field(
                            place,
                            label,
                            &path,
                            id.unwrap_or_default(),
                            (kind, payload),
                            archive,
                        );
                    }
                }
                Some(Json::Text(text)) => self.add(place, label, &path, PartKind::Plain, text),
                Some(other) if !other.is_empty() => {
                    self.unknown(place, label, &path, "value", other)
                }
                _ => {}
            }
        }
    }

    fn field<R: Read + Seek>(
        &mut self,
        place: Place<'_>,
        label: &str,
        path: &str,
        id: &str,
        value: (&str, &Json),
        archive: &mut Archive<R>,
    ) {
        let (kind, payload) = value;
        if payload.is_empty() {
            return;
        }
        let secret_kind = match id {
            "credential" | "password" => PartKind::Main,
            _ => PartKind::Secret,
        };
        match (kind, payload) {
            ("concealed", Json::Text(text)) => self.add(place, label, path, secret_kind, text),
            ("totp" | "creditCardNumber", Json::Text(text)) => {
                self.add(place, label, path, PartKind::Secret, text)
            }
            (
                "string" | "url" | "phone" | "menu" | "gender" | "creditCardType" | "email"
                | "reference",
                Json::Text(text),
            ) => {
                self.add(place, label, path, PartKind::Plain, text);
            }
            ("email", Json::Object(_)) => match payload.member_text("email_address") {
                Some(text) => self.add(place, label, path, PartKind::Plain, text),
                None => self.unknown(place, label, path, kind, payload),
            },
            ("date", Json::Number(number)) => match number.as_i64() {
                Some(seconds) => self.add(place, label, path, PartKind::Plain, &day(seconds)),
                None => self.unknown(place, label, path, kind, payload),
            },
            ("monthYear", Json::Number(number)) => {
                let digits = number.to_string();
                let text = match digits.split_at_checked(4) {
                    Some((year, month)) if month.len() == 2 => format!("{year}-{month}"),
                    _ => digits,
                };
                self.add(place, label, path, PartKind::Plain, &text);
            }
            ("address", Json::Object(_)) => {
                self.add(place, label, path, PartKind::Plain, &address(payload))
            }
            ("sshKey", Json::Object(_)) => self.ssh_key(place, label, path, payload),
            ("file", Json::Object(_)) => self.file(place, label, path, payload, archive),
            _ => self.unknown(place, label, path, kind, payload),
        }
    }

    /// The key in PKCS#8 stands in the metadata; the outer one has no fixed form.
    fn ssh_key(&mut self, place: Place<'_>, label: &str, path: &str, payload: &Json) {
        let metadata = payload.get("metadata").unwrap_or(&Json::Null);
        let Some(key) = metadata
            .member_text("privateKey")
            .or_else(|| payload.member_text("privateKey"))
        else {
            return self.unknown(place, label, path, "sshKey", payload);
        };
        self.add(place, label, path, PartKind::Main, key);
        for (name, shown) in [
            ("publicKey", "public key"),
            ("fingerprint", "fingerprint"),
            ("keyType", "key type"),
        ] {
            if let Some(text) = metadata.member_text(name) {
                self.add(
                    place,
                    shown,
                    &format!("{path}.{name}"),
                    PartKind::Plain,
                    text,
                );
            }
        }
    }

    /// A file of text becomes a value; any other is named in the report.
    fn file<R: Read + Seek>(
        &mut self,
        place: Place<'_>,
        label: &str,
        path: &str,
        payload: &Json,
        archive: &mut Archive<R>,
    ) {
        let name = payload.member_text("fileName").unwrap_or("file");
        let shown = if label.is_empty() { name } else { label };
        let attachment = payload
            .member_text("documentId")
            .map_or(Attachment::Missing, |id| archive.read_attachment(id));
        let reason = match attachment {
            Attachment::Text(text) if !text.is_empty() => {
                return self.add(place, shown, path, PartKind::Secret, &text);
            }
            Attachment::Text(_) => "The attached file is empty.",
            Attachment::Missing => "The attached file is not in the export.",
            Attachment::TooLarge => {
                "The attached file is larger than 64 KiB, the most a secret can hold."
            }
            Attachment::NotText => "The attached file is not text.",
            Attachment::Unreadable => "The attached file is damaged.",
        };
        self.leave_out(place, name, reason);
    }

    /// What is not understood may be secret: it is kept as a value, not as a note.
    fn unknown(&mut self, place: Place<'_>, label: &str, path: &str, kind: &str, value: &Json) {
        let kind: String = display_text(kind).chars().take(KIND_CHARS_MAX).collect();
        let shown: String = display_text(label).chars().take(KIND_CHARS_MAX).collect();
        self.remarks.push(format!(
            "“{shown}” is of the kind “{kind}”, which is not known. It is kept as text."
        ));
        self.add(place, label, path, PartKind::Secret, &value.as_plain_text());
    }

    fn password_history(&mut self, count: usize) {
        let reason = match count {
            0 => return,
            1 => "1 earlier password is not taken; the current one is.".to_owned(),
            _ => format!("{count} earlier passwords are not taken; the current one is."),
        };
        self.leave_out(ITEM, "earlier passwords", reason);
    }

    pub(super) fn leave_out_part(&mut self, part: &Part, reason: &str) {
        self.left_out
            .push((part.section.clone(), part.label.clone(), reason.to_owned()));
    }

    fn leave_out(&mut self, place: Place<'_>, label: &str, reason: impl Into<String>) {
        self.left_out
            .push((place.section.to_owned(), label.to_owned(), reason.into()));
    }
}

const KIND_CHARS_MAX: usize = 64;

fn elements<'a>(object: &'a Json, name: &str) -> &'a [Json] {
    object.get(name).map(Json::elements).unwrap_or_default()
}

/// An address on one line, in the order in which it is written on an envelope; members not known come last.
fn address(payload: &Json) -> String {
    const ORDER: [&str; 5] = ["street", "zip", "city", "state", "country"];
    let known = ORDER.iter().filter_map(|name| payload.member_text(name));
    let others = payload
        .members()
        .iter()
        .filter(|(name, _)| !ORDER.contains(&name.as_str()));
    let texts: Vec<&str> = known
        .chain(others.filter_map(|(_, value)| value.text()))
        .collect();
    texts.join(", ")
}

/// A date field counts seconds; it names a day.
fn day(seconds: i64) -> String {
    let time = Timestamp::from_millis(seconds.saturating_mul(1_000)).to_string();
    time.split('T').next().unwrap_or_default().to_owned()
}
