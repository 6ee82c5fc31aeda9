//! Carries a run on: asks it what is next, writes down what is about to be done, does it, writes down how it ended.
//!
//! Nothing is kept here between two steps. Wherever this stops, the run in the vault and the provider's list say what is there.

use std::time::Duration;

use domain::rotation::{
    Failure, HeldBack, Next, RotationPlan, Run, RunContext, Step, StepOutcome, Sure, Told, can_end,
    existing,
};
use domain::{Credentials, Rejection, SecretWithVersions, Timestamp};
use providers::{KeyService, ProviderError};
use tokio::sync::SemaphorePermit;
use vault::{StoreError, UnlockedVault};

use super::beginning::Begun;
use super::ready::{self, Ready};
use super::require_no_rekey;
use super::runs::{AtWork, Awaited};
use super::signer::{self, Signing};
use super::turn::{Turn, in_turn};
use crate::api::{Changed, Event};
use crate::app::{App, vault_locked};
use crate::refusal::{Answer, Refusal};

/// A wait no longer than this is waited for; a longer one (the grace of an old key) ends the work for now.
const WAIT_HERE_MAX: Duration = Duration::from_secs(120);

pub struct Engine<'a> {
    pub(super) app: &'a App,
    pub(super) vault: &'a UnlockedVault,
    pub(super) work: &'a AtWork<'a>,
    /// As it was last read or written.
    pub(super) run: Run,
    /// Signs with the version in use; made anew when another is.
    service: Option<Box<dyn KeyService>>,
    /// What was committed for the next step together with what led to it.
    ready: Ready,
    /// One of those that a few runs have at one time, where it has it already.
    turn: Option<SemaphorePermit<'a>>,
}

/// Why the work ends before the run does.
pub enum Halt {
    /// The lock or a person asked for it.
    Stopped,
    /// Somebody else has gone on with the run.
    TakenOver,
    Refused(Refusal),
}

impl<'a> Engine<'a> {
    pub fn new(app: &'a App, vault: &'a UnlockedVault, work: &'a AtWork<'a>, run: Run) -> Self {
        Self {
            app,
            vault,
            work,
            run,
            service: None,
            ready: Ready::default(),
            turn: None,
        }
    }

    /// Of a run that has just begun here: what its provider was asked with is at hand.
    pub fn of_begun(
        app: &'a App,
        vault: &'a UnlockedVault,
        work: &'a AtWork<'a>,
        begun: Begun<'a>,
    ) -> Self {
        Self {
            service: Some(begun.service),
            ready: Ready::of_intent(begun.intended),
            turn: begun.turn,
            ..Self::new(app, vault, work, begun.run)
        }
    }

    /// Until the run is over, waits for longer, asks, has failed, or this is to stop. Answers the run as it is then.
    pub async fn carry_on(mut self) -> Answer<Run> {
        let turns = &self.app.runs.turns;
        let _turn = match self.turn.take().or_else(|| turns.try_acquire().ok()) {
            Some(turn) => turn,
            None => {
                // Who signs, and where to, may be another until it is this run's turn.
                self.forget_service();
                tokio::select! {
                    turn = turns.acquire() => turn.expect("turns are never closed"),
                    () = self.work.asked_to_stop() => return self.rest(),
                }
            }
        };
        match self.go().await {
            Ok(()) | Err(Halt::Stopped) => self.rest(),
            Err(Halt::TakenOver) => Err(taken_over().into()),
            Err(Halt::Refused(refusal)) => {
                // The lease would keep others out; where it cannot be given up, it runs out.
                let _kept = self.release();
                Err(refusal)
            }
        }
    }

    async fn go(&mut self) -> Result<(), Halt> {
        match self.ready.intended() {
            // It is written down as begun: nothing is asked between an intent and what it is of.
            Some(step) => self.act(step).await?,
            // Asked now that this run is among those at work, for which a re-key waits.
            None => require_no_rekey(self.app)?,
        }
        loop {
            let now = self.app.clock.now();
            match self.run.next(now) {
                Next::Do(step) => {
                    self.require_going()?;
                    self.act(step).await?;
                }
                Next::Wait { until } => {
                    let wait = time_until(until, now);
                    if wait > WAIT_HERE_MAX {
                        return Ok(());
                    }
                    self.pause(wait).await?;
                }
                Next::Ask(_) | Next::Stopped | Next::Finished => return Ok(()),
            }
        }
    }

    async fn act(&mut self, step: Step) -> Result<(), Halt> {
        match step {
            Step::Create => self.create().await,
            Step::FindCreated => self.find_created().await,
            Step::Test => self.test().await,
            Step::Promote => self.promote(),
            Step::RestoreOld => self.restore_old().await,
            Step::Confirm => self.confirm().await,
            Step::LookAtOld => self.look_at_old().await,
            Step::EnableOld => self.enable_old().await,
            Step::DisableOld | Step::DeleteOld => self.retire(step).await,
            Step::DeleteOrphan | Step::RemoveNew if !can_end(self.run.parts().method) => {
                self.let_run_out(step)
            }
            Step::DeleteOrphan => self.change(step, self.run.parts().orphan.clone()).await,
            Step::RemoveNew => self.remove_new().await,
        }
    }

    /// What was made ready for a step, for which it is asked once.
    pub(super) fn ready(&mut self) -> &mut Ready {
        &mut self.ready
    }

    /// Which key the work is signed with follows from the version in use.
    pub(super) fn service(&mut self) -> Result<&dyn KeyService, Halt> {
        let service = match self.service.take() {
            Some(service) => service,
            None => signer::of_run(self.app, self.vault, &self.run)?,
        };
        Ok(&**self.service.insert(service))
    }

    pub(super) fn forget_service(&mut self) {
        self.service = None;
    }

    /// As [`Engine::service`], of values that were opened for more than that.
    pub(super) fn sign_with(&mut self, signing: &Signing) -> Result<(), Halt> {
        self.service = Some(signing.service(self.app)?);
        Ok(())
    }

    /// Lets time pass, or hears that it is to stop.
    pub(super) async fn pause(&self, time: Duration) -> Result<(), Halt> {
        self.pause_for(Awaited::Provider, time).await
    }

    /// As [`Engine::pause`]; meanwhile the window shows what is waited for, and how long.
    pub(super) async fn pause_for(&self, awaited: Awaited, time: Duration) -> Result<(), Halt> {
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let until = self.app.clock.now().plus_millis(millis);
        self.work.waits_until(awaited, until);
        tell_of_run(self.app, &self.run);
        let going = tokio::select! {
            () = self.app.clock.sleep(time) => self.require_going(),
            () = self.work.asked_to_stop() => Err(Halt::Stopped),
        };
        self.work.waits_no_longer(awaited);
        going
    }

    /// Before what was intended is asked for once more: somebody may have taken the run over during the wait, and what was right
    /// then takes the wrong key away now.
    pub(super) fn require_same(&self) -> Result<(), Halt> {
        let id = self.run.id();
        let stored = self
            .vault
            .read(|reader| Ok::<_, Halt>(existing(reader.checked_rotation(id)?)?))?;
        if stored.revision() == self.run.revision() {
            Ok(())
        } else {
            Err(Halt::TakenOver)
        }
    }

    pub(super) fn require_going(&self) -> Result<(), Halt> {
        self.work.require_going(self.vault)
    }

    pub(super) fn intend(&mut self, step: Step) -> Result<(), Halt> {
        if self.ready.take_intent(step) {
            return Ok(());
        }
        self.commit(|run, _secret, ctx| run.intend(step, ctx))
    }

    /// Before the same request goes out once more.
    pub(super) fn intend_again(&mut self) -> Result<(), Halt> {
        self.commit(|run, _secret, ctx| run.intend_again(ctx))
    }

    /// In place of an intent.
    pub(super) fn hold_back(&mut self, step: Step, why: HeldBack) -> Result<(), Halt> {
        self.commit(|run, _secret, ctx| run.hold_back(step, why, ctx))
    }

    pub(super) fn record(&mut self, step: Step, outcome: StepOutcome) -> Result<(), Halt> {
        self.record_with(|turn| {
            turn.write(|run, secret, ctx| run.record(secret, step, outcome, ctx))
        })
    }

    /// Outcomes, and with them what the next step needs before its first request, unless a stop was asked for.
    pub(super) fn record_with(
        &mut self,
        act: impl FnOnce(&mut Turn<'_, '_, '_>) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let goes_on = self.require_going().is_ok();
        self.ready = self.commit_with(|turn| {
            act(turn)?;
            match goes_on {
                true => ready::for_next(turn),
                false => Ok(Ready::default()),
            }
        })?;
        Ok(())
    }

    /// The values in use, which go out for this step.
    pub(super) fn values_in_use(&mut self, step: Step) -> Result<Credentials, Halt> {
        if let Some(values) = self.ready.take_values(step) {
            return Ok(values);
        }
        let secret = self.run.secret();
        if self.service.is_some() {
            return Ok(signer::logged_values_in_use(self.app, self.vault, secret)?);
        }
        let signing = signer::signing_for(self.app, self.vault, secret)?;
        self.sign_with(&signing)?;
        Ok(signing.into_current())
    }

    pub(super) fn record_failure(&mut self, step: Step, error: &ProviderError) -> Result<(), Halt> {
        let sure = if error.may_have_been_done() {
            Sure::MayBeDone
        } else {
            Sure::NotDone
        };
        let told = Told::new(error.code.as_deref(), &error.message);
        self.record(step, StepOutcome::Failed(Failure { told, sure }))
    }

    fn commit(
        &mut self,
        decide: impl FnOnce(
            &Run,
            &SecretWithVersions,
            &RunContext<'_>,
        ) -> Result<RotationPlan, Rejection>,
    ) -> Result<(), Halt> {
        self.commit_with(|turn| turn.write(decide))
    }

    /// One transaction, on the run as it is known here: who was first wins. A run that nobody goes on with now is given up in it.
    fn commit_with<T>(
        &mut self,
        act: impl FnOnce(&mut Turn<'_, '_, '_>) -> Result<T, Halt>,
    ) -> Result<T, Halt> {
        // It was of the run as it is no longer.
        self.ready = Ready::default();
        let (answer, run) = in_turn(self.app, self.vault, &self.run, |turn| {
            let answer = act(turn)?;
            if turn.run().parts().lease.is_some() && rests(turn.run(), turn.now()) {
                turn.write(|run, _secret, ctx| run.release(ctx))?;
            }
            Ok(answer)
        })?;
        self.run = run;
        tell(self.app, &self.run);
        Ok(answer)
    }

    /// Nobody works on the run from here on.
    fn rest(mut self) -> Answer<Run> {
        match self.release() {
            Ok(()) => Ok(self.run),
            Err(Halt::Refused(refusal)) => Err(refusal),
            // Whoever is at work on it has the lease now.
            Err(Halt::TakenOver | Halt::Stopped) => Ok(self.run),
        }
    }

    fn release(&mut self) -> Result<(), Halt> {
        if self.run.parts().lease.is_none() {
            return Ok(());
        }
        self.commit(|run, _secret, ctx| run.release(ctx))
    }
}

/// Whether nobody has to do anything for the run at this moment, nor soon.
fn rests(run: &Run, now: Timestamp) -> bool {
    match run.next(now) {
        Next::Do(_) => false,
        Next::Wait { until } => time_until(until, now) > WAIT_HERE_MAX,
        Next::Ask(_) | Next::Stopped | Next::Finished => true,
    }
}

fn time_until(until: Timestamp, now: Timestamp) -> Duration {
    let millis = until.as_millis().saturating_sub(now.as_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// The window looks again.
pub fn tell(app: &App, run: &Run) {
    app.changed(&[Changed::Secrets, Changed::Rotations, Changed::Audit]);
    tell_of_run(app, run);
}

fn tell_of_run(app: &App, run: &Run) {
    app.host.emit(&Event::RotationChanged {
        rotation_id: run.id().to_string(),
        secret_id: run.secret().to_string(),
    });
}

fn taken_over() -> Rejection {
    Rejection::new(
        domain::ErrorType::Conflict,
        "Another program has gone on with this rotation meanwhile. Look at it again.",
    )
}

impl Halt {
    pub fn into_refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::TakenOver => taken_over().into(),
            Self::Stopped => vault_locked().into(),
        }
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::TakenOver,
            other => Self::Refused(other.into()),
        }
    }
}

impl From<Rejection> for Halt {
    fn from(rejection: Rejection) -> Self {
        Self::Refused(rejection.into())
    }
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
