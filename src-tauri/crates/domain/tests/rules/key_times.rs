//! When a key was made and when it ends: what its provider says of it, and whose times count after a rotation and its undo.

use domain::Decision;
use domain::create::{CreateInput, EarlierValue};
use domain::policy::Due;
use domain::rotation::*;
use domain::told::KeyTimes;
use domain::update::{Origin, UpdateInput};
use domain::*;

use crate::rotation::*;
use crate::support::*;

fn at(days: i64) -> Timestamp {
    Timestamp::from_millis(START + days * DAY)
}

fn told(stored: &Stored, times: KeyTimes) -> Result<Decision, Rejection> {
    times.decide(&stored.secret, &stored.context())
}

fn heard(stored: &mut Stored, times: KeyTimes) -> Vec<&'static str> {
    let plan = changed(told(stored, times));
    let named = plan.audit.changed.clone();
    stored.apply(plan);
    named
}

fn times(stored: &Stored) -> (Timestamp, Option<Timestamp>) {
    let secret = stored.secret.secret();
    let version = stored.secret.current().expect("a version in use");
    assert_eq!(
        (version.made_at(), version.expires_at()),
        (secret.made_at(), secret.expires_at()),
        "the secret has the times of its version in use"
    );
    (secret.made_at(), secret.expires_at())
}

fn made(made_at: Option<Timestamp>, expires_at: Option<Timestamp>) -> StepOutcome {
    StepOutcome::Created(NewKey {
        made_at,
        expires_at,
        ..new_key()
    })
}

/// Until the new key is in use.
fn promoted(stored: Stored, outcome: StepOutcome) -> Rotating {
    let mut rotating = Rotating::of(stored, facts(), "disable");
    rotating.intend(Step::Create).expect("its turn");
    rotating.record(Step::Create, outcome).expect("intended");
    rotating.step(Step::Test);
    rotating.step(Step::Promote);
    rotating
}

#[test]
fn the_end_and_the_making_of_a_new_key_are_those_that_its_provider_tells() {
    let before = Timestamp::from_millis(START - 5_000);
    let rotating = promoted(Stored::new(s3()), made(Some(before), Some(at(30))));
    assert_eq!(times(&rotating.stored), (before, Some(at(30))));
    // A clock that runs ahead makes no key younger than its rotation.
    let rotating = promoted(Stored::new(s3()), made(Some(at(9)), None));
    assert_eq!(times(&rotating.stored), (at(0), None));
}

#[test]
fn what_a_list_says_of_the_key_in_use_is_kept_once() {
    let mut stored = Stored::new(s3());
    stored.now += DAY;
    let seen = KeyTimes {
        made_at: Some(at(-1000)),
        expires_at: Some(at(30)),
    };
    assert_eq!(heard(&mut stored, seen), ["made_at", "expires_at"]);
    assert_eq!(times(&stored), (at(-1000), Some(at(30))));
    assert_eq!(stored.secret.secret().rotated_at(), at(0));
    unchanged(told(&stored, seen));
    // What is not told changes nothing, and nothing makes a value younger.
    let younger = KeyTimes {
        made_at: Some(at(-10)),
        expires_at: None,
    };
    unchanged(told(&stored, younger));
    unchanged(told(&stored, KeyTimes::default()));
    stored.role = Role::Operator;
    refused(told(&stored, younger), ErrorType::AccessForbidden);
}

#[test]
fn a_sas_says_itself_when_it_ends() {
    let stored = Stored::new(sas());
    let seen = KeyTimes {
        expires_at: Some(at(30)),
        ..KeyTimes::default()
    };
    unchanged(told(&stored, seen));
}

#[test]
fn an_undone_rotation_leaves_the_old_key_as_old_as_it_was_and_with_its_end() {
    let mut stored = Stored::new(s3());
    let seen = KeyTimes {
        made_at: Some(at(-1000)),
        expires_at: Some(at(60)),
    };
    heard(&mut stored, seen);
    stored.now += DAY;
    let mut rotating = promoted(stored, created());
    assert_eq!(times(&rotating.stored), (at(1), None));
    rotating.pass(DAY);
    rotating.undo().expect("there is a way back");
    while let Next::Do(step) = rotating.next() {
        rotating.step(step);
    }
    assert_eq!(rotating.run.stage(), Stage::Undone);
    assert_eq!(times(&rotating.stored), (at(-1000), Some(at(60))));
    let secret = rotating.stored.secret.secret();
    assert_eq!(secret.rotated_at(), at(2), "it came into use again then");
}

#[test]
fn a_policy_counts_from_the_making_of_the_value() {
    let mut stored = Stored::new(s3());
    let policy = crate::policies::every_days(90);
    let due =
        |stored: &Stored| Due::of(stored.secret.secret(), None, Some(&policy)).map(|due| due.at);
    assert_eq!(due(&stored), Some(at(90)));
    let seen = KeyTimes {
        made_at: Some(at(-1000)),
        expires_at: None,
    };
    heard(&mut stored, seen);
    assert_eq!(due(&stored), Some(at(-910)));
}

#[test]
fn hist_04_a_restored_value_is_as_old_as_it_was() {
    let mut stored = Stored::new(generic("value-1"));
    let policy = crate::policies::every_days(90);
    stored.now += 50 * DAY;
    stored.rotate("value-2");
    assert_eq!(times(&stored).0, at(50));
    stored.now += DAY;
    let input = domain::history::RestoreInput {
        version: Some(1),
        reason: None,
    };
    let draft = input
        .parse(&stored.secret, &stored.context())
        .expect("kept");
    let values = stored.opened(draft.version().number());
    let plan = changed(draft.decide(values, &stored.in_use(), &stored.context()));
    stored.apply(plan);
    assert_eq!(times(&stored).0, at(0));
    let due = Due::of(stored.secret.secret(), None, Some(&policy)).map(|due| due.at);
    assert_eq!(due, Some(at(90)));
}

#[test]
fn a_value_of_an_imported_history_is_at_least_as_old_as_its_file_says() {
    let earlier = |at| EarlierValue {
        id: VersionId::from_bytes([7; 16]),
        credentials: {
            let given = vec![("value".to_owned(), SecretText::new("value-0".to_owned()))];
            match Credentials::parse(AuthMethod::OpaqueValue, given, None) {
                Ok((credentials, _)) => credentials,
                Err(_) => panic!("a value"),
            }
        },
        at: Some(at),
    };
    let input = CreateInput {
        earlier: vec![earlier(at(-400)), earlier(at(4))],
        ..generic("value-1")
    };
    let versions = parts(create(input)).earlier;
    let made: Vec<Timestamp> = versions.iter().map(|new| new.version.made_at()).collect();
    assert_eq!(made, [at(-400), at(0)]);
}

#[test]
fn an_end_that_goes_with_its_value_is_told() {
    let mut stored = Stored::new(s3());
    let seen = KeyTimes {
        made_at: None,
        expires_at: Some(at(60)),
    };
    heard(&mut stored, seen);
    let other = fields(&[
        ("access_key_id", "AKIAI44QH8DHBEXAMPLE"),
        ("secret_access_key", "other-secret-key-of-some-length"),
    ]);
    let outcome = stored.update(UpdateInput {
        credentials: Patch::Set(other),
        ..UpdateInput::default()
    });
    assert_eq!(outcome.changed, ["credentials", "expires_at"]);
    let told: Vec<&str> = outcome.hints.iter().map(|hint| hint.kind).collect();
    assert!(told.contains(&"end_unknown"), "{told:?}");
    assert_eq!(times(&stored).1, None);

    let rotating = |end| {
        let mut stored = Stored::new(s3());
        heard(&mut stored, seen);
        let mut rotating = Rotating::of(stored, facts(), "disable");
        rotating.intend(Step::Create).expect("its turn");
        rotating
            .record(Step::Create, made(None, end))
            .expect("intended");
        rotating.step(Step::Test);
        rotating.intend(Step::Promote).expect("its turn");
        let outcome = rotating.well_done(Step::Promote);
        let plan =
            rotating.with(|run, secret, ctx| run.record(secret, Step::Promote, outcome, ctx));
        let secret = plan.expect("intended").into_parts().secret.expect("a plan");
        secret.audit().changed.clone()
    };
    assert_eq!(rotating(None), ["credentials", "expires_at"]);
    assert_eq!(rotating(seen.expires_at), ["credentials"]);
}

#[test]
fn a_later_import_gives_the_version_in_use_its_end() {
    let mut stored = Stored::new(generic("value-1"));
    stored.update(UpdateInput {
        origin: Origin::Import {
            expires_at: Some(at(20)),
        },
        ..UpdateInput::default()
    });
    assert_eq!(times(&stored), (at(0), Some(at(20))));
}
