//! As s3cmd reads its `.s3cfg`: sections are passed over, `;` is no comment, and nothing is put in for `%(bucket)s`.

use super::{Builder, Ini, Why};
use crate::error::ImportError;
use crate::lines::lines;

pub(crate) fn parse(text: &str) -> Result<Ini, ImportError> {
    let mut builder = Builder::default();
    for (number, line) in lines(text) {
        let content = line.trim();
        let is_section = line
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .is_some_and(|(name, _)| !name.is_empty());
        if content.is_empty() || content.starts_with('#') || is_section {
            continue;
        }
        let data = content
            .split_once('=')
            .map(|(key, value)| (key.trim_end(), value.trim_start()))
            .filter(|(key, _)| !key.is_empty() && key.chars().all(is_word));
        match data {
            Some((key, value)) => builder.entry(key, unquoted(value), number)?,
            None => builder.unread(number, Why::NoKey)?,
        }
    }
    Ok(builder.finish())
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::super::tests::dump;
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(dump(&parse(text).expect("readable")), expected);
    }

    #[test]
    fn lines_are_read_as_s3cmd_reads_them() {
        check(
            "# comment\r\n[default]\r\naccess_key = AKIA\r\nsecret_key=\"a=b\"\r\nhost_bucket = %(bucket)s.s3.amazonaws.com\r\n",
            "[]\naccess_key=\"AKIA\"\nsecret_key=\"a=b\"\nhost_bucket=\"%(bucket)s.s3.amazonaws.com\"\n",
        );
    }

    #[test]
    fn sections_are_passed_over() {
        check(
            "[a]\nk = 1\n[b]\nk = 2\n",
            "[]\nk=\"2\"\n!  2 SetAgain(4)\n",
        );
    }

    #[test]
    fn lines_that_are_nothing_are_named() {
        check(
            "k = v\nword\na-b = c\n; d\n = e\n",
            "[]\nk=\"v\"\n!  2 NoKey\n!  3 NoKey\n!  4 NoKey\n!  5 NoKey\n",
        );
    }
}
