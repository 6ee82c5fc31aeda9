//! Everything a person entered into an item, field by field.

use super::item::time;
use crate::json::{Json, Open};
use crate::material::{FieldName, Material, Means, Part};
use crate::names::{cut_path, own_ids};
use crate::parsed::ValueKind;

/// Members of cards and identities that are secret by themselves.
const SECRET_MEMBERS: [&str; 7] = [
    "number",
    "code",
    "ssn",
    "passportNumber",
    "licenseNumber",
    "accountNumber",
    "pin",
];
const REPROMPT: &str =
    "It says that Bitwarden asks for its password again, which has no meaning here.";
const AUTOFILL: &str = "It says when Bitwarden fills the login in, which has no meaning here.";
const MATCH: &str =
    "It says how Bitwarden compares the address with a page's, which has no meaning here.";
const LINKED: i64 = 3;
const HIDDEN: i64 = 1;

pub(super) struct Fields<'a> {
    material: &'a mut Material,
}

impl<'a> Fields<'a> {
    pub(super) fn new(material: &'a mut Material) -> Fields<'a> {
        Fields { material }
    }

    pub(super) fn read(&mut self, mut item: Open<'_>) {
        // A note's type has one value; the rest are Bitwarden's own words for what may be done with the item.
        item.pass_over(&["secureNote", "edit", "viewPassword", "key", "object"]);
        self.setting(&mut item, "reprompt", ("reprompt", REPROMPT));
        if let Some(login) = object(&mut item, "login") {
            self.login(login);
        }
        if let Some(key) = object(&mut item, "sshKey") {
            self.ssh_key(key);
        }
        for name in ["card", "identity"] {
            if let Some(members) = object(&mut item, name) {
                self.members(name, members);
            }
        }
        // By its name a field is found again, and never by its place: fields are moved and taken away.
        let fields = item.take_list("fields");
        let named = fields.iter().map(|field| {
            let name = field.member_text("name").unwrap_or_default();
            Some(format!("fields.{name}"))
        });
        for (field, path) in fields.iter().zip(own_ids(named.collect())) {
            self.custom(field, &path);
        }
        let history = item.take_list("passwordHistory");
        self.history(history);
        for (name, value) in item.rest(&mut self.material.form) {
            match value {
                Json::Object(_) => self.members(name, value),
                _ => self.unknown(name, name, value),
            }
        }
    }

    fn login(&mut self, login: &Json) {
        let mut open = Open::new(login);
        self.setting(&mut open, "autofillOnPageLoad", ("autofill", AUTOFILL));
        if let Some(at) = open.look("passwordRevisionDate").and_then(time) {
            open.take("passwordRevisionDate");
            self.material
                .add_origin_day("Password changed in Bitwarden", at);
        }
        if let Some(text) = open.take_text("username") {
            let part = Part::plain("user name", "username", text).meaning(Means::UserName);
            self.material.add(part);
        }
        if let Some(text) = open.take_text("password") {
            self.material.add(Part::main("password", "password", text));
        }
        if let Some(text) = open.take_text("totp") {
            let part = Part::secret("one-time password", "totp", text);
            self.material.add(part.of(ValueKind::OneTimePassword));
        }
        let uris = open.take_list("uris");
        for (index, uri) in uris.iter().enumerate() {
            let path = format!("uri.{index}");
            let mut open = Open::new(uri);
            // A digest of it.
            open.pass_over(&["uriChecksum"]);
            self.setting(&mut open, "match", ("URL: how it is matched", MATCH));
            if let Some(text) = open.take_text("uri") {
                let part = Part::plain("URL", &path, text).meaning(Means::Url);
                self.material.add(part);
            }
            for (name, value) in open.rest(&mut self.material.form) {
                self.unknown("URL", &format!("{path}.{name}"), value);
            }
        }
        let passkeys = open.take_list("fido2Credentials");
        for (index, passkey) in passkeys.iter().enumerate() {
            let path = format!("passkey.{index}");
            let text = passkey.as_plain_text();
            let part = Part::secret("passkey", &path, &text)
                .of(ValueKind::Passkey)
                .changed("it is kept as text")
                .speaking_for(passkey.leaves());
            self.material.add(part);
        }
        for (name, value) in open.rest(&mut self.material.form) {
            self.unknown(name, &format!("login.{name}"), value);
        }
    }

    fn ssh_key(&mut self, key: &Json) {
        let mut open = Open::new(key);
        if let Some(text) = open.take_text("privateKey") {
            let part = Part::main("private key", "sshKey.privateKey", text);
            self.material.add(part.of(ValueKind::SshKey));
        }
        for (name, label) in [
            ("publicKey", "public key"),
            ("keyFingerprint", "fingerprint"),
            ("fingerprint", "fingerprint"),
        ] {
            if let Some(text) = open.take_text(name) {
                let part = Part::plain(label, &format!("sshKey.{name}"), text);
                self.material.add(part);
            }
        }
        for (name, value) in open.rest(&mut self.material.form) {
            self.unknown(name, &format!("sshKey.{name}"), value);
        }
    }

    /// A card, an identity, or a kind that came after this was written.
    fn members(&mut self, of: &str, members: &Json) {
        for (name, value) in Open::new(members).rest(&mut self.material.form) {
            let path = format!("{of}.{name}");
            let label = words(name);
            let text = value.as_plain_text();
            let part = if SECRET_MEMBERS.contains(&name) {
                let kind = if of == "card" {
                    ValueKind::Card
                } else {
                    ValueKind::Identity
                };
                Part::secret(&label, &path, &text).of(kind)
            } else {
                Part::plain(&label, &path, &text)
            };
            self.material.add(part.speaking_for(value.leaves()));
        }
    }

    fn custom(&mut self, field: &Json, path: &str) {
        let mut open = Open::new(field);
        let label = open.name("name").unwrap_or_default();
        let kind = open.take_whole("type");
        let value = open.take("value").filter(|value| !value.is_empty());
        let linked = open.take_whole("linkedId");
        let points = kind == Some(LINKED) && value.is_none();
        for (member, is_form) in [
            ("type", kind.is_some()),
            ("linkedId", linked.is_some() && !points),
        ] {
            if is_form {
                open.pass_over(&[member]);
            }
        }
        for (name, value) in open.rest(&mut self.material.form) {
            self.unknown(label, &format!("{path}.{name}"), value);
        }
        let name = FieldName {
            section: "",
            label,
            path,
        };
        match (kind, value) {
            (Some(LINKED), None) if linked.is_some() => {
                let reason = "It only points to another field of the item, which is kept.";
                self.material.pass_over(name, reason);
            }
            (_, None) => {}
            (Some(HIDDEN), Some(value)) => {
                let text = value.as_plain_text();
                let part = Part::secret(label, path, &text);
                self.material.add(part.speaking_for(value.leaves()));
            }
            (Some(_), Some(value)) => {
                let text = value.as_plain_text();
                let part = Part::plain(label, path, &text);
                self.material.add(part.speaking_for(value.leaves()));
            }
            (None, Some(value)) => self.unknown(label, path, value),
        }
    }

    fn history(&mut self, elements: &[Json]) {
        let mut values = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let mut open = Open::new(element);
            let value = open.take_text("password");
            let at = open.look("lastUsedDate").and_then(time);
            if at.is_some() || value.is_some() {
                open.pass_over(&["lastUsedDate"]);
            }
            for (name, value) in open.rest(&mut self.material.form) {
                let path = format!("passwordHistory.{index}.{name}");
                self.unknown("earlier password", &path, value);
            }
            values.extend(value.map(|value| (at, value)));
        }
        // Bitwarden lists the newest first.
        values.reverse();
        values.sort_by_key(|(at, _)| *at);
        for (at, value) in values {
            self.material.add_earlier("password", value, at);
        }
    }

    /// What is not understood may be secret: it is kept as a value, not as a note.
    fn unknown(&mut self, label: &str, path: &str, value: &Json) {
        let shown = cut_path(label);
        self.material.remark(format!(
            "“{shown}” is not known of Bitwarden's exports. It is kept as text."
        ));
        let part = Part::secret(label, path, &value.as_plain_text());
        let part = part.changed("it is kept as text");
        self.material.add(part.speaking_for(value.leaves()));
    }

    /// What somebody chose for Bitwarden's own windows. What was never chosen is `null`, `0` or `false`.
    fn setting(&mut self, open: &mut Open<'_>, member: &str, (label, reason): (&str, &str)) {
        let is_chosen = match open.look(member) {
            Some(Json::Number(number)) => member == "match" || number.as_i64() != Some(0),
            Some(Json::Bool(is_on)) => *is_on,
            _ => return,
        };
        if !is_chosen {
            return open.pass_over(&[member]);
        }
        open.take(member);
        let name = FieldName {
            section: "",
            label,
            path: member,
        };
        self.material.pass_over(name, reason);
    }
}

/// Anything but an object stays among the rest.
fn object<'a>(item: &mut Open<'a>, name: &str) -> Option<&'a Json> {
    match item.look(name) {
        Some(Json::Object(_)) => item.take(name),
        _ => None,
    }
}

/// `cardholderName` as `cardholder name`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}
