//! A new connection.

use super::credentials::{Asked, ParsedFields, parse_fields};
use super::{
    Connection, ConnectionCredentials, ConnectionFacts, ConnectionMethod, ConnectionParts,
    ConnectionPlan, ConnectionPlanParts,
};
use crate::audit::{Action, AuditDraft};
use crate::external::Provider;
use crate::fault::{Fault, Hint};
use crate::findings::Findings;
use crate::ids::ConnectionId;
use crate::plan::{Context, Done, Outcome};
use crate::record_plan::RecordChange;
use crate::reject::Rejection;
use crate::request::FieldsInput;
use crate::role::{Permission, require};
use crate::text::{ConnectionName, Description, Reason};

/// The members of a request to create, unchecked. `null` is as good as absent.
/// It may hold plaintext:
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::connection::ConnectionInput>();
/// ```
#[derive(Default)]
pub struct ConnectionInput {
    pub name: Option<String>,
    pub description: Option<String>,
    pub connection_type: Option<String>,
    /// May be left out where the type has one only.
    pub method: Option<String>,
    pub credentials: Option<FieldsInput>,
    pub reason: Option<String>,
}

/// A request whose every member is right by itself. Look up [`ConnectionDraft::name`] in the writing transaction.
pub struct ConnectionDraft {
    name: ConnectionName,
    description: Description,
    method: ConnectionMethod,
    fields: ParsedFields,
    reason: Option<Reason>,
    hints: Vec<Hint>,
}

impl ConnectionInput {
    pub fn parse(self, context: &Context) -> Result<ConnectionDraft, Rejection> {
        require(&context.actor, Permission::ManageConnections)?;
        let mut findings = Findings::default();
        let draft = self.examine(&mut findings);
        let hints = findings.into_hints()?;
        let mut draft = draft.expect("a draft is missing only where a fault was found");
        draft.hints = hints;
        Ok(draft)
    }

    fn examine(self, findings: &mut Findings) -> Option<ConnectionDraft> {
        let name = match self.name.as_deref() {
            Some(text) => findings.take("name", ConnectionName::parse(text)),
            None => {
                findings.fault("name", Fault::new("missing", "Give the connection a name."));
                None
            }
        };
        let description = self.description.as_deref().unwrap_or_default();
        let description = findings.take("description", Description::parse(description));
        let connection_type = self.connection_type.as_deref();
        let method = parse_method(connection_type, self.method.as_deref(), findings);
        let given = self.credentials.unwrap_or_default();
        let fields = method.and_then(|method| parse_fields(method, given, Asked::Whole, findings));
        let reason = match self.reason.as_deref() {
            Some(text) => findings.take("reason", Reason::parse(text)).map(Some),
            None => Some(None),
        };
        Some(ConnectionDraft {
            name: name?,
            description: description?,
            method: method?,
            fields: fields?,
            reason: reason?,
            hints: Vec::new(),
        })
    }
}

impl ConnectionDraft {
    pub fn name(&self) -> &ConnectionName {
        &self.name
    }

    /// The token to try before it is kept.
    pub fn credentials(&self) -> &ConnectionCredentials {
        &self.fields.token
    }

    pub fn hints(&self) -> &[Hint] {
        &self.hints
    }

    pub fn decide(
        self,
        facts: &ConnectionFacts,
        id: ConnectionId,
        context: &Context,
    ) -> Result<ConnectionPlan, Rejection> {
        require(&context.actor, Permission::ManageConnections)?;
        facts.require_free(&self.name)?;
        facts
            .tier
            .require_room_for_connections(facts.connections, 1)?;
        let answer = Outcome {
            name: self.name.as_str().to_owned(),
            done: Done::Created,
            changed: Vec::new(),
            hints: self.hints,
        };
        let connection = Connection::from_stored(ConnectionParts {
            id,
            name: self.name,
            description: self.description,
            method: self.method,
            masks: self.fields.token.masks(),
            texts: self.fields.texts,
            revision: 1,
            created_at: context.now,
            created_by: context.actor.member,
            updated_at: context.now,
            rotated_at: context.now,
        });
        Ok(ConnectionPlan::decided(ConnectionPlanParts {
            connection,
            change: RecordChange::Create,
            based_on: None,
            credentials: Some(self.fields.token),
            audit: AuditDraft {
                action: Action::ConnectionCreated,
                changed: Vec::new(),
                reason: self.reason,
            },
            answer,
        }))
    }
}

fn parse_method(
    connection_type: Option<&str>,
    method: Option<&str>,
    findings: &mut Findings,
) -> Option<ConnectionMethod> {
    let method = method.map(|text| {
        let known = ConnectionMethod::parse(text)
            .ok_or_else(|| Fault::new("unknown_value", "This way to sign in is not known."));
        findings.take("method", known)
    });
    let Some(text) = connection_type else {
        let message = "Choose the vault that this connection leads to.";
        findings.fault("connection_type", Fault::new("missing", message));
        return None;
    };
    let known = Provider::parse(text).ok_or_else(|| {
        let message = "This type is not known. The types are onepassword, doppler and infisical.";
        Fault::new("unknown_value", message)
    });
    let provider = findings.take("connection_type", known)?;
    let methods: Vec<ConnectionMethod> = ConnectionMethod::of(provider).collect();
    let names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    let names = names.join(" or ");
    match (method, methods.as_slice()) {
        (Some(method), _) => {
            let method = method?;
            if methods.contains(&method) {
                return Some(method);
            }
            let message = format!("{} takes {names}.", provider.label());
            findings.fault("method", Fault::new("method_of_other_type", message));
            None
        }
        (None, [only]) => Some(*only),
        (None, _) => {
            let message = format!("{} has several ways; choose {names}.", provider.label());
            findings.fault("method", Fault::new("missing", message));
            None
        }
    }
}
