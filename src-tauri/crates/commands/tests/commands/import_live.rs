//! What is in 1Password itself, asked by a program that stands in for its `op`: it answers from files beside it.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::onepassword::{Account, CONNECT_TOKEN, FakeConnect, LiveItem};
use testkit::onepux::{Item, OnePux};
use turnstone_commands::api::Event;

use crate::world::{World, before_long};

const OPS: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
const SHARED: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbb";
const STRIPE: &str = "ccccccccccccccccccccccccc1";
const AWS: &str = "ccccccccccccccccccccccccc2";
const GONE: &str = "ccccccccccccccccccccccccc3";
const TOKEN: &str = "ops_eyJplover0dunlin0knot0sanderling0turnstone0";

/// Refuses what `refusal` beside it says, waits where there is a file `slow` or while there is a file `held`, and writes down what it was asked.
const PROGRAM: &str = r#"#!/bin/sh
here=${0%/*}
echo "$* ${OP_SERVICE_ACCOUNT_TOKEN:+by token}" >> "$here/asked"
if [ -e "$here/slow" ]; then /bin/sleep 60; fi
while [ -e "$here/held" ]; do /bin/sleep 0.05; done
if [ -e "$here/refusal" ]; then /bin/cat "$here/refusal" >&2; exit 1; fi
case "$1 $2" in
  "vault list") answer="$here/vaults.json" ;;
  "item list") answer="$here/items-$4.json" ;;
  "item get") answer="$here/item-$3.json" ;;
esac
if [ -e "$answer" ]; then exec /bin/cat "$answer"; fi
echo "[ERROR] 2026/11/22 02:00:00 \"$3\" isn't an item in the \"Ops\" vault. Specify the item with its UUID, name, or domain." >&2
exit 1
"#;

struct Op<'a> {
    world: &'a World,
    folder: PathBuf,
}

impl<'a> Op<'a> {
    fn of(world: &'a World) -> Self {
        let folder = world.vault.home().join("bin");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("op"), PROGRAM).unwrap();
        fs::set_permissions(folder.join("op"), fs::Permissions::from_mode(0o755)).unwrap();
        let op = Self { world, folder };
        op.put(
            "vaults.json",
            &json!([
                { "id": OPS, "name": "Ops", "items": 3 },
                { "id": SHARED, "name": "Shared", "items": 0 },
            ]),
        );
        let line = |id: &str, title: &str, category: &str| {
            json!({ "id": id, "title": title, "category": category,
            "vault": { "id": OPS, "name": "Ops" }, "tags": ["prod"], "updated_at": "2026-08-01T10:00:00Z" })
        };
        op.put(
            &format!("items-{OPS}.json"),
            &json!([
                line(STRIPE, "Stripe", "API_CREDENTIAL"),
                line(AWS, "AWS deploy", "API_CREDENTIAL"),
                line(GONE, "Gone meanwhile", "LOGIN"),
            ]),
        );
        op.put(&format!("items-{SHARED}.json"), &json!([]));
        op.stripe("plover-dunlin-knot-1");
        op.put(
            &format!("item-{AWS}.json"),
            &item(
                AWS,
                "AWS deploy",
                &json!([
                    field("akid", "STRING", "access key id", "AKIAIOSFODNN7EXAMPLE"),
                    field(
                        "secret",
                        "CONCEALED",
                        "secret access key",
                        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
                    ),
                ]),
            ),
        );
        op
    }

    /// Its field stands where the export has it too.
    fn stripe(&self, value: &str) {
        let mut credential = field("credential", "CONCEALED", "credential", value);
        credential["section"] = json!({ "id": "add more" });
        self.put(
            &format!("item-{STRIPE}.json"),
            &item(STRIPE, "Stripe", &json!([credential])),
        );
    }

    fn put(&self, name: &str, content: &Value) {
        fs::write(self.folder.join(name), content.to_string()).unwrap();
    }

    fn refuses(&self, with: &str) {
        let line = format!("[ERROR] 2026/11/22 02:00:00 {with}\n");
        fs::write(self.folder.join("refusal"), line).unwrap();
    }

    fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.folder.join("asked")).unwrap_or_default();
        asked.lines().map(str::to_owned).collect()
    }

    fn connection(&self) -> String {
        self.connection_named("Ops team")
    }

    fn connection_named(&self, name: &str) -> String {
        let request = json!({ "name": name, "connection_type": "onepassword",
            "method": "onepassword_service_account", "credentials": { "service_account_token": TOKEN } });
        let answer = self.world.done("connection_create", request);
        self.world.id_of(answer, "connection")
    }

    fn open(&self, from: &str, held_as: &str) -> Value {
        let request = json!({ "from": from, "chosen": [{ "vault_id": OPS }], "as": held_as });
        let file = self.world.done("import_live_open", request)["file_id"].clone();
        let preview = self
            .world
            .done("import_preview", json!({ "file_id": file }));
        assert_eq!(preview["format"], "1password_live");
        file
    }

    fn import(&self, from: &str, held_as: &str) -> Value {
        let file = self.open(from, held_as);
        self.world.done("import_apply", json!({ "file_id": file }))
    }

    fn secret(&self, name: &str) -> Value {
        let listed = self.world.done("secret_list", json!({ "query": name }))["secrets"].clone();
        let secrets = listed.as_array().unwrap().iter();
        let mut found = secrets.filter(|secret| secret["name"] == name);
        let id = found.next().unwrap_or_else(|| panic!("{name}: {listed}"))["id"].clone();
        self.world.done("secret_get", json!({ "id": id }))["secret"].clone()
    }
}

fn item(id: &str, title: &str, fields: &Value) -> Value {
    json!({ "id": id, "title": title, "version": 1, "vault": { "id": OPS, "name": "Ops" }, "category": "API_CREDENTIAL",
        "created_at": "2026-01-01T10:00:00Z", "updated_at": "2026-08-01T10:00:00Z", "fields": fields })
}

fn field(id: &str, kind: &str, label: &str, value: &str) -> Value {
    json!({ "id": id, "type": kind, "label": label, "value": value,
        "reference": format!("op://Ops/item/{label}") })
}

fn counts(report: &Value) -> [u64; 5] {
    ["found", "imported", "updated", "unchanged", "skipped"]
        .map(|name| report[name].as_u64().unwrap())
}

#[test]
fn vaults_and_items_are_listed_by_a_connection_and_asked_for_once() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let from = op.connection();
    let shown = world.done("import_live_vaults", json!({ "from": from }));
    assert_eq!(
        (&shown["name"], &shown["can_refer"], &shown["vaults"][0]),
        (
            &json!("1Password: Ops team"),
            &json!(true),
            &json!({ "vault_id": OPS, "name": "Ops", "items": 3 })
        )
    );
    let page = |asked: Value| {
        let mut request = json!({ "from": from, "vault_id": OPS });
        request
            .as_object_mut()
            .unwrap()
            .extend(asked.as_object().unwrap().clone());
        world.done("import_live_items", request)
    };
    let all = page(json!({}));
    assert_eq!((&all["matching"], &all["total"]), (&json!(3), &json!(3)));
    assert_eq!(
        all["items"][0],
        json!({ "item_id": AWS, "title": "AWS deploy", "kind": "api_credential",
        "state": "active", "tags": ["prod"], "updated_at": "2026-08-01T10:00:00.000Z" })
    );
    let found = page(json!({ "query": "STRI", "limit": 1 }));
    assert_eq!(
        (&found["matching"], &found["items"][0]["item_id"]),
        (&json!(1), &json!(STRIPE))
    );
    assert_eq!(
        page(json!({ "offset": 2 }))["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let asked = op.asked();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(
        asked.iter().all(|line| line.ends_with("by token")),
        "{asked:?}"
    );
    world.done("import_live_vaults", json!({ "from": from }));
    assert_eq!(op.asked().len(), 3, "a new look asks anew");
}

#[test]
fn out_02_the_use_of_a_connections_token_is_in_the_log_before_it_goes_out() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let from = op.connection();
    op.refuses("account is not signed in");
    world.refused("import_live_vaults", json!({ "from": from }));
    let entry = world.done("audit_list", json!({ "action": "value_sent" }))["entries"][0].clone();
    assert_eq!(
        (
            &entry["resource_type"],
            &entry["resource_id"],
            &entry["changed"]
        ),
        (
            &json!("connection"),
            &json!(from),
            &json!(["service_account_token"])
        )
    );
    assert!(
        !world
            .done("audit_list", json!({}))
            .to_string()
            .contains("sanderling")
    );
    assert_eq!(world.done("audit_verify", json!({}))["problems"], json!([]));
}

#[test]
fn copies_are_imported_with_a_line_for_what_is_gone_and_found_again() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let from = op.connection();
    let report = op.import(&from, "copies");
    assert_eq!(counts(&report), [3, 2, 0, 0, 1], "{report}");
    assert_eq!(report["left_out"][0]["title"], "Gone meanwhile");
    let aws = op.secret("AWS deploy");
    assert_eq!(
        (&aws["secret_type"], &aws["mode"]),
        (&json!("s3"), &json!("direct"))
    );
    let entry =
        world.done("audit_list", json!({ "action": "import_applied" }))["entries"][0].clone();
    assert_eq!(entry["reason"], "1Password: Ops team, as copies");

    op.stripe("plover-dunlin-knot-2");
    assert_eq!(counts(&op.import(&from, "copies")), [3, 0, 1, 1, 1]);
    assert_eq!(op.secret("Stripe")["version"], 2);
}

#[test]
fn an_item_of_an_export_is_the_same_item_of_1password_itself() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let exported = Item::api_credential("Stripe", "acme", "plover-dunlin-knot-0").uuid(STRIPE);
    let path = world.vault.home().join("export.1pux");
    fs::write(
        &path,
        OnePux::new("Acme")
            .vault("Ops", vec![exported])
            .into_bytes(),
    )
    .unwrap();
    world.choose(&path);
    let file = world.done("file_open", json!({ "purpose": "import" }))["file_id"].clone();
    world.done("import_preview", json!({ "file_id": file }));
    world.done("import_apply", json!({ "file_id": file }));

    let report = op.import("desktop_app", "copies");
    assert_eq!(counts(&report), [3, 1, 1, 0, 1], "{report}");
    assert!(op.asked().iter().all(|line| !line.ends_with("by token")));
}

#[test]
fn references_say_where_each_field_is_and_keep_no_value() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let from = op.connection();
    let file = op.open(&from, "references");
    let preview = world.done(
        "import_preview",
        json!({ "file_id": file, "query": "stripe" }),
    );
    let reference = preview["items"][0]["becomes"][0]["fields"][0]["reference"].clone();
    assert!(
        reference.as_str().unwrap().starts_with("op://"),
        "{preview}"
    );

    let report = world.done("import_apply", json!({ "file_id": file }));
    assert_eq!(counts(&report), [3, 2, 0, 0, 1], "{report}");
    let stripe = op.secret("Stripe");
    assert_eq!(
        (
            &stripe["mode"],
            &stripe["vault_connection_id"],
            &stripe["field_mappings"]
        ),
        (
            &json!("external"),
            &json!(from),
            &json!([{ "field_name": "value", "reference": reference }])
        )
    );
    assert_eq!(
        op.secret("AWS deploy")["field_mappings"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(counts(&op.import(&from, "references")), [3, 0, 0, 2, 1]);
    let entry =
        world.done("audit_list", json!({ "action": "import_applied" }))["entries"][0].clone();
    assert_eq!(entry["reason"], "1Password: Ops team, as references");
}

#[test]
fn what_is_held_here_becomes_no_reference_and_what_is_referred_to_no_copy() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let from = op.connection();
    op.import(&from, "copies");
    let report = op.import(&from, "references");
    assert_eq!(counts(&report), [3, 0, 0, 0, 3], "{report}");
    assert!(
        report["left_out"]
            .to_string()
            .contains("holds its values here"),
        "{report}"
    );
    assert_eq!(op.secret("Stripe")["mode"], "direct");

    let world = World::unlocked();
    let op = Op::of(&world);
    let from = op.connection();
    op.import(&from, "references");
    assert_eq!(counts(&op.import(&from, "copies")), [3, 0, 0, 0, 3]);
    assert_eq!(op.secret("Stripe")["mode"], "external");
}

#[test]
fn what_one_connection_reads_is_not_changed_by_an_import_with_another() {
    let world = World::unlocked();
    let op = Op::of(&world);
    op.import(&op.connection(), "references");
    let before = op.secret("Stripe");
    let mut renamed = field("credential", "CONCEALED", "renamed", "sanderling-ruff-knot");
    renamed["section"] = json!({ "id": "add more" });
    op.put(
        &format!("item-{STRIPE}.json"),
        &item(STRIPE, "Stripe", &json!([renamed])),
    );
    world.pass(Duration::from_secs(1));
    let report = op.import(&op.connection_named("Other team"), "references");
    assert_eq!(counts(&report), [3, 0, 0, 0, 3], "{report}");
    let after = op.secret("Stripe");
    assert_eq!(
        (&after["revision"], &after["field_mappings"]),
        (&before["revision"], &before["field_mappings"])
    );
}

#[test]
fn a_reference_that_was_changed_here_stays() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let from = op.connection();
    op.import(&from, "references");
    let mappings = json!([{ "field_name": "value", "reference": "op://Ops/Stripe/rotated" }]);
    world.pass(Duration::from_secs(1));
    let id = op.secret("Stripe")["id"].clone();
    world.done(
        "secret_update",
        json!({ "id": id, "field_mappings": mappings }),
    );
    world.pass(Duration::from_secs(1));
    let report = op.import(&from, "references");
    assert_eq!(counts(&report), [3, 0, 0, 2, 1], "{report}");
    assert!(
        report["left_out"]
            .to_string()
            .contains("the place that it refers to was changed here"),
        "{report}"
    );
    assert_eq!(op.secret("Stripe")["field_mappings"], mappings);
}

#[test]
fn references_need_a_connection_to_1password() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let kinds = |request: Value| {
        let refused = world.refused("import_live_open", request);
        assert_eq!(refused["type"], "validation_error", "{refused}");
        let details = refused["details"].as_array().unwrap().clone();
        details
            .iter()
            .map(|detail| detail["type"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let chosen = json!([{ "vault_id": OPS }]);
    assert_eq!(
        kinds(json!({ "from": "desktop_app", "chosen": chosen, "as": "references" })),
        ["no_connection"]
    );
    assert_eq!(
        kinds(json!({ "from": "desktop_app", "chosen": chosen, "as": "originals" })),
        ["unknown_value"]
    );
    assert_eq!(
        kinds(json!({ "from": "desktop_app", "chosen": [], "as": "copies" })),
        ["empty"]
    );
    let doppler = world.doppler("Doppler");
    assert_eq!(
        kinds(json!({ "from": doppler, "chosen": chosen, "as": "copies" })),
        ["other_type"]
    );
    assert_eq!(
        kinds(json!({ "from": doppler, "account": "a", "chosen": chosen, "as": "copies" })),
        ["not_of_connection"]
    );
    assert_eq!(
        kinds(
            json!({ "from": "desktop_app", "chosen": [{ "vault_id": "nowhere" }], "as": "copies" })
        ),
        ["unknown_value"]
    );
    let items = json!([{ "vault_id": OPS, "items": [STRIPE, "nothing"] }]);
    assert_eq!(
        kinds(json!({ "from": "desktop_app", "chosen": items, "as": "copies" })),
        ["unknown_value"]
    );
    assert_eq!(world.done("secret_list", json!({}))["total"], 0);
    drop(op);
}

#[test]
fn what_1password_refuses_is_told_by_its_kind_and_loses_nothing() {
    let world = World::unlocked();
    let missing = world.refused("import_live_vaults", json!({ "from": "desktop_app" }));
    assert_eq!(missing["details"][0]["type"], "not_installed", "{missing}");
    let op = Op::of(&world);
    let from = op.connection();
    world.done("import_live_vaults", json!({ "from": from }));
    for (said, kind, detail) in [
        ("account is not signed in", "bad_gateway", "auth"),
        (
            "(429) Too Many Requests: You've reached the maximum number of this type of requests this service account is allowed to make. Please retry in 59 minutes or try other requests.",
            "rate_limited",
            "throttled",
        ),
    ] {
        op.refuses(said);
        let request = json!({ "from": from, "chosen": [{ "vault_id": OPS }], "as": "copies" });
        let refused = world.refused("import_live_open", request);
        assert_eq!(
            (&refused["type"], &refused["details"][0]["type"]),
            (&json!(kind), &json!(detail)),
            "{refused}"
        );
        assert!(!refused.to_string().contains("sanderling"), "{refused}");
    }
    fs::remove_file(op.folder.join("refusal")).unwrap();
    assert_eq!(counts(&op.import(&from, "copies")), [3, 2, 0, 0, 1]);
}

#[test]
fn a_reading_tells_how_far_it_is_and_is_cancelled() {
    let world = World::unlocked();
    let op = Op::of(&world);
    op.open("desktop_app", "copies");
    let told = |event: &Event| matches!(event, Event::Progress { stage, done: 3, total: 3, .. } if stage == "read");
    assert!(world.events().iter().any(told));

    fs::write(op.folder.join("slow"), "").unwrap();
    let app = Arc::clone(&world.app);
    let request = json!({ "from": "desktop_app", "chosen": [{ "vault_id": OPS }], "as": "copies" });
    let reading = thread::spawn(move || {
        app.call(
            turnstone_commands::Surface::Window,
            "import_live_open",
            request,
        )
    });
    let asked = op.asked().len();
    assert!(before_long(|| op.asked().len() > asked));
    world.done("job_cancel", json!({ "job": "import" }));
    assert_eq!(
        reading.join().unwrap().unwrap(),
        json!({ "cancelled": true })
    );
}

#[test]
fn a_reading_that_was_left_throws_out_no_import_that_was_begun_meanwhile() {
    let world = World::unlocked();
    let op = Op::of(&world);
    world.done("import_live_vaults", json!({ "from": "desktop_app" }));
    fs::write(op.folder.join("held"), "").unwrap();
    let asked = op.asked().len();
    let app = Arc::clone(&world.app);
    let request = json!({ "from": "desktop_app", "chosen": [{ "vault_id": OPS }], "as": "copies" });
    let reading = thread::spawn(move || {
        app.call(
            turnstone_commands::Surface::Window,
            "import_live_open",
            request,
        )
    });
    assert!(before_long(|| op.asked().len() > asked));
    let text = "API_TOKEN=plover-dunlin-knot-1\n";
    let file = world.done("import_paste", json!({ "text": text }))["file_id"].clone();
    world.done("import_preview", json!({ "file_id": file }));
    let choice = json!({ "file_id": file, "take": false });
    world.done("import_choose", choice);
    fs::remove_file(op.folder.join("held")).unwrap();
    assert_eq!(
        reading.join().unwrap().unwrap(),
        json!({ "cancelled": true })
    );
    let counts = world.done("import_preview", json!({ "file_id": file }))["counts"].clone();
    assert_eq!(counts["taken"], 0, "what was decided is still decided");
}

#[test]
fn all_of_a_vault_but_some_items_is_read() {
    let world = World::unlocked();
    let _op = Op::of(&world);
    let open = |chosen: Value| json!({ "from": "desktop_app", "chosen": [chosen], "as": "copies" });
    // What is gone since it was left out is left out all the more.
    let chosen = json!({ "vault_id": OPS, "except": [AWS, GONE, "ddddddddddddddddddddddddd4"] });
    let file = world.done("import_live_open", open(chosen))["file_id"].clone();
    let preview = world.done("import_preview", json!({ "file_id": file }));
    assert_eq!(
        (&preview["matching"], &preview["items"][0]["title"]),
        (&json!(1), &json!("Stripe"))
    );
    let refused = world.refused(
        "import_live_open",
        open(json!({ "vault_id": OPS, "items": [AWS], "except": [GONE] })),
    );
    assert_eq!(refused["details"][0]["type"], "two_choices", "{refused}");
    assert_eq!(refused["details"][0]["loc"], json!(["chosen", 0, "except"]));
}

#[test]
fn entries_of_a_vaults_list_that_are_not_understood_are_skipped_with_the_reason() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let listed = format!("items-{OPS}.json");
    let text = fs::read_to_string(op.folder.join(&listed)).unwrap();
    let mut lines: Vec<Value> = serde_json::from_str(&text).unwrap();
    lines.extend([json!({ "id": "odd", "title": "Odd" }), json!(7)]);
    op.put(&listed, &json!(lines));

    let app = json!({ "live": { "from": "desktop_app", "vaults": ["Ops"] } });
    let report = world.on_cli("import_apply", app).unwrap();
    assert_eq!(counts(&report), [5, 2, 0, 0, 3], "{report}");
    let left_out = report["left_out"].to_string();
    assert!(
        left_out.contains("list of the vault Ops has an entry of a form that is not known"),
        "{report}"
    );
    let window = op.import("desktop_app", "copies");
    assert_eq!(counts(&window), [5, 0, 0, 2, 3], "{window}");

    let mut chosen = json!({ "live": { "from": "desktop_app", "vaults": ["Ops"] } });
    chosen["items"] = json!([STRIPE]);
    let report = world.on_cli("import_apply", chosen).unwrap();
    assert_eq!(
        counts(&report),
        [1, 0, 0, 1, 0],
        "only what was named: {report}"
    );
}

#[test]
fn lock_03_a_lock_ends_a_reading_and_nothing_of_it_is_held() {
    let world = World::unlocked();
    let op = Op::of(&world);
    world.done("import_live_vaults", json!({ "from": "desktop_app" }));
    fs::write(op.folder.join("slow"), "").unwrap();
    let asked = op.asked().len();
    let app = Arc::clone(&world.app);
    let request = json!({ "from": "desktop_app", "vault_id": OPS });
    let reading = thread::spawn(move || {
        app.call(
            turnstone_commands::Surface::Window,
            "import_live_items",
            request,
        )
    });
    assert!(before_long(|| op.asked().len() > asked));
    world.done("vault_lock", json!({}));
    assert_eq!(
        json!(reading.join().unwrap().unwrap_err())["type"],
        "vault_locked"
    );
    for command in [
        "import_live_vaults",
        "import_live_items",
        "import_live_open",
    ] {
        assert_eq!(
            world.refused(command, json!({ "from": "desktop_app" }))["type"],
            "vault_locked"
        );
    }
}

#[test]
fn the_command_line_names_vaults_and_says_all_in_one_request() {
    let world = World::unlocked();
    let op = Op::of(&world);
    let live = |more: Value| {
        let mut live = json!({ "from": "desktop_app" });
        live.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "live": live })
    };
    let preview = world
        .on_cli("import_preview", live(json!({ "vaults": ["Ops"] })))
        .unwrap();
    assert_eq!(preview["counts"]["create"], 2, "{preview}");
    for (request, kind) in [
        (live(json!({ "vaults": ["Nowhere"] })), "unknown_value"),
        (live(json!({ "as": "references" })), "no_connection"),
        (json!({}), "missing"),
        (
            json!({ "live": { "from": "desktop_app" }, "columns": ["title"] }),
            "of_a_file",
        ),
        (
            json!({ "live": { "from": "desktop_app" }, "key_file": "/nowhere" }),
            "of_a_file",
        ),
        (
            json!({ "live": { "from": "desktop_app" }, "first_row": "data" }),
            "of_a_file",
        ),
        (
            json!({ "path": "/nowhere", "live": { "from": "desktop_app" } }),
            "two_sources",
        ),
    ] {
        let refused = json!(world.on_cli("import_apply", request).unwrap_err());
        assert_eq!(refused["details"][0]["type"], kind, "{refused}");
    }
    let mut request = live(json!({ "vaults": [OPS] }));
    request["items"] = json!([STRIPE]);
    assert_eq!(
        counts(&world.on_cli("import_apply", request).unwrap()),
        [1, 1, 0, 0, 0]
    );
    assert_eq!(
        op.asked()
            .iter()
            .filter(|line| line.starts_with(&format!("item get {AWS}")))
            .count(),
        1
    );
}

fn connect(world: &World, server: &FakeConnect) -> String {
    let request = json!({ "name": "Our server", "connection_type": "onepassword", "method": "onepassword_connect",
        "credentials": { "connect_url": server.url(), "connect_token": CONNECT_TOKEN } });
    world.id_of(world.done("connection_create", request), "connection")
}

#[test]
fn a_thousand_items_of_a_connect_server_are_read_and_a_lost_one_is_a_line() {
    const ITEMS: u64 = 1_000;
    let items = (0..ITEMS).map(|at| {
        LiveItem::api_credential(
            &format!("Token {at}"),
            "acme",
            &format!("plover-dunlin-knot-{at}"),
        )
    });
    let server = FakeConnect::start(
        Account::default().vault("Many", items.collect()),
        CONNECT_TOKEN,
    );
    let world = World::unlocked();
    let from = connect(&world, &server);
    let shown = world.done("import_live_vaults", json!({ "from": from }));
    let vault = shown["vaults"][0]["vault_id"].clone();
    let page = world.done(
        "import_live_items",
        json!({ "from": from, "vault_id": vault, "query": "token 7", "limit": 2 }),
    );
    assert_eq!(
        (&page["matching"], &page["total"]),
        (&json!(111), &json!(ITEMS))
    );
    server.delete(page["items"][0]["item_id"].as_str().unwrap());

    world.events();
    let request = json!({ "from": from, "chosen": [{ "vault_id": vault }], "as": "copies" });
    let file = world.done("import_live_open", request)["file_id"].clone();
    let is_end = |event: &Event| matches!(event, Event::Progress { stage, done: ITEMS, total: ITEMS, .. } if stage == "read");
    assert!(world.events().iter().any(is_end));
    world.done("import_preview", json!({ "file_id": file }));
    let report = world.done("import_apply", json!({ "file_id": file }));
    assert_eq!(counts(&report), [ITEMS, ITEMS - 1, 0, 0, 1], "{report}");
}

#[test]
fn what_a_connect_server_refuses_stops_the_reading_and_keeps_nothing() {
    let items = vec![LiveItem::api_credential(
        "Stripe",
        "acme",
        "plover-dunlin-knot-1",
    )];
    let server = FakeConnect::start(Account::default().vault("Ops", items), CONNECT_TOKEN);
    let world = World::unlocked();
    let from = connect(&world, &server);
    let shown = world.done("import_live_vaults", json!({ "from": from }));
    let vault = shown["vaults"][0]["vault_id"].clone();
    let kind = |command: &str, request: Value| {
        world.refused(command, request)["details"][0]["type"].clone()
    };
    let open = || json!({ "from": from, "chosen": [{ "vault_id": vault }], "as": "references" });

    server.hide(vault.as_str().unwrap());
    assert_eq!(
        kind(
            "import_live_items",
            json!({ "from": from, "vault_id": vault })
        ),
        "forbidden"
    );
    server.revoke();
    assert_eq!(kind("import_live_open", open()), "auth");
    assert_eq!(kind("import_live_vaults", json!({ "from": from })), "auth");
    assert_eq!(world.done("secret_list", json!({}))["total"], 0);
    assert!(
        !world
            .done("audit_list", json!({}))
            .to_string()
            .contains(CONNECT_TOKEN)
    );
}
