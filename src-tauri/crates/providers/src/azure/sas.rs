//! A shared access signature: what it opens, and the same signed anew with a later end.
//! Sources: Microsoft's "Create a service SAS" and "Create an account SAS".

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{SecretText, Timestamp};
use percent_encoding::percent_decode_str;
use ring::hmac;
use zeroize::Zeroizing;

use super::blob::service_of;
use crate::escape;

/// Resources of Blob Storage that an account key signs for: blob, its versions and snapshots, container, directory.
const BLOB_RESOURCES: [&str; 5] = ["b", "bv", "bs", "c", "d"];

/// The versions that changed what is signed; dates, so they are compared as text. A URL keeps its own, which says also what its
/// permissions mean; of older ones than the first nothing can be said here.
const SINCE_ADDRESSES: &str = "2015-04-05";
const SINCE_RESOURCES: &str = "2018-11-09";
const SINCE_SCOPES: &str = "2020-12-06";

/// It has no `Debug`: its signature is a secret.
pub(super) struct Sas {
    /// All before the `?`.
    address: String,
    /// The account's part of the address.
    pub service: String,
    /// The account's name as the address has it, where it is one of Azure's own or an emulator's.
    pub account: Option<String>,
    /// Container and blob, decoded; empty for the account itself.
    path: String,
    /// Decoded, in the URL's order.
    parameters: Vec<(String, String)>,
    /// Decoded once: base64 text.
    signature: Zeroizing<String>,
}

/// Why an account's key can't sign the same again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Its end is that of a policy that is kept with the container: it would come out the same.
    StoredPolicy,
    /// Signed with a delegation key of Entra ID.
    UserDelegation,
    /// For files, queues or tables, or for nothing that it says.
    NoBlobs,
}

impl Sas {
    /// `None` for what is no SAS URL.
    pub fn parse(url: &SecretText) -> Option<Sas> {
        let (address, query) = url.expose_text().split_once('?')?;
        let (service, account) = service_of(address)?;
        let path = address.strip_prefix(&service)?.trim_matches('/');
        let mut parameters = Vec::new();
        let mut signature = Zeroizing::new(String::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=')?;
            // The signature stays where it is wiped.
            match name {
                "sig" => signature = Zeroizing::new(decoded(value)?),
                _ => parameters.push((name.to_owned(), decoded(value)?)),
            }
        }
        Some(Sas {
            path: decoded(path)?,
            address: address.to_owned(),
            account: is_named_by_host(&service).then_some(account),
            service,
            parameters,
            signature,
        })
    }

    /// Whether each thing is said once: of two, the service may mean the other one.
    pub fn is_clear(&self) -> bool {
        let names = self.parameters.iter().map(|(name, _)| name);
        names.clone().enumerate().all(|(at, name)| {
            let mut before = names.clone().take(at);
            !before.any(|one| one.eq_ignore_ascii_case(name))
        })
    }

    /// Whether this account's key signed what it says.
    pub fn is_signed_by(&self, account: &str, key: &SecretText) -> bool {
        let key = BASE64_STANDARD
            .decode(key.expose_text())
            .map(Zeroizing::new);
        let signature = BASE64_STANDARD.decode(self.signature.as_bytes());
        let (Ok(key), Ok(signature), Some(text)) = (key, signature, self.text_to_sign(account))
        else {
            return false;
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        self.is_clear() && hmac::verify(&key, text.as_bytes(), &signature).is_ok()
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(one, _)| one == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// For how many days it was made, where it says from when.
    pub fn days(&self) -> Option<i64> {
        let from = time(self.parameter("st")?)?;
        let until = time(self.parameter("se")?)?;
        Some(until.days_since(from))
    }

    pub fn unfit(&self) -> Option<Unfit> {
        let is_for_account = self.parameter("ss").is_some() && self.parameter("srt").is_some();
        let resource = self.parameter("sr");
        let is_for_blobs = match resource {
            Some(resource) => BLOB_RESOURCES.contains(&resource) && !self.path.is_empty(),
            None => is_for_account,
        };
        if self.parameter("si").is_some() {
            Some(Unfit::StoredPolicy)
        } else if self.parameter("skoid").is_some() {
            Some(Unfit::UserDelegation)
        } else if !is_for_blobs {
            Some(Unfit::NoBlobs)
        } else {
            None
        }
    }

    /// The same until `end`, signed with the account's key; `None` if the key is none.
    pub fn signed_until(&self, end: &str, account: &str, key: &SecretText) -> Option<SecretText> {
        let key = Zeroizing::new(BASE64_STANDARD.decode(key.expose_text()).ok()?);
        let renewed = self.renewed(end);
        let signed = renewed.text_to_sign(account)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signature = BASE64_STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
        let mut url = format!("{}?", renewed.address);
        for (name, value) in &renewed.parameters {
            url.push_str(&format!("{name}={}&", escape::part(value)));
        }
        url.push_str(&format!("sig={}", escape::part(&signature)));
        Some(SecretText::new(url))
    }

    fn renewed(&self, end: &str) -> Sas {
        let version = self.parameter("sv").unwrap_or_default();
        let version = version.max(SINCE_ADDRESSES);
        let mut parameters = self.parameters.clone();
        for (name, value) in [("sv", version), ("se", end)] {
            match parameters.iter_mut().find(|(one, _)| one == name) {
                Some((_, old)) => *old = value.to_owned(),
                None => parameters.push((name.to_owned(), value.to_owned())),
            }
        }
        Sas {
            address: self.address.clone(),
            service: self.service.clone(),
            account: self.account.clone(),
            path: self.path.clone(),
            parameters,
            signature: Zeroizing::default(),
        }
    }

    /// As its own version writes it; `None` of a version that is too old.
    fn text_to_sign(&self, account: &str) -> Option<String> {
        let text = |name: &str| self.parameter(name).unwrap_or_default();
        let version = text("sv");
        if version < SINCE_ADDRESSES {
            return None;
        }
        if self.parameter("sr").is_none() {
            let mut lines = vec![account];
            lines.extend(["sp", "ss", "srt", "st", "se", "sip", "spr", "sv"].map(text));
            if version >= SINCE_SCOPES {
                lines.push(text("ses"));
            }
            return Some(format!("{}\n", lines.join("\n")));
        }
        let resource = format!("/blob/{account}/{}", self.path);
        let snapshot = match text("sr") {
            "bv" => text("versionid"),
            _ => text("snapshot"),
        };
        let mut lines = ["sp", "st", "se"].map(text).to_vec();
        lines.push(&resource);
        lines.extend(["si", "sip", "spr", "sv"].map(text));
        if version >= SINCE_RESOURCES {
            lines.extend([text("sr"), snapshot]);
        }
        if version >= SINCE_SCOPES {
            lines.push(text("ses"));
        }
        lines.extend(["rscc", "rscd", "rsce", "rscl", "rsct"].map(text));
        Some(lines.join("\n"))
    }

    /// A request that changes nothing and that the SAS may or may not allow: either way its signature is looked at.
    pub fn question(&self) -> Question {
        let path = escape::path(&self.path);
        match self.path.split_once('/') {
            _ if self.path.is_empty() => {
                Question::Get(format!("{}/?comp=list&maxresults=1", self.service))
            }
            None => Question::Get(format!(
                "{}/{path}?restype=container&comp=list&maxresults=1",
                self.service
            )),
            Some(_) => Question::Head(format!("{}/{path}", self.service)),
        }
    }
}

pub(super) enum Question {
    Get(String),
    Head(String),
}

/// As a SAS writes it: UTC, to the second.
pub(super) fn time_text(at: Timestamp) -> String {
    let text = at.to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}

/// A date alone means its first moment.
fn time(text: &str) -> Option<Timestamp> {
    let of_date = |_no_time| Timestamp::parse(&format!("{text}T00:00:00Z"));
    Timestamp::parse(text).or_else(of_date).ok()
}

fn decoded(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some(text.into_owned())
}

/// A domain of the account's own tells nothing of its name.
fn is_named_by_host(service: &str) -> bool {
    const OWN: [&str; 4] = [
        ".core.windows.net",
        ".core.chinacloudapi.cn",
        ".core.usgovcloudapi.net",
        ".storage.azure.net",
    ];
    let has_path = service.matches('/').count() > 2;
    has_path || OWN.iter().any(|suffix| service.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &str = "sig=c2VjcmV0";

    fn sas(url: &str) -> Sas {
        let url = SecretText::new(format!("{url}&{SIGNATURE}"));
        Sas::parse(&url).expect("a SAS")
    }

    #[test]
    fn what_an_account_key_cannot_sign_again_is_known() {
        let at = |query: &str| sas(&format!("https://acme.blob.core.windows.net/up?{query}"));
        for (query, unfit) in [
            ("sv=2022-11-02&sr=c&sp=rl&se=2027-01-01", None),
            ("sv=2022-11-02&ss=b&srt=co&sp=rl&se=2027-01-01", None),
            ("sv=2022-11-02&sr=c&si=readers", Some(Unfit::StoredPolicy)),
            (
                "sv=2022-11-02&sr=c&sp=r&se=2027-01-01&skoid=1",
                Some(Unfit::UserDelegation),
            ),
            (
                "sv=2022-11-02&sr=f&sp=r&se=2027-01-01",
                Some(Unfit::NoBlobs),
            ),
            ("sv=2022-11-02&sp=r&se=2027-01-01", Some(Unfit::NoBlobs)),
        ] {
            assert_eq!(at(query).unfit(), unfit, "{query}");
        }
        let no_container = "https://acme.blob.core.windows.net/?sv=2022-11-02&sr=c&sp=r";
        assert_eq!(sas(no_container).unfit(), Some(Unfit::NoBlobs));
    }

    /// The lines of Microsoft's pages, each in its place.
    #[test]
    fn what_is_signed_is_in_the_order_of_the_documentation() {
        let service = sas(
            "https://acme.blob.core.windows.net/up/a%20b.txt?sv=2022-11-02&sr=b&sp=r&st=2026-01-01T00%3A00%3A00Z&se=2027-01-01&sip=10.0.0.1-10.0.0.9&spr=https&ses=scope&rscd=inline",
        );
        assert_eq!(
            service.text_to_sign("acme").as_deref(),
            Some(
                "r\n2026-01-01T00:00:00Z\n2027-01-01\n/blob/acme/up/a b.txt\n\n10.0.0.1-10.0.0.9\nhttps\n2022-11-02\nb\n\nscope\n\ninline\n\n\n"
            )
        );
        let account = sas(
            "https://acme.blob.core.windows.net/?sv=2022-11-02&ss=bq&srt=sco&sp=rwl&se=2027-01-01&spr=https,http",
        );
        assert_eq!(
            account.text_to_sign("acme").as_deref(),
            Some("acme\nrwl\nbq\nsco\n\n2027-01-01\n\nhttps,http\n2022-11-02\n\n")
        );
        let version = |sv: &str, rest: &str| {
            let url = format!("https://acme.blob.core.windows.net/up?sv={sv}&sp=r&se=2027&{rest}");
            sas(&url).text_to_sign("acme")
        };
        for (sv, rest, text) in [
            (
                "2019-12-12",
                "sr=c",
                "r\n\n2027\n/blob/acme/up\n\n\n\n2019-12-12\nc\n\n\n\n\n\n",
            ),
            (
                "2017-11-09",
                "sr=c",
                "r\n\n2027\n/blob/acme/up\n\n\n\n2017-11-09\n\n\n\n\n",
            ),
            (
                "2019-12-12",
                "ss=b&srt=c",
                "acme\nr\nb\nc\n\n2027\n\n\n2019-12-12\n",
            ),
        ] {
            assert_eq!(version(sv, rest).as_deref(), Some(text), "{sv} {rest}");
        }
        assert_eq!(version("2014-02-14", "sr=c"), None);
        assert_eq!(version("", "sr=c"), None);
    }

    #[test]
    fn only_what_the_key_signed_is_its_own() {
        let key = |byte: u8| SecretText::new(BASE64_STANDARD.encode([byte; 64]));
        let claims =
            sas("https://acme.blob.core.windows.net/up?sv=2022-11-02&sr=c&sp=rl&sip=10.0.0.1");
        assert!(
            !claims.is_signed_by("acme", &key(7)),
            "its signature is nobody's"
        );
        let url = claims.signed_until("2027-01-01T00:00:00Z", "acme", &key(7));
        let url = url.expect("signed").expose_text().to_owned();
        let is_own = |url: &str, account: &str, byte| {
            let parsed = Sas::parse(&SecretText::new(url.to_owned())).expect("a SAS");
            parsed.is_signed_by(account, &key(byte))
        };
        assert!(is_own(&url, "acme", 7));
        assert!(!is_own(&url, "acme", 8));
        assert!(!is_own(&url, "other", 7));
        for (old, new) in [
            ("sp=rl", "sp=racwdl"),
            ("sr=c", "sr=b"),
            ("&sip=10.0.0.1", ""),
            ("2027", "2037"),
            ("/up?", "/other?"),
            ("&sig=", "&spr=http&sig="),
            ("&sig=", "&sp=racwdl&sig="),
            ("&sig=", "&SP=racwdl&sig="),
            ("&sig=", "&sig=AAAA&nosig="),
        ] {
            let edited = url.replacen(old, new, 1);
            assert_ne!(edited, url);
            assert!(!is_own(&edited, "acme", 7), "{edited}");
        }
    }

    #[test]
    fn all_but_the_end_stays_and_the_old_signature_goes() {
        let key = SecretText::new(BASE64_STANDARD.encode([7; 64]));
        let old = sas(
            "https://acme.blob.core.windows.net/up?sv=2019-02-02&sr=c&sp=rl&se=2026-01-01&spr=https&sip=10.0.0.1",
        );
        let new = old.signed_until("2027-01-01T00:00:00Z", "acme", &key);
        let new = new.expect("signed");
        let text = new.expose_text();
        assert!(
            text.starts_with(
                "https://acme.blob.core.windows.net/up?sv=2019-02-02&sr=c&sp=rl&se=2027-01-01T00%3A00%3A00Z&spr=https&sip=10.0.0.1&sig="
            ),
            "{text}"
        );
        assert!(!text.contains(SIGNATURE));
        let newer = sas("https://acme.blob.core.windows.net/up?sv=2024-05-04&sr=c&sp=rl");
        let newer = newer
            .signed_until("2027-01-01", "acme", &key)
            .expect("signed");
        assert!(newer.expose_text().contains("sv=2024-05-04"));
        assert!(newer.expose_text().contains("&se=2027-01-01&"));
        let too_old = sas("https://acme.blob.core.windows.net/up?sv=2014-02-14&sr=c&sp=rl");
        let known = too_old.signed_until("2027-01-01", "acme", &key);
        let known = known.expect("signed");
        assert!(known.expose_text().contains("?sv=2015-04-05&"));
        let no_key = SecretText::new("not base64!".to_owned());
        assert!(old.signed_until("2027-01-01", "acme", &no_key).is_none());
    }

    #[test]
    fn for_how_long_it_was_made_is_known_where_it_says_from_when() {
        let days = |terms: &str| {
            let url = format!("https://acme.blob.core.windows.net/up?sv=2022-11-02&sr=c&{terms}");
            sas(&url).days()
        };
        assert_eq!(days("st=2026-01-01&se=2026-01-08"), Some(7));
        let times = "st=2026-01-01T00%3A00%3A00Z&se=2026-01-08T12%3A00Z";
        assert_eq!(days(times), Some(7));
        assert_eq!(days("se=2026-01-08"), None);
        assert_eq!(days("st=soon&se=2026-01-08"), None);
    }

    #[test]
    fn the_account_of_a_custom_domain_is_not_known() {
        let account = |url: &str| sas(&format!("{url}?sv=1&sr=c")).account;
        assert_eq!(
            account("https://acme.blob.core.windows.net/up").as_deref(),
            Some("acme")
        );
        assert_eq!(
            account("http://127.0.0.1:10000/acme/up").as_deref(),
            Some("acme")
        );
        assert_eq!(account("https://files.acme.example/up"), None);
    }

    #[test]
    fn a_time_is_written_to_the_second() {
        let at = Timestamp::parse("2026-04-25T11:45:19.123Z").expect("a time");
        assert_eq!(time_text(at), "2026-04-25T11:45:19Z");
    }
}
