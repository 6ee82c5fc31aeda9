//! A partial update, rotation by hand included: RULES.md, Update.

mod decide;
mod examine;
mod values;

use std::mem;

use crate::credentials::Credentials;
use crate::env_key::EnvKey;
use crate::external::{MappingInput, Provider};
use crate::fault::Hint;
use crate::findings::{Findings, Review};
use crate::history::Previous;
use crate::plan::Context;
use crate::reject::Rejection;
use crate::request::{FieldsInput, GenerateInput, HistoryInput, Patch, TextList};
use crate::role::{Permission, require};
use crate::secret::{SecretParts, SecretWithVersions};
use crate::text::{Reason, SecretName};
use crate::time::Timestamp;
use crate::values_input::{NewValues, ValuesInput};

/// The members of a request to update, unchecked.
/// They may hold plaintext:
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::update::UpdateInput>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::update::UpdateInput>();
/// ```
/// ```
/// fn empty<T: Default>() {}
/// empty::<domain::update::UpdateInput>();
/// ```
#[derive(Default)]
pub struct UpdateInput {
    pub name: Patch<String>,
    pub description: Patch<String>,
    pub notes: Patch<String>,
    pub tags: Patch<TextList>,
    pub secret_type: Patch<String>,
    pub auth_method: Patch<String>,
    pub credentials: Patch<FieldsInput>,
    pub generate: Patch<GenerateInput>,
    pub previous: Patch<String>,
    pub vault_connection_id: Patch<String>,
    pub field_mappings: Patch<Vec<MappingInput>>,
    pub env_key: Patch<String>,
    pub allowed_domains: Patch<TextList>,
    pub history: Patch<HistoryInput>,
    pub expected_revision: Patch<i64>,
    pub reason: Patch<String>,
    pub origin: Origin,
}

/// Who gives the new values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    #[default]
    Person,
    /// A file may say when a value that does not carry its end expires.
    Import { expires_at: Option<Timestamp> },
}

impl Origin {
    fn expires_at(self) -> Option<Timestamp> {
        match self {
            Self::Person => None,
            Self::Import { expires_at } => expires_at,
        }
    }
}

/// What parsing an update takes from outside.
pub struct UpdateMeans<'a> {
    /// The provider of the connection that an external secret uses.
    pub provider: Option<Provider>,
    /// Fills a buffer with random bytes, for a generated value.
    pub random: &'a mut dyn FnMut(&mut [u8]),
    /// Opens the values in use. Called at most once, and only where the request brings new ones.
    pub values_in_use: &'a mut dyn FnMut() -> Result<Credentials, Rejection>,
}

/// A request whose every member is right by itself, laid over the secret as it is. Look up
/// [`UpdateDraft::name`] and [`UpdateDraft::env_key`] among other live secrets, in the writing
/// transaction.
pub struct UpdateDraft<'a> {
    current: &'a SecretWithVersions,
    after: SecretParts,
    new_values: Option<NewValues>,
    changed: Vec<&'static str>,
    /// Of a new value that does not carry its end.
    expires_at: Option<Timestamp>,
    previous: Previous,
    expected_revision: Option<i64>,
    reason: Option<Reason>,
    widened: Vec<String>,
    hints: Vec<Hint>,
}

/// What the request does about the secret's values.
enum ValuesChange {
    Stay,
    Replace(ValuesInput),
    Remap(Vec<MappingInput>),
}

impl UpdateInput {
    pub fn parse<'a>(
        self,
        current: &'a SecretWithVersions,
        context: &Context,
        means: UpdateMeans<'_>,
    ) -> Result<UpdateDraft<'a>, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let mut findings = Findings::default();
        let mut draft = self.examine(current, context, means, &mut findings)?;
        draft.hints = findings.into_hints()?;
        Ok(draft)
    }

    /// What to show beside the fields while they are being filled in.
    pub fn review(
        self,
        current: &SecretWithVersions,
        context: &Context,
        means: UpdateMeans<'_>,
    ) -> Result<Review, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let mut findings = Findings::default();
        let draft = self.examine(current, context, means, &mut findings)?;
        Ok(findings.into_review(draft.widened))
    }

    /// Ways and immutables (UPDATE-09 to -12). A `null` among them is a fault of its field, found later.
    fn take_values_change(
        &mut self,
        current: &SecretWithVersions,
    ) -> Result<ValuesChange, Rejection> {
        if !self.vault_connection_id.is_absent() {
            return Err(Rejection::invalid_request(
                "The connection of a secret cannot be changed. Make a new secret instead.",
                &["vault_connection_id"],
            ));
        }
        let brings_values = self.credentials.is_set() || self.generate.is_set();
        let brought = if self.credentials.is_set() {
            "credentials"
        } else {
            "generate"
        };
        if brings_values && self.field_mappings.is_set() {
            return Err(Rejection::invalid_request(
                format!("Give either {brought} or field_mappings, not both."),
                &[brought, "field_mappings"],
            ));
        }
        if self.credentials.is_set() && self.generate.is_set() {
            return Err(Rejection::invalid_request(
                "Give either credentials or generate, not both.",
                &["credentials", "generate"],
            ));
        }
        let is_external = current.secret().is_external();
        if brings_values && is_external {
            return Err(Rejection::invalid_request(
                "The values of this secret are managed in its own vault. Change them there.",
                &[brought],
            ));
        }
        if self.field_mappings.is_set() && !is_external {
            return Err(Rejection::invalid_request(
                "The values of this secret are held here. Give credentials instead.",
                &["field_mappings"],
            ));
        }
        if let Patch::Set(fields) = mem::take(&mut self.credentials) {
            Ok(ValuesChange::Replace(ValuesInput::Pasted(fields)))
        } else if let Patch::Set(generate) = mem::take(&mut self.generate) {
            Ok(ValuesChange::Replace(ValuesInput::Generate(generate)))
        } else if let Patch::Set(mappings) = mem::take(&mut self.field_mappings) {
            Ok(ValuesChange::Remap(mappings))
        } else {
            Ok(ValuesChange::Stay)
        }
    }
}

impl UpdateDraft<'_> {
    /// The name afterwards.
    pub fn name(&self) -> &SecretName {
        &self.after.name
    }

    /// The env key afterwards.
    pub fn env_key(&self) -> Option<&EnvKey> {
        self.after.env_key.as_ref()
    }

    pub fn hints(&self) -> &[Hint] {
        &self.hints
    }
}
