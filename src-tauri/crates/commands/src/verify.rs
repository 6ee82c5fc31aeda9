//! Whether a secret really opens its locations (LOC-04): requests to the provider, one location or many.

mod many;
mod trial;

use domain::location::{Location, existing};
use domain::reject::Detail;
use domain::verification::verified;
use domain::{LocationId, SecretId, VerificationId};
use vault::{LocationQuery, Reader, UnlockedVault};

use crate::api::{Changed, LocationAnswer, LocationVerify};
use crate::app::App;
use crate::opened::{context, random_bytes, required};
use crate::refusal::Answer;
use crate::view::Viewer;

pub use many::many;
pub use trial::{Trial, Tried, require_allowed, trials_of_secret};

/// Locations tried at one time: enough that a few hundred take as long as the slowest few of them, and few enough for the files that
/// a program may have open.
pub const VERIFIED_AT_ONCE_MAX: usize = 64;
/// Locations of a page of the list.
const PAGE: u32 = 1000;

pub fn one(app: &App, vault: &UnlockedVault, request: LocationVerify) -> Answer<LocationAnswer> {
    let text = required("location_id", request.location_id)?;
    let id = LocationId::parse(&text)
        .map_err(|error| Detail::at("location_id", error.kind(), error.to_string()))?;
    let providers = app.network.providers()?;
    let stop = app.stops.give();
    let trial = vault.write(app.clock.now(), |writer| trial::of_location(writer, id))?;
    app.changed(&[Changed::Audit]);
    let tried = app.network.wait(trial.run_until(app, &*providers, &stop))?;
    let tried = tried.ok_or_else(crate::app::vault_locked)?;
    keep(app, vault, &[tried])?;
    vault.read(|reader| {
        let found = existing(reader.location(id)?)?;
        Ok(LocationAnswer {
            location: Viewer::new(reader, app.clock.now()).location(&found)?,
        })
    })
}

pub fn keep(app: &App, vault: &UnlockedVault, tried: &[Tried]) -> Answer<()> {
    write_down(app, vault, tried)?;
    tell(app);
    Ok(())
}

fn write_down(app: &App, vault: &UnlockedVault, tried: &[Tried]) -> Answer<()> {
    if tried.is_empty() {
        return Ok(());
    }
    let context = context(app, vault);
    vault.write(context.now, |writer| {
        for one in tried {
            // What was tried may be another now, or gone.
            let now = writer.location(one.location())?;
            if now.is_none_or(|now| now.revision() != one.location.revision()) {
                continue;
            }
            let before = writer.verification_of(one.location(), Some(one.version))?;
            let id = VerificationId::from_parts(context.now, random_bytes());
            let plan = verified(
                &one.location,
                Some(one.version),
                one.findings.clone(),
                before.as_ref(),
                id,
                &context,
            )?;
            writer.apply_verification(plan)?;
        }
        Ok(())
    })
}

fn tell(app: &App) {
    app.changed(&[Changed::Locations, Changed::Secrets, Changed::Audit]);
}

fn all_of(reader: &Reader<'_>, secret: Option<SecretId>) -> Answer<Vec<LocationId>> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = reader.locations(&LocationQuery {
            secret,
            after,
            limit: PAGE,
            ..LocationQuery::default()
        })?;
        ids.extend(page.locations.iter().map(Location::id));
        after = page.next;
        if after.is_none() {
            return Ok(ids);
        }
    }
}
