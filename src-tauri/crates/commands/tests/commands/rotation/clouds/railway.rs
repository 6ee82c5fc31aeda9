//! The credentials of Railway's buckets, of which there is one set: the old ones stop with the making of the new ones.

use serde_json::{Value, json};
use testkit::clouds::railway::{self, Railway};
use testkit::clouds::{Server, Spoil};
use turnstone_commands::api::Event;

use super::{BUCKET, Fake, Kept, keep};
use crate::cloud::Fault;
use crate::rotation::{is_stopped, quiet_stops};

impl Fake for Railway {
    fn server(&self) -> &Server {
        &self.server
    }

    fn key_ids(&self) -> Vec<String> {
        vec![self.state().key_id.clone()]
    }

    fn set_buckets(&self, buckets: Vec<String>) {
        self.state().buckets = buckets;
    }

    fn making(&self) -> &'static str {
        "bucketCredentialsReset"
    }
}

fn railway() -> Kept<Railway> {
    let cloud = Railway::start();
    let token = "3f1c1a52-77d3-4c39-9f0f-1f6a2f0b7d11";
    let (id, secret) = {
        let mut state = cloud.state();
        state.account_tokens.push(token.to_owned());
        (state.key_id.clone(), state.secret.clone())
    };
    let parameters = json!({ "project_id": railway::PROJECT, "environment_id": railway::ENVIRONMENT,
        "bucket_id": railway::BUCKET, "api_endpoint": cloud.api() });
    keep(cloud, "railway", (id, secret), token, parameters)
}

/// The old ones ended with it; the new ones are told again, and no others are made.
#[test]
fn the_answer_of_a_railway_bucket_is_lost_and_nothing_with_it() {
    let kept = railway();
    let server = kept.cloud.server();
    server.spoil(1, kept.cloud.making(), Spoil::AnswerLost);
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    assert_eq!(server.still_to_spoil(), 0);
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!(kept.cloud.state().resets, 1);
    assert_eq!(kept.version(), 2);
    assert_eq!(kept.world.in_use(&kept.secret).0, kept.cloud.key_ids()[0]);
}

/// Where they are not told again, one decision makes others or ends the run, and neither deletes anything.
#[test]
fn lost_credentials_of_a_railway_bucket_need_one_decision() {
    for (decision, resets, state) in [
        ("delete:tid_plover0001", 2, "done"),
        ("leave", 1, "abandoned"),
    ] {
        let kept = railway();
        kept.cloud.state().tells_again = false;
        let server = kept.cloud.server();
        server.spoil(1, kept.cloud.making(), Spoil::AnswerLost);
        let run = kept.world.start(&kept.secret, "delete").unwrap();
        assert_eq!(run["state"], "asks", "{run}");
        let question = run["question"].to_string();
        assert!(question.contains("nothing more is made"), "{question}");
        let run = kept.answer(&run, decision);
        assert_eq!(run["state"], state, "{run}");
        assert_eq!(kept.cloud.state().resets, resets);
        let is_in_use = kept.world.in_use(&kept.secret).0 == kept.cloud.key_ids()[0];
        assert_eq!(is_in_use, state == "done");
        let works = if state == "done" { "works" } else { "stopped" };
        assert_eq!(run["ended"]["in_use"], works, "{run}");
    }
}

impl Kept<Railway> {
    /// Up to the end or to where it is stopped, and then on after a restart: nothing but the credentials in force is in use.
    fn check_stopped(self, when: &str) {
        let started = self.world.start(&self.secret, "delete");
        let was_stopped = started.is_err_and(|why| is_stopped(&why));
        self.wire.heal();
        *self.world.told.stops_at.lock().unwrap() = None;
        let world = match was_stopped {
            true => self.world.restarted(),
            false => self.world,
        };
        if was_stopped {
            world.unlock();
        }
        if world.run(&self.secret).is_some() {
            assert_eq!(world.finish(&self.secret)["state"], "done", "{when}");
        }
        let (in_use, _) = world.in_use(&self.secret);
        assert_eq!(in_use, self.cloud.key_ids()[0], "{when}");
        assert!(self.cloud.state().resets <= 1, "{when}");
        assert_eq!(world.done("audit_verify", json!({}))["ok"], true);
    }
}

/// The one style in which a stop could lose the only key.
#[test]
fn a_cut_over_stopped_or_unanswered_anywhere_ends_with_the_credentials_in_force() {
    quiet_stops();
    let undisturbed = railway();
    undisturbed.world.events();
    let before = undisturbed.wire.calls();
    undisturbed
        .world
        .start(&undisturbed.secret, "delete")
        .unwrap();
    let calls = undisturbed.wire.calls() - before;
    let told = undisturbed.world.events();
    let commits = told
        .iter()
        .filter(|event| matches!(event, Event::RotationChanged { .. }));
    let commits = commits.count();
    assert!(calls >= 4 && commits >= 4, "{calls}, {commits}");
    for call in 0..calls {
        for fault in [
            Fault::StopBefore,
            Fault::StopAfter,
            Fault::AnswerLost,
            Fault::TimedOut,
            Fault::Throttled,
        ] {
            let kept = railway();
            kept.wire.fault_in(call, fault);
            kept.check_stopped(&format!("{fault:?} at call {call}"));
        }
    }
    for commit in 0..commits {
        let kept = railway();
        *kept.world.told.stops_at.lock().unwrap() = Some(commit);
        kept.check_stopped(&format!("stopped at commit {commit}"));
    }
}

const NOT_AUTHORIZED: &[u8] = br#"{"data":null,"errors":[{"message":"Not Authorized"}]}"#;

/// While the run waited for a person, somebody else made new ones and gave them to an application.
#[test]
fn credentials_that_were_reset_elsewhere_since_a_rotation_began_are_left_alone() {
    let kept = railway();
    let server = kept.cloud.server();
    let refusal = Spoil::Instead(200, NOT_AUTHORIZED.to_vec());
    server.spoil(1, kept.cloud.making(), refusal);
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    assert_eq!(
        (&run["state"], &run["error"]["code"]),
        (&json!("stopped"), &json!("not_authorized")),
        "{run}"
    );
    kept.cloud.state().key_id = "tid_somebody".to_owned();
    let asked = json!({ "rotation_id": run["id"] });
    let run = kept.world.done("rotation_resume", asked.clone())["rotation"].clone();
    assert_eq!(
        (&run["state"], &run["error"]["code"]),
        (&json!("stopped"), &json!("other_key_changed")),
        "{run}"
    );
    assert_eq!(kept.cloud.state().resets, 0);
    let run = kept.world.done("rotation_undo", asked)["rotation"].clone();
    assert_eq!(run["state"], "abandoned", "{run}");
    assert_eq!(kept.cloud.key_ids(), ["tid_somebody"]);
}

/// Its old credentials are dead and the new ones nobody's: when no others are to be had, the run is given up, and those of Railway's
/// page can be stored.
#[test]
fn a_railway_bucket_that_gets_no_credentials_any_more_is_a_persons_to_go_on_with() {
    let kept = railway();
    kept.cloud.state().tells_again = false;
    let server = kept.cloud.server();
    server.spoil(1, kept.cloud.making(), Spoil::AnswerLost);
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    assert_eq!(run["state"], "asks", "{run}");
    let refusal = Spoil::Instead(200, NOT_AUTHORIZED.to_vec());
    server.spoil(9, kept.cloud.making(), refusal);
    let run = kept.answer(&run, "delete:tid_plover0001");
    assert_eq!(
        (&run["state"], &run["may_undo"]),
        (&json!("stopped"), &json!(false)),
        "{run}"
    );
    let choices = run["question"]["choices"].as_array().unwrap();
    assert_eq!(choices.len(), 1, "{run}");
    assert_eq!(choices[0]["decision"], "leave_new");
    let run = kept.answer(&run, "leave_new");
    assert_eq!(run["state"], "abandoned", "{run}");
    server.spoil(0, "", Spoil::Refused);
    let (id, secret) = {
        let state = kept.cloud.state();
        (state.key_id.clone(), state.secret.clone())
    };
    kept.world.done(
        "secret_update",
        json!({ "id": kept.secret, "expected_revision": kept.world.revision(&kept.secret),
            "credentials": { "access_key_id": id, "secret_access_key": secret } }),
    );
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    assert_eq!(run["state"], "done", "{run}");
}

/// The plan says that the old credentials stop at once; they have no grace, and there is no way back to them.
#[test]
fn the_credentials_of_a_railway_bucket_cut_over() {
    let kept = railway();
    let plan = kept.plan();
    assert_eq!(
        (&plan["managed"], &plan["style"], &plan["blocks"]),
        (&json!(true), &json!("cut_over"), &json!([])),
        "{plan}"
    );
    let warning = plan["warnings"][0].as_str().unwrap();
    assert!(warning.contains("the old ones stop working"), "{warning}");

    kept.cloud.set_buckets(Vec::new());
    let run = kept.world.start(&kept.secret, "delete").unwrap();
    assert_eq!(
        (&run["state"], &run["may_undo"]),
        (&json!("asks"), &json!(false)),
        "{run}"
    );
    // In use before it is tested: the old one stopped with its making.
    assert_eq!(kept.version(), 2);
    assert_eq!(kept.world.in_use(&kept.secret).0, kept.cloud.key_ids()[0]);
    assert_ne!(kept.cloud.key_ids()[0], kept.old.0);

    kept.cloud.set_buckets(vec![BUCKET.to_owned()]);
    let run = kept.answer(&run, "test_again");
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!(kept.cloud.state().resets, 1);
    assert_eq!(run["old_key"]["deleted_at"], Value::Null);
    let undo = json!({ "rotation_id": run["id"] });
    let refused = kept.world.refused("rotation_undo", undo);
    assert_eq!(refused["type"], "conflict", "{refused}");
}
