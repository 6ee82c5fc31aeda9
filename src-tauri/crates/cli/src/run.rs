//! `run`: a program with values in its environment. Masking what it prints is a courtesy, not a boundary.

mod disguises;
mod mask_stream;
mod pass_on;
mod signals;

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use commands::{Injected, Wanted};
use domain::reject::{ErrorType, Rejection};

use crate::args::RunArgs;
use crate::failure::{End, Failure, reason};
use crate::program::Program;
use mask_stream::Masked;

pub fn carry_out(program: &Program, args: RunArgs) -> Result<End, Failure> {
    let Some((name, arguments)) = args.command.split_first() else {
        return Err(Failure::flags("Name the program to run after --."));
    };
    program.unlock()?;
    let wanted = Wanted {
        secrets: args.secret,
        variables: args.env,
    };
    // The audit entries are committed when this answers; only then does the child start.
    let values = program.app.values_for_child(&wanted)?;
    // Neither keys nor password are needed while the child runs.
    program.let_go();

    let mut command = Command::new(name);
    command.args(arguments);
    for injected in &values {
        command.env(&injected.variable, injected.value.expose_text());
    }
    let status = if args.no_masking {
        let child = signals::start(&mut command).map_err(|error| not_started(&error))?;
        drop(values);
        // The environment stands in the command too.
        drop(command);
        child.wait()
    } else {
        say_what_is_not_masked(&values);
        let masked = Masked::new(
            values
                .iter()
                .flat_map(|injected| disguises::of(injected.value.expose_text())),
        );
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = signals::start(&mut command).map_err(|error| not_started(&error))?;
        drop(values);
        drop(command);
        run_masked(child, &masked)
    };
    Ok(end_as(status.map_err(|error| not_started(&error))?))
}

fn run_masked(mut child: signals::Running, masked: &Masked) -> std::io::Result<ExitStatus> {
    let (stdout, stderr) = child.take_output();
    let ended = child.ended();
    thread::scope(|scope| {
        if let Some(from) = stdout {
            let ended = ended.clone();
            scope.spawn(move || pass_on::masked(from, std::io::stdout(), masked, &ended));
        }
        if let Some(from) = stderr {
            let ended = ended.clone();
            scope.spawn(move || pass_on::masked(from, std::io::stderr(), masked, &ended));
        }
        child.wait()
    })
}

fn say_what_is_not_masked(values: &[Injected]) {
    for injected in values
        .iter()
        .filter(|injected| !disguises::is_long_enough(injected.value.expose_text()))
    {
        let line = format!(
            "turnstone-cli: the value of {} is shorter than {} characters and is not masked\n",
            injected.variable,
            disguises::MASKED_CHARACTERS_MIN
        );
        // Who closed our standard error hears no more of it.
        let _closed = std::io::stderr().write_all(line.as_bytes());
    }
}

/// Ends as the child did: with its code, or by its signal.
fn end_as(status: ExitStatus) -> End {
    if let Some(signal) = status.signal() {
        signals::die_of(signal);
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    End::Child(code.unwrap_or(u8::MAX))
}

fn not_started(error: &std::io::Error) -> Failure {
    let kind = if error.kind() == std::io::ErrorKind::NotFound {
        ErrorType::NotFound
    } else {
        ErrorType::InvalidRequest
    };
    let message = format!("The program could not be run ({}).", reason(error));
    Rejection::new(kind, message).into()
}
