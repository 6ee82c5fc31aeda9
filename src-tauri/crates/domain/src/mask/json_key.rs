//! The mask of a service-account key file.

use serde::Deserialize;

use super::GAP;

pub(crate) const KEY_ID_SHOWN_CHARS: usize = 8;
const EMAIL_CHARS_MAX: usize = 120;

/// `client_email` and the first 8 characters of `private_key_id`; none if the text is no such file.
pub(super) fn mask_service_account(text: &str) -> Option<String> {
    let shown: Shown = serde_json::from_str(text).ok()?;
    let email: String = shown.client_email.chars().take(EMAIL_CHARS_MAX).collect();
    // A short id would be shown whole; real ones have 40 characters.
    let id_is_long = shown
        .private_key_id
        .chars()
        .nth(2 * KEY_ID_SHOWN_CHARS - 1)
        .is_some();
    if !id_is_long {
        return Some(format!("{email} {GAP}"));
    }
    let key_id: String = shown
        .private_key_id
        .chars()
        .take(KEY_ID_SHOWN_CHARS)
        .collect();
    Some(format!("{email} {key_id}{GAP}"))
}

/// The members that are not secret; the rest is read past without being kept.
#[derive(Deserialize)]
struct Shown {
    client_email: String,
    #[serde(default)]
    private_key_id: String,
}
