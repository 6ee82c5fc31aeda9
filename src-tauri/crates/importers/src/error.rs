//! Why a file could not be read at all.

use std::io;

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
        }
    }
}
