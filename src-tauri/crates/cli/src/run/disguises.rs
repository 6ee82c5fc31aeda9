//! The forms in which a program may print a value that it was given.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Shorter texts would be found in too much that is no value.
pub const MASKED_CHARACTERS_MIN: usize = 8;

/// The value as it is, each of its lines, and both escaped for JSON and URLs and inside any base64. Empty where the value is too short.
pub fn of(value: &str) -> Vec<Vec<u8>> {
    let mut texts: Vec<&str> = vec![value];
    texts.extend(value.lines());
    texts.retain(|text| is_long_enough(text));
    texts.sort_unstable();
    texts.dedup();

    let mut forms = Vec::new();
    for text in texts {
        forms.push(text.as_bytes().to_vec());
        forms.extend(json_escaped(text));
        forms.extend(url_encoded(text));
        forms.extend(inside_base64(text.as_bytes()));
    }
    forms.retain(|form| form.len() >= MASKED_CHARACTERS_MIN);
    forms.sort_unstable();
    forms.dedup();
    forms
}

pub fn is_long_enough(text: &str) -> bool {
    text.chars().nth(MASKED_CHARACTERS_MIN - 1).is_some()
}

/// The ways JSON writers differ: slashes escaped or not, characters outside ASCII escaped or not.
fn json_escaped(text: &str) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for escape_slash in [false, true] {
        for ascii_only in [false, true] {
            for upper_hex in [false, true] {
                forms.push(json_form(text, escape_slash, ascii_only, upper_hex).into_bytes());
            }
        }
    }
    forms
}

fn json_form(text: &str, escape_slash: bool, ascii_only: bool, upper_hex: bool) -> String {
    let mut form = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => form.push_str("\\\""),
            '\\' => form.push_str("\\\\"),
            '\n' => form.push_str("\\n"),
            '\r' => form.push_str("\\r"),
            '\t' => form.push_str("\\t"),
            '\u{8}' => form.push_str("\\b"),
            '\u{c}' => form.push_str("\\f"),
            '/' if escape_slash => form.push_str("\\/"),
            other if other < ' ' || (ascii_only && !other.is_ascii()) => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let escaped = if upper_hex {
                        format!("\\u{unit:04X}")
                    } else {
                        format!("\\u{unit:04x}")
                    };
                    form.push_str(&escaped);
                }
            }
            other => form.push(other),
        }
    }
    form
}

/// The ways URL encoders differ: the hexadecimal's case, a space as `+`, which marks stay as they are.
fn url_encoded(text: &str) -> Vec<Vec<u8>> {
    const UNRESERVED: &[u8] = b"-_.~";
    const JAVASCRIPT: &[u8] = b"-_.~!*'()";
    const FORM: &[u8] = b"-_.*";
    const PATH: &[u8] = b"-_.~/";
    let mut forms = Vec::new();
    for kept in [UNRESERVED, JAVASCRIPT, FORM, PATH] {
        for upper_hex in [false, true] {
            for plus in [false, true] {
                forms.push(url_form(text, kept, upper_hex, plus).into_bytes());
            }
        }
    }
    forms
}

fn url_form(text: &str, kept: &[u8], upper_hex: bool, plus: bool) -> String {
    let mut form = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            form.push(char::from(byte));
        } else if byte == b' ' && plus {
            form.push('+');
        } else if upper_hex {
            form.push_str(&format!("%{byte:02X}"));
        } else {
            form.push_str(&format!("%{byte:02x}"));
        }
    }
    form
}

/// For each of the three places that the value can have in groups of three bytes: the digits that depend on it alone, and the digits to the
/// end where nothing or a line end follows it. Both alphabets; and the lines of tools that break them.
fn inside_base64(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for before in 0..3usize {
        for after in [&b""[..], b"\n"] {
            let mut placed = vec![0; before];
            placed.extend_from_slice(bytes);
            // Six bits a digit: the first whole digit of the value, and the end of its last.
            let first = (before * 8).div_ceil(6);
            let end = placed.len() * 8 / 6;
            placed.extend_from_slice(after);
            for encoded in [STANDARD.encode(&placed), URL_SAFE.encode(&placed)] {
                let digits = encoded.as_bytes();
                forms.extend(digits.get(first..end).map(<[u8]>::to_vec));
                forms.extend(
                    digits
                        .get(first..)
                        .map(|to_the_end| without_padding(to_the_end).to_vec()),
                );
                forms.extend(digits.get(first..).map(<[u8]>::to_vec));
                if before == 0 {
                    let lines = LINE_DIGITS.iter().flat_map(|length| digits.chunks(*length));
                    forms.extend(lines.map(<[u8]>::to_vec));
                }
            }
        }
    }
    forms
}

/// After so many digits `base64` and PEM writers begin a new line.
const LINE_DIGITS: [usize; 2] = [76, 64];

fn without_padding(digits: &[u8]) -> &[u8] {
    let end = digits
        .iter()
        .rposition(|digit| *digit != b'=')
        .map_or(0, |last| last + 1);
    digits.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(value: &str, printed: &str) -> bool {
        of(value).iter().any(|form| {
            printed
                .as_bytes()
                .windows(form.len())
                .any(|window| window == form)
        })
    }

    #[test]
    fn a_value_is_found_inside_base64_wherever_it_stands() {
        let value = "plover+dunlin/knot?>~";
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "x", "xy", "\n"] {
                let printed = STANDARD.encode(format!("{before}{value}{after}"));
                assert!(is_found(value, &printed), "{before:?} {after:?}: {printed}");
            }
        }
    }

    #[test]
    fn a_value_is_found_escaped_for_json_and_urls() {
        let value = "a\"b\\c/d é\n& f=g+h";
        assert!(is_found(
            value,
            &serde_json::json!({ "k": value }).to_string()
        ));
        assert!(is_found(value, r#""a\"b\\c\/d \u00e9\n& f=g+h""#));
        assert!(is_found(
            value,
            "v=a%22b%5Cc%2Fd%20%C3%A9%0A%26%20f%3Dg%2Bh"
        ));
        assert!(is_found(value, "v=a%22b%5cc%2fd+%c3%a9%0a%26+f%3dg%2bh"));
    }

    #[test]
    fn each_long_line_of_a_value_is_found_alone() {
        let value = "-----BEGIN KEY-----\nplover-dunlin\nknot\n-----END KEY-----";
        assert!(is_found(value, "got plover-dunlin there"));
        assert!(!is_found(value, "got knot there"));
    }

    #[test]
    fn a_short_value_has_no_forms() {
        assert!(of("knot-12").is_empty());
        assert!(of("").is_empty());
    }
}
