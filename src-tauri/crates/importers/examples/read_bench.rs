//! How long an export of many items takes to read and map: `cargo run --release -p turnstone-importers --example read_bench -- 10000`.

use std::env;
use std::io::{self, Cursor, Write};
use std::time::Instant;

use testkit::onepux::{OnePux, many};

fn main() -> io::Result<()> {
    let count = env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    let file = OnePux::new("Acme").vault("Ops", many(count)).into_bytes();
    let size = file.len();
    let start = Instant::now();
    let import = importers::read_import(Cursor::new(file), &importers::ReadOptions::default())
        .map_err(io::Error::other)?;
    let took = start.elapsed();
    writeln!(
        io::stdout(),
        "{count} items, {} secrets, {size} bytes: {} ms",
        import.found(),
        took.as_millis()
    )
}
