//! Any bytes as what `op` or a Connect server answers for one item: `cargo fuzz run onepassword_live` in
//! `src-tauri/crates/importers`.
#![no_main]

mod checks;

use std::collections::BTreeSet;

use importers::{
    ItemKind, ItemState, LiveAnswer, LiveContent, LiveFile, LiveItem, LiveVault, ParsedItem,
    attached_files, read_live,
};
use libfuzzer_sys::fuzz_target;

/// Taken where the answer names none.
const NO_ID: &str = "ycaidv6sd6uk5hghvlxwqdwexm";

fuzz_target!(|data: &[u8]| {
    // An answer about another item than was asked for is not looked into: so the one that it is about is asked for.
    let [item, vault] = ids(data);
    let asked = LiveItem {
        id: item,
        title: "Uploads".to_owned(),
        kind: ItemKind::Other,
        state: ItemState::Active,
        vault: LiveVault {
            id: vault,
            name: "Acme".to_owned(),
        },
        answer: LiveAnswer::Item {
            json: data.to_vec().into(),
            files: files(data),
        },
    };
    let beginning = format!("op://{}/{}/", asked.vault.id, asked.id);
    let import = read_live(&[asked]);
    assert_eq!(import.items.len(), 1, "an item was lost");
    check_references(&import.items[0], &beginning);
    checks::check(import);
});

fn ids(data: &[u8]) -> [String; 2] {
    let tree = serde_json::from_slice::<serde_json::Value>(data).unwrap_or_default();
    [&tree["id"], &tree["vault"]["id"]].map(|id| id.as_str().unwrap_or(NO_ID).to_owned())
}

/// Of the listed files, each is fetched in another way, and some are not.
fn files(data: &[u8]) -> Vec<LiveFile> {
    let listed = attached_files(data).into_iter().enumerate();
    let fetched = listed.filter_map(|(index, file)| {
        let content = match index % 4 {
            0 => LiveContent::Bytes(data.to_vec().into()),
            1 => LiveContent::TooLarge,
            2 => LiveContent::None {
                reason: "It could not be had.".to_owned(),
            },
            _ => return None,
        };
        Some(LiveFile {
            id: file.id,
            content,
        })
    });
    fetched.collect()
}

/// A reference leads into the item and to one of its values, never to two.
fn check_references(item: &ParsedItem, beginning: &str) {
    let mut seen = BTreeSet::new();
    for one in item.secrets.iter().flat_map(|secret| &secret.references) {
        assert!(
            one.reference.starts_with(beginning),
            "a reference leads out of the item"
        );
        assert!(
            seen.insert(one.reference.to_ascii_lowercase()),
            "one reference leads to two values"
        );
    }
}
