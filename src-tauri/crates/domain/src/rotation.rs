//! Turning a key over at its provider: a run that is written down before and after each thing that it does there, so
//! that whatever stops it, what is there can be found, and the run goes on or back. DESIGN.md, Rotation.
//!
//! A run asks [`Run::next`] what to do. Whoever does it commits [`Run::intend`] first, acts, and commits
//! [`Run::record`]; each is a [`RotationPlan`], written in one transaction. Nothing here waits, asks a provider or knows
//! a clock.

mod again;
mod answers;
mod decide;
mod ended;
mod holding;
mod key;
mod left;
mod next;
mod outcome;
mod record;
mod stage;
mod start;
mod turn;
mod values;
mod way_back;

pub use answers::{Decision, Question};
pub use ended::{Ended, KeyInUse, NewKeyEnd, OldKeyNow};
pub use key::{KeyId, KeyName, LastUse, OldKeyUse, SeenKey};
pub use left::KeyLeft;
pub use next::Next;
pub use outcome::{Failure, HeldBack, NewKey, StepOutcome, Sure, TestResult};
pub use stage::{Direction, NoteOf, Stage, Standing, Step, StepNote, StepPhase, Told};
pub use start::{
    GRACE_HOURS_DEFAULT, GRACE_HOURS_MAX, OldKeyInput, OldKeyMeans, ProviderFacts, RotationDraft,
    RotationInput, Unable,
};

use crate::audit::{Action, AuditDraft};
use crate::catalogue::AuthMethod;
use crate::ids::{DeviceId, MemberId, RotationId, SecretId, WorkerId};
use crate::plan::{Context, Done, Outcome, Plan};
use crate::record_plan::{RecordChange, RecordPlan, RecordPlanParts};
use crate::reject::{Dependant, ErrorType, Rejection};
use crate::role::{Permission, require};
use crate::text::Reason;
use crate::time::Timestamp;
use crate::version::VersionNumber;

/// How long a worker's word holds that it is at work; each commit says it anew.
pub const LEASE_MILLIS: i64 = 5 * 60 * 1000;
/// A provider's list may lag behind what it has done, and a request may still be under way: only a list that is this
/// much younger than the intent says that nothing was made.
pub const LISTS_SETTLE_MILLIS: i64 = 60 * 1000;
/// Notes kept of a run; the oldest go first.
pub const NOTES_MAX: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    parts: RunParts,
}

/// All that a run's record holds. Nothing in it is a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunParts {
    pub id: RotationId,
    pub secret: SecretId,
    pub method: AuthMethod,
    pub way: Way,
    pub style: Style,
    pub naming: Naming,
    /// The provider can stop a key without deleting it.
    pub can_disable: bool,
    pub stage: Stage,
    pub direction: Direction,
    pub standing: Standing,
    /// Of a run that is done: the stage from which it came to its end. A way back begins there.
    pub ended_from: Option<Stage>,
    pub lease: Option<Lease>,
    pub revision: u64,
    pub started_at: Timestamp,
    pub started_by: MemberId,
    pub updated_at: Timestamp,
    pub reason: Option<Reason>,
    /// The version in use when the run began: the way back leads there.
    pub old_version: VersionNumber,
    /// The provider's id of the key in it, where it has one.
    pub old_key: Option<KeyId>,
    /// All keys that the provider listed before a new one was asked for, and those that a person has said are not ours.
    pub keys_before: Vec<KeyId>,
    /// What the new key is called where keys have names.
    pub key_name: KeyName,
    pub create_intended_at: Option<Timestamp>,
    /// An earlier attempt was not answered, and no list has shown its key: one may show it yet.
    pub unclear_create: bool,
    /// A list that shows no new key says nothing before this moment.
    pub find_after: Option<Timestamp>,
    /// A key that was made and whose secret was lost on its way.
    pub orphan: Option<KeyId>,
    /// The making of a key has stopped the old one.
    pub old_stopped: bool,
    pub new_key: Option<KeyId>,
    /// The version with the new key, pending until it is promoted.
    pub new_version: Option<VersionNumber>,
    pub tests: Vec<TestResult>,
    pub promoted_at: Option<Timestamp>,
    pub retire: Retire,
    pub grace_until: Option<Timestamp>,
    pub old_use: Option<OldKeyUse>,
    /// What went wrong last; gone with the next thing that goes well.
    pub last_error: Option<Told>,
    /// Oldest first.
    pub notes: Vec<StepNote>,
}

/// Whose key asks the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The secret's own.
    OwnKey,
    /// Another credential; a secret of this vault where it is one.
    Management(Option<SecretId>),
}

/// What becomes of the old key when the new one is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Both work until the old one is stopped.
    Overlap,
    /// The old one stops with the making of the new one.
    CutOver,
}

/// How a key that was made without an answer is told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Naming {
    /// By the name that it was given.
    Named,
    /// By not having been there before.
    Unnamed,
}

/// What is to become of the old key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Retire {
    /// Hours after the promotion for which it stays as it is.
    pub grace_hours: u16,
    pub then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Then {
    Keep,
    Disable,
    /// Disabled first where the provider can.
    Delete,
}

/// Who is at work on a run, and until when that is to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub device: DeviceId,
    /// Which program there: a window and a command line beside it are two.
    pub worker: WorkerId,
    pub member: MemberId,
    pub until: Timestamp,
}

/// What an act on a run takes from the world.
#[derive(Debug, Clone, Copy)]
pub struct RunContext<'a> {
    pub context: &'a Context,
    pub here: Here,
}

/// Where the work is done, and what is known there of whoever else did some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Here {
    pub device: DeviceId,
    /// This program.
    pub worker: WorkerId,
    /// A program of this device that has ended, however that came: its word holds no longer.
    pub ended: Option<WorkerId>,
}

/// A decided change of a run, with what it does to the secret in the same transaction. It may hold a new version's
/// values, so it is no more printable than a [`Plan`]:
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::rotation::RotationPlan>();
/// ```
/// ```
/// fn take(plan: domain::rotation::RotationPlan) -> domain::rotation::RotationPlanParts {
///     plan.into_parts()
/// }
/// ```
pub struct RotationPlan {
    parts: RotationPlanParts,
}

/// The plan taken apart by the vault that applies it.
pub struct RotationPlanParts {
    pub run: RecordPlan<Run>,
    pub secret: Option<Box<Plan>>,
}

/// What taking a key of a method away comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Removal {
    Delete,
    /// There is a fixed number of places, and another key takes this one's.
    MakeAnew,
    /// Nobody can take it back.
    RunOut,
}

pub fn removal(method: AuthMethod) -> Removal {
    match method {
        AuthMethod::AzureSasUrl => Removal::RunOut,
        AuthMethod::AzureAccountKey => Removal::MakeAnew,
        _ => Removal::Delete,
    }
}

/// Whether a key of this method can be ended before its time.
pub fn can_end(method: AuthMethod) -> bool {
    removal(method) != Removal::RunOut
}

/// The rule that acts on a run never make one.
pub fn existing(found: Option<Run>) -> Result<Run, Rejection> {
    found.ok_or_else(|| Rejection::not_found("rotation"))
}

impl Run {
    /// Rebuilds a run from its stored record.
    pub fn from_stored(parts: RunParts) -> Self {
        Self { parts }
    }

    pub fn parts(&self) -> &RunParts {
        &self.parts
    }

    pub fn id(&self) -> RotationId {
        self.parts.id
    }

    pub fn secret(&self) -> SecretId {
        self.parts.secret
    }

    pub fn stage(&self) -> Stage {
        self.parts.stage
    }

    pub fn revision(&self) -> u64 {
        self.parts.revision
    }

    /// Whether something may still be done: a secret has one open run at most.
    pub fn is_open(&self) -> bool {
        !self.parts.stage.is_final()
    }

    /// The version whose values the run needs for its way back, whatever the secret's history policy says.
    pub fn held_version(&self) -> Option<VersionNumber> {
        self.is_open().then_some(self.parts.old_version)
    }

    /// Who works on it at this moment, here or elsewhere.
    pub fn worker(&self, now: Timestamp, here: Here) -> Option<Lease> {
        self.parts
            .lease
            .filter(|lease| Some(lease.worker) != here.ended && lease.until > now)
    }

    /// Who else works on it at this moment.
    pub fn worker_elsewhere(&self, now: Timestamp, here: Here) -> Option<Lease> {
        self.worker(now, here)
            .filter(|lease| lease.worker != here.worker)
    }

    fn require_worker(&self, ctx: &RunContext<'_>) -> Result<(), Rejection> {
        require(&ctx.context.actor, Permission::ManageSecrets)?;
        if self.worker_elsewhere(ctx.context.now, ctx.here).is_some() {
            return Err(Rejection::new(
                ErrorType::Conflict,
                "Another program works on this rotation. Wait until it is done there, or for five minutes after it was stopped.",
            ));
        }
        Ok(())
    }

    /// The next state of the run with its entry. `change` gets the parts with revision, time and lease already set.
    fn advanced(&self, ctx: &RunContext<'_>, change: impl FnOnce(&mut RunParts)) -> RotationPlan {
        let mut after = self.parts.clone();
        let now = ctx.context.now.max(after.updated_at);
        after.revision += 1;
        after.updated_at = now;
        after.lease = Some(Lease::taken(ctx));
        change(&mut after);
        let surplus = after.notes.len().saturating_sub(NOTES_MAX);
        after.notes.drain(..surplus);
        let rests = !matches!(after.standing, Standing::Going) || after.stage.is_final();
        if rests {
            after.lease = None;
        }
        let action = match after.stage {
            Stage::Done => Action::RotationFinished,
            Stage::Abandoned | Stage::Undone => Action::RotationAbandoned,
            _ => Action::RotationAdvanced,
        };
        let plan = RecordPlan::decided(RecordPlanParts {
            answer: after.answer(Done::Updated),
            record: Run::from_stored(after),
            change: RecordChange::Update,
            based_on: Some(self.parts.revision),
            audit: AuditDraft {
                action,
                changed: vec!["stage"],
                reason: None,
            },
        });
        RotationPlan::of(plan)
    }
}

impl RunParts {
    fn answer(&self, done: Done) -> Outcome {
        Outcome {
            name: self.key_name.as_str().to_owned(),
            done,
            changed: Vec::new(),
            hints: Vec::new(),
        }
    }
}

impl Lease {
    fn taken(ctx: &RunContext<'_>) -> Self {
        Self {
            device: ctx.here.device,
            worker: ctx.here.worker,
            member: ctx.context.actor.member,
            until: ctx.context.now.plus_millis(LEASE_MILLIS),
        }
    }
}

impl RotationPlan {
    fn of(run: RecordPlan<Run>) -> Self {
        Self {
            parts: RotationPlanParts { run, secret: None },
        }
    }

    fn with(mut self, secret: Option<Box<Plan>>) -> Self {
        self.parts.secret = secret;
        self
    }

    pub fn into_parts(self) -> RotationPlanParts {
        self.parts
    }

    /// The run as it is afterwards.
    pub fn run(&self) -> &Run {
        self.parts.run.record()
    }

    pub fn secret(&self) -> Option<&Plan> {
        self.parts.secret.as_deref()
    }
}

/// The rule that nobody else changes or deletes what a run is at work on.
pub(crate) fn at_work(rotations: Vec<Dependant>) -> Rejection {
    let message = "A rotation of this secret is under way. Finish or undo it first.";
    Rejection::in_use(message, rotations)
}

pub(crate) fn rotations(dependants: &[Dependant]) -> Vec<Dependant> {
    let is_rotation = |one: &&Dependant| matches!(one, Dependant::Rotation { .. });
    dependants.iter().filter(is_rotation).cloned().collect()
}

/// What was to be done is not what the run is at.
fn out_of_turn() -> Rejection {
    Rejection::new(
        ErrorType::Conflict,
        "The rotation is at another step meanwhile. Look at it again.",
    )
}

macro_rules! words {
    ($name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }
    };
}
use words;

words!(Style { Overlap => "overlap", CutOver => "cut_over" });
words!(Naming { Named => "named", Unnamed => "unnamed" });
words!(Removal { Delete => "delete", MakeAnew => "make_anew", RunOut => "run_out" });
words!(Then { Keep => "keep", Disable => "disable", Delete => "delete" });
