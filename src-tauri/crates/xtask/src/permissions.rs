//! The permission that the window's capability names: exactly the commands of the table that the window may call.

use std::fs;
use std::path::PathBuf;

use crate::process::Failure;
use crate::workspace::root;

// The file names types but imports none, so that the table is had without building what stands behind it.
#[path = "../../commands/src/table.rs"]
#[macro_use]
mod table;

const HEAD: &str = "\
# Generated from the table of commands: cargo xtask bindings
# A command that is not listed here is denied, whoever asks.

[[permission]]
identifier = \"window-commands\"
description = \"The commands of the table that the window may call.\"
commands.allow = [
";

macro_rules! names {
    (both { $($both:ident => $both_module:ident::$both_function:ident($($both_request:tt)*) -> $both_answer:ident, $($both_key:ident: $both_value:ident),*;)* }
     window { $($window:ident => $module:ident::$function:ident($($request:tt)*) -> $answer:ident, $($key:ident: $value:ident),*;)* }
     cli { $($cli:tt)* }) => {
        [$(stringify!($both),)* $(stringify!($window),)*]
    };
}

pub fn path() -> PathBuf {
    root().join("src-tauri/permissions/commands.toml")
}

pub fn render() -> String {
    let mut names = with_commands!(names);
    names.sort_unstable();
    let lines: String = names
        .iter()
        .map(|name| format!("  \"{name}\",\n"))
        .collect();
    format!("{HEAD}{lines}]\n")
}

pub fn write() -> Result<(), Failure> {
    Ok(fs::write(path(), render())?)
}

pub fn are_current() -> Result<(), Failure> {
    if fs::read_to_string(path()).is_ok_and(|text| text == render()) {
        return Ok(());
    }
    Err(Failure(format!(
        "{} differs from the table of commands; run `cargo xtask bindings`",
        path().display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_may_call_what_both_surfaces_have_and_what_is_its_own() {
        let text = render();
        assert!(text.contains("\"secret_create\""));
        assert!(text.contains("\"vault_unlock\""));
        assert_eq!(text.matches("\"import_apply\"").count(), 1);
    }

    #[test]
    fn the_committed_permissions_are_those_of_the_table() {
        are_current().expect("current permissions");
    }
}
