//! The page is compiled against what the table says.

use turnstone_commands::bindings;

#[test]
fn the_committed_bindings_are_those_of_the_table() {
    let committed = std::fs::read_to_string(bindings::path()).unwrap_or_default();

    assert!(
        committed == bindings::render(),
        "ui/src/ipc/bindings.ts differs from the table of commands; run: cargo run -p turnstone-commands --example export_bindings"
    );
}
