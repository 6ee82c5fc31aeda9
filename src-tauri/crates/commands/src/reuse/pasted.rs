//! What somebody pastes who looks for a value: the value itself, with a line feed after it, or the file or connection
//! string that it came in.

use domain::SecretText;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Texts that are looked for at once; a file of keys has fewer.
const PARTS_MAX: usize = 64;
/// A shorter part (a region, a word) says nothing of whose it is.
const PART_CHARS_MIN: usize = 8;

/// The text, then without white space around it, then each part of it that may be a value: the texts of a JSON document, what
/// follows `=` in the lines of a file of variables or in a connection string. None twice.
pub fn parts(given: SecretText) -> Vec<SecretText> {
    let mut parts = Vec::new();
    let text = given.expose_text();
    let trimmed = text.trim();
    let mut found: Vec<SecretText> = Vec::new();
    if trimmed.len() < text.len() && !trimmed.is_empty() {
        found.push(SecretText::new(trimmed.to_owned()));
    }
    let within = match serde_json::from_str::<Texts>(trimmed) {
        Ok(Texts(texts)) => texts,
        Err(_not_json) => assigned(trimmed),
    };
    let long = |part: &SecretText| part.expose_text().chars().count() >= PART_CHARS_MIN;
    found.extend(within.into_iter().filter(long));
    parts.push(given);
    for part in found {
        if parts.len() < PARTS_MAX && parts.iter().all(|known| !known.ct_eq(&part)) {
            parts.push(part);
        }
    }
    parts
}

/// What stands after `=` in `NAME=value`, `name = "value"` and `Name=value;Name=value`.
fn assigned(text: &str) -> Vec<SecretText> {
    let pieces = text.lines().flat_map(|line| {
        let whole = std::iter::once(line);
        whole.chain(
            line.split(';')
                .filter(move |piece| piece.len() < line.len()),
        )
    });
    let values = pieces.filter_map(|piece| piece.split_once('='));
    values
        .map(|(_name, value)| SecretText::new(unquoted(value.trim()).to_owned()))
        .collect()
}

fn unquoted(text: &str) -> &str {
    let quoted = ['"', '\''].into_iter().find_map(|quote| {
        let inner = text.strip_prefix(quote)?;
        inner.strip_suffix(quote)
    });
    quoted.unwrap_or(text)
}

/// Every text of a JSON document, at any depth, but for the names of its members.
struct Texts(Vec<SecretText>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts(vec![SecretText::new(text.to_owned())]))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_unit<E>(self) -> Result<Texts, E> {
        Ok(Texts(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
        let mut all = Vec::new();
        while let Some(Texts(texts)) = list.next_element()? {
            all.extend(texts);
        }
        Ok(Texts(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Texts, A::Error> {
        let mut all = Vec::new();
        while let Some((IgnoredAny, Texts(texts))) = members.next_entry()? {
            all.extend(texts);
        }
        Ok(Texts(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in(text: &str) -> Vec<String> {
        let parts = parts(SecretText::new(text.to_owned())).into_iter();
        parts.map(|part| part.expose_text().to_owned()).collect()
    }

    #[test]
    fn a_value_is_looked_for_as_it_is_and_without_white_space_around_it() {
        assert_eq!(found_in("a-token"), ["a-token"]);
        assert_eq!(found_in("a-token\n"), ["a-token\n", "a-token"]);
        assert_eq!(found_in("  a token\r\n"), ["  a token\r\n", "a token"]);
        assert_eq!(found_in("\n"), ["\n"]);
    }

    #[test]
    fn each_text_of_a_json_key_is_looked_for_and_no_name() {
        let json = r#"{"AccessKey": {"SecretAccessKey": "wJalrXUtnFEMI", "n": 12345678, "ok": true, "none": null},
            "list": ["first-text", "short"]}"#;
        assert_eq!(found_in(json)[1..], ["wJalrXUtnFEMI", "first-text"]);
        // A text that is JSON of its own, as it is pasted out of a file.
        assert_eq!(found_in("\"quoted-token\"")[1..], ["quoted-token"]);
    }

    #[test]
    fn what_a_connection_string_and_a_file_of_variables_assign_is_looked_for() {
        let azure = "DefaultEndpointsProtocol=https;AccountName=reports;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq==;EndpointSuffix=core.windows.net";
        let found = found_in(azure);
        let key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq==";
        assert!(found.contains(&key.to_owned()), "{found:?}");
        let file = "# keys\nexport TOKEN='tok_abcdefgh'\naws_secret_access_key = wJalrXUtnFEMI/K7\nSHORT=x\n";
        assert_eq!(found_in(file)[2..], ["tok_abcdefgh", "wJalrXUtnFEMI/K7"]);
        // A value may have a semicolon in it.
        let found = found_in("PASSWORD=one;two;three");
        assert!(found.contains(&"one;two;three".to_owned()), "{found:?}");
    }

    #[test]
    fn a_large_file_is_not_looked_for_without_end() {
        let lines: String = (0..1000).map(|n| format!("NAME=value-{n:05}\n")).collect();
        assert_eq!(found_in(&lines).len(), PARTS_MAX);
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(found_in(&deep), [deep]);
    }
}
