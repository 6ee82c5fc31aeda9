//! Every stage with every step and every way in which it can end: what is not listed here is refused.

use domain::rotation::*;
use domain::*;

use crate::rotation::*;
use crate::support::*;

const OUTCOMES: [&str; 8] = [
    "created",
    "told_again",
    "listed",
    "tested",
    "seen",
    "opened",
    "done",
    "failed",
];

/// What a run at a stage does next, and what may be told of it there.
struct Row {
    stage: Stage,
    direction: Direction,
    next: Option<Step>,
    under_way: &'static [Step],
}

const fn row(
    direction: Direction,
    stage: Stage,
    next: Option<Step>,
    under_way: &'static [Step],
) -> Row {
    Row {
        stage,
        direction,
        next,
        under_way,
    }
}

fn rows() -> Vec<Row> {
    use Direction::{Back, Forward};
    use Step::*;
    vec![
        row(Forward, Stage::Planned, Some(Create), &[]),
        row(
            Forward,
            Stage::Creating,
            Some(FindCreated),
            &[Create, FindCreated],
        ),
        row(Forward, Stage::Stored, Some(Test), &[]),
        row(Forward, Stage::Testing, Some(Test), &[Test]),
        row(Forward, Stage::Tested, Some(Promote), &[Promote]),
        row(Forward, Stage::Promoted, Some(Confirm), &[Confirm]),
        row(Forward, Stage::Grace, Some(LookAtOld), &[LookAtOld]),
        row(Forward, Stage::Disabling, Some(DisableOld), &[DisableOld]),
        row(Forward, Stage::OldDisabled, Some(DeleteOld), &[]),
        row(Forward, Stage::DeletingOld, Some(DeleteOld), &[DeleteOld]),
        row(Forward, Stage::Done, None, &[]),
        row(Forward, Stage::EnablingOld, None, &[]),
        row(Forward, Stage::OldEnabled, None, &[]),
        row(Forward, Stage::OldRestored, None, &[]),
        row(Forward, Stage::RemovingNew, None, &[]),
        row(Forward, Stage::Abandoned, None, &[]),
        row(Forward, Stage::Undone, None, &[]),
        row(Back, Stage::Planned, None, &[]),
        row(
            Back,
            Stage::Creating,
            Some(FindCreated),
            &[Create, FindCreated],
        ),
        row(Back, Stage::Stored, Some(RemoveNew), &[]),
        row(Back, Stage::Testing, Some(RemoveNew), &[]),
        row(Back, Stage::Tested, Some(RemoveNew), &[]),
        row(Back, Stage::Promoted, Some(RestoreOld), &[RestoreOld]),
        row(Back, Stage::Grace, Some(RestoreOld), &[RestoreOld]),
        row(Back, Stage::Disabling, Some(EnableOld), &[]),
        row(Back, Stage::OldDisabled, Some(EnableOld), &[]),
        row(Back, Stage::DeletingOld, None, &[]),
        row(Back, Stage::Done, None, &[]),
        row(Back, Stage::EnablingOld, Some(EnableOld), &[EnableOld]),
        row(Back, Stage::OldEnabled, Some(RestoreOld), &[RestoreOld]),
        row(Back, Stage::OldRestored, Some(RemoveNew), &[]),
        row(Back, Stage::RemovingNew, Some(RemoveNew), &[RemoveNew]),
        row(Back, Stage::Abandoned, None, &[]),
        row(Back, Stage::Undone, None, &[]),
    ]
}

fn fits(step: Step) -> &'static [&'static str] {
    match step {
        Step::Create => &["created", "failed"],
        Step::FindCreated => &["told_again", "listed", "failed"],
        Step::Test => &["tested", "failed"],
        Step::LookAtOld => &["seen", "failed"],
        Step::Promote | Step::RestoreOld => &["opened", "failed"],
        Step::Confirm => &["seen", "done", "failed"],
        Step::DeleteOrphan
        | Step::DisableOld
        | Step::DeleteOld
        | Step::EnableOld
        | Step::RemoveNew => &["done", "failed"],
    }
}

fn outcome(name: &str) -> StepOutcome {
    match name {
        "created" => created(),
        "told_again" => told_again(None),
        "listed" => StepOutcome::Listed(Vec::new()),
        "tested" => StepOutcome::Tested(Vec::new()),
        "seen" => StepOutcome::Seen(LastUse::NotTold),
        "opened" => StepOutcome::Opened(new_values()),
        "done" => StepOutcome::Done,
        _ => failed(Sure::MayBeDone),
    }
}

/// A run at this stage, beside a secret as it is then.
fn at(row: &Row) -> Rotating {
    let has_pending = [
        Stage::Stored,
        Stage::Testing,
        Stage::Tested,
        Stage::RemovingNew,
    ];
    let unused = [Stage::Planned, Stage::Creating, Stage::Abandoned];
    let from = if unused.contains(&row.stage) {
        Stage::Planned
    } else if has_pending.contains(&row.stage) {
        Stage::Stored
    } else {
        Stage::Grace
    };
    let mut rotating = Rotating::at(from, facts(), "delete");
    let mut parts = rotating.run.parts().clone();
    parts.stage = row.stage;
    parts.direction = row.direction;
    rotating.run = Run::from_stored(parts);
    rotating.pass(2 * DAY);
    let own = rotating.run.parts().clone();
    let lease = own.lease.map(|lease| Lease {
        until: rotating.now().plus_hours(1),
        ..lease
    });
    rotating.run = Run::from_stored(RunParts { lease, ..own });
    rotating
}

#[test]
fn every_stage_is_listed_in_both_directions() {
    let rows = rows();
    for stage in Stage::ALL {
        for direction in Direction::ALL {
            let found = rows
                .iter()
                .filter(|row| row.stage == *stage && row.direction == *direction);
            assert_eq!(found.count(), 1, "{stage:?} {direction:?}");
        }
    }
}

#[test]
fn only_the_next_step_is_intended() {
    for row in rows() {
        let rotating = at(&row);
        let expected = row.next.map(Next::Do);
        match (rotating.next(), &expected) {
            (Next::Do(step), _) => assert_eq!(Some(Next::Do(step)), expected),
            (Next::Stopped | Next::Finished, None) => {}
            (other, _) => panic!("{:?} {:?}: {other:?}", row.stage, row.direction),
        }
        for step in Step::ALL {
            let mut rotating = at(&row);
            let allowed = rotating.intend(*step).is_ok();
            let is_next = row.next == Some(*step);
            assert_eq!(
                allowed, is_next,
                "{:?} {:?} {step:?}",
                row.stage, row.direction
            );
        }
    }
}

#[test]
fn only_what_is_under_way_can_end_and_only_as_such_a_step_ends() {
    for row in rows() {
        for step in Step::ALL {
            for name in OUTCOMES {
                let mut rotating = at(&row);
                let allowed = rotating.record(*step, outcome(name)).is_ok();
                let expected = row.under_way.contains(step) && fits(*step).contains(&name);
                let case = format!("{:?} {:?} {step:?} {name}", row.direction, row.stage);
                assert_eq!(allowed, expected, "{case}");
            }
        }
    }
}

#[test]
fn a_run_that_failed_or_asks_takes_no_step_and_no_outcome() {
    let resting = [
        Standing::Failed,
        Standing::Asking(Question::TestsFailed),
        Standing::Asking(Question::OldKeyInUse),
        Standing::Asking(Question::WhoseKey(vec![key(NEW)])),
    ];
    for row in rows() {
        for standing in &resting {
            for step in Step::ALL {
                let resting = || {
                    let mut rotating = at(&row);
                    let mut parts = rotating.run.parts().clone();
                    parts.standing = standing.clone();
                    rotating.run = Run::from_stored(parts);
                    rotating
                };
                assert!(resting().intend(*step).is_err());
                for name in OUTCOMES {
                    assert!(resting().record(*step, outcome(name)).is_err());
                }
            }
        }
    }
}

#[test]
fn an_orphan_is_deleted_before_anything_else() {
    for direction in Direction::ALL {
        for step in Step::ALL {
            let orphaned = || {
                let mut rotating = at(&row(*direction, Stage::Creating, None, &[]));
                let mut parts = rotating.run.parts().clone();
                parts.orphan = Some(key(NEW));
                rotating.run = Run::from_stored(parts);
                rotating
            };
            let is_deletion = *step == Step::DeleteOrphan;
            assert_eq!(orphaned().intend(*step).is_ok(), is_deletion);
            for name in OUTCOMES {
                let allowed = orphaned().record(*step, outcome(name)).is_ok();
                let expected = is_deletion && ["done", "failed"].contains(&name);
                assert_eq!(allowed, expected, "{step:?} {name}");
            }
        }
    }
}

#[test]
fn an_outcome_belongs_to_the_runs_own_secret() {
    let mut rotating = Rotating::at(Stage::Testing, facts(), "disable");
    let mut parts = rotating.run.parts().clone();
    parts.secret = other();
    rotating.run = Run::from_stored(parts);
    let outcome = StepOutcome::Tested(Vec::new());
    refused(rotating.record(Step::Test, outcome), ErrorType::Conflict);
}
