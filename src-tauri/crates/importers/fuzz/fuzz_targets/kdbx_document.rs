//! Any bytes as the document of a database whose seals are right: `cargo fuzz run kdbx_document -- -dict=fuzz/dictionaries/kdbx.dict`
//! in `src-tauri/crates/importers`.
#![no_main]

mod checks;
mod keepass;

use importers::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &[u8]| {
    let plain = [&keepass::inner_header(keepass::NO_STREAM)[..], document].concat();
    let database = keepass::four(&plain, false);
    checks::read_as(Format::Keepass, &database, Some(keepass::PASSWORD));
});
