//! 160 random bits and a checksum, written for a person in groups of four: what recovery codes and invitation codes are.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::entropy::EntropyError;
use crate::memory::Key;
use crate::suite::RecipientKey;

pub(crate) const CODE_BYTES: usize = 20;
const CODE_DIGITS: usize = 32;
const CHECKSUM_DIGITS: usize = 4;
const GROUP_DIGITS: usize = 4;

/// Five bytes are eight digits of five bits.
const CHUNK_BYTES: usize = 5;
const CHUNK_DIGITS: usize = 8;
const DIGIT_BITS: usize = 5;

/// Crockford's base 32: no I, L, O or U, so that nothing is misread.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// No more than this is looked at: a code with generous spacing has under a hundred characters.
pub(crate) const TEXT_BYTES_MAX: usize = 1024;

/// No `Clone`, `Debug` or `Serialize`: whoever has it has what it opens.
pub(crate) struct GroupedCode(Key<CODE_BYTES>);

/// What keeps the codes of two uses apart.
pub(crate) struct CodeLabels {
    pub checksum: &'static [u8],
    pub recipient: &'static [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeFault {
    Length,
    Character(char),
    Checksum,
}

impl GroupedCode {
    #[cfg(test)]
    pub(crate) fn of(bytes: &[u8; CODE_BYTES]) -> Self {
        Self(Key::copy_from(bytes))
    }

    #[cfg(test)]
    pub(crate) fn expose_bytes(&self) -> &[u8; CODE_BYTES] {
        self.0.expose_bytes()
    }

    pub(crate) fn generate() -> Result<Self, EntropyError> {
        Ok(Self(Key::generate()?))
    }

    /// Forgives case, spaces, hyphens of every kind, `O` for `0` and `I` or `L` for `1`.
    pub(crate) fn parse(text: &str, labels: &CodeLabels) -> Result<Self, CodeFault> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(CodeFault::Length);
        }
        let mut digits = Zeroizing::new([0u8; CODE_DIGITS + CHECKSUM_DIGITS]);
        let mut count = 0;
        for character in text.chars().filter(|&character| !is_spacing(character)) {
            let digit = parse_digit(character).ok_or(CodeFault::Character(character))?;
            *digits.get_mut(count).ok_or(CodeFault::Length)? = digit;
            count += 1;
        }
        if count != digits.len() {
            return Err(CodeFault::Length);
        }
        let (code_digits, checksum_digits) = digits.split_at(CODE_DIGITS);
        let code = Self(Key::build_with(|code| {
            let chunks = code.chunks_exact_mut(CHUNK_BYTES);
            for (bytes, digits) in chunks.zip(code_digits.chunks_exact(CHUNK_DIGITS)) {
                let joined = join(digits, DIGIT_BITS).to_be_bytes();
                bytes.copy_from_slice(&joined[joined.len() - CHUNK_BYTES..]);
            }
        }));
        if join(checksum_digits, DIGIT_BITS) == code.checksum(labels) {
            Ok(code)
        } else {
            Err(CodeFault::Checksum)
        }
    }

    /// `XXXX-XXXX-…`, nine groups: the form that [`GroupedCode::parse`] reads back.
    pub(crate) fn expose_text(&self, labels: &CodeLabels) -> Zeroizing<String> {
        let digits_count = CODE_DIGITS + CHECKSUM_DIGITS;
        let mut text = Zeroizing::new(String::with_capacity(2 * digits_count));
        for (index, chunk) in self.0.expose_bytes().chunks_exact(CHUNK_BYTES).enumerate() {
            let first = index * CHUNK_DIGITS;
            push_digits(&mut text, join(chunk, 8), first, CHUNK_DIGITS);
        }
        push_digits(
            &mut text,
            self.checksum(labels),
            CODE_DIGITS,
            CHECKSUM_DIGITS,
        );
        text
    }

    /// The recipient that a slot is sealed to, the same each time from the same code.
    pub(crate) fn derive_recipient_key(&self, labels: &CodeLabels) -> RecipientKey {
        let mut hash = Sha256::new();
        hash.update(labels.recipient);
        hash.update(self.0.expose_bytes());
        RecipientKey::build_with(|seed| hash.finalize_into(seed.into()))
    }

    /// The first 20 bits of the code's labelled hash: a mistyped code passes once in a million.
    fn checksum(&self, labels: &CodeLabels) -> u64 {
        let mut hash = Sha256::new();
        hash.update(labels.checksum);
        hash.update(self.0.expose_bytes());
        let [a, b, c, ..]: [u8; 32] = hash.finalize().into();
        join(&[a, b, c], 8) >> 4
    }
}

/// A big-endian number from pieces of `bits` bits each, at most 64 together.
fn join(pieces: &[u8], bits: usize) -> u64 {
    pieces
        .iter()
        .fold(0, |joined, &piece| joined << bits | u64::from(piece))
}

/// Writes `count` digits of `joined`; the code's digit number `first` comes first.
fn push_digits(text: &mut String, joined: u64, first: usize, count: usize) {
    for place in 0..count {
        if first + place > 0 && (first + place).is_multiple_of(GROUP_DIGITS) {
            text.push('-');
        }
        let [.., low] = (joined >> (DIGIT_BITS * (count - 1 - place))).to_be_bytes();
        text.push(char::from(ALPHABET[usize::from(low & 0x1F)]));
    }
}

fn parse_digit(character: char) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET
        .iter()
        .position(|&digit| char::from(digit) == character)?;
    u8::try_from(place).ok()
}

fn is_spacing(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}
