//! Standard output: one JSON document.

use std::io::{ErrorKind, Write};

use domain::reject::{ErrorType, Rejection};
use serde::Serialize;

use crate::failure::{End, Failure};

pub fn document<T: Serialize>(answer: &T) -> Result<End, Failure> {
    line(answer)?;
    Ok(End::Done)
}

/// One line, out of our hands when this answers.
pub fn line<T: Serialize>(answer: &T) -> Result<(), Failure> {
    let mut text = serde_json::to_vec(answer).expect("answers are plain JSON");
    text.push(b'\n');
    let mut out = std::io::stdout().lock();
    out.write_all(&text).and_then(|()| out.flush()).map_err(|error| {
        if error.kind() == ErrorKind::BrokenPipe {
            return Failure::Unheard;
        }
        let message = format!("The answer could not be written to standard output ({}). What was asked for was done.", error.kind());
        Rejection::new(ErrorType::InternalError, message).into()
    })
}
