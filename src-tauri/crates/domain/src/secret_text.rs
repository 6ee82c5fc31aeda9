//! The one plaintext type: a secret's text in memory.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// A text that may be a secret. It comes in with a request or from a seal, is wiped when dropped, and goes out by [`SecretText::expose_text`] alone.
///
/// It has no `Serialize`, so that no answer can hold it (OUT-01):
/// ```compile_fail
/// fn answer<T: serde::Serialize>() {}
/// answer::<domain::secret_text::SecretText>();
/// ```
/// no `Debug` and no `Display`, so that no log line can (ERR-05):
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::secret_text::SecretText>();
/// ```
/// ```compile_fail
/// fn print<T: std::fmt::Display>() {}
/// print::<domain::secret_text::SecretText>();
/// ```
/// and no `Clone`, so that copies are made in plain sight:
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::secret_text::SecretText>();
/// ```
/// What it does have compiles, so that the four above fail for the reason given:
/// ```
/// fn request<T: serde::de::DeserializeOwned>() {}
/// request::<domain::secret_text::SecretText>();
/// ```
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    pub fn new(text: String) -> SecretText {
        SecretText(Zeroizing::new(text))
    }

    /// The plaintext. Callers seal it, mask it, or carry out an act that is audited (OUT-02).
    pub fn expose_text(&self) -> &str {
        &self.0
    }

    /// Compares without telling by its time where the texts differ; the lengths are not hidden.
    pub fn ct_eq(&self, other: &SecretText) -> bool {
        let equal: Choice = self.0.as_bytes().ct_eq(other.0.as_bytes());
        equal.into()
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> SecretText {
        SecretText::new(text)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SecretText, D::Error> {
        // Asked for a string, serde_json would refuse a number itself, quoting it.
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Takes strings. For numbers serde's own error would quote the value, which may be a secret typed without quotes (ERR-05).
struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = SecretText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SecretText, E> {
        Ok(SecretText::new(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<SecretText, E> {
        Ok(SecretText::new(text))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<SecretText, E> {
        Err(E::custom("expected a text, found true or false"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<SecretText, E> {
        Err(E::custom("expected a text, found a number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<SecretText, E> {
        Err(E::custom("expected a text, found a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<SecretText, E> {
        Err(E::custom("expected a text, found a number"))
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<SecretText, E> {
        Err(E::custom("expected a text, found bytes"))
    }
}
