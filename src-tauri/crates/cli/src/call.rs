//! `call`: one command.

use crate::failure::{End, Failure};
use crate::input;
use crate::output;
use crate::program::Program;

pub fn carry_out(program: &Program, command: &str, request: &str) -> Result<End, Failure> {
    let request = input::request(request, holds_credentials(command))?;
    let answer = program.call(command, &request)?;
    output::document(&answer)
}

fn holds_credentials(command: &str) -> bool {
    commands::commands()
        .iter()
        .any(|info| info.name == command && info.surface != "window" && info.holds_credentials)
}
