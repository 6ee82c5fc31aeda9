//! The one row of the vault's settings. A vault whose settings were never changed has none.

use domain::ids::MemberId;
use domain::tier::Tier;
use domain::time::Timestamp;
use domain::vault_settings::VaultSettings;
use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;

pub(crate) struct SettingsRow {
    pub tier: String,
    pub revision: i64,
    pub updated_at: i64,
    pub updated_by: [u8; 16],
}

pub(crate) fn read(connection: &Connection) -> Result<Option<SettingsRow>, StoreError> {
    let sql = "SELECT tier, revision, updated_at, updated_by FROM settings";
    Ok(connection
        .prepare_cached(sql)?
        .query_row([], |row| {
            Ok(SettingsRow {
                tier: row.get(0)?,
                revision: row.get(1)?,
                updated_at: row.get(2)?,
                updated_by: row.get(3)?,
            })
        })
        .optional()?)
}

pub(crate) fn write(connection: &Connection, settings: &VaultSettings) -> Result<(), StoreError> {
    let revision = i64::try_from(settings.revision)
        .map_err(|_| StoreError::damaged("a revision is out of range"))?;
    connection.execute(
        "INSERT OR REPLACE INTO settings (only_row, tier, revision, updated_at, updated_by) VALUES (1, ?1, ?2, ?3, ?4)",
        (
            settings.tier.as_str(),
            revision,
            settings.updated_at.as_millis(),
            settings.updated_by.to_bytes(),
        ),
    )?;
    Ok(())
}

impl SettingsRow {
    pub(crate) fn to_settings(&self) -> Result<VaultSettings, StoreError> {
        let broken =
            |column: &str| StoreError::damaged(format!("the settings' {column} cannot be read"));
        Ok(VaultSettings {
            tier: Tier::parse(&self.tier).ok_or_else(|| broken("tier"))?,
            revision: u64::try_from(self.revision).map_err(|_| broken("revision"))?,
            updated_at: Timestamp::from_millis(self.updated_at),
            updated_by: MemberId::from_bytes(self.updated_by),
        })
    }
}
