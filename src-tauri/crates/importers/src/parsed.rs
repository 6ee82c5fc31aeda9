//! What was found in a file: a proposal, item by item.

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::fault::Hint;
use domain::mask::Masks;
use domain::secret::ImportSource;
use domain::text::SecretName;

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// 1Password's unencrypted export.
    OnePux,
}

/// Everything a file holds, in its order.
pub struct ParsedImport {
    pub format: Format,
    pub items: Vec<ParsedItem>,
}

/// One item of the file.
pub struct ParsedItem {
    /// Names the item within this import; the same for the same item of a later export.
    pub item_id: String,
    /// Safe to show: no control or bidirectional characters.
    pub title: String,
    pub vault: String,
    pub archived: bool,
    /// In the trash where it came from: skipped unless asked for.
    pub trashed: bool,
    /// What it becomes, in the order shown; the first is named by the title alone.
    pub secrets: Vec<ParsedSecret>,
    /// What holds a secret and is not taken, or is no secret at all, each with its reason.
    pub left_out: Vec<LeftOut>,
    /// Names of what goes to the notes: "user name", "URL", …
    pub moved_to_notes: Vec<String>,
    /// What was kept in another form than it had, or is not understood.
    pub remarks: Vec<String>,
}

/// One secret to be made or updated.
pub struct ParsedSecret {
    pub name: SecretName,
    /// By which a later import finds the secret again.
    pub source: ImportSource,
    pub notes: String,
    pub tags: Vec<String>,
    pub credentials: Credentials,
    pub hints: Vec<Hint>,
}

/// A line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub title: String,
    pub reason: String,
}

impl Format {
    pub fn as_str(self) -> &'static str {
        match self {
            Format::OnePux => "1pux",
        }
    }
}

impl ParsedImport {
    /// How many secrets the file holds: those proposed and those left out. A report adds up to it.
    pub fn found(&self) -> usize {
        self.items.iter().map(ParsedItem::found).sum()
    }
}

impl ParsedItem {
    pub fn found(&self) -> usize {
        self.secrets.len() + self.left_out.len()
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
