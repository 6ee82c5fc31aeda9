//! Members of requests as they arrive: nothing in them is checked yet.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::fault::null_item;
use crate::reject::Detail;
use crate::secret_text::SecretText;

/// A member of a partial update. With `#[serde(default)]` a missing member is [`Patch::Absent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Stays as it is.
    #[default]
    Absent,
    /// `null`: cleared, where it can be empty.
    Clear,
    Set(T),
}

/// The `credentials` of a request: field names and values in the order given. It holds plaintext,
/// so it has no `Debug`, `Clone` or `Serialize`.
///
/// ```compile_fail
/// fn answer<T: serde::Serialize>() {}
/// answer::<domain::FieldsInput>();
/// ```
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::FieldsInput>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::FieldsInput>();
/// ```
/// ```
/// fn request<T: serde::de::DeserializeOwned>() {}
/// request::<domain::FieldsInput>();
/// ```
#[derive(Default)]
pub struct FieldsInput {
    fields: Vec<(String, Option<SecretText>)>,
}

/// A list of texts in a request. A `null` among them is a fault of its place.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(transparent)]
pub struct TextList {
    items: Vec<Option<String>>,
}

/// The history policy of a request. `{"keep": 0}` overwrites.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HistoryInput {
    pub keep: Option<i64>,
    pub grace_days: Option<i64>,
}

/// Asks for a generated value; an absent member takes its default.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GenerateInput {
    pub length: Option<i64>,
    pub alphabet: Option<String>,
}

impl<T> Patch<T> {
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub fn is_set(&self) -> bool {
        matches!(self, Self::Set(_))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            None => Self::Clear,
            Some(value) => Self::Set(value),
        })
    }
}

impl TextList {
    /// The texts, `None` for each `null`.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.items.iter().map(Option::as_deref)
    }

    /// The texts of a list whose member is judged as a whole; every `null` is told at its place.
    pub fn into_texts(self, member: &'static str) -> Result<Vec<String>, Vec<Detail>> {
        let nulls = self.iter().enumerate().filter(|(_, text)| text.is_none());
        let faults: Vec<Detail> = nulls
            .map(|(index, _)| null_item().at(vec![member.into(), index.into()]))
            .collect();
        if faults.is_empty() {
            Ok(self.items.into_iter().flatten().collect())
        } else {
            Err(faults)
        }
    }
}

impl From<Vec<String>> for TextList {
    fn from(texts: Vec<String>) -> Self {
        texts.into_iter().collect()
    }
}

impl FromIterator<String> for TextList {
    fn from_iter<I: IntoIterator<Item = String>>(texts: I) -> Self {
        let items = texts.into_iter().map(Some).collect();
        Self { items }
    }
}

impl FieldsInput {
    /// From fields that another part of the program read, such as an importer.
    pub fn new(fields: Vec<(String, SecretText)>) -> Self {
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name, Some(value)))
            .collect();
        Self { fields }
    }

    /// The fields that have a value, and the names of those that are `null`.
    pub(crate) fn split_nulls(self) -> (Vec<(String, SecretText)>, Vec<String>) {
        let mut given = Vec::with_capacity(self.fields.len());
        let mut nulls = Vec::new();
        for (name, value) in self.fields {
            match value {
                Some(value) => given.push((name, value)),
                None => nulls.push(name),
            }
        }
        (given, nulls)
    }
}

impl<'de> Deserialize<'de> for FieldsInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldsVisitor)
    }
}

/// Takes an object of texts. Asked for a map, a JSON reader would quote a text given in its place
/// (ERR-05); asked for anything, it leaves the error to this.
struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = FieldsInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of field names and texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldsInput, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = map.next_entry()? {
            fields.push(entry);
        }
        Ok(FieldsInput { fields })
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<FieldsInput, E> {
        Err(E::custom(
            "expected an object of field names and texts, found a text",
        ))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<FieldsInput, E> {
        Err(E::custom(
            "expected an object of field names and texts, found a number",
        ))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<FieldsInput, E> {
        Err(E::custom(
            "expected an object of field names and texts, found a number",
        ))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<FieldsInput, E> {
        Err(E::custom(
            "expected an object of field names and texts, found a number",
        ))
    }
}
