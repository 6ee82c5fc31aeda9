//! 1Password's secret references: `op://<vault>/<item>/[<section>/]<field>[?attribute=<name>]`.
//!
//! Grammar: <https://developer.1password.com/docs/cli/secret-reference-syntax/>. Names are not
//! percent-encoded; a name with other characters is written as its 26-character id.

use crate::fault::Fault;

const SCHEME: &str = "op://";
const FIELD_ATTRIBUTES: [&str; 6] = ["type", "value", "title", "id", "purpose", "otp"];
const FILE_ATTRIBUTES: [&str; 5] = ["content", "size", "id", "name", "type"];

const ID_CHARS: usize = 26;

/// What stands for a vault, an item, a section or a field in a reference: its name, else its id, else nothing can.
/// Leave the name out where another has it too: 1Password refuses what could mean either.
pub fn part<'a>(name: Option<&'a str>, id: &'a str) -> Option<&'a str> {
    name.filter(|name| fits(name) && !is_like_id(name))
        .or_else(|| Some(id).filter(|id| fits(id)))
}

fn fits(part: &str) -> bool {
    !part.is_empty() && part.trim_matches(' ') == part && part.chars().all(is_name_character)
}

/// 1Password takes such a name for an id first.
fn is_like_id(name: &str) -> bool {
    name.len() == ID_CHARS
        && name
            .chars()
            .all(|next| next.is_ascii_lowercase() || next.is_ascii_digit())
}

pub(super) fn check(text: &str) -> Result<(), Fault> {
    let rest = without_scheme(text).ok_or_else(|| {
        fault("A 1Password reference begins with op://, such as op://vault/item/field.")
    })?;
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let segments: Vec<&str> = path.split('/').collect();
    if !(3..=4).contains(&segments.len()) {
        return Err(fault(
            "A 1Password reference has three or four parts: op://vault/item/[section/]field.",
        ));
    }
    if segments.iter().any(|segment| segment.is_empty()) {
        return Err(fault("A part of this 1Password reference is empty."));
    }
    if segments
        .iter()
        .any(|segment| segment.starts_with(' ') || segment.ends_with(' '))
    {
        return Err(fault(
            "A part of this 1Password reference begins or ends with a space, so it would not be found.",
        ));
    }
    if !segments
        .iter()
        .all(|segment| segment.chars().all(is_name_character))
    {
        return Err(fault(
            "A name in a 1Password reference has letters, digits, spaces, - _ and . only; for any other name, write its 26-character id.",
        ));
    }
    query.map_or(Ok(()), check_query)
}

fn without_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(rest)
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | ' ')
}

fn check_query(query: &str) -> Result<(), Fault> {
    let known = match query.split_once('=') {
        Some(("attribute" | "attr", name)) => {
            FIELD_ATTRIBUTES.contains(&name) || FILE_ATTRIBUTES.contains(&name)
        }
        Some(("ssh-format", format)) => format == "openssh",
        _ => false,
    };
    if known {
        return Ok(());
    }
    Err(fault(
        "After ? a 1Password reference has attribute=… with an attribute that 1Password knows, or ssh-format=openssh.",
    ))
}

fn fault(message: &'static str) -> Fault {
    Fault::new("reference", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "fkruyzrldvizuqlnavfj3gltfe";

    #[test]
    fn a_name_that_a_reference_cannot_hold_is_referred_to_by_its_id() {
        assert_eq!(part(Some("valid from"), ID), Some("valid from"));
        for name in [
            "a/b",
            "Zugänge",
            "a@b",
            " a",
            "a ",
            "",
            "6nqnjdqyk5mwvqbdgbdr47oabe",
        ] {
            assert_eq!(part(Some(name), ID), Some(ID), "{name:?}");
        }
        assert_eq!(part(None, "add more"), Some("add more"));
        assert_eq!(part(Some("a/b"), "c/d"), None);
        assert_eq!(part(None, ""), None);
    }

    #[test]
    fn what_parts_make_is_a_reference() {
        for name in ["valid from", "a/b", ID] {
            let segment = part(Some(name), ID).expect("an id stands for every name");
            assert!(
                check(&format!("op://{segment}/{segment}/{segment}")).is_ok(),
                "{name}"
            );
        }
    }
}
