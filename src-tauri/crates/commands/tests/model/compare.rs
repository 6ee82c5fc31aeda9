//! One step, carried out by the program and by the model, and what both say held against each other.

mod requests;
mod sessions;
mod state;
mod team;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::asks::{Ask, Turn};
use crate::rig::{Place, Rig, Seat};
use crate::rules::{Done, Expect, Model, Refusal, Value as Held};

pub use state::{Shown, whole};

/// The hints that the rules name; others only comment on a value.
const HINTS: [&str; 2] = ["value_unchanged", "domains_widened"];

/// Before the first step.
pub fn begin(rig: &Rig, model: &mut Model) {
    let seat = sessions::sit(rig, model, model.by);
    team::learn_founders(&seat, model);
}

/// `shown` is what was shown after the step before, and is after this one.
pub fn step(rig: &Rig, model: &mut Model, shown: &mut Option<Shown>, turn: &Turn) {
    let place = model.place_of(turn.by);
    let ask = &model.fill_in(place.member, &turn.ask);
    if let Ask::TurnClock(millis) = *ask {
        rig.turn_clock(millis);
        // How old a secret looks may be another now.
        *shown = None;
        return;
    }
    let seat = &sessions::sit(rig, model, place);
    model.by = place;
    let (command, request) = requests::of(ask, model, &rig.vault_id());
    let actor = match ask {
        Ask::Join(ask) => &rig.seat(Place {
            member: model.joining(ask),
            is_second: false,
        }),
        _ => seat,
    };
    let log_before = state::newest_position(seat);
    let before = shown.take().unwrap_or_else(|| Shown::to(seat));
    let expected = model.take(place, ask);
    let answer = actor.call(command, request.clone());
    let by = &model.people[place.member].name.clone();
    let tell = || format!("{by} {command} {request}\nexpected {expected:?}\nanswered {answer:?}");
    let actions = match (&expected, &answer) {
        (Expect::Refused(refusal), Err(envelope)) => {
            if refusal.kind == "access_forbidden" {
                state::require_refusal_in_log(seat, model, command, &tell);
            }
            assert!(is_as_told(refusal, envelope), "{}", tell());
            &refusal.actions
        }
        (Expect::Done(done), Ok(answer)) => {
            assert!(is_as_done(model, ask, done, answer), "{}", tell());
            if let Some(place) = done.record.filter(|_| done.what == Some("created")) {
                state::learn_id(model, ask, place, answer);
            }
            if let (Ask::Copy(_, field), Some(place)) = (ask, done.record) {
                require_copied(seat, model.copied(place, *field));
            }
            if let (Ask::RemoveMember(_), Some(member)) = (ask, done.record) {
                sessions::part_from(rig, model, member);
            }
            &done.actions
        }
        _ => panic!("{}", tell()),
    };
    let after = Shown::to(seat);
    if actions.is_empty() || matches!(expected, Expect::Refused(_)) {
        assert_eq!(after, before, "{}", tell());
    }
    state::require_shown(model, &after, &tell);
    if let (
        Expect::Done(Done {
            record: Some(place),
            ..
        }),
        true,
    ) = (&expected, ask.is_about_a_secret())
    {
        state::require_history(seat, model, &model.secrets[*place], &tell);
    }
    state::require_entries(seat, log_before, actions.clone(), &tell);
    *shown = Some(after);
}

fn is_as_told(refusal: &Refusal, envelope: &Value) -> bool {
    let told: BTreeSet<String> = list(&envelope["details"]).iter().map(member).collect();
    let is_open = |member: &&String| {
        let first = member.split('.').next().unwrap();
        !refusal.undecided.contains(first) || refusal.members.contains(*member)
    };
    let decided: BTreeSet<String> = told.iter().filter(is_open).cloned().collect();
    let must_name = matches!(refusal.kind, "validation_error" | "already_exists")
        || !refusal.members.is_empty();
    let ids: BTreeSet<String> = list(&envelope["dependants"])
        .iter()
        .map(|dependant| dependant["id"].as_str().unwrap().to_owned())
        .collect();
    let limit = envelope["limit"].as_u64().zip(envelope["current"].as_u64());
    envelope["type"] == refusal.kind
        && (!must_name || decided == refusal.members)
        && envelope["existing_id"].as_str() == refusal.existing.as_deref()
        && envelope["current_revision"].as_u64() == refusal.current_revision
        && ids == refusal.dependants
        && limit == refusal.limit
}

/// The way of a detail, as far as the model tells members apart.
fn member(detail: &Value) -> String {
    let steps: Vec<String> = list(&detail["loc"])
        .iter()
        .map(|step| step.as_str().map_or(step.to_string(), str::to_owned))
        .collect();
    let told_apart = match steps[0].as_str() {
        "credentials" => 2,
        "field_mappings" => 3,
        _ => 1,
    };
    steps[..steps.len().min(told_apart)].join(".")
}

fn is_as_done(model: &Model, ask: &Ask, done: &Done, answer: &Value) -> bool {
    if let Some(is) = team::is_as_done(model, ask, done, answer) {
        return is;
    }
    match ask {
        Ask::EmptyTrash => {
            return answer["deleted"].as_u64() == u64::try_from(done.actions.len()).ok();
        }
        Ask::Copy(..) | Ask::SetTier(_) => return true,
        _ => {}
    }
    let whats = ["created", "updated", "deleted"];
    let is_what =
        |what: &&str| answer[*what].as_bool() == (done.what == Some(*what)).then_some(true);
    let changed: Vec<&str> = list(&answer["changed"])
        .iter()
        .map(|field| field.as_str().unwrap())
        .collect();
    let hints: BTreeSet<&str> = list(&answer["hints"])
        .iter()
        .map(|hint| hint["type"].as_str().unwrap())
        .filter(|kind| HINTS.contains(kind))
        .collect();
    whats.iter().all(is_what) && changed == done.changed && hints == done.hints
}

fn require_copied(seat: &Seat<'_>, held: &Held) {
    let copied = seat
        .take_copied()
        .expect("a copied value is on the clipboard");
    match held {
        Held::Known(text) => assert_eq!(copied, *text),
        Held::Generated(length) => assert_eq!(copied.chars().count(), *length),
    }
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
