//! Every member of a request to create checked, all faults at once.

use super::{CreateDraft, CreateInput, Values, Way};
use crate::env_key::EnvKey;
use crate::external::{FieldMappings, MappingInput, Provider};
use crate::fault::Fault;
use crate::findings::Findings;
use crate::history;
use crate::ids::ConnectionId;
use crate::method_choice::{self, MethodChoice};
use crate::plan::Context;
use crate::reject::Rejection;
use crate::request::TextList;
use crate::tags::Tags;
use crate::text::{Description, Notes, Reason, SecretName};
use crate::values_input::{self, FieldNull, ValuesInput};
use crate::version::{HistoryPolicy, How};

impl CreateInput {
    /// `None` only where the findings hold a fault.
    pub(super) fn examine(
        mut self,
        context: &Context,
        provider: Option<Provider>,
        random: &mut dyn FnMut(&mut [u8]),
        findings: &mut Findings,
    ) -> Result<Option<CreateDraft>, Rejection> {
        let way = self.take_way()?;
        let name = self.parse_name(findings);
        let description = self.description.as_deref().unwrap_or_default();
        let description = findings.take("description", Description::parse(description));
        let notes = self.notes.as_deref().unwrap_or_default();
        let notes = findings.take("notes", Notes::parse(notes));
        let tags =
            findings.take_listed(Tags::parse_items(self.tags.iter().flat_map(TextList::iter)));
        let choice = method_choice::for_new_secret(
            self.secret_type.as_deref(),
            self.auth_method.as_deref(),
            findings,
        );
        let values = self.parse_values(way, &choice, context, provider, random, findings);
        let env_key = self
            .env_key
            .as_deref()
            .map(|text| parse_env_key(text, &choice, findings));
        let domains = self.allowed_domains.take().unwrap_or_default();
        let allowed_domains = findings.take_domains(&domains);
        let history = match &self.history {
            Some(input) => history::parse_policy(input, findings),
            None => Some(HistoryPolicy::DEFAULT),
        };
        let reason = self
            .reason
            .as_deref()
            .map(|text| findings.take("reason", Reason::parse(text)));
        let draft = || {
            Some(CreateDraft {
                name: name?,
                description: description?,
                notes: notes?,
                tags: tags?,
                method: choice.method?,
                values: values?,
                env_key: unless_wrong(env_key)?,
                allowed_domains: allowed_domains?,
                history: history?,
                reason: unless_wrong(reason)?,
                import_source: self.import_source,
                earlier: self.earlier,
                expires_at: self.expires_at,
                hints: Vec::new(),
            })
        };
        Ok(draft())
    }

    fn parse_name(&self, findings: &mut Findings) -> Option<SecretName> {
        let Some(text) = &self.name else {
            findings.fault("name", Fault::new("missing", "Give the secret a name."));
            return None;
        };
        findings.take("name", SecretName::parse(text))
    }

    fn parse_values(
        &self,
        way: Way,
        choice: &MethodChoice,
        context: &Context,
        provider: Option<Provider>,
        random: &mut dyn FnMut(&mut [u8]),
        findings: &mut Findings,
    ) -> Option<Values> {
        match way {
            Way::Direct(input) => {
                let Some(method) = choice.judged_by() else {
                    values_input::judge_loosely(input, choice, findings);
                    return None;
                };
                let how = if self.import_source.is_some() {
                    How::Imported
                } else {
                    How::Created
                };
                let new = match input {
                    ValuesInput::Pasted(fields) => values_input::pasted(
                        fields,
                        method,
                        None,
                        FieldNull::AsAbsent,
                        how,
                        findings,
                    ),
                    ValuesInput::Generate(input) => {
                        values_input::generated(&input, method, random, findings)
                    }
                }?;
                findings.value_hints(&new, context.now);
                Some(Values::Direct(new))
            }
            Way::External {
                connection,
                mappings,
            } => external_values(&connection, &mappings, choice, provider, findings),
        }
    }

    fn take_way(&mut self) -> Result<Way, Rejection> {
        let values = match (self.credentials.take(), self.generate.take()) {
            (Some(_), Some(_)) => {
                let message = "Give either credentials or generate, not both.";
                return Err(Rejection::invalid_request(
                    message,
                    &["credentials", "generate"],
                ));
            }
            (Some(fields), None) => Some(ValuesInput::Pasted(fields)),
            (None, Some(generate)) => Some(ValuesInput::Generate(generate)),
            (None, None) => None,
        };
        match (
            values,
            self.vault_connection_id.take(),
            self.field_mappings.take(),
        ) {
            (Some(values), None, None) => Ok(Way::Direct(values)),
            (None, Some(connection), Some(mappings)) => Ok(Way::External {
                connection,
                mappings,
            }),
            (Some(_), _, _) => Err(Rejection::invalid_request(
                "Give either credentials or vault_connection_id with field_mappings, not both.",
                &["credentials", "vault_connection_id", "field_mappings"],
            )),
            (None, Some(_), None) => Err(Rejection::invalid_request(
                "vault_connection_id needs field_mappings beside it.",
                &["field_mappings"],
            )),
            (None, None, Some(_)) => Err(Rejection::invalid_request(
                "field_mappings need vault_connection_id beside them.",
                &["vault_connection_id"],
            )),
            (None, None, None) => Err(Rejection::invalid_request(
                "A secret needs credentials, or vault_connection_id with field_mappings.",
                &["credentials"],
            )),
        }
    }
}

fn external_values(
    connection: &str,
    mappings: &[MappingInput],
    choice: &MethodChoice,
    provider: Option<Provider>,
    findings: &mut Findings,
) -> Option<Values> {
    let connection = ConnectionId::parse(connection)
        .map_err(|error| Fault::new(error.kind(), error.to_string()));
    let connection = findings.take("vault_connection_id", connection);
    let method = choice.judged_by()?;
    let mappings = findings.take_listed(FieldMappings::parse(mappings, method, provider))?;
    Some(Values::External {
        connection: connection?,
        provider,
        mappings,
    })
}

/// The rule that only a generic secret has an env key of its own; the catalogue names the others'.
pub(crate) fn parse_env_key(
    text: &str,
    choice: &MethodChoice,
    findings: &mut Findings,
) -> Option<EnvKey> {
    let key = findings.take("env_key", EnvKey::parse(text));
    if choice.excludes_generic() {
        findings.fault("env_key", env_key_not_generic());
        return None;
    }
    key
}

pub(crate) fn env_key_not_generic() -> Fault {
    Fault::new(
        "not_generic",
        "Only a generic secret has an env key; the fields of this type have the names that their tools expect.",
    )
}

/// `Some(None)` for a member that is not there, `None` for one that is wrong.
fn unless_wrong<T>(parsed: Option<Option<T>>) -> Option<Option<T>> {
    parsed.map_or(Some(None), |value| value.map(Some))
}
