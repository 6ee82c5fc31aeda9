//! Any bytes as this format: `cargo fuzz run onepassword_csv` in `src-tauri/crates/importers`.
#![no_main]

mod checks;

use importers::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    checks::read_as(Format::OnePasswordCsv, data, None);
    let with_header = [
        b"Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n",
        data,
    ]
    .concat();
    checks::read_as(Format::OnePasswordCsv, &with_header, None);
});
