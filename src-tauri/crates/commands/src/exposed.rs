//! What former members could read and nobody has turned over since, for whoever rotates it.

use vault::{ExposedItem, UnlockedVault};

use crate::api::{ExposedKind, ExposedSecret, Exposure, MemberExposed, MemberExposures};
use crate::app::App;
use crate::listing;
use crate::refusal::Answer;

pub fn list(_app: &App, vault: &UnlockedVault, request: MemberExposed) -> Answer<MemberExposures> {
    let limit = listing::limit(request.limit)?;
    let exposures = vault.read(|reader| reader.exposures(limit))?;
    let exposures = exposures.into_iter().map(shown);
    Ok(MemberExposures {
        exposures: exposures.collect(),
    })
}

fn shown(exposure: vault::Exposure) -> Exposure {
    Exposure {
        member_id: exposure.member.to_string(),
        member_name: exposure.name.as_str().to_owned(),
        ended_at: exposure.ended_at.to_string(),
        left: exposure.left,
        elsewhere: exposure.elsewhere,
        secrets: exposure.secrets.into_iter().map(shown_exposed).collect(),
    }
}

pub fn shown_exposed(exposed: vault::ExposedSecret) -> ExposedSecret {
    let (kind, id) = match exposed.item {
        ExposedItem::Secret(id) => (ExposedKind::Secret, id.to_string()),
        ExposedItem::External(id) => (ExposedKind::External, id.to_string()),
        ExposedItem::Trashed(id) => (ExposedKind::Trashed, id.to_string()),
        ExposedItem::Connection(id) => (ExposedKind::Connection, id.to_string()),
        ExposedItem::DestroyedSecret(id) => (ExposedKind::Gone, id.to_string()),
        ExposedItem::DeletedConnection(id) => (ExposedKind::Gone, id.to_string()),
    };
    ExposedSecret {
        kind,
        id,
        name: exposed.name,
        copied: exposed.copied,
    }
}
