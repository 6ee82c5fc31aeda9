//! How long an export of many items takes to read and map: `cargo run --release -p turnstone-importers --example import_bench -- 10000`.

use std::env;
use std::io::{self, Cursor, Write};
use std::time::Instant;

use serde_json::json;
use testkit::onepux::{Item, OnePux, field, made_up};

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn main() -> io::Result<()> {
    let count = env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    let file = OnePux::new("Acme")
        .vault("Ops", (0..count).map(item).collect())
        .into_bytes();
    let size = file.len();
    let start = Instant::now();
    let import = importers::read_import(Cursor::new(file)).map_err(io::Error::other)?;
    let took = start.elapsed();
    writeln!(
        io::stdout(),
        "{count} items, {} secrets, {size} bytes: {} ms",
        import.found(),
        took.as_millis()
    )
}

/// Every third item a storage key, the others logins with a section.
fn item(number: usize) -> Item {
    let seed = format!("item {number}");
    let value = made_up(&seed, LETTERS, 40);
    if number.is_multiple_of(3) {
        let id = format!(
            "AKIA{}",
            made_up(&seed, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)
        );
        let fields = vec![
            field("access key id", "i", "string", json!(id)),
            field("secret access key", "s", "concealed", json!(value)),
        ];
        return Item::new("112", &seed).section("", fields).tag("prod");
    }
    let fields = vec![
        field(
            "recovery",
            "r",
            "concealed",
            json!(made_up(&value, LETTERS, 24)),
        ),
        field("plan", "p", "string", json!("team")),
    ];
    Item::login(&seed, "ops@acme.example", &value)
        .url("https://service.example/login")
        .section("More", fields)
        .notes("Ask Mara.\nRotate yearly.")
}
