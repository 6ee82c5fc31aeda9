//! Foreign text made into names: shown safely, never empty, never too long.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use domain::mask::display_text;
use domain::text::{NAME_CHARS_MAX, SecretName};

use crate::parsed::ItemKind;
use crate::secret_like::is_secret_url;

const SEPARATOR: &str = " · ";
const UNTITLED: &str = "Untitled item";
/// Two of these in UTF-8 stay below the limit of a source.
const PATH_CHARS_MAX: usize = 120;

/// A title that can be shown and stored, and what was done to make it so.
pub(crate) struct CleanTitle {
    pub title: String,
    /// Follows the words "The title".
    pub changed: Option<&'static str>,
}

pub(crate) fn clean_title(given: Option<&str>, kind: ItemKind) -> CleanTitle {
    let given = given.unwrap_or_default().trim();
    let shown = display_text(given);
    let cut: String = shown.trim().chars().take(NAME_CHARS_MAX).collect();
    let is_empty = cut.trim().is_empty();
    let changed = if is_empty {
        Some("was empty")
    } else if cut.chars().count() < shown.trim().chars().count() && shown != given {
        Some(
            "was too long and is cut to 255 characters, and held control characters, which are shown as “·”",
        )
    } else if cut.chars().count() < shown.trim().chars().count() {
        Some("was too long and is cut to 255 characters")
    } else if shown != given {
        Some("held control characters, which are shown as “·”")
    } else {
        None
    };
    let title = if is_empty {
        format!("Untitled {}", kind.label())
    } else {
        cut
    };
    CleanTitle { title, changed }
}

/// `Title · Section · Label`, leaving out what is empty.
pub(crate) fn join(title: &str, section: &str, label: &str) -> String {
    let mut name = title.to_owned();
    for part in [section, label] {
        let part = display_text(part);
        if !part.trim().is_empty() {
            if !name.is_empty() {
                name.push_str(SEPARATOR);
            }
            name.push_str(part.trim());
        }
    }
    name
}

/// The title alone, or with section and label; where it is too long the title gives way, so that the names of one item stay apart.
pub(crate) fn secret_name(title: &str, section: &str, label: &str) -> SecretName {
    let whole = join(title, section, label);
    if let Ok(name) = SecretName::parse(&whole) {
        return name;
    }
    let ending: String = format!("{SEPARATOR}{}", join("", section, label))
        .chars()
        .take(NAME_CHARS_MAX / 2)
        .collect();
    let room = NAME_CHARS_MAX - ending.chars().count() - 1;
    let kept: String = title.chars().take(room).collect();
    SecretName::parse(&format!("{kept}…{ending}"))
        .or_else(|_| SecretName::parse(UNTITLED))
        .expect("a fixed text of letters is a name")
}

/// A URL as it may be shown: its user may hold a password, its query and fragment a signature or a token.
pub(crate) fn shown_url(text: &str) -> String {
    let text = text.trim();
    let (scheme, rest) = match text.find("://") {
        Some(at) => text.split_at(at + "://".len()),
        None => ("", text),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let (host, is_bare) = match authority.rsplit_once('@') {
        Some((_, host)) => (host, false),
        None => (authority, true),
    };
    // `u:a/b@h`: a password that is not encoded breaks the authority off in its middle.
    if is_bare && after.contains('@') && authority.contains(':') {
        return scheme.to_owned();
    }
    let path = after.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}{host}{path}")
}

/// Any text as it may be shown: a title, a folder or a user's name may be an address with a password in it.
pub(crate) fn shown_text(text: &str) -> String {
    match is_secret_url(text) {
        true => shown_url(text),
        false => text.to_owned(),
    }
}

/// A path or id as it may be shown and stored: foreign text, cleaned and cut.
pub(crate) fn cut_path(text: &str) -> String {
    display_text(text).chars().take(PATH_CHARS_MAX).collect()
}

/// A file's name without the way to it; `None` where nothing of it can be shown.
pub(crate) fn clean_file_name(text: &str) -> Option<String> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = display_text(last.trim())
        .chars()
        .take(NAME_CHARS_MAX)
        .collect();
    (!shown.is_empty() && shown != "." && shown != "..").then_some(shown)
}

/// Ids of a table's rows or of an item's fields, from what each says of itself. What several say, or nothing, names none of them:
/// their order changes, and one found again by it would give its secret to another. Such a one has an id that no later import has.
pub(crate) fn own_ids(wanted: Vec<Option<String>>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for id in wanted.iter().flatten() {
        *counts.entry(id.clone()).or_default() += 1;
    }
    let is_own = |id: &String| counts.get(id) == Some(&1);
    wanted
        .into_iter()
        .map(|id| id.filter(is_own).unwrap_or_else(id_of_no_other))
        .collect()
}

/// The standard library keys each of its hashers at random.
fn id_of_no_other() -> String {
    let [one, two] = [(); 2].map(|()| RandomState::new().build_hasher().finish());
    format!("once {one:016x}{two:016x}")
}

/// Hands out each id once: a file made by hand may name two items alike, and each must stay its own.
#[derive(Default)]
pub(crate) struct ItemIds(BTreeMap<String, usize>);

impl ItemIds {
    pub(crate) fn claim(&mut self, wanted: String) -> String {
        let count = self.0.entry(wanted.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            return wanted;
        }
        let numbered = format!("{wanted}#{count}");
        self.claim(numbered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_kept_up_to_its_length() {
        let cut = |length: usize| cut_path(&"ü".repeat(length)).chars().count();
        assert_eq!(cut(PATH_CHARS_MAX), PATH_CHARS_MAX);
        assert_eq!(cut(PATH_CHARS_MAX + 1), PATH_CHARS_MAX);
        assert_eq!(cut(PATH_CHARS_MAX - 1), PATH_CHARS_MAX - 1);
    }
}
