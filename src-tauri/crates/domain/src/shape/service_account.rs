//! Google service-account key files: the members that Google's own libraries demand, and the look-alikes.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::fault::Fault;
use crate::secret_text::SecretText;

pub(super) fn faults(text: &str) -> Vec<Fault> {
    let file: KeyFile = match serde_json::from_str(text) {
        Ok(file) => file,
        Err(error) => return vec![unreadable(&error)],
    };
    if let Some(look_alike) = file.look_alike() {
        return vec![look_alike];
    }
    let mut faults = Vec::new();
    let members = [
        ("private_key", &file.private_key),
        ("client_email", &file.client_email),
        ("token_uri", &file.token_uri),
    ];
    for (name, member) in members {
        if member.text().is_none_or(str::is_empty) {
            let message = format!(
                "The file has no {name}, so it can't be used to sign in. Paste the whole file."
            );
            faults.push(Fault::new("service_account_incomplete", message));
        }
    }
    if file
        .private_key
        .text()
        .is_some_and(|key| !key.is_empty() && !is_pem(key))
    {
        let message = "private_key is not in PEM form: it goes from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.";
        faults.push(Fault::new("service_account_private_key", message));
    }
    if file
        .client_email
        .text()
        .is_some_and(|email| !email.is_empty() && !email.contains('@'))
    {
        faults.push(Fault::new(
            "service_account_email",
            "client_email is no e-mail address.",
        ));
    }
    faults
}

pub(super) fn hints(text: &str) -> Vec<(&'static str, String)> {
    let Ok(file) = serde_json::from_str::<KeyFile>(text) else {
        return Vec::new();
    };
    let mut hints = Vec::new();
    if file
        .client_email
        .text()
        .is_some_and(|email| !email.ends_with(".gserviceaccount.com"))
    {
        hints.push((
            "service_account_email",
            "client_email does not end in .gserviceaccount.com.".to_owned(),
        ));
    }
    const TOKEN_URIS: [&str; 2] = [
        "https://oauth2.googleapis.com/token",
        "https://accounts.google.com/o/oauth2/token",
    ];
    if file
        .token_uri
        .text()
        .is_some_and(|uri| !TOKEN_URIS.contains(&uri))
    {
        let message = "token_uri is not Google's. Whoever runs that address would be sent signed requests of this account.";
        hints.push(("service_account_token_uri", message.to_owned()));
    }
    if file
        .private_key
        .text()
        .is_some_and(|key| key.contains("\\n"))
    {
        let message = "private_key holds \\n as two characters instead of line breaks. Some tools can't read it so.";
        hints.push(("service_account_newlines", message.to_owned()));
    }
    if file.private_key_id.text().is_none_or(str::is_empty) {
        hints.push((
            "service_account_key_id",
            "private_key_id is missing, so the key can't be told from others of the account."
                .to_owned(),
        ));
    }
    hints
}

/// The project that the account is of.
pub(crate) fn project_of(text: &str) -> Option<String> {
    let file: KeyFile = serde_json::from_str(text).ok()?;
    file.project_id.text().map(str::to_owned)
}

/// What its provider calls the key.
pub(crate) fn key_id_of(text: &str) -> Option<String> {
    let file: KeyFile = serde_json::from_str(text).ok()?;
    file.private_key_id.text().map(str::to_owned)
}

fn unreadable(error: &serde_json::Error) -> Fault {
    if error.is_data() {
        return Fault::new(
            "not_a_service_account",
            "This is JSON, but no service account key file. Paste the whole file as Google gave it.",
        );
    }
    let message = format!(
        "This is no valid JSON: it breaks off or goes wrong at line {}, column {}. Paste the whole file, from {{ to }}.",
        error.line(),
        error.column()
    );
    Fault::new("not_json", message)
}

fn is_pem(key: &str) -> bool {
    key.trim_start().starts_with("-----BEGIN") && key.contains("-----END")
}

/// The members looked at. `private_key` is wiped when dropped.
#[derive(Deserialize)]
struct KeyFile {
    #[serde(rename = "type", default)]
    kind: Member,
    #[serde(default)]
    private_key: Member,
    #[serde(default)]
    client_email: Member,
    #[serde(default)]
    token_uri: Member,
    #[serde(default)]
    private_key_id: Member,
    #[serde(default)]
    project_id: Member,
    installed: Option<IgnoredAny>,
    web: Option<IgnoredAny>,
}

impl KeyFile {
    /// What the file is if it is no service account's key, and which file is wanted instead.
    fn look_alike(&self) -> Option<Fault> {
        let wanted = "Make a key for a service account under IAM & Admin, Service Accounts, Keys, and paste that file.";
        let what = match self.kind.text() {
            Some("service_account") => return None,
            Some("authorized_user") => {
                "This is a person's own sign-in from gcloud, not a service account key."
            }
            Some("external_account" | "external_account_authorized_user") => {
                "This is a workload identity configuration, which holds no key."
            }
            Some("impersonated_service_account") => {
                "This impersonates a service account through another sign-in, and holds no key of it."
            }
            Some("gdch_service_account") => {
                "This is a key for Google Distributed Cloud, not for Cloud Storage."
            }
            _ if self.installed.is_some() || self.web.is_some() => {
                "This is an OAuth client's file, not a service account key."
            }
            _ => "The file's type is not service_account.",
        };
        Some(Fault::new(
            "not_a_service_account",
            format!("{what} {wanted}"),
        ))
    }
}

/// A member that should be a string and may be anything.
#[derive(Default)]
enum Member {
    Text(SecretText),
    #[default]
    Other,
}

impl Member {
    fn text(&self) -> Option<&str> {
        match self {
            Member::Text(text) => Some(text.expose_text()),
            Member::Other => None,
        }
    }
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Member, D::Error> {
        deserializer.deserialize_any(MemberVisitor)
    }
}

struct MemberVisitor;

impl<'de> Visitor<'de> for MemberVisitor {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Member, E> {
        Ok(Member::Text(SecretText::new(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Member, E> {
        Ok(Member::Text(SecretText::new(text)))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Member, E> {
        Ok(Member::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Member, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Member::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Member, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Member::Other)
    }
}
