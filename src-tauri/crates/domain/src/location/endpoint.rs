//! Where requests for a location go. Signed requests and values travel there, so it is HTTPS, or this
//! machine, or a person said that it may be neither (LOC-02).

use url::{Host, Url};

use crate::fault::Fault;

pub const ENDPOINT_CHARS_MAX: usize = 2048;

/// An endpoint in its normal form: scheme and host in lower case, IDNA in ASCII, no `/` at its end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    url: String,
    plain_http: PlainHttp,
}

/// Whether a person consented to unencrypted requests to one endpoint beyond this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PlainHttp {
    #[default]
    Refused,
    Allowed,
}

impl Endpoint {
    /// Consent to what needs none (HTTPS, loopback) is not kept: it would hold for a later endpoint.
    pub fn parse(text: &str, consent: PlainHttp) -> Result<Self, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Fault::new("empty", "The endpoint is empty."));
        }
        if text.chars().count() > ENDPOINT_CHARS_MAX {
            return Err(Fault::new(
                "too_long",
                format!("An endpoint has at most {ENDPOINT_CHARS_MAX} characters."),
            ));
        }
        let url = parse_url(text)?;
        let needs_consent = url.scheme() == "http" && !is_loopback(&url);
        if needs_consent && consent == PlainHttp::Refused {
            return Err(Fault::new(
                "plain_http",
                "Requests to http:// can be read and changed on their way. Use https://, or allow http for this location expressly.",
            ));
        }
        Ok(Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            plain_http: if needs_consent {
                PlainHttp::Allowed
            } else {
                PlainHttp::Refused
            },
        })
    }

    /// Rebuilds an endpoint from its stored record.
    pub fn from_stored(url: String, plain_http: PlainHttp) -> Self {
        Self { url, plain_http }
    }

    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// [`PlainHttp::Allowed`] only where the endpoint needed it: to be shown wherever the location is.
    pub fn plain_http(&self) -> PlainHttp {
        self.plain_http
    }
}

/// The `url` crate repairs much of what browsers repair; an endpoint with such parts is refused instead.
fn parse_url(text: &str) -> Result<Url, Fault> {
    let (scheme, rest) = text.split_once("://").ok_or_else(no_url)?;
    if !["https", "http"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return Err(Fault::new(
            "endpoint_scheme",
            "An endpoint begins with https://.",
        ));
    }
    let odd = |character: char| character.is_control() || character.is_whitespace();
    if text.contains(odd) || text.contains('\\') || rest.starts_with('/') {
        return Err(no_url());
    }
    let url = Url::parse(text).map_err(|_| no_url())?;
    if rest
        .split('/')
        .next()
        .is_some_and(|host| host.contains('@'))
    {
        return Err(Fault::new(
            "endpoint_user_info",
            "Leave out the user name before the @: the secret holds the credentials.",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Fault::new(
            "endpoint_query",
            "Leave out everything from ? or # on.",
        ));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn no_url() -> Fault {
    Fault::new(
        "endpoint_invalid",
        "This is no endpoint. Write a URL like https://s3.example.com.",
    )
}
