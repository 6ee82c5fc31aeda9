//! Any bytes as the document of an archive that is in order: `cargo fuzz run onepux` in `src-tauri/crates/importers`.
#![no_main]

mod checks;

use importers::Format;
use libfuzzer_sys::fuzz_target;

/// What the seeds' items refer to.
const FILE: &str = "files/document1__id_ed25519";

fuzz_target!(|data: &[u8]| {
    let archive = testkit::onepux::zip_archive(&[("export.data", data), (FILE, b"canary")]);
    checks::read_as(Format::OnePux, &archive, None);
});
