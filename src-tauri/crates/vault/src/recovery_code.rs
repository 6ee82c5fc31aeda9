//! The recovery code: 160 random bits and a checksum, written for a person in groups of four.

use zeroize::Zeroizing;

use crate::entropy::EntropyError;
use crate::grouped_code::{CodeFault, CodeLabels, GroupedCode};
use crate::labels;
use crate::suite::RecipientKey;

const LABELS: CodeLabels = CodeLabels {
    checksum: labels::RECOVERY_CODE_CHECKSUM,
    recipient: labels::RECOVERY_CODE_RECIPIENT,
};

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
pub struct RecoveryCode(GroupedCode);

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
        GroupedCode::generate().map(Self)
    }

    /// Forgives case, spaces, hyphens of every kind, `O` for `0` and `I` or `L` for `1`.
    pub fn parse(text: &str) -> Result<Self, RecoveryCodeError> {
        Ok(Self(GroupedCode::parse(text, &LABELS)?))
    }

    /// `XXXX-XXXX-…`, nine groups: the form that [`RecoveryCode::parse`] reads back.
    pub fn expose_text(&self) -> Zeroizing<String> {
        self.0.expose_text(&LABELS)
    }

    /// The recipient of the recovery slot, the same each time from the same code.
    pub(crate) fn derive_recipient_key(&self) -> RecipientKey {
        self.0.derive_recipient_key(&LABELS)
    }
}

impl From<CodeFault> for RecoveryCodeError {
    fn from(fault: CodeFault) -> Self {
        match fault {
            CodeFault::Length => Self::WrongLength,
            CodeFault::Character(character) => Self::WrongCharacter(character),
            CodeFault::Checksum => Self::WrongChecksum,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grouped_code::{ALPHABET, CODE_BYTES, TEXT_BYTES_MAX};

    fn example() -> RecoveryCode {
        RecoveryCode(GroupedCode::of(&std::array::from_fn(|place| {
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
        let code = RecoveryCode(GroupedCode::of(&[0; CODE_BYTES]));
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
