//! One field of a section, by the kind of its value.

use std::io::{Read, Seek};

use domain::time::Timestamp;

use super::{Fields, Spot};
use crate::attachment::{AttachedFile, add_attachment, file_path};
use crate::json::{Json, Open};
use crate::material::{AS_DAY, FieldName, Means, Part, day};
use crate::onepux::archive::Attachment;
use crate::parsed::ValueKind;

impl<R: Read + Seek> Fields<'_, R> {
    pub(super) fn field(
        &mut self,
        spot: Spot<'_>,
        label: &str,
        path: &str,
        id: &str,
        value: (&str, &Json),
    ) {
        let (kind, payload) = value;
        if payload.is_empty() {
            return;
        }
        match (kind, payload) {
            ("concealed", Json::Text(text)) => {
                let part = match id {
                    "credential" | "password" => Part::main(label, path, text).of(self.main_kind()),
                    _ => Part::secret(label, path, text),
                };
                self.add(spot, part);
            }
            ("totp", Json::Text(text)) => {
                let part = Part::secret(label, path, text).of(ValueKind::OneTimePassword);
                self.add(spot, part);
            }
            ("creditCardNumber", Json::Text(text)) => {
                self.add(spot, Part::secret(label, path, text).of(ValueKind::Card));
            }
            (
                "string" | "url" | "phone" | "menu" | "gender" | "creditCardType" | "email"
                | "reference",
                Json::Text(text),
            ) => self.add(spot, Part::plain(label, path, text)),
            ("email", Json::Object(_)) => self.email(spot, label, path, payload),
            ("date", Json::Number(number)) => match number.as_i64() {
                Some(seconds) => self.date(spot, label, path, id, seconds),
                None => self.unknown(spot, label, path, kind, payload),
            },
            ("monthYear", Json::Number(number)) => {
                let text = month_year(&number.to_string());
                let part = Part::plain(label, path, &text);
                self.add(spot, part.changed("it is written with a hyphen"));
            }
            ("address", Json::Object(_)) => self.address(spot, label, path, payload),
            ("sshKey", Json::Object(_)) => self.ssh_key(spot, label, path, payload),
            ("file", Json::Object(_)) => self.file(spot, label, path, payload),
            _ => self.unknown(spot, label, path, kind, payload),
        }
    }

    fn email(&mut self, spot: Spot<'_>, label: &str, path: &str, payload: &Json) {
        let mut open = Open::new(payload);
        let text = open.take_text("email_address");
        for (name, value) in open.rest(self.form()) {
            let path = format!("{path}.{name}");
            let part = Part::plain(&format!("{label} {name}"), &path, &value.as_plain_text());
            self.add(spot, part.speaking_for(value.leaves()));
        }
        if let Some(text) = text {
            self.add(spot, Part::plain(label, path, text));
        }
    }

    /// A date field counts seconds; it names a day. Two of an API credential's say when it works.
    fn date(&mut self, spot: Spot<'_>, label: &str, path: &str, id: &str, seconds: i64) {
        let at = Timestamp::from_millis(seconds.saturating_mul(1_000));
        let mut part = Part::plain(label, path, &day(at)).changed(AS_DAY);
        match id {
            "expires" => part = part.meaning(Means::Expires(at)),
            "validFrom" => part = part.meaning(Means::ValidFrom(at)),
            _ => {}
        }
        self.add(spot, part);
    }

    /// An address on one line, in the order in which it is written on an envelope; members not known come last.
    fn address(&mut self, spot: Spot<'_>, label: &str, path: &str, payload: &Json) {
        const ORDER: [&str; 5] = ["street", "zip", "city", "state", "country"];
        let mut open = Open::new(payload);
        let mut texts: Vec<String> = ORDER
            .iter()
            .filter_map(|name| open.take_text(name))
            .map(str::to_owned)
            .collect();
        for (_, value) in open.rest(self.form()) {
            texts.push(value.as_plain_text().to_string());
        }
        let part = Part::plain(label, path, &texts.join(", "));
        let part = part.changed("its parts stand on one line");
        self.add(spot, part.speaking_for(payload.leaves()));
    }

    /// The key in PKCS#8 stands in the metadata; the outer one has no fixed form.
    fn ssh_key(&mut self, spot: Spot<'_>, label: &str, path: &str, payload: &Json) {
        let nothing = Json::Null;
        let mut outer = Open::new(payload);
        let outer_key = outer.take_text("privateKey");
        let metadata = outer.take("metadata").unwrap_or(&nothing);
        let mut open = Open::new(metadata);
        let inner_key = open.take_text("privateKey");
        let public = [
            ("publicKey", "public key"),
            ("fingerprint", "fingerprint"),
            ("keyType", "key type"),
        ]
        .map(|(name, shown)| {
            (
                name,
                shown,
                open.take(name).filter(|value| !value.is_empty()),
            )
        });
        let rest = [outer.rest(self.form()), open.rest(self.form())].concat();
        if let Some(key) = inner_key.or(outer_key) {
            let part = Part::main(label, path, key).of(ValueKind::SshKey);
            let is_twice = inner_key.is_some() && inner_key == outer_key;
            self.add(spot, part.speaking_for(1 + usize::from(is_twice)));
        }
        if let (Some(inner), Some(outer)) = (inner_key, outer_key)
            && inner != outer
        {
            let name = FieldName {
                section: spot.section,
                label: "private key in another form",
                path: &format!("{path}.privateKey"),
            };
            self.material
                .pass_over(name, "The same key is kept in the form PKCS#8.");
        }
        for (name, shown, value) in public {
            if let Some(value) = value {
                let part = Part::plain(shown, &format!("{path}.{name}"), &value.as_plain_text());
                self.add(spot, part.speaking_for(value.leaves()));
            }
        }
        for (name, value) in rest {
            self.unknown(spot, label, &format!("{path}.{name}"), name, value);
        }
    }

    /// An attached file becomes a value; one that can't is named in the report.
    pub(super) fn file(&mut self, spot: Spot<'_>, label: &str, path: &str, payload: &Json) {
        let mut open = Open::new(payload);
        let own_name = open.take_text("fileName");
        let file_name = own_name.unwrap_or("file");
        let document = open.take_text("documentId");
        let path = &document.map_or_else(|| path.to_owned(), file_path);
        let entered = [own_name, document].into_iter().flatten().count();
        open.pass_over(&["decryptedSize", "signingKey", "encryptedSize"]);
        for (name, value) in open.rest(self.form()) {
            self.unknown(spot, file_name, &format!("{path}.{name}"), name, value);
        }
        let name = FieldName {
            section: spot.section,
            label: if label.is_empty() { file_name } else { label },
            path,
        };
        let attachment =
            document.map_or(Attachment::Missing, |id| self.archive.read_attachment(id));
        let reason = match attachment {
            Attachment::Bytes(bytes) => {
                let file = AttachedFile {
                    name,
                    group: spot.group,
                    file_name,
                    entered,
                    bytes: &bytes,
                };
                return add_attachment(self.material, &file);
            }
            Attachment::Missing => "The attached file is not in the export.",
            Attachment::TooLarge => crate::attachment::TOO_LARGE,
            Attachment::TooMuch => {
                "The files attached to the export's items are larger than 512 MiB together."
            }
            Attachment::Unreadable => "The attached file is damaged.",
        };
        let name = FieldName {
            label: file_name,
            ..name
        };
        self.material.leave_out(name, reason);
        self.material.speaks_for(entered);
    }
}

/// `202706` as `2027-06`.
fn month_year(digits: &str) -> String {
    match digits.split_at_checked(4) {
        Some((year, month)) if month.len() == 2 => format!("{year}-{month}"),
        _ => digits.to_owned(),
    }
}
