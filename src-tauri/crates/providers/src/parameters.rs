//! What a rotation needs beside credentials: not secret, kept with the policy, named in domain's catalogue.

use std::collections::BTreeMap;

use ::http::Uri;

use crate::offer::NotManaged;

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
        let why = "write it like https://iam.example.com";
        let invalid = NotManaged::ParameterInvalid { name, why };
        let uri: Uri = text.parse().map_err(|_| invalid.clone())?;
        let known = matches!(uri.scheme_str(), Some("https" | "http"));
        let bare = uri.query().is_none() && uri.path() == "/";
        if !known || !bare || uri.host().is_none_or(str::is_empty) {
            return Err(invalid);
        }
        Ok(Some(text.trim_end_matches('/').to_owned()))
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
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(given: I) -> Parameters {
        let trimmed = given
            .into_iter()
            .map(|(name, value)| (name.into(), value.into().trim().to_owned()));
        Parameters(trimmed.filter(|(_, value)| !value.is_empty()).collect())
    }
}
