//! The text of a `.env` file to its variables. There is no standard; this takes what the usual readers agree on, and says where they differ.
//! Nothing is ever put in for `$NAME`: a password that holds a `$` is taken as it stands.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::value::{Value, value};
use crate::error::ImportError;
use crate::limits::IMPORT_ITEMS_MAX;
use crate::lines::split_line;

/// The file as read: every assignment is a variable or named as unread.
#[derive(Default)]
pub(super) struct Dotenv {
    pub variables: Vec<Variable>,
    pub unread: Vec<Unread>,
}

pub(super) struct Variable {
    pub name: String,
    pub value: Zeroizing<String>,
    pub line: usize,
    pub doubts: Vec<Doubt>,
}

/// A line whose value is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unread {
    /// Empty where none could be read.
    pub name: String,
    pub line: usize,
    pub why: Why,
}

/// Where programs read the same line differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    Dollar,
    Comment,
    Hash,
    Spaces,
    Backslash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    NoName,
    QuoteOpen,
    AfterQuote,
    SetAgain(usize),
    CommentedOut,
}

impl Doubt {
    /// For the report.
    pub(super) fn words(self) -> &'static str {
        match self {
            Doubt::Dollar => {
                "holds a $ and is taken as it stands; some programs put another variable in there."
            }
            Doubt::Comment => {
                "is followed by a # with words after it, which are taken as a comment; Docker takes them as part of the value."
            }
            Doubt::Hash => "holds a # and is taken whole; some programs end the value there.",
            Doubt::Spaces => {
                "holds spaces without quotation marks and is taken whole; a shell ends the value there."
            }
            Doubt::Backslash => {
                "holds backslashes in quotation marks, which are read as line breaks and the like; some programs keep them."
            }
        }
    }
}

impl Why {
    /// For the report.
    pub(super) fn reason(self, line: usize) -> String {
        match self {
            Why::NoName => format!("Line {line} can't be read: it has no form NAME=value."),
            Why::QuoteOpen => {
                format!("Line {line} can't be read: a quotation mark is not closed.")
            }
            Why::AfterQuote => {
                format!("Line {line} can't be read: something follows the closing quotation mark.")
            }
            Why::SetAgain(later) => format!(
                "Line {line} is overruled by line {later}, which sets the same variable; the later value is taken."
            ),
            Why::CommentedOut => {
                format!("Line {line} is commented out. Remove the # to import it.")
            }
        }
    }
}

pub(super) fn read(text: &str) -> Result<Dotenv, ImportError> {
    let mut reader = Reader {
        found: Dotenv::default(),
        by_name: HashMap::new(),
    };
    let mut rest = Some(text);
    let mut number = 1;
    while let Some(text) = rest {
        let taken = reader.statement(text, number)?;
        rest = text.get(taken..).and_then(|left| split_line(left).1);
        number += 1 + text.get(..taken).map_or(0, line_breaks);
    }
    Ok(reader.found)
}

struct Reader {
    found: Dotenv,
    by_name: HashMap<String, usize>,
}

/// A name, where its value begins, and the line it stands in.
struct Assignment<'a> {
    name: &'a str,
    /// Everything behind the `=`, to the end of the file.
    value: &'a str,
}

impl Reader {
    /// Reads what begins here, and gives back how many bytes it took; the end of the last line is not among them.
    fn statement(&mut self, text: &str, number: usize) -> Result<usize, ImportError> {
        let (line, _) = split_line(text);
        let content = line.trim();
        if let Some(comment) = content.strip_prefix('#') {
            if let Some(name) = commented_out(comment) {
                self.unread(name, number, Why::CommentedOut)?;
            }
            return Ok(0);
        }
        if content.is_empty() {
            return Ok(0);
        }
        let Some(assignment) = assignment(text, line) else {
            self.unread("", number, Why::NoName)?;
            return Ok(0);
        };
        let before = text.len() - assignment.value.len();
        match value(assignment.value) {
            Ok(value) => {
                let taken = before + value.length;
                self.variable(assignment.name, value, number)?;
                Ok(taken)
            }
            Err(why) => {
                self.unread(assignment.name, number, why)?;
                Ok(0)
            }
        }
    }

    fn variable(&mut self, name: &str, value: Value, line: usize) -> Result<(), ImportError> {
        self.count()?;
        let variable = Variable {
            name: name.to_owned(),
            value: value.text,
            line,
            doubts: value.doubts,
        };
        let next = self.found.variables.len();
        let index = *self.by_name.entry(name.to_owned()).or_insert(next);
        let Some(earlier) = self.found.variables.get_mut(index) else {
            self.found.variables.push(variable);
            return Ok(());
        };
        let differs = earlier.value != variable.value && !earlier.value.is_empty();
        let earlier = std::mem::replace(earlier, variable);
        if differs {
            self.unread(name, earlier.line, Why::SetAgain(line))?;
        }
        Ok(())
    }

    fn unread(&mut self, name: &str, line: usize, why: Why) -> Result<(), ImportError> {
        self.count()?;
        self.found.unread.push(Unread {
            name: name.to_owned(),
            line,
            why,
        });
        Ok(())
    }

    fn count(&self) -> Result<(), ImportError> {
        if self.found.variables.len() + self.found.unread.len() >= IMPORT_ITEMS_MAX {
            return Err(ImportError::TooManyItems {
                limit: IMPORT_ITEMS_MAX,
            });
        }
        Ok(())
    }
}

/// `NAME=…`, `export NAME=…` and `NAME: …`.
fn assignment<'a>(text: &'a str, line: &'a str) -> Option<Assignment<'a>> {
    let (head, _) = line.split_once(['=', ':'])?;
    let (_, behind) = text.split_at_checked(head.len())?;
    let value = match behind.strip_prefix('=') {
        Some(value) => value,
        // A colon needs a space: otherwise it is a URL, or a part of something else.
        None => behind
            .strip_prefix(':')
            .filter(|value| value.starts_with([' ', '\t']))?,
    };
    let name = head.trim();
    let name = match name.split_once([' ', '\t']) {
        Some(("export", name)) => name.trim_start(),
        _ => name,
    };
    let is_name =
        !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || "#'\"`".contains(c));
    is_name.then_some(Assignment { name, value })
}

/// The name in `# NAME=value`; words that merely hold a `=` are none.
fn commented_out(comment: &str) -> Option<&str> {
    let (head, value) = comment
        .trim_start_matches(['#', ' ', '\t'])
        .split_once('=')?;
    let name = head.strip_prefix("export ").unwrap_or(head);
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let has_value = value.starts_with(|c: char| !c.is_whitespace() && c != '=');
    (begins && is_name && has_value).then_some(name)
}

fn line_breaks(text: &str) -> usize {
    crate::lines::lines(text).count().saturating_sub(1)
}

#[cfg(test)]
mod tests;
