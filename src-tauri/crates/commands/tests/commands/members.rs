//! Members through commands: invited, joined, given roles, removed, and what their other sessions see of it.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::temp_vault::PASSWORD;
use turnstone_commands::api::{Event, LockReason};

use crate::world::World;

/// Of Ben, who is invited most.
pub const THEIR_PASSWORD: &str = "nine dotterels drink with Ben at spring tide";

pub fn password_of(name: &str) -> String {
    format!("nine dotterels drink with {name} at spring tide")
}

/// More than an invitation lasts.
const FIFTEEN_DAYS: Duration = Duration::from_secs(15 * 24 * 60 * 60);

/// A member of a world's vault on a device of their own, with the session that joining opens.
pub struct Joined {
    pub world: World,
    pub id: String,
}

impl World {
    /// Answers the id and the code.
    pub fn invite(&self, name: &str, role: &str) -> (String, String) {
        let request = json!({ "name": name, "role": role, "password": PASSWORD });
        let answer = self.done("member_invite", request);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (
            text(&answer["member"]["id"]),
            text(&answer["invitation_code"]),
        )
    }

    pub fn joining(&self, code: &str) -> Value {
        json!({ "vault_id": self.vault_id(), "invitation_code": code, "member_password": THEIR_PASSWORD })
    }

    pub fn joined(&self, name: &str, role: &str) -> Joined {
        let (id, code) = self.invite(name, role);
        let world = self.on_device_of(name);
        let mut request = self.joining(&code);
        request["member_password"] = json!(password_of(name));
        world.done("vault_join", request);
        Joined { world, id }
    }

    pub fn unlock_with(&self, password: &str) -> Result<Value, domain::Rejection> {
        self.call(
            "vault_unlock",
            json!({ "vault_id": self.vault_id(), "password": password }),
        )
    }

    pub fn member(&self, name: &str) -> Value {
        let list = self.done("member_list", json!({}));
        let members = list["members"].as_array().unwrap();
        let found = members.iter().find(|member| member["name"] == name);
        found.cloned().unwrap_or(Value::Null)
    }

    pub fn parting(&self) -> Option<(LockReason, String)> {
        self.events().into_iter().find_map(|event| match event {
            Event::Locked { reason, message } => Some((reason, message.unwrap_or_default())),
            _ => None,
        })
    }
}

#[test]
fn role_05_an_owner_invites_and_the_code_joins_once_with_a_password_of_ones_own() {
    let world = World::unlocked();
    world.generic("a", "plover-dunlin-knot");
    let (id, code) = world.invite("Ben", "operator");

    let invited = world.member("Ben");
    assert_eq!(
        (
            &invited["id"],
            &invited["status"],
            &invited["role"],
            &invited["you"]
        ),
        (
            &json!(id),
            &json!("invited"),
            &json!("operator"),
            &json!(false)
        )
    );
    assert!(invited["invited_until"].is_string() && invited["joined_at"].is_null());
    let their = world.on_device_of("ben");
    let joined = their.done("vault_join", world.joining(&code));
    assert_eq!(joined["vault"]["vault_id"], json!(world.vault_id()));
    assert!(joined["recovery_code"].as_str().unwrap().len() > 20);
    let status = their.done("app_status", json!({}));
    assert_eq!(
        (&status["member"]["id"], &status["member"]["role"]),
        (&json!(id), &json!("operator"))
    );
    assert_eq!(status["recovery_unconfirmed"], true);

    let member = world.member("Ben");
    assert_eq!(
        (&member["status"], &member["invited_until"]),
        (&json!("active"), &json!(null))
    );
    assert!(member["joined_at"].is_string());
    let again = world
        .on_device_of("somebody")
        .refused("vault_join", world.joining(&code));
    assert_eq!(again["type"], "authentication_failed", "{again}");
    their.done("vault_lock", json!({}));
    their.unlock_with("not this one").unwrap_err();
    their.unlock_with(THEIR_PASSWORD).unwrap();
    assert_eq!(their.member("Ben")["you"], true);
    assert!(world.actions().contains(&"member_joined".to_owned()));
    assert_eq!(world.done("audit_verify", json!({}))["ok"], true);
    let recovery = joined["recovery_code"].clone();
    their.done("vault_lock", json!({}));
    their.done(
        "vault_unlock",
        json!({ "vault_id": world.vault_id(), "recovery_code": recovery }),
    );
}

#[test]
fn a_wrong_late_or_mistyped_invitation_joins_nobody() {
    let world = World::unlocked();
    let (_, code) = world.invite("Ben", "viewer");
    let their = world.on_device_of("ben");
    let mut typo = code.clone();
    let last = typo.pop().unwrap();
    typo.push(if last == 'A' { 'B' } else { 'A' });
    let refused = their.refused("vault_join", world.joining(&typo));
    assert_eq!(
        (&refused["type"], &refused["details"][0]["loc"]),
        (&json!("validation_error"), &json!(["invitation_code"]))
    );
    let mut weak = world.joining(&code);
    weak["member_password"] = json!("password1");
    let refused = their.refused("vault_join", weak);
    assert_eq!(
        (&refused["type"], &refused["details"][0]["loc"]),
        (&json!("validation_error"), &json!(["member_password"]))
    );
    let (_, other) = World::unlocked().invite("Ben", "viewer");
    assert_eq!(
        their.refused("vault_join", world.joining(&other))["type"],
        "authentication_failed"
    );
    let unknown = json!({ "vault_id": "vlt_01M7YRHSZEYN56VDBC8TX9XSK9", "invitation_code": code, "member_password": THEIR_PASSWORD });
    assert_eq!(their.refused("vault_join", unknown)["type"], "not_found");
    assert_eq!(
        their.refused("vault_join", json!({}))["details"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    *their.time.lock().unwrap() += FIFTEEN_DAYS;
    for _ in 0..7 {
        let late = their.refused("vault_join", world.joining(&code));
        assert_eq!(late["type"], "authentication_failed", "no guess: {late}");
        let message = late["message"].as_str().unwrap();
        assert!(message.contains("expired"), "{late}");
    }
    assert_eq!(their.done("app_status", json!({}))["state"], "locked");
}

#[test]
fn an_invitation_is_on_a_sheet_until_it_is_confirmed() {
    let world = World::unlocked();
    assert_eq!(
        world.refused("invitation_sheet_save", json!({}))["type"],
        "not_found"
    );
    let (_, code) = world.invite("Ben", "viewer");
    let path = world.vault.home().join("invitation.txt");
    world.choose(&path);
    assert_eq!(
        world.done("invitation_sheet_save", json!({})),
        json!({ "saved_as": "invitation.txt" })
    );
    let sheet = std::fs::read_to_string(&path).unwrap();
    for told in [code.as_str(), "Ben, as viewer", "Acme", "Ada"] {
        assert!(sheet.contains(told), "{told}: {sheet}");
    }
    assert_eq!(
        world.done("invitation_sheet_save", json!({})),
        json!({ "cancelled": true })
    );
    world.done("invitation_sheet_print", json!({}));
    world.done("invitation_confirm", json!({}));
    for command in ["invitation_sheet_save", "invitation_sheet_print"] {
        assert_eq!(world.refused(command, json!({}))["type"], "not_found");
    }
}

#[test]
fn acts_on_members_tell_every_fault_and_ask_for_the_password_again() {
    let world = World::unlocked();
    let (id, _) = world.invite("Ben", "viewer");
    let locs = |envelope: &Value| -> Vec<Value> {
        envelope["details"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["loc"][0].clone())
            .collect()
    };
    let refused = world.refused("member_invite", json!({ "name": "", "role": "boss" }));
    assert_eq!(locs(&refused), ["name", "role", "password"]);
    let refused = world.refused("member_update", json!({ "id": id, "role": null }));
    assert_eq!(locs(&refused), ["role", "password"]);
    assert_eq!(
        locs(&world.refused("member_remove", json!({ "id": id }))),
        ["password"]
    );
    for (command, request) in [
        ("member_invite", json!({ "name": "Cleo", "role": "viewer" })),
        ("member_update", json!({ "id": id, "role": "viewer" })),
        ("member_remove", json!({ "id": id })),
    ] {
        let mut request = request;
        request["password"] = json!("not this one");
        let refused = world.refused(command, request);
        assert_eq!(
            (&refused["type"], locs(&refused)),
            (&json!("authentication_failed"), vec![json!("password")]),
            "{command}"
        );
    }
    let taken = world.refused(
        "member_invite",
        json!({ "name": "BEN", "role": "viewer", "password": PASSWORD }),
    );
    assert_eq!(
        (&taken["type"], &taken["existing_id"]),
        (&json!("already_exists"), &json!(id))
    );
    let early = world.refused(
        "member_update",
        json!({ "id": id, "role": "admin", "password": PASSWORD }),
    );
    assert_eq!(early["type"], "conflict", "an invitation keeps its role");
}

#[test]
fn an_invitation_that_is_taken_back_removes_nobody_who_has_joined_by_it() {
    let world = World::unlocked();
    let ben = world.joined("Ben", "viewer");
    let (cleo, _) = world.invite("Cleo", "viewer");
    let request = |id: &str, status: &str| json!({ "id": id, "password": PASSWORD, "expected_status": status });
    let refused = world.refused("member_remove", request(&ben.id, "invited"));
    assert_eq!(refused["type"], "conflict");
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.starts_with("Ben has joined meanwhile."),
        "{message}"
    );
    for status in ["active", "removed"] {
        let refused = world.refused("member_remove", request(&cleo, status));
        assert_eq!(refused["details"][0]["loc"], json!(["expected_status"]));
    }
    assert_eq!(world.member("Ben")["status"], "active");

    world.done("member_remove", request(&cleo, "invited"));
    world.done("member_remove", request(&ben.id, "active"));
    assert_eq!(world.member("Ben"), Value::Null);
}

#[test]
fn role_01_a_promotion_gives_what_the_new_role_can_after_the_next_unlock() {
    let world = World::unlocked();
    let secret = world.generic("a", "plover-dunlin-knot");
    let ben = world.joined("Ben", "viewer");
    assert_eq!(
        ben.world.refused("secret_copy", json!({ "id": secret }))["type"],
        "access_forbidden"
    );
    ben.world.events();

    let done = world.done(
        "member_update",
        json!({ "id": ben.id, "role": "operator", "password": PASSWORD }),
    );

    assert_eq!(
        (&done["changed"], &done["rekeyed"], &done["member"]["role"]),
        (&json!(["role"]), &json!(false), &json!("operator"))
    );
    assert_eq!(done["exposed"], json!([]));
    ben.world.pass(Duration::from_secs(2));
    let (reason, message) = ben.world.parting().unwrap();
    assert_eq!(reason, LockReason::KeysChanged);
    assert!(message.contains("Ada changed your role"), "{message}");
    ben.world.unlock_with(THEIR_PASSWORD).unwrap();
    ben.world.done("secret_copy", json!({ "id": secret }));
    assert_eq!(ben.world.on_clipboard().unwrap(), "plover-dunlin-knot");
    let same = world.done(
        "member_update",
        json!({ "id": ben.id, "role": "operator", "password": PASSWORD }),
    );
    assert_eq!(
        (&same["changed"], &same["rekeyed"]),
        (&json!([]), &json!(false))
    );
    assert_eq!(world.done("audit_verify", json!({}))["ok"], true);
}

#[test]
fn lock_06_a_demotion_gives_new_keys_and_names_what_the_member_could_read() {
    let world = World::unlocked();
    let (used, other) = (
        world.generic("used", "plover-dunlin-knot"),
        world.generic("other", "godwit-ruff"),
    );
    let connection = world.doppler("doppler");
    let external = world.external("outside", &connection);
    let thrown_away = world.generic("thrown away", "sanderling-ruff");
    world.done("secret_delete", json!({ "id": thrown_away }));
    let ben = world.joined("Ben", "operator");
    ben.world.done("secret_copy", json!({ "id": used }));
    ben.world.events();

    let done = world.done(
        "member_update",
        json!({ "id": ben.id, "role": "viewer", "password": PASSWORD }),
    );

    assert_eq!(
        (&done["rekeyed"], &done["member"]["role"]),
        (&json!(true), &json!("viewer"))
    );
    assert_eq!(
        done["exposed"],
        json!([
            { "kind": "secret", "id": used, "name": "used", "copied": true },
            { "kind": "connection", "id": connection, "name": "doppler", "copied": false },
            { "kind": "secret", "id": other, "name": "other", "copied": false },
            { "kind": "external", "id": external, "name": "outside", "copied": false },
            { "kind": "trashed", "id": thrown_away, "name": "thrown away", "copied": false },
        ])
    );
    assert_eq!(done["exposed_total"], 5);
    let refused = ben.world.refused("secret_list", json!({}));
    assert_eq!(refused["details"][0]["type"], "keys_changed", "{refused}");
    let (reason, message) = ben.world.parting().unwrap();
    assert_eq!(
        (reason, message.contains("Ada")),
        (LockReason::KeysChanged, true),
        "{message}"
    );
    ben.world.unlock_with(THEIR_PASSWORD).unwrap();
    assert_eq!(
        ben.world.refused("secret_copy", json!({ "id": used }))["type"],
        "access_forbidden"
    );
    assert_eq!(ben.world.done("secret_list", json!({}))["total"], 3);
    world.done("secret_copy", json!({ "id": used }));
    assert_eq!(world.done("vault_check", json!({}))["ok"], true);
}

#[test]
fn lock_06_a_member_who_is_removed_while_unlocked_elsewhere_is_out_and_told_so() {
    let world = World::unlocked();
    let secret = world.generic("a", "plover-dunlin-knot");
    let ben = world.joined("Ben", "admin");
    ben.world.events();

    let done = world.done(
        "member_remove",
        json!({ "id": ben.id, "password": PASSWORD }),
    );

    assert_eq!(
        (&done["member_name"], &done["member"], &done["rekeyed"]),
        (&json!("Ben"), &json!(null), &json!(true))
    );
    assert_eq!(done["exposed"][0]["name"], "a");
    let late = json!({ "id": secret, "description": "mine" });
    assert!(ben.world.call("secret_update", late).is_err());
    let (reason, message) = ben.world.parting().unwrap();
    assert_eq!(
        (reason, message.as_str()),
        (
            LockReason::Removed,
            "You are no longer a member of this vault."
        )
    );
    assert_eq!(
        json!(ben.world.unlock_with(THEIR_PASSWORD).unwrap_err())["type"],
        "authentication_failed"
    );
    assert_eq!(world.member("Ben"), Value::Null);
    let list = world.done("member_list", json!({}));
    assert_eq!(list["former"], json!([{ "id": ben.id, "name": "Ben" }]));
    assert_eq!(
        world.refused(
            "member_remove",
            json!({ "id": ben.id, "password": PASSWORD })
        )["type"],
        "not_found"
    );
    assert_eq!(
        world.done("secret_get", json!({ "id": secret }))["secret"]["description"],
        ""
    );
    assert_eq!(world.done("audit_verify", json!({}))["ok"], true);
    world.invite("Ben", "viewer");
}

#[test]
fn an_invitation_taken_back_opens_nothing() {
    let world = World::unlocked();
    let (id, code) = world.invite("Ben", "viewer");
    let done = world.done("member_remove", json!({ "id": id, "password": PASSWORD }));
    assert_eq!(done["rekeyed"], true);
    let refused = world
        .on_device_of("ben")
        .refused("vault_join", world.joining(&code));
    assert_eq!(refused["type"], "authentication_failed", "{refused}");
}

#[test]
fn role_05_the_last_owner_is_neither_removed_nor_demoted() {
    let world = World::unlocked();
    let you = world.member("Ada")["id"].clone();
    for (command, mut request) in [
        ("member_remove", json!({})),
        ("member_update", json!({ "role": "admin" })),
    ] {
        request["id"] = you.clone();
        request["password"] = json!(PASSWORD);
        assert_eq!(
            world.refused(command, request)["type"],
            "conflict",
            "{command}"
        );
    }
    assert_eq!(world.member("Ada")["role"], "owner");
}

#[test]
fn role_05_with_another_owner_the_first_one_goes() {
    let world = World::unlocked();
    world.generic("a", "plover-dunlin-knot");
    let ben = world.joined("Ben", "owner");
    let ada = ben.world.member("Ada")["id"].clone();
    let done = ben.world.done(
        "member_remove",
        json!({ "id": ada, "password": THEIR_PASSWORD }),
    );
    assert_eq!(done["rekeyed"], true);
    world.pass(Duration::from_secs(2));
    assert_eq!(world.parting().unwrap().0, LockReason::Removed);
    ben.world.done("vault_lock", json!({}));
    ben.world.unlock_with(THEIR_PASSWORD).unwrap();
    assert_eq!(ben.world.done("audit_verify", json!({}))["ok"], true);
    let invitation = json!({ "name": "Cleo", "role": "viewer", "password": THEIR_PASSWORD });
    ben.world.done("member_invite", invitation);
}

#[test]
fn lock_06_a_renewed_identity_ends_the_old_password_and_an_owners_gives_new_keys() {
    let world = World::unlocked();
    let ben = world.joined("Ben", "operator");
    let new = "eleven whimbrels walk on wet sand";
    let renew = |current: &str| json!({ "current_password": current, "new_password": new });

    let refused = ben.world.refused("identity_renew", renew(PASSWORD));
    assert_eq!(
        (&refused["type"], &refused["details"][0]["loc"]),
        (
            &json!("authentication_failed"),
            &json!(["current_password"])
        )
    );
    let done = ben.world.done("identity_renew", renew(THEIR_PASSWORD));
    assert_eq!(done["rekeyed"], false);
    let code = done["recovery_code"].as_str().unwrap();
    let sheet = ben.world.vault.home().join("sheet.txt");
    ben.world.choose(&sheet);
    ben.world.done("recovery_sheet_save", json!({}));
    assert!(std::fs::read_to_string(sheet).unwrap().contains(code));
    assert_eq!(world.member("Ben")["rekey_wanted"], true);
    ben.world.done("secret_list", json!({}));
    ben.world.done("vault_lock", json!({}));
    ben.world.unlock_with(THEIR_PASSWORD).unwrap_err();
    ben.world.unlock_with(new).unwrap();
    ben.world.done("vault_lock", json!({}));
    let by_code = json!({ "vault_id": world.vault_id(), "recovery_code": code });
    ben.world.done("vault_unlock", by_code);

    let id = world.generic("a", "plover-dunlin-knot");
    let done = world.done("identity_renew", renew(PASSWORD));
    assert_eq!(done["rekeyed"], true);
    world.done("secret_copy", json!({ "id": id }));
    assert_eq!(world.member("Ben")["rekey_wanted"], false);
    world.done("vault_lock", json!({}));
    world.unlock_with(PASSWORD).unwrap_err();
    world.unlock_with(new).unwrap();
    assert_eq!(world.done("audit_verify", json!({}))["ok"], true);
}

#[test]
fn update_15_two_members_who_edit_one_secret_meet_in_a_conflict() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin-knot");
    let ben = world.joined("Ben", "admin");
    ben.world.done(
        "secret_update",
        json!({ "id": id, "description": "Ben's", "expected_revision": 1 }),
    );
    let late = world.refused(
        "secret_update",
        json!({ "id": id, "description": "Ada's", "expected_revision": 1 }),
    );
    assert_eq!(
        (&late["type"], &late["current_revision"]),
        (&json!("conflict"), &json!(2))
    );
    world.done(
        "secret_update",
        json!({ "id": id, "description": "Ada's", "expected_revision": 2 }),
    );
    let log = ben.world.done("audit_list", json!({ "resource_id": id }));
    let actors: Vec<&Value> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["actor"])
        .collect();
    assert_eq!(actors, ["Ada", "Ben", "Ada"]);
}
