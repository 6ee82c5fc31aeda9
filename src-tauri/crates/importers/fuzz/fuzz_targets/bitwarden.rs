//! Any bytes as a plain export: `cargo fuzz run bitwarden -- -dict=fuzz/dictionaries/bitwarden.dict` in `src-tauri/crates/importers`.
#![no_main]

mod checks;

use importers::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| checks::read_as(Format::Bitwarden, data, None));
