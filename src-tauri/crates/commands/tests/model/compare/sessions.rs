//! Sessions: begun when a member's turn comes, and ended by what others did to the keys (LOCK-06).

use serde_json::json;

use super::list;
use crate::rig::{Place, Rig, Seat};
use crate::rules::{Model, Session, Standing};

/// The member in front of a program that is unlocked.
pub fn sit<'a>(rig: &'a Rig, model: &mut Model, place: Place) -> Seat<'a> {
    let seat = rig.seat(place);
    match model.sessions.get(&place) {
        Some(Session::Open) => return seat,
        None => {}
        Some(Session::OldKeys) => require_turned_away(&seat, "keys_changed"),
        Some(Session::OldRole) => {
            seat.look();
            assert_eq!(seat.parting().as_deref(), Some("keys_changed"), "{place:?}");
        }
    }
    let person = &model.people[place.member];
    let opened = seat.unlock(&person.password);
    opened.unwrap_or_else(|envelope| panic!("{} cannot unlock: {envelope}", person.name));
    model.begin_session(place);
    seat
}

/// Whoever is no member any more gets nothing, in an open session or with their password.
pub fn part_from(rig: &Rig, model: &mut Model, member: usize) {
    let person = &model.people[member];
    if person.standing != Standing::Former {
        return;
    }
    let theirs = model.sessions.keys().filter(|place| place.member == member);
    for place in theirs {
        let seat = rig.seat(*place);
        require_turned_away(&seat, "removed");
        let refused = seat.unlock(&person.password).unwrap_err();
        assert_eq!(refused["type"], "authentication_failed", "{refused}");
    }
    model.sessions.retain(|place, _| place.member != member);
}

fn require_turned_away(seat: &Seat<'_>, reason: &str) {
    let refused = seat.call("secret_list", json!({})).unwrap_err();
    assert_eq!(refused["type"], "conflict", "{refused}");
    assert_eq!(
        list(&refused["details"])[0]["type"],
        "keys_changed",
        "{refused}"
    );
    assert_eq!(seat.parting().as_deref(), Some(reason));
}
