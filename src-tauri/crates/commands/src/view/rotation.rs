//! What a secret's view says of its rotation.

use domain::policy::{Due, Policy};
use domain::rotation::Run;
use domain::{Secret, SecretId};

use super::Viewer;
use crate::api::{IdentityView, OpenRotation, RunState};
use crate::refusal::Answer;

impl Viewer<'_> {
    pub(super) fn due_of(&mut self, secret: &Secret) -> Answer<Option<Due>> {
        let reader = self.reader;
        let own = reader.policy(Some(secret.id()))?;
        let vault = self.vault_policy()?;
        Ok(Due::of(secret, own.as_ref(), vault.as_ref()))
    }

    fn vault_policy(&mut self) -> Answer<Option<Policy>> {
        if let Some(known) = &self.vault_policy {
            return Ok(known.clone());
        }
        let found = self.reader.policy(None)?;
        self.vault_policy = Some(found.clone());
        Ok(found)
    }

    pub fn open_rotation(&mut self, secret: SecretId) -> Answer<Option<OpenRotation>> {
        let open = self.reader.shown_rotation_of(secret)?;
        Ok(open.map(|run| OpenRotation {
            id: run.id().to_string(),
            stage: run.stage().as_str().to_owned(),
            state: self.state_at_a_glance(&run),
        }))
    }

    /// By the run's own word on who is at work.
    fn state_at_a_glance(&self, run: &Run) -> RunState {
        let is_at_work = self.reader.worker_on(run, self.now).is_some();
        crate::rotation::shown::state(run, run.next(self.now), is_at_work)
    }
}

/// Whose key it is, as the values said when they were written.
pub(super) fn identity(secret: &Secret) -> Option<IdentityView> {
    let identity = secret.identity()?;
    Some(IdentityView {
        label: identity.kind().label().to_owned(),
        text: identity.text().to_owned(),
    })
}
