//! Any bytes as what a protected export encloses, with right seals: `cargo fuzz run bitwarden_protected --
//! -dict=fuzz/dictionaries/bitwarden.dict` in `src-tauri/crates/importers`.
#![no_main]

mod checks;
mod protected;

use importers::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let export = protected::envelope(&protected::sealed(data));
    checks::read_as(
        Format::Bitwarden,
        export.as_bytes(),
        Some(protected::PASSWORD),
    );
});
