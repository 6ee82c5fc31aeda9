//! Why a file could not be read at all.

use std::io;

use crate::columns::Columns;
use crate::format::Format;

/// The file as a whole is refused; nothing was taken from it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("The file could not be read.")]
    Io(#[source] io::Error),
    #[error("The file is empty.")]
    Empty,
    #[error("This is not a file that can be imported: {0}")]
    NotRecognised(&'static str),
    #[error("The archive is damaged, perhaps cut off while it was copied. Export it again.")]
    DamagedArchive,
    #[error(
        "The archive is protected with a password. A 1Password export is not; unpack it first."
    )]
    Encrypted,
    #[error("The archive holds two entries of the same name, which 1Password never writes.")]
    DuplicateEntry,
    #[error("The archive is compressed in a way that 1Password does not use.")]
    Compression,
    #[error("{what} is too large: {limit} is the most.")]
    TooLarge { what: &'static str, limit: u64 },
    #[error(
        "The archive grows to more than {limit} times its size when unpacked. It is damaged or made to do harm."
    )]
    Inflates { limit: u64 },
    #[error(
        "The export's data is no valid JSON: it breaks off or goes wrong at line {line}, column {column}. Export it again."
    )]
    Json { line: usize, column: usize },
    #[error("The export's data holds no accounts.")]
    NoAccounts,
    #[error("The file holds more than {limit} items.")]
    TooManyItems { limit: usize },
    #[error("The file is no text: byte {at} is not valid UTF-8. Save it as UTF-8.")]
    NotText { at: usize },
    #[error("Line {line} can't be read: {reason}")]
    Line { line: usize, reason: &'static str },
    #[error("Line {line} is longer than {limit} bytes.")]
    LongLine { line: usize, limit: usize },
    #[error("The file is protected with a password. Enter it to read the file.")]
    PasswordNeeded { format: Format },
    #[error("The password, or the key file, is not the one the file was protected with.")]
    WrongPassword { format: Format },
    #[error(
        "Unlocking the file would take {what} of {given}; {limit} is the most. Protect it anew with lower settings."
    )]
    KdfTooCostly {
        what: &'static str,
        given: u64,
        limit: u64,
    },
    /// The file is what it says, and still nothing that can be read here.
    #[error("{0}")]
    Unsupported(&'static str),
    #[error("The file is damaged: {0}")]
    Damaged(&'static str),
    #[error("Say what the table's columns hold.")]
    ColumnsNeeded {
        /// The header and, for each column, what it seems to hold.
        guess: Columns,
    },
    #[error("The columns named are not those of the table.")]
    WrongColumns,
}

impl ImportError {
    /// Stable, for machines.
    pub fn kind(&self) -> &'static str {
        match self {
            ImportError::Io(_) => "import_io",
            ImportError::Empty => "import_empty",
            ImportError::NotRecognised(_) => "import_not_recognised",
            ImportError::DamagedArchive => "import_damaged",
            ImportError::Encrypted => "import_encrypted",
            ImportError::DuplicateEntry => "import_duplicate_entry",
            ImportError::Compression => "import_compression",
            ImportError::TooLarge { .. } => "import_too_large",
            ImportError::Inflates { .. } => "import_inflates",
            ImportError::Json { .. } => "import_json",
            ImportError::NoAccounts => "import_no_accounts",
            ImportError::TooManyItems { .. } => "import_too_many_items",
            ImportError::NotText { .. } => "import_not_text",
            ImportError::Line { .. } => "import_line",
            ImportError::LongLine { .. } => "import_long_line",
            ImportError::PasswordNeeded { .. } => "import_password_needed",
            ImportError::WrongPassword { .. } => "import_wrong_password",
            ImportError::KdfTooCostly { .. } => "import_kdf_too_costly",
            ImportError::Unsupported(_) => "import_unsupported",
            ImportError::Damaged(_) => "import_damaged",
            ImportError::ColumnsNeeded { .. } => "import_columns_needed",
            ImportError::WrongColumns => "import_wrong_columns",
        }
    }
}
