//! The trash, the way back, the end (DELETE-01, DELETE-02), and a value copied.

use super::super::{Done, Faults, Model, Refusal, refused};
use super::Value;
use crate::asks::{DeleteSecret, Which, fields_of};

impl Model {
    pub(in crate::rules) fn delete_secret(
        &mut self,
        ask: &DeleteSecret,
    ) -> Result<Done, Box<Refusal>> {
        let destroys = ask.destroy == Some(true);
        let place = self.named_secret(ask.which)?;
        // What lies in the trash can still be destroyed.
        let place = place.filter(|place| destroys || !self.secrets[*place].trashed);
        let place = place.ok_or_else(|| refused("not_found"))?;
        let mut faults = Faults::default();
        faults.of_create("reason", &ask.reason);
        faults.refuse()?;
        if ask.force != Some(true) {
            self.require_unlinked(place)?;
        }
        let mut actions = self.unlink_all(place);
        let secret = &mut self.secrets[place];
        secret.revision += 1;
        if destroys {
            secret.gone = true;
            actions.push("secret_destroyed");
        } else {
            secret.trashed = true;
            actions.push("secret_trashed");
        }
        Ok(Done {
            what: Some("deleted"),
            changed: if destroys {
                Vec::new()
            } else {
                vec!["trashed_at"]
            },
            actions,
            record: Some(place),
            ..Done::default()
        })
    }

    pub(in crate::rules) fn undelete_secret(&mut self, which: Which) -> Result<Done, Box<Refusal>> {
        let place = self.named_secret(which)?;
        let place = place.ok_or_else(|| refused("not_found"))?;
        let secret = self.secrets[place].clone();
        if !secret.trashed {
            return Ok(Done {
                record: Some(place),
                ..Done::default()
            });
        }
        self.require_free(secret.folded, secret.env_key.as_deref(), Some(place))?;
        self.require_room()?;
        let secret = &mut self.secrets[place];
        secret.trashed = false;
        secret.revision += 1;
        Ok(Done {
            what: Some("updated"),
            changed: vec!["trashed_at"],
            actions: vec!["secret_undeleted"],
            record: Some(place),
            ..Done::default()
        })
    }

    pub(in crate::rules) fn empty_trash(&mut self) -> Done {
        let thrown_away = self
            .secrets
            .iter_mut()
            .filter(|secret| secret.trashed && !secret.gone);
        let actions = thrown_away
            .map(|secret| {
                secret.gone = true;
                "secret_destroyed"
            })
            .collect();
        Done {
            actions,
            ..Done::default()
        }
    }

    pub(in crate::rules) fn copy(
        &mut self,
        which: Which,
        field: Option<&str>,
    ) -> Result<Done, Box<Refusal>> {
        let place = self.named_secret(which)?;
        let place = place.filter(|place| !self.secrets[*place].trashed);
        let place = place.ok_or_else(|| refused("not_found"))?;
        let secret = &self.secrets[place];
        let mut faults = Faults::default();
        let known = match field {
            Some(field) => fields_of(secret.method).contains(&field),
            None => copied_by_default(secret.method).is_some(),
        };
        if !known {
            faults.at("field");
        }
        faults.refuse()?;
        if secret.versions().is_empty() {
            // Its values are in another vault, from which nothing is read yet.
            let mut faults = Faults::default();
            faults.at("id");
            faults.refuse()?;
        }
        self.note_copied(place);
        Ok(Done {
            actions: vec!["value_copied"],
            record: Some(place),
            ..Done::default()
        })
    }

    /// The value of what was copied.
    pub fn copied(&self, place: usize, field: Option<&str>) -> &Value {
        let secret = &self.secrets[place];
        let field = field.or(copied_by_default(secret.method)).unwrap();
        let values = secret.in_use().and_then(|version| version.values.as_ref());
        &values.unwrap()[field]
    }
}

/// The only field that is secret, where there is only one.
pub fn copied_by_default(method: &str) -> Option<&'static str> {
    match method {
        "opaque_value" => Some("value"),
        "azure_sas_url" => Some("sas_url"),
        "azure_account_key" => Some("account_key"),
        _ => Some("secret_access_key"),
    }
}
