//! Any bytes as a file, and as the document of an archive that is in order: `cargo +nightly fuzz run read_import` in `src-tauri/crates/importers`.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = importers::read_import(Cursor::new(data), &importers::ReadOptions::default());
    let archive = testkit::onepux::zip_archive(&[("export.data", data)]);
    if let Ok(import) = importers::read_import(Cursor::new(archive), &importers::ReadOptions::default()) {
        assert!(
            import.items.iter().all(|item| item.found() > 0),
            "an item was lost"
        );
    }
});
