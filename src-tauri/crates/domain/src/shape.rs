//! What a value should look like (CREATE-08): hard errors block and are listed all, hints never block.
//!
//! No fault or hint quotes a value; lengths and the names of its parts are all they tell (ERR-05).

use crate::catalogue::{FieldKind, FieldSpec, VALUE_BYTES_MAX};
use crate::fault::Fault;
use crate::reject::Detail;
use crate::secret_text::SecretText;

mod hints;
mod jwt;
mod patterns;
mod sas_url;
mod service_account;

pub use patterns::{is_aws_key_id, is_aws_secret, is_b2_key_id};

pub(crate) use hints::hints;
pub(crate) use jwt::jwt_expiry;
pub(crate) use sas_url::{parameter as sas_parameter, sas_account, sas_expiry, with_url};
pub(crate) use service_account::{key_id_of, project_of};

/// Everything that forbids `text` in `field`.
pub(crate) fn field_faults(field: &FieldSpec, text: &str) -> Vec<Fault> {
    if text.is_empty() {
        return vec![Fault::new("empty", format!("{} is empty.", field.label))];
    }
    let mut faults = Vec::new();
    faults.extend(length_fault(field, text));
    match field.kind {
        FieldKind::Text => faults.extend(nul_fault(field, text)),
        FieldKind::ServiceAccountJson => {
            faults.extend(nul_fault(field, text));
            if faults.is_empty() {
                faults.extend(service_account::faults(text));
            }
        }
        FieldKind::Identifier | FieldKind::Secret => faults.extend(line_faults(field.label, text)),
        FieldKind::SasUrl => {
            faults.extend(line_faults(field.label, text));
            if faults.is_empty() {
                faults.extend(sas_url::faults(text));
            }
        }
    }
    faults
}

/// The same text in two fields: one of them was pasted into the wrong place.
pub(crate) fn equal_fields(fields: &[FieldSpec], values: &[SecretText]) -> Option<Detail> {
    let [(first, value), (second, other)] = fields
        .iter()
        .zip(values)
        .collect::<Vec<_>>()
        .try_into()
        .ok()?;
    if value.expose_text().is_empty() || !value.ct_eq(other) {
        return None;
    }
    let message = format!(
        "{} and {} hold the same text. One of them belongs elsewhere.",
        first.label, second.label
    );
    Some(Fault::new("same_text", message).at(vec!["credentials".into(), second.name.into()]))
}

fn length_fault(field: &FieldSpec, text: &str) -> Option<Fault> {
    let chars = text.chars().count();
    if chars > field.chars_max {
        let message = format!(
            "{} has {chars} characters; {} is the most.",
            field.label, field.chars_max
        );
        return Some(Fault::new("too_long", message));
    }
    if text.len() > VALUE_BYTES_MAX {
        let message = format!(
            "{} has {} bytes; {VALUE_BYTES_MAX} (64 KiB) is the most.",
            field.label,
            text.len()
        );
        return Some(Fault::new("too_long", message));
    }
    None
}

fn nul_fault(field: &FieldSpec, text: &str) -> Option<Fault> {
    text.contains('\0').then(|| {
        Fault::new(
            "nul",
            format!("{} holds a NUL character. Remove it.", field.label),
        )
    })
}

/// Keys travel in headers and signatures: one line of printable ASCII.
pub(crate) fn line_faults(label: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let without_newline = text
        .strip_suffix('\n')
        .map(|rest| rest.strip_suffix('\r').unwrap_or(rest));
    if without_newline.is_some_and(|rest| !rest.chars().any(char::is_control)) {
        let message = format!(
            "{label} ends with a line break, which often comes along when copying. Remove it."
        );
        faults.push(Fault::new("trailing_newline", message));
    } else if text.chars().any(char::is_control) {
        let message =
            format!("{label} holds a line break or another control character. It is one line.");
        faults.push(Fault::new("control_character", message));
    }
    if !text.is_ascii() {
        let message = format!(
            "{label} holds characters other than plain ASCII, which its service does not accept."
        );
        faults.push(Fault::new("not_ascii", message));
    }
    faults
}
