//! Writes the page's types from the table of commands.

fn main() -> std::io::Result<()> {
    turnstone_commands::bindings::export()
}
