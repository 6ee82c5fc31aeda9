//! Any bytes as a file of any format: `cargo fuzz run read_import` in `src-tauri/crates/importers`.
#![no_main]

mod checks;

use std::io::Cursor;

use importers::{ReadOptions, read_import};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // Without a password nothing costs time that a file asks for.
    if let Ok(import) = read_import(Cursor::new(data), &ReadOptions::default()) {
        checks::check(import);
    }
});
