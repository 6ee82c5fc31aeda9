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
        for (secret, number) in known_keys::versions(self.connection, key, having)? {
            if key.is_of(&self.open_values(secret, number)?) {
                return Ok(Some(KeyHolder::Secret(secret)));
            }
        }
        for row in known_keys::runs(self.connection, key, having)? {
            self.require_vouched_rotation(&row)?;
            let run = row.to_run()?;
            let parts = run.parts();
            let own = [&parts.old_key, &parts.new_key, &parts.orphan];
            if Some(run.id()) != besides && own.contains(&&Some(key.clone())) {
                return Ok(Some(KeyHolder::Rotation(run.id())));
            }
        }
        Ok(None)
    }
}
