//! Which secrets a list is to show, as it was asked for.

use domain::health::{Health, OLD_AFTER_DAYS};
use domain::policy::DueState;
use domain::reject::Detail;
use domain::verification::VerificationStatus;
use domain::{ConnectionId, SecretType, TextList, Timestamp};
use vault::{Filter, HoldingKind, OpenRun, ValuesAre};

use crate::api::SecretList;

/// What could be read of it; the rest is told in `faults`.
pub(super) fn parse(request: &mut SecretList, now: Timestamp, faults: &mut Vec<Detail>) -> Filter {
    let mut tags = texts("tags", request.tags.take(), faults);
    tags.extend(request.tag.take());
    let health: Vec<_> = Health::ALL.iter().map(|one| (one.as_str(), *one)).collect();
    let health = one_of("health", request.health.as_deref(), &health, faults);
    let old = [("any", None), ("over_90_days", Some(OLD_AFTER_DAYS))];
    let old = one_of("age", request.age.as_deref(), &old, faults).flatten();
    let modes = [
        ("direct", HoldingKind::Direct),
        ("external", HoldingKind::External),
    ];
    let due = [("overdue", DueState::Overdue), ("soon", DueState::Soon)];
    let due = one_of("due", request.due.as_deref(), &due, faults);
    let standing = VerificationStatus::ALL.map(|one| (one.as_str(), one));
    let runs = [("open", OpenRun::Any), ("stopped", OpenRun::Stopped)];
    let values = [("shared", ValuesAre::Shared)];
    Filter {
        types: types(request, faults),
        tags,
        health,
        rotated_before: old.map(|days| now.plus_millis(-i64::from(days) * DAY_MILLIS)),
        connection: connection(request, faults),
        holding: one_of("mode", request.mode.as_deref(), &modes, faults),
        due,
        locations: one_of(
            "verification",
            request.verification.as_deref(),
            &standing,
            faults,
        ),
        rotation: one_of("rotation", request.rotation.as_deref(), &runs, faults),
        values: one_of("values", request.values.as_deref(), &values, faults),
        // Where nothing is judged at a moment, a later one is the same filter.
        now: (health.is_some() || due.is_some()).then_some(now),
    }
}

fn texts(member: &'static str, given: Option<TextList>, faults: &mut Vec<Detail>) -> Vec<String> {
    let given = given.unwrap_or_default().into_texts(member);
    given.unwrap_or_else(|nulls| {
        faults.extend(nulls);
        Vec::new()
    })
}

fn types(request: &mut SecretList, faults: &mut Vec<Detail>) -> Vec<SecretType> {
    let listed = texts("types", request.types.take(), faults);
    let ways = (0..listed.len()).map(|index| vec!["types".into(), index.into()]);
    let single = request.secret_type.take();
    let single = single.map(|text| (text, vec!["type".into()]));
    let mut known = Vec::new();
    for (text, way) in listed.into_iter().zip(ways).chain(single) {
        match SecretType::parse(&text) {
            Some(one) => known.push(one),
            None => faults.push(Detail::new(way, "unknown_value", "There is no such type.")),
        }
    }
    known
}

fn connection(request: &SecretList, faults: &mut Vec<Detail>) -> Option<ConnectionId> {
    let text = request.vault_connection_id.as_deref()?;
    match ConnectionId::parse(text) {
        Ok(id) => Some(id),
        Err(error) => {
            let message = error.to_string();
            faults.push(Detail::at("vault_connection_id", error.kind(), message));
            None
        }
    }
}

fn one_of<T: Copy>(
    member: &'static str,
    given: Option<&str>,
    known: &[(&'static str, T)],
    faults: &mut Vec<Detail>,
) -> Option<T> {
    let given = given?;
    let found = known.iter().find(|(name, _)| *name == given);
    if found.is_none() {
        let message = format!("The {member} is {}.", listed(known));
        faults.push(Detail::at(member, "unknown_value", message));
    }
    found.map(|(_, one)| *one)
}

/// "fine, hint or old".
fn listed<T>(known: &[(&'static str, T)]) -> String {
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
