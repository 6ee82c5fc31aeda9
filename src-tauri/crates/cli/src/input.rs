//! Passwords and requests: from files, from standard input, from the terminal; never from arguments.

use std::fs::File;
use std::io::{self, BufRead, Read};
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
const PASSWORD_FILE_BYTES_MAX: u64 = 64 * 1024;
/// Requests hold at most a few values of 64 KiB.
const REQUEST_BYTES_MAX: u64 = 16 * 1024 * 1024;

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

/// The first line of standard input; the rest is left there, for a request or for a child process. So nothing is read ahead.
pub fn secret_line() -> Result<SecretText, Failure> {
    let mut line = Zeroizing::new(Vec::with_capacity(1024));
    let mut byte = Zeroizing::new([0; 1]);
    for _ in 0..PASSWORD_FILE_BYTES_MAX {
        let read =
            rustix::io::retry_on_intr(|| rustix::io::read(rustix::stdio::stdin(), &mut *byte))
                .map_err(|error| unreadable_input(&error.into()))?;
        if read == 0 {
            break;
        }
        line.extend_from_slice(&*byte);
        if line.ends_with(b"\n") {
            break;
        }
    }
    let text = std::str::from_utf8(&line).map_err(|_| not_utf8("password"))?;
    Ok(SecretText::new(without_line_end(text).to_owned()))
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
    let mut line = Zeroizing::new(String::with_capacity(1024));
    io::BufReader::new(terminal.take(PASSWORD_FILE_BYTES_MAX)).read_line(&mut line)?;
    out.write_all(b"\n")?;
    Ok(SecretText::new(without_line_end(&line).to_owned()))
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
    read_text(io::stdin().lock(), REQUEST_BYTES_MAX).map_err(|error| unreadable_input(&error))
}

fn read_text(input: impl Read, bytes_max: u64) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let read = input.take(bytes_max + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read <= bytes_max) {
        Ok(text)
    } else {
        Err(io::ErrorKind::FileTooLarge.into())
    }
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
    use super::without_line_end;

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
