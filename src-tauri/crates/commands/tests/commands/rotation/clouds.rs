//! Whole rotations at the fakes of providers of which no server runs here: through the commands, over HTTP, with a bucket
//! in which the new key is tried.

mod railway;

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::clouds::cloudflare::{self, Cloudflare};
use testkit::clouds::digital_ocean::{ALL_SCOPES, DigitalOcean};
use testkit::clouds::oracle::{self, Oracle};
use testkit::clouds::{Server, Spoil};

use crate::wire::Wire;
use crate::world::World;

const BUCKET: &str = "ledgers";

/// A key at a provider, kept in a vault with the credential that manages it and a location that uses it.
struct Kept<C> {
    world: World,
    wire: Wire,
    cloud: C,
    secret: String,
    manager: String,
    /// As it was before anything was rotated.
    old: (String, String),
}

/// What is asked of each fake.
trait Fake {
    fn server(&self) -> &Server;
    fn key_ids(&self) -> Vec<String>;
    fn set_buckets(&self, buckets: Vec<String>);
    /// What the request that makes a key has in it.
    fn making(&self) -> &'static str;
}

impl Fake for DigitalOcean {
    fn server(&self) -> &Server {
        &self.server
    }

    fn key_ids(&self) -> Vec<String> {
        self.state().keys.iter().map(|key| key.id.clone()).collect()
    }

    fn set_buckets(&self, buckets: Vec<String>) {
        self.state().buckets = buckets;
    }

    fn making(&self) -> &'static str {
        "POST /v2/spaces/keys"
    }
}

impl Fake for Cloudflare {
    fn server(&self) -> &Server {
        &self.server
    }

    fn key_ids(&self) -> Vec<String> {
        let state = self.state();
        let keys = state.tokens.iter().filter(|token| token.name != "manager");
        keys.map(|key| key.id.clone()).collect()
    }

    fn set_buckets(&self, buckets: Vec<String>) {
        self.state().buckets = buckets;
    }

    fn making(&self) -> &'static str {
        "POST /accounts/"
    }
}

impl Fake for Oracle {
    fn server(&self) -> &Server {
        &self.server
    }

    fn key_ids(&self) -> Vec<String> {
        self.state().keys.iter().map(|key| key.id.clone()).collect()
    }

    fn set_buckets(&self, buckets: Vec<String>) {
        self.state().buckets = buckets;
    }

    fn making(&self) -> &'static str {
        "POST /20160918/users"
    }
}

fn keep<C: Fake>(
    cloud: C,
    kind: &str,
    old: (String, String),
    management: &str,
    mut parameters: Value,
) -> Kept<C> {
    let wire = Wire::new();
    let world = World::at(Arc::new(wire.clone()));
    let made = world.done(
        "secret_create",
        json!({ "name": "Ledger bucket", "secret_type": kind,
            "credentials": { "access_key_id": old.0, "secret_access_key": old.1 } }),
    );
    let secret = made["secret"]["id"].as_str().unwrap().to_owned();
    let url = cloud.server().url();
    world.done(
        "location_create",
        json!({ "name": "Ledgers", "location_type": kind, "secret_id": secret,
            "bucket_name": BUCKET, "endpoint_url": url }),
    );
    parameters["s3_endpoint"] = json!(url);
    let manager = world.generic("Key manager", management);
    let managed = json!({ "management_secret_id": manager, "parameters": parameters });
    world.done(
        "policy_set",
        json!({ "secret_id": secret, "managed": managed }),
    );
    Kept {
        world,
        wire,
        cloud,
        secret,
        manager,
        old,
    }
}

fn digital_ocean() -> Kept<DigitalOcean> {
    digital_ocean_with(json!([{ "bucket": BUCKET, "permission": "readwrite" }]))
}

fn digital_ocean_with(grants: Value) -> Kept<DigitalOcean> {
    let cloud = DigitalOcean::start();
    let key = cloud.key("uploads", grants);
    let token = cloud.token(ALL_SCOPES);
    let parameters = json!({ "api_endpoint": cloud.server.url() });
    keep(
        cloud,
        "digitalocean_spaces",
        (key.id, key.secret),
        &token,
        parameters,
    )
}

fn cloudflare() -> Kept<Cloudflare> {
    let cloud = Cloudflare::start();
    let owner = cloudflare::Owner::Account;
    let may = cloudflare::policies(
        &["Workers R2 Storage Bucket Item Write"],
        &cloudflare::of_bucket(BUCKET),
    );
    let key = cloud.token(owner, "uploads", may);
    let may = cloudflare::policies(&[cloudflare::ACCOUNT_TOKENS], &cloudflare::of_account());
    let manager = cloud.token(owner, "manager", may);
    let parameters =
        json!({ "account_id": cloudflare::ACCOUNT, "api_endpoint": cloud.server.url() });
    let old = (key.id.clone(), key.secret());
    keep(cloud, "r2", old, &manager.value, parameters)
}

fn oracle() -> Kept<Oracle> {
    let cloud = Oracle::start();
    let key = cloud.key("uploads");
    let parameters = json!({ "tenancy": oracle::TENANCY, "user_ocid": oracle::USER,
        "fingerprint": oracle::FINGERPRINT, "region": oracle::REGION,
        "namespace": oracle::NAMESPACE, "identity_endpoint": cloud.server.url() });
    keep(
        cloud,
        "oracle_object_storage_s3",
        (key.id, key.secret),
        oracle::SIGNING_KEY,
        parameters,
    )
}

impl<C: Fake> Kept<C> {
    fn plan(&self) -> Value {
        let asked = json!({ "secret_id": self.secret });
        self.world.done("rotation_plan", asked)["plan"].clone()
    }

    fn version(&self) -> Value {
        let asked = json!({ "id": self.secret });
        self.world.done("secret_get", asked)["secret"]["version"].clone()
    }

    /// Another management credential in place of the one that the policy names.
    fn keep_token(&self, token: &str) {
        let credentials = json!({ "value": token });
        let asked = json!({ "id": self.manager, "expected_revision": self.world.revision(&self.manager),
            "credentials": credentials });
        self.world.done("secret_update", asked);
    }

    fn answer(&self, run: &Value, decision: &str) -> Value {
        let asked = json!({ "rotation_id": run["id"], "decision": decision });
        self.world.done("rotation_decide", asked)["rotation"].clone()
    }
}

/// Planned, pending while its bucket is not there, tested, promoted, and the old one retired after its grace.
fn check_a_whole_rotation<C: Fake>(kept: &Kept<C>) {
    let (world, cloud) = (&kept.world, &kept.cloud);
    let plan = kept.plan();
    assert_eq!(
        (&plan["managed"], &plan["way"], &plan["style"]),
        (&json!(true), &json!("management"), &json!("overlap")),
        "{plan}"
    );
    assert_eq!(plan["blocks"], json!([]), "{plan}");
    assert_eq!(plan["keys"][0]["is_current"], true);

    cloud.set_buckets(Vec::new());
    let run = world.start(&kept.secret, "delete").unwrap();
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("asks"), &json!("testing")),
        "{run}"
    );
    // The new one is kept, and the old one is in use.
    assert_eq!((&run["new_version"], kept.version()), (&json!(2), json!(1)));
    assert_eq!(world.in_use(&kept.secret), kept.old);
    let ids = cloud.key_ids();
    assert_eq!((ids.len(), &ids[0]), (2, &kept.old.0));

    cloud.set_buckets(vec![BUCKET.to_owned()]);
    let run = kept.answer(&run, "test_again");
    assert_eq!(
        (&run["state"], &run["stage"]),
        (&json!("waiting"), &json!("grace")),
        "{run}"
    );
    let tests = run["tests"].as_array().unwrap();
    assert!(tests.len() == 2 && tests.iter().all(|test| test["state"] == "ok"));
    assert_eq!(kept.version(), 2);
    assert_eq!(world.in_use(&kept.secret).0, ids[1]);
    assert_eq!(cloud.key_ids(), ids, "within its grace");

    let run = world.finish(&kept.secret);
    assert_eq!(run["state"], "done", "{run}");
    assert!(run["old_key"]["deleted_at"].is_string(), "{run}");
    assert_eq!(cloud.key_ids(), ids[1..]);
    let verified =
        world.done("secret_get", json!({ "id": kept.secret }))["secret"]["verified"].clone();
    assert_eq!(verified["ok"], 1);
}

/// Back to the old key after the promotion: the new one is gone at the provider.
fn check_an_undo<C: Fake>(kept: &Kept<C>) {
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    assert_eq!(run["state"], "waiting", "{run}");
    let asked = json!({ "rotation_id": run["id"] });
    let run = kept.world.done("rotation_undo", asked)["rotation"].clone();
    assert_eq!(run["state"], "undone", "{run}");
    assert_eq!(kept.world.in_use(&kept.secret), kept.old);
    assert_eq!(kept.cloud.key_ids(), std::slice::from_ref(&kept.old.0));
}

/// The first one's secret is lost with its answer: it is found by its name and deleted, and another one is made.
fn check_a_lost_answer<C: Fake>(kept: &Kept<C>) {
    let server = kept.cloud.server();
    server.spoil(1, kept.cloud.making(), Spoil::AnswerLost);
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    assert_eq!(run["state"], "waiting", "{run}");
    let steps = run["steps"].as_array().unwrap();
    let orphan = |step: &&Value| step["step"] == "delete_orphan" && step["phase"] == "done";
    assert_eq!(steps.iter().filter(orphan).count(), 1, "{run}");
    let ids = kept.cloud.key_ids();
    assert_eq!((ids.len(), &ids[0]), (2, &kept.old.0));
    assert_eq!(kept.world.in_use(&kept.secret).0, ids[1]);
}

#[test]
fn a_key_of_digitalocean_spaces_is_rotated_undone_and_found_again() {
    check_a_whole_rotation(&digital_ocean());
    check_an_undo(&digital_ocean());
    check_a_lost_answer(&digital_ocean());
}

#[test]
fn a_key_of_cloudflare_r2_is_rotated_undone_and_found_again() {
    check_a_whole_rotation(&cloudflare());
    check_an_undo(&cloudflare());
    check_a_lost_answer(&cloudflare());
}

#[test]
fn a_key_of_oracle_object_storage_is_rotated_undone_and_found_again() {
    check_a_whole_rotation(&oracle());
    check_an_undo(&oracle());
    check_a_lost_answer(&oracle());
}

/// The narrowest that each can be: the key goes to its buckets' host only, and the token to the API's only.
#[test]
fn each_of_the_two_secrets_is_held_to_its_own_allowed_domains() {
    for (own, management, is_sent) in [
        ("127.0.0.1", "localhost", true),
        ("localhost", "localhost", false),
        ("127.0.0.1", "127.0.0.1", false),
    ] {
        let kept = digital_ocean();
        // The same server by two names.
        let at = |host: &str| kept.cloud.server.url().replace("127.0.0.1", host);
        let parameters = json!({ "api_endpoint": at("localhost"), "s3_endpoint": at("127.0.0.1") });
        let managed = json!({ "management_secret_id": kept.manager, "parameters": parameters });
        let policy = json!({ "secret_id": kept.secret, "managed": managed });
        kept.world.done("policy_set", policy);
        for (id, domain) in [(&kept.secret, own), (&kept.manager, management)] {
            let only = json!({ "id": id, "allowed_domains": [domain] });
            kept.world.done("secret_update", only);
        }
        let asked = kept.cloud.server.asked().len();
        match kept.world.start(&kept.secret, "keep") {
            Ok(run) => assert_eq!((&run["state"], is_sent), (&json!("done"), true), "{run}"),
            Err(refused) => {
                assert_eq!(
                    (&refused["type"], is_sent),
                    (&json!("access_forbidden"), false)
                );
                assert_eq!(kept.cloud.server.asked().len(), asked, "{refused}");
            }
        }
    }
}

/// A disabled token is enabled on the way back.
#[test]
fn a_disabled_key_of_cloudflare_r2_comes_back_with_an_undo() {
    let kept = cloudflare();
    let state = |index: usize| kept.cloud.state().tokens[index].status.clone();
    kept.world.start(&kept.secret, "disable").unwrap();
    let run = kept.world.finish(&kept.secret);
    assert_eq!(
        (&run["state"], state(0)),
        (&json!("done"), "disabled".to_owned())
    );

    let kept = cloudflare();
    let state = |index: usize| kept.cloud.state().tokens[index].status.clone();
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    let server = kept.cloud.server();
    server.spoil(99, "PUT", Spoil::AnswerLost);
    kept.world.pass_grace();
    kept.world.app.carry_on_due();
    assert_eq!(kept.world.run(&kept.secret).unwrap()["stage"], "disabling");
    assert_eq!(state(0), "disabled");
    server.spoil(0, "", Spoil::Refused);
    let asked = json!({ "rotation_id": run["id"] });
    let run = kept.world.done("rotation_undo", asked)["rotation"].clone();
    assert_eq!(
        (&run["state"], state(0)),
        (&json!("undone"), "active".to_owned())
    );
    assert_eq!(kept.world.in_use(&kept.secret), kept.old);
    assert_eq!(kept.cloud.key_ids(), std::slice::from_ref(&kept.old.0));
}

/// Two is all that Oracle gives: what is in the way is told before, with its name.
#[test]
fn a_full_set_of_keys_at_oracle_is_told_before_the_start() {
    let kept = oracle();
    let other = kept.cloud.key("backup");
    let plan = kept.plan();
    assert_eq!(plan["keys_max"], 2);
    assert_eq!(
        (&plan["blocks"][0]["code"], &plan["blocks"][0]["key_id"]),
        (&json!("key_limit"), &json!(other.id))
    );
    let refused = kept.world.start(&kept.secret, "delete").unwrap_err();
    assert_eq!(refused["type"], "bad_gateway", "{refused}");
    assert_eq!(kept.cloud.key_ids().len(), 2);
}

/// Its keys are not there either way: the old one is not taken for deleted.
#[test]
fn a_token_of_another_account_that_is_kept_meanwhile_ends_no_key() {
    // It lists buckets, so that nothing but the token has to be asked whether it works.
    let kept = digital_ocean_with(json!([{ "bucket": "", "permission": "fullaccess" }]));
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    assert_eq!(run["state"], "waiting", "{run}");
    let elsewhere = "dop_v1_elsewhere";
    let theirs = kept.cloud.token(ALL_SCOPES);
    kept.cloud.state().tokens_elsewhere = vec![elsewhere.to_owned()];
    kept.keep_token(elsewhere);
    kept.world.pass_grace();
    kept.world.app.carry_on_due();
    let run = kept.world.run(&kept.secret).unwrap();
    assert_eq!(
        (&run["state"], &run["error"]["code"]),
        (&json!("stopped"), &json!("key_not_found")),
        "{run}"
    );
    assert_eq!(run["old_key"]["deleted_at"], Value::Null);
    assert_eq!(kept.cloud.key_ids().len(), 2);

    kept.keep_token(&theirs);
    let run = kept.world.finish(&kept.secret);
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!(kept.cloud.key_ids().len(), 1);
}
