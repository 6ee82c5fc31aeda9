//! JSON of one item as a tree, in bounds. Its texts may be secrets: they are wiped, and the tree has no `Debug`, `Clone` or `Serialize`.

mod capped;
mod open;

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

pub(crate) use capped::Capped;
pub(crate) use open::Open;

use crate::limits::{ITEM_BYTES_MAX, ITEM_DEPTH_MAX, ITEM_MEMBERS_MAX};

pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(Zeroizing<String>),
    List(Vec<Json>),
    /// Members in order, each name once.
    Object(Vec<(String, Json)>),
}

/// Why an item's JSON is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonFault {
    TooLarge,
    TooDeep,
    TooManyMembers,
    DoubleMember,
    Malformed,
}

impl JsonFault {
    /// The reason on the item's line of the report.
    pub(crate) fn text(self) -> String {
        match self {
            JsonFault::TooLarge => format!(
                "The item is larger than {} MiB.",
                ITEM_BYTES_MAX / 1024 / 1024
            ),
            JsonFault::TooDeep => {
                format!("The item is nested more than {ITEM_DEPTH_MAX} levels deep.")
            }
            JsonFault::TooManyMembers => {
                format!("The item holds a list of more than {ITEM_MEMBERS_MAX} parts.")
            }
            JsonFault::DoubleMember => {
                "The item says the same thing twice, so it is not certain what counts.".to_owned()
            }
            JsonFault::Malformed => "The item holds text that is not valid Unicode.".to_owned(),
        }
    }
}

impl Json {
    pub(crate) fn parse(text: &str) -> Result<Json, JsonFault> {
        if text.len() > ITEM_BYTES_MAX {
            return Err(JsonFault::TooLarge);
        }
        let fault = Cell::new(JsonFault::Malformed);
        let tree = Tree {
            depth: 0,
            fault: &fault,
        };
        let mut reader = serde_json::Deserializer::from_str(text);
        let json = tree.deserialize(&mut reader).map_err(|_| fault.get())?;
        // What follows is not looked at elsewhere.
        reader.end().map_err(|_| JsonFault::Malformed)?;
        Ok(json)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.members()
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// The members of an object; nothing for anything else.
    pub(crate) fn members(&self) -> &[(String, Json)] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list; nothing for anything else.
    pub(crate) fn elements(&self) -> &[Json] {
        match self {
            Json::List(elements) => elements,
            _ => &[],
        }
    }

    /// A text that is not empty.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    pub(crate) fn member_text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// Whether it holds nothing a person could have entered.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Json::Null => true,
            Json::Bool(_) | Json::Number(_) => false,
            Json::Text(text) => text.is_empty(),
            Json::List(elements) => elements.iter().all(Json::is_empty),
            Json::Object(members) => members.iter().all(|(_, value)| value.is_empty()),
        }
    }

    /// How many texts, numbers and switches it holds that are not empty.
    pub(crate) fn leaves(&self) -> usize {
        match self {
            Json::Null => 0,
            Json::Bool(_) | Json::Number(_) => 1,
            Json::Text(text) => usize::from(!text.is_empty()),
            Json::List(elements) => elements.iter().map(Json::leaves).sum(),
            Json::Object(members) => members.iter().map(|(_, value)| value.leaves()).sum(),
        }
    }

    /// A text as it is, anything else as JSON.
    pub(crate) fn as_plain_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        match self {
            Json::Text(plain) => text.push_str(plain),
            other => other.write(&mut text),
        }
        text
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Number(number) => out.push_str(&number.to_string()),
            Json::Text(text) => write_text(text, out),
            Json::List(elements) => {
                out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    element.write(out);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    let quoted = Zeroizing::new(serde_json::to_string(text).expect("a text is always JSON"));
    out.push_str(&quoted);
}

/// Builds a [`Json`], remembering why it stopped.
#[derive(Clone, Copy)]
struct Tree<'f> {
    depth: usize,
    fault: &'f Cell<JsonFault>,
}

impl Tree<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= ITEM_DEPTH_MAX {
            return Err(self.stop(JsonFault::TooDeep));
        }
        Ok(Tree {
            depth: self.depth + 1,
            fault: self.fault,
        })
    }

    fn stop<E: Error>(self, fault: JsonFault) -> E {
        self.fault.set(fault);
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(Zeroizing::new(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(Zeroizing::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
        let inner = self.deeper()?;
        let mut elements = Vec::new();
        while let Some(element) = sequence.next_element_seed(inner)? {
            if elements.len() >= ITEM_MEMBERS_MAX {
                return Err(self.stop(JsonFault::TooManyMembers));
            }
            elements.push(element);
        }
        Ok(Json::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let inner = self.deeper()?;
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.len() >= ITEM_MEMBERS_MAX {
                return Err(self.stop(JsonFault::TooManyMembers));
            }
            let value = map.next_value_seed(inner)?;
            members.push((name, value));
        }
        let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names
            .windows(2)
            .any(|pair| matches!(pair, [one, other] if one == other))
        {
            return Err(self.stop(JsonFault::DoubleMember));
        }
        Ok(Json::Object(members))
    }
}
