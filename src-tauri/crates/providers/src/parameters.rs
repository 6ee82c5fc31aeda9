//! What a rotation needs beside credentials: not secret, kept with the policy, named in domain's catalogue.

use std::collections::BTreeMap;

use ::http::Uri;

use crate::offer::NotManaged;

/// The longest label of a host (RFC 1035).
const LABEL_CHARS_MAX: usize = 63;

/// Parameters by name: `iam_endpoint`, `user_name`, `subscription`. Empty ones are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// An address with a host and no path of its own, without the `/` at its end.
    pub(crate) fn endpoint(&self, name: &'static str) -> Result<Option<String>, NotManaged> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match address(name, text)?.path() {
            "/" => Ok(Some(text.trim_end_matches('/').to_owned())),
            _ => Err(no_address(name)),
        }
    }

    /// A number of days from 1 to `days_max`.
    pub(crate) fn days(
        &self,
        name: &'static str,
        days_max: u32,
    ) -> Result<Option<u32>, NotManaged> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let days = text.parse().ok();
        match days.filter(|days| (1..=days_max).contains(days)) {
            Some(days) => Ok(Some(days)),
            None => Err(NotManaged::ParameterInvalid {
                name,
                why: "it is a number of days, and not more than the provider takes",
            }),
        }
    }

    /// The address that a parameter names, which may have a path, or the provider's own; without the `/` at its end.
    pub(crate) fn endpoint_or(&self, name: &'static str, own: &str) -> Result<String, NotManaged> {
        let text = self.get(name).unwrap_or(own);
        address(name, text)?;
        Ok(text.trim_end_matches('/').to_owned())
    }

    /// One that nothing can be done without, of characters that stand for themselves in an address.
    pub(crate) fn word(&self, name: &'static str) -> Result<&str, NotManaged> {
        let text = self
            .get(name)
            .ok_or(NotManaged::ParametersMissing { names: vec![name] })?;
        let plain = |next: char| next.is_ascii_alphanumeric() || "-._:".contains(next);
        if text.chars().all(plain) {
            return Ok(text);
        }
        let why = "it has letters, digits, - . _ and : only";
        Err(NotManaged::ParameterInvalid { name, why })
    }

    /// As [`Parameters::word`]: it becomes a part of a host, and may not lead to another one.
    pub(crate) fn label(&self, name: &'static str) -> Result<&str, NotManaged> {
        let text = self.word(name)?;
        let plain = |next: char| next.is_ascii_alphanumeric() || next == '-' || next == '_';
        if text.len() <= LABEL_CHARS_MAX && text.chars().all(plain) {
            return Ok(text);
        }
        let why = "it has letters, digits and - only";
        Err(NotManaged::ParameterInvalid { name, why })
    }
}

fn address(name: &'static str, text: &str) -> Result<Uri, NotManaged> {
    let uri: Uri = text.parse().map_err(|_| no_address(name))?;
    let known = matches!(uri.scheme_str(), Some("https" | "http"));
    if !known || uri.query().is_some() || uri.host().is_none_or(str::is_empty) {
        return Err(no_address(name));
    }
    Ok(uri)
}

fn no_address(name: &'static str) -> NotManaged {
    let why = "write it like https://iam.example.com";
    NotManaged::ParameterInvalid { name, why }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(given: I) -> Parameters {
        let trimmed = given
            .into_iter()
            .map(|(name, value)| (name.into(), value.into().trim().to_owned()));
        Parameters(trimmed.filter(|(_, value)| !value.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(value: &str) -> Parameters {
        [("it", value)].into_iter().collect()
    }

    #[test]
    fn what_becomes_a_part_of_a_host_cannot_lead_to_another() {
        for text in [
            "evil.com/",
            "a.b",
            "a@b",
            "a:1",
            "a b",
            "ä",
            &"x".repeat(64),
        ] {
            assert!(
                matches!(
                    given(text).label("it"),
                    Err(NotManaged::ParameterInvalid { name: "it", .. })
                ),
                "{text}"
            );
        }
        assert_eq!(given("eu-frankfurt-1").label("it"), Ok("eu-frankfurt-1"));
        assert_eq!(given(&"x".repeat(63)).label("it"), Ok(&*"x".repeat(63)));
    }

    #[test]
    fn what_is_missing_or_cannot_stand_in_an_address_is_named() {
        let missing = NotManaged::ParametersMissing { names: vec!["it"] };
        assert_eq!(given(" ").word("it"), Err(missing));
        for text in ["a/b", "a?b", "a%2fb", "a#b"] {
            assert!(given(text).word("it").is_err(), "{text}");
        }
        assert_eq!(given("20:3b").word("it"), Ok("20:3b"));
    }

    #[test]
    fn an_endpoint_may_have_a_path_and_nothing_behind_it() {
        let found = given("https://api.example.com/client/v4/").endpoint_or("it", "https://own");
        assert_eq!(found.as_deref(), Ok("https://api.example.com/client/v4"));
        let own = given("").endpoint_or("it", "https://own");
        assert_eq!(own.as_deref(), Ok("https://own"));
        for text in [
            "api.example.com",
            "ftp://a.example",
            "https://",
            "https://a.example/?q",
        ] {
            assert!(
                given(text).endpoint_or("it", "https://own").is_err(),
                "{text}"
            );
        }
    }
}
