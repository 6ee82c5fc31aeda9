//! What stands around a protected export: any bytes without a password, and sealed strings of every kind with one:
//! `cargo fuzz run bitwarden_envelope -- -dict=fuzz/dictionaries/bitwarden.dict` in `src-tauri/crates/importers`.
#![no_main]

mod checks;
mod protected;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use importers::Format;
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // Without a password no key is derived, whatever it would cost.
    checks::read_as(Format::Bitwarden, data, None);
    if let Ok(sealed) = sealed(&mut Unstructured::new(data)) {
        let export = protected::envelope(&sealed);
        checks::read_as(
            Format::Bitwarden,
            export.as_bytes(),
            Some(protected::PASSWORD),
        );
    }
});

/// Any text, any three parts, or parts of any length that the MAC vouches for.
fn sealed(u: &mut Unstructured<'_>) -> Result<String> {
    let kind = u.int_in_range(0..=3)?;
    if kind == 0 {
        return Ok(u.arbitrary::<&str>()?.to_owned());
    }
    let iv: Vec<u8> = if kind == 1 {
        vec![1; 16]
    } else {
        u.arbitrary()?
    };
    let content: Vec<u8> = u.arbitrary()?;
    if kind == 3 {
        let mac: Vec<u8> = u.arbitrary()?;
        let parts = [iv, content, mac].map(|part| STANDARD.encode(part));
        return Ok(format!("2.{}", parts.join("|")));
    }
    Ok(protected::vouched(&iv, &content))
}
