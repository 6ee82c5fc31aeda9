//! What is true of a run that is over, and the way back from there.

use domain::rotation::Decision;
use domain::rotation::*;
use domain::*;

use crate::rotation::*;
use crate::support::*;

fn over(then: &str) -> Rotating {
    let mut rotating = Rotating::start(facts(), then);
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(rotating.run.stage(), Stage::Done);
    rotating
}

/// In its grace, with a key of B2's kind, which can only be deleted.
fn only_deleted() -> ProviderFacts {
    ProviderFacts {
        can_disable: false,
        ..facts()
    }
}

fn cut_over() -> ProviderFacts {
    ProviderFacts {
        style: Style::CutOver,
        ..facts()
    }
}

fn fail(rotating: &mut Rotating, step: Step, sure: Sure) {
    rotating.intend(step).expect("its turn");
    rotating.record(step, failed(sure)).expect("intended");
}

fn ended(rotating: &Rotating) -> (NewKeyEnd, KeyInUse) {
    let ended = rotating.run.ended().expect("it is over");
    (ended.new_key, ended.in_use)
}

#[test]
fn a_kept_old_key_can_be_gone_back_to_after_the_end() {
    let mut rotating = over("keep");
    rotating.pass(30 * DAY);
    assert!(rotating.can_go_back());
    rotating.undo().expect("the old key is there");
    assert!(rotating.run.is_open());
    rotating.step(Step::RestoreOld);
    rotating.step(Step::RemoveNew);
    assert_eq!(rotating.run.stage(), Stage::Undone);
    let restored = rotating.stored.secret.current().expect("a current version");
    assert_eq!(restored.origin(), Some(VersionNumber::FIRST));
}

#[test]
fn a_disabled_old_key_is_enabled_on_the_way_back_after_the_end() {
    let mut rotating = over("disable");
    rotating.undo().expect("the old key can be enabled");
    for step in [Step::EnableOld, Step::RestoreOld, Step::RemoveNew] {
        rotating.step(step);
    }
    assert_eq!(rotating.run.stage(), Stage::Undone);
}

#[test]
fn a_key_kept_by_a_persons_word_can_be_gone_back_to_as_well() {
    for (stage, first) in [
        (Stage::Grace, Step::RestoreOld),
        (Stage::Disabling, Step::EnableOld),
    ] {
        let mut rotating = Rotating::at(stage, facts(), "delete");
        if stage == Stage::Disabling {
            rotating
                .record(Step::DisableOld, failed(Sure::MayBeDone))
                .expect("intended");
        }
        rotating.decide(Decision::KeepOld).expect("it may stay");
        assert_eq!(rotating.run.stage(), Stage::Done);
        rotating.undo().expect("the old key is there");
        assert_eq!(rotating.next(), Next::Do(first), "{stage:?}");
        assert_eq!(rotating.carry_on(), Next::Finished);
        assert_eq!(rotating.run.stage(), Stage::Undone);
    }
}

#[test]
fn an_old_key_that_is_refused_after_the_end_leaves_the_new_one_in_use() {
    let mut rotating = Rotating::at(Stage::Grace, facts(), "delete");
    rotating.decide(Decision::KeepOld).expect("in its grace");
    rotating.undo().expect("the old key is there");
    rotating
        .record(Step::RestoreOld, failed(Sure::NotDone))
        .expect("its turn");
    assert_eq!(rotating.next(), Next::Stopped);
    rotating.take_up().expect("a person resumes");
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(rotating.run.stage(), Stage::Done);
    assert_eq!(ended(&rotating), (NewKeyEnd::InUse, KeyInUse::Works));
}

#[test]
fn there_is_no_way_back_from_an_end_without_the_old_key() {
    let mut deleted = over("delete");
    refused(deleted.undo(), ErrorType::Conflict);
    let mut perhaps = Rotating::at(Stage::DeletingOld, facts(), "delete");
    perhaps
        .record(Step::DeleteOld, failed(Sure::MayBeDone))
        .expect("intended");
    perhaps.decide(Decision::KeepOld).expect("it failed");
    refused(perhaps.undo(), ErrorType::Conflict);
    let mut cut = Rotating::start(cut_over(), "keep");
    assert_eq!(cut.carry_on(), Next::Finished);
    refused(cut.undo(), ErrorType::Conflict);
}

#[test]
fn there_is_no_way_back_from_an_end_that_does_not_count_any_more() {
    let rotating = over("keep");
    let newer = RotationId::from_parts(rotating.now(), [5; 10]);
    let undone = rotating.with(|run, secret, ctx| run.undo(secret, newer, ctx).map(|_| ()));
    refused(undone, ErrorType::Conflict);

    let mut overtaken = over("keep");
    overtaken.stored.update(domain::update::UpdateInput {
        credentials: Patch::Set(fields(&[
            ("access_key_id", "AKIAIOSFODNN7OTHERS0"),
            ("secret_access_key", SECRET_KEY),
        ])),
        ..domain::update::UpdateInput::default()
    });
    refused(overtaken.undo(), ErrorType::Conflict);

    let mut forgotten = over("keep");
    forgotten.stored.update(domain::update::UpdateInput {
        history: Patch::Set(HistoryInput {
            keep: Some(0),
            grace_days: None,
        }),
        ..domain::update::UpdateInput::default()
    });
    assert_eq!(forgotten.stored.kept(), [2]);
    assert!(!forgotten.can_go_back());
    refused(forgotten.undo(), ErrorType::Conflict);
}

#[test]
fn a_run_turns_back_once() {
    let mut rotating = Rotating::at(Stage::Tested, facts(), "delete");
    rotating.undo().expect("there is a way back");
    fail(&mut rotating, Step::RemoveNew, Sure::NotDone);
    assert!(!rotating.can_go_back());
    let said = refused(rotating.undo(), ErrorType::Conflict);
    assert!(said.message().contains("Resume"), "{}", said.message());
    rotating.take_up().expect("a person resumes");
    assert_eq!(rotating.carry_on(), Next::Finished);
    refused(rotating.undo(), ErrorType::Conflict);
}

#[test]
fn whoever_may_not_manage_secrets_brings_no_old_key_back() {
    let mut rotating = over("keep");
    for role in [Role::Viewer, Role::Operator] {
        rotating.stored.role = role;
        refused(rotating.undo(), ErrorType::AccessForbidden);
    }
}

#[test]
fn a_person_who_keeps_the_old_key_changes_what_becomes_of_it() {
    let mut rotating = Rotating::at(Stage::Grace, facts(), "delete");
    let other = MemberId::from_bytes([9; 16]);
    assert_ne!(rotating.run.parts().started_by, other);
    let own = rotating.run.parts().started_by;
    assert_eq!(rotating.run.old_key_decided_by(), own);
    let mut context = rotating.stored.context();
    context.actor.member = other;
    let ctx = RunContext {
        context: &context,
        here: rotating.place,
    };
    let secret = &rotating.stored.secret;
    let plan = rotating.run.decide(secret, Decision::KeepOld, &ctx);
    let plan = plan.unwrap_or_else(|refused| panic!("{}", refused.message()));
    rotating.run = plan.run().clone();
    let parts = rotating.run.parts();
    assert_eq!((parts.retire.then, parts.grace_until), (Then::Keep, None));
    assert_eq!(rotating.run.old_key_decided_by(), other);
    assert_eq!(parts.notes.last().and_then(|note| note.by), Some(other));
}

#[test]
fn what_became_of_the_old_key_is_told_as_far_as_it_was_seen() {
    let now = |rotating: &Rotating| rotating.run.old_key_now();
    assert_eq!(now(&over("keep")), OldKeyNow::Works);
    assert_eq!(now(&over("disable")), OldKeyNow::Disabled);
    assert_eq!(now(&over("delete")), OldKeyNow::Deleted);
    let mut rotating = Rotating::at(Stage::Disabling, facts(), "disable");
    assert_eq!(now(&rotating), OldKeyNow::MaybeDisabled);
    rotating
        .record(Step::DisableOld, failed(Sure::MayBeDone))
        .expect("intended");
    rotating.decide(Decision::KeepOld).expect("it failed");
    assert_eq!(now(&rotating), OldKeyNow::MaybeDisabled);
    let mut rotating = Rotating::at(Stage::DeletingOld, only_deleted(), "delete");
    rotating
        .record(Step::DeleteOld, failed(Sure::MayBeDone))
        .expect("intended");
    rotating.decide(Decision::KeepOld).expect("it failed");
    assert_eq!(now(&rotating), OldKeyNow::MaybeDeleted);
    let mut back = over("disable");
    back.undo().expect("there is a way back");
    back.step(Step::EnableOld);
    assert_eq!(now(&back), OldKeyNow::Works);
    let mut cut = Rotating::start(cut_over(), "keep");
    assert_eq!(now(&cut), OldKeyNow::Works);
    assert_eq!(cut.carry_on(), Next::Finished);
    assert_eq!(now(&cut), OldKeyNow::Stopped);
}

#[test]
fn a_new_key_is_called_deleted_only_where_it_was() {
    let back = || {
        let mut rotating = Rotating::at(Stage::Tested, facts(), "delete");
        rotating.undo().expect("there is a way back");
        rotating
    };
    assert_eq!(back().run.ended(), None);
    let mut deleted = back();
    deleted.step(Step::RemoveNew);
    assert_eq!(ended(&deleted), (NewKeyEnd::Deleted, KeyInUse::Works));
    let mut left = back();
    fail(&mut left, Step::RemoveNew, Sure::NotDone);
    left.decide(Decision::LeaveNew).expect("it failed");
    assert_eq!(ended(&left), (NewKeyEnd::Left, KeyInUse::Works));
    let mut nothing = Rotating::start(facts(), "keep");
    nothing.undo().expect("nothing was made");
    assert_eq!(ended(&nothing), (NewKeyEnd::NeverMade, KeyInUse::Works));
}

/// The answer to the making was lost.
fn unanswered(facts: ProviderFacts) -> Rotating {
    let mut rotating = Rotating::at(Stage::Creating, facts, "keep");
    rotating.pass(LISTS_SETTLE_MILLIS);
    rotating
}

fn list(rotating: &mut Rotating, keys: Vec<SeenKey>) {
    rotating.intend(Step::FindCreated).expect("its turn");
    rotating
        .record(Step::FindCreated, StepOutcome::Listed(keys))
        .expect("intended");
}

#[test]
fn a_key_that_nobody_could_place_is_not_called_gone() {
    let mut left = unanswered(facts());
    left.undo().expect("there is a way back");
    list(&mut left, vec![seen(OLD, None), seen("k7", None)]);
    left.decide(Decision::Leave).expect("asked");
    assert_eq!(ended(&left), (NewKeyEnd::Unknown, KeyInUse::Works));
    assert!(left.run.ended().expect("over").left_others);

    let mut anothers = unanswered(facts());
    anothers.undo().expect("there is a way back");
    anothers.intend(Step::FindCreated).expect("its turn");
    anothers
        .record(Step::FindCreated, told_again(None))
        .expect("intended");
    assert_eq!(ended(&anothers), (NewKeyEnd::Unknown, KeyInUse::Works));

    let mut orphan = unanswered(facts());
    list(&mut orphan, vec![seen(OLD, None), seen("k7", None)]);
    orphan
        .decide(Decision::Delete(key("k7")))
        .expect("it was asked");
    orphan.undo().expect("there is a way back");
    fail(&mut orphan, Step::DeleteOrphan, Sure::NotDone);
    orphan.decide(Decision::LeaveNew).expect("it failed");
    assert_eq!(ended(&orphan), (NewKeyEnd::Left, KeyInUse::Works));

    let mut gone = unanswered(facts());
    list(&mut gone, vec![seen(OLD, None), seen("k7", None)]);
    gone.decide(Decision::Delete(key("k7"))).expect("asked");
    gone.undo().expect("there is a way back");
    gone.step(Step::DeleteOrphan);
    list(&mut gone, vec![seen(OLD, None)]);
    assert_eq!(ended(&gone), (NewKeyEnd::Deleted, KeyInUse::Works));
}

#[test]
fn a_cut_over_that_lost_its_key_says_that_the_one_here_has_stopped() {
    let mut theirs = unanswered(cut_over());
    list(&mut theirs, vec![seen("THEIRS", None)]);
    theirs.decide(Decision::Leave).expect("asked");
    assert_eq!(ended(&theirs), (NewKeyEnd::Unknown, KeyInUse::Stopped));

    let mut lost = unanswered(cut_over());
    list(&mut lost, vec![seen("k7", None)]);
    lost.decide(Decision::Delete(key("k7"))).expect("asked");
    fail(&mut lost, Step::Create, Sure::NotDone);
    lost.decide(Decision::LeaveNew).expect("it failed");
    assert_eq!(ended(&lost), (NewKeyEnd::Unknown, KeyInUse::Stopped));

    let mut unknown = unanswered(cut_over());
    unknown.undo().expect("perhaps nothing was made");
    fail(&mut unknown, Step::FindCreated, Sure::NotDone);
    unknown.decide(Decision::LeaveNew).expect("it failed");
    assert_eq!(ended(&unknown), (NewKeyEnd::Unknown, KeyInUse::Unclear));

    let mut nothing = Rotating::start(cut_over(), "keep");
    nothing.undo().expect("nothing was made");
    assert_eq!(ended(&nothing), (NewKeyEnd::NeverMade, KeyInUse::Works));
}

#[test]
fn a_key_in_use_that_was_refused_last_is_not_called_working() {
    let mut confirmed = Rotating::at(Stage::Promoted, facts(), "delete");
    fail(&mut confirmed, Step::Confirm, Sure::NotDone);
    confirmed.decide(Decision::KeepOld).expect("it failed");
    assert_eq!(ended(&confirmed).1, KeyInUse::Unclear);

    let mut held = Rotating::at(Stage::OldDisabled, facts(), "delete");
    let told = Told::new(None, "refused");
    held.hold_back(Step::DeleteOld, HeldBack::NotTaken(told))
        .expect("its turn");
    held.decide(Decision::KeepOld).expect("it failed");
    assert_eq!(ended(&held).1, KeyInUse::Unclear);

    let mut refusing = Rotating::at(Stage::Disabling, facts(), "disable");
    refusing
        .record(Step::DisableOld, failed(Sure::NotDone))
        .expect("intended");
    refusing.decide(Decision::KeepOld).expect("it failed");
    assert_eq!(ended(&refusing).1, KeyInUse::Works);

    let mut cut = Rotating::at(Stage::Testing, cut_over(), "keep");
    cut.record(Step::Test, failed(Sure::NotDone))
        .expect("intended");
    cut.decide(Decision::PromoteAnyway).expect("it failed");
    assert_eq!(ended(&cut), (NewKeyEnd::InUse, KeyInUse::Unclear));
}

fn used(at: Timestamp) -> LastUse {
    LastUse::At {
        time: at,
        service: Some("s3".to_owned()),
        region: None,
    }
}

#[test]
fn the_old_keys_last_use_is_known_from_the_promotion_on() {
    for then in ["keep", "delete"] {
        let mut rotating = Rotating::at(Stage::Promoted, facts(), then);
        rotating.intend(Step::Confirm).expect("its turn");
        let last = used(rotating.now());
        rotating
            .record(Step::Confirm, StepOutcome::Seen(last.clone()))
            .expect("intended");
        let seen = rotating.run.parts().old_use.clone().expect("it was told");
        assert_eq!((seen.last, seen.seen_at), (last, rotating.now()));
    }
}

#[test]
fn a_look_within_the_grace_takes_nothing_from_the_one_at_its_end() {
    let mut rotating = Rotating::at(Stage::Grace, facts(), "delete");
    let look =
        |rotating: &Rotating| rotating.with(|run, _, ctx| run.seen_meanwhile(LastUse::Never, ctx));
    rotating.pass(DAY / 2);
    let plan = look(&rotating).unwrap_or_else(|refused| panic!("{}", refused.message()));
    assert_eq!(plan.run().parts().lease, rotating.run.parts().lease);
    assert_eq!(plan.run().parts().notes, rotating.run.parts().notes);
    rotating.run = plan.run().clone();
    assert!(matches!(rotating.next(), Next::Wait { .. }));
    let mut ended = rotating.copy();
    ended.decide(Decision::GoOn).expect("in its grace");
    assert_eq!(ended.next(), Next::Do(Step::LookAtOld));
    rotating.pass(DAY / 2);
    assert_eq!(rotating.next(), Next::Do(Step::LookAtOld));
    refused(look(&rotating).map(|_| ()), ErrorType::Conflict);

    // Without a grace it is asked for good at once.
    let mut at_once = Rotating::at(Stage::Promoted, facts(), "delete");
    let mut parts = at_once.run.parts().clone();
    parts.retire.grace_hours = 0;
    at_once.run = Run::from_stored(parts);
    at_once.intend(Step::Confirm).expect("its turn");
    at_once
        .record(Step::Confirm, StepOutcome::Seen(LastUse::Never))
        .expect("intended");
    assert_eq!(at_once.next(), Next::Do(Step::LookAtOld));
}
