//! How the program ends.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use domain::reject::{Detail, Rejection};

const EXIT_ENVELOPE: u8 = 1;
const EXIT_FLAGS: u8 = 2;

pub enum End {
    Done,
    /// What a child process ended with.
    Child(u8),
}

pub enum Failure {
    Envelope(Box<Rejection>),
    /// Help or the version was asked for.
    Help(String),
    Flags(String),
    /// Who reads our output wants no more of it, as `head` does.
    Unheard,
}

impl Failure {
    pub fn flags(message: impl Into<String>) -> Self {
        Self::Flags(message.into())
    }

    pub fn tell(self) -> ExitCode {
        let (code, text, to_stdout) = match self {
            Self::Envelope(rejection) => {
                let envelope =
                    serde_json::to_string(&rejection).expect("an envelope is plain JSON");
                (EXIT_ENVELOPE, envelope + "\n", false)
            }
            Self::Help(text) => (0, text, true),
            Self::Flags(text) => (EXIT_FLAGS, text + "\n", false),
            Self::Unheard => return ExitCode::SUCCESS,
        };
        // Who closed our output hears no more of it.
        let _closed = if to_stdout {
            std::io::stdout().write_all(text.as_bytes())
        } else {
            std::io::stderr().write_all(text.as_bytes())
        };
        ExitCode::from(code)
    }
}

/// Why a file could not be used, in a person's words.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "There is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "You may not read or write it".to_owned(),
        io::ErrorKind::IsADirectory => "It is a folder".to_owned(),
        kind => kind.to_string(),
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Envelope(Box::new(rejection))
    }
}

impl From<Detail> for Failure {
    fn from(detail: Detail) -> Self {
        Rejection::validation(vec![detail]).into()
    }
}

/// Tells which flag is wrong, but never what was given to it.
pub fn wrong_flags(error: &clap::Error) -> Failure {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return Failure::Help(error.render().to_string());
    }
    let flag = match error
        .get(ContextKind::InvalidArg)
        .filter(|_| error.kind() != ErrorKind::UnknownArgument)
    {
        Some(ContextValue::String(flag)) => known_name(flag),
        Some(ContextValue::Strings(flags)) => {
            flags.iter().filter_map(|flag| known_name(flag)).next()
        }
        _ => None,
    };
    let what = match error.kind() {
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a subcommand is missing, such as call or run"
        }
        ErrorKind::MissingRequiredArgument => "something is missing",
        ErrorKind::ArgumentConflict => "two flags do not go together",
        ErrorKind::UnknownArgument => "there is a flag or an argument too many",
        ErrorKind::InvalidSubcommand => "there is no such subcommand",
        _ => "they cannot be read",
    };
    let at = flag.map(|flag| format!(" ({flag})")).unwrap_or_default();
    Failure::flags(format!(
        "Wrong flags: {what}{at}. See turnstone-cli --help."
    ))
}

/// A flag's name as the usage writes it; anything else may be a value that was given.
fn known_name(flag: &str) -> Option<String> {
    let name = flag.split([' ', '=']).next()?;
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let long = name
        .strip_prefix("--")
        .filter(|name| is_name(name) && name.len() < 24)
        .map(|_| name.to_owned());
    long.or_else(|| {
        Some(name.to_owned()).filter(|name| name.starts_with('<') && name.ends_with('>'))
    })
}
