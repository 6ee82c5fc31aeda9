//! Masks of URLs: where they lead, never what they carry.

use url::{Host, Url};

use crate::shape::{sas_parameter, with_url};

use super::{GAP, HIDDEN};

/// Longer paths are cut, so that a mask stays a line.
const PATH_CHARS_MAX: usize = 120;
/// As many as `2026-04-25T11:45:19.0000000Z` has.
const EXPIRY_CHARS_MAX: usize = 28;

/// Host, path and expiry of a SAS URL; never `sig`, nor anything else of the query.
pub(super) fn mask_sas(text: &str) -> Option<String> {
    with_url(text, sas_parts)?
}

fn sas_parts(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let mut path: String = url.path().chars().take(PATH_CHARS_MAX).collect();
    if path.len() < url.path().len() {
        path.push_str(GAP);
    }
    let expiry = sas_parameter(url, "se")
        .map(|value| value.replace("%3A", ":").replace("%3a", ":"))
        .filter(|time| time.chars().all(is_time_char) && time.len() <= EXPIRY_CHARS_MAX);
    Some(match expiry {
        Some(expiry) => format!("{host}{path}?se={expiry}&{GAP}"),
        None => format!("{host}{path}?{GAP}"),
    })
}

/// Scheme and host of a generic value that is a URL. A value that merely looks like one shows nothing.
pub(super) fn mask_plain_url(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once("://")?;
    if !scheme
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '-'))
    {
        return None;
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some(HIDDEN.to_owned());
    }
    with_url(text, |url| {
        let host = url.host_str().filter(|_| is_public_looking(url));
        host.map_or_else(
            || HIDDEN.to_owned(),
            |host| format!("{}://{host}/{GAP}", url.scheme()),
        )
    })
}

/// A host with a dot is an address; one word after `://` may be anything, a token too.
fn is_public_looking(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => {
            let plain = domain
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
            domain == "localhost" || (plain && domain.contains('.'))
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    }
}

fn is_time_char(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '-' | ':' | '.' | 'T' | 'Z')
}
