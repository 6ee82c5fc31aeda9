//! The use cases, and the one table of commands from which come the Tauri handlers, the permissions, the page's types and the CLI.

pub mod api;
pub mod bindings;
mod table;
