//! As the Go library goconfig reads it, and with it rclone. A `%(name)s` in a value is kept as written.

use super::{Builder, Ini, Why};
use crate::error::ImportError;
use crate::lines::lines;

pub(crate) fn parse(text: &str) -> Result<Ini, ImportError> {
    let mut builder = Builder::default();
    for (number, line) in lines(text) {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = section_name(content) {
            builder.section(name)?;
            continue;
        }
        match split(content) {
            Ok((key, value)) => builder.entry(key, value, number)?,
            Err(why) => builder.unread(number, why)?,
        }
    }
    Ok(builder.finish())
}

fn section_name(content: &str) -> Option<&str> {
    let name = content.strip_prefix('[')?.strip_suffix(']')?.trim();
    (!name.is_empty()).then_some(name)
}

fn split(content: &str) -> Result<(&str, &str), Why> {
    let (key, value) = match quote_of_key(content) {
        Some(quote) => {
            let quoted = content.strip_prefix(quote).ok_or(Why::NoKey)?;
            let (key, rest) = quoted.split_once(quote).ok_or(Why::QuoteOpen)?;
            let (_, value) = rest.split_once(['=', ':']).ok_or(Why::NoKey)?;
            (key, value)
        }
        None => {
            let (key, value) = content.split_once(['=', ':']).ok_or(Why::NoKey)?;
            (key.trim(), value)
        }
    };
    if key.is_empty() {
        return Err(Why::NoKey);
    }
    Ok((key, unquoted(value.trim())?))
}

fn quote_of_key(content: &str) -> Option<&'static str> {
    [QUOTES, "\"", "`"]
        .into_iter()
        .find(|quote| content.starts_with(quote))
}

const QUOTES: &str = "\"\"\"";

/// Only a backtick and three quotation marks quote a value; one quotation mark is a part of it.
fn unquoted(value: &str) -> Result<&str, Why> {
    let quote = if value.len() >= 2 && value.starts_with('`') {
        "`"
    } else if value.len() >= 2 * QUOTES.len() && value.starts_with(QUOTES) {
        QUOTES
    } else {
        return Ok(value);
    };
    let quoted = value.strip_prefix(quote).unwrap_or(value);
    match quoted.rsplit_once(quote) {
        None => Err(Why::QuoteOpen),
        // rclone drops what follows without a word.
        Some((_, after)) if !after.is_empty() => Err(Why::AfterQuote),
        Some((inner, _)) => Ok(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::dump;
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(dump(&parse(text).expect("readable")), expected);
    }

    #[test]
    fn lines_are_read_as_rclone_reads_them() {
        check(
            "; comment\r\n[my remote]\r\ntype = s3\r\n  Secret: a=b # c\r\nquoted = \"q\"\r\n",
            "[my remote]\ntype=\"s3\"\nSecret=\"a=b # c\"\nquoted=\"\\\"q\\\"\"\n",
        );
    }

    #[test]
    fn backticks_and_three_marks_are_quotes() {
        check(
            "[a]\nk = ` x `\nl = \"\"\" y \"\"\"\n\"k=2\" = v\n",
            "[a]\nk=\" x \"\nl=\" y \"\nk=2=\"v\"\n",
        );
    }

    #[test]
    fn sections_and_keys_given_twice_are_merged() {
        check(
            "[a]\nk=1\n[a]\nk=2\nk=2\n",
            "[a]\nk=\"2\"\n! a 2 SetAgain(4)\n",
        );
    }

    #[test]
    fn lines_that_are_nothing_are_named() {
        check(
            "[a]\nword\n= v\nk = `open\n\"open = v\n[ ]\nk = `a`b\n",
            "[a]\n! a 2 NoKey\n! a 3 NoKey\n! a 4 QuoteOpen\n! a 5 QuoteOpen\n! a 6 NoKey\n! a 7 AfterQuote\n",
        );
    }
}
