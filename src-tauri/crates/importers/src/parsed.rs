//! What was found in a file: a proposal, item by item.

mod field_line;
mod item;
mod kinds;
mod location;
mod question;

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::env_key::EnvKey;
use domain::fault::Hint;
use domain::mask::Masks;
use domain::secret::ImportSource;
use domain::text::SecretName;
use domain::time::Timestamp;
use zeroize::Zeroizing;

pub use field_line::{Fate, FieldLine, Home};
pub use item::ParsedItem;
pub use kinds::{ItemKind, ItemState, Place, ValueKind};
pub use location::ParsedLocation;
pub use question::{AnswerError, Choice, Question};

use crate::columns::Columns;
use crate::format::Format;
use crate::material::{FieldName, field_line};

/// Everything a file holds, in its order.
pub struct ParsedImport {
    pub format: Format,
    /// What else the file may be: `ReadOptions::format` reads it as one of these.
    pub other_formats: Vec<Format>,
    /// How the columns of a table were understood.
    pub columns: Option<Columns>,
    pub items: Vec<ParsedItem>,
    /// What was entered that is of no item: of an account, a vault, a group.
    pub about: About,
}

/// Lines of the report that are of no item.
#[derive(Default)]
pub struct About {
    /// As [`ParsedItem::entered`].
    pub entered: usize,
    pub fields: Vec<FieldLine>,
}

/// One secret to be made or updated.
pub struct ParsedSecret {
    pub name: SecretName,
    /// By which a later import finds the secret again.
    pub source: ImportSource,
    pub kind: ValueKind,
    /// What an attached file was called; safe to show, and never a path.
    pub file_name: Option<String>,
    /// The environment variable that the file names; only for generic values.
    pub env_key: Option<EnvKey>,
    /// Why it is taken for what it is, where that was not said by the file itself.
    pub because: Option<String>,
    pub notes: Zeroizing<String>,
    pub tags: Vec<String>,
    pub credentials: Credentials,
    pub hints: Vec<Hint>,
    /// Values before the present one, oldest first: they become retired versions.
    pub earlier: Vec<EarlierValue>,
    pub locations: Vec<ParsedLocation>,
    pub expires_at: Option<Timestamp>,
    /// Where 1Password has each field's value, in the order of the method's fields; empty where that can't be said of each.
    pub references: Vec<FieldReference>,
}

/// The place of one field's value in 1Password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldReference {
    /// The catalogue's name of the field.
    pub field_name: &'static str,
    /// `op://vault/item/field`.
    pub reference: String,
}

/// A value that the present one has replaced.
pub struct EarlierValue {
    pub credentials: Credentials,
    /// When it was set or replaced, as the file says.
    pub at: Option<Timestamp>,
}

/// A line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub title: String,
    pub reason: String,
}

impl ParsedImport {
    /// How many secrets the file holds: those proposed and those left out. A report adds up to it.
    pub fn found(&self) -> usize {
        self.items.iter().map(ParsedItem::found).sum()
    }
}

impl About {
    /// What is known of an account, a vault or a group and has no place here.
    pub(crate) fn leave_out(&mut self, name: FieldName<'_>, entered: usize, reason: &str) {
        let reason = reason.to_owned();
        self.fields.push(FieldLine {
            entered,
            ..field_line(name, Fate::LeftOut { reason })
        });
    }
}

impl ParsedSecret {
    pub fn method(&self) -> AuthMethod {
        self.credentials.method()
    }

    pub fn masks(&self) -> Masks {
        self.credentials.masks()
    }
}
