//! Passwords and requests: from files, from standard input, from the terminal; never from arguments.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::thread;

use domain::SecretText;
use domain::reject::{Detail, ErrorType, Rejection};
use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use zeroize::Zeroizing;

use crate::failure::{Failure, reason};

/// No password file is longer; the longest password has 1024 bytes.
const PASSWORD_FILE_BYTES_MAX: usize = 64 * 1024;
/// Requests hold at most a few values of 64 KiB.
const REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;
const READ_AT_FIRST_BYTES: usize = 64 * 1024;

/// The text of a small file without the one line end at its end.
pub fn secret_file(path: &Path, flag: &'static str) -> Result<SecretText, Rejection> {
    let unreadable = |error: &io::Error| {
        let message = format!(
            "The file given with --{flag} could not be read ({}).",
            reason(error)
        );
        Rejection::validation(vec![Detail::at(flag, "unreadable", message)])
    };
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let text = read_text(file, PASSWORD_FILE_BYTES_MAX).map_err(|error| unreadable(&error))?;
    Ok(SecretText::new(without_line_end(&text).to_owned()))
}

/// The first line of standard input; the rest is left there, for a request or for a child process.
pub fn secret_line() -> Result<SecretText, Failure> {
    let line = read_line(StandardInput).map_err(|error| unreadable_input(&error))?;
    let text = std::str::from_utf8(&line).map_err(|_| not_utf8("password"))?;
    Ok(SecretText::new(without_line_end(text).to_owned()))
}

/// Byte by byte: nothing is read ahead, and no buffer but this one holds what was typed.
fn read_line(mut input: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(PASSWORD_FILE_BYTES_MAX));
    let mut byte = Zeroizing::new([0; 1]);
    while line.len() < PASSWORD_FILE_BYTES_MAX && !line.ends_with(b"\n") {
        match input.read(&mut *byte) {
            Ok(0) => break,
            Ok(_) => line.extend_from_slice(&*byte),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(line)
}

/// Without the buffer of [`io::stdin`], which is never wiped.
struct StandardInput;

impl Read for StandardInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(rustix::stdio::stdin(), buffer)?)
    }
}

/// Asks at the terminal, without echo.
pub fn ask(prompt: &str) -> Result<SecretText, Rejection> {
    let none = || {
        Rejection::new(
            ErrorType::AuthenticationFailed,
            "There is no terminal to ask for the password. Use --password-file or --password-stdin.",
        )
    };
    let terminal = File::options()
        .read(true)
        .write(true)
        .open("/dev/tty")
        .map_err(|_| none())?;
    let before = termios::tcgetattr(&terminal).map_err(|_| none())?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    let listening = echo_again_when_ended(&terminal, before.clone()).map_err(|_| none())?;
    termios::tcsetattr(&terminal, OptionalActions::Flush, &silent).map_err(|_| none())?;
    let answer = ask_at(&terminal, prompt);
    termios::tcsetattr(&terminal, OptionalActions::Flush, &before).map_err(|_| none())?;
    listening.close();
    answer.map_err(|_| none())
}

/// A program that is ended while it asks leaves a terminal that echoes.
fn echo_again_when_ended(terminal: &File, before: Termios) -> io::Result<Handle> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT])?;
    let (listening, terminal) = (signals.handle(), terminal.try_clone()?);
    thread::spawn(move || {
        for signal in signals.forever() {
            // The end comes either way.
            let _restored = termios::tcsetattr(&terminal, OptionalActions::Now, &before);
            let _ended = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Ok(listening)
}

fn ask_at(terminal: &File, prompt: &str) -> io::Result<SecretText> {
    use std::io::Write;
    let mut out = terminal;
    out.write_all(prompt.as_bytes())?;
    let line = read_line(terminal)?;
    out.write_all(b"\n")?;
    let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(SecretText::new(without_line_end(text).to_owned()))
}

/// A request: `-` for standard input, `@FILE`, or the JSON itself where it holds no credentials.
pub fn request(given: &str, holds_credentials: bool) -> Result<Zeroizing<String>, Failure> {
    match given.strip_prefix('@') {
        _ if given == "-" => standard_input(),
        Some(path) => {
            let unreadable = |error: io::Error| {
                Detail::at(
                    "request",
                    "unreadable",
                    format!("The request's file could not be read ({}).", reason(&error)),
                )
            };
            let file = File::open(path).map_err(unreadable)?;
            Ok(read_text(file, REQUEST_BYTES_MAX).map_err(unreadable)?)
        }
        None if holds_credentials && given != "{}" => Err(Failure::flags(
            "This request holds credentials, so it does not belong into an argument. Use - (standard input) or @FILE.",
        )),
        None => Ok(Zeroizing::new(given.to_owned())),
    }
}

fn standard_input() -> Result<Zeroizing<String>, Failure> {
    read_text(StandardInput, REQUEST_BYTES_MAX).map_err(|error| unreadable_input(&error))
}

fn read_text(mut input: impl Read, bytes_max: usize) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(vec![0; READ_AT_FIRST_BYTES]);
    let mut length = 0;
    loop {
        if length > bytes_max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if length == bytes.len() {
            // A buffer that grows by itself leaves what it held where it was.
            let mut larger = Zeroizing::new(vec![0; bytes.len() * 2]);
            larger.split_at_mut(length).0.copy_from_slice(&bytes);
            bytes = larger;
        }
        match input.read(bytes.split_at_mut(length).1) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let text = std::str::from_utf8(bytes.split_at(length).0);
    let text = text.map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn unreadable_input(error: &io::Error) -> Failure {
    Rejection::new(
        ErrorType::InvalidRequest,
        format!("Standard input could not be read ({}).", error.kind()),
    )
    .into()
}

fn not_utf8(member: &'static str) -> Detail {
    Detail::at(member, "malformed", "This is no UTF-8 text.")
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read};

    use super::{READ_AT_FIRST_BYTES, read_line, read_text, without_line_end};

    #[test]
    fn a_text_is_read_whole_however_long_and_not_beyond_its_limit() {
        let limit = READ_AT_FIRST_BYTES * 3;
        for length in [0, 1, READ_AT_FIRST_BYTES, READ_AT_FIRST_BYTES + 1, limit] {
            let text = "knot"
                .repeat(length)
                .chars()
                .take(length)
                .collect::<String>();
            let read = read_text(text.as_bytes(), limit).expect("within the limit");
            assert_eq!(*read, text, "{length}");
        }
        let long = "k".repeat(limit + 1);
        let refused = read_text(long.as_bytes(), limit).expect_err("over it");
        assert_eq!(refused.kind(), ErrorKind::FileTooLarge);
        let no_text = read_text([0xff].as_slice(), limit).expect_err("no UTF-8");
        assert_eq!(no_text.kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn a_line_is_read_and_what_follows_is_left() {
        let mut input = "first\nsecond".as_bytes();
        assert_eq!(*read_line(&mut input).expect("a line"), b"first\n");
        let mut rest = String::new();
        input.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "second");
        assert_eq!(
            *read_line(&mut rest.as_bytes()).expect("its end"),
            b"second"
        );
    }

    #[test]
    fn one_line_end_is_dropped_and_no_more() {
        for (text, kept) in [
            ("a\n", "a"),
            ("a\r\n", "a"),
            ("a\n\n", "a\n"),
            ("a ", "a "),
            ("", ""),
            ("\n", ""),
            ("a\rb\n", "a\rb"),
        ] {
            assert_eq!(without_line_end(text), kept, "{text:?}");
        }
    }
}
