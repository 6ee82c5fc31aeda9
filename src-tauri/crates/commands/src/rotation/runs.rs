//! The runs that this program works on: each once, a few at a time.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use domain::reject::{ErrorType, Rejection};
use domain::{LocationId, RotationId, Timestamp};
use tokio::sync::Semaphore;
use vault::UnlockedVault;

use super::engine::Halt;
use crate::app::App;
use crate::refusal::Answer;
use crate::stops::Stop;

/// More than this wait for their turn.
pub const RUNS_AT_ONCE_MAX: usize = 4;

pub struct Runs {
    at_work: Mutex<BTreeMap<RotationId, Work>>,
    left: Condvar,
    pub turns: Semaphore,
    /// When a provider was asked about a run only to show it.
    looked: Mutex<BTreeMap<RotationId, Timestamp>>,
}

struct Work {
    stop: Arc<Stop>,
    waits: Waits,
}

/// When what is waited for is tried again.
pub type Waits = BTreeMap<Awaited, Timestamp>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    /// The provider of the keys.
    Provider,
    Location(LocationId),
}

/// A run that this program works on, until this is dropped.
pub struct AtWork<'a> {
    app: &'a App,
    id: RotationId,
    /// This run's own.
    stop: Arc<Stop>,
    /// Of the many that it is one of.
    all: Option<Arc<Stop>>,
}

impl Default for Runs {
    fn default() -> Self {
        Self {
            at_work: Mutex::default(),
            left: Condvar::new(),
            turns: Semaphore::new(RUNS_AT_ONCE_MAX),
            looked: Mutex::default(),
        }
    }
}

impl Runs {
    pub fn begin<'a>(&self, app: &'a App, id: RotationId) -> Answer<AtWork<'a>> {
        self.begin_with(app, id, None)
    }

    /// As one of many: they can be asked to stop together, and this one by itself.
    pub fn begin_under<'a>(
        &self,
        app: &'a App,
        id: RotationId,
        all: Arc<Stop>,
    ) -> Answer<AtWork<'a>> {
        self.begin_with(app, id, Some(all))
    }

    fn begin_with<'a>(
        &self,
        app: &'a App,
        id: RotationId,
        all: Option<Arc<Stop>>,
    ) -> Answer<AtWork<'a>> {
        let stop = app.stops.give();
        let mut at_work = self.at_work();
        if at_work.contains_key(&id) {
            let message = "This rotation is at work here already.";
            return Err(Rejection::new(ErrorType::Conflict, message).into());
        }
        let work = Work {
            stop: Arc::clone(&stop),
            waits: Waits::new(),
        };
        at_work.insert(id, work);
        Ok(AtWork { app, id, stop, all })
    }

    pub fn has(&self, id: RotationId) -> bool {
        self.at_work().contains_key(&id)
    }

    /// What a run at work here waits for at this moment.
    pub fn waits_of(&self, id: RotationId) -> Waits {
        let at_work = self.at_work();
        let work = at_work.get(&id);
        work.map_or_else(Waits::new, |work| work.waits.clone())
    }

    /// Whether it is `again` millis since the provider was asked about this run; from now on it was.
    pub fn may_look(&self, id: RotationId, now: Timestamp, again: i64) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.retain(|_, at| at.plus_millis(again) > now);
        let is_first = !looked.contains_key(&id);
        looked.entry(id).or_insert(now);
        is_first
    }

    pub fn is_idle(&self) -> bool {
        self.at_work().is_empty()
    }

    /// After their present step.
    pub fn stop_all(&self) {
        for work in self.at_work().values() {
            work.stop.ask();
        }
    }

    /// Answers when the run has done its present step and nobody works on it.
    pub fn stop_and_wait(&self, id: RotationId) {
        let at_work = self.at_work();
        if let Some(work) = at_work.get(&id) {
            work.stop.ask();
        }
        let _gone = self
            .left
            .wait_while(at_work, |at_work| at_work.contains_key(&id))
            .unwrap_or_else(PoisonError::into_inner);
    }

    fn at_work(&self) -> MutexGuard<'_, BTreeMap<RotationId, Work>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AtWork<'_> {
    /// A lock that came before this could hear of it counts too.
    pub fn require_going(&self, vault: &UnlockedVault) -> Result<(), Halt> {
        if self.app.require_open(vault).is_ok() && !self.is_to_stop() {
            Ok(())
        } else {
            Err(Halt::Stopped)
        }
    }

    fn is_to_stop(&self) -> bool {
        let all = self.all.as_ref();
        self.stop.is_asked() || all.is_some_and(|all| all.is_asked())
    }

    pub fn waits_until(&self, awaited: Awaited, until: Timestamp) {
        if let Some(work) = self.app.runs.at_work().get_mut(&self.id) {
            work.waits.insert(awaited, until);
        }
    }

    pub fn waits_no_longer(&self, awaited: Awaited) {
        if let Some(work) = self.app.runs.at_work().get_mut(&self.id) {
            work.waits.remove(&awaited);
        }
    }

    /// Is there when it is to stop.
    pub async fn asked_to_stop(&self) {
        match &self.all {
            None => self.stop.asked().await,
            Some(all) => tokio::select! {
                () = self.stop.asked() => {}
                () = all.asked() => {}
            },
        }
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.app.runs.at_work().remove(&self.id);
        self.app.runs.left.notify_all();
    }
}
