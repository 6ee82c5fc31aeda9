//! What a rotation needs beside credentials: not secret, kept with the policy, named in domain's catalogue.

use std::collections::BTreeMap;

/// Parameters by name: `iam_endpoint`, `user_name`, `subscription`. Empty ones are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<String, String>);

impl Parameters {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
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
