//! Long lists of a document, whose elements are read one by one later.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::limits::IMPORT_ITEMS_MAX;

/// A list of which no more than the limit is held; the rest is counted only.
#[derive(Default)]
pub(crate) struct Capped<'a> {
    pub kept: Vec<&'a RawValue>,
    pub beyond: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for Capped<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Capped<'a>, D::Error> {
        deserializer.deserialize_seq(CappedVisitor)
    }
}

struct CappedVisitor;

impl<'de> Visitor<'de> for CappedVisitor {
    type Value = Capped<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Capped<'de>, A::Error> {
        let mut list = Capped::default();
        while list.kept.len() < IMPORT_ITEMS_MAX {
            match sequence.next_element()? {
                Some(element) => list.kept.push(element),
                None => return Ok(list),
            }
        }
        while sequence.next_element::<IgnoredAny>()?.is_some() {
            list.beyond += 1;
        }
        Ok(list)
    }
}
