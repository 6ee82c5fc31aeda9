//! Which plain fields hold a secret all the same: people write keys into text fields, and notes can be read by every member.

use domain::presets::presets;

use crate::azure::ConnectionString;

/// Words in a label that say what follows is secret.
const SECRET_WORDS: [&str; 12] = [
    "password",
    "passphrase",
    "passwd",
    "passcode",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "accesskey",
    "accountkey",
    "applicationkey",
    "credential",
];
/// Endings of labels that only speak about the secret.
const ABOUT_WORDS: [&str; 20] = [
    "id",
    "url",
    "uri",
    "endpoint",
    "host",
    "server",
    "name",
    "hint",
    "type",
    "expires",
    "expiry",
    "expiration",
    "date",
    "created",
    "scope",
    "scopes",
    "email",
    "user",
    "policy",
    "length",
];
/// Beginnings of keys and tokens beside those of the presets.
const KEY_BEGINNINGS: [&str; 9] = [
    "ghp_", "gho_", "ghs_", "ghu_", "sk_live_", "rk_live_", "whsec_", "xoxp-", "eyJ",
];
const PREFIX_CHARS_MIN: usize = 3;
const PREFIXED_VALUE_CHARS_MIN: usize = 20;

pub(crate) fn is_secret_like(label: &str, text: &str) -> bool {
    is_secret_url(text)
        || is_private_key(text)
        || has_known_prefix(text)
        || ConnectionString::parse(text).is_some_and(|found| found.holds_key())
        || has_secret_label(label, text)
}

/// An address that holds a password or a signature, so that it is not to be shown.
pub(crate) fn is_secret_url(text: &str) -> bool {
    is_signed_url(text) || has_password_in_url(text)
}

/// A SAS URL or another URL that carries its own signature.
pub(crate) fn is_signed_url(text: &str) -> bool {
    let Some((_, query)) = text.trim().split_once('?') else {
        return false;
    };
    text.trim().starts_with("https://")
        && query.split('&').any(|pair| {
            ["sig=", "X-Amz-Signature=", "X-Goog-Signature="]
                .iter()
                .any(|name| pair.starts_with(name))
        })
}

/// Letters and digits in lower case: `Access Key ID` and `access_key_id` are one label.
pub(crate) fn normal_label(label: &str) -> String {
    label
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_private_key(text: &str) -> bool {
    text.contains("-----BEGIN") && text.contains("PRIVATE KEY")
}

fn has_known_prefix(text: &str) -> bool {
    let one_word = text.len() >= PREFIXED_VALUE_CHARS_MIN && !text.contains(char::is_whitespace);
    let preset_beginnings = presets()
        .iter()
        .map(|preset| preset.value_prefix)
        .filter(|prefix| prefix.len() >= PREFIX_CHARS_MIN);
    one_word
        && preset_beginnings
            .chain(KEY_BEGINNINGS)
            .any(|beginning| text.starts_with(beginning))
}

/// `scheme://user:password@host`.
fn has_password_in_url(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').is_some_and(|(user, _)| {
        user.split_once(':')
            .is_some_and(|(_, password)| !password.is_empty())
    })
}

fn has_secret_label(label: &str, text: &str) -> bool {
    let label = normal_label(label);
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    !is_address
        && SECRET_WORDS.iter().any(|word| label.contains(word))
        && !ABOUT_WORDS.iter().any(|word| label.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_beginning_counts_from_the_length_of_a_token_on() {
        let token = |length: usize| format!("{:0<length$}", "ghp_");
        assert!(has_known_prefix(&token(PREFIXED_VALUE_CHARS_MIN)));
        assert!(!has_known_prefix(&token(PREFIXED_VALUE_CHARS_MIN - 1)));
    }

    #[test]
    fn a_presets_beginning_counts_from_three_letters_on() {
        let beginnings = presets().iter().map(|preset| preset.value_prefix);
        for beginning in beginnings.filter(|beginning| !beginning.is_empty()) {
            let token = format!("{beginning:0<40}");
            let is_long = beginning.len() >= PREFIX_CHARS_MIN;
            let by_another = KEY_BEGINNINGS.iter().any(|known| token.starts_with(known));
            assert_eq!(
                has_known_prefix(&token),
                is_long || by_another,
                "{beginning}"
            );
        }
    }
}
