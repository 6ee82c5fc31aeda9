//! Long random walks through the life of one secret, against what the rules promise throughout.

use super::support::*;
use domain::create::CreateInput;
use domain::history::{DestroyInput, RestoreInput, sweep};
use domain::update::UpdateInput;
use domain::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Rotate { value: u8, destroy_previous: bool },
    Describe(u8),
    Restore(i64),
    Destroy { version: i64, forget: bool },
    Policy { keep: i64, grace_days: Option<i64> },
    Sweep,
    ClockBy(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_u8, any::<bool>()).prop_map(|(value, destroy_previous)| Step::Rotate { value, destroy_previous }),
        1 => (0..3_u8).prop_map(Step::Describe),
        2 => (1..12_i64).prop_map(Step::Restore),
        2 => (1..12_i64, any::<bool>()).prop_map(|(version, forget)| Step::Destroy { version, forget }),
        1 => (0..4_i64, prop::option::of(1..9_i64))
            .prop_map(|(keep, grace_days)| Step::Policy { keep, grace_days: grace_days.filter(|_| keep > 0) }),
        1 => Just(Step::Sweep),
        2 => (-3 * DAY..5 * DAY).prop_map(Step::ClockBy),
    ]
}

fn take(stored: &mut Stored, step: Step) -> Result<(), Rejection> {
    let context = stored.context();
    let decision = match step {
        Step::ClockBy(millis) => {
            stored.now += millis;
            return Ok(());
        }
        Step::Rotate {
            value,
            destroy_previous,
        } => stored.decide(UpdateInput {
            credentials: Patch::Set(fields(&[("value", &format!("value-{value}"))])),
            previous: Patch::Set(if destroy_previous { "destroy" } else { "keep" }.to_owned()),
            ..UpdateInput::default()
        }),
        Step::Describe(text) => stored.decide(UpdateInput {
            description: Patch::Set(text.to_string()),
            ..UpdateInput::default()
        }),
        Step::Restore(version) => RestoreInput {
            version: Some(version),
            reason: None,
        }
        .parse(&stored.secret, &context)
        .and_then(|draft| {
            let values = stored.opened(draft.version().number());
            draft.decide(values, &stored.in_use(), &context)
        }),
        Step::Destroy { version, forget } => DestroyInput {
            version: Some(version),
            forget: Some(forget),
            reason: None,
        }
        .decide(&stored.secret, &context),
        Step::Policy { keep, grace_days } => {
            let history = Patch::Set(HistoryInput {
                keep: Some(keep),
                grace_days,
            });
            stored.decide(UpdateInput {
                history,
                ..UpdateInput::default()
            })
        }
        Step::Sweep => sweep(&stored.secret, context.now, &context),
    };
    if let Decision::Change(plan) = decision? {
        stored.apply(plan.into_parts());
    }
    Ok(())
}

fn assert_promises(stored: &Stored, revision_before: u64, updated_before: Timestamp) {
    let secret = stored.secret.secret();
    let versions = stored.secret.versions();
    assert!(secret.revision() == revision_before || secret.revision() == revision_before + 1);
    assert!(secret.updated_at() >= updated_before && secret.created_at() <= secret.updated_at());
    assert!(secret.revision() > revision_before || secret.updated_at() == updated_before);
    for (version, number) in versions.iter().zip(1..) {
        assert_eq!(
            version.number().get(),
            number,
            "versions are numbered without a gap"
        );
        assert_eq!(
            version.state().has_values(),
            stored.values.contains_key(&version.number())
        );
    }
    let newest = versions.last().expect("at least one version");
    assert_eq!(secret.current_version(), Some(newest.number()));
    let previous = versions
        .iter()
        .filter(|version| version.state() == VersionState::Previous);
    assert!(previous.count() <= 1);
    assert!(versions.is_sorted_by_key(Version::created_at));
    let kept_old = stored.values.len() - 1;
    assert!(
        kept_old <= usize::from(secret.history().keep()),
        "no more old values than the policy keeps"
    );
}

proptest! {
    #[test]
    fn hist_02_no_walk_leaves_more_values_than_the_policy_or_a_record_that_contradicts_itself(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut stored = Stored::new(CreateInput { ..generic("value-0") });
        for step in steps {
            let (revision, updated) = (stored.secret.secret().revision(), stored.secret.secret().updated_at());
            if let Err(rejection) = take(&mut stored, step) {
                prop_assert!(matches!(rejection.error_type(), ErrorType::NotFound | ErrorType::InvalidRequest));
            }
            assert_promises(&stored, revision, updated);
        }
    }
}
