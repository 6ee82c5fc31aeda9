//! Foreign files to a [`ParsedImport`]. Nothing here sees a vault: what comes out is a proposal that `domain` decides on.
//!
//! A bad file is an [`ImportError`]; a bad item is a line among what was left out. Every secret value found in the file is either
//! in [`ParsedItem::secrets`] or named in [`ParsedItem::left_out`]; every field has a line in [`ParsedItem::fields`].

mod attachment;
mod aws;
mod azure;
mod bitwarden;
mod cbc;
mod columns;
mod config_file;
mod csv;
mod delimited;
mod dotenv;
mod error;
mod format;
mod gcp_key;
mod ini;
mod json;
mod kdbx;
mod limits;
mod lines;
mod mapping;
mod material;
mod minio_client;
mod names;
mod onepassword_csv;
mod onepassword_live;
mod onepux;
mod options;
mod parsed;
mod rclone;
mod recognise;
mod s3cfg;
mod secret_like;
mod storage;
mod text_file;

use std::io::{Read, Seek};

pub use columns::{ColumnUse, Columns, FirstRow};
pub use error::ImportError;
pub use format::Format;
pub use limits::*;
pub use onepassword_live::{
    Attached, LiveAnswer, LiveContent, LiveFile, LiveItem, LiveReader, LiveVault, attached_files,
    category_kind, not_listed, read_live,
};
pub use options::ReadOptions;
pub use parsed::{
    About, AnswerError, Choice, EarlierValue, Fate, FieldLine, FieldReference, Home, ItemKind,
    ItemState, LeftOut, ParsedImport, ParsedItem, ParsedLocation, ParsedSecret, Place, Question,
    ValueKind,
};

/// Reads a file that is recognised by its content, whatever its name; pasted text is a `Cursor` of its bytes.
pub fn read_import<R: Read + Seek>(
    mut file: R,
    options: &ReadOptions,
) -> Result<ParsedImport, ImportError> {
    let candidates = match (recognise::recognise(&mut file), options.format) {
        // A person knows better what it is.
        (Err(ImportError::NotRecognised(_)), Some(_)) => Vec::new(),
        (found, _) => found?,
    };
    let format = options.format.or_else(|| candidates.first().copied());
    let format = format.ok_or(ImportError::NotRecognised("its content says nothing."))?;
    let mut import = match format {
        Format::OnePux => onepux::read(file)?,
        Format::Keepass => kdbx::read(file, options)?,
        Format::Bitwarden => bitwarden::read(file, options)?,
        Format::OnePasswordCsv => onepassword_csv::read(file)?,
        Format::Dotenv => config_file::read_lines(file, format, options, dotenv::read)?,
        Format::AwsProfiles => config_file::read_lines(file, format, options, aws::read)?,
        Format::Rclone => config_file::read_lines(file, format, options, rclone::read)?,
        Format::S3cfg => config_file::read_lines(file, format, options, s3cfg::read)?,
        Format::MinioClient => {
            config_file::read_document(file, format, options, minio_client::read)?
        }
        Format::GcpKey => config_file::read_document(file, format, options, gcp_key::read)?,
        Format::AzureConnectionString => {
            config_file::read_lines(file, format, options, azure::read)?
        }
        Format::Csv => csv::read(file, options)?,
        Format::OnePasswordLive => {
            return Err(ImportError::NotRecognised(
                "what 1Password itself is asked for is in no file.",
            ));
        }
    };
    import.other_formats = candidates;
    import.other_formats.retain(|other| *other != format);
    Ok(import)
}
