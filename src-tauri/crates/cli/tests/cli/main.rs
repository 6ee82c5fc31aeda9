//! The real program, run as a script runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod bad_input;
mod batch;
mod call;
mod clipboard;
mod crash;
#[cfg(target_os = "linux")]
mod damage;
mod import;
mod killed_rotation;
mod members;
mod never_out;
mod run;
mod shell;
mod tampered;
mod together;
mod vaults;
