//! Whole rotations at providers' servers on this machine: what the vault keeps, what the provider does, and real buckets between them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::Timestamp;
use serde_json::{Value, json};
use testkit::clouds::azure::{
    ACCOUNT, Azure, CLIENT_ID, CLIENT_SECRET, RESOURCE_GROUP, SUBSCRIPTION, TENANT,
};
use testkit::rigs::{self, Rig};
use turnstone_commands::api::Event;

use crate::world::World;

const BUCKET: &str = "acme-ledgers";
const MASTER_ID: &str = "a1b2c3d4e5f6";
const MASTER_KEY: &str = "K005masterkeymasterkeymasterkey";
const EMAIL: &str = "ledger@acme.iam.gserviceaccount.com";

impl World {
    fn secret(&self, kind: &str, fields: Value) -> String {
        self.secret_named("Ledger", kind, fields)
    }

    fn secret_named(&self, name: &str, kind: &str, fields: Value) -> String {
        let mut request = json!({ "name": name, "secret_type": kind, "credentials": fields });
        if kind == "azure_blob" {
            let is_sas = request["credentials"]["sas_url"].is_string();
            let method = if is_sas {
                "azure_sas_url"
            } else {
                "azure_account_key"
            };
            request["auth_method"] = method.into();
        }
        let made = self.done("secret_create", request);
        made["secret"]["id"].as_str().unwrap().to_owned()
    }

    fn place(&self, kind: &str, secret: &str, endpoint: &str, bucket: &str) {
        self.done(
            "location_create",
            json!({ "name": format!("Ledgers of {secret}"), "location_type": kind, "secret_id": secret,
                "bucket_name": bucket, "endpoint_url": endpoint }),
        );
    }

    fn managed(&self, secret: &str, management: Option<&str>, parameters: Value) {
        let managed = json!({ "management_secret_id": management, "parameters": parameters });
        self.done(
            "policy_set",
            json!({ "secret_id": secret, "managed": managed }),
        );
    }

    fn plan(&self, secret: &str) -> Value {
        self.done("rotation_plan", json!({ "secret_id": secret }))["plan"].clone()
    }

    fn field(&self, secret: &str, field: &str) -> String {
        self.done("secret_copy", json!({ "id": secret, "field": field }));
        self.on_clipboard().unwrap()
    }

    fn version(&self, secret: &str) -> Value {
        self.done("secret_get", json!({ "id": secret }))["secret"]["version"].clone()
    }

    /// Started, tried on the bucket and promoted, up to the old key's grace.
    #[track_caller]
    fn rotated(&self, secret: &str, then: &str) -> Value {
        let plan = self.plan(secret);
        assert_eq!(
            (&plan["managed"], &plan["blocks"]),
            (&json!(true), &json!([])),
            "{plan}"
        );
        assert_eq!(plan["locations_total"], 1);
        let run = self.start(secret, then).unwrap();
        let tests = run["tests"].as_array().unwrap();
        assert!(
            tests.len() == 2 && tests.iter().all(|test| test["state"] == "ok"),
            "{run}"
        );
        assert_eq!(self.version(secret), 2);
        run
    }
}

/// Backblaze's native API with a key that may manage keys beside the one that is turned over.
struct Backblaze {
    rig: Rig,
}

impl Backblaze {
    fn asked(&self, name: &str, mut asked: Value) -> Value {
        let basic = base64(&format!("{MASTER_ID}:{MASTER_KEY}"));
        let basic = format!("Basic {basic}");
        let path = "/b2api/v3/b2_authorize_account";
        let session = self.rig.ask("GET", path, &[("Authorization", &basic)], "");
        let session: Value = serde_json::from_str(&session).unwrap();
        asked["accountId"] = session["accountId"].clone();
        let token = session["authorizationToken"].as_str().unwrap();
        let path = format!("/b2api/v3/{name}");
        self.rig
            .ask_json(&path, &[("Authorization", token)], &asked)
    }

    fn key(&self, terms: Value) -> Value {
        let made = self.asked("b2_create_key", terms);
        json!({ "application_key_id": made["applicationKeyId"], "application_key": made["applicationKey"] })
    }

    fn keys(&self) -> Vec<Value> {
        self.asked("b2_list_keys", json!({}))["keys"]
            .as_array()
            .unwrap()
            .clone()
    }
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.encode(text)
}

struct B2Secret {
    world: World,
    b2: Backblaze,
    bucket: Value,
    secret: String,
}

const FILES: [&str; 4] = ["listBuckets", "listFiles", "readFiles", "writeFiles"];

/// A key for one bucket, and beside it the one that makes and deletes keys.
fn backblaze() -> B2Secret {
    let world = World::online();
    let b2 = Backblaze {
        rig: rigs::b2(MASTER_ID, MASTER_KEY, 0),
    };
    let bucket = b2.asked(
        "b2_create_bucket",
        json!({ "bucketName": BUCKET, "bucketType": "allPrivate" }),
    );
    let terms =
        json!({ "keyName": "ledger", "capabilities": FILES, "bucketId": bucket["bucketId"] });
    let secret = world.secret("b2", b2.key(terms));
    let keys = ["listKeys", "writeKeys", "deleteKeys"];
    let admin = json!({ "keyName": "admin", "capabilities": keys });
    let admin = world.secret_named("Key admin", "b2", b2.key(admin));
    world.place("b2", &secret, &b2.rig.url(), BUCKET);
    world.managed(
        &secret,
        Some(&admin),
        json!({ "api_endpoint": b2.rig.url() }),
    );
    B2Secret {
        world,
        b2,
        bucket,
        secret,
    }
}

#[test]
fn a_backblaze_key_comes_back_with_an_undo() {
    let B2Secret {
        world, b2, secret, ..
    } = backblaze();
    let old = world.field(&secret, "application_key_id");
    let run = world.rotated(&secret, "delete");
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(undone["rotation"]["state"], "undone", "{undone}");
    assert_eq!(world.field(&secret, "application_key_id"), old);
    let ids: Vec<Value> = b2
        .keys()
        .iter()
        .map(|key| key["applicationKeyId"].clone())
        .collect();
    assert!(
        ids.contains(&json!(old)) && !ids.contains(&run["new_key_id"]),
        "{ids:?}"
    );
}

#[test]
fn a_backblaze_key_is_turned_over() {
    let B2Secret {
        world,
        b2,
        bucket,
        secret,
    } = backblaze();
    let old = world.field(&secret, "application_key_id");
    let run = world.rotated(&secret, "delete");
    let new = world.field(&secret, "application_key_id");
    assert_ne!(new, old);
    assert_eq!(
        (&run["new_key_id"], &run["old_key_id"]),
        (&json!(new), &json!(old))
    );
    let made = b2.keys();
    let made = made
        .iter()
        .find(|key| key["applicationKeyId"] == json!(new));
    let made = made.expect("the new key");
    assert_eq!(
        (&made["capabilities"], &made["bucketId"]),
        (&json!(FILES), &bucket["bucketId"])
    );
    assert!(made["keyName"].as_str().unwrap().starts_with("turnstone-"));
    assert_eq!(world.finish(&secret)["state"], "done");
    assert!(
        b2.keys()
            .iter()
            .all(|key| key["applicationKeyId"] != json!(old))
    );
    assert_eq!(b2.keys().len(), 2);
}

struct GoogleSecret {
    world: World,
    /// Keeps the server running.
    _rig: Rig,
    secret: String,
    old: String,
}

/// A service account that may make and delete its own keys.
fn google() -> GoogleSecret {
    let world = World::online();
    let rig = rigs::gcs(BUCKET, 0);
    let account = json!({ "email": EMAIL, "project": "acme" });
    let file = rig.ask_json("/_ctl/service_account", &[], &account);
    let secret = world.secret("gcs", json!({ "service_account_json": file.to_string() }));
    world.place("gcs", &secret, &rig.url(), BUCKET);
    world.managed(
        &secret,
        None,
        json!({ "iam_endpoint": rig.url(), "usage_endpoint": rig.url() }),
    );
    GoogleSecret {
        world,
        _rig: rig,
        secret,
        old: file["private_key_id"].as_str().unwrap().to_owned(),
    }
}

#[test]
fn a_google_key_comes_back_with_an_undo() {
    let GoogleSecret {
        world,
        secret,
        old,
        _rig,
    } = google();
    let run = world.rotated(&secret, "delete");
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(undone["rotation"]["state"], "undone", "{undone}");
    let file: Value = serde_json::from_str(&world.field(&secret, "service_account_json")).unwrap();
    assert_eq!(file["private_key_id"], json!(old));
    let keys = world.plan(&secret)["keys"].clone();
    assert_eq!(keys.as_array().unwrap().len(), 1);
    assert_eq!(keys[0]["id"], json!(old));
}

#[test]
fn a_google_key_is_turned_over_by_itself() {
    let GoogleSecret {
        world,
        secret,
        old,
        _rig,
    } = google();
    assert_eq!(world.plan(&secret)["keys"][0]["last_used"]["kind"], "at");
    let run = world.rotated(&secret, "delete");
    assert_eq!(run["old_key_id"], json!(old));
    let new: Value = serde_json::from_str(&world.field(&secret, "service_account_json")).unwrap();
    assert_eq!(new["private_key_id"], run["new_key_id"]);
    assert_eq!(new["client_email"], EMAIL);
    let ended = world.finish(&secret);
    assert_eq!(ended["state"], "done", "{ended}");
    let steps: Vec<_> = ended["steps"].as_array().unwrap().iter().collect();
    let is_done = |name: &str| {
        steps
            .iter()
            .any(|step| step["step"] == name && step["phase"] == "done")
    };
    assert!(is_done("disable_old") && is_done("delete_old"), "{ended}");
    let keys = world.plan(&secret)["keys"].clone();
    assert_eq!(keys.as_array().unwrap().len(), 1);
    assert_eq!(keys[0]["id"], new["private_key_id"]);
}

struct AzureSecret {
    world: World,
    azure: Azure,
    secret: String,
}

fn azure_account() -> AzureSecret {
    let world = World::online();
    let azure = Azure::start();
    azure.make_container(BUCKET);
    let key = json!({ "account_name": ACCOUNT, "account_key": azure.key("key1") });
    let secret = world.secret("azure_blob", key);
    world.place("azure_blob", &secret, &azure.blobs(), BUCKET);
    let application = world.generic("Application", CLIENT_SECRET);
    let parameters = json!({
        "subscription": SUBSCRIPTION, "resource_group": RESOURCE_GROUP,
        "tenant": TENANT, "client_id": CLIENT_ID,
        "management_endpoint": azure.url(), "login_endpoint": azure.url(),
        "blob_endpoint": azure.blobs(),
    });
    world.managed(&secret, Some(&application), parameters);
    AzureSecret {
        world,
        azure,
        secret,
    }
}

#[test]
fn an_azure_account_key_is_turned_over_from_slot_to_slot_and_back() {
    let AzureSecret {
        world,
        azure,
        secret,
    } = azure_account();
    let (first, unused) = (azure.key("key1"), azure.key("key2"));
    let plan = world.plan(&secret);
    assert!(plan["warnings"].to_string().contains("SAS"), "{plan}");
    let run = world.rotated(&secret, "delete");
    assert_eq!(world.field(&secret, "account_key"), azure.key("key2"));
    assert_ne!(azure.key("key2"), unused);
    assert_eq!(azure.key("key1"), first, "in its grace");

    // Undo: the old key works until it is made anew.
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    assert_eq!(undone["rotation"]["state"], "undone", "{undone}");
    assert_eq!(world.field(&secret, "account_key"), first);
    assert_eq!(azure.key("key1"), first);

    // The values of a rotation that was turned back are a version of their own.
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(run["state"], "waiting", "{run}");
    let second = world.field(&secret, "account_key");
    assert_eq!(second, azure.key("key2"));
    assert_eq!(world.finish(&secret)["state"], "done");
    assert_ne!(azure.key("key1"), first, "made anew at its end");
    assert_eq!(azure.key("key2"), second);
    assert_eq!(world.field(&secret, "account_key"), second);
}

/// Both of an account's keys in one vault is how such accounts are kept: the other one's secret must not go dark.
#[test]
fn delete_04_an_azure_key_is_not_rotated_while_another_secret_has_the_accounts_other_key() {
    let AzureSecret {
        world,
        azure,
        secret,
    } = azure_account();
    let other = json!({ "account_name": ACCOUNT, "account_key": azure.key("key2") });
    let other = world.secret_named("Monthly reports", "azure_blob", other);
    let keys = (azure.key("key1"), azure.key("key2"));
    let plan = world.plan(&secret);
    assert_eq!(plan["blocks"][0]["code"], "held_elsewhere", "{plan}");
    let message = plan["blocks"][0]["message"].to_string();
    assert!(message.contains("Monthly reports"), "{message}");
    let refused = world.start(&secret, "delete").unwrap_err();
    assert_eq!(refused["type"], "conflict", "{refused}");
    assert!(refused.to_string().contains("Monthly reports"), "{refused}");
    assert_eq!((azure.key("key1"), azure.key("key2")), keys);
    assert!(world.run(&secret).is_none());

    world.done("secret_delete", json!({ "id": other }));
    assert_eq!(world.plan(&secret)["blocks"], json!([]));
    world.start(&secret, "delete").unwrap();
    assert_ne!(azure.key("key2"), keys.1);
}

#[test]
fn the_plan_of_an_azure_key_names_what_its_account_has_signed() {
    let AzureSecret {
        world,
        azure: _running,
        secret,
    } = azure_account();
    let sas = |account: &str| {
        let url = format!(
            "https://{account}.blob.core.windows.net/{BUCKET}?sv=2021-12-02&sr=c&sp=r&se=2099-01-01T00%3A00%3A00Z&sig=cGxvdmVy"
        );
        json!({ "sas_url": url })
    };
    world.secret_named("Auditors", "azure_blob", sas(ACCOUNT));
    world.secret_named("Elsewhere", "azure_blob", sas("othermedia"));
    let asked = json!({ "secret_ids": [secret] });
    let many = world.done("rotation_bulk_plan", asked)["plans"][0].clone();
    for plan in [world.plan(&secret), many] {
        let warnings = plan["warnings"].to_string();
        assert!(warnings.contains("Auditors"), "{plan}");
        assert!(!warnings.contains("Elsewhere"), "{plan}");
    }
}

/// Azure's ids don't stand in a secret's values: the values tell.
#[test]
fn delete_04_an_azure_key_that_two_secrets_have_is_not_made_anew_unasked() {
    let AzureSecret {
        world,
        azure,
        secret,
    } = azure_account();
    let first = azure.key("key1");
    let twin = json!({ "account_name": ACCOUNT, "account_key": first });
    world.secret_named("Monthly reports", "azure_blob", twin);
    let plan = world.plan(&secret);
    assert!(
        plan["warnings"].to_string().contains("Monthly reports"),
        "{plan}"
    );
    world.start(&secret, "delete").unwrap();
    world.pass_grace();
    world.app.carry_on_due();
    let run = world.run(&secret).unwrap();
    assert_eq!(run["state"], "asks", "{run}");
    let message = run["question"]["message"].to_string();
    assert!(message.contains("Monthly reports"), "{message}");
    assert_eq!(azure.key("key1"), first);
    world.finish(&secret);
    assert_ne!(azure.key("key1"), first);
}

/// Days may pass before a new key is asked for again: whoever made the other one anew meanwhile uses it.
#[test]
fn an_azure_key_that_was_made_anew_since_the_start_is_left_alone() {
    let AzureSecret {
        world,
        azure,
        secret,
    } = azure_account();
    azure.spoil(
        1,
        "regenerateKey",
        testkit::clouds::Spoil::Instead(403, Vec::new()),
    );
    let run = world.start(&secret, "delete").unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("stopped"), &json!("planned")),
        "{run}"
    );
    azure.regenerate("key2");
    let theirs = azure.key("key2");
    let id = json!({ "rotation_id": run["id"] });
    let run = world.done("rotation_resume", id.clone())["rotation"].clone();
    assert_eq!(
        (&run["state"], &run["error"]["code"]),
        (&json!("stopped"), &json!("other_key_changed")),
        "{run}"
    );
    assert_eq!(azure.key("key2"), theirs);
    let undone = world.done("rotation_undo", id);
    assert_eq!(undone["rotation"]["state"], "abandoned", "{undone}");
    assert_eq!(azure.key("key2"), theirs);
    world.start(&secret, "delete").unwrap();
    assert_ne!(azure.key("key2"), theirs);
}

/// The program ends before it has asked for a key, and days later an administrator makes the other one anew for something else.
#[test]
fn an_azure_key_that_somebody_made_is_not_taken_for_a_lost_one() {
    super::quiet_stops();
    for way in ["rotation_resume", "rotation_undo"] {
        let AzureSecret {
            world,
            azure,
            secret,
        } = azure_account();
        // Azure's clock goes on as the real one.
        *world.time.lock().unwrap() += Duration::from_secs(3600);
        *world.told.stops_at.lock().unwrap() = Some(0);
        world.start(&secret, "delete").unwrap_err();
        world.unlock();
        azure.regenerate("key2");
        let theirs = azure.key("key2");
        let run = world.run(&secret).unwrap();
        assert_eq!(run["stage"], "creating", "{run}");
        let id = json!({ "rotation_id": run["id"] });
        let run = world.done(way, id.clone())["rotation"].clone();
        assert_eq!(run["error"]["code"], "other_key_changed", "{run}");
        if way == "rotation_resume" {
            assert_eq!(run["state"], "stopped", "{run}");
            world.done("rotation_undo", id);
        }
        assert_eq!(world.run(&secret).unwrap()["state"], "abandoned");
        assert_eq!(azure.key("key2"), theirs, "{way}");
        assert_eq!(world.version(&secret), 1);
    }
}

/// Between Azure's answer and its commit another program takes the run over, and takes the new key from Azure's list.
#[test]
fn an_azure_key_that_another_program_has_put_in_use_is_not_taken_back() {
    let AzureSecret {
        world,
        azure,
        secret,
    } = azure_account();
    let other = Arc::new(world.elsewhere());
    other.unlock();
    *other.time.lock().unwrap() += Duration::from_secs(6 * 60);
    let (beside, when_asked) = (Arc::clone(&other), Arc::clone(&world.when_asked));
    let told = Mutex::new(0);
    let taken_over = secret.clone();
    *world.told.when_told.lock().unwrap() = Some(Box::new(move |event| {
        let is_of_run = matches!(event, Event::RotationChanged { .. });
        let mut told = told.lock().unwrap();
        *told += usize::from(is_of_run);
        // After the start comes the intent to make a key: the time is asked for next when that key is to be kept.
        if !is_of_run || *told != 2 {
            return;
        }
        let (beside, secret) = (Arc::clone(&beside), taken_over.clone());
        *when_asked.lock().unwrap() = Some(Box::new(move || {
            let taking_over = std::thread::spawn(move || {
                let run = beside.run(&secret).unwrap();
                let id = json!({ "rotation_id": run["id"] });
                let run = beside.done("rotation_resume", id)["rotation"].clone();
                assert_eq!(run["state"], "waiting", "{run}");
            });
            taking_over.join().unwrap();
        }));
    }));
    let refused = world.start(&secret, "delete").unwrap_err();
    assert_eq!(refused["type"], "conflict", "{refused}");
    assert_eq!(other.version(&secret), 2);
    assert_eq!(other.field(&secret, "account_key"), azure.key("key2"));
}

#[test]
fn an_azure_key_whose_answer_was_lost_is_kept() {
    let AzureSecret {
        world,
        azure,
        secret,
    } = azure_account();
    azure.spoil(1, "regenerateKey", testkit::clouds::Spoil::AnswerLost);
    let run = world.rotated(&secret, "keep");
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!(world.field(&secret, "account_key"), azure.key("key2"));
}

#[test]
fn a_sas_is_signed_anew_and_the_old_one_runs_out() {
    let AzureSecret {
        world,
        azure,
        secret: account,
    } = azure_account();
    let old = azure.sas(BUCKET, "rl", "2099-01-01T00:00:00Z");
    let sas = world.secret_named("Ledger SAS", "azure_blob", json!({ "sas_url": old }));
    world.place("azure_blob", &sas, &azure.blobs(), BUCKET);
    world.managed(&sas, Some(&account), json!({ "valid_days": "30" }));
    let plan = world.plan(&sas);
    assert_eq!(
        (&plan["deletes"], &plan["disables"]),
        (&json!(false), &json!(false))
    );
    assert!(
        plan["warnings"].to_string().contains("taken back"),
        "{plan}"
    );
    for then in ["delete", "disable"] {
        let refused = world.start(&sas, then).unwrap_err();
        assert_eq!(refused["type"], "validation_error", "{refused}");
        assert_eq!(refused["details"][0]["loc"], json!(["old_key", "then"]));
    }
    let run = world.rotated(&sas, "keep");
    assert_eq!(run["state"], "done", "{run}");
    let new = world.field(&sas, "sas_url");
    assert_ne!(new, old);
    assert!(
        new.starts_with(old.split("&se=").next().unwrap()),
        "the same terms"
    );
    let shown = world.done("secret_get", json!({ "id": sas }))["secret"].clone();
    let ends = Timestamp::parse(shown["expires_at"].as_str().unwrap()).unwrap();
    assert!(ends > Timestamp::parse("2026-11-22T00:00:00Z").unwrap());
    let both = [old.as_str(), new.as_str()];
    assert!(both.iter().all(|url| azure.opens(url)));
    // With the account's key goes what it signed.
    azure.regenerate("key1");
    assert!(!both.iter().any(|url| azure.opens(url)));
}

#[test]
fn a_plan_says_where_the_new_sas_would_live_longer() {
    let AzureSecret {
        world,
        azure,
        secret: account,
    } = azure_account();
    let old = azure.sas(BUCKET, "rl", "2099-01-08T00:00:00Z");
    let old = old.replace("&se=", "&st=2099-01-01T00%3A00%3A00Z&se=");
    let sas = world.secret_named("Ledger SAS", "azure_blob", json!({ "sas_url": old }));
    world.managed(&sas, Some(&account), json!({ "valid_days": "30" }));
    let warnings = world.plan(&sas)["warnings"].to_string();
    assert!(warnings.contains("made for 7"), "{warnings}");
}

#[test]
fn undoing_a_sas_that_did_not_pass_asks_nobody_to_delete_it() {
    let AzureSecret {
        world,
        azure,
        secret: account,
    } = azure_account();
    let old = azure.sas(BUCKET, "rl", "2099-01-01T00:00:00Z");
    let sas = world.secret_named("Ledger SAS", "azure_blob", json!({ "sas_url": old }));
    world.place("azure_blob", &sas, &azure.blobs(), "no-such-container");
    world.managed(&sas, Some(&account), json!({ "valid_days": "30" }));
    let run = world.start(&sas, "keep").unwrap();
    assert_eq!(run["state"], "asks", "{run}");
    let undone = world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
    let run = &undone["rotation"];
    assert_eq!(run["state"], "abandoned", "{run}");
    let steps = run["steps"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["code"], "runs_out", "{run}");
    assert_eq!(world.field(&sas, "sas_url"), old);
}
