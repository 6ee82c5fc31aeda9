//! What is shown of the members, and answered about them, held against the model's.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::list;
use crate::asks::{Ask, OwnPassword};
use crate::rig::{Rig, Seat};
use crate::rules::{Done, Exposed, Model, Standing};

/// Those who founded the team get their ids.
pub fn learn_founders(seat: &Seat<'_>, model: &mut Model) {
    let shown = seat.done("member_list", json!({}));
    for person in &mut model.people {
        let mut members = list(&shown["members"]).iter();
        let found = members.find(|member| member["name"] == person.name.as_str());
        person.id = text(&found.unwrap()["id"]);
    }
}

pub fn learn_invited(model: &mut Model, member: usize, answer: &Value) {
    let person = &mut model.people[member];
    person.id = text(&answer["member"]["id"]);
    person.code = Some(text(&answer["invitation_code"]));
}

/// All members as everyone sees them.
pub fn shown_to(seat: &Seat<'_>) -> Value {
    let mut shown = seat.done("member_list", json!({}));
    for member in shown["members"].as_array_mut().unwrap() {
        member.as_object_mut().unwrap().remove("you");
    }
    shown
}

pub fn require_members(model: &Model, shown: &Value, tell: &dyn Fn() -> String) {
    let told = |members: &Value| -> BTreeSet<(String, String, String, String, bool)> {
        let members = list(members).iter().map(|member| {
            let word = |name: &str| member[name].as_str().unwrap_or_default().to_owned();
            let wanted = member["rekey_wanted"] == true;
            (
                word("id"),
                word("name"),
                word("role"),
                word("status"),
                wanted,
            )
        });
        members.collect()
    };
    let mut there = BTreeSet::new();
    let mut former = BTreeSet::new();
    for person in &model.people {
        let (id, name) = (person.id.clone(), person.name.clone());
        let status = match person.standing {
            Standing::Invited => "invited",
            Standing::Active => "active",
            Standing::Former => {
                former.insert((id, name, String::new(), String::new(), false));
                continue;
            }
        };
        let (role, status) = (person.role.word().to_owned(), status.to_owned());
        there.insert((id, name, role, status, person.wants_rekey));
    }
    assert_eq!(told(&shown["members"]), there, "{}", tell());
    assert_eq!(told(&shown["former"]), former, "{}", tell());
}

/// `None` where the ask is about something else.
pub fn is_as_done(model: &Model, ask: &Ask, done: &Done, answer: &Value) -> Option<bool> {
    let person = done.record.and_then(|member| model.people.get(member));
    let is_member = |status: &str| {
        let person = person.unwrap();
        answer["member"]["name"] == person.name.as_str()
            && answer["member"]["role"] == person.role.word()
            && answer["member"]["status"] == status
    };
    let is_rekeyed = answer["rekeyed"] == done.rekeyed;
    Some(match ask {
        Ask::Invite(_) => is_member("invited"),
        Ask::ChangeRole(..) => {
            let status = match person.unwrap().standing {
                Standing::Invited => "invited",
                _ => "active",
            };
            let changed = answer["changed"] == json!(done.changed);
            is_member(status) && changed && is_rekeyed && exposed(answer) == done.exposed
        }
        Ask::RemoveMember(_) => {
            let is_gone = answer["member"].is_null();
            is_gone && is_rekeyed && exposed(answer) == done.exposed
        }
        Ask::Join(_) => is_code(&answer["recovery_code"]),
        Ask::ChangePassword(OwnPassword { .. }) => answer == &json!({}),
        Ask::RenewIdentity(_) => is_rekeyed && is_code(&answer["recovery_code"]),
        Ask::Rekey(_) => is_rekeyed,
        _ => return None,
    })
}

/// The file of keys is for those who are in the list, and for nobody else.
pub fn require_keys(rig: &Rig, model: &Model) {
    for person in &model.people {
        let is_there = person.standing != Standing::Former;
        assert_eq!(rig.has_keys_for(&person.id), is_there, "{}", person.name);
    }
}

fn exposed(answer: &Value) -> Exposed {
    let all = list(&answer["exposed"]).iter();
    let exposed = all.map(|item| {
        let kind = ["secret", "external", "trashed", "connection"]
            .into_iter()
            .find(|kind| item["kind"] == *kind);
        (kind.unwrap(), text(&item["id"]), item["copied"] == true)
    });
    exposed.collect()
}

fn is_code(value: &Value) -> bool {
    value.as_str().is_some_and(|code| code.len() > 20)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
