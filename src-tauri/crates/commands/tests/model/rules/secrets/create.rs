//! A new secret (CREATE-01 to -14).

use super::super::values::{self, Ways, method_of};
use super::super::{Done, Faults, Model, Refusal, meant, refused};
use super::{Holding, Secret, Version, new_values, reason_of};
use crate::asks::{Connection, CreateSecret, Means, Policy, Which};

const DEFAULT_POLICY: Policy = Policy {
    keep: 3,
    grace_days: None,
};

impl Model {
    pub(in crate::rules) fn create_secret(
        &mut self,
        ask: &CreateSecret,
    ) -> Result<Done, Box<Refusal>> {
        let ways = Ways::of(&ask.way);
        let is_direct = ways.credentials.is_some() != ways.generate.is_some()
            && ways.connection.is_none()
            && ways.mappings.is_none();
        let is_external =
            !ways.brings_values() && ways.connection.is_some() && ways.mappings.is_some();
        if !is_direct && !is_external {
            return Err(refused("invalid_request"));
        }
        let mut faults = Faults::default();
        if !ask
            .name
            .as_ref()
            .is_some_and(|said| matches!(said.means, Means::Right(_)))
        {
            faults.at("name");
        }
        faults.of_create("description", &ask.description);
        faults.of_create("notes", &ask.notes);
        faults.of_create("tags", &ask.tags);
        faults.of_create("allowed_domains", &ask.domains);
        faults.of_create("history", &ask.policy);
        faults.of_create("reason", &ask.reason);
        faults.of_create("env_key", &ask.env_key);
        let secret_type = meant(&ask.secret_type);
        if secret_type.is_none() {
            faults.at("secret_type");
        }
        let method = method_of(secret_type, &ask.auth_method, None, &mut faults);
        let holding = match method {
            Some(method) => {
                if method != "opaque_value"
                    && ask.env_key.as_ref().is_some_and(|said| !said.is_null())
                {
                    faults.at("env_key");
                }
                self.new_holding(&ways, method, reason_of(&ask.reason), &mut faults)
            }
            None => {
                if let Some(Connection::Of(Which::OtherKind)) = ways.connection {
                    faults.at("vault_connection_id");
                }
                faults.leave_open(&["credentials", "generate", "field_mappings", "env_key"]);
                None
            }
        };
        faults.refuse()?;
        let holding = holding.ok_or_else(|| refused("not_found"))?;
        let name = meant(&ask.name).unwrap();
        let env_key = meant(&ask.env_key);
        self.require_free(name.folded, env_key.as_deref(), None)?;
        self.require_room()?;
        self.secrets.push(Secret {
            id: String::new(),
            name: name.held,
            folded: name.folded,
            description: meant(&ask.description).unwrap_or_default(),
            notes: meant(&ask.notes).unwrap_or_default(),
            tags: meant(&ask.tags).unwrap_or_default(),
            method: method.unwrap(),
            holding,
            env_key,
            domains: meant(&ask.domains).unwrap_or_default(),
            policy: meant(&ask.policy).unwrap_or(DEFAULT_POLICY),
            revision: 1,
            created_by: self.by.member,
            trashed: false,
            gone: false,
        });
        Ok(Done {
            what: Some("created"),
            actions: vec!["secret_created"],
            record: Some(self.secrets.len() - 1),
            ..Done::default()
        })
    }

    /// `None` where a fault was found, or a connection that is not there.
    fn new_holding(
        &self,
        ways: &Ways<'_>,
        method: &'static str,
        reason: Option<String>,
        faults: &mut Faults,
    ) -> Option<Holding> {
        if let (Some(Connection::Of(which)), Some(given)) = (ways.connection, ways.mappings) {
            if matches!(which, Which::OtherKind) {
                faults.at("vault_connection_id");
            }
            let connection = self.connection_at(which);
            let provider = connection.map(|place| self.provider_at(place));
            let mappings = values::mappings(given, method, provider, faults);
            return connection.map(|connection| Holding::External {
                connection,
                mappings,
            });
        }
        let (values, how) = new_values(ways, method, None, faults)?;
        Some(Holding::Direct(vec![Version {
            state: "current",
            method,
            values: Some(values),
            how: if how == "manual" { "created" } else { how },
            origin: None,
            reason,
            created_by: self.by.member,
            forgotten: false,
        }]))
    }
}
