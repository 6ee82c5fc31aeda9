//! Any bytes as `keys.json`: refused, or read as the one file that is written so. In `src-tauri/crates/vault`:
//! `cargo +nightly fuzz run parse_keys_file CORPUS tests/vectors`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault::keys_file::KeysFile;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = KeysFile::parse(data) {
        assert!(file.to_bytes() == data, "a second encoding was taken");
    }
});
