//! Statements that may not stand in any source: measured, they can lose a vault or leave keys behind.

use std::fs;
use std::path::Path;

/// Each in pieces, so that this file does not hold them.
const BANNED: [(&str, &str); 4] = [
    ("PRAGMA re", "key"),
    ("sqlite3_re", "key"),
    ("VAC", "UUM"),
    ("synchronous\", \"O", "FF"),
];

fn check(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            check(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "rs" || extension == "sql")
        {
            let text = fs::read_to_string(&path).expect("a source").to_uppercase();
            let banned = BANNED
                .iter()
                .map(|(begin, end)| format!("{begin}{end}").to_uppercase());
            found.extend(
                banned
                    .filter(|banned| text.contains(banned))
                    .map(|banned| format!("{banned} in {}", path.display())),
            );
        }
    }
}

#[test]
fn no_source_rekeys_or_rewrites_a_database_in_place() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the folder of crates");
    let mut found = Vec::new();
    check(crates, &mut found);
    assert_eq!(found, Vec::<String>::new());
}
