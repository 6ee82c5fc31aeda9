//! Vaults with many secrets, for benchmarks and for lists that must scroll.

use domain::create::CreateInput;
use domain::time::Timestamp;
use vault::UnlockedVault;

use crate::acts::{self, ActError};

/// Secrets committed together; one sync for each batch.
const BATCH: usize = 2_000;

const TEAMS: [&str; 8] = [
    "payments", "search", "mobile", "data", "platform", "growth", "support", "billing",
];
const PLACES: [&str; 4] = ["prod", "staging", "dev", "ci"];
const KINDS: [&str; 10] = [
    "api key",
    "backup key",
    "webhook token",
    "deploy token",
    "bucket",
    "export",
    "archive",
    "mailer",
    "reader",
    "sync",
];

/// Adds secrets numbered from `from` up to `to`, created over the last 200 days before `now`.
pub fn fill(vault: &UnlockedVault, from: usize, to: usize, now: Timestamp) -> Result<(), ActError> {
    let mut next = from;
    while next < to {
        let end = (next + BATCH).min(to);
        vault.write(now, |writer| {
            for number in next..end {
                acts::create_in(
                    writer,
                    vault.actor(),
                    created_at(number, now),
                    made_up(number),
                )?;
            }
            Ok::<_, ActError>(())
        })?;
        next = end;
    }
    Ok(())
}

/// The secret of this number: the same on every run, its name unlike its neighbours'.
pub fn made_up(number: usize) -> CreateInput {
    let mixed = mix(number);
    let team = TEAMS[mixed % TEAMS.len()];
    let place = PLACES[(mixed / 8) % PLACES.len()];
    let kind = KINDS[(mixed / 32) % KINDS.len()];
    let input = CreateInput {
        name: Some(format!("{team} {place} {kind} {number}")),
        description: Some(format!("{kind} of the {team} team, {place}")),
        tags: Some(vec![team.to_owned(), place.to_owned()].into()),
        ..CreateInput::default()
    };
    match mixed % 5 {
        0 | 1 => CreateInput {
            secret_type: Some("s3".to_owned()),
            credentials: Some(acts::fields(&[
                ("access_key_id", &format!("AKIA{:016X}", mixed)),
                ("secret_access_key", &format!("{:040x}", mix(mixed))),
            ])),
            ..input
        },
        _ => CreateInput {
            secret_type: Some("generic".to_owned()),
            credentials: Some(acts::fields(&[(
                "value",
                &format!("sk_{place}_{:032x}", mix(mixed)),
            )])),
            env_key: Some(format!(
                "{}_{}_{number}",
                team.to_uppercase(),
                place.to_uppercase()
            )),
            ..input
        },
    }
}

fn created_at(number: usize, now: Timestamp) -> Timestamp {
    let minutes = i64::try_from(mix(number) % (200 * 24 * 60)).unwrap_or(0);
    now.plus_millis(-minutes * 60_000)
}

/// A fixed shuffle of the numbers (SplitMix64's last step).
fn mix(number: usize) -> usize {
    let mut bits = u64::try_from(number)
        .unwrap_or(u64::MAX)
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((bits ^ (bits >> 31)) >> 1).unwrap_or(number)
}
