//! A secret's values: complete, checked, and never answered.

use zeroize::Zeroizing;

use crate::catalogue::{AuthMethod, FieldSpec};
use crate::fault::{Fault, Hint};
use crate::mask::{Masks, mask_field};
use crate::reject::Detail;
use crate::sealed_text;
use crate::secret_text::SecretText;
use crate::shape;
use crate::time::Timestamp;

/// One value for each field of one auth method, in the catalogue's order (CREATE-07).
///
/// Like [`SecretText`] it has no `Serialize`, `Debug` or `Clone` (OUT-01):
/// ```compile_fail
/// fn answer<T: serde::Serialize>() {}
/// answer::<domain::credentials::Credentials>();
/// ```
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::credentials::Credentials>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::credentials::Credentials>();
/// ```
/// ```
/// fn hold<T: Send>() {}
/// hold::<domain::credentials::Credentials>();
/// ```
pub struct Credentials {
    method: AuthMethod,
    /// As many as `method.fields()`, in its order.
    values: Vec<SecretText>,
}

/// The sealed bytes are not credentials of the method they are said to be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed fields are not those of {0}", method.as_str())]
pub struct SealedFieldsError {
    method: AuthMethod,
}

impl Credentials {
    /// Takes exactly the fields of `method`; every fault of every field is listed (CREATE-07, -08).
    ///
    /// With `lasting_from`, fields that the catalogue marks lasting keep the value they have there when absent (UPDATE-07).
    /// Ways in details and hints begin with `credentials`.
    pub fn parse(
        method: AuthMethod,
        given: Vec<(String, SecretText)>,
        lasting_from: Option<&Credentials>,
    ) -> Result<(Credentials, Vec<Hint>), Vec<Detail>> {
        let mut faults = Vec::new();
        let mut slots: Vec<Option<SecretText>> = method.fields().iter().map(|_| None).collect();
        for (name, value) in given {
            let slot = method
                .fields()
                .iter()
                .zip(&mut slots)
                .find(|(field, _)| field.name == name);
            match slot {
                None => faults.push(unknown_field(method, name)),
                Some((field, Some(_))) => faults.push(given_twice(field)),
                Some((_, slot)) => *slot = Some(value),
            }
        }

        let mut values = Vec::with_capacity(slots.len());
        for (field, slot) in method.fields().iter().zip(slots) {
            match slot.or_else(|| kept_value(field, lasting_from)) {
                None => faults.push(missing(field)),
                Some(value) => {
                    let found = shape::field_faults(field, value.expose_text());
                    faults.extend(found.into_iter().map(|fault| at_field(fault, field)));
                    values.push(value);
                }
            }
        }
        if values.len() == method.fields().len() {
            faults.extend(shape::equal_fields(method.fields(), &values));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let credentials = Credentials { method, values };
        let hints = shape::hints(&credentials);
        Ok((credentials, hints))
    }

    /// The fields that none of these methods has.
    pub(crate) fn unknown_to_all(
        methods: &[AuthMethod],
        given: Vec<(String, SecretText)>,
    ) -> Vec<Detail> {
        let has = |name: &str| {
            let mut fields = methods.iter().flat_map(|method| method.fields());
            fields.any(|field| field.name == name)
        };
        given
            .into_iter()
            .filter(|(name, _)| !has(name))
            .map(|(name, _)| {
                let message = "None of the auth methods of this type has such a field.";
                Fault::new("unknown_field", message).at(vec!["credentials".into(), name.into()])
            })
            .collect()
    }

    pub fn method(&self) -> AuthMethod {
        self.method
    }

    /// The value of one field; none if the method has no such field.
    pub fn field(&self, name: &str) -> Option<&SecretText> {
        self.iter()
            .find(|(field, _)| field.name == name)
            .map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static FieldSpec, &SecretText)> {
        self.method.fields().iter().zip(&self.values)
    }

    /// The fields as a request would give them.
    pub fn into_fields(self) -> Vec<(String, SecretText)> {
        let names = self
            .method
            .fields()
            .iter()
            .map(|field| field.name.to_owned());
        names.zip(self.values).collect()
    }

    /// What a person sees of each field (OUT-03, -04).
    pub fn masks(&self) -> Masks {
        self.iter()
            .map(|(field, value)| (field.name, mask_field(field, value.expose_text())))
            .collect()
    }

    /// Whether all values are the same, compared in constant time (UPDATE-03). Methods with the same fields may be equal.
    pub fn ct_eq(&self, other: &Credentials) -> bool {
        self.method.has_same_fields_as(other.method)
            && self
                .values
                .iter()
                .zip(&other.values)
                .fold(true, |equal, (mine, theirs)| mine.ct_eq(theirs) & equal)
    }

    /// When the values stop working, as far as they say so themselves: the `se` or `ske` of a SAS URL, the `exp` of a
    /// JSON Web Token.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self.method {
            AuthMethod::AzureSasUrl => shape::sas_expiry(self.field("sas_url")?.expose_text()),
            AuthMethod::OpaqueValue => shape::jwt_expiry(self.field("value")?.expose_text()),
            _ => None,
        }
    }

    /// The one hint that depends on the day: values that say themselves that they have expired (CREATE-08).
    pub fn expired_hint(&self, now: Timestamp) -> Option<Hint> {
        let expires_at = self.expires_at().filter(|at| *at <= now)?;
        let (field, what) = match self.method {
            AuthMethod::AzureSasUrl => ("sas_url", "SAS URL"),
            _ => ("value", "token"),
        };
        let loc = vec!["credentials".into(), field.into()];
        let message =
            format!("This {what} expired at {expires_at}. Make a new one if it should still work.");
        Some(Hint::new(loc, "expired", message))
    }

    /// The same values under another method with the same fields, without a copy (UPDATE-08); refused back if the fields differ.
    pub fn under_method(self, method: AuthMethod) -> Result<Credentials, Credentials> {
        if self.method.has_same_fields_as(method) {
            Ok(Credentials {
                method,
                values: self.values,
            })
        } else {
            Err(self)
        }
    }

    /// The plaintext that is sealed: for each field in the catalogue's order its name and its value, each as four bytes of
    /// big-endian length and that many bytes of UTF-8 (FORMAT.md, Fields).
    pub fn to_sealed_bytes(&self) -> Zeroizing<Vec<u8>> {
        let fields: Vec<_> = self
            .iter()
            .map(|(field, value)| (field.name, value))
            .collect();
        sealed_text::write(&fields)
    }

    /// Reads what [`Credentials::to_sealed_bytes`] wrote: all fields of `method` in order, and nothing after them.
    pub fn from_sealed_bytes(
        method: AuthMethod,
        bytes: &[u8],
    ) -> Result<Credentials, SealedFieldsError> {
        let names = method.fields().iter().map(|field| field.name);
        let values = sealed_text::read(names, bytes).ok_or(SealedFieldsError { method })?;
        Ok(Credentials { method, values })
    }
}

fn kept_value(field: &FieldSpec, lasting_from: Option<&Credentials>) -> Option<SecretText> {
    let kept = lasting_from.filter(|_| field.lasting)?.field(field.name)?;
    Some(SecretText::new(kept.expose_text().to_owned()))
}

fn at_field(fault: Fault, field: &FieldSpec) -> Detail {
    fault.at(vec!["credentials".into(), field.name.into()])
}

fn missing(field: &FieldSpec) -> Detail {
    at_field(
        Fault::new("missing", format!("{} is missing.", field.label)),
        field,
    )
}

fn given_twice(field: &FieldSpec) -> Detail {
    at_field(
        Fault::new("duplicate", format!("{} is given twice.", field.label)),
        field,
    )
}

fn unknown_field(method: AuthMethod, name: String) -> Detail {
    let names: Vec<&str> = method.fields().iter().map(|field| field.name).collect();
    let message = format!(
        "{} has no such field. Its fields: {}.",
        method.as_str(),
        names.join(", ")
    );
    Fault::new("unknown_field", message).at(vec!["credentials".into(), name.into()])
}
