//! Hints: what is probably a slip of the hand, said and let through.

use crate::catalogue::{AuthMethod, FieldKind, FieldSpec};
use crate::credentials::Credentials;
use crate::fault::Hint;

use super::patterns::{self, usual_shape};
use super::{sas_url, service_account};

/// Every hint about the values, except the one that depends on the day.
pub(crate) fn hints(credentials: &Credentials) -> Vec<Hint> {
    let mut hints: Vec<Hint> = credentials
        .iter()
        .flat_map(|(field, value)| text_hints(field, value.expose_text()))
        .collect();
    if let Some(swapped) = swapped_hint(credentials) {
        hints.push(swapped);
        return hints;
    }
    for (field, value) in credentials.iter() {
        let text = value.expose_text();
        match field.kind {
            FieldKind::SasUrl => hints.extend(
                sas_url::hints(text)
                    .into_iter()
                    .map(|(kind, message)| hint(field, kind, message)),
            ),
            FieldKind::ServiceAccountJson => {
                hints.extend(
                    service_account::hints(text)
                        .into_iter()
                        .map(|(kind, message)| hint(field, kind, message)),
                );
            }
            FieldKind::Identifier | FieldKind::Secret if !has_hint_for(&hints, field) => {
                hints.extend(key_hint(credentials.method(), field, text));
            }
            FieldKind::Text if patterns::is_aws_session_token(text) => {
                let message = "This looks like a session token of AWS. It belongs to a temporary key, and both stop working within hours.";
                hints.push(hint(field, "session_token", message));
            }
            FieldKind::Identifier | FieldKind::Secret | FieldKind::Text => {}
        }
    }
    hints
}

fn hint(field: &FieldSpec, kind: &'static str, message: impl Into<String>) -> Hint {
    Hint::new(vec!["credentials".into(), field.name.into()], kind, message)
}

/// A placeholder needs no second remark about its length.
fn has_hint_for(hints: &[Hint], field: &FieldSpec) -> bool {
    hints
        .iter()
        .any(|hint| hint.loc.last() == Some(&field.name.into()))
}

/// Hints that hold for any field: what came along with the paste.
fn text_hints(field: &FieldSpec, text: &str) -> Vec<Hint> {
    let mut hints = Vec::new();
    if field.kind == FieldKind::ServiceAccountJson {
        return hints;
    }
    if text.trim() != text {
        let message = format!(
            "{} begins or ends with white space. It is stored as given; remove it if it does not belong.",
            field.label
        );
        hints.push(hint(field, "surrounding_space", message));
    }
    if patterns::is_placeholder(text) {
        hints.push(hint(
            field,
            "placeholder",
            format!(
                "{} looks like a placeholder from a template or a manual.",
                field.label
            ),
        ));
    }
    if patterns::is_assignment(text) {
        let message = format!(
            "{} begins with a variable's name and =. Only the part after it is the value.",
            field.label
        );
        hints.push(hint(field, "assignment", message));
    }
    if patterns::is_quoted(text) {
        hints.push(hint(
            field,
            "quoted",
            format!(
                "{} stands in quotation marks, which are rarely part of it.",
                field.label
            ),
        ));
    }
    hints
}

/// The id where the secret belongs and the other way round.
fn swapped_hint(credentials: &Credentials) -> Option<Hint> {
    let id = credentials.field("access_key_id")?.expose_text();
    let secret = credentials.field("secret_access_key")?.expose_text();
    let by_length = matches!(id.len(), 40 | 64) && matches!(secret.len(), 20 | 32);
    let by_prefix = id.starts_with("tsec_") && secret.starts_with("tid_");
    let by_id_shape = patterns::is_aws_key_id(secret) && !patterns::is_aws_key_id(id);
    if !(by_length || by_prefix || by_id_shape) {
        return None;
    }
    let field = credentials.method().field("access_key_id")?;
    Some(hint(
        field,
        "swapped",
        "The id and the secret look swapped: the id field holds what looks like the secret.",
    ))
}

/// The most telling hint about one key field, if any.
fn key_hint(method: AuthMethod, field: &FieldSpec, text: &str) -> Option<Hint> {
    let special = match field.name {
        "access_key_id" => access_key_id_hint(method, text),
        "secret_access_key"
            if method == AuthMethod::R2AccessKey && patterns::is_cloudflare_token(text) =>
        {
            Some((
                "token_value",
                "This looks like the API token itself. R2 wants the secret access key that stands below it, 64 characters of 0–9 and a–f.",
            ))
        }
        "account_name" if text.contains(['/', ':', '.', ';']) => Some((
            "account_name_in_url",
            "This looks like a URL or a connection string. Only the account's name belongs here.",
        )),
        "account_key" if text.contains("AccountKey=") => Some((
            "connection_string",
            "This looks like a connection string. Only what follows AccountKey= belongs here.",
        )),
        "application_key_id" if patterns::is_hex(text, 12) => Some((
            "master_key",
            "This looks like the master key's id. It does not work with the S3-compatible API, and it opens everything.",
        )),
        _ => None,
    };
    if let Some((kind, message)) = special {
        return Some(hint(field, kind, message));
    }
    let usual = usual_shape(method, field.name)?;
    if (usual.fits)(text) {
        return None;
    }
    let length = text.chars().count();
    let message = format!(
        "{} looks unusual. Usually it has {}; this one has {length} characters.",
        field.label, usual.words
    );
    Some(hint(field, "unusual_shape", message))
}

/// Ids that name what they are: another service's key, a temporary key, no key at all.
fn access_key_id_hint(method: AuthMethod, text: &str) -> Option<(&'static str, &'static str)> {
    let takes_any = method == AuthMethod::S3CompatibleAccessKey;
    if method == AuthMethod::S3AccessKey && text.starts_with("ASIA") {
        return Some((
            "temporary_key",
            "Ids that begin with ASIA are temporary: the key works only with a session token, and for hours.",
        ));
    }
    if method == AuthMethod::S3AccessKey && patterns::is_aws_id_of_no_key(text) {
        return Some((
            "not_a_key",
            "This is the id of a user, role or group at AWS, not of an access key. Those begin with AKIA.",
        ));
    }
    if takes_any {
        return None;
    }
    let owner = if patterns::is_aws_key_id(text) {
        (
            AuthMethod::S3AccessKey,
            "This looks like an access key ID of AWS.",
        )
    } else if text.starts_with("tid_") {
        // Railway's buckets run on Tigris; its ids may look the same.
        (
            AuthMethod::TigrisAccessKey,
            "This looks like an access key ID of Tigris.",
        )
    } else if text.starts_with("DO00") && text.len() == 20 {
        (
            AuthMethod::DigitalOceanSpacesAccessKey,
            "This looks like an access key ID of DigitalOcean Spaces.",
        )
    } else if patterns::is_b2_key_id(text) {
        (
            AuthMethod::B2ApplicationKey,
            "This looks like a key ID of Backblaze B2.",
        )
    } else {
        return None;
    };
    let (owning_method, message) = owner;
    let belongs = owning_method == method
        || (owning_method == AuthMethod::TigrisAccessKey && method == AuthMethod::RailwayAccessKey);
    (!belongs).then_some(("other_provider", message))
}
