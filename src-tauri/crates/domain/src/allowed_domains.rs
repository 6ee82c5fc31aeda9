//! Where a secret's value may be sent by requests that we make or broker (CREATE-12, UPDATE-18).

use std::collections::BTreeSet;

use serde::ser::{Serialize, Serializer};

use crate::fault::{Fault, Hint, null_item};
use crate::reject::{Detail, LocStep};

mod pattern;

pub use pattern::DomainPattern;

/// The most patterns that one secret may have.
pub const DOMAINS_MAX: usize = 100;

/// Either any host, said in so many words, or a set that is never empty. In JSON a list of patterns; `[]` is any host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedDomains {
    Unrestricted,
    Only(DomainSet),
}

/// At least one pattern; duplicates fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainSet(BTreeSet<DomainPattern>);

impl DomainSet {
    pub fn iter(&self) -> impl Iterator<Item = &DomainPattern> {
        self.0.iter()
    }
}

impl AllowedDomains {
    /// Parses each pattern; all faults are listed, with ways that begin with `allowed_domains`. An empty list is unrestricted.
    pub fn parse<S: AsRef<str>>(given: &[S]) -> Result<(AllowedDomains, Vec<Hint>), Vec<Detail>> {
        Self::parse_items(given.iter().map(|text| Some(text.as_ref())))
    }

    /// As [`AllowedDomains::parse`], for a list that may hold `null`, which is no pattern.
    pub(crate) fn parse_items<'a>(
        given: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<(AllowedDomains, Vec<Hint>), Vec<Detail>> {
        let mut patterns = BTreeSet::new();
        let mut faults = Vec::new();
        let mut hints = Vec::new();
        for (index, text) in given.enumerate() {
            let loc = || -> Vec<LocStep> { vec!["allowed_domains".into(), index.into()] };
            match text.ok_or_else(null_item).and_then(DomainPattern::parse) {
                Ok(pattern) => {
                    if let Some(fault) = pattern.oddity() {
                        hints.push(Hint::new(loc(), fault.kind, fault.message));
                    }
                    patterns.insert(pattern);
                }
                Err(fault) => faults.push(fault.at(loc())),
            }
        }
        if patterns.len() > DOMAINS_MAX {
            let message = format!(
                "There are {} domains; {DOMAINS_MAX} is the most.",
                patterns.len()
            );
            faults.push(Fault::new("too_many", message).at_member("allowed_domains"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok((AllowedDomains::from_patterns(patterns), hints))
    }

    /// Patterns read back from the vault: they were parsed when they were written, perhaps with an older list of public suffixes.
    pub fn from_stored(patterns: impl IntoIterator<Item = String>) -> AllowedDomains {
        AllowedDomains::from_patterns(
            patterns
                .into_iter()
                .map(DomainPattern::from_stored)
                .collect(),
        )
    }

    fn from_patterns(patterns: BTreeSet<DomainPattern>) -> AllowedDomains {
        if patterns.is_empty() {
            AllowedDomains::Unrestricted
        } else {
            AllowedDomains::Only(DomainSet(patterns))
        }
    }

    /// Whether a request to `host` (a name or an IP address, without port) may carry the value. What is no host matches nothing.
    pub fn matches(&self, host: &str) -> bool {
        match self {
            AllowedDomains::Unrestricted => true,
            AllowedDomains::Only(set) => pattern::normal_host(host)
                .is_ok_and(|host| set.iter().any(|pattern| pattern.matches_normal(&host))),
        }
    }

    /// The patterns in their normal form, in order; empty for unrestricted.
    pub fn patterns(&self) -> Vec<&str> {
        match self {
            AllowedDomains::Unrestricted => Vec::new(),
            AllowedDomains::Only(set) => set.iter().map(DomainPattern::as_str).collect(),
        }
    }

    /// What `new` opens that `old` kept closed, as patterns; `any host` where the restriction goes (UPDATE-18).
    pub fn widened(old: &AllowedDomains, new: &AllowedDomains) -> Vec<String> {
        match (old, new) {
            (AllowedDomains::Unrestricted, _) => Vec::new(),
            (AllowedDomains::Only(_), AllowedDomains::Unrestricted) => vec!["any host".to_owned()],
            (AllowedDomains::Only(old), AllowedDomains::Only(new)) => new
                .iter()
                .filter(|added| !old.iter().any(|kept| kept.covers(added)))
                .map(|added| added.as_str().to_owned())
                .collect(),
        }
    }
}

impl Serialize for AllowedDomains {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.patterns())
    }
}
