use super::support::*;
use domain::catalogue::AuthMethod;
use domain::create::{CreateInput, EarlierValue};
use domain::credentials::Credentials;
use domain::history::sweep;
use domain::plan::PlanParts;
use domain::update::UpdateInput;
use domain::*;

fn keeping(keep: i64, grace_days: Option<i64>) -> Stored {
    Stored::new(CreateInput {
        history: Some(HistoryInput {
            keep: Some(keep),
            grace_days,
        }),
        ..generic("value-1")
    })
}

#[test]
fn hist_01_every_version_stays_on_record_after_its_value_is_gone() {
    let mut stored = keeping(1, None);
    for value in ["value-2", "value-3", "value-4"] {
        stored.rotate(value);
    }
    use VersionState::*;
    assert_eq!(
        stored.states(),
        [(1, Destroyed), (2, Destroyed), (3, Previous), (4, Current)]
    );
    assert!(
        stored
            .secret
            .versions()
            .iter()
            .all(|version| version.masks().is_some())
    );
}

#[test]
fn hist_01_previous_is_the_newest_old_one_and_retired_any_older() {
    let mut stored = keeping(3, None);
    stored.rotate("value-2");
    stored.rotate("value-3");
    use VersionState::*;
    assert_eq!(stored.states(), [(1, Retired), (2, Previous), (3, Current)]);
}

#[test]
fn hist_01_a_version_tells_who_when_how_and_why() {
    let mut stored = keeping(3, None);
    stored.now += DAY;
    let credentials = Patch::Set(fields(&[("value", "value-2")]));
    let reason = Patch::Set("Grace left".to_owned());
    stored.update(UpdateInput {
        credentials,
        reason,
        ..UpdateInput::default()
    });
    let version = stored.secret.current().expect("a current version");
    assert_eq!(version.created_at(), Timestamp::from_millis(START + DAY));
    assert_eq!(version.created_by(), stored.context().actor.member);
    assert_eq!(version.how(), How::Manual);
    assert_eq!(
        version.reason().map(|reason| reason.as_str()),
        Some("Grace left")
    );
}

#[test]
fn hist_01_a_record_whose_versions_contradict_it_is_refused() {
    let stored = keeping(3, None);
    let other = keeping(3, None);
    let none = domain::secret::SecretWithVersions::new(stored.secret.secret().clone(), Vec::new());
    assert_eq!(none.err(), Some(domain::secret::RecordError::Current));
    let twice = [stored.secret.versions(), other.secret.versions()].concat();
    let twice = domain::secret::SecretWithVersions::new(stored.secret.secret().clone(), twice);
    assert_eq!(twice.err(), Some(domain::secret::RecordError::Versions));
}

#[test]
fn hist_02_three_old_values_are_kept_by_default() {
    let mut stored = Stored::new(generic("value-1"));
    for value in ["value-2", "value-3", "value-4", "value-5", "value-6"] {
        stored.rotate(value);
    }
    assert_eq!(stored.kept(), [3, 4, 5, 6]);
}

#[test]
fn hist_02_overwrite_keeps_none() {
    let mut stored = keeping(0, None);
    stored.rotate("value-2");
    assert_eq!(stored.kept(), [2]);
}

/// The clock may be wrong, and what is destroyed stays destroyed.
#[test]
fn hist_02_a_change_takes_no_value_because_its_grace_time_seems_over() {
    let mut stored = keeping(3, Some(7));
    stored.rotate("value-2");
    stored.now += 3_650 * DAY;
    stored.rotate("value-3");
    assert_eq!(stored.kept(), [1, 2, 3]);
    let history = Patch::Set(HistoryInput {
        keep: Some(3),
        grace_days: Some(1),
    });
    stored.update(UpdateInput {
        history,
        ..UpdateInput::default()
    });
    assert_eq!(stored.kept(), [1, 2, 3]);
}

#[test]
fn hist_02_a_sweep_destroys_what_is_past_its_grace_time_and_nothing_else() {
    let mut stored = keeping(3, Some(7));
    stored.rotate("value-2");
    unchanged(sweep(
        &stored.secret,
        stored.context().now,
        &stored.context(),
    ));
    stored.now += 7 * DAY;
    let plan = changed(sweep(
        &stored.secret,
        stored.context().now,
        &stored.context(),
    ));
    assert_eq!(plan.audit.action, Action::VersionDestroyed);
    stored.apply(plan);
    assert_eq!(stored.kept(), [2]);
    unchanged(sweep(
        &stored.secret,
        stored.context().now,
        &stored.context(),
    ));
}

#[test]
fn hist_02_a_sweep_goes_by_the_settled_time_and_not_by_the_clock() {
    let mut stored = keeping(3, Some(7));
    stored.rotate("value-2");
    let settled = stored.context().now;
    stored.now += 3_650 * DAY;
    unchanged(sweep(&stored.secret, settled, &stored.context()));
    assert_eq!(stored.kept(), [1, 2]);
}

#[test]
fn hist_02_a_stricter_policy_takes_hold_at_once() {
    let mut stored = keeping(3, None);
    stored.rotate("value-2");
    stored.rotate("value-3");
    let history = Patch::Set(HistoryInput {
        keep: Some(1),
        grace_days: None,
    });
    assert_eq!(
        stored
            .update(UpdateInput {
                history,
                ..UpdateInput::default()
            })
            .changed,
        ["history"]
    );
    assert_eq!(stored.kept(), [2, 3]);
    let history = Patch::Set(HistoryInput {
        keep: Some(0),
        grace_days: None,
    });
    stored.update(UpdateInput {
        history,
        ..UpdateInput::default()
    });
    assert_eq!(stored.kept(), [3]);
}

#[test]
fn hist_02_policies_at_their_limits_are_taken() {
    for (keep, grace_days) in [(0, None), (1, Some(1)), (100, Some(3_650)), (100, None)] {
        keeping(keep, grace_days);
    }
}

#[test]
fn hist_02_policies_beyond_their_limits_are_refused() {
    for (keep, grace_days, fault) in [
        (-1, None, "history.keep"),
        (101, None, "history.keep"),
        (i64::MAX, None, "history.keep"),
        (3, Some(0), "history.grace_days"),
        (3, Some(3_651), "history.grace_days"),
        (3, Some(-1), "history.grace_days"),
        (0, Some(1), "history.grace_days"),
    ] {
        let history = Some(HistoryInput {
            keep: Some(keep),
            grace_days,
        });
        faulty(
            create(CreateInput {
                history,
                ..generic("x")
            }),
            &[fault],
        );
    }
    let history = Some(HistoryInput {
        keep: None,
        grace_days: Some(1),
    });
    faulty(
        create(CreateInput {
            history,
            ..generic("x")
        }),
        &["history.keep"],
    );
}

fn with_earlier(count: u8) -> PlanParts {
    let earlier = (0..count).map(|number| EarlierValue {
        id: VersionId::from_parts(Timestamp::from_millis(START), [number; 10]),
        credentials: opaque(&format!("earlier-{number}")),
        at: (number == 0).then(|| Timestamp::from_millis(START - DAY)),
    });
    parts(create(CreateInput {
        earlier: earlier.collect(),
        ..generic("present")
    }))
}

fn opaque(value: &str) -> Credentials {
    let given = vec![("value".to_owned(), SecretText::new(value.to_owned()))];
    let parsed = Credentials::parse(AuthMethod::OpaqueValue, given, None);
    parsed.expect("taken").0
}

#[test]
fn hist_02_an_imported_secrets_earlier_values_lie_before_the_present_one() {
    let plan = with_earlier(2);
    use VersionState::*;
    let versions = plan.earlier.iter().chain(&plan.new_version);
    let states: Vec<_> = versions
        .map(|new| (new.version.number().get(), new.version.state()))
        .collect();
    assert_eq!(states, [(1, Retired), (2, Previous), (3, Current)]);
    assert_eq!(
        plan.secret.current_version().map(VersionNumber::get),
        Some(3)
    );
    assert_eq!(plan.secret.history(), HistoryPolicy::DEFAULT);
    let oldest = &plan.earlier[0].version;
    assert_eq!(oldest.how(), How::Imported);
    assert_eq!(oldest.created_at(), Timestamp::from_millis(START));
    let reason = oldest.reason().map(domain::text::Reason::as_str);
    assert!(reason.is_some_and(|reason| reason.starts_with("Dated 2026-04-24")));
}

#[test]
fn hist_02_the_history_of_an_imported_secret_holds_all_that_it_brings() {
    assert_eq!(with_earlier(5).secret.history().keep(), 5);
    let most = with_earlier(HistoryPolicy::VERSIONS_MAX);
    assert_eq!(most.earlier.len(), 100);
    let beyond = with_earlier(HistoryPolicy::VERSIONS_MAX + 1);
    let oldest = beyond.earlier[0].credentials.field("value");
    assert_eq!(beyond.earlier.len(), 100);
    assert_eq!(oldest.map(SecretText::expose_text), Some("earlier-1"));
    assert_eq!(beyond.secret.history().keep(), HistoryPolicy::VERSIONS_MAX);
}
