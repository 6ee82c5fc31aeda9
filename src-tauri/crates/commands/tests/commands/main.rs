//! The commands as the surfaces call them: through the one door, on real vaults.

#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod audit;
mod bad_input;
mod bindings;
mod clipboard;
mod cloud;
mod connections;
mod console;
mod due_notices;
mod error_types;
mod errors;
mod exposed;
mod form;
mod history;
mod import;
mod import_again;
mod import_answers;
mod import_changes;
mod import_formats;
mod import_live;
mod import_window;
mod locations;
mod locking;
mod members;
mod never_out;
mod rekey;
mod reuse;
mod roles;
mod rotation;
mod secrets;
mod session;
mod tiers;
mod vaults;
mod verify;
mod wire;
mod world;
