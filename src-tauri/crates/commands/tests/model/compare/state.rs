//! What the program shows of its state, held against the model's.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{list, sessions, team};
use crate::asks::{Ask, By, Role};
use crate::rig::{Rig, Seat};
use crate::rules::{Holding, Model, Secret};

/// A record that was made gets its id from the answer.
pub fn learn_id(model: &mut Model, ask: &Ask, place: usize, answer: &Value) {
    let id = |kind: &str| answer[kind]["id"].as_str().unwrap().to_owned();
    match ask {
        Ask::CreateLocation(_) => model.locations[place].id = id("location"),
        Ask::CreateConnection(_) => model.connections[place].id = id("connection"),
        Ask::Invite(_) => team::learn_invited(model, place, answer),
        _ => model.secrets[place].id = id("secret"),
    }
}

/// All that a list shows; the log and the histories are looked at by themselves.
#[derive(Debug, PartialEq)]
pub struct Shown {
    secrets: Value,
    trash: Value,
    locations: Value,
    connections: Value,
    settings: Value,
    members: Value,
}

impl Shown {
    pub fn to(seat: &Seat<'_>) -> Self {
        let all = || json!({"limit": 1000});
        Self {
            secrets: seat.done("secret_list", all()),
            trash: seat.done("trash_list", all()),
            locations: seat.done("location_list", all()),
            connections: seat.done("connection_list", all()),
            settings: seat.done("vault_settings_get", json!({})),
            members: team::shown_to(seat),
        }
    }
}

pub fn require_shown(model: &Model, shown: &Shown, tell: &dyn Fn() -> String) {
    for (trashed, page) in [(false, &shown.secrets), (true, &shown.trash)] {
        let there = model
            .secrets
            .iter()
            .filter(|secret| secret.trashed == trashed && !secret.gone);
        assert_eq!(list(&page["secrets"]).len(), there.count(), "{}", tell());
        for shown in list(&page["secrets"]) {
            let place = model
                .secrets
                .iter()
                .position(|secret| shown["id"] == secret.id.as_str());
            let place = place.unwrap_or_else(|| panic!("{shown} after {}", tell()));
            let secret = &model.secrets[place];
            assert!(secret.trashed == trashed && !secret.gone, "{}", tell());
            assert_eq!(
                shown["locations"],
                json!(model.locations_of(place)),
                "{}",
                tell()
            );
            require_secret(model, secret, shown, tell);
        }
    }
    require_records(model, shown, tell);
    team::require_members(model, &shown.members, tell);
}

/// The versions of a secret, if it is there.
pub fn require_history(seat: &Seat<'_>, model: &Model, secret: &Secret, tell: &dyn Fn() -> String) {
    if !secret.gone {
        let history = seat.done("secret_history", json!({"id": secret.id}));
        require_versions(model, secret, list(&history["versions"]), tell);
    }
}

fn require_records(model: &Model, shown: &Shown, tell: &dyn Fn() -> String) {
    let Shown {
        locations: page,
        settings,
        ..
    } = shown;
    let there: Vec<_> = model
        .locations
        .iter()
        .filter(|location| !location.gone)
        .collect();
    assert_eq!(list(&page["locations"]).len(), there.len(), "{}", tell());
    for shown in list(&page["locations"]) {
        let found = there
            .iter()
            .find(|location| shown["id"] == location.id.as_str());
        let location = found.unwrap_or_else(|| panic!("{shown} after {}", tell()));
        let url = location.endpoint.as_ref().map(|held| &held.url);
        for (member, expected) in [
            ("name", json!(location.name)),
            ("location_type", json!(location.kind)),
            (
                "secret_id",
                json!(location.secret.map(|place| &model.secrets[place].id)),
            ),
            (
                "secret_name",
                json!(location.secret.map(|place| &model.secrets[place].name)),
            ),
            ("bucket_name", json!(location.bucket)),
            ("region", json!(location.region)),
            ("endpoint_url", json!(url)),
            (
                "http_allowed",
                json!(location.endpoint.as_ref().is_some_and(|held| held.is_plain)),
            ),
            ("prefix", json!(location.prefix)),
            ("revision", json!(location.revision)),
        ] {
            assert_eq!(
                shown[member],
                expected,
                "{member} of {shown} after {}",
                tell()
            );
        }
    }
    let page = &shown.connections;
    let there: Vec<_> = (0..model.connections.len())
        .filter(|place| !model.connections[*place].gone)
        .collect();
    assert_eq!(list(&page["connections"]).len(), there.len(), "{}", tell());
    for shown in list(&page["connections"]) {
        let found = there
            .iter()
            .find(|place| shown["id"] == model.connections[**place].id.as_str());
        let place = *found.unwrap_or_else(|| panic!("{shown} after {}", tell()));
        require_connection(model, place, shown, tell);
    }
    for (member, expected) in [
        ("tier", json!(model.tier)),
        ("secrets", json!(model.live_secrets())),
        ("connections", json!(there.len())),
    ] {
        let shown = settings[member].get("count").unwrap_or(&settings[member]);
        assert_eq!(*shown, expected, "{member} of {settings} after {}", tell());
    }
}

fn require_connection(model: &Model, place: usize, shown: &Value, tell: &dyn Fn() -> String) {
    let connection = &model.connections[place];
    for (member, expected) in [
        ("name", json!(connection.name)),
        ("description", json!(connection.description)),
        ("connection_type", json!(connection.kind)),
        ("method", json!(connection.method)),
        ("used_by", json!(model.users_of(place).count())),
        ("revision", json!(connection.revision)),
    ] {
        assert_eq!(
            shown[member],
            expected,
            "{member} of {shown} after {}",
            tell()
        );
    }
    for field in list(&shown["fields"]) {
        let held = connection.texts[field["name"].as_str().unwrap()];
        if field["kind"] == "secret" {
            assert!(
                field["text"].is_null() && field["mask"] != held,
                "{}",
                tell()
            );
        } else {
            assert_eq!(field["text"], held, "{}", tell());
        }
    }
}

fn require_secret(model: &Model, secret: &Secret, shown: &Value, tell: &dyn Fn() -> String) {
    let texts = |set: &BTreeSet<String>| json!(set.iter().collect::<Vec<_>>());
    let sorted = |value: &Value| {
        let texts = list(value)
            .iter()
            .map(|text| text.as_str().unwrap().to_owned());
        json!(
            texts
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        )
    };
    let (mode, connection, mappings) = match &secret.holding {
        Holding::Direct(_) => ("direct", Value::Null, Vec::new()),
        Holding::External {
            connection,
            mappings,
        } => (
            "external",
            json!(model.connections[*connection].id),
            mappings
                .iter()
                .map(|(field, reference)| json!({"field_name": field, "reference": reference}))
                .collect(),
        ),
    };
    let version = Some(secret.versions().len()).filter(|count| *count > 0);
    for (member, expected) in [
        ("name", json!(secret.name)),
        ("description", json!(secret.description)),
        ("notes", json!(secret.notes)),
        ("tags", texts(&secret.tags)),
        ("secret_type", json!(secret.kind())),
        ("auth_method", json!(secret.method)),
        ("mode", json!(mode)),
        ("vault_connection_id", connection),
        ("field_mappings", json!(mappings)),
        ("env_key", json!(secret.env_key)),
        (
            "history",
            json!({"keep": secret.policy.keep, "grace_days": secret.policy.grace_days}),
        ),
        ("revision", json!(secret.revision)),
        ("created_by", json!(model.people[secret.created_by].name)),
        ("version", json!(version)),
    ] {
        assert_eq!(
            shown[member],
            expected,
            "{member} of {shown} after {}",
            tell()
        );
    }
    assert_eq!(
        sorted(&shown["allowed_domains"]),
        texts(&secret.domains),
        "{}",
        tell()
    );
    assert_eq!(
        shown["trashed_at"].is_string(),
        secret.trashed,
        "{}",
        tell()
    );
    let time = |member: &str| shown[member].as_str().unwrap().to_owned();
    assert!(time("created_at") <= time("updated_at"), "{}", tell());
    assert!(time("rotated_at") <= time("updated_at"), "{}", tell());
}

/// `shown` is newest first.
fn require_versions(model: &Model, secret: &Secret, shown: &[Value], tell: &dyn Fn() -> String) {
    assert_eq!(shown.len(), secret.versions().len(), "{}", tell());
    for (index, (version, shown)) in secret.versions().iter().zip(shown.iter().rev()).enumerate() {
        let is_old = matches!(version.state, "previous" | "retired");
        let same_fields =
            crate::asks::fields_of(version.method) == crate::asks::fields_of(secret.method);
        for (member, expected) in [
            ("number", json!(index + 1)),
            ("state", json!(version.state)),
            ("how", json!(version.how)),
            ("origin", json!(version.origin)),
            ("reason", json!(version.reason)),
            ("created_by", json!(model.people[version.created_by].name)),
            ("auth_method", json!(version.method)),
            (
                "restorable",
                json!(is_old && same_fields && !secret.trashed),
            ),
        ] {
            assert_eq!(
                shown[member],
                expected,
                "{member} of {shown} after {}",
                tell()
            );
        }
        assert_eq!(shown["masks"].is_null(), version.forgotten, "{}", tell());
    }
}

pub fn newest_position(seat: &Seat<'_>) -> u64 {
    let page = seat.done("audit_list", json!({"limit": 1}));
    page["entries"][0]["position"].as_u64().unwrap()
}

/// Every change has its entries, and nothing else has any (AUDIT-01).
pub fn require_entries(
    seat: &Seat<'_>,
    before: u64,
    mut expected: Vec<&'static str>,
    tell: &dyn Fn() -> String,
) {
    let page = seat.done("audit_list", json!({"limit": 100}));
    let newer = |entry: &&Value| entry["position"].as_u64().unwrap() > before;
    let mut actions: Vec<&str> = list(&page["entries"])
        .iter()
        .filter(newer)
        .map(|entry| entry["action"].as_str().unwrap())
        // Coalesced by the minute, so there may be none; looked for by `require_refusal_in_log`.
        .filter(|action| *action != "access_refused")
        .collect();
    actions.sort_unstable();
    expected.sort_unstable();
    assert_eq!(actions, expected, "entries after {}", tell());
}

/// An attempt refused by role is in the log (AUDIT-01).
pub fn require_refusal_in_log(
    seat: &Seat<'_>,
    model: &Model,
    command: &str,
    tell: &dyn Fn() -> String,
) {
    let page = seat.done(
        "audit_list",
        json!({"action": "access_refused", "limit": 1000}),
    );
    let name = &model.people[seat.place.member].name;
    let is_this =
        |entry: &Value| entry["actor"] == name.as_str() && entry.to_string().contains(command);
    assert!(
        list(&page["entries"]).iter().any(is_this),
        "no entry of {}",
        tell()
    );
}

/// At the end of a sequence the log vouches for all that is there.
pub fn whole(rig: &Rig, model: &mut Model) {
    let owner = model.place_of(By {
        role: Role::Owner,
        any: 0,
    });
    let seat = &sessions::sit(rig, model, owner);
    for secret in &model.secrets {
        require_history(seat, model, secret, &|| "the whole sequence".to_owned());
    }
    team::require_keys(rig, model);
    let verdict = seat.done("audit_verify", json!({}));
    assert_eq!(verdict["ok"], true, "{verdict}");
    let verdict = seat.done("vault_check", json!({}));
    assert!(list(&verdict["problems"]).is_empty(), "{verdict}");
}
