use super::support::*;
use domain::create::CreateInput;
use domain::history::DestroyInput;
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

fn destroy(stored: &Stored, version: i64, forget: bool) -> Result<Decision, Rejection> {
    let input = DestroyInput {
        version: Some(version),
        forget: Some(forget),
        reason: None,
    };
    input.decide(&stored.secret, &stored.context())
}

#[test]
fn hist_03_a_kept_value_is_destroyed_and_its_mask_stays_unless_forgotten() {
    for forget in [false, true] {
        let mut stored = keeping(3, None);
        stored.rotate("value-2");
        let plan = changed(destroy(&stored, 1, forget));
        assert_eq!(
            (plan.audit.action, plan.secret.revision()),
            (Action::VersionDestroyed, 3)
        );
        stored.apply(plan);
        assert_eq!(stored.kept(), [2]);
        let masks = stored
            .secret
            .version(VersionNumber::FIRST)
            .and_then(Version::masks);
        assert_eq!(masks.is_none(), forget);
    }
}

#[test]
fn hist_03_destroying_again_changes_nothing_but_may_still_forget() {
    let mut stored = keeping(3, None);
    stored.rotate("value-2");
    stored.apply(changed(destroy(&stored, 1, false)));
    unchanged(destroy(&stored, 1, false));
    let plan = changed(destroy(&stored, 1, true));
    assert_eq!((plan.destroy.len(), plan.forget.len()), (0, 1));
    stored.apply(plan);
    unchanged(destroy(&stored, 1, true));
}

#[test]
fn hist_03_the_value_in_use_is_not_destroyed_alone() {
    refused(
        destroy(&keeping(3, None), 1, false),
        ErrorType::InvalidRequest,
    );
}

#[test]
fn hist_03_a_version_that_is_not_there_is_not_found() {
    for number in [0, 2, -1, i64::MAX] {
        refused(
            destroy(&keeping(3, None), number, false),
            ErrorType::NotFound,
        );
    }
    let stored = keeping(3, None);
    faulty(
        DestroyInput::default().decide(&stored.secret, &stored.context()),
        &["version"],
    );
}

#[test]
fn hist_05_one_act_rotates_and_destroys_the_previous_value() {
    let mut stored = keeping(3, None);
    stored.rotate("value-2");
    let credentials = Patch::Set(fields(&[("value", "value-3")]));
    let previous = Patch::Set("destroy".to_owned());
    stored.update(UpdateInput {
        credentials,
        previous,
        ..UpdateInput::default()
    });
    use VersionState::*;
    assert_eq!(
        stored.states(),
        [(1, Retired), (2, Destroyed), (3, Current)]
    );
    assert_eq!(stored.kept(), [1, 3]);
}

#[test]
fn hist_05_destroying_the_previous_value_needs_a_new_one() {
    for previous in ["destroy", "burn"] {
        let previous = Patch::Set(previous.to_owned());
        faulty(
            keeping(3, None).decide(UpdateInput {
                previous,
                ..UpdateInput::default()
            }),
            &["previous"],
        );
    }
}

#[test]
fn hist_05_the_destroyed_value_takes_no_place_among_those_kept() {
    let mut stored = keeping(1, None);
    stored.rotate("value-2");
    let credentials = Patch::Set(fields(&[("value", "value-3")]));
    let previous = Patch::Set("destroy".to_owned());
    let plan = changed(stored.decide(UpdateInput {
        credentials,
        previous,
        ..UpdateInput::default()
    }));
    assert_eq!(
        plan.destroy
            .iter()
            .map(|number| number.get())
            .collect::<Vec<_>>(),
        [2]
    );
    stored.apply(plan);
    assert_eq!(stored.kept(), [1, 3]);
}
