//! The new key put to the test, and put in use: at the provider itself, then in every location of the secret.

use domain::rotation::{Failure, LastUse, Next, Step, StepOutcome, Sure, TestResult, Told};
use domain::{Credentials, Timestamp, VersionNumber};
use futures_util::{StreamExt, stream};
use providers::ProviderError;

use super::engine::{Engine, Halt};
use super::look::last_use_of;
use super::patience::{Again, Patience};
use super::runs::Awaited;
use super::signer;
use crate::refusal::{Refusal, is_keys_changed};
use crate::verify::{self, Trial, VERIFIED_AT_ONCE_MAX};

impl Engine<'_> {
    pub(super) async fn test(&mut self) -> Result<(), Halt> {
        let step = Step::Test;
        let Some(number) = self.run.parts().new_version else {
            return self.record(step, missing());
        };
        self.service()?;
        self.intend(step)?;
        let values = match self.ready().take_values(step) {
            Some(values) => values,
            None => signer::logged_values(self.app, self.vault, self.run.secret(), number)?,
        };
        if let Err(error) = self.accepted(&values).await? {
            return self.record_failure(step, &error);
        }
        match self.try_locations(number).await {
            Ok(results) => self.record_tested(results, values),
            // A location to which the key may not go: that is for a person to put right.
            Err(Halt::Refused(Refusal(why))) if !is_keys_changed(&why) => {
                let told = Told::new(Some(why.error_type().as_str()), why.message());
                let sure = Sure::NotDone;
                self.record(step, StepOutcome::Failed(Failure { told, sure }))
            }
            Err(halt) => Err(halt),
        }
    }

    /// A key that passed is put in use in the same transaction, unless a stop was asked for meanwhile.
    fn record_tested(&mut self, results: Vec<TestResult>, values: Credentials) -> Result<(), Halt> {
        let goes_on = self.require_going().is_ok();
        let mut promoted = false;
        self.record_with(|turn| {
            let tested = StepOutcome::Tested(results);
            turn.write(|run, secret, ctx| run.record(secret, Step::Test, tested, ctx))?;
            if !goes_on || turn.run().next(turn.now()) != Next::Do(Step::Promote) {
                return Ok(());
            }
            let opened = StepOutcome::Opened(values);
            turn.write(|run, secret, ctx| run.record(secret, Step::Promote, opened, ctx))?;
            promoted = true;
            Ok(())
        })?;
        if promoted {
            self.forget_service();
        }
        Ok(())
    }

    /// Whether the provider takes these credentials, asked until a new key has had the time to spread.
    pub(super) async fn accepted(
        &mut self,
        values: &Credentials,
    ) -> Result<Result<(), ProviderError>, Halt> {
        let mut patience = Patience::begun_at(self.app.clock.elapsed());
        loop {
            self.require_going()?;
            let checked = self.service()?.check(values).await;
            let Err(error) = checked else {
                return Ok(Ok(()));
            };
            let now = self.app.clock.elapsed();
            match patience.wait(&error, Again::TooEarly, now) {
                Some(wait) => self.pause(wait).await?,
                None => return Ok(Err(error)),
            }
        }
    }

    async fn try_locations(&self, number: VersionNumber) -> Result<Vec<TestResult>, Halt> {
        let secret = self.run.secret();
        let count = self
            .vault
            .read(|reader| reader.location_count_of(secret).map_err(Halt::from))?;
        if count == 0 {
            return Ok(Vec::new());
        }
        let trials = self.vault.write(self.app.clock.now(), |writer| {
            verify::trials_of_secret(writer, secret, number)
        })?;
        let tried: Vec<_> = stream::iter(trials)
            .map(|trial| self.try_location(trial))
            .buffer_unordered(VERIFIED_AT_ONCE_MAX)
            .collect()
            .await;
        let tried = tried.into_iter().collect::<Result<Vec<_>, Halt>>()?;
        verify::keep(self.app, self.vault, &tried)?;
        let at = self.app.clock.now();
        Ok(tried.iter().map(|tried| result(tried, at)).collect())
    }

    async fn try_location(&self, trial: Trial) -> Result<verify::Tried, Halt> {
        let providers = self.app.network.providers()?;
        let mut patience = Patience::begun_at(self.app.clock.elapsed());
        loop {
            self.require_going()?;
            let verified = trial.run(&*providers).await;
            let now = self.app.clock.elapsed();
            let again = verified
                .error
                .as_ref()
                .and_then(|error| patience.wait(error, Again::TooEarly, now));
            match again {
                Some(wait) => {
                    let awaited = Awaited::Location(trial.location());
                    self.pause_for(awaited, wait).await?;
                }
                None => return Ok(trial.tried(verified)),
            }
        }
    }

    /// Turns the tested version into the one in use, in one transaction with the run's own change.
    pub(super) fn promote(&mut self) -> Result<(), Halt> {
        let step = Step::Promote;
        let Some(number) = self.run.parts().new_version else {
            return self.record(step, missing());
        };
        let values = signer::values_of(self.vault, self.run.secret(), number)?;
        self.put_in_use(step, values)
    }

    /// As [`Engine::promote`], back to the old version; only while its key is taken: somebody may have ended it meanwhile.
    pub(super) async fn restore_old(&mut self) -> Result<(), Halt> {
        let step = Step::RestoreOld;
        self.service()?;
        let number = self.run.parts().old_version;
        let values = signer::logged_values(self.app, self.vault, self.run.secret(), number)?;
        if let Err(error) = self.accepted(&values).await? {
            return self.record_failure(step, &error);
        }
        self.put_in_use(step, values)
    }

    fn put_in_use(&mut self, step: Step, values: Credentials) -> Result<(), Halt> {
        self.record(step, StepOutcome::Opened(values))?;
        self.forget_service();
        Ok(())
    }

    /// What the vault now gives out is read back and tried, before anything happens to the old key.
    pub(super) async fn confirm(&mut self) -> Result<(), Halt> {
        let step = Step::Confirm;
        let signing = match self.ready().take_signing(step) {
            Some(signing) => signing,
            None => signer::signing_for(self.app, self.vault, self.run.secret())?,
        };
        if Some(signing.number()) != self.run.parts().new_version {
            let message = "The version in use is not the one with the new key.";
            let told = Told::new(None, message);
            let sure = Sure::NotDone;
            return self.record(step, StepOutcome::Failed(Failure { told, sure }));
        }
        self.sign_with(&signing)?;
        match self.accepted(signing.current()).await? {
            Ok(()) => {
                let last = self.old_keys_last_use().await?;
                self.record(step, last.map_or(StepOutcome::Done, StepOutcome::Seen))
            }
            Err(error) => self.record_failure(step, &error),
        }
    }

    /// For whoever decides about the old key in its grace. Asked once: no answer is in nobody's way.
    async fn old_keys_last_use(&mut self) -> Result<Option<LastUse>, Halt> {
        let old = self.run.parts().old_key.clone();
        let service = self.service()?;
        let (Some(old), true) = (old, service.capabilities().tells_last_use) else {
            return Ok(None);
        };
        Ok(match service.list().await {
            Ok(keys) => last_use_of(&old, keys),
            Err(_unanswered) => None,
        })
    }

    /// Done only when the old values are taken again: the way back leads to a key that works.
    pub(super) async fn enable_old(&mut self) -> Result<(), Halt> {
        let step = Step::EnableOld;
        let Some(key) = self.run.parts().old_key.clone() else {
            return self.record(step, missing());
        };
        self.service()?;
        self.intend(step)?;
        if let Err(error) = self.change_key(step, &key).await? {
            return self.record_failure(step, &error);
        }
        let number = self.run.parts().old_version;
        let values = signer::logged_values(self.app, self.vault, self.run.secret(), number)?;
        match self.accepted(&values).await? {
            Ok(()) => self.record(step, StepOutcome::Done),
            Err(error) => self.record_failure(step, &error),
        }
    }
}

fn result(tried: &verify::Tried, at: Timestamp) -> TestResult {
    TestResult {
        location: tried.location(),
        passed: tried.passed(),
        code: tried.error().and_then(|told| told.code.clone()),
        at,
    }
}

fn missing() -> StepOutcome {
    StepOutcome::Failed(Failure {
        told: Told::new(
            None,
            "The run does not say which key or version this step is about.",
        ),
        sure: Sure::NotDone,
    })
}
