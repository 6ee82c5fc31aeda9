//! Tags: a small set of words on a secret (CREATE-03).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::fault::{Fault, null_item};
use crate::reject::Detail;
use crate::text::parse_name;

pub const TAGS_MAX: usize = 32;
pub const TAG_CHARS_MAX: usize = 64;

/// A set of tags, in order; duplicates fold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Tags(BTreeSet<String>);

impl Tags {
    /// Parses each tag (NFC, trimmed, 1 to 64 characters, no control characters); all faults are listed.
    pub fn parse<S: AsRef<str>>(given: &[S]) -> Result<Tags, Vec<Detail>> {
        Self::parse_items(given.iter().map(|text| Some(text.as_ref())))
    }

    /// As [`Tags::parse`], for a list that may hold `null`, which is no tag.
    pub(crate) fn parse_items<'a>(
        given: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<Tags, Vec<Detail>> {
        let mut tags = BTreeSet::new();
        let mut faults = Vec::new();
        for (index, text) in given.enumerate() {
            let parsed = text
                .ok_or_else(null_item)
                .and_then(|text| parse_name(text, "tag", TAG_CHARS_MAX));
            match parsed {
                Ok(tag) => {
                    tags.insert(tag);
                }
                Err(fault) => faults.push(fault.at(vec!["tags".into(), index.into()])),
            }
        }
        if tags.len() > TAGS_MAX {
            let message = format!("There are {} tags; {TAGS_MAX} is the most.", tags.len());
            faults.push(Fault::new("too_many", message).at_member("tags"));
        }
        if faults.is_empty() {
            Ok(Tags(tags))
        } else {
            Err(faults)
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn contains(&self, tag: &str) -> bool {
        self.0.contains(tag)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
