//! Steps that change a key that is there: stopped, started, deleted. Each may be done twice.

use std::time::Duration;

use domain::rotation::{Failure, HeldBack, KeyId, LastUse, Step, StepOutcome, Sure, Told};
use providers::{ErrorKind, KeyService, ProviderError, RemoteKey, RemoteKeyId};

use super::engine::{Engine, Halt};
use super::held::{self, Sought};
use super::patience::{Again, Patience};
use super::signer;

impl Engine<'_> {
    /// Stops or deletes the old key, if nobody is left without a working one by that. The look at its last use may be weeks ago, or
    /// a person's word: the key in use is tried each time, and an old key that is all that still works is left alone.
    pub(super) async fn retire(&mut self, step: Step) -> Result<(), Halt> {
        let Some(key) = self.run.parts().old_key.clone() else {
            return self.change(step, None).await;
        };
        let in_use = self.values_in_use(step)?;
        if let Err(error) = self.accepted(&in_use).await? {
            let told = Told::new(error.code.as_deref(), &error.message);
            return self.hold_back(step, HeldBack::NotTaken(told));
        }
        if !self.run.goes_all_the_same()
            && let Some(others) = self.others_with_old(&key)?
        {
            let message = format!(
                "Not only this secret had the old key. What else has it in this vault stops working with it: {others}."
            );
            let told = Told::new(None, &message);
            return self.hold_back(step, HeldBack::HeldElsewhere(told));
        }
        self.change(step, Some(key)).await
    }

    /// Deletes the new key on the way back. One that was in use goes only while the old one works: since that was put in use again
    /// days may have passed, and whoever ended it at the provider meanwhile left the new one as the only key there is.
    pub(super) async fn remove_new(&mut self) -> Result<(), Halt> {
        let step = Step::RemoveNew;
        if self.run.parts().promoted_at.is_some() {
            let in_use = self.values_in_use(step)?;
            if let Err(error) = self.accepted(&in_use).await? {
                self.intend(step)?;
                let told = Told::new(error.code.as_deref(), &error.message);
                let sure = Sure::NotDone;
                return self.record(step, StepOutcome::Failed(Failure { told, sure }));
            }
        }
        self.change(step, self.run.parts().new_key.clone()).await
    }

    fn others_with_old(&self, key: &KeyId) -> Result<Option<String>, Halt> {
        let (own, number) = (self.run.secret(), self.run.parts().old_version);
        let values = signer::values_of(self.vault, own, number)?;
        let sought = Sought::of(Some(key), &values);
        let besides = Some(self.run.id());
        Ok(self
            .vault
            .read(|reader| held::others(reader, own, besides, sought))?)
    }

    pub(super) async fn change(&mut self, step: Step, key: Option<KeyId>) -> Result<(), Halt> {
        let Some(key) = key else {
            return self.record(step, nameless());
        };
        self.service()?;
        self.intend(step)?;
        match self.change_key(step, &key).await? {
            Ok(()) => self.record(step, StepOutcome::Done),
            Err(error) if step == Step::DisableOld && self.is_gone(&key, &error).await? => {
                self.record(step, StepOutcome::Done)
            }
            Err(error) => self.record_failure(step, &error),
        }
    }

    /// Somebody deleted the key at the provider. A list without the key in use is another account's, and says nothing of it.
    async fn is_gone(&mut self, key: &KeyId, error: &ProviderError) -> Result<bool, Halt> {
        if error.kind != ErrorKind::NotFound {
            return Ok(false);
        }
        let Ok(keys) = self.list_with_ours().await? else {
            return Ok(false);
        };
        let is_listed = keys.iter().any(|one| one.id.as_str() == key.as_str());
        Ok(!is_listed && keys.iter().any(|one| one.is_ours))
    }

    /// In place of a deletion that no provider offers.
    pub(super) fn let_run_out(&mut self, step: Step) -> Result<(), Halt> {
        self.intend(step)?;
        self.record(step, StepOutcome::Done)
    }

    pub(super) async fn change_key(
        &mut self,
        step: Step,
        key: &KeyId,
    ) -> Result<Result<(), ProviderError>, Halt> {
        let id = RemoteKeyId::new(key.as_str());
        let mut patience = Patience::begun_at(self.app.clock.elapsed());
        loop {
            let done = call(self.service()?, step, &id).await;
            let Err(error) = done else {
                return Ok(done);
            };
            let now = self.app.clock.elapsed();
            match patience.wait(&error, Again::MayPass, now) {
                Some(wait) => {
                    self.pause(wait).await?;
                    self.require_same()?;
                }
                None => return Ok(Err(error)),
            }
        }
    }

    /// What the provider says of the old key's last use, before it is stopped. The key in use was tried when it was promoted, which
    /// may be months ago: an old key that is all that still works is left alone.
    pub(super) async fn look_at_old(&mut self) -> Result<(), Halt> {
        let in_use = self.values_in_use(Step::LookAtOld)?;
        if let Err(error) = self.accepted(&in_use).await? {
            return self.record_failure(Step::LookAtOld, &error);
        }
        let keys = match self.list_with_ours().await? {
            Ok(keys) => keys,
            Err(error) => return self.record_failure(Step::LookAtOld, &error),
        };
        if !keys.iter().any(|key| key.is_ours) {
            return self.record(Step::LookAtOld, another_account());
        }
        let old = self.run.parts().old_key.as_ref();
        let found = keys
            .into_iter()
            .find(|key| old.is_some_and(|old| old.as_str() == key.id.as_str()));
        let last = found.map_or(LastUse::NotTold, |key| key.last_used);
        self.record(Step::LookAtOld, StepOutcome::Seen(last))
    }

    /// Lists lag behind: while the key in use is new, one that does not have it yet is asked for again.
    async fn list_with_ours(&mut self) -> Result<Result<Vec<RemoteKey>, ProviderError>, Halt> {
        let mut patience = self.time_in_use().and_then(|time| {
            let since = self.app.clock.elapsed().checked_sub(time);
            since.map(Patience::begun_at)
        });
        loop {
            let listed = self.list().await?;
            let Ok(keys) = &listed else {
                return Ok(listed);
            };
            if keys.iter().any(|key| key.is_ours) {
                return Ok(listed);
            }
            let now = self.app.clock.elapsed();
            match patience
                .as_mut()
                .and_then(|left| left.wait_for_another(now))
            {
                Some(wait) => self.pause(wait).await?,
                None => return Ok(listed),
            }
        }
    }

    fn time_in_use(&self) -> Option<Duration> {
        let since = self.run.parts().promoted_at?.as_millis();
        let millis = self.app.clock.now().as_millis().saturating_sub(since);
        Some(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
    }
}

async fn call(service: &dyn KeyService, step: Step, id: &RemoteKeyId) -> Result<(), ProviderError> {
    match step {
        Step::DisableOld => service.disable(id).await,
        Step::EnableOld => service.enable(id).await,
        _ => service.delete(id).await,
    }
}

/// It would say nothing of the old key's use, and call it gone.
fn another_account() -> StepOutcome {
    let message = "The account that was asked does not have the key in use. Look whose the management secret is: the old key may be in another account.";
    StepOutcome::Failed(Failure {
        told: Told::new(Some("key_not_found"), message),
        sure: Sure::NotDone,
    })
}

fn nameless() -> StepOutcome {
    let message =
        "The provider never told an id of this key, so it can only be changed in its console.";
    StepOutcome::Failed(Failure {
        told: Told::new(None, message),
        sure: Sure::NotDone,
    })
}
