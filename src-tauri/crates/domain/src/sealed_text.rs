//! The plaintext that is sealed: names and values of fields, one after the other (FORMAT.md, Fields).

use zeroize::Zeroizing;

use crate::secret_text::SecretText;

const LENGTH_BYTES: usize = 4;

/// Each field's name and value, each as four bytes of big-endian length and that many bytes of UTF-8.
pub(crate) fn write(fields: &[(&'static str, &SecretText)]) -> Zeroizing<Vec<u8>> {
    let length: usize = fields
        .iter()
        .map(|(name, value)| 2 * LENGTH_BYTES + name.len() + value.expose_text().len())
        .sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    for (name, value) in fields {
        for text in [name, value.expose_text()] {
            let length = u32::try_from(text.len()).expect("fields are at most 64 KiB");
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    bytes
}

/// The values of the fields of these names in this order, and nothing after them.
pub(crate) fn read(
    names: impl Iterator<Item = &'static str>,
    bytes: &[u8],
) -> Option<Vec<SecretText>> {
    let mut rest = bytes;
    let mut values = Vec::new();
    for name in names {
        if take_text(&mut rest)? != name {
            return None;
        }
        values.push(SecretText::new(take_text(&mut rest)?.to_owned()));
    }
    rest.is_empty().then_some(values)
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let (length, after) = rest.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (text, after) = after.split_at_checked(length)?;
    *rest = after;
    std::str::from_utf8(text).ok()
}
