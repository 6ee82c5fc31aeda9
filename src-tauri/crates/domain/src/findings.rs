//! Collects everything that is wrong or odd with a request, so that all of it is answered at once.

use crate::allowed_domains::AllowedDomains;
use crate::fault::{Fault, Hint};
use crate::reject::{Detail, Rejection};
use crate::request::TextList;
use crate::time::Timestamp;
use crate::values_input::NewValues;

#[derive(Debug, Default)]
pub(crate) struct Findings {
    details: Vec<Detail>,
    hints: Vec<Hint>,
}

/// What a person is told while typing, before anything is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    pub details: Vec<Detail>,
    pub hints: Vec<Hint>,
    /// Hosts that the request would open.
    pub widened: Vec<String>,
}

impl Findings {
    /// The value of a member, or `None` and one more fault.
    pub fn take<T>(&mut self, member: &'static str, parsed: Result<T, Fault>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(member, fault);
                None
            }
        }
    }

    /// As [`Findings::take`], for parsers that list several faults with their whole ways.
    pub fn take_listed<T>(&mut self, parsed: Result<T, Vec<Detail>>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(details) => {
                self.details.extend(details);
                None
            }
        }
    }

    pub fn fault(&mut self, member: &'static str, fault: Fault) {
        self.details.push(fault.at_member(member));
    }

    pub fn detail(&mut self, detail: Detail) {
        self.details.push(detail);
    }

    /// A `null` for a member that cannot be empty.
    pub fn wrong_null(&mut self, member: &'static str) {
        self.fault(member, wrong_null());
    }

    pub fn hint(&mut self, hint: Hint) {
        self.hints.push(hint);
    }

    /// What is odd about new values, the day included.
    pub fn value_hints(&mut self, new: &NewValues, now: Timestamp) {
        self.hints.extend_from_slice(&new.hints);
        self.hints.extend(new.credentials.expired_hint(now));
    }

    /// Where the value may go; odd patterns are hints.
    pub fn take_domains(&mut self, patterns: &TextList) -> Option<AllowedDomains> {
        let (domains, hints) = self.take_listed(AllowedDomains::parse_items(patterns.iter()))?;
        self.hints.extend(hints);
        Some(domains)
    }

    /// The hints, if nothing is wrong.
    pub fn into_hints(self) -> Result<Vec<Hint>, Rejection> {
        if self.details.is_empty() {
            Ok(self.hints)
        } else {
            Err(Rejection::validation(self.details))
        }
    }

    pub fn into_review(self, widened: Vec<String>) -> Review {
        Review {
            details: self.details,
            hints: self.hints,
            widened,
        }
    }
}

pub(crate) fn wrong_null() -> Fault {
    Fault::new(
        "wrong_null",
        "This cannot be empty. Leave it out to keep it as it is.",
    )
}
