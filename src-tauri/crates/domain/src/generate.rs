//! New values for generic secrets: so many characters of an alphabet, each equally likely.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::reject::Detail;
use crate::secret_text::SecretText;

pub const GENERATED_CHARS_MIN: u32 = 8;
pub const GENERATED_CHARS_MAX: u32 = 4_096;
pub const GENERATED_CHARS_DEFAULT: u32 = 40;
/// An alphabet written out has at least this many different characters.
pub const ALPHABET_CHARS_MIN: usize = 10;

/// How a value is to be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateSpec {
    length: u32,
    /// Different printable ASCII characters.
    alphabet: Vec<u8>,
}

/// The alphabets with names, and what they hold.
pub const NAMED_ALPHABETS: &[(&str, &str)] = &[
    (
        "alphanumeric",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    ),
    ("hex", "0123456789abcdef"),
    (
        "base64url",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    ),
    ("digits", "0123456789"),
    (
        "symbols",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./:;<=>?@[]^_{|}~",
    ),
];

impl GenerateSpec {
    /// `alphabet` is a name of [`NAMED_ALPHABETS`] or the characters themselves. Absent, both have a default: 40 letters and digits.
    pub fn parse(length: Option<u32>, alphabet: Option<&str>) -> Result<GenerateSpec, Vec<Detail>> {
        let length = length.unwrap_or(GENERATED_CHARS_DEFAULT);
        let mut faults = Vec::new();
        if !(GENERATED_CHARS_MIN..=GENERATED_CHARS_MAX).contains(&length) {
            let message = format!(
                "A generated value has {GENERATED_CHARS_MIN} to {GENERATED_CHARS_MAX} characters."
            );
            faults.push(
                Fault::new("out_of_range", message).at(vec!["generate".into(), "length".into()]),
            );
        }
        match parse_alphabet(alphabet.unwrap_or("alphanumeric")) {
            Ok(alphabet) if faults.is_empty() => return Ok(GenerateSpec { length, alphabet }),
            Ok(_) => {}
            Err(fault) => faults.push(fault.at(vec!["generate".into(), "alphabet".into()])),
        }
        Err(faults)
    }

    /// Fills the alphabet's characters from `random`, which fills a buffer with random bytes. Bytes that would favour some
    /// characters are thrown away, so all are equally likely.
    pub fn generate(&self, mut random: impl FnMut(&mut [u8])) -> SecretText {
        let count = self.alphabet.len();
        let usable = 256 - 256 % count;
        let length = usize::try_from(self.length).expect("at most GENERATED_CHARS_MAX");
        let mut value = Zeroizing::new(String::with_capacity(length));
        let mut buffer = Zeroizing::new([0_u8; 64]);
        while value.len() < length {
            random(buffer.as_mut_slice());
            let drawn = buffer
                .iter()
                .map(|byte| usize::from(*byte))
                .filter(|number| *number < usable);
            for number in drawn.take(length - value.len()) {
                let byte = self
                    .alphabet
                    .get(number % count)
                    .expect("a remainder is below the count");
                value.push(char::from(*byte));
            }
        }
        SecretText::new(std::mem::take(&mut *value))
    }
}

fn parse_alphabet(text: &str) -> Result<Vec<u8>, Fault> {
    if let Some((_, characters)) = NAMED_ALPHABETS.iter().find(|(name, _)| *name == text) {
        return Ok(characters.bytes().collect());
    }
    let different: BTreeSet<u8> = text.bytes().collect();
    let all_print = text.bytes().all(|byte| byte.is_ascii_graphic());
    if !all_print || different.len() != text.len() || different.len() < ALPHABET_CHARS_MIN {
        let names: Vec<&str> = NAMED_ALPHABETS.iter().map(|(name, _)| *name).collect();
        return Err(Fault::new(
            "alphabet",
            format!(
                "The alphabet is one of {}, or at least {ALPHABET_CHARS_MIN} different printable characters without a space, each once.",
                names.join(", ")
            ),
        ));
    }
    Ok(different.into_iter().collect())
}
