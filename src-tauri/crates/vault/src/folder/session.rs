//! From opened keys and an opened database to an unlocked vault.

use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::role::Actor;
use domain::text::MemberName;
use rusqlite::Connection;

use super::stamp::KeysStamp;
use crate::device::Device;
use crate::keys_file::KeysFile;
use crate::membership::Membership;
use crate::store::connection;
use crate::store::error::StoreError;
use crate::unlock_keys::UnlockedKeys;
use crate::unlocked::UnlockedVault;

/// What a new session is put together from.
pub(super) struct Session<'a> {
    pub folder: &'a Path,
    pub database: &'a Path,
    pub keys: &'a KeysFile,
    pub device: &'a Device,
    pub member_name: MemberName,
}

impl Session<'_> {
    /// One connection writes, a second reads beside it.
    pub(super) fn assemble(
        self,
        unlocked: UnlockedKeys,
        writer: Connection,
        members: Membership,
    ) -> Result<UnlockedVault, StoreError> {
        let reader = connection::open_reader(self.database, &unlocked.page_key)?;
        self.build(unlocked, members, Some(writer), reader, None)
    }

    pub(super) fn build(
        self,
        unlocked: UnlockedKeys,
        members: Membership,
        writer: Option<Connection>,
        reader: Connection,
        read_only: Option<String>,
    ) -> Result<UnlockedVault, StoreError> {
        let UnlockedKeys {
            identity,
            page_key,
            value_key,
            role,
            epoch,
        } = unlocked;
        let member = identity.member_id();
        // What cannot be remembered is found by trying.
        let _ = self
            .device
            .own_member(self.keys.vault_id())
            .remember(member);
        Ok(UnlockedVault {
            folder: self.folder.to_owned(),
            database: self.database.to_owned(),
            vault: self.keys.vault_id(),
            name: self.keys.name().clone(),
            actor: Actor {
                member,
                name: self.member_name,
                role,
            },
            device: self.device.id(),
            workers: self.device.workers(),
            head_file: self.device.head_file(self.keys.vault_id(), member),
            walked_file: self.device.walked_file(self.keys.vault_id(), member),
            identity,
            page_key,
            value_key,
            key_epoch: epoch,
            membership: Mutex::new(Arc::new(members)),
            keys_stamp: Mutex::new(KeysStamp::of(self.keys)),
            writer: writer.map(Mutex::new),
            reader: Mutex::new(reader),
            anchors: Mutex::default(),
            log_seen: Mutex::default(),
            log_walk: Mutex::default(),
            read_only,
        })
    }
}
