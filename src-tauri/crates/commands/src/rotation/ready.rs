//! What a step needs before its first request, written in the transaction of what led to it: a commit fewer for each.
//!
//! Only what may be there though the step is never done: the intent of a test, which changes nothing, and the entry of values that
//! go out, which stands in the log before they do. The intent of a change at the provider is committed by its step, after all that
//! may hold it back.

use domain::Credentials;
use domain::rotation::{Next, Step};

use super::engine::Halt;
use super::signer::{self, Signing};
use super::turn::Turn;

/// For one step, each part taken once. It holds plaintext, so it has no `Debug`, `Clone` or `Serialize`.
#[derive(Default)]
pub struct Ready {
    intended: Option<Step>,
    sent: Option<(Step, Sent)>,
}

/// What may go out: its entry is in the log.
enum Sent {
    Values(Credentials),
    Signing(Box<Signing>),
}

impl Ready {
    pub fn of_intent(intended: Option<Step>) -> Self {
        Self {
            intended,
            sent: None,
        }
    }

    pub fn intended(&self) -> Option<Step> {
        self.intended
    }

    /// Whether the intent of this step is committed.
    pub fn take_intent(&mut self, step: Step) -> bool {
        self.intended.take() == Some(step)
    }

    pub fn take_values(&mut self, step: Step) -> Option<Credentials> {
        match self.take_sent(step)? {
            Sent::Values(values) => Some(values),
            Sent::Signing(signing) => Some(signing.into_current()),
        }
    }

    pub fn take_signing(&mut self, step: Step) -> Option<Signing> {
        match self.take_sent(step)? {
            Sent::Values(_) => None,
            Sent::Signing(signing) => Some(*signing),
        }
    }

    fn take_sent(&mut self, step: Step) -> Option<Sent> {
        self.sent
            .take()
            .filter(|(of, _)| *of == step)
            .map(|(_, sent)| sent)
    }
}

/// For the step that the run does next, where it does one now.
pub fn for_next(turn: &mut Turn<'_, '_, '_>) -> Result<Ready, Halt> {
    let Next::Do(step) = turn.run().next(turn.now()) else {
        return Ok(Ready::default());
    };
    let mut ready = Ready::default();
    if step == Step::Test {
        turn.write(|run, _secret, ctx| run.intend(step, ctx))?;
        ready.intended = Some(step);
    }
    ready.sent = sent_by(step, turn).map(|sent| (step, sent));
    Ok(ready)
}

/// Values that cannot be opened must not undo what has just been done: the step asks for them once more, and says why.
fn sent_by(step: Step, turn: &mut Turn<'_, '_, '_>) -> Option<Sent> {
    let (secret, parts) = (turn.run().secret(), turn.run().parts());
    let (new, old_key) = (parts.new_version, parts.old_key.is_some());
    let writer = &mut *turn.writer;
    let sent = match step {
        Step::Test => signer::log_values(writer, secret, new?).map(Sent::Values),
        Step::Confirm => {
            signer::log_signing(writer, secret).map(|signing| Sent::Signing(Box::new(signing)))
        }
        Step::LookAtOld => signer::log_values_in_use(writer, secret).map(Sent::Values),
        Step::DisableOld | Step::DeleteOld if old_key => {
            signer::log_values_in_use(writer, secret).map(Sent::Values)
        }
        _ => return None,
    };
    sent.ok()
}
