//! Secrets: Create, Update, History and Delete.

mod create;
mod ends;
mod update;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use super::values::{self, Ways, type_of};
use super::{Faults, Model, Refusal, meant, refused};
use crate::asks::{Expected, Member, Policy, Which};

#[derive(Debug, Clone)]
pub struct Secret {
    /// From the answer that made it.
    pub id: String,
    pub name: String,
    pub folded: &'static str,
    pub description: String,
    pub notes: String,
    pub tags: BTreeSet<String>,
    pub method: &'static str,
    pub holding: Holding,
    pub env_key: Option<String>,
    /// Empty for any host.
    pub domains: BTreeSet<String>,
    pub policy: Policy,
    pub revision: u64,
    /// A member's place.
    pub created_by: usize,
    pub trashed: bool,
    /// Destroyed, trash and all.
    pub gone: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Holding {
    /// Oldest first; the last one is in use.
    Direct(Vec<Version>),
    External {
        /// The connection's place.
        connection: usize,
        mappings: Vec<(&'static str, &'static str)>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub state: &'static str,
    pub method: &'static str,
    /// None once destroyed.
    pub values: Option<BTreeMap<&'static str, Value>>,
    pub how: &'static str,
    pub origin: Option<usize>,
    pub reason: Option<String>,
    pub created_by: usize,
    /// Destroyed and forgotten.
    pub forgotten: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Known(&'static str),
    /// Made by the program: only its length is known, and that it is like no other.
    Generated(usize),
}

impl Secret {
    pub fn kind(&self) -> &'static str {
        type_of(self.method)
    }

    pub fn versions(&self) -> &[Version] {
        match &self.holding {
            Holding::Direct(versions) => versions,
            Holding::External { .. } => &[],
        }
    }

    fn in_use(&self) -> Option<&Version> {
        self.versions().last()
    }

    /// The versions step back for a new one (HIST-01, HIST-02, HIST-05).
    fn put_in_use(&mut self, new: Version, destroys_previous: bool) {
        let keep = self.policy.keep;
        let Holding::Direct(versions) = &mut self.holding else {
            return;
        };
        for version in versions.iter_mut() {
            version.state = match version.state {
                "current" => "previous",
                "previous" => "retired",
                other => other,
            };
        }
        if destroys_previous && let Some(replaced) = versions.last_mut() {
            destroy(replaced);
        }
        keep_newest(versions, keep);
        versions.push(new);
    }
}

fn destroy(version: &mut Version) {
    version.values = None;
    version.state = "destroyed";
}

/// Of old versions only so many keep their values.
fn keep_newest(old: &mut [Version], keep: u32) {
    let with_values = old
        .iter_mut()
        .rev()
        .filter(|version| version.values.is_some());
    for version in with_values.skip(usize::try_from(keep).unwrap()) {
        destroy(version);
    }
}

fn reason_of(member: &Member<String>) -> Option<String> {
    meant(member)
}

impl Model {
    /// An id of another kind is a fault of the member; an id that was never made, or is gone, finds nothing.
    fn named_secret(&self, which: Which) -> Result<Option<usize>, Box<Refusal>> {
        Faults::of_id(which)?;
        Ok(self.secret_at(which))
    }

    /// Names before env keys; both among live secrets (CREATE-02, CREATE-11). An empty name is not asked for.
    fn require_free(
        &self,
        folded: &str,
        env_key: Option<&str>,
        own: Option<usize>,
    ) -> Result<(), Box<Refusal>> {
        let others = || {
            let all = self.secrets.iter().enumerate();
            all.filter(|(place, secret)| Some(*place) != own && !secret.trashed && !secret.gone)
                .map(|(_, secret)| secret)
        };
        let same_name = others().find(|secret| secret.folded == folded);
        let same_key =
            || others().find(|secret| env_key.is_some() && secret.env_key.as_deref() == env_key);
        let clash = same_name.map(|holder| ("name", holder));
        match clash.or_else(|| same_key().map(|holder| ("env_key", holder))) {
            None => Ok(()),
            Some((member, holder)) => Err(Refusal {
                members: [member.to_owned()].into(),
                existing: Some(holder.id.clone()),
                ..*refused("already_exists")
            }
            .into()),
        }
    }

    pub(super) fn require_revision(
        &self,
        expected: Expected,
        current: u64,
    ) -> Result<(), Box<Refusal>> {
        match expected {
            Expected::Absent | Expected::Current | Expected::Null => Ok(()),
            Expected::Older | Expected::Newer | Expected::Negative => Err(Refusal {
                current_revision: Some(current),
                ..*refused("conflict")
            }
            .into()),
        }
    }
}

fn new_values(
    ways: &Ways<'_>,
    method: &str,
    in_use: Option<&BTreeMap<&'static str, Value>>,
    faults: &mut Faults,
) -> Option<(BTreeMap<&'static str, Value>, &'static str)> {
    if let Some(length) = ways.generate {
        if method != "opaque_value" {
            faults.at("generate");
            return None;
        }
        let Some(length) = length else {
            faults.at("generate");
            return None;
        };
        return Some(([("value", Value::Generated(length))].into(), "generated"));
    }
    let values = values::credentials(ways.credentials?, method, in_use, faults)?;
    Some((values, "manual"))
}

/// The number of a version, or 1.
pub fn any_number(versions: usize, any: usize) -> usize {
    any % versions.max(1) + 1
}
