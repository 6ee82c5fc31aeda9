//! One step, carried out by the program and by the model, and what both say held against each other.

mod requests;
mod state;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::asks::{Ask, Turn};
use crate::rig::{Rig, Seat};
use crate::rules::{Done, Expect, Model, Refusal, Value as Held};

pub use state::{Shown, whole};

/// The hints that the rules name; others only comment on a value.
const HINTS: [&str; 2] = ["value_unchanged", "domains_widened"];

/// `shown` is what was shown after the step before, and is after this one.
pub fn step(rig: &Rig, model: &mut Model, shown: &mut Option<Shown>, turn: &Turn) {
    if let Ask::TurnClock(millis) = turn.ask {
        rig.turn_clock(millis);
        // How old a secret looks may be another now.
        *shown = None;
        return;
    }
    let by = turn.by;
    let ask = model.fill_in(&turn.ask);
    let (command, request) = requests::of(&ask, model);
    let seat = &rig.seat(by);
    let log_before = state::newest_position(seat);
    let before = shown.take().unwrap_or_else(|| Shown::to(seat));
    let turn = Turn { by, ask };
    let expected = model.take(&turn);
    let ask = &turn.ask;
    let answer = seat.call(command, request.clone());
    let tell = || format!("{by:?} {command} {request}\nexpected {expected:?}\nanswered {answer:?}");
    match (&expected, &answer) {
        (Expect::Refused(refusal), Err(envelope)) => {
            if refusal.kind == "access_forbidden" {
                state::require_refusal_in_log(seat, command, &tell);
            }
            assert!(is_as_told(refusal, envelope), "{}", tell());
        }
        (Expect::Done(done), Ok(answer)) => {
            assert!(is_as_done(ask, done, answer), "{}", tell());
            if let Some(place) = done.record.filter(|_| done.what == Some("created")) {
                state::learn_id(model, ask, place, answer);
            }
            if let (Ask::Copy(_, field), Some(place)) = (ask, done.record) {
                require_copied(seat, model.copied(place, *field));
            }
        }
        _ => panic!("{}", tell()),
    }
    let after = Shown::to(seat);
    let actions = match &expected {
        Expect::Done(done) => done.actions.clone(),
        Expect::Refused(_) => Vec::new(),
    };
    if actions.is_empty() {
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
        state::require_history(seat, &model.secrets[*place], &tell);
    }
    state::require_entries(seat, log_before, actions, &tell);
    *shown = Some(after);
}

fn is_as_told(refusal: &Refusal, envelope: &Value) -> bool {
    let told: BTreeSet<String> = list(&envelope["details"]).iter().map(member).collect();
    let is_open = |member: &&String| {
        let first = member.split('.').next().unwrap();
        !refusal.undecided.contains(first) || refusal.members.contains(*member)
    };
    let decided: BTreeSet<String> = told.iter().filter(is_open).cloned().collect();
    let must_name = matches!(refusal.kind, "validation_error" | "already_exists");
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

fn is_as_done(ask: &Ask, done: &Done, answer: &Value) -> bool {
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
