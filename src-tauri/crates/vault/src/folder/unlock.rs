//! From a password to an unlocked vault.

use std::time::Instant;

use domain::audit::Action;
use domain::time::Timestamp;

use super::lost::require_nothing_lost;
use super::open_database::{self, Settled};
use super::session::Session;
use super::{KeysOrigin, OlderState, UnlockError, VaultFolder};
use crate::device::{Attempt, Device};
use crate::identity::Identity;
use crate::keys_file::KeysFile;
use crate::store::error::StoreError;
use crate::unlock_keys::{
    UnlockKeysError, UnlockWith, UnlockedKeys, require_own_place, unlock_keys, unlock_keys_of,
    verify_vaults_file,
};
use crate::unlocked::UnlockedVault;

impl VaultFolder {
    /// Opens the vault's keys and database, checks that nothing went back in time, and writes the entry of the unlock.
    /// A vault that cannot be written opens read-only.
    pub fn unlock(
        &self,
        with: UnlockWith<'_>,
        device: &Device,
        older: OlderState,
        now: Timestamp,
    ) -> Result<UnlockedVault, UnlockError> {
        let means = match with {
            UnlockWith::Password(_) => "password",
            UnlockWith::Recovery(_) => "recovery_code",
            UnlockWith::Invitation(_) => "invitation",
            UnlockWith::Identity(_) => "identity",
        };
        let (keys, attempt) = self.open_keys(with, device, now)?;
        let entry = Entry {
            device,
            older,
            means,
            failures: attempt.as_ref().map_or(0, Attempt::failures_before),
            now,
        };
        let identity = keys.identity.copy();
        let mut entered = self.enter(keys, &entry);
        let mut epoch = self.keys.epoch();
        // Another program may give the vault new keys while it is being opened.
        while let (Err(_), Some(next)) = (&entered, self.generation_after(epoch)) {
            epoch = next.keys.epoch();
            let keys = reopen(&next.keys, identity.copy()).map_err(UnlockError::from);
            entered = keys.and_then(|keys| next.enter(keys, &entry));
        }
        let (vault, greeting) = match entered {
            Ok((vault, greeting)) => (Ok(vault), Some(greeting)),
            Err(error) => (Err(error), None),
        };
        conclude(attempt, greeting);
        let vault = vault?;
        if greeting == Some(Greeting::Written) {
            // What could not be finished waits for the next time; the vault is open.
            let _ = vault.after_unlock(now);
        }
        Ok(vault)
    }

    fn enter(
        &self,
        keys: UnlockedKeys,
        entry: &Entry<'_>,
    ) -> Result<(UnlockedVault, Greeting), UnlockError> {
        let mut vault = self.unlock_with_keys(keys, entry.device, entry.older, entry.now)?;
        let greeting = greet(&mut vault, entry.failures, entry.means, entry.now)?;
        Ok((vault, greeting))
    }

    /// The folder as it is now, where its keys are of a later generation.
    fn generation_after(&self, epoch: u32) -> Option<VaultFolder> {
        let now = VaultFolder::open(&self.path).ok()?;
        (now.keys.epoch() > epoch).then_some(now)
    }

    /// What the slots give, counted as an attempt that has not succeeded yet.
    pub(super) fn open_keys(
        &self,
        with: UnlockWith<'_>,
        device: &Device,
        now: Timestamp,
    ) -> Result<(UnlockedKeys, Option<Attempt>), UnlockError> {
        // An identity is nothing that could be guessed.
        let attempt = match with {
            UnlockWith::Identity(_) => None,
            UnlockWith::Password(_) | UnlockWith::Recovery(_) | UnlockWith::Invitation(_) => Some(
                device
                    .begin_attempt(self.id(), now)
                    .map_err(UnlockError::Wait)?,
            ),
        };
        let begun = Instant::now();
        let likely = device.own_member(self.id()).remembered();
        match unlock_keys_of(&self.keys, with, likely) {
            Ok(keys) => Ok((keys, attempt)),
            Err(
                wrong @ (UnlockKeysError::WrongPassword
                | UnlockKeysError::WrongRecoveryCode
                | UnlockKeysError::WrongInvitationCode),
            ) => Err(
                match attempt.and_then(|attempt| attempt.fail(begun.elapsed())) {
                    Some(wait) => UnlockError::WrongThenWait { wrong, wait },
                    None => wrong.into(),
                },
            ),
            Err(error) => {
                if let Some(attempt) = attempt {
                    attempt.forgive();
                }
                Err(error.into())
            }
        }
    }

    fn unlock_with_keys(
        &self,
        keys: UnlockedKeys,
        device: &Device,
        older: OlderState,
        now: Timestamp,
    ) -> Result<UnlockedVault, UnlockError> {
        let (settled, file, keys) = self.open_settled(keys)?;
        let Settled {
            opened, members, ..
        } = settled;
        require_own_place(&keys, &members)?;
        let named = members
            .newest(keys.identity.member_id())
            .map(|member| member.name.clone())
            .ok_or(UnlockKeysError::NotAMember)?;
        let database = self.path.join(file.database().as_str());
        let session = Session {
            folder: &self.path,
            database: &database,
            keys: &file,
            device,
            member_name: named,
        };
        let vault = match opened.read_only {
            None => session.assemble(keys, opened.connection, members)?,
            Some(reason) => session.build(keys, members, None, opened.connection, Some(reason))?,
        };
        require_nothing_lost(&vault, older, now)?;
        Ok(vault)
    }

    /// Opens the database that belongs to `keys.json`. Where the two do not fit because another program has changed the
    /// keys since the file was read, or made a new generation of them, the newer file is read and tried.
    pub(super) fn open_settled(
        &self,
        mut keys: UnlockedKeys,
    ) -> Result<(Settled, KeysFile, UnlockedKeys), UnlockError> {
        let (mut file, mut origin) = (self.keys.clone(), self.origin);
        loop {
            let mismatch = match open_database::open(&self.path, &file, origin, &keys) {
                Ok(mut settled) => {
                    if let Some(next) = settled.next.take() {
                        keys = reopen(&next, keys.identity)?;
                        file = next;
                    }
                    return Ok((settled, file, keys));
                }
                Err(
                    error @ (UnlockError::KeysMismatch { .. }
                    | UnlockError::DatabaseMissing
                    | UnlockError::Keys(_)),
                ) => error,
                Err(error) => return Err(error),
            };
            match KeysFile::read(&self.path) {
                Ok(newer) if newer.generation() > file.generation() => {
                    keys = reopen(&newer, keys.identity)?;
                    (file, origin) = (newer, KeysOrigin::File);
                }
                Ok(_) | Err(_) => return Err(mismatch),
            }
        }
    }
}

/// The keys of an identity that an older file has given. Whoever renewed it meanwhile has another password by now.
fn reopen(newer: &KeysFile, identity: Identity) -> Result<UnlockedKeys, UnlockKeysError> {
    verify_vaults_file(newer, &identity)?;
    let own = newer.verifying_key(identity.member_id());
    if own.is_some_and(|key| key != identity.verifying_key()) {
        return Err(UnlockKeysError::Replaced);
    }
    unlock_keys(newer, UnlockWith::Identity(identity))
}

/// How a vault is entered once its keys are open.
struct Entry<'a> {
    device: &'a Device,
    older: OlderState,
    means: &'static str,
    failures: u32,
    now: Timestamp,
}

/// Whether the entries of an unlock could be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Greeting {
    Written,
    ReadOnly,
}

/// Writes the entries of the unlock. Where that cannot be done, the vault stays open for reading.
pub(super) fn greet(
    vault: &mut UnlockedVault,
    failures: u32,
    means: &str,
    now: Timestamp,
) -> Result<Greeting, StoreError> {
    if vault.read_only.is_some() {
        return Ok(Greeting::ReadOnly);
    }
    let written = vault.write(now, |writer| {
        writer.record_failures(failures)?;
        writer.record_act(Action::VaultUnlocked, &[means], None)
    });
    match written {
        Ok(()) => Ok(Greeting::Written),
        Err(error @ (StoreError::DiskFull | StoreError::ReadOnly { .. } | StoreError::Io(_))) => {
            vault.read_only = Some(open_database::reason(&error));
            Ok(Greeting::ReadOnly)
        }
        Err(error) => Err(error),
    }
}

/// An attempt that led into the vault and was written down. The failures before any other stay counted until an unlock
/// that can write them down.
pub(super) fn conclude(attempt: Option<Attempt>, greeting: Option<Greeting>) {
    match (attempt, greeting) {
        (Some(attempt), Some(Greeting::Written)) => attempt.succeed(),
        (Some(attempt), _) => attempt.forgive(),
        (None, _) => {}
    }
}
