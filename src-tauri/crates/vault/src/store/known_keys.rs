//! Which versions and runs may have a provider's key, told by their masks and records without opening anything.
//!
//! Open runs and versions have an index for it. All runs are read only where a person or a lost answer asks whose a key ever was.

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

/// What tells a key is the first field of its method, and how its mask ends: as `version_by_key` has it.
const VERSIONS: &str = "SELECT secret.id, version.number FROM version INDEXED BY version_by_key \
    CROSS JOIN secret ON secret.key = version.secret_key \
    WHERE version.auth_method <> 'opaque_value' AND substr(json_extract(version.masks, '$[0][1]'), -12) IN (?1, ?2)";
const IN_USE: &str = " AND version.state IN ('current', 'pending') AND secret.trashed_at IS NULL";
const WITH_VALUES: &str = " AND version.state IN ('current', 'pending', 'previous', 'retired')";

pub(crate) fn versions(
    connection: &Connection,
    key: &KeyId,
    having: Having,
) -> Result<Vec<(SecretId, VersionNumber)>, StoreError> {
    let [identifier, key_file] = key.mask_ends();
    let states = match having {
        Having::InUse => IN_USE,
        Having::Ever => WITH_VALUES,
    };
    let mut statement = connection.prepare_cached(&format!("{VERSIONS}{states}"))?;
    let rows = statement.query_map((identifier, key_file), |row| {
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

#[cfg(test)]
mod tests {
    use domain::AuthMethod;
    use domain::catalogue::FieldKind;

    use super::*;
    use crate::store::schema;

    #[test]
    fn what_tells_a_key_is_the_first_field_of_its_method() {
        for method in AuthMethod::ALL {
            let tells =
                |kind| matches!(kind, FieldKind::Identifier | FieldKind::ServiceAccountJson);
            let fields = method.fields().iter().skip(1);
            assert_eq!(
                fields.filter(|field| tells(field.kind)).count(),
                0,
                "{method:?}"
            );
        }
        let opaque = AuthMethod::OpaqueValue;
        assert_eq!(opaque.as_str(), "opaque_value");
        assert!(!matches!(
            opaque.fields()[0].kind,
            FieldKind::Identifier | FieldKind::ServiceAccountJson
        ));
    }

    fn found(key: &str, having: Having) -> Vec<u32> {
        let mut connection = Connection::open_in_memory().expect("memory");
        schema::migrate(&mut connection).expect("the schema");
        let rows = [
            (
                1,
                "s3_access_key",
                "current",
                "[[\"access_key_id\",\"AKIA••••OVER\"],[\"secret_access_key\",\"Qz3x••••A0\"]]",
            ),
            (
                2,
                "gcs_service_account",
                "pending",
                "[[\"service_account_json\",\"a b@c.d 01234567••••\"]]",
            ),
            (
                3,
                "s3_access_key",
                "previous",
                "[[\"access_key_id\",\"AKIA••••OVER\"],[\"secret_access_key\",\"••••••••\"]]",
            ),
            (
                4,
                "s3_compatible_access_key",
                "current",
                "[[\"access_key_id\",\"••••••••\"],[\"secret_access_key\",\"Qz3x••••A0\"]]",
            ),
            (
                5,
                "s3_access_key",
                "destroyed",
                "[[\"access_key_id\",\"AKIA••••OVER\"]]",
            ),
            (
                6,
                "opaque_value",
                "current",
                "[[\"value\",\"AKIA••••OVER\"]]",
            ),
        ];
        connection
            .execute_batch(
                "PRAGMA foreign_keys = OFF; INSERT INTO secret (key, id, name, name_folded, secret_type, auth_method, \
                 current_version, revision, created_at, created_by, updated_at, rotated_at, made_at, hint_count, tags, description, notes) \
                 VALUES (1, zeroblob(16), 'a', 'a', 's3', 's3_access_key', 1, 1, 0, zeroblob(16), 0, 0, 0, 0, '[]', '', '')",
            )
            .expect("a secret");
        for (number, method, state, masks) in rows {
            connection
                .execute(
                    "INSERT INTO version (secret_key, number, id, auth_method, state, created_at, created_by, made_at, how, key_slot, masks) \
                     VALUES (1, ?1, zeroblob(16), ?2, ?3, 0, zeroblob(16), 0, 'created', ?1, ?4)",
                    (number, method, state, masks),
                )
                .expect("a version");
        }
        let key = KeyId::parse(key).expect("an id");
        let found = versions(&connection, &key, having).expect("found");
        found.into_iter().map(|(_, number)| number.get()).collect()
    }

    #[test]
    fn versions_that_may_have_a_key_are_found_by_how_their_mask_ends() {
        assert_eq!(found("AKIAPLOVERDUNLINOVER", Having::InUse), [1]);
        assert_eq!(found("AKIAPLOVERDUNLINOVER", Having::Ever), [1, 3]);
        assert_eq!(found("AKIAPLOVERDUNLINNONE", Having::Ever).len(), 0);
        let path = "projects/p/serviceAccounts/e/keys/0123456789abcdef0123456789abcdef01234567";
        assert_eq!(found(path, Having::InUse), [2]);
        assert_eq!(found("minio", Having::InUse), [4], "short ids show nothing");
    }
}
