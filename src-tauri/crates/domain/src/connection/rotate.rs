//! Another token for the same connection (CONN-02). Between parsing and deciding it is tried.

use super::credentials::{Asked, ParsedFields, parse_fields};
use super::{Connection, ConnectionCredentials, ConnectionPlan, ConnectionPlanParts};
use crate::audit::{Action, AuditDraft};
use crate::fault::{Fault, Hint};
use crate::findings::Findings;
use crate::plan::{Context, Decision, Done, Outcome};
use crate::record_plan::{RecordChange, require_revision};
use crate::reject::Rejection;
use crate::request::FieldsInput;
use crate::role::{Permission, require};
use crate::text::Reason;

/// A request to rotate, unchecked: the secret fields, and the identifier where it is another.
#[derive(Default)]
pub struct RotateTokenInput {
    pub credentials: Option<FieldsInput>,
    pub expected_revision: Option<i64>,
    pub reason: Option<String>,
}

/// A request whose every member is right by itself.
pub struct RotateTokenDraft<'a> {
    current: &'a Connection,
    fields: ParsedFields,
    expected_revision: Option<i64>,
    reason: Option<Reason>,
    hints: Vec<Hint>,
}

impl RotateTokenInput {
    pub fn parse<'a>(
        self,
        current: &'a Connection,
        context: &Context,
    ) -> Result<RotateTokenDraft<'a>, Rejection> {
        require(&context.actor, Permission::ManageConnections)?;
        let mut findings = Findings::default();
        let fields = match self.credentials {
            Some(given) => {
                let asked = Asked::Token(&current.parts().texts);
                parse_fields(current.method(), given, asked, &mut findings)
            }
            None => {
                let message = "Give the new token.";
                findings.fault("credentials", Fault::new("missing", message));
                None
            }
        };
        let reason = self
            .reason
            .as_deref()
            .and_then(|text| findings.take("reason", Reason::parse(text)));
        let hints = findings.into_hints()?;
        Ok(RotateTokenDraft {
            current,
            fields: fields.expect("fields are missing only where a fault was found"),
            expected_revision: self.expected_revision,
            reason,
            hints,
        })
    }
}

impl RotateTokenDraft<'_> {
    /// The token to try before it replaces the one in use.
    pub fn credentials(&self) -> &ConnectionCredentials {
        &self.fields.token
    }

    /// `in_use` is the token as the seal gives it, to tell a change from none (UPDATE-03).
    pub fn decide(
        self,
        in_use: &ConnectionCredentials,
        context: &Context,
    ) -> Result<Decision<ConnectionPlan>, Rejection> {
        require(&context.actor, Permission::ManageConnections)?;
        let before = self.current.parts();
        require_revision("connection", self.expected_revision, before.revision)?;
        let mut hints = self.hints;
        if self.fields.token.ct_eq(in_use) && self.fields.texts == before.texts {
            let message = "This token is the one already stored, so nothing was rotated.";
            hints.push(Hint::new(
                vec!["credentials".into()],
                "value_unchanged",
                message,
            ));
            let answer = self.current.answer(Done::Unchanged, Vec::new());
            return Ok(Decision::Unchanged(Outcome { hints, ..answer }));
        }
        let mut after = before.clone();
        after.masks = self.fields.token.masks();
        after.texts = self.fields.texts;
        after.revision += 1;
        after.updated_at = context.now.max(before.updated_at);
        after.rotated_at = after.updated_at;
        let changed = vec!["credentials"];
        Ok(Decision::Change(Box::new(ConnectionPlan::decided(
            ConnectionPlanParts {
                connection: Connection::from_stored(after),
                change: RecordChange::Update,
                based_on: Some(before.revision),
                credentials: Some(self.fields.token),
                audit: AuditDraft {
                    action: Action::ConnectionTokenRotated,
                    changed: changed.clone(),
                    reason: self.reason,
                },
                answer: Outcome {
                    hints,
                    ..self.current.answer(Done::Updated, changed)
                },
            },
        ))))
    }
}
