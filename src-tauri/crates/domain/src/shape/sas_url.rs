//! SAS URLs: what makes one, and when it expires.
//! Source: Microsoft's reference of service, account and user delegation SAS.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::time::Timestamp;

/// As many as `2026-04-25` has.
const DATE_BYTES: usize = 10;

pub(super) fn faults(text: &str) -> Vec<Fault> {
    let not_a_url = || {
        vec![Fault::new(
            "not_a_url",
            "This is no URL. Paste the whole SAS URL, beginning with https://.",
        )]
    };
    with_url(text, url_faults).unwrap_or_else(not_a_url)
}

pub(super) fn hints(text: &str) -> Vec<(&'static str, String)> {
    with_url(text, url_hints).unwrap_or_default()
}

/// The earlier of `se` (the URL) and `ske` (the delegation key that signed it).
pub(crate) fn sas_expiry(text: &str) -> Option<Timestamp> {
    with_url(text, url_expiry)?
}

/// The account in a URL of Azure's own.
pub(crate) fn sas_account(text: &str) -> Option<String> {
    with_url(text, |url| {
        let host = url.host_str().filter(|_| is_azure_host(url))?;
        host.split('.').next().map(str::to_owned)
    })?
}

/// Parses a URL that holds a signature, and wipes the parsed copy after use.
pub(crate) fn with_url<T>(text: &str, look: impl FnOnce(&Url) -> T) -> Option<T> {
    let url = Url::parse(text).ok()?;
    let seen = look(&url);
    drop(Zeroizing::new(String::from(url)));
    Some(seen)
}

fn url_faults(url: &Url) -> Vec<Fault> {
    let mut faults = Vec::new();
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    if !scheme_fits {
        faults.push(Fault::new("not_https", "A SAS URL begins with https://; http:// is accepted for an emulator on this machine only."));
    }
    if url.host_str().is_none_or(str::is_empty) {
        faults.push(Fault::new(
            "no_host",
            "This URL names no host. Paste the whole SAS URL.",
        ));
    }
    let missing: Vec<&str> = ["sv", "sig"]
        .into_iter()
        .filter(|name| parameter(url, name).is_none())
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "This URL is not signed: {} is missing. Paste the whole SAS URL with everything after the ?.",
            missing.join(" and ")
        );
        faults.push(Fault::new("sas_unsigned", message));
    }
    faults
}

fn url_hints(url: &Url) -> Vec<(&'static str, String)> {
    let has = |name: &str| parameter(url, name).is_some();
    let mut hints = Vec::new();
    if !(has("sr") || (has("ss") && has("srt"))) {
        hints.push((
            "sas_scope",
            "The URL does not say what it opens (sr, or ss and srt). Some of it may be missing."
                .to_owned(),
        ));
    }
    let has_terms = has("si") || (has("se") && has("sp"));
    if !has_terms {
        hints.push(("sas_terms", "The URL does not say how long it works and what it allows (se and sp). Some of it may be missing.".to_owned()));
    }
    if has("se") && url_expiry(url).is_none() {
        hints.push((
            "sas_expiry_unreadable",
            "The time of expiry (se) can't be read, so no warning will come before it.".to_owned(),
        ));
    }
    if !is_azure_host(url) && !is_loopback(url) {
        hints.push((
            "sas_host",
            "The host is none of Azure's own. That is right for custom domains only.".to_owned(),
        ));
    }
    hints
}

fn url_expiry(url: &Url) -> Option<Timestamp> {
    ["se", "ske"]
        .into_iter()
        .filter_map(|name| {
            let encoded = parameter(url, name)?;
            let decoded = percent_decode(encoded)?;
            parse_sas_time(&decoded)
        })
        .min()
}

/// `YYYY-MM-DD`, `YYYY-MM-DDThh:mmZ` or `YYYY-MM-DDThh:mm:ss[.f…]Z`, in UTC; a date alone means its first moment.
fn parse_sas_time(text: &str) -> Option<Timestamp> {
    let moment = match text.strip_suffix('Z') {
        None if text.len() == DATE_BYTES => text
            .parse::<Date>()
            .ok()?
            .to_datetime(jiff::civil::Time::midnight()),
        Some(time) if time.contains('T') => time.parse::<DateTime>().ok()?,
        _ => return None,
    };
    let zoned = moment.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

/// A parameter as it stands in the URL, not decoded: decoding `sig` would leave a copy behind.
pub(crate) fn parameter<'a>(url: &'a Url, name: &str) -> Option<&'a str> {
    url.query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// A time's `%3A`, the only thing in it that needs encoding.
fn percent_decode(text: &str) -> Option<String> {
    let decoded = text.replace("%3A", ":").replace("%3a", ":");
    (!decoded.contains('%')).then_some(decoded)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_azure_host(url: &Url) -> bool {
    const SUFFIXES: [&str; 5] = [
        ".core.windows.net",
        ".core.chinacloudapi.cn",
        ".core.usgovcloudapi.net",
        ".storage.azure.net",
        ".azureedge.net",
    ];
    url.host_str()
        .is_some_and(|host| SUFFIXES.iter().any(|suffix| host.ends_with(suffix)))
}
