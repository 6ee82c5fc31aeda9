//! An export of any size, for benchmarks.

use serde_json::json;

use super::{Item, field, made_up};

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Every third item a storage key, the others logins with a section.
pub fn many(count: usize) -> Vec<Item> {
    (0..count).map(numbered).collect()
}

fn numbered(number: usize) -> Item {
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
