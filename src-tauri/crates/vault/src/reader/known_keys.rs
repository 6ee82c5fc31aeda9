//! Whose a provider's key is, as far as this vault knows.

use domain::ids::{RotationId, SecretId};
use domain::rotation::KeyId;

use super::{OpenValueError, Reader};
use crate::store::known_keys::{self, Having};

/// Who has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHolder {
    Secret(SecretId),
    /// A run that made it, or that turns it over.
    Rotation(RotationId),
}

impl Reader<'_> {
    /// Who has this key, `besides` aside. Secrets whose masks show the same are opened to tell; none of it leaves.
    pub fn holder_of_key(
        &self,
        key: &KeyId,
        having: Having,
        besides: Option<RotationId>,
    ) -> Result<Option<KeyHolder>, OpenValueError> {
        let holders = self.holders_of_key(key, having, besides)?;
        Ok(holders.into_iter().next())
    }

    /// As [`Reader::holder_of_key`], all of them: secrets before runs, each once.
    pub fn holders_of_key(
        &self,
        key: &KeyId,
        having: Having,
        besides: Option<RotationId>,
    ) -> Result<Vec<KeyHolder>, OpenValueError> {
        let mut found = Vec::new();
        for (secret, number) in known_keys::versions(self.connection, key, having)? {
            let holder = KeyHolder::Secret(secret);
            if !found.contains(&holder) && key.is_of(&self.open_values(secret, number)?) {
                found.push(holder);
            }
        }
        for row in known_keys::runs(self.connection, key, having)? {
            self.require_vouched_rotation(&row)?;
            let run = row.to_run()?;
            let parts = run.parts();
            let own = [&parts.old_key, &parts.new_key, &parts.orphan];
            if Some(run.id()) != besides && own.contains(&&Some(key.clone())) {
                found.push(KeyHolder::Rotation(run.id()));
            }
        }
        Ok(found)
    }
}
