//! What holds for the vault and all of its members: its tier, and how full it is.

use domain::vault_settings::TierInput;
use domain::{Decision, Tier};
use vault::Reader;

use crate::api::{Changed, Empty, Room, TierRoom, TierSet, VaultSettings, VaultView};
use crate::app::App;
use crate::opened::Opened;
use crate::refusal::Answer;
use crate::session::vault_view;

pub fn get(_app: &App, opened: &mut Opened, _request: Empty) -> Answer<VaultSettings> {
    let vault = vault_view(opened);
    opened.vault.read(|reader| shown(reader, vault))
}

pub fn set_tier(app: &App, opened: &mut Opened, request: TierSet) -> Answer<VaultSettings> {
    let context = opened.context(app);
    let vault = vault_view(opened);
    let input = TierInput {
        tier: request.tier.0,
        ..TierInput::default()
    };
    let draft = input.parse(&context)?;
    let name = opened.vault.name();
    let (answer, has_changed) = opened.vault.write(context.now, |writer| {
        let current = writer.checked_settings()?;
        let has_changed = match draft.decide(&current, name, &context)? {
            Decision::Unchanged(_) => false,
            Decision::Change(plan) => {
                writer.apply_settings(*plan)?;
                true
            }
        };
        Answer::Ok((shown(writer, vault)?, has_changed))
    })?;
    if has_changed {
        app.changed(&[Changed::VaultSettings, Changed::Audit]);
    }
    Ok(answer)
}

fn shown(reader: &Reader<'_>, vault: VaultView) -> Answer<VaultSettings> {
    let room = reader.room()?;
    Ok(VaultSettings {
        vault,
        tier: room.tier.as_str().to_owned(),
        secrets: Room {
            count: room.live_secrets,
            max: room.tier.secrets_max(),
        },
        connections: Room {
            count: reader.connection_count()?,
            max: room.tier.connections_max(),
        },
        tiers: Tier::ALL.into_iter().map(tier_room).collect(),
    })
}

fn tier_room(tier: Tier) -> TierRoom {
    TierRoom {
        tier: tier.as_str(),
        secrets_max: tier.secrets_max(),
        connections_max: tier.connections_max(),
    }
}
