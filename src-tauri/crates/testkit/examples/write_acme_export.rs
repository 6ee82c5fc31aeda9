//! Writes the sample export of `tests/fixtures`: `cargo run -p turnstone-testkit --example write_acme_export -- tests/fixtures/acme.1pux`.

use std::env;
use std::fs;
use std::io;

fn main() -> io::Result<()> {
    let path = env::args_os()
        .nth(1)
        .ok_or_else(|| io::Error::other("say where to write the export"))?;
    fs::write(path, testkit::onepux::acme().into_bytes())
}
