//! The old key left alone, though its turn has come; and the ends of ways that lead nowhere.

use domain::rotation::Decision;
use domain::rotation::*;
use domain::*;

use crate::rotation::*;
use crate::support::*;

fn told(message: &str) -> Told {
    Told::new(None, message)
}

fn elsewhere() -> HeldBack {
    HeldBack::HeldElsewhere(told("Others have it."))
}

fn refused_key() -> HeldBack {
    HeldBack::NotTaken(told("It is not taken."))
}

/// Its grace is over, the old key was looked at, and this is next.
fn before(step: Step, then: &str) -> Rotating {
    let mut rotating = Rotating::at(Stage::Grace, facts(), then);
    rotating.pass(2 * DAY);
    rotating.step(Step::LookAtOld);
    if step == Step::DeleteOld {
        rotating.step(Step::DisableOld);
    }
    assert_eq!(rotating.next(), Next::Do(step));
    rotating
}

#[test]
fn an_old_key_is_held_back_only_when_its_turn_has_come() {
    for (step, stage) in [
        (Step::DisableOld, Stage::Grace),
        (Step::DeleteOld, Stage::OldDisabled),
    ] {
        let mut rotating = before(step, "delete");
        for other in Step::ALL.iter().filter(|other| **other != step) {
            refused(rotating.hold_back(*other, elsewhere()), ErrorType::Conflict);
        }
        rotating.hold_back(step, refused_key()).expect("its turn");
        assert_eq!(rotating.next(), Next::Stopped);
        // Nothing was asked of the provider: there is still a way back.
        assert_eq!(rotating.run.stage(), stage);
        assert!(rotating.can_go_back());
        refused(rotating.hold_back(step, elsewhere()), ErrorType::Conflict);
        rotating.take_up().expect("a person resumes");
        assert_eq!(rotating.next(), Next::Do(step));
    }
    let mut rotating = Rotating::at(Stage::Tested, facts(), "delete");
    refused(
        rotating.hold_back(Step::Promote, elsewhere()),
        ErrorType::Conflict,
    );
}

#[test]
fn only_an_answer_to_the_last_question_lets_a_held_key_go() {
    let mut rotating = before(Step::DisableOld, "delete");
    assert!(!rotating.run.goes_all_the_same());
    rotating
        .hold_back(Step::DisableOld, elsewhere())
        .expect("its turn");
    assert_eq!(rotating.next(), Next::Ask(Question::OldKeyInUse));
    assert!(!rotating.run.goes_all_the_same());
    rotating.decide(Decision::GoOn).expect("asked");
    assert!(rotating.run.goes_all_the_same());
    assert_eq!(rotating.run.parts().last_error, None);
    assert_eq!(rotating.next(), Next::Do(Step::DisableOld));
    // Also for the deletion that follows.
    rotating.step(Step::DisableOld);
    assert!(rotating.run.goes_all_the_same());

    let mut rotating = before(Step::DisableOld, "delete");
    rotating
        .hold_back(Step::DisableOld, elsewhere())
        .expect("its turn");
    rotating.decide(Decision::Wait).expect("in its grace");
    rotating.decide(Decision::GoOn).expect("the grace ends now");
    assert!(!rotating.run.goes_all_the_same());
}

#[test]
fn a_grace_that_ended_by_a_word_is_no_answer_to_a_question_that_came_later() {
    let mut rotating = Rotating::at(Stage::Grace, facts(), "delete");
    rotating.decide(Decision::GoOn).expect("in its grace time");
    rotating.step(Step::LookAtOld);
    assert!(!rotating.run.goes_all_the_same());
    rotating
        .hold_back(Step::DisableOld, elsewhere())
        .expect("its turn");
    assert!(!rotating.run.goes_all_the_same());
}

#[test]
fn there_is_nothing_to_wait_for_where_the_old_key_is_stopped_already() {
    let mut rotating = before(Step::DeleteOld, "delete");
    rotating
        .hold_back(Step::DeleteOld, elsewhere())
        .expect("its turn");
    refused(rotating.decide(Decision::Wait), ErrorType::Conflict);
    rotating.decide(Decision::KeepOld).expect("asked");
    assert_eq!(rotating.run.stage(), Stage::Done);
}

#[test]
fn the_new_key_stays_by_a_persons_word_where_the_way_back_fails() {
    let mut rotating = Rotating::at(Stage::Disabling, facts(), "delete");
    refused(rotating.decide(Decision::KeepNew), ErrorType::Conflict);
    rotating.undo().expect("there is a way back");
    rotating.intend(Step::EnableOld).expect("its turn");
    refused(rotating.decide(Decision::KeepNew), ErrorType::Conflict);
    let mut enabled = rotating.copy();
    rotating
        .record(Step::EnableOld, failed(Sure::NotDone))
        .expect("intended");
    for other in [Decision::KeepOld, Decision::LeaveNew, Decision::GoOn] {
        refused(rotating.decide(other), ErrorType::Conflict);
    }
    rotating.decide(Decision::KeepNew).expect("it failed");
    let run = &rotating.run;
    assert_eq!(
        (run.stage(), run.parts().direction),
        (Stage::Done, Direction::Forward)
    );

    enabled
        .record(Step::EnableOld, StepOutcome::Done)
        .expect("intended");
    enabled
        .record(Step::RestoreOld, failed(Sure::NotDone))
        .expect("intended");
    enabled.decide(Decision::KeepNew).expect("it failed");
    assert_eq!(enabled.run.stage(), Stage::Done);
}

#[test]
fn the_old_key_in_use_again_is_no_place_to_stay_with_the_new_one() {
    let mut rotating = Rotating::at(Stage::Grace, facts(), "delete");
    rotating.undo().expect("there is a way back");
    rotating.step(Step::RestoreOld);
    rotating.intend(Step::RemoveNew).expect("its turn");
    rotating
        .record(Step::RemoveNew, failed(Sure::NotDone))
        .expect("intended");
    refused(rotating.decide(Decision::KeepNew), ErrorType::Conflict);
}
