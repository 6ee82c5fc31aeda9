//! Any bytes as an archive of 1Password's, its headers included: `cargo fuzz run onepux_archive fuzz/corpus/onepux_archive
//! ../../../tests/fixtures` in `src-tauri/crates/importers`.
#![no_main]

mod checks;

use importers::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    checks::read_as(Format::OnePux, data, None);
});
