//! Lost answers, failures, questions, and the way back.

use domain::rotation::Decision;
use domain::rotation::*;
use domain::*;

use crate::rotation::*;
use crate::support::*;

fn named() -> ProviderFacts {
    ProviderFacts {
        naming: Naming::Named,
        ..facts()
    }
}

fn cut_over() -> ProviderFacts {
    ProviderFacts {
        style: Style::CutOver,
        ..facts()
    }
}

/// A create whose answer was lost, and enough time for lists to know of it.
fn unanswered(facts: ProviderFacts) -> Rotating {
    let mut rotating = Rotating::at(Stage::Creating, facts, "disable");
    rotating.pass(LISTS_SETTLE_MILLIS);
    rotating
}

fn list(rotating: &mut Rotating, keys: Vec<SeenKey>) {
    rotating.intend(Step::FindCreated).expect("its turn");
    rotating
        .record(Step::FindCreated, StepOutcome::Listed(keys))
        .expect("it was intended");
}

#[test]
fn a_create_that_certainly_was_not_done_may_simply_be_done_again() {
    let mut rotating = Rotating::at(Stage::Creating, facts(), "disable");
    rotating
        .record(Step::Create, failed(Sure::NotDone))
        .expect("it was intended");
    assert_eq!(rotating.next(), Next::Stopped);
    assert_eq!(rotating.run.stage(), Stage::Planned);
    refused(rotating.intend(Step::Create), ErrorType::Conflict);
    rotating.take_up().expect("a person resumes");
    assert_eq!(rotating.next(), Next::Do(Step::Create));
}

#[test]
fn a_create_without_an_answer_is_never_simply_done_again() {
    let mut rotating = Rotating::at(Stage::Creating, facts(), "disable");
    rotating
        .record(Step::Create, failed(Sure::MayBeDone))
        .expect("it was intended");
    assert_eq!(rotating.next(), Next::Do(Step::FindCreated));
    refused(rotating.intend(Step::Create), ErrorType::Conflict);
}

#[test]
fn a_list_that_is_too_young_does_not_say_that_nothing_was_made() {
    let mut rotating = Rotating::at(Stage::Creating, named(), "disable");
    let settled = rotating.now().plus_millis(LISTS_SETTLE_MILLIS);
    rotating.pass(LISTS_SETTLE_MILLIS - 1);
    list(&mut rotating, vec![seen(OLD, None)]);
    assert_eq!(rotating.next(), Next::Wait { until: settled });
    rotating.pass(1);
    list(&mut rotating, vec![seen(OLD, None)]);
    assert_eq!(rotating.next(), Next::Do(Step::Create));
}

#[test]
fn lists_settle_from_the_last_request_and_not_from_the_first() {
    let mut rotating = Rotating::at(Stage::Creating, named(), "disable");
    rotating.pass(LISTS_SETTLE_MILLIS - 1);
    rotating
        .intend_again()
        .expect("the provider said that it made nothing");
    let settled = rotating.now().plus_millis(LISTS_SETTLE_MILLIS);
    rotating.pass(1);
    list(&mut rotating, vec![seen(OLD, None)]);
    assert_eq!(rotating.next(), Next::Wait { until: settled });
}

#[test]
fn a_key_is_asked_for_again_only_while_one_is_asked_for() {
    for stage in [Stage::Planned, Stage::Stored, Stage::Grace] {
        let mut rotating = Rotating::at(stage, facts(), "disable");
        refused(rotating.intend_again(), ErrorType::Conflict);
    }
    let mut back = unanswered(facts());
    back.undo().expect("there is a way back");
    refused(back.intend_again(), ErrorType::Conflict);
    let mut failed_run = Rotating::at(Stage::Creating, facts(), "disable");
    failed_run
        .record(Step::Create, failed(Sure::NotDone))
        .expect("it was intended");
    refused(failed_run.intend_again(), ErrorType::Conflict);
    let mut elsewhere_too = Rotating::at(Stage::Creating, facts(), "disable");
    elsewhere_too.place = elsewhere();
    refused(elsewhere_too.intend_again(), ErrorType::Conflict);
}

#[test]
fn a_create_that_is_unclear_a_second_time_stops_and_can_go_on_or_back() {
    let twice = || {
        let mut rotating = Rotating::at(Stage::Creating, named(), "disable");
        for is_first in [true, false] {
            if !is_first {
                rotating.intend(Step::Create).expect("nothing was seen");
            }
            rotating
                .record(Step::Create, failed(Sure::MayBeDone))
                .expect("it was intended");
            if is_first {
                rotating.pass(LISTS_SETTLE_MILLIS);
                list(&mut rotating, vec![seen(OLD, None)]);
            }
        }
        rotating
    };
    let mut rotating = twice();
    assert_eq!(rotating.next(), Next::Stopped);
    let told = rotating.run.parts().last_error.clone().expect("a reason");
    assert!(told.message.contains("a second time"), "{}", told.message);
    assert!(rotating.can_go_back());
    rotating.take_up().expect("a person resumes");
    assert_eq!(rotating.next(), Next::Do(Step::FindCreated));
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(rotating.run.stage(), Stage::Done);

    let mut rotating = twice();
    let name = rotating.run.parts().key_name.as_str().to_owned();
    rotating.undo().expect("there is a way back");
    list(
        &mut rotating,
        vec![seen(OLD, None), seen("k7", Some(&name))],
    );
    assert_eq!(rotating.next(), Next::Do(Step::DeleteOrphan));
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(rotating.run.stage(), Stage::Abandoned);
}

#[test]
fn a_refusal_after_an_unclear_attempt_looks_for_its_key_again() {
    let mut rotating = unanswered(facts());
    list(&mut rotating, vec![seen(OLD, None)]);
    rotating.intend(Step::Create).expect("nothing was seen");
    rotating
        .record(Step::Create, failed(Sure::NotDone))
        .expect("the provider has as many keys as it allows");
    rotating.take_up().expect("a person resumes");
    assert_eq!(rotating.next(), Next::Do(Step::FindCreated));
    let mut rotating = unanswered(facts());
    list(&mut rotating, vec![seen(OLD, None)]);
    rotating.undo().expect("there is a way back");
    assert_eq!(rotating.next(), Next::Do(Step::FindCreated));
}

#[test]
fn a_key_of_our_name_is_deleted_because_its_secret_is_lost() {
    let mut rotating = unanswered(named());
    let name = rotating.run.parts().key_name.as_str().to_owned();
    let keys = vec![
        seen(OLD, None),
        seen("k9", Some("theirs")),
        seen("k7", Some(&name)),
    ];
    list(&mut rotating, keys);
    assert_eq!(rotating.run.parts().orphan, Some(key("k7")));
    rotating.step(Step::DeleteOrphan);
    // Another attempt may have left another one.
    assert_eq!(rotating.next(), Next::Do(Step::FindCreated));
    list(&mut rotating, vec![seen(OLD, None)]);
    assert_eq!(rotating.next(), Next::Do(Step::Create));
}

#[test]
fn a_key_of_no_name_is_nobodys_until_a_person_says_so() {
    let mut rotating = unanswered(facts());
    list(
        &mut rotating,
        vec![seen(OLD, None), seen("AKIANEWER", None)],
    );
    let asked = Question::WhoseKey(vec![key("AKIANEWER")]);
    assert_eq!(rotating.next(), Next::Ask(asked));
    for other in [
        Decision::Delete(key(OLD)),
        Decision::Delete(key("AKIAELSE")),
        Decision::GoOn,
        Decision::Wait,
        Decision::KeepOld,
        Decision::TestAgain,
        Decision::PromoteAnyway,
        Decision::LeaveNew,
        Decision::KeepNew,
    ] {
        refused(rotating.decide(other), ErrorType::Conflict);
    }
    rotating
        .decide(Decision::Delete(key("AKIANEWER")))
        .expect("it was asked");
    assert_eq!(rotating.next(), Next::Do(Step::DeleteOrphan));
    assert_eq!(rotating.carry_on(), Next::Finished);
}

#[test]
fn a_strangers_key_is_left_and_not_asked_for_again() {
    let mut rotating = unanswered(facts());
    list(
        &mut rotating,
        vec![seen(OLD, None), seen("AKIATHEIRS", None)],
    );
    rotating.decide(Decision::Leave).expect("it was asked");
    rotating.intend(Step::Create).expect("nothing was made");
    rotating.pass(LISTS_SETTLE_MILLIS);
    list(
        &mut rotating,
        vec![seen(OLD, None), seen("AKIATHEIRS", None)],
    );
    assert_eq!(rotating.next(), Next::Do(Step::Create));
}

/// Making another ends it, so it is never deleted: a provider may do that by making one that nobody gets.
#[test]
fn a_lost_key_of_a_cut_over_is_ended_by_the_next_one_alone() {
    let named = ProviderFacts {
        naming: Naming::Named,
        ..cut_over()
    };
    let mut by_name = unanswered(named);
    let name = by_name.run.parts().key_name.as_str().to_owned();
    list(&mut by_name, vec![seen("k7", Some(&name))]);
    let mut by_word = unanswered(cut_over());
    list(&mut by_word, vec![seen("k7", None)]);
    by_word
        .decide(Decision::Delete(key("k7")))
        .expect("it was asked");
    for rotating in [&mut by_name, &mut by_word] {
        assert_eq!(rotating.run.parts().orphan, None);
        assert_eq!(rotating.next(), Next::Do(Step::Create));
        refused(rotating.undo(), ErrorType::Conflict);
        rotating.intend(Step::Create).expect("its turn");
        rotating
            .record(Step::Create, failed(Sure::MayBeDone))
            .expect("intended");
        // Not again and again by itself.
        assert_eq!(rotating.next(), Next::Stopped);
        rotating.take_up().expect("a person resumes");
        list(rotating, vec![seen("k7", None)]);
        assert_eq!(rotating.carry_on(), Next::Finished);
        assert_eq!(rotating.run.stage(), Stage::Done);
    }
}

#[test]
fn a_stranger_that_is_left_ends_a_cut_over() {
    let mut rotating = unanswered(cut_over());
    list(&mut rotating, vec![seen("THEIRS", None)]);
    rotating.decide(Decision::Leave).expect("it was asked");
    assert_eq!(rotating.run.stage(), Stage::Abandoned);
    assert_eq!(rotating.stored.kept(), [1]);
}

#[test]
fn a_cut_over_that_makes_no_second_key_is_ended_by_a_persons_word() {
    for sure in [Sure::NotDone, Sure::MayBeDone] {
        let mut rotating = unanswered(cut_over());
        list(&mut rotating, vec![seen("k7", None)]);
        rotating
            .decide(Decision::Delete(key("k7")))
            .expect("it was asked");
        refused(rotating.decide(Decision::LeaveNew), ErrorType::Conflict);
        rotating.intend(Step::Create).expect("its turn");
        rotating
            .record(Step::Create, failed(sure))
            .expect("intended");
        rotating.decide(Decision::LeaveNew).expect("it failed");
        assert_eq!(rotating.run.stage(), Stage::Abandoned);
    }
    // Where the old key still works, there is an undo.
    let mut rotating = Rotating::at(Stage::Creating, cut_over(), "keep");
    rotating
        .record(Step::Create, failed(Sure::NotDone))
        .expect("intended");
    refused(rotating.decide(Decision::LeaveNew), ErrorType::Conflict);
}

#[test]
fn a_key_older_than_the_attempt_is_not_taken_for_its_result() {
    let mut rotating = unanswered(facts());
    let mut old = seen("AKIAOLDER", None);
    old.created_at = Some(Timestamp::from_millis(START - DAY));
    list(&mut rotating, vec![seen(OLD, None), old]);
    assert_eq!(rotating.next(), Next::Do(Step::Create));
    let mut rotating = unanswered(facts());
    let mut new = seen("AKIANEWER", None);
    // The provider's clock may be behind ours.
    new.created_at = Some(Timestamp::from_millis(START - 60_000));
    list(&mut rotating, vec![new]);
    assert!(matches!(rotating.next(), Next::Ask(_)));
}

#[test]
fn a_secret_that_the_provider_tells_again_is_stored_after_all() {
    let mut rotating = unanswered(cut_over());
    rotating.intend(Step::FindCreated).expect("its turn");
    rotating
        .record(Step::FindCreated, told_again(None))
        .expect("it was intended");
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(rotating.run.stage(), Stage::Done);
}

/// An overlap whose provider tells a new key's secret again, this long after it was asked for.
fn told_after(millis: i64) -> Rotating {
    let mut rotating = unanswered(facts());
    let intended = rotating.run.parts().create_intended_at.expect("it was");
    rotating.intend(Step::FindCreated).expect("its turn");
    let outcome = told_again(Some(intended.plus_millis(millis)));
    rotating
        .record(Step::FindCreated, outcome)
        .expect("it was intended");
    rotating
}

#[test]
fn a_key_that_was_made_when_it_was_asked_for_is_this_runs() {
    for millis in [-LISTS_SETTLE_MILLIS, 0, LISTS_SETTLE_MILLIS] {
        let mut rotating = told_after(millis);
        assert_eq!(rotating.run.parts().new_key, Some(key(NEW)));
        assert_eq!(rotating.carry_on(), Next::Finished);
    }
}

#[test]
fn a_key_that_was_made_at_another_time_is_left_to_whoever_made_it() {
    for millis in [-LISTS_SETTLE_MILLIS - 1, LISTS_SETTLE_MILLIS + 1, DAY] {
        let mut rotating = told_after(millis);
        assert_eq!(rotating.next(), Next::Stopped);
        let parts = rotating.run.parts();
        assert_eq!((&parts.new_key, &parts.orphan), (&None, &None));
        rotating.undo().expect("there is a way back");
        rotating.intend(Step::FindCreated).expect("its turn");
        rotating
            .record(Step::FindCreated, told_again(None))
            .expect("it was intended");
        assert_eq!(rotating.run.stage(), Stage::Abandoned);
        let told = rotating.run.parts().last_error.clone().expect("what stays");
        assert!(told.message.contains(NEW), "{told:?}");
    }
}

#[test]
fn a_way_back_leaves_a_key_that_the_provider_tells_again() {
    let mut rotating = unanswered(facts());
    let intended = rotating.run.parts().create_intended_at;
    rotating.undo().expect("there is a way back");
    rotating.intend(Step::FindCreated).expect("its turn");
    rotating
        .record(Step::FindCreated, told_again(intended))
        .expect("it was intended");
    assert_eq!(rotating.run.stage(), Stage::Abandoned);
    assert_eq!(rotating.run.parts().orphan, None);
}

#[test]
fn any_other_step_that_fails_is_done_again_or_undone() {
    for stage in [Stage::Testing, Stage::Disabling, Stage::DeletingOld] {
        for sure in [Sure::NotDone, Sure::MayBeDone] {
            let mut rotating = Rotating::at(stage, facts(), "delete");
            let Next::Do(step) = rotating.next() else {
                panic!("{stage:?} has a step");
            };
            rotating.record(step, failed(sure)).expect("intended");
            assert_eq!(rotating.next(), Next::Stopped);
            let told = rotating
                .run
                .parts()
                .last_error
                .clone()
                .expect("what failed");
            assert_eq!(told.code.as_deref(), Some("Throttling"));
            rotating.take_up().expect("a person resumes");
            assert_eq!(rotating.next(), Next::Do(step));
            assert_eq!(rotating.carry_on(), Next::Finished);
            assert_eq!(rotating.run.parts().last_error, None);
        }
    }
}

#[test]
fn an_undo_before_the_provider_was_asked_is_over_at_once() {
    let mut rotating = Rotating::start(facts(), "disable");
    rotating.undo().expect("there is a way back");
    assert_eq!(rotating.run.stage(), Stage::Abandoned);
    assert_eq!(rotating.next(), Next::Finished);
    refused(rotating.undo(), ErrorType::Conflict);
    refused(rotating.take_up(), ErrorType::Conflict);
}

#[test]
fn an_undo_before_promotion_removes_the_new_key_and_then_its_value() {
    for stage in [Stage::Stored, Stage::Testing, Stage::Tested] {
        let mut rotating = Rotating::at(stage, facts(), "disable");
        rotating.undo().expect("there is a way back");
        assert_eq!(rotating.next(), Next::Do(Step::RemoveNew));
        rotating.intend(Step::RemoveNew).expect("its turn");
        assert_eq!(
            rotating.stored.kept(),
            [1, 2],
            "still known while it is there"
        );
        rotating
            .record(Step::RemoveNew, StepOutcome::Done)
            .expect("intended");
        assert_eq!(rotating.run.stage(), Stage::Abandoned);
        assert_eq!(rotating.stored.kept(), [1]);
    }
}

#[test]
fn an_undo_of_an_unanswered_create_finds_the_key_first() {
    let mut rotating = unanswered(named());
    rotating.undo().expect("there is a way back");
    assert_eq!(rotating.next(), Next::Do(Step::FindCreated));
    let name = rotating.run.parts().key_name.as_str().to_owned();
    list(&mut rotating, vec![seen("k7", Some(&name))]);
    rotating.step(Step::DeleteOrphan);
    list(&mut rotating, Vec::new());
    assert_eq!(rotating.run.stage(), Stage::Abandoned);
}

#[test]
fn an_undo_after_promotion_has_a_working_key_in_use_at_every_moment() {
    let mut rotating = Rotating::at(Stage::Disabling, facts(), "delete");
    rotating.undo().expect("there is a way back");
    rotating.step(Step::EnableOld);
    rotating.step(Step::RestoreOld);
    assert_eq!(
        rotating.stored.states(),
        [
            (1, VersionState::Retired),
            (2, VersionState::Previous),
            (3, VersionState::Current)
        ]
    );
    let restored = rotating.stored.secret.current().expect("a current version");
    assert_eq!(restored.origin(), Some(VersionNumber::FIRST));
    rotating.step(Step::RemoveNew);
    assert_eq!(rotating.run.stage(), Stage::Undone);
}

#[test]
fn there_is_no_way_back_once_the_old_key_is_going_or_was_cut_over() {
    let mut rotating = Rotating::at(Stage::DeletingOld, facts(), "delete");
    assert!(!rotating.can_go_back());
    refused(rotating.undo(), ErrorType::Conflict);
    let mut rotating = Rotating::at(Stage::Stored, cut_over(), "keep");
    refused(rotating.undo(), ErrorType::Conflict);
    let mut rotating = unanswered(cut_over());
    rotating.undo().expect("perhaps nothing was made");
    rotating.intend(Step::FindCreated).expect("its turn");
    rotating
        .record(Step::FindCreated, told_again(None))
        .expect("it was");
    assert_eq!(rotating.run.parts().direction, Direction::Forward);
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(rotating.run.stage(), Stage::Done);
}

#[test]
fn an_old_key_that_is_still_in_use_is_asked_about() {
    let look = |used: i64| {
        let mut rotating = Rotating::at(Stage::Grace, facts(), "disable");
        let until = rotating.run.parts().grace_until.expect("a grace time");
        let promoted = rotating.run.parts().promoted_at.expect("promoted");
        rotating.stored.now = until.as_millis();
        rotating.intend(Step::LookAtOld).expect("its turn");
        let last = LastUse::At {
            time: promoted.plus_millis(used),
            service: Some("s3".to_owned()),
            region: None,
        };
        rotating
            .record(Step::LookAtOld, StepOutcome::Seen(last))
            .expect("intended");
        rotating
    };
    assert_eq!(look(0).next(), Next::Do(Step::DisableOld));
    let mut rotating = look(1);
    assert_eq!(rotating.next(), Next::Ask(Question::OldKeyInUse));
    rotating.decide(Decision::Wait).expect("asked");
    assert!(matches!(rotating.next(), Next::Wait { .. }));
    rotating.pass(DAY);
    assert_eq!(rotating.next(), Next::Do(Step::LookAtOld));
    let mut rotating = look(1);
    rotating.decide(Decision::GoOn).expect("asked");
    assert_eq!(rotating.next(), Next::Do(Step::DisableOld));
    let mut rotating = look(1);
    rotating.decide(Decision::KeepOld).expect("asked");
    assert_eq!(rotating.run.stage(), Stage::Done);
}

#[test]
fn a_grace_time_can_be_ended_or_the_old_key_kept() {
    let mut rotating = Rotating::at(Stage::Grace, facts(), "disable");
    rotating.decide(Decision::GoOn).expect("in its grace time");
    assert_eq!(rotating.next(), Next::Do(Step::LookAtOld));
    let mut rotating = Rotating::at(Stage::Grace, facts(), "disable");
    rotating
        .decide(Decision::KeepOld)
        .expect("in its grace time");
    assert_eq!(rotating.run.stage(), Stage::Done);
}

#[test]
fn a_location_that_does_not_pass_stops_the_run_until_a_person_decides() {
    let fail = || {
        let mut rotating = Rotating::at(Stage::Testing, facts(), "disable");
        let result = TestResult {
            location: LocationId::from_bytes([5; 16]),
            passed: false,
            code: Some("AccessDenied".to_owned()),
            at: rotating.now(),
        };
        rotating
            .record(Step::Test, StepOutcome::Tested(vec![result]))
            .expect("intended");
        assert_eq!(rotating.next(), Next::Ask(Question::TestsFailed));
        rotating
    };
    let mut rotating = fail();
    rotating.decide(Decision::TestAgain).expect("asked");
    assert_eq!(rotating.next(), Next::Do(Step::Test));
    let mut rotating = fail();
    rotating.decide(Decision::PromoteAnyway).expect("asked");
    assert_eq!(rotating.next(), Next::Do(Step::Promote));
    let mut rotating = fail();
    rotating.undo().expect("there is a way back");
    assert_eq!(rotating.next(), Next::Do(Step::RemoveNew));
}

#[test]
fn what_cannot_be_stopped_or_removed_may_stay_by_a_persons_word() {
    let mut rotating = Rotating::at(Stage::DeletingOld, facts(), "delete");
    refused(rotating.decide(Decision::KeepOld), ErrorType::Conflict);
    rotating
        .record(Step::DeleteOld, failed(Sure::NotDone))
        .expect("intended");
    rotating.decide(Decision::KeepOld).expect("it failed");
    assert_eq!(rotating.run.stage(), Stage::Done);

    let mut rotating = Rotating::at(Stage::Tested, facts(), "delete");
    rotating.undo().expect("there is a way back");
    rotating.intend(Step::RemoveNew).expect("its turn");
    refused(rotating.decide(Decision::LeaveNew), ErrorType::Conflict);
    rotating
        .record(Step::RemoveNew, failed(Sure::MayBeDone))
        .expect("intended");
    rotating.decide(Decision::LeaveNew).expect("it failed");
    assert_eq!(rotating.run.stage(), Stage::Abandoned);
    assert_eq!(rotating.run.parts().new_key, Some(key(NEW)));
}

#[test]
fn a_decision_reads_back_and_nothing_else_does() {
    for decision in [
        Decision::Delete(key("AKIA:1")),
        Decision::Leave,
        Decision::GoOn,
        Decision::Wait,
        Decision::KeepOld,
        Decision::TestAgain,
        Decision::PromoteAnyway,
        Decision::LeaveNew,
        Decision::KeepNew,
    ] {
        assert_eq!(Decision::parse(&decision.to_text()), Some(decision));
    }
    for text in ["", "delete", "delete:", "delete:a b", "GoOn", "go_on "] {
        assert_eq!(Decision::parse(text), None, "{text}");
    }
}

#[test]
fn what_a_provider_says_is_shortened_and_made_fit_to_be_shown() {
    let told = Told::new(Some("a\u{202e}b"), &"m".repeat(600));
    assert_eq!(told.code.as_deref(), Some("a·b"));
    assert_eq!(told.message.chars().count(), Told::MESSAGE_CHARS_MAX);
}
