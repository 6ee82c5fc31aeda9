//! `docs/ERRORS.md`: which command can answer which error type.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use domain::reject::ErrorType;
use turnstone_commands::{commands, errors};

const HEAD: &str = "\
# Which command can answer which error

Written from the table of commands by `TURNSTONE_WRITE_DOCS=1 cargo test -p turnstone-commands --test commands errors`; the tests of the
commands hold every refusal against it. Beside these, a name that is no command is `not_found`.

| command | error types |
|---|---|
";

#[test]
fn the_committed_table_of_errors_is_that_of_the_code() {
    let mut rows: BTreeMap<&str, Vec<ErrorType>> = BTreeMap::new();
    for command in commands() {
        let kinds = rows.entry(command.name).or_default();
        kinds.extend(errors::of_command(&command));
    }
    let mut text = HEAD.to_owned();
    for (name, kinds) in rows {
        let named = ErrorType::ALL
            .into_iter()
            .filter(|kind| kinds.contains(kind));
        let named: Vec<String> = named.map(|kind| format!("`{}`", kind.as_str())).collect();
        writeln!(text, "| `{name}` | {} |", named.join(", ")).unwrap();
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../docs/ERRORS.md");
    if std::env::var_os("TURNSTONE_WRITE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap_or_default() == text,
        "docs/ERRORS.md differs from the code; its head says how it is written"
    );
}
