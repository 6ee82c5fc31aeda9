//! The value of a variable: bare, in quotation marks, or a key in PEM.

use domain::catalogue::VALUE_BYTES_MAX;
use zeroize::Zeroizing;

use super::reader::{Doubt, Why};
use crate::limits::LINE_BYTES_MAX;
use crate::lines::split_line;

pub(super) struct Value {
    pub text: Zeroizing<String>,
    /// How much of the text it took.
    pub length: usize,
    pub doubts: Vec<Doubt>,
}

/// What stands behind the `=`, up to the end of the file: the value at its beginning.
pub(super) fn value(behind: &str) -> Result<Value, Why> {
    let spaces = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let Some((_, begin)) = behind.split_at_checked(spaces) else {
        return Err(Why::NoName);
    };
    let mut value = match begin.chars().next() {
        Some(quote @ ('"' | '\'' | '`')) => quoted(begin, quote)?,
        _ if begin.starts_with("-----BEGIN ") => pem(begin).unwrap_or_else(|| unquoted(begin)),
        Some('#') if spaces > 0 => comment(begin),
        _ => unquoted(begin),
    };
    value.length += spaces;
    Ok(value)
}

/// No value at all.
fn comment(begin: &str) -> Value {
    Value {
        text: Zeroizing::new(String::new()),
        length: split_line(begin).0.len(),
        doubts: vec![Doubt::Comment],
    }
}

fn unquoted(begin: &str) -> Value {
    let (line, _) = split_line(begin);
    let mut doubts = Vec::new();
    let mut text = line;
    if let Some(end) = line.find(" #").into_iter().chain(line.find("\t#")).min() {
        text = line.get(..end).unwrap_or(line);
        doubts.push(Doubt::Comment);
    }
    let text = text.trim();
    if text.contains('#') {
        doubts.push(Doubt::Hash);
    }
    if text.contains([' ', '\t']) {
        doubts.push(Doubt::Spaces);
    }
    if text.contains('$') {
        doubts.push(Doubt::Dollar);
    }
    Value {
        text: Zeroizing::new(text.to_owned()),
        length: line.len(),
        doubts,
    }
}

/// A key in PEM whose lines follow without quotation marks, which no program reads and people write all the same.
fn pem(begin: &str) -> Option<Value> {
    let mut length = 0;
    let mut rest = Some(begin);
    while let Some(text) = rest.filter(|_| length <= VALUE_BYTES_MAX) {
        let (line, after) = split_line(text);
        // Another key: this one has no end of its own.
        if length > 0 && line.contains("-----BEGIN ") {
            return None;
        }
        length = begin.len() - text.len() + line.len();
        if line.contains("-----END ") {
            let text = begin.get(..length)?.trim_end();
            return Some(Value {
                text: Zeroizing::new(text.replace("\r\n", "\n")),
                length,
                doubts: Vec::new(),
            });
        }
        rest = after;
    }
    None
}

fn quoted(begin: &str, quote: char) -> Result<Value, Why> {
    let body = begin.strip_prefix(quote).ok_or(Why::QuoteOpen)?;
    let end = closing(body, quote)?;
    let (inner, rest) = body.split_at_checked(end).ok_or(Why::QuoteOpen)?;
    let behind = rest.strip_prefix(quote).unwrap_or(rest);
    if !ends_line(behind) {
        return Err(Why::AfterQuote);
    }
    let written = Zeroizing::new(inner.replace("\r\n", "\n"));
    let text = match quote {
        '"' => unescaped(&written),
        '\'' => Zeroizing::new(written.replace("\\'", "'")),
        _ => Zeroizing::new(written.to_string()),
    };
    let mut doubts = Vec::new();
    if text != written {
        doubts.push(Doubt::Backslash);
    }
    if quote == '"' && text.contains('$') {
        doubts.push(Doubt::Dollar);
    }
    Ok(Value {
        text,
        length: begin.len() - behind.len() + split_line(behind).0.len(),
        doubts,
    })
}

/// Where the quotation mark is closed: in double ones a backslash keeps the next mark from closing it; in single ones it does so only
/// where more would follow, since a shell knows no such backslash there.
fn closing(body: &str, quote: char) -> Result<usize, Why> {
    let mut is_escaped = false;
    for (index, character) in body.char_indices() {
        if index > LINE_BYTES_MAX {
            break;
        }
        if character == quote {
            let behind = body.get(index + 1..).unwrap_or_default();
            let closes = match quote {
                '\'' => !is_escaped || ends_line(behind),
                '"' => !is_escaped,
                _ => true,
            };
            if closes {
                return Ok(index);
            }
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    Err(Why::QuoteOpen)
}

/// Whether nothing but a comment follows on the line.
fn ends_line(behind: &str) -> bool {
    let after = behind.trim_start_matches([' ', '\t']);
    let is_apart = after.len() < behind.len();
    after.is_empty() || after.starts_with(['\n', '\r']) || (is_apart && after.starts_with('#'))
}

/// Unknown escapes keep their backslash, as in Windows paths.
fn unescaped(written: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(written.len()));
    let mut characters = written.chars().peekable();
    while let Some(character) = characters.next() {
        let plain = match characters.peek().filter(|_| character == '\\') {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(known @ ('\\' | '"' | '\'' | '$' | '`')) => *known,
            _ => {
                out.push(character);
                continue;
            }
        };
        characters.next();
        out.push(plain);
    }
    out
}
