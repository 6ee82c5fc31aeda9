//! One pattern: an exact host, or `*.` and a host for all its subdomains.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::Host;

use crate::fault::Fault;

const HOST_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;
const WILDCARD: &str = "*.";

/// A pattern in its normal form: lower case, IDNA in ASCII, no final dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DomainPattern(String);

impl DomainPattern {
    pub fn parse(text: &str) -> Result<DomainPattern, Fault> {
        let text = text.trim();
        let Some(base) = text.strip_prefix(WILDCARD) else {
            return normal_host(text).map(DomainPattern);
        };
        let base = normal_host(base)?;
        if base == "localhost" || is_ip(&base) {
            return Err(Fault::new(
                "domain_wildcard",
                "An IP address or localhost has no subdomains. Write it without *.",
            ));
        }
        if public_suffix(&base) == Some(psl::Type::Icann) {
            let message = format!(
                "*.{base} would allow every site under .{base}. Name the domain itself, like *.example.{base}."
            );
            return Err(Fault::new("domain_public_suffix", message));
        }
        Ok(DomainPattern(format!("{WILDCARD}{base}")))
    }

    pub(super) fn from_stored(text: String) -> DomainPattern {
        DomainPattern(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Why a valid pattern is worth a second look: below a private suffix everyone can have a name.
    pub(super) fn oddity(&self) -> Option<Fault> {
        let base = self.wildcard_base()?;
        (public_suffix(base) == Some(psl::Type::Private)).then(|| {
            let message = format!("Anyone can have a name under {base}; *.{base} allows them all. An exact host is safer.");
            Fault::new("domain_shared_suffix", message)
        })
    }

    /// `host` is in normal form.
    pub(super) fn matches_normal(&self, host: &str) -> bool {
        match self.wildcard_base() {
            None => self.0 == host,
            Some(base) => is_below(host, base),
        }
    }

    /// Whether everything that `other` matches is matched by this one too.
    pub(super) fn covers(&self, other: &DomainPattern) -> bool {
        match (self.wildcard_base(), other.wildcard_base()) {
            (_, None) => self.matches_normal(&other.0),
            (None, Some(_)) => false,
            (Some(mine), Some(theirs)) => mine == theirs || is_below(theirs, mine),
        }
    }

    fn wildcard_base(&self) -> Option<&str> {
        self.0.strip_prefix(WILDCARD)
    }
}

fn is_below(host: &str, base: &str) -> bool {
    host.strip_suffix(base)
        .is_some_and(|front| front.len() > 1 && front.ends_with('.'))
}

/// A host as it is compared. Faults say which part of a URL does not belong there.
pub(super) fn normal_host(text: &str) -> Result<String, Fault> {
    if text.is_empty() {
        return Err(Fault::new(
            "domain_empty",
            "The domain is empty. Write a host like api.example.com.",
        ));
    }
    if text.contains("://") {
        return Err(Fault::new(
            "domain_scheme",
            "Leave out the scheme: write api.example.com, not https://api.example.com.",
        ));
    }
    if text.contains('@') {
        return Err(Fault::new(
            "domain_user_info",
            "Leave out the user name before the @: only the host counts.",
        ));
    }
    if text.contains(['/', '?', '#', '\\']) {
        return Err(Fault::new(
            "domain_path",
            "Leave out the path: a whole host is allowed or it is not.",
        ));
    }
    if text.contains('*') {
        return Err(Fault::new(
            "domain_wildcard",
            "* stands only at the beginning, before a dot and a domain: *.example.com. For any host leave the list empty.",
        ));
    }
    if text.contains('%') {
        return Err(invalid());
    }
    if let Some(address) = as_ipv6(text) {
        return Ok(address.to_string());
    }
    if text.contains(':') {
        return Err(Fault::new(
            "domain_port",
            "Leave out the port: write the host alone.",
        ));
    }
    match Host::parse(text) {
        Ok(Host::Ipv4(address)) => Ok(address.to_string()),
        Ok(Host::Domain(domain)) => normal_name(&domain),
        Ok(Host::Ipv6(_)) | Err(_) => Err(invalid()),
    }
}

fn normal_name(domain: &str) -> Result<String, Fault> {
    let name = domain.strip_suffix('.').unwrap_or(domain);
    let labels_fit = name.split('.').all(|label| {
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
            })
    });
    if labels_fit && name.len() <= HOST_BYTES_MAX {
        Ok(name.to_owned())
    } else {
        Err(invalid())
    }
}

fn as_ipv6(text: &str) -> Option<Ipv6Addr> {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    inner.parse().ok()
}

fn is_ip(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok()
}

/// The section of the public suffix list in which `base` is a suffix, or, as with `*.kawasaki.jp`, every name right below it.
fn public_suffix(base: &str) -> Option<psl::Type> {
    [base.to_owned(), format!("any-name.{base}")]
        .iter()
        .find_map(|name| {
            psl::suffix(name.as_bytes())
                .filter(|suffix| suffix.as_bytes() == name.as_bytes())?
                .typ()
        })
}

fn invalid() -> Fault {
    Fault::new(
        "domain_invalid",
        "This is no host name. Write a host like api.example.com, or *.example.com for its subdomains.",
    )
}
