//! Where a code goes that is shown once: known to be writable before there is a code, and never standard output.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use domain::reject::{Detail, ErrorType, Rejection};

use crate::failure::{Failure, reason};

pub struct Destination {
    code: Code,
    place: Place,
}

#[derive(Clone, Copy)]
pub enum Code {
    Recovery,
    Invitation,
}

enum Place {
    File(PathBuf, File),
    Terminal(File),
}

impl Destination {
    /// A new file, or the terminal where none is named.
    pub fn prepare(code: Code, file: Option<PathBuf>) -> Result<Self, Failure> {
        let place = match file {
            Some(path) => {
                let mut options = OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let file = options.open(&path).map_err(|error| {
                    let message = format!(
                        "The {} file could not be made ({}). Name a new file.",
                        code.word(),
                        reason(&error)
                    );
                    Detail::at(code.member(), "unwritable", message)
                })?;
                Place::File(path, file)
            }
            None => {
                let terminal = File::options().write(true).open("/dev/tty");
                Place::Terminal(terminal.map_err(|_| {
                    let word = code.word();
                    let message = format!("The {word} code needs a place: name a new file with --{word}-file, or run this in a terminal.");
                    Detail::at(code.member(), "missing", message)
                })?)
            }
        };
        Ok(Self { code, place })
    }

    pub fn write(self, text: &str) -> Result<(), Failure> {
        let written = match self.place {
            Place::File(_, mut file) => {
                write_all(&mut file, &["", text, "\n"]).and_then(|()| file.sync_all())
            }
            Place::Terminal(mut terminal) => {
                let title = self.code.title();
                write_all(
                    &mut terminal,
                    &[title, text, "\nWrite it down now; it is not shown again.\n"],
                )
            }
        };
        written.map_err(|error| {
            let message = format!(
                "The {} code could not be written ({}). {}",
                self.code.word(),
                error.kind(),
                self.code.way_out()
            );
            Rejection::new(ErrorType::InternalError, message).into()
        })
    }

    /// Takes the prepared file away again.
    pub fn give_up(self, failure: Failure) -> Failure {
        if let Place::File(path, file) = self.place {
            drop(file);
            if let Err(error) = std::fs::remove_file(path) {
                tracing::warn!(%error, "the empty file for a code could not be removed");
            }
        }
        failure
    }
}

/// Piece by piece: a text put together would stay in memory.
fn write_all(file: &mut File, pieces: &[&str]) -> std::io::Result<()> {
    pieces
        .iter()
        .try_for_each(|piece| file.write_all(piece.as_bytes()))
}

impl Code {
    fn word(self) -> &'static str {
        match self {
            Self::Recovery => "recovery",
            Self::Invitation => "invitation",
        }
    }

    fn member(self) -> &'static str {
        match self {
            Self::Recovery => "recovery_file",
            Self::Invitation => "invitation_file",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Recovery => "Recovery code: ",
            Self::Invitation => "Invitation code: ",
        }
    }

    /// What to do where the act was done and its code is lost.
    fn way_out(self) -> &'static str {
        match self {
            Self::Recovery => "The vault is fine; renew the code.",
            Self::Invitation => "Take the invitation back and invite again.",
        }
    }
}
