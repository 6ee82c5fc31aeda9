//! `batch`: many commands with one unlock, a line each.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use commands::Surface;
use domain::reject::{Detail, ErrorType, Rejection};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::failure::{End, Failure, reason};
use crate::output;
use crate::program::Program;

/// Longer lines are refused, and skipped to their end.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    command: String,
    #[serde(borrow, default)]
    request: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answered {
    Done { ok: bool, answer: Value },
    Refused { ok: bool, error: Rejection },
}

pub fn carry_out(program: &Program, requests: &str) -> Result<End, Failure> {
    match requests.strip_prefix('@') {
        _ if requests == "-" => {
            program.unlock()?;
            answer_lines(program, io::stdin().lock())
        }
        Some(path) => {
            let file = File::open(path).map_err(|error| {
                Detail::at(
                    "requests",
                    "unreadable",
                    format!(
                        "The file of requests could not be read ({}).",
                        reason(&error)
                    ),
                )
            })?;
            program.unlock()?;
            answer_lines(program, BufReader::new(file))
        }
        None => Err(Failure::flags(
            "A batch reads its requests from - (standard input) or @FILE.",
        )),
    }
}

fn answer_lines(program: &Program, mut input: impl BufRead) -> Result<End, Failure> {
    loop {
        let mut line = Zeroizing::new(Vec::new());
        let read = input
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line)
            .map_err(|error| unreadable(&error))?;
        if read == 0 {
            return Ok(End::Done);
        }
        if !line.ends_with(b"\n") && u64::try_from(read).is_ok_and(|read| read == LINE_BYTES_MAX) {
            input
                .skip_until(b'\n')
                .map_err(|error| unreadable(&error))?;
            let too_long = "This line is too long.";
            tell(&refused(Rejection::new(
                ErrorType::InvalidRequest,
                too_long,
            )))?;
        } else if !line.trim_ascii().is_empty() {
            tell(&answer(program, &line))?;
        }
    }
}

fn answer(program: &Program, line: &[u8]) -> Answered {
    let not_a_line = || {
        Rejection::new(
            ErrorType::InvalidRequest,
            "A line is {\"command\": NAME, \"request\": {…}} and nothing else.",
        )
    };
    // A list of the members' values would be read as well.
    let object = line.trim_ascii_start().starts_with(b"{").then_some(line);
    let answered = object
        .and_then(|line| serde_json::from_slice::<Line<'_>>(line).ok())
        .ok_or_else(not_a_line)
        .and_then(|line| {
            let request = line.request.map_or("{}", RawValue::get);
            program.app.call_text(Surface::Cli, &line.command, request)
        });
    match answered {
        Ok(answer) => Answered::Done { ok: true, answer },
        Err(error) => refused(error),
    }
}

/// Who stops reading the answers has not heard what became of this line, and nothing becomes of those after it: no success.
fn tell(answered: &Answered) -> Result<(), Failure> {
    output::line(answered).map_err(|failure| match failure {
        Failure::Unheard => Rejection::new(
            ErrorType::InvalidRequest,
            "Nobody reads the answers any more. The line that was to be answered next is carried out, those after it are not.",
        )
        .into(),
        told => told,
    })
}

fn refused(error: Rejection) -> Answered {
    Answered::Refused { ok: false, error }
}

fn unreadable(error: &io::Error) -> Failure {
    Rejection::new(
        ErrorType::InvalidRequest,
        format!("The requests could not be read further ({}).", error.kind()),
    )
    .into()
}
