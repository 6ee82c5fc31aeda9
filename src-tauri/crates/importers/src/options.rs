//! What a person adds to a file so that it can be read.

use domain::secret_text::SecretText;
use zeroize::Zeroizing;

use crate::columns::{Columns, FirstRow};
use crate::format::Format;

/// Nothing of it is needed for most files. What is missing is asked for by [`crate::ImportError`].
#[derive(Default)]
pub struct ReadOptions {
    /// Reads the file as this format, whatever it looks like.
    pub format: Option<Format>,
    /// What the file or pasted text is called, to tell it from others of its format: items without an id of their own are
    /// found again by it and their name.
    pub origin: Option<String>,
    pub password: Option<SecretText>,
    /// The content of a KeePass key file.
    pub key_file: Option<Zeroizing<Vec<u8>>>,
    /// What the columns of a table are.
    pub columns: Option<Columns>,
    /// What the first row of a table is, where that is not to be guessed.
    pub first_row: Option<FirstRow>,
}
