//! A new secret: RULES.md, Create.

mod earlier;
mod examine;

pub use earlier::EarlierValue;
pub(crate) use examine::{env_key_not_generic, parse_env_key};

use crate::allowed_domains::AllowedDomains;
use crate::audit::{Action, AuditDraft};
use crate::catalogue::AuthMethod;
use crate::credentials::Credentials;
use crate::env_key::EnvKey;
use crate::external::{FieldMappings, MappingInput, Provider};
use crate::facts::CreateFacts;
use crate::fault::Hint;
use crate::findings::{Findings, Review};
use crate::identity::Identity;
use crate::ids::ConnectionId;
use crate::plan::{Change, Context, Done, NewVersion, Outcome, Plan, PlanParts};
use crate::reject::Rejection;
use crate::request::{FieldsInput, GenerateInput, HistoryInput, TextList};
use crate::role::{Permission, require};
use crate::secret::{Holding, ImportSource, Secret, SecretParts};
use crate::tags::Tags;
use crate::text::{Description, Notes, Reason, SecretName};
use crate::time::Timestamp;
use crate::values_input::{NewValues, ValuesInput};
use crate::version::{HistoryPolicy, Version, VersionNumber, VersionParts, VersionState};

/// The members of a request to create, unchecked. `null` is as good as absent.
/// They may hold plaintext:
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::create::CreateInput>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::create::CreateInput>();
/// ```
/// ```
/// fn empty<T: Default>() {}
/// empty::<domain::create::CreateInput>();
/// ```
#[derive(Default)]
pub struct CreateInput {
    pub name: Option<String>,
    pub description: Option<String>,
    pub notes: Option<String>,
    pub tags: Option<TextList>,
    pub secret_type: Option<String>,
    pub auth_method: Option<String>,
    pub credentials: Option<FieldsInput>,
    pub generate: Option<GenerateInput>,
    pub vault_connection_id: Option<String>,
    pub field_mappings: Option<Vec<MappingInput>>,
    pub env_key: Option<String>,
    pub allowed_domains: Option<TextList>,
    pub history: Option<HistoryInput>,
    pub reason: Option<String>,
    /// Set by an import: the version is `imported`, and a later import finds the secret by it.
    pub import_source: Option<ImportSource>,
    /// What an import found before the present value, oldest first; kept as old versions.
    pub earlier: Vec<EarlierValue>,
    /// When an import's file says that the values end; what the values say themselves comes first.
    pub expires_at: Option<Timestamp>,
}

/// A request whose every member is right by itself. What it collides with is still to be asked:
/// look up [`CreateDraft::name`] and [`CreateDraft::env_key`] in the writing transaction.
pub struct CreateDraft {
    name: SecretName,
    description: Description,
    notes: Notes,
    tags: Tags,
    method: AuthMethod,
    values: Values,
    env_key: Option<EnvKey>,
    allowed_domains: AllowedDomains,
    history: HistoryPolicy,
    reason: Option<Reason>,
    import_source: Option<ImportSource>,
    earlier: Vec<EarlierValue>,
    expires_at: Option<Timestamp>,
    hints: Vec<Hint>,
}

enum Values {
    Direct(NewValues),
    External {
        connection: ConnectionId,
        provider: Option<Provider>,
        mappings: FieldMappings,
    },
}

/// The two ways of CREATE-06, told apart by which members are there.
enum Way {
    Direct(ValuesInput),
    External {
        connection: String,
        mappings: Vec<MappingInput>,
    },
}

impl CreateInput {
    /// The connection to look up before [`CreateInput::parse`], if the request names one.
    pub fn connection_id(&self) -> Option<ConnectionId> {
        self.vault_connection_id
            .as_deref()
            .and_then(|text| ConnectionId::parse(text).ok())
    }

    /// `provider` is that of the connection which the request names, where this vault has it.
    /// `random` fills a buffer with random bytes, for a generated value.
    pub fn parse(
        self,
        context: &Context,
        provider: Option<Provider>,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<CreateDraft, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let mut findings = Findings::default();
        let draft = self.examine(context, provider, random, &mut findings)?;
        let hints = findings.into_hints()?;
        let mut draft = draft.expect("a draft is missing only where a fault was found");
        draft.hints = hints;
        Ok(draft)
    }

    /// What to show beside the fields while they are being filled in.
    pub fn review(
        self,
        context: &Context,
        provider: Option<Provider>,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<Review, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        let mut findings = Findings::default();
        self.examine(context, provider, random, &mut findings)?;
        Ok(findings.into_review(Vec::new()))
    }
}

impl CreateDraft {
    pub fn name(&self) -> &SecretName {
        &self.name
    }

    pub fn env_key(&self) -> Option<&EnvKey> {
        self.env_key.as_ref()
    }

    pub fn import_source(&self) -> Option<&ImportSource> {
        self.import_source.as_ref()
    }

    pub fn method(&self) -> AuthMethod {
        self.method
    }

    /// The values to be sealed, for a preview's masks.
    pub fn credentials(&self) -> Option<&Credentials> {
        match &self.values {
            Values::Direct(new) => Some(&new.credentials),
            Values::External { .. } => None,
        }
    }

    pub fn hints(&self) -> &[Hint] {
        &self.hints
    }

    /// The same draft under another name, as an import gives to clashing items.
    #[must_use]
    pub fn renamed(mut self, name: SecretName) -> Self {
        self.name = name;
        self
    }

    pub fn decide(self, facts: &CreateFacts, context: &Context) -> Result<Plan, Rejection> {
        require(&context.actor, Permission::ManageSecrets)?;
        if let Values::External { provider: None, .. } = self.values {
            return Err(Rejection::not_found("connection"));
        }
        facts
            .names
            .require_free(Some(&self.name), self.env_key.as_ref())?;
        facts.room.require_room_for_one()?;
        Ok(self.into_plan(context))
    }

    fn into_plan(self, context: &Context) -> Plan {
        let expires_at = self
            .credentials()
            .and_then(|credentials| credentials.expires_at())
            .or(self.expires_at);
        let identity = self.credentials().and_then(Identity::of);
        let earlier = earlier::versions(self.earlier, context);
        let history = self.history.keeping(earlier.len());
        let (holding, hint_count, new_version) = match self.values {
            Values::Direct(new) => {
                let number = earlier::number_after(&earlier);
                let hint_count = u32::try_from(new.hints.len()).unwrap_or(u32::MAX);
                let version =
                    present_version(&new, number, self.method, self.reason.clone(), context)
                        .ending(expires_at);
                let new_version = NewVersion {
                    version,
                    credentials: new.credentials,
                };
                (
                    Holding::Direct { current: number },
                    hint_count,
                    Some(new_version),
                )
            }
            Values::External {
                connection,
                mappings,
                ..
            } => (
                Holding::External {
                    connection,
                    mappings,
                },
                0,
                None,
            ),
        };
        let answer = Outcome {
            name: self.name.as_str().to_owned(),
            done: Done::Created,
            changed: Vec::new(),
            hints: self.hints,
        };
        let secret = Secret::from_stored(SecretParts {
            id: context.new_secret_id,
            name: self.name,
            description: self.description,
            notes: self.notes,
            tags: self.tags,
            method: self.method,
            holding,
            env_key: self.env_key,
            allowed_domains: self.allowed_domains,
            history,
            revision: 1,
            created_at: context.now,
            created_by: context.actor.member,
            updated_at: context.now,
            rotated_at: context.now,
            made_at: context.now,
            expires_at,
            hint_count,
            identity,
            trashed_at: None,
            import_source: self.import_source,
        });
        Plan::decided(PlanParts {
            secret,
            change: Change::Create,
            based_on: None,
            new_version,
            earlier,
            states: Vec::new(),
            told: None,
            destroy: Vec::new(),
            forget: Vec::new(),
            unlink: Vec::new(),
            audit: AuditDraft {
                action: Action::SecretCreated,
                changed: Vec::new(),
                reason: self.reason,
            },
            answer,
        })
    }
}

fn present_version(
    new: &NewValues,
    number: VersionNumber,
    method: AuthMethod,
    reason: Option<Reason>,
    context: &Context,
) -> Version {
    Version::from_stored(VersionParts {
        id: context.new_version_id,
        secret: context.new_secret_id,
        number,
        method,
        state: VersionState::Current,
        created_at: context.now,
        created_by: context.actor.member,
        how: new.how,
        reason,
        origin: None,
        masks: Some(new.credentials.masks()),
        made_at: context.now,
        expires_at: None,
    })
}
