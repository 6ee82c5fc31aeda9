//! `{REF:P@I:…}`: a field that is kept in another entry.

use std::collections::BTreeMap;

use super::entry::{id_of, value_of};
use super::xml::Node;

/// References that refer to references are followed so far.
const HOPS_MAX: usize = 8;

const REFERENCE: &[u8] = b"{REF:";

/// Entries by their ids.
pub(super) struct References<'a>(BTreeMap<String, &'a Node>);

/// What a text refers to.
pub(super) enum Referred<'a> {
    /// It is no reference.
    Plain,
    Text {
        text: &'a str,
        /// Whether it is a password, or protected where it stands; then it is secret where it is referred to.
        is_secret: bool,
    },
    /// The entry, or its field, is not in the database; or it is looked for in a way that is not followed here.
    Unknown,
}

impl<'a> References<'a> {
    pub(super) fn of(root: &'a Node) -> References<'a> {
        let mut entries = BTreeMap::new();
        collect(root, &mut entries);
        References(entries)
    }

    pub(super) fn resolve(&self, text: &str) -> Referred<'a> {
        let Some(mut wanted) = parse(text) else {
            let mut places = text.as_bytes().windows(REFERENCE.len());
            let begins = places.any(|place| place.eq_ignore_ascii_case(REFERENCE));
            return if begins {
                Referred::Unknown
            } else {
                Referred::Plain
            };
        };
        let mut is_secret = false;
        for _ in 0..HOPS_MAX {
            let Some(found) = self.look_up(&wanted) else {
                return Referred::Unknown;
            };
            is_secret |= found.is_protected || wanted.field == "Password";
            match parse(&found.text) {
                None => {
                    let text = &found.text;
                    return Referred::Text { text, is_secret };
                }
                Some(next) => wanted = next,
            }
        }
        Referred::Unknown
    }

    fn look_up(&self, wanted: &Wanted) -> Option<&'a Node> {
        let entry = self.0.get(&wanted.id)?;
        value_of(entry, wanted.field).filter(|value| !value.text.is_empty())
    }
}

fn collect<'a>(group: &'a Node, entries: &mut BTreeMap<String, &'a Node>) {
    for child in &group.children {
        match &*child.name {
            "Entry" => {
                if let Some(id) = id_of(child) {
                    entries.insert(id, child);
                }
            }
            "Group" => collect(child, entries),
            _ => {}
        }
    }
}

struct Wanted {
    field: &'static str,
    id: String,
}

/// `{REF:P@I:46C9B1FFBD4ABC4BBB260C6190BAD20C}` and nothing beside it.
fn parse(text: &str) -> Option<Wanted> {
    let text = text.trim();
    // Only a reference is copied; any other text may be a secret.
    let begins = text.as_bytes().get(..REFERENCE.len())?;
    if !begins.eq_ignore_ascii_case(REFERENCE) {
        return None;
    }
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let upper = inner.to_ascii_uppercase();
    let (field, id) = upper.strip_prefix("REF:")?.split_once("@I:")?;
    let field = match field {
        "T" => "Title",
        "U" => "UserName",
        "P" => "Password",
        "A" => "URL",
        "N" => "Notes",
        _ => return None,
    };
    let is_id = id.len() == 32 && id.chars().all(|c| c.is_ascii_hexdigit());
    is_id.then(|| Wanted {
        field,
        id: id.to_ascii_lowercase(),
    })
}
