use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Deserialize as DeserializeDerive, Serialize};
use ts_rs::{Config, TS};

/// A request or an answer without members.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, DeserializeDerive, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(type = "Record<string, never>")]
pub struct Empty {}

/// A request or a part of one, which has to be a JSON object: serde would take a list of the members' values as well.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
    }
}

impl Whole {
    /// The number, or one that no rule allows.
    pub fn or_out_of_range(self) -> i64 {
        self.0.unwrap_or(i64::MIN)
    }
}

/// A member that has to be there. Absent and `null` are faults of a field (422), not of the form, so they are kept apart from the form here.
/// It takes no `#[serde(default)]`: serde reads an absent member as it reads an absent `Option`, and the schema lists the member as required.
pub struct Required<T>(pub Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Required<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Required(Option::deserialize(deserializer)?))
    }
}

/// A JSON number that should be whole. Any number is the right form; one that is not whole, or too large, is a fault of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole(pub Option<i64>);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNumber;
        impl Visitor<'_> for AnyNumber {
            type Value = Whole;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_i64<E>(self, value: i64) -> Result<Whole, E> {
                Ok(Whole(Some(value)))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Whole, E> {
                Ok(Whole(i64::try_from(value).ok()))
            }
            fn visit_f64<E>(self, _value: f64) -> Result<Whole, E> {
                Ok(Whole(None))
            }
        }
        deserializer.deserialize_any(AnyNumber)
    }
}

impl JsonSchema for Whole {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Whole")
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer" })
    }
}

impl TS for Whole {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;
    fn name(_: &Config) -> String {
        "number".to_owned()
    }
    fn inline(config: &Config) -> String {
        Self::name(config)
    }
}

/// A path the caller names.
pub type GivenPath = Required<PathBuf>;
