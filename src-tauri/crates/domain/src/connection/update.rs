//! Another name or description. Nothing else of a connection is updated (CONN-02).

use super::{Connection, ConnectionFacts, ConnectionParts, ConnectionPlan, ConnectionPlanParts};
use crate::audit::{Action, AuditDraft};
use crate::findings::Findings;
use crate::plan::{Context, Decision, Done};
use crate::record_plan::{RecordChange, require_revision};
use crate::reject::Rejection;
use crate::request::{FieldsInput, Patch};
use crate::role::{Permission, require};
use crate::text::{ConnectionName, Description, Reason};

/// The members of a request to update, unchecked.
#[derive(Default)]
pub struct ConnectionUpdateInput {
    pub name: Patch<String>,
    pub description: Patch<String>,
    /// Immutable: refused wherever it is sent.
    pub connection_type: Patch<String>,
    /// Immutable: refused wherever it is sent.
    pub method: Patch<String>,
    /// Changed by "rotate token" alone: refused wherever they are sent.
    pub credentials: Patch<FieldsInput>,
    pub expected_revision: Patch<i64>,
    pub reason: Patch<String>,
}

/// A request whose every member is right by itself, laid over the connection as it is. Look up
/// [`ConnectionUpdateDraft::name`] among other connections, in the writing transaction.
#[derive(Debug)]
pub struct ConnectionUpdateDraft<'a> {
    current: &'a Connection,
    after: ConnectionParts,
    expected_revision: Option<i64>,
    reason: Option<Reason>,
}

impl ConnectionUpdateInput {
    pub fn parse<'a>(
        self,
        current: &'a Connection,
        context: &Context,
    ) -> Result<ConnectionUpdateDraft<'a>, Rejection> {
        require(&context.actor, Permission::ManageConnections)?;
        self.require_mutable()?;
        let mut findings = Findings::default();
        let mut after = current.parts().clone();
        match &self.name {
            Patch::Absent => {}
            Patch::Clear => findings.wrong_null("name"),
            Patch::Set(text) => {
                if let Some(name) = findings.take("name", ConnectionName::parse(text)) {
                    after.name = name;
                }
            }
        }
        let description = match &self.description {
            Patch::Absent => None,
            Patch::Clear => Some(""),
            Patch::Set(text) => Some(text.as_str()),
        };
        if let Some(text) = description
            && let Some(parsed) = findings.take("description", Description::parse(text))
        {
            after.description = parsed;
        }
        let expected_revision = match self.expected_revision {
            Patch::Absent => None,
            Patch::Clear => {
                findings.wrong_null("expected_revision");
                None
            }
            Patch::Set(revision) => Some(revision),
        };
        let reason = match &self.reason {
            Patch::Absent => None,
            Patch::Clear => {
                findings.wrong_null("reason");
                None
            }
            Patch::Set(text) => findings.take("reason", Reason::parse(text)),
        };
        findings.into_hints()?;
        Ok(ConnectionUpdateDraft {
            current,
            after,
            expected_revision,
            reason,
        })
    }

    fn require_mutable(&self) -> Result<(), Rejection> {
        if !self.credentials.is_absent() {
            return Err(Rejection::invalid_request(
                "An update changes name and description. A token is changed by rotating it.",
                &["credentials"],
            ));
        }
        for (member, is_absent) in [
            ("connection_type", self.connection_type.is_absent()),
            ("method", self.method.is_absent()),
        ] {
            if !is_absent {
                return Err(Rejection::invalid_request(
                    "A connection leads where it led when it was made. Make a new one instead.",
                    &[member],
                ));
            }
        }
        Ok(())
    }
}

impl ConnectionUpdateDraft<'_> {
    /// The name afterwards.
    pub fn name(&self) -> &ConnectionName {
        &self.after.name
    }

    pub fn decide(
        self,
        facts: &ConnectionFacts,
        context: &Context,
    ) -> Result<Decision<ConnectionPlan>, Rejection> {
        require(&context.actor, Permission::ManageConnections)?;
        let before = self.current.parts();
        require_revision("connection", self.expected_revision, before.revision)?;
        let mut changed = Vec::new();
        if self.after.name != before.name {
            facts.require_free(&self.after.name)?;
            changed.push("name");
        }
        if self.after.description != before.description {
            changed.push("description");
        }
        if changed.is_empty() {
            return Ok(Decision::Unchanged(
                self.current.answer(Done::Unchanged, changed),
            ));
        }
        let mut after = self.after;
        after.revision += 1;
        after.updated_at = context.now.max(before.updated_at);
        let connection = Connection::from_stored(after);
        Ok(Decision::Change(Box::new(ConnectionPlan::decided(
            ConnectionPlanParts {
                answer: connection.answer(Done::Updated, changed.clone()),
                connection,
                change: RecordChange::Update,
                based_on: Some(before.revision),
                credentials: None,
                audit: AuditDraft {
                    action: Action::ConnectionUpdated,
                    changed,
                    reason: self.reason,
                },
            },
        ))))
    }
}
