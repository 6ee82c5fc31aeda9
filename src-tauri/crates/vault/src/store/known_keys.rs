//! Which versions and runs may have a provider's key, told by their masks and records without opening anything.

use domain::ids::SecretId;
use domain::rotation::KeyId;
use domain::version::VersionNumber;
use rusqlite::Connection;

use super::error::StoreError;
use super::rotations::{self, RotationRow};

/// Who counts as having a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Having {
    /// What is in use, or about to be: current and pending versions of live secrets, and open runs.
    InUse,
    /// Also what was: every version that still has values, and all runs.
    Ever,
}

/// A version's masks are a JSON list of pairs: an identifier's mask stands alone in its text, Google's within one.
const VERSIONS: &str = "SELECT secret.id, version.number FROM version CROSS JOIN secret ON secret.key = version.secret_key \
    WHERE (instr(version.masks, ?1) > 0 OR instr(version.masks, ?2) > 0)";
const IN_USE: &str = " AND version.state IN ('current', 'pending') AND secret.trashed_at IS NULL";
const WITH_VALUES: &str = " AND version.state IN ('current', 'pending', 'previous', 'retired')";

pub(crate) fn versions(
    connection: &Connection,
    key: &KeyId,
    having: Having,
) -> Result<Vec<(SecretId, VersionNumber)>, StoreError> {
    let [identifier, within] = key.in_masks();
    let states = match having {
        Having::InUse => IN_USE,
        Having::Ever => WITH_VALUES,
    };
    let mut statement = connection.prepare_cached(&format!("{VERSIONS}{states}"))?;
    let rows = statement.query_map((as_json(&identifier), within), |row| {
        Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, u32>(1)?))
    })?;
    rows.map(|row| {
        let (id, number) = row?;
        let number = VersionNumber::new(number)
            .ok_or_else(|| StoreError::damaged("a version's number is out of range"))?;
        Ok((SecretId::from_bytes(id), number))
    })
    .collect()
}

/// Runs whose record has the id in it, whatever as.
pub(crate) fn runs(
    connection: &Connection,
    key: &KeyId,
    having: Having,
) -> Result<Vec<RotationRow>, StoreError> {
    let mut condition = "instr(record, ?1) > 0".to_owned();
    if having == Having::InUse {
        condition.push_str(" AND is_open = 1");
    }
    rotations::matching(connection, &condition, &as_json(key.as_str()))
}

fn as_json(text: &str) -> String {
    serde_json::to_string(text).expect("a text always serialises")
}
