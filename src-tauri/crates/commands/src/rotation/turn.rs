//! What is written of a run at one time: the commits of the journal.
//!
//! Each costs the disk and the log as much as any change of a vault does, so what follows from one another with nothing in between
//! but this vault is written together.

use domain::rotation::{RotationPlan, Run, RunContext, existing};
use domain::secret::existing_live;
use domain::{Context, Rejection, SecretWithVersions, Timestamp};
use vault::{UnlockedVault, Writer};

use super::engine::Halt;
use crate::app::App;
use crate::opened::context;

/// One transaction on a run that is as it was known.
pub struct Turn<'a, 'w, 'v> {
    pub writer: &'a mut Writer<'w>,
    vault: &'v UnlockedVault,
    context: &'a Context,
    run: Run,
}

/// Refused as taken over where the run is not as it is known.
pub fn in_turn<T>(
    app: &App,
    vault: &UnlockedVault,
    run: &Run,
    act: impl FnOnce(&mut Turn<'_, '_, '_>) -> Result<T, Halt>,
) -> Result<(T, Run), Halt> {
    let context = context(app, vault);
    vault.write(context.now, |writer| {
        let stored = existing(writer.checked_rotation(run.id())?)?;
        if stored.revision() != run.revision() {
            return Err(Halt::TakenOver);
        }
        let mut turn = Turn::of(writer, vault, &context, stored);
        let answer = act(&mut turn)?;
        Ok((answer, turn.run))
    })
}

/// Writes one thing that is decided about a run, if it is still as it was known.
pub fn commit(
    app: &App,
    vault: &UnlockedVault,
    run: &Run,
    decide: impl FnOnce(&Run, &SecretWithVersions, &RunContext<'_>) -> Result<RotationPlan, Rejection>,
) -> Result<Run, Halt> {
    let ((), after) = in_turn(app, vault, run, |turn| turn.write(decide))?;
    Ok(after)
}

impl<'a, 'w, 'v> Turn<'a, 'w, 'v> {
    /// On a run as this transaction has it.
    pub fn of(
        writer: &'a mut Writer<'w>,
        vault: &'v UnlockedVault,
        context: &'a Context,
        run: Run,
    ) -> Self {
        Self {
            writer,
            vault,
            context,
            run,
        }
    }

    pub fn into_run(self) -> Run {
        self.run
    }

    /// As it stands after what was written last.
    pub fn run(&self) -> &Run {
        &self.run
    }

    pub fn now(&self) -> Timestamp {
        self.context.now
    }

    pub fn write(
        &mut self,
        decide: impl FnOnce(
            &Run,
            &SecretWithVersions,
            &RunContext<'_>,
        ) -> Result<RotationPlan, Rejection>,
    ) -> Result<(), Halt> {
        let secret = existing_live(self.writer.secret(self.run.secret())?)?;
        let ctx = RunContext {
            context: self.context,
            here: self.vault.here(Some(&self.run)),
        };
        let plan = decide(&self.run, &secret, &ctx)?;
        self.run = self.writer.apply_rotation(plan)?;
        Ok(())
    }
}
