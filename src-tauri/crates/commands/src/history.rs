//! The rotation history of a secret.

use domain::history::{DestroyInput, RestoreInput};
use domain::secret::{existing, existing_live};

use crate::api::{Mutation, SecretHistory, SecretRef, SecretRestore, VersionDestroy};
use crate::app::App;
use crate::opened::{Opened, secret_and_version, secret_id};
use crate::refusal::Answer;
use crate::secret::{carry_out, tell, values_in_use};
use crate::view::Viewer;

pub fn list(app: &App, opened: &mut Opened, request: SecretRef) -> Answer<SecretHistory> {
    let id = secret_id(request.id)?;
    opened.vault.read(|reader| {
        let found = existing(reader.secret(id)?)?;
        Ok(SecretHistory {
            versions: Viewer::new(reader, app.clock.now()).timeline(&found)?,
        })
    })
}

pub fn restore(app: &App, opened: &mut Opened, request: SecretRestore) -> Answer<Mutation> {
    let (id, version) = secret_and_version(request.id, request.version)?;
    let context = opened.context(app);
    let input = RestoreInput {
        version,
        reason: request.reason,
    };
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing_live(writer.secret(id)?)?;
        let draft = input.parse(&current, &context)?;
        let values = writer.open_values(id, draft.version().number())?;
        let in_use = values_in_use(writer, &current)?;
        let decision = draft.decide(values, &in_use, &context)?;
        carry_out(writer, decision, id, &context)
    })?;
    tell(app, &answer);
    Ok(answer)
}

pub fn destroy_version(
    app: &App,
    opened: &mut Opened,
    request: VersionDestroy,
) -> Answer<Mutation> {
    let (id, version) = secret_and_version(request.id, request.version)?;
    let context = opened.context(app);
    let input = DestroyInput {
        version,
        forget: request.forget,
        reason: request.reason,
    };
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing(writer.secret(id)?)?;
        let decision = input.decide(&current, &context)?;
        carry_out(writer, decision, id, &context)
    })?;
    tell(app, &answer);
    Ok(answer)
}
