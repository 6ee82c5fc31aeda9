//! Copying a value: read, audited and put on the clipboard in Rust (OUT-02).

use std::time::Duration;

use domain::audit::Action;
use domain::catalogue::{AuthMethod, FieldKind};
use domain::reject::Detail;
use domain::secret::existing_live;
use domain::{Credentials, SecretText};

use crate::api::{Changed, Empty, SecretCopied, SecretCopy};
use crate::app::App;
use crate::opened::{Opened, secret_id};
use crate::refusal::{Answer, Refusal, internal};
use crate::secret::values_in_use;

pub fn copy(app: &App, opened: &mut Opened, request: SecretCopy) -> Answer<SecretCopied> {
    let id = secret_id(request.id)?;
    let now = app.clock.now();
    let (label, value) = opened
        .vault
        .write(now, |writer| -> Answer<(String, SecretText)> {
            let current = existing_live(writer.secret(id)?)?;
            let secret = current.secret();
            let field = field_name(secret.method(), request.field.as_deref())?;
            let value = take_field(&values_in_use(writer, &current)?, field)?;
            writer.record_use(id, field, Action::ValueCopied)?;
            Ok((secret.name().as_str().to_owned(), value))
        })?;
    app.changed(&[Changed::Audit]);
    let lasts = Duration::from_secs(u64::from(app.settings.get().clipboard_seconds));
    app.clipboard
        .hold(&value, label.clone(), app.clock.elapsed(), lasts)
        .map_err(|error| Refusal(internal(&format!("Nothing was copied: {error}."))))?;
    Ok(SecretCopied {
        label,
        clears_in_ms: u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX),
    })
}

pub fn clear(app: &App, _request: Empty) -> Answer<Empty> {
    app.clipboard.clear();
    Ok(Empty {})
}

/// The field that is meant: the one named, or the only one that is secret.
pub(crate) fn field_name(method: AuthMethod, given: Option<&str>) -> Result<&'static str, Detail> {
    let names = || {
        method
            .fields()
            .iter()
            .map(|field| field.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match given {
        Some(name) => method.field(name).map(|field| field.name).ok_or_else(|| {
            Detail::at(
                "field",
                "unknown_field",
                format!("This secret has no such field. Its fields: {}.", names()),
            )
        }),
        None => {
            let mut secret = method
                .fields()
                .iter()
                .filter(|field| field.kind != FieldKind::Identifier);
            match (secret.next(), secret.next()) {
                (Some(only), None) => Ok(only.name),
                _ => Err(Detail::at(
                    "field",
                    "missing",
                    format!("Say which field: {}.", names()),
                )),
            }
        }
    }
}

/// The field that an entry names where all of a method's values go out together.
pub(crate) fn secret_field(method: AuthMethod) -> &'static str {
    let fields = method.fields().iter();
    let secret = fields
        .rev()
        .find(|field| field.kind != FieldKind::Identifier);
    secret.map_or("value", |field| field.name)
}

pub(crate) fn take_field(values: &Credentials, field: &'static str) -> Answer<SecretText> {
    let value = values
        .field(field)
        .ok_or_else(|| Refusal(internal("This version lacks one of its fields.")))?;
    Ok(SecretText::new(value.expose_text().to_owned()))
}
