//! Any bytes as this format: `cargo fuzz run rclone` in `src-tauri/crates/importers`.
#![no_main]

mod checks;

use importers::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| checks::read_as(Format::Rclone, data, Some("turnip VIII")));
