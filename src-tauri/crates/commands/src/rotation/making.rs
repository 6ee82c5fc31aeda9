//! The new key: made, and found again where the answer was lost.

use domain::rotation::{Failure, KeyId, NewKey, SeenKey, Step, StepOutcome, Style, Sure, Told};
use domain::{Credentials, SecretText};
use providers::{CreatedKey, KeyName, ProviderError, RemoteKey, RemoteKeyId};
use vault::Having;

use super::engine::{Engine, Halt};
use super::patience::{Again, Patience};
use crate::refusal::Answer;

impl Engine<'_> {
    /// From the request until the key is sealed nothing is waited for and nothing else is done: its secret is shown once.
    pub(super) async fn create(&mut self) -> Result<(), Halt> {
        // A signer that cannot be made is told before anything is intended.
        self.service()?;
        self.intend(Step::Create)?;
        let name = KeyName::new(self.run.parts().key_name.as_str())
            .expect("a run's name for its key is letters, digits and -");
        let before = self.keys_before();
        let mut patience = Patience::begun_at(self.app.clock.elapsed());
        loop {
            let service = self.service()?;
            let made = match service.require_place(&before).await {
                Ok(()) => service.create(&name).await,
                Err(error) => Err(error),
            };
            match made {
                Ok(key) => return self.keep(key).await,
                Err(error) => {
                    let now = self.app.clock.elapsed();
                    match patience.wait(&error, Again::NotDone, now) {
                        Some(wait) => {
                            self.pause(wait).await?;
                            self.intend_again()?;
                        }
                        None => return self.record_failure(Step::Create, &error),
                    }
                }
            }
        }
    }

    async fn keep(&mut self, made: CreatedKey) -> Result<(), Halt> {
        let id = made.id.clone();
        let outcome = match self.as_outcome(made) {
            Ok(outcome) => outcome,
            Err(halt) => {
                self.take_back(&id).await;
                return match halt {
                    Unfit::Fields => self.record(Step::Create, unfit()),
                    Unfit::Halt(halt) => Err(halt),
                };
            }
        };
        let kept = self.record(Step::Create, outcome);
        if kept.is_err() {
            // Nobody has its secret: what was not sealed is lost with this function.
            self.take_back(&id).await;
        }
        kept
    }

    fn as_outcome(&self, made: CreatedKey) -> Result<StepOutcome, Unfit> {
        Ok(StepOutcome::Created(self.as_key(made)?))
    }

    fn as_told_again(&self, made: CreatedKey) -> Result<StepOutcome, Unfit> {
        Ok(StepOutcome::ToldAgain(self.as_key(made)?))
    }

    fn as_key(&self, made: CreatedKey) -> Result<NewKey, Unfit> {
        let method = self.run.parts().method;
        let current = super::signer::values_in_use(self.vault, self.run.secret())
            .map_err(|refusal| Unfit::Halt(refusal.into()))?;
        let fields: Vec<(String, SecretText)> = made.fields;
        let (credentials, _hints) =
            Credentials::parse(method, fields, Some(&current)).map_err(|_faults| Unfit::Fields)?;
        let key = KeyId::parse(made.id.as_str()).map_err(|_fault| Unfit::Fields)?;
        Ok(NewKey {
            key,
            credentials,
            made_at: made.created_at,
            expires_at: made.expires_at,
        })
    }

    /// As good as it goes: a key that stays is found by the next look at the provider's list. Where its secret can be had again it
    /// is left for that look, for somebody who has taken the run over may use it already; and in a cut-over it is the only one.
    async fn take_back(&mut self, id: &RemoteKeyId) {
        let cuts_over = self.run.parts().style == Style::CutOver;
        let Ok(service) = self.service() else {
            return;
        };
        if cuts_over || service.tells_again() {
            return;
        }
        if let Err(error) = service.delete(id).await {
            tracing::warn!(%error, key = %id, "a new key that could not be kept could not be deleted either");
        }
    }

    /// A provider that tells a key's secret again has lost nothing with its answer.
    pub(super) async fn find_created(&mut self) -> Result<(), Halt> {
        match self.told_again().await? {
            Ok(None) => self.look_for_created().await,
            Ok(Some(made)) => match self.as_told_again(made) {
                Ok(outcome) => self.record(Step::FindCreated, outcome),
                Err(Unfit::Fields) => self.record(Step::FindCreated, unfit()),
                Err(Unfit::Halt(halt)) => Err(halt),
            },
            Err(error) => self.record_failure(Step::FindCreated, &error),
        }
    }

    async fn told_again(&mut self) -> Result<Result<Option<CreatedKey>, ProviderError>, Halt> {
        let before = self.keys_before();
        let mut patience = Patience::begun_at(self.app.clock.elapsed());
        loop {
            self.require_going()?;
            let told = self.service()?.made_since(&before).await;
            let Err(error) = told else {
                return Ok(told);
            };
            let now = self.app.clock.elapsed();
            match patience.wait(&error, Again::MayPass, now) {
                Some(wait) => self.pause(wait).await?,
                None => return Ok(Err(error)),
            }
        }
    }

    fn keys_before(&self) -> Vec<RemoteKeyId> {
        let before = self.run.parts().keys_before.iter();
        before.map(|key| RemoteKeyId::new(key.as_str())).collect()
    }

    async fn look_for_created(&mut self) -> Result<(), Halt> {
        match self.list().await? {
            Ok(keys) => {
                let seen = keys.into_iter().filter_map(seen).collect();
                let listed = self.without_known(seen)?;
                self.record(Step::FindCreated, StepOutcome::Listed(listed))
            }
            Err(error) => self.record_failure(Step::FindCreated, &error),
        }
    }

    /// A provider may list the keys of others too: one that this vault has elsewhere is not what an attempt of this run made,
    /// and nobody is asked whether it may be deleted.
    fn without_known(&self, mut listed: Vec<SeenKey>) -> Result<Vec<SeenKey>, Halt> {
        let unexplained = self.run.unexplained(&listed);
        if unexplained.is_empty() {
            return Ok(listed);
        }
        let known = self.vault.read(|reader| {
            let mut known = Vec::new();
            for key in unexplained {
                if reader
                    .holder_of_key(&key, Having::Ever, Some(self.run.id()))?
                    .is_some()
                {
                    known.push(key);
                }
            }
            Answer::Ok(known)
        })?;
        listed.retain(|key| !known.contains(&key.id));
        Ok(listed)
    }

    pub(super) async fn list(&mut self) -> Result<Result<Vec<RemoteKey>, ProviderError>, Halt> {
        let mut patience = Patience::begun_at(self.app.clock.elapsed());
        loop {
            self.require_going()?;
            let listed = self.service()?.list().await;
            let Err(error) = listed else {
                return Ok(listed);
            };
            let now = self.app.clock.elapsed();
            match patience.wait(&error, Again::MayPass, now) {
                Some(wait) => self.pause(wait).await?,
                None => return Ok(Err(error)),
            }
        }
    }
}

enum Unfit {
    /// The provider's answer is no key of this method.
    Fields,
    Halt(Halt),
}

fn unfit() -> StepOutcome {
    let message = "The provider answered something that is no key of this kind.";
    StepOutcome::Failed(Failure {
        told: Told::new(None, message),
        // A key may be there.
        sure: Sure::MayBeDone,
    })
}

/// A key whose id no record can hold is none that a run could have made.
fn seen(key: RemoteKey) -> Option<SeenKey> {
    Some(SeenKey {
        id: KeyId::parse(key.id.as_str()).ok()?,
        name: key.name,
        created_at: key.created_at,
    })
}
