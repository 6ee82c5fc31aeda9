//! Old versions: which values are kept, restored and destroyed. RULES.md, History.
//!
//! A change goes by the number of values that the policy keeps. The grace time is ended by the sweep alone, which does not
//! take the clock's word for what time it is. What an open rotation needs for its way back stays until it is over.

mod destroy;
mod restore;

pub(crate) use destroy::without_values;
pub use destroy::{DestroyInput, sweep};
pub(crate) use restore::restored;
pub use restore::{RestoreDraft, RestoreInput};

use std::ops::RangeInclusive;

use crate::fault::Fault;
use crate::findings::Findings;
use crate::reject::Rejection;
use crate::request::HistoryInput;
use crate::secret::SecretWithVersions;
use crate::time::Timestamp;
use crate::version::{HistoryPolicy, Version, VersionNumber, VersionState};

/// What becomes of the versions that are there when a new one comes, or when the policy changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Aftermath {
    pub states: Vec<(VersionNumber, VersionState)>,
    pub destroy: Vec<VersionNumber>,
}

/// What a rotation does with the value that it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Previous {
    /// As the secret's history policy says.
    #[default]
    Keep,
    /// Destroyed in the same act, for incidents (HIST-05).
    Destroy,
}

impl Previous {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "keep" => Some(Self::Keep),
            "destroy" => Some(Self::Destroy),
            _ => None,
        }
    }
}

/// The versions there are step back for a new current one.
pub(crate) fn turn_over(
    current: &SecretWithVersions,
    policy: HistoryPolicy,
    previous: Previous,
    at: Timestamp,
) -> Aftermath {
    let versions = current.versions();
    let in_use = |version: &&Version| version.state() == VersionState::Current;
    let mut destroy: Vec<VersionNumber> = match previous {
        Previous::Keep => Vec::new(),
        Previous::Destroy => versions
            .iter()
            .filter(in_use)
            .map(Version::number)
            .collect(),
    };
    let old: Vec<OldValue> = old_values(versions, Some(at))
        .filter(|old| !destroy.contains(&old.number))
        .collect();
    destroy.extend(beyond_number(old, policy));
    destroy.retain(|number| Some(*number) != current.held());
    destroy.sort();
    let states = versions
        .iter()
        .filter(|version| !destroy.contains(&version.number()))
        .filter_map(|version| Some((version.number(), stepped_back(version.state())?)))
        .collect();
    Aftermath { states, destroy }
}

/// Old values that are more than the policy keeps.
pub(crate) fn values_past_number(
    current: &SecretWithVersions,
    policy: HistoryPolicy,
) -> Vec<VersionNumber> {
    let mut past = beyond_number(old_values(current.versions(), None).collect(), policy);
    past.retain(|number| Some(*number) != current.held());
    past.sort();
    past
}

/// Old values that the policy does not keep any longer at this time.
pub(crate) fn values_past_keeping(
    current: &SecretWithVersions,
    policy: HistoryPolicy,
    at: Timestamp,
) -> Vec<VersionNumber> {
    let mut past = values_past_number(current, policy);
    let grace_over = |old: &OldValue| {
        policy
            .grace_days()
            .is_some_and(|days| old.replaced_at.plus_days(days.into()) <= at)
    };
    past.extend(
        old_values(current.versions(), None)
            .filter(grace_over)
            .map(|old| old.number)
            .filter(|number| Some(*number) != current.held()),
    );
    past.sort();
    past.dedup();
    past
}

pub(crate) fn next_number(versions: &[Version]) -> VersionNumber {
    versions
        .last()
        .map_or(VersionNumber::FIRST, |newest| newest.number().next())
}

pub(crate) fn parse_policy(input: &HistoryInput, findings: &mut Findings) -> Option<HistoryPolicy> {
    let Some(keep) = input.keep else {
        let message = "Say how many old values to keep; 0 keeps none.";
        findings.detail(Fault::new("missing", message).at(vec!["history".into(), "keep".into()]));
        return None;
    };
    let mut out_of_range = |member: &'static str, message: String| {
        let way = vec!["history".into(), member.into()];
        findings.detail(Fault::new("out_of_range", message).at(way));
    };
    let kept = in_range(keep, 0..=HistoryPolicy::VERSIONS_MAX);
    if kept.is_none() {
        let most = HistoryPolicy::VERSIONS_MAX;
        out_of_range("keep", format!("Keep 0 to {most} old values."));
    }
    let grace = input
        .grace_days
        .map(|days| in_range(days, 1..=HistoryPolicy::GRACE_DAYS_MAX));
    if grace == Some(None) {
        let most = HistoryPolicy::GRACE_DAYS_MAX;
        out_of_range(
            "grace_days",
            format!("The grace time is 1 to {most} days, or none."),
        );
        return None;
    }
    let policy = HistoryPolicy::new(kept?, grace.flatten());
    if policy.is_none() {
        let message = "Where no old value is kept, there is nothing for a grace time to limit.";
        out_of_range("grace_days", message.to_owned());
    }
    policy
}

fn in_range<T: TryFrom<i64> + PartialOrd>(number: i64, range: RangeInclusive<T>) -> Option<T> {
    T::try_from(number)
        .ok()
        .filter(|number| range.contains(number))
}

struct OldValue {
    number: VersionNumber,
    replaced_at: Timestamp,
}

/// Old versions that still have values, newest first. With `current_replaced_at` the current one
/// counts as old from then on.
fn old_values(
    versions: &[Version],
    current_replaced_at: Option<Timestamp>,
) -> impl Iterator<Item = OldValue> {
    let mut replaced_at = current_replaced_at;
    versions
        .iter()
        .rev()
        .filter(|version| version.state() != VersionState::Pending)
        .filter_map(move |version| {
            let since = replaced_at.replace(version.created_at());
            let old = OldValue {
                number: version.number(),
                replaced_at: since?,
            };
            version.state().has_values().then_some(old)
        })
}

fn beyond_number(newest_first: Vec<OldValue>, policy: HistoryPolicy) -> Vec<VersionNumber> {
    newest_first
        .into_iter()
        .skip(usize::from(policy.keep()))
        .map(|old| old.number)
        .collect()
}

/// `None` where a version's state stays.
fn stepped_back(state: VersionState) -> Option<VersionState> {
    match state {
        VersionState::Current => Some(VersionState::Previous),
        VersionState::Previous => Some(VersionState::Retired),
        VersionState::Pending
        | VersionState::Retired
        | VersionState::Destroying
        | VersionState::Destroyed => None,
    }
}

/// The version that a request names.
fn named_version(secret: &SecretWithVersions, number: Option<i64>) -> Result<&Version, Rejection> {
    let Some(number) = number else {
        return Err(Rejection::validation(vec![
            Fault::new("missing", "Say which version.").at_member("version"),
        ]));
    };
    u32::try_from(number)
        .ok()
        .and_then(VersionNumber::new)
        .and_then(|number| secret.version(number))
        .ok_or_else(|| Rejection::not_found("version"))
}
