//! Where an import comes from, and reading it.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Cursor};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use domain::SecretText;
use domain::mask::display_text;
use domain::reject::Detail;
use importers::{
    ColumnUse, Columns, FirstRow, Format, ImportError, ParsedImport, ReadOptions, read_import,
};
use zeroize::Zeroizing;

use crate::opened::random;
use crate::refusal::{Answer, Refusal};

/// A KeePass key file has a few hundred bytes, whatever kind it is.
const KEY_FILE_BYTES_MAX: u64 = 1024 * 1024;
const PASTED_BYTES_MAX: usize = 16 * 1024 * 1024;

pub enum Source {
    File(PathBuf),
    /// What was pasted, until it is imported.
    Pasted {
        text: SecretText,
        /// Of its own: another text of the same lines is of another place.
        place: [u8; 32],
    },
    /// Items of 1Password, read when they were chosen.
    Live {
        name: String,
    },
}

/// A file as it was when it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadFile {
    pub path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
}

/// What a person adds so that the file can be read.
#[derive(Default)]
pub struct Reading {
    pub password: Option<SecretText>,
    pub key_file: Option<PathBuf>,
    pub format: Option<String>,
    pub columns: Option<Vec<String>>,
    pub first_row: Option<String>,
}

pub enum Outcome {
    Read(ParsedImport),
    NeedsPassword { format: Format, again: bool },
    NeedsColumns { guess: Columns },
}

impl Source {
    pub fn pasted(text: SecretText) -> Result<Self, Detail> {
        if text.expose_text().len() > PASTED_BYTES_MAX {
            let message = "A pasted text has at most 16 MB. Save it as a file and choose that.";
            return Err(Detail::at("text", "too_long", message));
        }
        let mut place = [0; 32];
        random(&mut place);
        Ok(Self::Pasted { text, place })
    }

    /// Safe to show, and never a path.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => file_name(path),
            Self::Pasted { .. } => "Pasted text".to_owned(),
            Self::Live { name } => name.clone(),
        }
    }

    /// As the file's items show it.
    fn origin(&self) -> String {
        match self {
            Self::File(path) => file_name(path),
            Self::Pasted { .. } => "pasted".to_owned(),
            Self::Live { name } => name.clone(),
        }
    }

    /// What tells it from every other file: the folder it lies in, whichever way leads there, and its name.
    pub fn place(&self) -> io::Result<Vec<u8>> {
        let path = match self {
            Self::File(path) => path,
            Self::Pasted { place, .. } => return Ok(place.to_vec()),
            Self::Live { .. } => return Err(io::ErrorKind::Unsupported.into()),
        };
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
        let name = path.file_name().unwrap_or_default();
        Ok([
            folder.as_os_str().as_encoded_bytes(),
            &[0],
            name.as_encoded_bytes(),
        ]
        .concat())
    }
}

impl ReadFile {
    fn of(path: &Path, metadata: &Metadata) -> Self {
        Self {
            path: path.to_owned(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }

    /// Whether the file is still the one that was read.
    pub fn is_unchanged(&self) -> io::Result<bool> {
        let metadata = std::fs::symlink_metadata(&self.path)?;
        Ok(metadata.is_file() && *self == Self::of(&self.path, &metadata))
    }
}

impl Reading {
    /// Whether it says anything at all.
    pub fn is_empty(&self) -> bool {
        self.password.is_none()
            && self.key_file.is_none()
            && self.format.is_none()
            && self.columns.is_none()
            && self.first_row.is_none()
    }

    /// `member` is what names the file in the request: a file that cannot be read is a fault of it.
    pub fn read(
        self,
        source: &Source,
        member: &'static str,
    ) -> Answer<(Outcome, Option<ReadFile>)> {
        let is_protected_again = self.password.is_some() || self.key_file.is_some();
        let format = self.format.as_deref().map(parse_format).transpose()?;
        let key_file = self.key_file.as_deref().map(key_file).transpose()?;
        let mut options = ReadOptions {
            format,
            origin: Some(source.origin()),
            password: self.password,
            key_file,
            columns: None,
            first_row: self.first_row.as_deref().map(parse_first_row).transpose()?,
        };
        if let Some(uses) = self.columns {
            options.columns = Some(columns(source, &options, uses, member)?);
        }
        let mut file = None;
        let read = match source {
            Source::File(path) => {
                let opened = open(path).map_err(|error| unreadable(member, error))?;
                file = Some(opened.1);
                read_import(BufReader::new(opened.0), &options)
            }
            Source::Pasted { text, .. } => read_import(Cursor::new(text.expose_text()), &options),
            Source::Live { .. } => return Err(read_once(member).into()),
        };
        let outcome = match read {
            Ok(import) if options.first_row.is_some() && import.format != Format::Csv => {
                let message =
                    "Only a table's first row can be its names. Read the file as a CSV table.";
                return Err(Detail::at("first_row", "no_table", message).into());
            }
            Ok(import) => Outcome::Read(import),
            Err(ImportError::PasswordNeeded { format }) => Outcome::NeedsPassword {
                format,
                again: false,
            },
            Err(ImportError::WrongPassword { format }) => Outcome::NeedsPassword {
                format,
                again: is_protected_again,
            },
            Err(ImportError::ColumnsNeeded { guess }) => Outcome::NeedsColumns { guess },
            Err(error) => return Err(unreadable(member, error)),
        };
        Ok((outcome, file))
    }
}

/// The columns that are meant are those of the table, whose header is read first.
fn columns(
    source: &Source,
    options: &ReadOptions,
    uses: Vec<String>,
    member: &'static str,
) -> Answer<Columns> {
    let uses = parse_uses(uses)?;
    let without = ReadOptions {
        format: options.format,
        origin: options.origin.clone(),
        first_row: options.first_row,
        ..ReadOptions::default()
    };
    let read = match source {
        Source::File(path) => {
            let (file, _) = open(path).map_err(|error| unreadable(member, error))?;
            read_import(BufReader::new(file), &without)
        }
        Source::Pasted { text, .. } => read_import(Cursor::new(text.expose_text()), &without),
        Source::Live { .. } => return Err(read_once(member).into()),
    };
    let table = match read {
        Ok(import) => import.columns,
        Err(ImportError::ColumnsNeeded { guess }) => Some(guess),
        Err(error) => return Err(unreadable(member, error)),
    };
    let known = table.as_ref().map_or(0, |columns| columns.header.len());
    let Some(table) = table.filter(|_| known == uses.len()) else {
        let message = format!("The table has {known} columns; say what each of them holds.");
        return Err(Detail::at("columns", "wrong_length", message).into());
    };
    Ok(Columns { uses, ..table })
}

fn parse_uses(uses: Vec<String>) -> Result<Vec<ColumnUse>, Vec<Detail>> {
    let mut faults = Vec::new();
    let mut parsed = Vec::with_capacity(uses.len());
    for (index, text) in uses.iter().enumerate() {
        match ColumnUse::parse(text) {
            Some(column) => parsed.push(column),
            None => faults.push(Detail::new(
                vec!["columns".into(), index.into()],
                "unknown_value",
                "A column holds nothing of this name.",
            )),
        }
    }
    if faults.is_empty() {
        Ok(parsed)
    } else {
        Err(faults)
    }
}

fn parse_first_row(text: &str) -> Result<FirstRow, Detail> {
    FirstRow::parse(text).ok_or_else(|| {
        let names = FirstRow::ALL.map(FirstRow::as_str).join(" or ");
        let message = format!("The first row is {names}.");
        Detail::at("first_row", "unknown_value", message)
    })
}

fn parse_format(text: &str) -> Result<Format, Detail> {
    Format::parse(text).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
        let message = format!("The formats are {}.", names.join(", "));
        Detail::at("format", "unknown_value", message)
    })
}

fn key_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Detail> {
    let unreadable = |reason: String| Detail::at("key_file", "import_io", reason);
    let length = std::fs::metadata(path)
        .map_err(|error| {
            unreadable(format!(
                "The key file could not be read ({}).",
                error.kind()
            ))
        })?
        .len();
    if length > KEY_FILE_BYTES_MAX {
        return Err(unreadable(
            "This is no key file: they are far smaller.".to_owned(),
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        unreadable(format!(
            "The key file could not be read ({}).",
            error.kind()
        ))
    })?;
    Ok(Zeroizing::new(bytes))
}

fn open(path: &Path) -> Result<(File, ReadFile), ImportError> {
    let file = File::open(path).map_err(ImportError::Io)?;
    let metadata = file.metadata().map_err(ImportError::Io)?;
    Ok((file, ReadFile::of(path, &metadata)))
}

fn read_once(member: &'static str) -> Detail {
    let message = "What comes from 1Password is read once. Choose it there again to read it anew.";
    Detail::at(member, "import_live", message)
}

pub fn unreadable(member: &'static str, error: ImportError) -> Refusal {
    Detail::at(member, error.kind(), error.to_string()).into()
}

pub fn file_name(path: &Path) -> String {
    display_text(&path.file_name().unwrap_or_default().to_string_lossy())
}
