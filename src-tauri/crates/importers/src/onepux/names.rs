//! Foreign text made into names: shown safely, never empty, never too long.

use domain::mask::display_text;
use domain::text::{NAME_CHARS_MAX, SecretName};

const SEPARATOR: &str = " · ";
const UNTITLED: &str = "Untitled item";

/// A title that can be shown and stored.
pub(super) fn clean_title(text: &str) -> String {
    let shown: String = display_text(text)
        .trim()
        .chars()
        .take(NAME_CHARS_MAX)
        .collect();
    if shown.trim().is_empty() {
        UNTITLED.to_owned()
    } else {
        shown
    }
}

/// `Title · Section · Label`, leaving out what is empty.
pub(super) fn join(title: &str, section: &str, label: &str) -> String {
    let mut name = title.to_owned();
    for part in [section, label] {
        let part = display_text(part);
        if !part.trim().is_empty() {
            name.push_str(SEPARATOR);
            name.push_str(part.trim());
        }
    }
    name
}

/// The title alone, or with section and label; where it is too long the title gives way, so that the names of one item stay apart.
pub(super) fn secret_name(title: &str, section: &str, label: &str) -> SecretName {
    let whole = join(title, section, label);
    if let Ok(name) = SecretName::parse(&whole) {
        return name;
    }
    let ending: String = join("", section, label)
        .chars()
        .take(NAME_CHARS_MAX / 2)
        .collect();
    let room = NAME_CHARS_MAX - ending.chars().count() - 1;
    let kept: String = title.chars().take(room).collect();
    SecretName::parse(&format!("{kept}…{ending}"))
        .or_else(|_| SecretName::parse(UNTITLED))
        .expect("a fixed text of letters is a name")
}
