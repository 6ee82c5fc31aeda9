//! Unique values go in by every way there is. None may be found in any answer, envelope, event, log line or file.

use std::collections::HashMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};
use testkit::onepassword::{Account, FakeConnect, LiveItem};
use testkit::onepux::{Item, OnePux};
use testkit::temp_vault::PASSWORD;
use turnstone_commands::{Surface, commands};

use crate::world::World;

/// Pieces this long of a canary are longer than any mask shows.
const PIECE_BYTES: usize = 12;

/// Everything that came out, and all that must not be in it.
struct Watch<'a> {
    world: &'a World,
    out: Vec<u8>,
    canaries: Vec<String>,
}

impl Watch<'_> {
    /// A text that occurs nowhere else.
    fn canary(&mut self) -> String {
        let number = self.canaries.len();
        let canary: String = (0..40usize)
            .map(|place| {
                char::from(
                    b'a' + u8::try_from((place * place * 7 + number * 11 + place / 3) % 26)
                        .unwrap(),
                )
            })
            .collect();
        let canary = format!("Zq{number:03}{canary}");
        self.canaries.push(canary.clone());
        canary
    }

    fn call(&mut self, command: &str, request: Value) -> Value {
        let answered = self.world.call(command, request);
        let answered = answered.unwrap_or_else(|rejection| json!(rejection));
        self.out.extend(answered.to_string().into_bytes());
        answered
    }

    fn text(&mut self, command: &str, request: &str) {
        let answered = self.world.app.call_text(Surface::Cli, command, request);
        let answered = answered.unwrap_or_else(|rejection| json!(rejection));
        self.out.extend(answered.to_string().into_bytes());
    }

    fn find(&mut self) {
        for event in self.world.events() {
            self.out.extend(serde_json::to_vec(&event).unwrap());
        }
        read_all(self.world.vault.home(), &mut self.out);
        let mut forms: Vec<(Vec<u8>, &str)> = Vec::new();
        for canary in &self.canaries {
            let pieces = canary.as_bytes().windows(PIECE_BYTES).map(<[u8]>::to_vec);
            let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
            let encoded = [STANDARD_NO_PAD.encode(canary), hex];
            let encoded = encoded
                .iter()
                .map(|form| form.as_bytes()[..PIECE_BYTES].to_vec());
            forms.extend(pieces.chain(encoded).map(|form| (form, canary.as_str())));
        }
        let forms: HashMap<Vec<u8>, &str> = forms.into_iter().collect();
        let mut begins = vec![false; 1 << 16];
        for form in forms.keys() {
            begins[usize::from(form[0]) << 8 | usize::from(form[1])] = true;
        }
        for window in self
            .out
            .windows(PIECE_BYTES)
            .filter(|window| begins[usize::from(window[0]) << 8 | usize::from(window[1])])
        {
            if let Some(canary) = forms.get(window) {
                panic!("{} of {canary} came out", String::from_utf8_lossy(window));
            }
        }
    }
}

/// Database, its log, keys, settings, state, logs: every file there is. The export that an import reads holds its values, as exports do.
fn read_all(folder: &Path, out: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, out);
        } else if path.extension().is_none_or(|extension| extension != "1pux") {
            out.extend(std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn out_01_no_value_comes_out_of_any_command() {
    let world = World::unlocked();
    turnstone_commands::log::to_file(&world.vault.state_folder().join("turnstone.log")).unwrap();
    let mut watch = Watch {
        world: &world,
        out: Vec::new(),
        canaries: Vec::new(),
    };

    let made = create_each_method(&mut watch);
    connect(&mut watch);
    rotate_and_use(&mut watch, &made);
    rotate_at_the_provider(&mut watch, &made);
    refuse(&mut watch);
    import(&mut watch);
    import_live(&mut watch);
    members(&mut watch);
    passwords(&mut watch);
    for command in [
        "secret_list",
        "trash_list",
        "audit_list",
        "tag_list",
        "location_list",
        "connection_list",
        "vault_settings_get",
        "member_list",
        "member_exposed",
        "rotation_list",
        "rotation_board",
        "policy_get",
        "vault_check",
        "audit_verify",
        "app_status",
        "vault_list",
    ] {
        watch.call(command, json!({}));
    }
    let backup = world.vault.home().join("a.turnstone");
    world.choose(&backup);
    watch.call("backup_create", json!({}));
    watch.find();
    assert!(watch.canaries.len() > 30);
    assert!(
        std::fs::read_to_string(world.vault.state_folder().join("turnstone.log"))
            .unwrap()
            .contains("secret_create")
    );

    watch.call("vault_lock", json!({}));
    watch.find();
}

/// A request that may hold a value, a password or a code does not belong into an argument of the command line.
#[test]
fn a_command_says_that_its_request_holds_credentials_wherever_it_may() {
    let holds = |name: &str| {
        matches!(name, "credentials" | "value" | "code" | "text")
            || name.ends_with("password")
            || name.ends_with("_code")
    };
    let mut found = 0;
    for row in commands() {
        let members = members_of(row.request.as_value());
        let held: Vec<&String> = members.iter().filter(|name| holds(name)).collect();
        found += usize::from(!held.is_empty());
        assert_eq!(
            row.holds_credentials,
            !held.is_empty(),
            "{}: {held:?}",
            row.name
        );
    }
    assert!(found > 10);
}

/// The names of a schema's members, those of its parts too.
fn members_of(schema: &Value) -> Vec<String> {
    let own = schema["properties"].as_object().into_iter();
    let names = own.flat_map(|members| members.keys().cloned());
    let parts: Vec<&Value> = match schema {
        Value::Object(parts) => parts.values().collect(),
        Value::Array(parts) => parts.iter().collect(),
        _ => Vec::new(),
    };
    names
        .chain(parts.into_iter().flat_map(members_of))
        .collect()
}

#[test]
fn out_01_the_masks_of_what_came_in_do_come_out() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin-knot-sanderling");
    assert_eq!(
        world.done("secret_get", json!({ "id": id }))["secret"]["fields"][0]["mask"],
        "plove••••ng"
    );
}

#[test]
fn err_05_a_panic_is_an_envelope_without_its_message_and_locks_the_vault() {
    let world = World::unlocked();
    let id = world.generic("a", "plover-dunlin-knot-sanderling");
    world.board.lock().unwrap().panics = true;

    let refused = world.refused("secret_copy", json!({ "id": id }));

    assert_eq!(refused["type"], "internal_error");
    assert!(!refused.to_string().contains("plover"), "{refused}");
    assert_eq!(
        world.refused("secret_get", json!({ "id": id }))["type"],
        "vault_locked"
    );
    world.unlock();
    assert_eq!(world.done("secret_copy", json!({ "id": id }))["label"], "a");
}

fn create_each_method(watch: &mut Watch<'_>) -> Vec<String> {
    let catalogue = watch.call("catalogue_get", json!({}));
    let mut ids = Vec::new();
    for kind in catalogue["types"].as_array().unwrap() {
        for method in kind["methods"].as_array().unwrap() {
            let name = method["method"].as_str().unwrap();
            let request = json!({ "name": name, "secret_type": kind["type"], "auth_method": name, "credentials": credentials(watch, method) });
            watch.call("secret_hints", json!({ "create": request.clone() }));
            let answer = watch.call("secret_create", request);
            assert_eq!(answer["created"], true, "{answer}");
            ids.push(answer["secret"]["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(ids.len(), 15);
    ids
}

fn credentials(watch: &mut Watch<'_>, method: &Value) -> Value {
    let mut credentials = serde_json::Map::new();
    for field in method["fields"].as_array().unwrap() {
        let canary = watch.canary();
        let value = match field["kind"].as_str().unwrap() {
            "sas_url" => format!("https://acme.blob.core.windows.net/c?sv=2024-11-04&sp=r&se=2030-01-01T00%3A00%3A00Z&sig={canary}"),
            "service_account_json" => json!({
                "type": "service_account", "project_id": "acme", "private_key_id": "0123456789abcdef0123456789abcdef01234567",
                "private_key": format!("-----BEGIN PRIVATE KEY-----\n{canary}\n-----END PRIVATE KEY-----\n"),
                "client_email": "a@acme.iam.gserviceaccount.com", "client_id": "1", "token_uri": "https://oauth2.googleapis.com/token",
            })
            .to_string(),
            _ if field["name"] == "account_name" => "acmestorage".to_owned(),
            _ => canary,
        };
        credentials.insert(field["name"].as_str().unwrap().to_owned(), json!(value));
    }
    credentials.into()
}

fn rotate_and_use(watch: &mut Watch<'_>, ids: &[String]) {
    let id = ids.last().unwrap();
    for _ in 0..3 {
        let value = watch.canary();
        let request = json!({ "id": id, "credentials": { "value": value }, "reason": "turnover" });
        watch.call("secret_hints", json!({ "update": request.clone() }));
        assert_eq!(watch.call("secret_update", request)["updated"], true);
    }
    watch.call(
        "secret_update",
        json!({ "id": id, "generate": { "length": 64 } }),
    );
    watch.call("secret_copy", json!({ "id": id }));
    let generated = watch.world.on_clipboard().unwrap();
    watch.canaries.push(generated);
    watch.call("clipboard_clear", json!({}));
    look_for_values(watch, id);
    watch.call("secret_restore", json!({ "id": id, "version": 3 }));
    watch.call("secret_history", json!({ "id": id }));
    watch.call("version_destroy", json!({ "id": id, "version": 4 }));
    watch.call("secret_delete", json!({ "id": ids[0] }));
    watch.call("secret_undelete", json!({ "id": ids[0] }));
    watch.call("secret_delete", json!({ "id": ids[0], "destroy": true }));
    watch.call("secret_delete", json!({ "id": ids[1] }));
    watch.call("trash_empty", json!({}));
}

/// What is looked for comes in by hand, whether it is there or not, alone or among other things.
fn look_for_values(watch: &mut Watch<'_>, id: &str) {
    let (known, unknown) = (watch.canary(), watch.canary());
    let given = json!({ "id": id, "credentials": { "value": known } });
    watch.call("secret_update", given);
    for pasted in [
        known.clone(),
        format!("TOKEN={known}\n"),
        json!({ "key": known }).to_string(),
    ] {
        let found = watch.call("value_find", json!({ "value": pasted }));
        assert_eq!(found["holders"][0]["secret_id"], id, "{found}");
    }
    for value in [
        json!(unknown),
        json!(unknown.repeat(2_000)),
        json!([unknown]),
    ] {
        watch.call("value_find", json!({ "value": value }));
    }
    watch.text(
        "value_find",
        &json!({ "value": unknown }).to_string().repeat(2),
    );
    watch.call("reuse_list", json!({}));
}

/// A key that its provider makes comes in by itself, and is tried, kept, shown and retired.
fn rotate_at_the_provider(watch: &mut Watch<'_>, made: &[String]) {
    let world = watch.world;
    let secret = world.ledger();
    let page = watch.call("location_list", json!({ "secret_id": secret }));
    let location = &page["locations"][0]["id"];
    watch.call("location_verify", json!({ "location_id": location }));
    watch.call("rotation_plan", json!({ "secret_id": secret }));
    let run = world.start(&secret, "delete").unwrap();
    watch.out.extend(run.to_string().into_bytes());
    let keys = world.cloud.state().keys.clone();
    watch
        .canaries
        .extend(keys.into_iter().map(|key| key.secret));
    let ended = world.finish(&secret);
    watch.out.extend(ended.to_string().into_bytes());
    for id in made {
        watch.call("rotation_plan", json!({ "secret_id": id }));
        watch.call("policy_set", json!({ "secret_id": id, "every_days": 90 }));
        watch.call("policy_get", json!({ "secret_id": id }));
    }
    watch.call("locations_verify", json!({}));
    watch.call("rotation_bulk_plan", json!({ "secret_ids": made }));
}

/// Tokens of connections, made by each way, rotated, refused and deleted (CONN-03).
fn connect(watch: &mut Watch<'_>) {
    let catalogue = watch.call("catalogue_get", json!({}));
    for kind in catalogue["connection_types"].as_array().unwrap() {
        for method in kind["methods"].as_array().unwrap() {
            let request = json!({ "name": method["method"], "connection_type": kind["type"], "method": method["method"],
                "credentials": connection_fields(watch, method, false) });
            let answer = watch.call("connection_create", request.clone());
            assert_eq!(answer["created"], true, "{answer}");
            assert_eq!(
                watch.call("connection_create", request)["type"],
                "already_exists"
            );
            let id = &answer["connection"]["id"];
            let token = connection_fields(watch, method, true);
            watch.text(
                "connection_rotate_token",
                &json!({ "id": id, "credentials": token.to_string() }).to_string(),
            );
            let rotate = json!({ "id": id, "credentials": token });
            assert_eq!(
                watch.call("connection_rotate_token", rotate.clone())["updated"],
                true
            );
            watch.call("connection_rotate_token", rotate);
            watch.call(
                "connection_update",
                json!({ "id": id, "credentials": token, "name": "x" }),
            );
            watch.call(
                "connection_update",
                json!({ "id": id, "description": "kept" }),
            );
            watch.call("connection_get", json!({ "id": id }));
        }
    }
    let list = watch.call("connection_list", json!({}));
    assert_eq!(list["total"], 4);
    let id = &list["connections"][0]["id"];
    assert_eq!(
        watch.call("connection_delete", json!({ "id": id }))["deleted"],
        true
    );
}

fn connection_fields(watch: &mut Watch<'_>, method: &Value, token_only: bool) -> Value {
    let mut fields = serde_json::Map::new();
    for field in method["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        if token_only && field["kind"] != "secret" {
            continue;
        }
        let value = match name {
            "service_account_token" => format!("ops_{}", watch.canary()),
            "service_token" => format!("dp.st.prd.{}", watch.canary()),
            _ if field["kind"] == "secret" => watch.canary(),
            _ => field["example"].as_str().unwrap().to_owned(),
        };
        fields.insert(name.to_owned(), json!(value));
    }
    fields.into()
}

fn refuse(watch: &mut Watch<'_>) {
    let value = watch.canary();
    for request in [
        json!({ "name": "opaque_value", "secret_type": "generic", "credentials": { "value": value } }),
        json!({ "name": "", "secret_type": "generic", "credentials": { "value": value } }),
        json!({ "name": "x", "secret_type": "s3", "credentials": { "access_key_id": format!("{value}\n"), "secret_access_key": format!("{value}\n") } }),
        json!({ "name": "x", "secret_type": "azure_blob", "auth_method": "azure_sas_url", "credentials": { "sas_url": format!("https://x/?sig={value}") } }),
        json!({ "name": "x", "secret_type": "gcs", "credentials": { "service_account_json": format!("{{\"private_key\": \"{value}\"") } }),
        json!({ "name": "x", "secret_type": "generic", "credentials": value }),
        json!({ "name": "x", "secret_type": "generic", "credentials": { "value": { "value": value } } }),
    ] {
        watch.text("secret_create", &request.to_string());
        watch.call("secret_create", request);
    }
    watch.text(
        "secret_create",
        &format!("{{\"name\": \"x\", \"credentials\": {{\"value\": \"{value}"),
    );
    watch.text(
        "secret_update",
        &format!("{{\"id\": \"{value}\"}}").replace('{', "{ "),
    );
    watch.canaries.retain(|canary| *canary != value);
    let value = watch.canary();
    watch.call(
        "vault_unlock",
        json!({ "vault_id": watch.world.vault_id(), "password": value, "recovery_code": value }),
    );
    watch.call(
        "vault_unlock",
        json!({ "vault_id": watch.world.vault_id(), "password": value }),
    );
    watch.call(
        "password_strength",
        json!({ "password": value, "words": [] }),
    );
    watch.call("recovery_renew", json!({ "password": value }));
}

/// As copies and as references, where the server refuses too.
fn import_live(watch: &mut Watch<'_>) {
    let token = watch.canary();
    let items = vec![
        LiveItem::api_credential("Live one", "acme", &watch.canary()),
        LiveItem::login("Live two", "ada", &watch.canary()).notes("Of the console"),
    ];
    let server = FakeConnect::start(Account::default().vault("Ops", items), &token);
    let request = json!({ "name": "Live", "connection_type": "onepassword", "method": "onepassword_connect",
        "credentials": { "connect_url": server.url(), "connect_token": token } });
    let from = watch.call("connection_create", request)["connection"]["id"].clone();
    let shown = watch.call("import_live_vaults", json!({ "from": from }));
    let vault = &shown["vaults"][0]["vault_id"];
    watch.call(
        "import_live_items",
        json!({ "from": from, "vault_id": vault }),
    );
    let open =
        |held_as: &str| json!({ "from": from, "chosen": [{ "vault_id": vault }], "as": held_as });
    for (held_as, imported) in [("references", 2), ("copies", 0)] {
        let file_id = watch.call("import_live_open", open(held_as))["file_id"].clone();
        watch.call("import_preview", json!({ "file_id": file_id }));
        let report = watch.call("import_apply", json!({ "file_id": file_id }));
        assert_eq!(report["imported"], imported, "{report}");
    }
    server.revoke();
    assert_eq!(
        watch.call("import_live_open", open("copies"))["type"],
        "bad_gateway"
    );
}

fn import(watch: &mut Watch<'_>) {
    let items = vec![
        Item::api_credential("Import one", "acme", &watch.canary()),
        Item::login("Import two", "ada", &watch.canary()).earlier_password(&watch.canary()),
        Item::password("Import three", &watch.canary()).trashed(),
    ];
    let path = watch.world.vault.home().join("export.1pux");
    std::fs::write(
        &path,
        OnePux::new("Acme").vault("Shared", items).into_bytes(),
    )
    .unwrap();
    watch.world.choose(&path);
    let file_id = watch.call("file_open", json!({ "purpose": "import" }))["file_id"].clone();
    watch.call("import_preview", json!({ "file_id": file_id }));
    watch.call("import_choose", json!({ "file_id": file_id, "take": true }));
    let report = watch.call("import_apply", json!({ "file_id": file_id }));
    assert_eq!(report["imported"], 3, "{report}");
    for format in ["json", "markdown"] {
        let path = watch.world.vault.home().join(format!("report.{format}"));
        watch.world.choose(&path);
        let request = json!({ "file_id": file_id, "format": format });
        watch.call("import_report_save", request);
    }
    let request = json!({ "file_id": file_id, "accept_left_out": true });
    watch.call("import_file_destroy", request);
    let text = format!("API_TOKEN={}\n", watch.canary());
    let pasted = watch.call("import_paste", json!({ "text": text }))["file_id"].clone();
    let request = json!({ "file_id": pasted, "password": watch.canary() });
    watch.call("import_preview", request);
    watch.call("import_discard", json!({ "file_id": pasted }));
}

/// Codes are shown once, to the one who asked; passwords never.
fn members(watch: &mut Watch<'_>) {
    let (id, code) = watch.world.invite("Ben", "admin");
    let their = watch.world.on_device_of("ben");
    let password = format!("dotterel whimbrel {}", watch.canary());
    let mut request = watch.world.joining(&code);
    request["member_password"] = json!(password);
    let joined = their.done("vault_join", request.clone());
    let recovery = joined["recovery_code"].as_str().unwrap().to_owned();
    watch.canaries.extend([code, recovery]);
    for answered in [
        their.call("vault_join", request),
        their.call("member_list", json!({})),
    ] {
        let answered = answered.unwrap_or_else(|rejection| json!(rejection));
        watch.out.extend(answered.to_string().into_bytes());
    }
    let wrong = watch.canary();
    watch.call(
        "member_invite",
        json!({ "name": "Cleo", "role": "boss", "password": wrong }),
    );
    watch.call(
        "member_invite",
        json!({ "name": "Cleo", "role": "viewer", "password": wrong }),
    );
    watch.call("vault_rekey", json!({ "password": wrong }));
    watch.text("vault_rekey", &json!({ "password": [wrong] }).to_string());
    let strong = format!("curlew sanderling {}", watch.canary());
    watch.call(
        "identity_renew",
        json!({ "current_password": wrong, "new_password": strong }),
    );
    let renewed = their.done(
        "identity_renew",
        json!({ "current_password": password, "new_password": strong }),
    );
    let code = renewed["recovery_code"].as_str().unwrap();
    watch.canaries.push(code.to_owned());
    for (command, role) in [
        ("member_update", json!("viewer")),
        ("member_remove", Value::Null),
    ] {
        let mut request = json!({ "id": id, "password": PASSWORD });
        if !role.is_null() {
            request["role"] = role;
        }
        let answer = watch.call(command, request);
        assert_eq!(answer["rekeyed"], true, "{answer}");
    }
    assert_eq!(
        watch.call("vault_rekey", json!({ "password": PASSWORD }))["rekeyed"],
        true
    );
    for event in their.events() {
        watch.out.extend(serde_json::to_vec(&event).unwrap());
    }
}

fn passwords(watch: &mut Watch<'_>) {
    let new = format!("knot sanderling {}", watch.canary());
    let answer = watch.call(
        "password_change",
        json!({ "current_password": PASSWORD, "new_password": new }),
    );
    assert_eq!(answer, json!({}));
}
