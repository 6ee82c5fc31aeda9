//! Master passwords: NFC, 1 to 1024 bytes, never trimmed; a new one must be hard to guess.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub const PASSWORD_BYTES_MAX: usize = 1024;
/// zxcvbn's "safely unguessable": enough, behind Argon2id, against a copied file.
pub const NEW_PASSWORD_SCORE_MIN: u8 = 3;

/// NFC may write three code units for one, and never more.
const NFC_GROWTH_MAX: usize = 3;

/// A password as a person gave it, to be tried.
///
/// No `Clone`, `Debug` or `Serialize`, so that it stays where it is used.
///
/// ```compile_fail
/// fn clone_it(password: vault::password::Password) { let _ = password.clone(); }
/// ```
/// ```compile_fail
/// fn show_it(password: vault::password::Password) { let _ = format!("{password:?}"); }
/// ```
pub struct Password(Zeroizing<String>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("Type the password.")]
    Empty,
    #[error("The password is longer than {PASSWORD_BYTES_MAX} bytes.")]
    TooLong,
}

impl Password {
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        if text.is_empty() {
            return Err(PasswordError::Empty);
        }
        // Composing shortens a text to no less than a third; what is longer cannot fit.
        if text.len() > PASSWORD_BYTES_MAX * NFC_GROWTH_MAX {
            return Err(PasswordError::TooLong);
        }
        // Room for the longest form at once: a string that grows leaves its old copy behind.
        let mut composed = Zeroizing::new(String::with_capacity(text.len() * NFC_GROWTH_MAX));
        composed.extend(text.nfc());
        if composed.len() > PASSWORD_BYTES_MAX {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(composed))
    }

    pub(crate) fn expose_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A password good enough to protect a vault.
pub struct NewPassword(Password);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NewPasswordError {
    #[error(transparent)]
    Malformed(#[from] PasswordError),
    #[error("This password is too easy to guess. {}", .0.message)]
    TooWeak(Strength),
}

impl NewPassword {
    /// `words` are what a guesser would try first: the names of the vault and its owner.
    pub fn parse(text: &str, words: &[&str]) -> Result<Self, NewPasswordError> {
        let password = Password::parse(text)?;
        let strength = Strength::of(&password, words);
        if strength.is_acceptable() {
            Ok(Self(password))
        } else {
            Err(NewPasswordError::TooWeak(strength))
        }
    }

    pub fn as_password(&self) -> &Password {
        &self.0
    }
}

/// How hard a password is to guess, in words for the person who chooses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// zxcvbn's score, 0 to 4.
    pub score: u8,
    /// Why it is weak; empty where nothing is to be said.
    pub message: String,
    pub suggestions: Vec<String>,
}

impl Strength {
    pub fn of(password: &Password, words: &[&str]) -> Self {
        let entropy = zxcvbn::zxcvbn(&password.0, words);
        let feedback = entropy.feedback();
        Self {
            score: u8::from(entropy.score()),
            message: feedback
                .and_then(|feedback| feedback.warning())
                .map(|warning| warning.to_string())
                .unwrap_or_default(),
            suggestions: feedback
                .map(|feedback| {
                    feedback
                        .suggestions()
                        .iter()
                        .map(ToString::to_string)
                        .collect()
                })
                .unwrap_or_default(),
        }
    }

    pub fn is_acceptable(&self) -> bool {
        self.score >= NEW_PASSWORD_SCORE_MIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_01_a_password_of_1_to_1024_bytes_is_accepted() {
        for text in [
            "x",
            " ",
            &"x".repeat(PASSWORD_BYTES_MAX),
            &"é".repeat(PASSWORD_BYTES_MAX / 2),
        ] {
            assert!(Password::parse(text).is_ok());
        }
    }

    #[test]
    fn lock_01_an_empty_or_longer_password_is_refused() {
        assert_eq!(Password::parse("").err(), Some(PasswordError::Empty));
        for bytes in [PASSWORD_BYTES_MAX + 1, 10 * PASSWORD_BYTES_MAX] {
            assert_eq!(
                Password::parse(&"x".repeat(bytes)).err(),
                Some(PasswordError::TooLong)
            );
        }
        let grows_under_nfc = "\u{1D160}".repeat(PASSWORD_BYTES_MAX / 4);
        assert_eq!(
            Password::parse(&grows_under_nfc).err(),
            Some(PasswordError::TooLong)
        );
    }

    #[test]
    fn lock_01_a_decomposed_password_equals_its_composed_form() {
        let bytes = |text| Password::parse(text).map(|password| password.expose_bytes().to_vec());
        assert_eq!(bytes("Cafe\u{301}"), bytes("Caf\u{e9}"));
    }

    #[test]
    fn lock_01_a_password_is_never_trimmed() {
        let password = Password::parse("  two spaces each side  ").expect("valid");
        assert_eq!(password.expose_bytes(), b"  two spaces each side  ");
    }

    #[test]
    fn lock_01_a_new_password_that_is_hard_to_guess_is_accepted() {
        assert!(NewPassword::parse("plover dunlin sanderling knot", &["Acme"]).is_ok());
    }

    #[test]
    fn lock_01_a_new_password_below_score_3_is_refused_with_a_reason() {
        for text in ["password", "Passw0rd1", "qwertyuiop", "acme2026"] {
            let Err(NewPasswordError::TooWeak(strength)) = NewPassword::parse(text, &["Acme"])
            else {
                panic!("{text} was taken");
            };
            assert!(strength.score < NEW_PASSWORD_SCORE_MIN);
            assert!(
                !strength.message.is_empty() || !strength.suggestions.is_empty(),
                "{text}"
            );
        }
    }
}
