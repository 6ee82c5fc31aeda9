//! `turnstone-cli`: the commands of Turnstone without its window, for scripts and tests.
//!
//! Standard output holds one JSON document, standard error the envelope of a failure and nothing else. Exit 0: done; 1: an envelope;
//! 2: wrong flags.

mod args;
mod audit_act;
mod batch;
mod call;
mod demo;
mod destination;
mod failure;
mod import_act;
mod input;
mod member_act;
mod output;
mod program;
mod progress;
mod run;
mod vault_act;

use std::process::ExitCode;

use args::{Act, Cli};
use clap::Parser;
use failure::{End, Failure};
use program::Program;

fn main() -> ExitCode {
    let end = match Cli::try_parse() {
        Ok(cli) => carry_out(cli),
        Err(error) => Err(failure::wrong_flags(&error)),
    };
    match end {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Child(code)) => ExitCode::from(code),
        Err(failure) => failure.tell(),
    }
}

fn carry_out(cli: Cli) -> Result<End, Failure> {
    if let Act::Commands = cli.act {
        return output::document(&commands::commands());
    }
    let program = Program::start(cli.vault)?;
    let end = match cli.act {
        Act::Vault(act) => vault_act::carry_out(&program, act),
        Act::Member(act) => member_act::carry_out(&program, act),
        Act::Audit(act) => audit_act::carry_out(&program, act),
        Act::Call { command, request } => call::carry_out(&program, &command, &request),
        Act::Batch { requests } => batch::carry_out(&program, &requests),
        Act::Import(args) => import_act::carry_out(&program, args),
        Act::Run(args) => run::carry_out(&program, args),
        Act::Demo => demo::carry_out(&program),
        Act::Commands => Ok(End::Done),
    };
    program.finish();
    end
}
