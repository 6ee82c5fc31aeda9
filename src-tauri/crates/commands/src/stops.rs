//! Asking what takes long to stop. Who works hears it between steps and while it waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;

/// Heard by one act. Asked once, it stays asked.
pub struct Stop {
    asked: watch::Sender<bool>,
}

/// All that can be asked to stop when the vault is locked.
#[derive(Default)]
pub struct Stops {
    given: Mutex<Vec<Weak<Stop>>>,
}

impl Stop {
    fn new() -> Self {
        Self {
            asked: watch::Sender::new(false),
        }
    }

    pub fn ask(&self) {
        self.asked.send_replace(true);
    }

    pub fn is_asked(&self) -> bool {
        *self.asked.borrow()
    }

    /// Is there when it is asked.
    pub async fn asked(&self) {
        let mut heard = self.asked.subscribe();
        // The sender lives as long as this waits, so that there is always an answer.
        drop(heard.wait_for(|asked| *asked).await);
    }
}

impl Stops {
    /// For an act that begins; it is forgotten with the last holder.
    pub fn give(&self) -> Arc<Stop> {
        let stop = Arc::new(Stop::new());
        let mut given = self.given();
        given.retain(|stop| stop.strong_count() > 0);
        given.push(Arc::downgrade(&stop));
        stop
    }

    pub fn ask_all(&self) {
        for stop in self.given().iter().filter_map(Weak::upgrade) {
            stop.ask();
        }
    }

    fn given(&self) -> MutexGuard<'_, Vec<Weak<Stop>>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
