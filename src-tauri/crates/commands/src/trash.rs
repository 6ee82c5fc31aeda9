//! Deleting, and taking back.

use domain::delete::{self, DeleteInput};
use domain::reject::{Detail, Rejection};
use domain::secret::{existing, existing_live};

use crate::api::{Changed, Mutation, SecretDelete, SecretPage, SecretRef, TrashEmptied, TrashList};
use crate::app::App;
use crate::listing::{Page, limit};
use crate::opened::{Opened, secret_id};
use crate::refusal::{Answer, Refusal, internal};
use crate::secret::{carry_out, tell};
use crate::view::Viewer;

pub fn delete(app: &App, opened: &mut Opened, request: SecretDelete) -> Answer<Mutation> {
    let id = secret_id(request.id)?;
    let context = opened.context(app);
    let destroys = request.destroy.unwrap_or(false);
    let input = DeleteInput {
        destroy: request.destroy,
        force: request.force,
        reason: request.reason,
    };
    let (answer, unlinked) = opened.vault.write(context.now, |writer| {
        let found = writer.secret(id)?;
        // What lies in the trash can still be destroyed.
        let current = if destroys {
            existing(found)?
        } else {
            existing_live(found)?
        };
        let dependants = writer.dependants_of_deletion(id)?;
        let decision = input.decide(&current, &dependants, &context)?;
        let answer = carry_out(writer, decision, id, &context)?;
        Answer::Ok((answer, !dependants.is_empty()))
    })?;
    if unlinked {
        app.changed(&[Changed::Locations]);
    }
    tell(app, &answer);
    Ok(answer)
}

pub fn undelete(app: &App, opened: &mut Opened, request: SecretRef) -> Answer<Mutation> {
    let id = secret_id(request.id)?;
    let context = opened.context(app);
    let answer = opened.vault.write(context.now, |writer| {
        let current = existing(writer.secret(id)?)?;
        let secret = current.secret();
        let names = writer.name_facts(Some(secret.name()), secret.env_key(), Some(id))?;
        let decision = delete::undelete(&current, &names, &writer.room()?, None, &context)?;
        carry_out(writer, decision, id, &context)
    })?;
    tell(app, &answer);
    Ok(answer)
}

/// The last thrown away first.
pub fn list(app: &App, opened: &mut Opened, request: TrashList) -> Answer<SecretPage> {
    let limit = limit(request.limit)?;
    let page = Page::parse(request.cursor)?;
    opened.vault.read(|reader| {
        let trashed = reader.trash()?;
        let mut viewer = Viewer::new(reader, app.clock.now());
        let shown = trashed
            .iter()
            .skip(page.start())
            .take(limit)
            .map(|listed| viewer.listed(listed));
        Ok(SecretPage {
            secrets: shown.collect::<Answer<_>>()?,
            next_cursor: page.next(limit, trashed.len()),
            total: u64::try_from(trashed.len()).ok(),
        })
    })
}

/// Destroys all that lies in the trash. What the log does not vouch for stays, and is named once the rest is gone.
pub fn empty(app: &App, opened: &mut Opened, _request: crate::api::Empty) -> Answer<TrashEmptied> {
    let context = opened.context(app);
    let emptied: vault::TrashEmptied = opened.vault.empty_trash::<Refusal>(&context)?;
    opened.vault.tidy()?;
    app.changed(&[Changed::Trash, Changed::Audit]);
    if !emptied.refused.is_empty() {
        return Err(kept(&emptied).into());
    }
    Ok(TrashEmptied {
        deleted: u64::try_from(emptied.purged).expect("usize fits in u64"),
    })
}

fn kept(emptied: &vault::TrashEmptied) -> Rejection {
    let details: Vec<Detail> = emptied
        .refused
        .iter()
        .map(|name| {
            let message = format!(
                "The secret \"{name}\" was changed by something other than Turnstone, so it was not destroyed. Run the vault's check, and restore a backup."
            );
            Detail::new(Vec::new(), "integrity", message)
        })
        .collect();
    let message = match details.as_slice() {
        [only] => only.message.clone(),
        several => format!(
            "{} secrets were changed by something other than Turnstone, so they were not destroyed. Run the vault's check, and restore a backup.",
            several.len()
        ),
    };
    internal(&message).with_details(details)
}
