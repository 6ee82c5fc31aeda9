//! The real program, run as a script runs it.

mod bad_input;
mod batch;
mod call;
mod crash;
mod never_out;
mod run;
mod shell;
mod vaults;
