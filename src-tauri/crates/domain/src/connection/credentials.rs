//! A connection's fields as they come in: those that are sealed, and those that anyone may see.

use zeroize::Zeroizing;

use super::catalogue::{
    ConnectionFieldKind, ConnectionFieldSpec, ConnectionMethod, TEXT_CHARS_MAX, TOKEN_CHARS_MAX,
};
use crate::fault::{Fault, Hint};
use crate::findings::{Findings, wrong_null};
use crate::location::{Endpoint, PlainHttp};
use crate::mask::{Masks, mask_token};
use crate::reject::{Detail, LocStep};
use crate::request::FieldsInput;
use crate::sealed_text;
use crate::secret_text::SecretText;
use crate::shape;
use crate::text;

/// The token of a connection, complete and checked. It is plaintext, so it has no `Serialize`, `Debug` or `Clone` (OUT-01, CONN-03):
/// ```compile_fail
/// fn answer<T: serde::Serialize>() {}
/// answer::<domain::connection::ConnectionCredentials>();
/// ```
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::connection::ConnectionCredentials>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::connection::ConnectionCredentials>();
/// ```
/// ```
/// fn hold<T: Send>() {}
/// hold::<domain::connection::ConnectionCredentials>();
/// ```
pub struct ConnectionCredentials {
    method: ConnectionMethod,
    /// As many as `method.secret_fields()`, in its order.
    values: Vec<SecretText>,
}

/// The sealed bytes are not credentials of the method they are said to be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed fields are not those of {0}", method.as_str())]
pub struct SealedTokenError {
    method: ConnectionMethod,
}

/// All fields of a method, told apart.
pub(super) struct ParsedFields {
    pub token: ConnectionCredentials,
    pub texts: Vec<(&'static str, String)>,
}

/// Which fields a request may and must bring.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// All, but for those with a default.
    Whole,
    /// Those that come with a token; a text that is left out stays as it is here.
    Token(&'a [(&'static str, String)]),
}

/// Every fault of every field is among the findings where this is `None`, each at `credentials` and its name.
pub(super) fn parse_fields(
    method: ConnectionMethod,
    given: FieldsInput,
    asked: Asked<'_>,
    findings: &mut Findings,
) -> Option<ParsedFields> {
    let (mut given, nulls) = given.split_nulls();
    let mut details = unknown_fields(method, &given, asked);
    // A field of the connection that is already there cannot be cleared; on create null is as good as absent.
    let refused_nulls = match asked {
        Asked::Whole => Vec::new(),
        Asked::Token(_) => nulls,
    };
    let mut texts = Vec::new();
    let mut values = Vec::new();
    let mut missing = Vec::new();
    for field in method.fields() {
        let position = given.iter().position(|(name, _)| name == field.name);
        let value = position.map(|position| given.swap_remove(position).1);
        if refused_nulls.iter().any(|name| name == field.name) {
            missing.push(wrong_null().at(at(field.name)));
        } else if field.is_secret() {
            match value {
                Some(value) => {
                    let faults = token_faults(field, value.expose_text());
                    details.extend(faults.into_iter().map(|fault| fault.at(at(field.name))));
                    values.push(value);
                }
                None => missing.push(missing_field(field)),
            }
        } else {
            let text = value.as_ref().map(SecretText::expose_text);
            match text.or_else(|| standing(field, asked)) {
                Some(text) => match parse_text(field, text) {
                    Ok(text) => texts.push((field.name, text)),
                    Err(fault) => details.push(fault.at(at(field.name))),
                },
                None => missing.push(missing_field(field)),
            }
        }
    }
    let is_known = |name: &&String| method.fields().iter().any(|field| field.name == **name);
    let unknown_nulls = refused_nulls.iter().filter(|name| !is_known(name));
    details.extend(unknown_nulls.map(|name| unknown_field(method, name)));
    details.extend(missing);
    if values.len() == method.secret_fields().count() {
        details.extend(shown_token(method, &texts, &values));
    }
    if !details.is_empty() {
        for detail in details {
            findings.detail(detail);
        }
        return None;
    }
    let token = ConnectionCredentials { method, values };
    for hint in hints(&token, &texts) {
        findings.hint(hint);
    }
    Some(ParsedFields { token, texts })
}

/// Fields that the method does not have, that come twice, or that this request may not bring.
fn unknown_fields(
    method: ConnectionMethod,
    given: &[(String, SecretText)],
    asked: Asked<'_>,
) -> Vec<Detail> {
    let mut details = Vec::new();
    for (index, (name, _)) in given.iter().enumerate() {
        let field = method.fields().iter().find(|field| field.name == name);
        let is_fixed = |field: &ConnectionFieldSpec| {
            matches!(asked, Asked::Token(_)) && !field.comes_with_token()
        };
        let fault = match field {
            None => {
                details.push(unknown_field(method, name));
                continue;
            }
            Some(field) if is_fixed(field) => Fault::new(
                "fixed",
                format!(
                    "{} was set when the connection was made. Make a new connection for another.",
                    field.label
                ),
            ),
            Some(field) if given.iter().take(index).any(|(before, _)| before == name) => {
                Fault::new("duplicate", format!("{} is given twice.", field.label))
            }
            Some(_) => continue,
        };
        details.push(fault.at(vec!["credentials".into(), name.clone().into()]));
    }
    details
}

/// A token given in a field that anyone may see as well: it would be shown (OUT-01, CREATE-08).
fn shown_token(
    method: ConnectionMethod,
    texts: &[(&'static str, String)],
    values: &[SecretText],
) -> Option<Detail> {
    let (token, _) = method.secret_fields().zip(values).find(|(_, value)| {
        let value = value.expose_text().trim();
        texts.iter().any(|(_, text)| text == value)
    })?;
    let message = format!(
        "{} holds the same text as another field. One of them belongs elsewhere.",
        token.label
    );
    Some(Fault::new("same_text", message).at(at(token.name)))
}

/// What a text is where the request leaves it out.
fn standing<'a>(field: &ConnectionFieldSpec, asked: Asked<'a>) -> Option<&'a str> {
    match asked {
        Asked::Whole => field.default,
        Asked::Token(texts) => texts
            .iter()
            .find(|(name, _)| *name == field.name)
            .map(|(_, text)| text.as_str()),
    }
}

fn parse_text(field: &ConnectionFieldSpec, text: &str) -> Result<String, Fault> {
    let parsed = match field.kind {
        ConnectionFieldKind::Url => {
            let endpoint = Endpoint::parse(text, PlainHttp::Refused).map_err(|fault| {
                if fault.kind == "plain_http" {
                    let message = "The token would travel unencrypted. Use https://; only a server on this machine may do without.";
                    Fault::new("plain_http", message)
                } else {
                    fault
                }
            })?;
            endpoint.as_str().to_owned()
        }
        ConnectionFieldKind::Text
        | ConnectionFieldKind::Path
        | ConnectionFieldKind::Identifier
        | ConnectionFieldKind::Secret => {
            text::parse_name(text, &field.label.to_lowercase(), TEXT_CHARS_MAX)?
        }
    };
    if field.kind == ConnectionFieldKind::Path && !parsed.starts_with('/') {
        let message = format!("{} begins with /.", field.label);
        return Err(Fault::new("path", message));
    }
    Ok(parsed)
}

fn token_faults(field: &ConnectionFieldSpec, text: &str) -> Vec<Fault> {
    if text.is_empty() {
        return vec![Fault::new("empty", format!("{} is empty.", field.label))];
    }
    let mut faults = shape::line_faults(field.label, text);
    let chars = text.chars().count();
    if chars > TOKEN_CHARS_MAX {
        let message = format!(
            "{} has {chars} characters; {TOKEN_CHARS_MAX} is the most.",
            field.label
        );
        faults.push(Fault::new("too_long", message));
    }
    faults
}

/// Slips of the hand that block nothing: what the vault's own documentation says of its tokens.
fn hints(token: &ConnectionCredentials, texts: &[(&'static str, String)]) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (field, value) in token.iter() {
        let prefix = match field.name {
            "service_account_token" => "ops_",
            "service_token" => "dp.st.",
            _ => continue,
        };
        if !value.expose_text().starts_with(prefix) {
            let message = format!("{} usually begins with {prefix}.", field.label);
            hints.push(Hint::new(at(field.name), "unusual_prefix", message));
        }
    }
    for (name, text) in texts {
        if matches!(*name, "client_id" | "project_id") && !is_uuid(text) {
            let message = "This is usually a UUID: 36 characters with four hyphens.";
            hints.push(Hint::new(at(name), "unusual_shape", message));
        }
    }
    hints
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups
            .iter()
            .all(|group| group.chars().all(|digit| digit.is_ascii_hexdigit()))
}

fn unknown_field(method: ConnectionMethod, name: &str) -> Detail {
    let message = format!("{} has no field of this name.", method.label());
    Fault::new("unknown_field", message).at(vec!["credentials".into(), name.to_owned().into()])
}

fn missing_field(field: &ConnectionFieldSpec) -> Detail {
    Fault::new("missing", format!("{} is missing.", field.label)).at(at(field.name))
}

fn at(name: &'static str) -> Vec<LocStep> {
    vec!["credentials".into(), name.into()]
}

impl ConnectionCredentials {
    pub fn method(&self) -> ConnectionMethod {
        self.method
    }

    /// The value of one sealed field; none if the method has no such field.
    pub fn field(&self, name: &str) -> Option<&SecretText> {
        self.iter()
            .find(|(field, _)| field.name == name)
            .map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static ConnectionFieldSpec, &SecretText)> {
        self.method.secret_fields().zip(&self.values)
    }

    /// What a person sees of each sealed field (OUT-03, OUT-04).
    pub fn masks(&self) -> Masks {
        self.iter()
            .map(|(field, value)| (field.name, mask_token(value.expose_text())))
            .collect()
    }

    /// Whether all values are the same, compared in constant time (UPDATE-03).
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.method == other.method
            && self
                .values
                .iter()
                .zip(&other.values)
                .fold(true, |equal, (mine, theirs)| mine.ct_eq(theirs) & equal)
    }

    /// The plaintext that is sealed, in the form of [`crate::Credentials::to_sealed_bytes`].
    pub fn to_sealed_bytes(&self) -> Zeroizing<Vec<u8>> {
        let fields: Vec<_> = self
            .iter()
            .map(|(field, value)| (field.name, value))
            .collect();
        sealed_text::write(&fields)
    }

    /// Reads what [`ConnectionCredentials::to_sealed_bytes`] wrote: all sealed fields of `method` in order, and nothing after them.
    pub fn from_sealed_bytes(
        method: ConnectionMethod,
        bytes: &[u8],
    ) -> Result<Self, SealedTokenError> {
        let names = method.secret_fields().map(|field| field.name);
        let values = sealed_text::read(names, bytes).ok_or(SealedTokenError { method })?;
        Ok(Self { method, values })
    }
}
