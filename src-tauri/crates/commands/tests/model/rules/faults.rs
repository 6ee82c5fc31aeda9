//! What is wrong with the fields of an ask, all of it at once (ERR-03).

use std::collections::BTreeSet;

use super::{Refusal, refused};
use crate::asks::{Expected, Means, Member, Said, Which};

/// Faults of fields, all of them.
#[derive(Default)]
pub struct Faults {
    members: BTreeSet<String>,
    undecided: BTreeSet<&'static str>,
}

impl Faults {
    pub fn at(&mut self, member: impl Into<String>) {
        self.members.insert(member.into());
    }

    /// On create `null` is as good as absent.
    pub fn of_create<T>(&mut self, name: &str, member: &Member<T>) {
        if member
            .as_ref()
            .is_some_and(|said| matches!(said.means, Means::Wrong))
        {
            self.at(name);
        }
    }

    /// In an update `null` is a fault of what cannot be empty (UPDATE-01).
    pub fn of_update<T>(&mut self, name: &str, member: &Member<T>) {
        let faulty = |said: &Said<T>| !matches!(said.means, Means::Right(_));
        if member.as_ref().is_some_and(faulty) {
            self.at(name);
        }
    }

    /// What has to be there, and right.
    pub fn required<T>(&mut self, name: &str, member: &Member<T>) {
        let is_right = |said: &Said<T>| matches!(said.means, Means::Right(_));
        if !member.as_ref().is_some_and(is_right) {
            self.at(name);
        }
    }

    pub fn of_expected(&mut self, expected: Expected) {
        if expected == Expected::Null {
            self.at("expected_revision");
        }
    }

    /// An id of another kind is a fault of its member.
    pub fn of_id(which: Which) -> Result<(), Box<Refusal>> {
        let mut faults = Self::default();
        if matches!(which, Which::OtherKind) {
            faults.at("id");
        }
        faults.refuse()
    }

    pub fn leave_open(&mut self, members: &[&'static str]) {
        self.undecided.extend(members);
    }

    pub fn refuse(self) -> Result<(), Box<Refusal>> {
        if self.members.is_empty() {
            return Ok(());
        }
        Err(Refusal {
            members: self.members,
            undecided: self.undecided,
            ..*refused("validation_error")
        }
        .into())
    }
}
