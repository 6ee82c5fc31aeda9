//! Rotations at a provider that behaves badly.

mod clouds;
mod ended;
mod faults;
mod garage;
mod held;
mod managers;
mod many;
mod moto;
mod peers;
mod planned;
mod providers;
mod spare_key;
mod start;
mod steps;
mod times;
mod turns;
mod unclear;

use std::time::Duration;

use serde_json::{Value, json};

use crate::cloud::STOPPED;
use crate::world::World;

const GRACE_HOURS: u64 = 24;

/// What becomes of the old key, in the words of a request.
pub fn old_key(then: &str) -> Value {
    json!({ "grace_hours": GRACE_HOURS, "then": then })
}

impl World {
    /// An S3 key that its provider knows, with a location that uses it; its id.
    pub fn ledger(&self) -> String {
        let id = self.s3_with_key("Ledger bucket", self.cloud.old_key());
        self.ledger_location("ledgers", &id);
        id
    }

    /// A secret with a key of the provider; its id.
    pub fn s3_with_key(&self, name: &str, (id, secret): (String, String)) -> String {
        let made = self.done(
            "secret_create",
            json!({ "name": name, "secret_type": "s3",
                "credentials": { "access_key_id": id, "secret_access_key": secret } }),
        );
        made["secret"]["id"].as_str().unwrap().to_owned()
    }

    pub fn ledger_location(&self, bucket: &str, secret: &str) -> String {
        let made = self.done(
            "location_create",
            json!({ "name": format!("at {bucket}"), "location_type": "s3", "secret_id": secret,
                "bucket_name": bucket, "region": "eu-north-1" }),
        );
        made["location"]["id"].as_str().unwrap().to_owned()
    }

    pub fn revision(&self, secret: &str) -> Value {
        self.done("secret_get", json!({ "id": secret }))["secret"]["revision"].clone()
    }

    pub fn start(&self, secret: &str, then: &str) -> Result<Value, Value> {
        let request = json!({ "secret_id": secret, "expected_revision": self.revision(secret),
            "reason": "turnover", "old_key": old_key(then) });
        let answer = self.call("rotation_start", request);
        answer
            .map(|answer| answer["rotation"].clone())
            .map_err(|rejection| json!(rejection))
    }

    /// The newest run of a secret, as it is shown.
    pub fn run(&self, secret: &str) -> Option<Value> {
        let page = self.done("rotation_list", json!({ "secret_id": secret }));
        page["rotations"].get(0).cloned()
    }

    /// The values in use, as a program would get them.
    pub fn in_use(&self, secret: &str) -> (String, String) {
        let field = |name: &str| {
            self.done("secret_copy", json!({ "id": secret, "field": name }));
            self.on_clipboard().unwrap()
        };
        (field("access_key_id"), field("secret_access_key"))
    }

    pub fn require_working(&self, secret: &str, when: &str) {
        let (id, value) = self.in_use(secret);
        assert!(
            self.cloud.accepts(&id, &value),
            "{when}: the version in use does not work"
        );
    }

    /// Resumes, waits and decides until the run is over; its last state.
    pub fn finish(&self, secret: &str) -> Value {
        for _ in 0..20 {
            let run = self.run(secret).expect("there is a run");
            let id = json!({ "rotation_id": run["id"] });
            match run["state"].as_str().unwrap() {
                "done" | "undone" | "abandoned" => return run,
                "waiting" => {
                    self.pass_grace();
                    self.done("rotation_resume", id);
                }
                "asks" => {
                    let decision = self.sensible(&run);
                    self.done(
                        "rotation_decide",
                        json!({ "rotation_id": run["id"], "decision": decision }),
                    );
                }
                "stopped" => {
                    self.done("rotation_resume", id);
                }
                other => panic!("{other}: {run}"),
            }
        }
        panic!("it never ends: {}", self.run(secret).unwrap());
    }

    fn sensible(&self, run: &Value) -> Value {
        let choices = run["question"]["choices"].as_array().unwrap();
        let wanted = choices.iter().find(|choice| {
            let decision = choice["decision"].as_str().unwrap();
            decision.starts_with("delete:") || decision == "go_on" || decision == "promote_anyway"
        });
        wanted.unwrap_or_else(|| panic!("{run}"))["decision"].clone()
    }

    /// The idle lock is not what is looked at here.
    pub fn pass_grace(&self) {
        *self.time.lock().unwrap() += Duration::from_secs(GRACE_HOURS * 3600 + 1);
    }
}

/// Whether an envelope is that of a process which was stopped, and not of a fault.
pub fn is_stopped(rejection: &Value) -> bool {
    rejection["type"] == "internal_error"
}

/// Panics of a stopped process are no news.
pub fn quiet_stops() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let is_stop = panic
                .payload_as_str()
                .is_some_and(|text| text.contains(STOPPED));
            if !is_stop {
                others(panic);
            }
        }));
    });
}
