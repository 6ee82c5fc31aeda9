//! The recovery code: 160 random bits and a checksum, written for a person in groups of four.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::entropy::EntropyError;
use crate::labels;
use crate::memory::Key;
use crate::suite::RecipientKey;

const CODE_BYTES: usize = 20;
const CODE_DIGITS: usize = 32;
const CHECKSUM_DIGITS: usize = 4;
const GROUP_DIGITS: usize = 4;

/// Five bytes are eight digits of five bits.
const CHUNK_BYTES: usize = 5;
const CHUNK_DIGITS: usize = 8;
const DIGIT_BITS: usize = 5;

/// Crockford's base 32: no I, L, O or U, so that nothing is misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// No more than this is looked at: a code with generous spacing has under a hundred characters.
const TEXT_BYTES_MAX: usize = 1024;

/// What opens a vault when the password is forgotten.
///
/// No `Clone`, `Debug` or `Serialize`; it leaves only through [`RecoveryCode::expose_text`], for
/// the person who writes it down.
///
/// ```compile_fail
/// fn clone_it(code: vault::recovery_code::RecoveryCode) { let _ = code.clone(); }
/// ```
/// ```compile_fail
/// fn show_it(code: vault::recovery_code::RecoveryCode) { let _ = format!("{code:?}"); }
/// ```
pub struct RecoveryCode(Key<CODE_BYTES>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryCodeError {
    #[error("A recovery code has nine groups of four letters and digits.")]
    WrongLength,
    #[error("A recovery code has no character \"{0}\".")]
    WrongCharacter(char),
    #[error("The recovery code has a typing mistake: its last group does not match the others.")]
    WrongChecksum,
}

impl RecoveryCode {
    pub fn generate() -> Result<Self, EntropyError> {
        Ok(Self(Key::generate()?))
    }

    /// Forgives case, spaces, hyphens of every kind, `O` for `0` and `I` or `L` for `1`.
    pub fn parse(text: &str) -> Result<Self, RecoveryCodeError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(RecoveryCodeError::WrongLength);
        }
        let mut digits = Zeroizing::new([0u8; CODE_DIGITS + CHECKSUM_DIGITS]);
        let mut count = 0;
        for character in text.chars().filter(|&character| !is_spacing(character)) {
            let digit =
                parse_digit(character).ok_or(RecoveryCodeError::WrongCharacter(character))?;
            *digits
                .get_mut(count)
                .ok_or(RecoveryCodeError::WrongLength)? = digit;
            count += 1;
        }
        if count != digits.len() {
            return Err(RecoveryCodeError::WrongLength);
        }
        let (code_digits, checksum_digits) = digits.split_at(CODE_DIGITS);
        let code = Self(Key::build_with(|code| {
            let chunks = code.chunks_exact_mut(CHUNK_BYTES);
            for (bytes, digits) in chunks.zip(code_digits.chunks_exact(CHUNK_DIGITS)) {
                let joined = join(digits, DIGIT_BITS).to_be_bytes();
                bytes.copy_from_slice(&joined[joined.len() - CHUNK_BYTES..]);
            }
        }));
        if join(checksum_digits, DIGIT_BITS) == code.checksum() {
            Ok(code)
        } else {
            Err(RecoveryCodeError::WrongChecksum)
        }
    }

    /// `XXXX-XXXX-…`, nine groups: the form that [`RecoveryCode::parse`] reads back.
    pub fn expose_text(&self) -> Zeroizing<String> {
        let digits_count = CODE_DIGITS + CHECKSUM_DIGITS;
        let mut text = Zeroizing::new(String::with_capacity(2 * digits_count));
        for (index, chunk) in self.0.expose_bytes().chunks_exact(CHUNK_BYTES).enumerate() {
            let first = index * CHUNK_DIGITS;
            push_digits(&mut text, join(chunk, 8), first, CHUNK_DIGITS);
        }
        push_digits(&mut text, self.checksum(), CODE_DIGITS, CHECKSUM_DIGITS);
        text
    }

    /// The recipient of the recovery slot, the same each time from the same code.
    pub(crate) fn derive_recipient_key(&self) -> RecipientKey {
        let mut hash = Sha256::new();
        hash.update(labels::RECOVERY_CODE_RECIPIENT);
        hash.update(self.0.expose_bytes());
        RecipientKey::build_with(|seed| hash.finalize_into(seed.into()))
    }

    /// The first 20 bits of the code's labelled hash: a mistyped code passes once in a million.
    fn checksum(&self) -> u64 {
        let mut hash = Sha256::new();
        hash.update(labels::RECOVERY_CODE_CHECKSUM);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> RecoveryCode {
        RecoveryCode(Key::copy_from(&std::array::from_fn(|place| {
            u8::try_from(place * 13).expect("19 × 13 is less than 256")
        })))
    }

    fn parse(text: &str) -> Result<[u8; CODE_BYTES], RecoveryCodeError> {
        RecoveryCode::parse(text).map(|code| *code.0.expose_bytes())
    }

    #[test]
    fn a_code_reads_back_as_it_was_written() {
        for _ in 0..100 {
            let code = RecoveryCode::generate().expect("entropy");
            assert_eq!(parse(&code.expose_text()), Ok(*code.0.expose_bytes()));
        }
    }

    #[test]
    fn a_code_is_nine_groups_of_four() {
        insta::assert_snapshot!(*example().expose_text(), @"006H-M9SM-8575-PT3N-GA7S-SADP-RF8D-VTQQ-CR0J");
    }

    #[test]
    fn case_spacing_and_lookalikes_are_forgiven() {
        let code = RecoveryCode(Key::copy_from(&[0; CODE_BYTES]));
        let text = code.expose_text();
        for variant in [
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " "),
            text.replace('-', "\u{2013}"),
            format!("\n {}\t", text.replace('-', "\u{a0}")),
            text.replace('0', "O"),
            text.replace('0', "o"),
            text.replace('1', "l").replace('1', "I"),
        ] {
            assert_eq!(parse(&variant), Ok([0; CODE_BYTES]), "{variant}");
        }
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let text = example().expose_text();
        for (place, right) in text
            .char_indices()
            .filter(|&(_, character)| character != '-')
        {
            for wrong in ALPHABET.iter().map(|&digit| char::from(digit)) {
                if wrong != right {
                    let mut mistyped = text.to_string();
                    mistyped.replace_range(place..=place, &wrong.to_string());
                    assert_eq!(parse(&mistyped), Err(RecoveryCodeError::WrongChecksum));
                }
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_is_noticed() {
        let text: Vec<char> = example()
            .expose_text()
            .chars()
            .filter(|&c| c != '-')
            .collect();
        for place in 1..text.len() {
            let mut swapped = text.clone();
            swapped.swap(place - 1, place);
            if swapped != text {
                assert!(parse(&swapped.iter().collect::<String>()).is_err());
            }
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let text = example().expose_text();
        assert_eq!(parse(""), Err(RecoveryCodeError::WrongLength));
        assert_eq!(
            parse(&text[..text.len() - 1]),
            Err(RecoveryCodeError::WrongLength)
        );
        assert_eq!(
            parse(&format!("{}0", *text)),
            Err(RecoveryCodeError::WrongLength)
        );
        assert_eq!(
            parse(&" ".repeat(TEXT_BYTES_MAX + 1)),
            Err(RecoveryCodeError::WrongLength)
        );
        assert_eq!(
            parse(&text.replace('-', "U")),
            Err(RecoveryCodeError::WrongCharacter('U'))
        );
        assert_eq!(parse("é"), Err(RecoveryCodeError::WrongCharacter('é')));
    }
}
