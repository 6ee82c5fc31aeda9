//! Foreign files to a [`ParsedImport`]. Nothing here sees a vault: what comes out is a proposal that `domain` decides on.
//!
//! A bad file is an [`ImportError`]; a bad item is a line among what was left out. Every secret value found in the file is either
//! in [`ParsedItem::secrets`] or named in [`ParsedItem::left_out`].

mod error;
mod limits;
mod onepux;
mod parsed;
mod recognise;

use std::io::{Read, Seek};

pub use error::ImportError;
pub use limits::*;
pub use parsed::{Format, LeftOut, ParsedImport, ParsedItem, ParsedSecret};

/// Reads a file that is recognised by its content, whatever its name.
pub fn read_import<R: Read + Seek>(mut file: R) -> Result<ParsedImport, ImportError> {
    match recognise::recognise(&mut file)? {
        Format::OnePux => onepux::read(file),
    }
}
