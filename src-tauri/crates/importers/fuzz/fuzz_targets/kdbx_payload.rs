//! Any bytes as what a database's seals enclose, of both versions: `cargo fuzz run kdbx_payload -- -dict=fuzz/dictionaries/kdbx.dict`
//! in `src-tauri/crates/importers`.
#![no_main]

mod checks;
mod keepass;

use importers::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first byte says how the rest is enclosed.
    let Some((how, payload)) = data.split_first() else {
        return;
    };
    let is_compressed = how & 2 != 0;
    let database = match how & 1 {
        0 => keepass::four(payload, is_compressed),
        _ => keepass::three(payload, is_compressed, u32::from(how >> 2)),
    };
    checks::read_as(Format::Keepass, &database, Some(keepass::PASSWORD));
});
