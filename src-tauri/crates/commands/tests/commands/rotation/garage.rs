//! Turning a key over by hand, at a server that has no interface for keys which Turnstone speaks: garage, whose administration is the
//! person's hand. `cargo xtask lab` runs these.

use serde_json::{Value, json};
use testkit::rigs::garage::{Garage, MadeKey, REGION, Rights};

use crate::world::World;

const BUCKET: &str = "acme-uploads";
/// Keys of others at the same server, which nothing may happen to.
const OTHERS: usize = 40;
const TURNED_OVER: usize = 8;

struct Server {
    garage: Garage,
    others: Vec<String>,
}

impl Server {
    fn start() -> Self {
        let garage = Garage::start();
        garage.bucket(BUCKET);
        let others = (0..OTHERS).map(|at| garage.key(&format!("other {at}")).id);
        let others = others.collect();
        Self { garage, others }
    }

    /// What a person does on the server's own page.
    fn key(&self) -> MadeKey {
        let key = self.garage.key("uploads");
        self.garage.allow(&key, BUCKET, Rights::ReadAndWrite);
        key
    }

    fn require_others(&self) {
        let keys = self.garage.keys();
        assert!(self.others.iter().all(|id| keys.contains(id)), "{keys:?}");
    }
}

fn credentials(key: &MadeKey) -> Value {
    json!({ "access_key_id": key.id, "secret_access_key": key.secret })
}

/// A secret with this key, and a location where it is used: their ids.
fn upload(world: &World, server: &Server, name: &str, key: &MadeKey) -> (String, String) {
    let made = world.done(
        "secret_create",
        json!({ "name": name, "secret_type": "s3_compatible", "credentials": credentials(key) }),
    );
    let secret = made["secret"]["id"].as_str().unwrap().to_owned();
    let made = world.done(
        "location_create",
        json!({ "name": name, "location_type": "s3_compatible", "secret_id": secret,
            "bucket_name": BUCKET, "region": REGION, "endpoint_url": server.garage.url() }),
    );
    let location = made["location"]["id"].as_str().unwrap().to_owned();
    (secret, location)
}

fn paste(world: &World, secret: &str, key: &MadeKey) {
    let request = json!({ "id": secret, "expected_revision": world.revision(secret),
        "credentials": credentials(key), "reason": "turnover" });
    world.done("secret_update", request);
}

fn restore(world: &World, secret: &str, version: u64) {
    let request = json!({ "id": secret, "version": version });
    world.done("secret_restore", request);
}

fn tried(world: &World, location: &str) -> Value {
    let request = json!({ "location_id": location });
    world.done("location_verify", request)["location"]["verification"].clone()
}

/// The server's page makes and deletes the keys; what is told before, kept in between and tried afterwards is Turnstone's.
#[test]
#[ignore = "garage takes minutes to compile: cargo xtask lab"]
fn a_key_at_garage_is_turned_over_by_hand_and_the_old_one_refused_at_once() {
    let server = Server::start();
    let world = World::online();
    let old = server.key();
    let (secret, location) = upload(&world, &server, "uploads", &old);
    assert_eq!(tried(&world, &location)["status"], "verified");

    let plan = world.done("rotation_plan", json!({ "secret_id": secret }))["plan"].clone();
    assert_eq!(plan["managed"], false);
    assert_eq!(plan["why_not"]["code"], "no_api", "{plan}");
    let keys = server.garage.keys().len();
    assert_eq!(
        world.start(&secret, "delete").unwrap_err()["type"],
        "invalid_request"
    );
    assert_eq!(server.garage.keys().len(), keys, "no key was made");

    let new = server.key();
    paste(&world, &secret, &new);
    let shown = world.done("location_get", json!({ "id": location }))["location"].clone();
    assert_eq!(shown["verification"]["status"], "unverified");
    let verified = tried(&world, &location);
    assert_eq!(
        (&verified["status"], &verified["version"]),
        (&json!("verified"), &json!(2)),
        "{verified}"
    );
    assert_eq!(world.in_use(&secret), (new.id.clone(), new.secret.clone()));

    // Until it is deleted there, the old one is the way back.
    restore(&world, &secret, 1);
    assert_eq!(world.in_use(&secret), (old.id.clone(), old.secret));
    assert_eq!(tried(&world, &location)["status"], "verified");
    server.garage.delete_key(&old.id);
    let refused = tried(&world, &location);
    assert_eq!(
        (&refused["status"], &refused["error_code"]),
        (&json!("failed"), &json!("AccessDenied")),
        "{refused}"
    );
    let said = refused["error_message"].as_str().unwrap();
    assert!(said.contains("No such key"), "{said}");

    restore(&world, &secret, 2);
    assert_eq!(tried(&world, &location)["status"], "verified");
    let history = world.done("secret_history", json!({ "id": secret }));
    let how = history["versions"].as_array().unwrap().iter();
    let how: Vec<&str> = how.map(|one| one["how"].as_str().unwrap()).collect();
    assert_eq!(how, ["restored", "restored", "manual", "created"]);
    server.require_others();
    assert_eq!(world.done("audit_verify", json!({}))["ok"], true);
}

#[test]
#[ignore = "garage takes minutes to compile: cargo xtask lab"]
fn of_many_keys_at_garage_those_turned_over_by_hand_work_and_no_other_is_touched() {
    let server = Server::start();
    let world = World::online();
    let made = (0..TURNED_OVER).map(|at| {
        let key = server.key();
        let (secret, _) = upload(&world, &server, &format!("uploads {at}"), &key);
        (secret, key)
    });
    let made: Vec<(String, MadeKey)> = made.collect();
    let verify_all = || world.done("locations_verify", json!({}));
    let counts = |done: &Value| [done["verified"].clone(), done["failed"].clone()];
    assert_eq!(counts(&verify_all()), [json!(TURNED_OVER), json!(0)]);

    // Half of them first: the others' old keys are still in use.
    let (first, rest) = made.split_at(TURNED_OVER / 2);
    for (secret, old) in first {
        paste(&world, secret, &server.key());
        server.garage.delete_key(&old.id);
    }
    assert_eq!(counts(&verify_all()), [json!(TURNED_OVER), json!(0)]);
    // A key that is deleted before its successor is pasted is missed by its own location alone.
    let (last, old) = &rest[0];
    server.garage.delete_key(&old.id);
    let done = verify_all();
    assert_eq!(counts(&done), [json!(TURNED_OVER - 1), json!(1)]);
    assert_eq!(done["problems"][0]["error_code"], "AccessDenied", "{done}");
    paste(&world, last, &server.key());
    assert_eq!(counts(&verify_all()), [json!(TURNED_OVER), json!(0)]);
    server.require_others();
    assert_eq!(server.garage.keys().len(), OTHERS + TURNED_OVER);
}
