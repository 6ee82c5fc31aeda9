//! A run beside its secret, led through its steps as an engine would.

use domain::rotation::Decision;
use domain::rotation::*;
use domain::*;

use crate::support::*;

pub const OLD: &str = KEY_ID;
pub const NEW: &str = "AKIAI44QH8DHBEXAMPLE";

/// A secret, its run, and where the work is done.
pub struct Rotating {
    pub stored: Stored,
    pub run: Run,
    pub place: Here,
}

pub fn here() -> Here {
    Here {
        device: DeviceId::from_bytes([7; 16]),
        worker: WorkerId::from_bytes([1; 16]),
        ended: None,
    }
}

pub fn elsewhere() -> Here {
    Here {
        device: DeviceId::from_bytes([8; 16]),
        worker: WorkerId::from_bytes([2; 16]),
        ended: None,
    }
}

/// As a command line beside the window.
pub fn beside() -> Here {
    Here {
        worker: WorkerId::from_bytes([3; 16]),
        ..here()
    }
}

pub fn key(id: &str) -> KeyId {
    KeyId::parse(id).expect("a key's id")
}

pub fn new_values() -> Credentials {
    let given = [("access_key_id", NEW), ("secret_access_key", SECRET_KEY)];
    let given = given.map(|(name, value)| (name.to_owned(), SecretText::new(value.to_owned())));
    match Credentials::parse(AuthMethod::S3AccessKey, given.into(), None) {
        Ok((credentials, _)) => credentials,
        Err(_) => panic!("a whole key"),
    }
}

/// Its provider says nothing of its times.
pub fn new_key() -> NewKey {
    NewKey {
        key: key(NEW),
        credentials: new_values(),
        made_at: None,
        expires_at: None,
    }
}

pub fn created() -> StepOutcome {
    StepOutcome::Created(new_key())
}

pub fn told_again(made_at: Option<Timestamp>) -> StepOutcome {
    StepOutcome::ToldAgain(NewKey {
        made_at,
        ..new_key()
    })
}

pub fn failed(sure: Sure) -> StepOutcome {
    StepOutcome::Failed(Failure {
        told: Told::new(Some("Throttling"), "Rate exceeded"),
        sure,
    })
}

pub fn facts() -> ProviderFacts {
    ProviderFacts {
        way: Way::OwnKey,
        style: Style::Overlap,
        naming: Naming::Unnamed,
        can_disable: true,
        old_key: Some(key(OLD)),
        keys_before: vec![key(OLD)],
    }
}

pub fn input(then: &str) -> RotationInput {
    RotationInput {
        old_key: OldKeyInput {
            grace_hours: Some(24),
            then: text(then),
        },
        ..RotationInput::default()
    }
}

pub fn seen(id: &str, name: Option<&str>) -> SeenKey {
    SeenKey {
        id: key(id),
        name: name.map(str::to_owned),
        created_at: None,
    }
}

impl Rotating {
    pub fn start(facts: ProviderFacts, then: &str) -> Self {
        Self::of(Stored::new(s3()), facts, then)
    }

    pub fn of(stored: Stored, facts: ProviderFacts, then: &str) -> Self {
        let context = stored.context();
        let ctx = RunContext {
            context: &context,
            here: here(),
        };
        let draft = input(then).parse(&stored.secret, &ctx);
        let id = RotationId::from_parts(context.now, [4; 10]);
        let plan = draft.and_then(|draft| draft.decide(facts, None, id, &ctx));
        let plan = plan.unwrap_or_else(|refused| panic!("{}", refused.message()));
        let run = plan.into_parts().run.into_parts().record;
        let mut rotating = Self {
            stored,
            run,
            place: here(),
        };
        rotating.hold();
        rotating
    }

    pub fn copy(&self) -> Self {
        let stored = Stored {
            secret: self.stored.secret.clone(),
            values: self
                .stored
                .values
                .keys()
                .map(|number| (*number, self.stored.opened(*number)))
                .collect(),
            now: self.stored.now,
            role: self.stored.role,
        };
        Self {
            stored,
            run: self.run.clone(),
            place: self.place,
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.stored.now)
    }

    pub fn next(&self) -> Next {
        self.run.next(self.now())
    }

    pub fn pass(&mut self, millis: i64) {
        self.stored.now += millis;
    }

    pub fn with<T>(&self, act: impl FnOnce(&Run, &SecretWithVersions, &RunContext<'_>) -> T) -> T {
        let context = self.stored.context();
        let ctx = RunContext {
            context: &context,
            here: self.place,
        };
        act(&self.run, &self.stored.secret, &ctx)
    }

    pub fn intend(&mut self, step: Step) -> Result<(), Rejection> {
        let plan = self.with(|run, _, ctx| run.intend(step, ctx))?;
        self.apply(plan);
        Ok(())
    }

    pub fn intend_again(&mut self) -> Result<(), Rejection> {
        let plan = self.with(|run, _, ctx| run.intend_again(ctx))?;
        self.apply(plan);
        Ok(())
    }

    pub fn record(&mut self, step: Step, outcome: StepOutcome) -> Result<(), Rejection> {
        let plan = self.with(|run, secret, ctx| run.record(secret, step, outcome, ctx))?;
        self.apply(plan);
        Ok(())
    }

    pub fn hold_back(&mut self, step: Step, why: HeldBack) -> Result<(), Rejection> {
        let plan = self.with(|run, _, ctx| run.hold_back(step, why, ctx))?;
        self.apply(plan);
        Ok(())
    }

    pub fn undo(&mut self) -> Result<(), Rejection> {
        let plan = self.with(|run, secret, ctx| run.undo(secret, run.id(), ctx))?;
        self.apply(plan);
        Ok(())
    }

    pub fn can_go_back(&self) -> bool {
        self.with(|run, secret, _| run.can_go_back(secret, run.id()))
    }

    pub fn take_up(&mut self) -> Result<(), Rejection> {
        let plan = self.with(|run, _, ctx| run.take_up(ctx))?;
        self.apply(plan);
        Ok(())
    }

    pub fn decide(&mut self, decision: Decision) -> Result<(), Rejection> {
        let plan = self.with(|run, secret, ctx| run.decide(secret, decision, ctx))?;
        self.apply(plan);
        Ok(())
    }

    /// Intends and does the step that is next.
    #[track_caller]
    pub fn step(&mut self, step: Step) {
        assert_eq!(self.next(), Next::Do(step));
        self.intend(step).expect("it is this step's turn");
        let outcome = self.well_done(step);
        self.record(step, outcome).expect("it was intended");
    }

    /// How a step ends where nothing goes wrong.
    pub fn well_done(&self, step: Step) -> StepOutcome {
        match step {
            Step::Create => created(),
            Step::FindCreated => StepOutcome::Listed(vec![seen(OLD, None)]),
            Step::Test => StepOutcome::Tested(Vec::new()),
            Step::LookAtOld => StepOutcome::Seen(LastUse::Never),
            Step::Promote => {
                let pending = self.stored.secret.pending().expect("a pending version");
                StepOutcome::Opened(self.stored.opened(pending.number()))
            }
            Step::RestoreOld => {
                StepOutcome::Opened(self.stored.opened(self.run.parts().old_version))
            }
            Step::DeleteOrphan
            | Step::Confirm
            | Step::DisableOld
            | Step::DeleteOld
            | Step::EnableOld
            | Step::RemoveNew => StepOutcome::Done,
        }
    }

    /// Goes on by itself, waiting where it must, until it rests.
    pub fn carry_on(&mut self) -> Next {
        for _ in 0..50 {
            match self.next() {
                Next::Do(step) => self.step(step),
                Next::Wait { until } => self.stored.now = until.as_millis(),
                rest => return rest,
            }
        }
        panic!("it never rests: {:?}", self.run);
    }

    /// Leads a run to a stage, the last step of which is intended and not answered.
    pub fn at(stage: Stage, facts: ProviderFacts, then: &str) -> Self {
        let mut rotating = Self::start(facts, then);
        for _ in 0..50 {
            if rotating.run.stage() == stage {
                return rotating;
            }
            match rotating.next() {
                Next::Do(step) => {
                    rotating.intend(step).expect("it is this step's turn");
                    if rotating.run.stage() == stage {
                        return rotating;
                    }
                    let outcome = rotating.well_done(step);
                    rotating.record(step, outcome).expect("it was intended");
                }
                Next::Wait { until } => rotating.stored.now = until.as_millis(),
                rest => panic!("{rest:?} before {stage:?}"),
            }
        }
        panic!("{stage:?} is never reached");
    }

    fn apply(&mut self, plan: RotationPlan) {
        let parts = plan.into_parts();
        let run = parts.run.into_parts();
        assert_eq!(run.based_on, Some(self.run.revision()));
        assert_eq!(run.record.revision(), self.run.revision() + 1);
        if let Some(secret) = parts.secret {
            self.stored.apply(secret.into_parts());
        }
        self.run = run.record;
        self.hold();
    }

    /// As a vault's reader does.
    fn hold(&mut self) {
        let secret = self.stored.secret.clone();
        self.stored.secret = secret.holding(self.run.held_version());
    }
}

#[test]
fn a_rotation_goes_through_its_steps_and_disables_the_old_key_after_the_grace_time() {
    let mut rotating = Rotating::start(facts(), "disable");
    rotating.step(Step::Create);
    assert_eq!(
        rotating.stored.states(),
        [(1, VersionState::Current), (2, VersionState::Pending)]
    );
    rotating.step(Step::Test);
    rotating.step(Step::Promote);
    assert_eq!(
        rotating.stored.states(),
        [(1, VersionState::Previous), (2, VersionState::Current)]
    );
    rotating.step(Step::Confirm);
    let until = rotating.now().plus_hours(24);
    assert_eq!(rotating.next(), Next::Wait { until });
    rotating.stored.now = until.as_millis();
    rotating.step(Step::LookAtOld);
    rotating.step(Step::DisableOld);
    assert_eq!(rotating.run.stage(), Stage::Done);
    assert_eq!(rotating.next(), Next::Finished);
    assert_eq!(rotating.stored.kept(), [1, 2]);
}

#[test]
fn delete_disables_first_where_the_provider_can() {
    let mut rotating = Rotating::start(facts(), "delete");
    assert_eq!(rotating.carry_on(), Next::Finished);
    let steps: Vec<&str> = done_steps(&rotating);
    assert_eq!(
        steps,
        [
            "create",
            "test",
            "promote",
            "confirm",
            "look_at_old",
            "disable_old",
            "delete_old"
        ]
    );
    let cannot = ProviderFacts {
        can_disable: false,
        ..facts()
    };
    let mut rotating = Rotating::start(cannot, "delete");
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert!(!done_steps(&rotating).contains(&"disable_old"));
    assert!(done_steps(&rotating).contains(&"delete_old"));
}

fn sas_values(end: &str) -> Credentials {
    let url = format!(
        "https://acmemedia.blob.core.windows.net/up?sv=2022-11-02&sr=c&sp=rl&se={end}&sig=bm9ib2R5"
    );
    let given = vec![("sas_url".to_owned(), SecretText::new(url))];
    match Credentials::parse(AuthMethod::AzureSasUrl, given, None) {
        Ok((credentials, _)) => credentials,
        Err(_) => panic!("a whole URL"),
    }
}

/// Nobody can take a SAS back, so the way back doesn't claim it.
#[test]
fn a_new_sas_that_is_undone_runs_out() {
    let cannot = ProviderFacts {
        can_disable: false,
        ..facts()
    };
    let mut rotating = Rotating::of(Stored::new(sas()), cannot, "keep");
    rotating.intend(Step::Create).expect("its turn");
    let made = StepOutcome::Created(NewKey {
        key: key("sas-2027-01-01"),
        credentials: sas_values("2027-01-01"),
        ..new_key()
    });
    rotating.record(Step::Create, made).expect("intended");
    rotating.undo().expect("there is a way back");
    rotating.step(Step::RemoveNew);
    assert_eq!(rotating.run.stage(), Stage::Abandoned);
    assert_eq!(last_code(&rotating).as_deref(), Some("runs_out"));
    let mut rotating = Rotating::start(facts(), "keep");
    rotating.step(Step::Create);
    rotating.undo().expect("there is a way back");
    rotating.step(Step::RemoveNew);
    assert_eq!(last_code(&rotating), None);
}

fn last_code(rotating: &Rotating) -> Option<String> {
    let last = rotating.run.parts().notes.last();
    last.and_then(|note| note.code.clone())
}

#[test]
fn a_kept_old_key_is_not_touched_nor_waited_for() {
    let mut rotating = Rotating::start(facts(), "keep");
    let started = rotating.stored.now;
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(
        done_steps(&rotating),
        ["create", "test", "promote", "confirm"]
    );
    assert_eq!(rotating.stored.now, started);
}

#[test]
fn a_cut_over_puts_the_new_key_in_use_before_it_is_tried() {
    let facts = ProviderFacts {
        style: Style::CutOver,
        ..facts()
    };
    let mut rotating = Rotating::start(facts, "delete");
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(done_steps(&rotating), ["create", "promote", "test"]);
    assert_eq!(rotating.run.stage(), Stage::Done);
}

#[test]
fn hist_02_overwrite_spares_the_old_value_until_the_rotation_is_over() {
    let mut rotating = Rotating::start(facts(), "disable");
    let overwrite = domain::update::UpdateInput {
        history: Patch::Set(HistoryInput {
            keep: Some(0),
            grace_days: None,
        }),
        ..domain::update::UpdateInput::default()
    };
    rotating.stored.update(overwrite);
    rotating.stored.secret = rotating
        .stored
        .secret
        .clone()
        .holding(rotating.run.held_version());
    for step in [Step::Create, Step::Test, Step::Promote, Step::Confirm] {
        rotating.step(step);
    }
    assert_eq!(rotating.stored.kept(), [1, 2], "there is a way back");
    assert_eq!(rotating.carry_on(), Next::Finished);
    assert_eq!(rotating.stored.kept(), [2], "and then the policy holds");
}

#[test]
fn a_new_value_of_a_person_or_a_deletion_waits_for_the_rotation() {
    let rotating = Rotating::at(Stage::Grace, facts(), "disable");
    let by_hand = domain::update::UpdateInput {
        credentials: Patch::Set(fields(&[
            ("access_key_id", "AKIAIOSFODNN7OTHERS0"),
            ("secret_access_key", SECRET_KEY),
        ])),
        ..domain::update::UpdateInput::default()
    };
    refused(rotating.stored.decide(by_hand), ErrorType::InUse);
    let renamed = domain::update::UpdateInput {
        name: Patch::Set("Other".to_owned()),
        ..domain::update::UpdateInput::default()
    };
    assert!(rotating.stored.decide(renamed).is_ok());
    let restore = domain::history::RestoreInput {
        version: Some(1),
        reason: None,
    };
    let context = rotating.stored.context();
    refused(
        restore.parse(&rotating.stored.secret, &context).map(|_| ()),
        ErrorType::InUse,
    );
    let destroy = domain::history::DestroyInput {
        version: Some(1),
        ..domain::history::DestroyInput::default()
    };
    refused(
        destroy
            .decide(&rotating.stored.secret, &context)
            .map(|_| ()),
        ErrorType::InvalidRequest,
    );
}

#[test]
fn another_device_waits_for_its_turn_and_takes_over_when_it_is_over() {
    let mut rotating = Rotating::at(Stage::Testing, facts(), "disable");
    rotating.place = elsewhere();
    let conflict = refused(rotating.take_up(), ErrorType::Conflict);
    assert!(conflict.message().contains("Another program"));
    refused(rotating.intend(Step::Test), ErrorType::Conflict);
    refused(rotating.undo(), ErrorType::Conflict);
    rotating.pass(LEASE_MILLIS - 1);
    refused(rotating.take_up(), ErrorType::Conflict);
    rotating.pass(1);
    rotating.take_up().expect("the lease has run out");
    rotating.place = here();
    let outcome = rotating.well_done(Step::Test);
    refused(rotating.record(Step::Test, outcome), ErrorType::Conflict);
}

#[test]
fn another_program_of_the_same_device_waits_for_its_turn_too() {
    let mut rotating = Rotating::at(Stage::Testing, facts(), "disable");
    rotating.place = beside();
    refused(rotating.take_up(), ErrorType::Conflict);
    refused(rotating.intend(Step::Test), ErrorType::Conflict);
    refused(rotating.undo(), ErrorType::Conflict);
    let outcome = rotating.well_done(Step::Test);
    refused(rotating.record(Step::Test, outcome), ErrorType::Conflict);

    // A time that is over is nobody's to tell what came of a step.
    rotating.pass(LEASE_MILLIS);
    let outcome = rotating.well_done(Step::Test);
    refused(rotating.record(Step::Test, outcome), ErrorType::Conflict);
    rotating.pass(-LEASE_MILLIS);

    rotating.place.ended = Some(elsewhere().worker);
    refused(rotating.take_up(), ErrorType::Conflict);
    rotating.place.ended = Some(here().worker);
    rotating.take_up().expect("whoever worked on it has ended");
    // If it has not after all, it hears that somebody else is at it.
    rotating.place = here();
    let outcome = rotating.well_done(Step::Test);
    refused(rotating.record(Step::Test, outcome), ErrorType::Conflict);
}

#[test]
fn a_released_run_goes_on_elsewhere_at_once() {
    let mut rotating = Rotating::at(Stage::Grace, facts(), "disable");
    let plan = rotating.with(|run, _, ctx| run.release(ctx));
    rotating.apply(plan.expect("its own lease"));
    assert_eq!(rotating.run.parts().lease, None);
    rotating.place = elsewhere();
    rotating.take_up().expect("nobody works on it");
    rotating.place = here();
    let again = rotating.with(|run, _, ctx| run.release(ctx).map(|_| ()));
    refused(again, ErrorType::Conflict);
}

#[test]
fn whoever_may_not_manage_secrets_moves_no_run() {
    let mut rotating = Rotating::at(Stage::Testing, facts(), "disable");
    for role in [Role::Viewer, Role::Operator] {
        rotating.stored.role = role;
        let forbidden = ErrorType::AccessForbidden;
        refused(rotating.intend(Step::Test), forbidden);
        refused(
            rotating.record(Step::Test, StepOutcome::Tested(Vec::new())),
            forbidden,
        );
        refused(rotating.take_up(), forbidden);
        refused(rotating.undo(), forbidden);
        refused(rotating.decide(Decision::TestAgain), forbidden);
    }
}

#[test]
fn the_story_of_a_run_stays_within_its_limit() {
    let mut rotating = Rotating::at(Stage::Testing, facts(), "disable");
    for _ in 0..NOTES_MAX {
        rotating.take_up().expect("its own run");
    }
    assert_eq!(rotating.run.parts().notes.len(), NOTES_MAX);
}

pub fn done_steps(rotating: &Rotating) -> Vec<&'static str> {
    let notes = rotating.run.parts().notes.iter();
    notes
        .filter(|note| note.phase == StepPhase::Done)
        .filter_map(|note| match note.told {
            NoteOf::Step(step) => Some(step.as_str()),
            _ => None,
        })
        .collect()
}
