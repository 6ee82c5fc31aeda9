//! The open vault, and what use cases do with it.

use std::sync::Arc;

use domain::plan::Context;
use domain::reject::Detail;
use domain::{SecretId, VersionId};
use vault::UnlockedVault;
use vault::invitation_code::InvitationCode;
use vault::recovery_code::RecoveryCode;

use crate::api::{LockReason, Required, Whole};
use crate::app::{App, Lent, Loan};
use crate::import::{Browsed, Held};
use crate::refusal::Answer;

pub struct Opened {
    /// Shared with the acts that take long.
    pub vault: Arc<UnlockedVault>,
    lent: Arc<Lent>,
    /// The code that the person has not yet confirmed as saved.
    pub recovery: Option<RecoveryCode>,
    /// The last invitation whose code the person has not yet confirmed as passed on.
    pub invitation: Option<UnconfirmedInvitation>,
    /// The file that is being imported.
    pub import: Option<Held>,
    /// What was listed of 1Password.
    pub browsed: Option<Browsed>,
}

pub struct UnconfirmedInvitation {
    pub member: domain::member::Member,
    pub code: InvitationCode,
}

impl Opened {
    pub fn new(vault: UnlockedVault) -> Self {
        Self {
            vault: Arc::new(vault),
            lent: Arc::default(),
            recovery: None,
            invitation: None,
            import: None,
            browsed: None,
        }
    }

    /// Whether this is the session that lent the vault.
    pub fn is(&self, lent: &UnlockedVault) -> bool {
        std::ptr::eq(Arc::as_ptr(&self.vault), lent)
    }

    /// The vault for an act that takes long; [`Opened::close`] waits for it.
    pub fn lend(&self) -> Loan {
        self.lent.lend(&self.vault)
    }

    pub fn context(&self, app: &App) -> Context {
        context(app, &self.vault)
    }

    /// Once nobody holds the vault any more, writes the lock into the log, as far as the log can be written, and drops the keys.
    pub fn close(self, now: domain::Timestamp, reason: LockReason) {
        let reason = match reason {
            LockReason::Asked => "asked",
            LockReason::Idle => "idle",
            LockReason::Sleep => "sleep",
            LockReason::Quit => "quit",
            LockReason::Changed => "changed",
            LockReason::KeysChanged => "keys_changed",
            LockReason::Removed => "removed",
        };
        drop(self.import);
        self.lent.wait_until_returned();
        let Some(vault) = Arc::into_inner(self.vault) else {
            tracing::error!("an act still holds the vault that is being locked");
            return;
        };
        if let Err(error) = vault.lock(reason, now) {
            tracing::warn!(
                reason = error.kind(),
                "the lock could not be written into the log"
            );
        }
    }
}

pub fn context(app: &App, vault: &UnlockedVault) -> Context {
    let now = app.clock.now();
    Context {
        now,
        actor: vault.actor().clone(),
        new_secret_id: SecretId::from_parts(now, random_bytes()),
        new_version_id: VersionId::from_parts(now, random_bytes()),
    }
}

/// Fills a buffer with random bytes from the system.
pub fn random(buffer: &mut [u8]) {
    getrandom::fill(buffer).expect("the system gives random bytes");
}

pub fn random_bytes() -> [u8; 10] {
    let mut bytes = [0; 10];
    random(&mut bytes);
    bytes
}

/// A member that has to be there.
pub fn required<T>(member: &'static str, given: Required<T>) -> Result<T, Detail> {
    given
        .0
        .ok_or_else(|| Detail::at(member, "missing", format!("{member} is missing.")))
}

/// Two members, or what is wrong with both.
pub fn both<A, B>(
    first: Result<A, Detail>,
    second: Result<B, Detail>,
) -> Result<(A, B), Vec<Detail>> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (first, second) => Err([first.err(), second.err()].into_iter().flatten().collect()),
    }
}

/// The secret that a request names.
pub fn secret_id(given: Required<String>) -> Answer<SecretId> {
    Ok(parse_secret_id(given)?)
}

fn parse_secret_id(given: Required<String>) -> Result<SecretId, Detail> {
    let text = required("id", given)?;
    SecretId::parse(&text).map_err(|error| Detail::at("id", error.kind(), error.to_string()))
}

/// The secret and the version that a request names. Without a secret to look in, a version that no secret can have is told beside it.
pub fn secret_and_version(
    id: Required<String>,
    version: Required<Whole>,
) -> Answer<(SecretId, Option<i64>)> {
    let number = version.0.map(Whole::or_out_of_range);
    match parse_secret_id(id) {
        Ok(id) => Ok((id, number)),
        Err(fault) => {
            let version_fault = match number {
                None => Some(Detail::at("version", "missing", "version is missing.")),
                Some(number) if number < 1 => Some(Detail::at(
                    "version",
                    "out_of_range",
                    "A version is a whole number from 1.",
                )),
                Some(_) => None,
            };
            Err(std::iter::once(fault)
                .chain(version_fault)
                .collect::<Vec<_>>()
                .into())
        }
    }
}
