//! Access to an external vault: RULES.md, Connections.

mod catalogue;
mod create;
mod credentials;
mod delete;
mod rotate;
mod update;

pub use catalogue::{
    ConnectionFieldKind, ConnectionFieldSpec, ConnectionFieldView, ConnectionMethod,
    ConnectionMethodView, ConnectionTypeView, connection_types, field_name,
};
pub use create::{ConnectionDraft, ConnectionInput};
pub use credentials::ConnectionCredentials;
pub use delete::ConnectionDeleteInput;
pub use rotate::{RotateTokenDraft, RotateTokenInput};
pub use update::{ConnectionUpdateDraft, ConnectionUpdateInput};

use crate::audit::AuditDraft;
use crate::external::Provider;
use crate::ids::{ConnectionId, MemberId};
use crate::mask::{Masks, display_text};
use crate::plan::{Done, Outcome};
use crate::record_plan::RecordChange;
use crate::reject::Rejection;
use crate::text::{ConnectionName, Description};
use crate::tier::Tier;
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    parts: ConnectionParts,
}

/// All that a connection's record holds; its token is sealed beside it (CONN-03).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionParts {
    pub id: ConnectionId,
    pub name: ConnectionName,
    pub description: Description,
    /// Never changes, and with it the type.
    pub method: ConnectionMethod,
    /// The fields that anyone may see, in the catalogue's order.
    pub texts: Vec<(&'static str, String)>,
    /// Of the fields that are sealed.
    pub masks: Masks,
    pub revision: u64,
    pub created_at: Timestamp,
    pub created_by: MemberId,
    pub updated_at: Timestamp,
    /// When the token in use came to be in use.
    pub rotated_at: Timestamp,
}

/// What the rules must know about the vault's other connections, looked up in the transaction that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionFacts {
    /// Another connection that has the name (folded) which the draft wants.
    pub same_name: Option<ConnectionId>,
    pub tier: Tier,
    pub connections: u64,
}

/// What a vault does with one connection in one transaction, with its one audit entry.
///
/// Nobody but the decisions can make one, and it may hold a token, so it has no `Serialize`, `Debug` or `Clone` (OUT-01):
/// ```compile_fail
/// fn forge(parts: domain::connection::ConnectionPlanParts) -> domain::connection::ConnectionPlan {
///     domain::connection::ConnectionPlan::decided(parts)
/// }
/// ```
/// ```compile_fail
/// fn answer<T: serde::Serialize>() {}
/// answer::<domain::connection::ConnectionPlan>();
/// ```
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::connection::ConnectionPlan>();
/// ```
/// ```compile_fail
/// fn copy<T: Clone>() {}
/// copy::<domain::connection::ConnectionPlan>();
/// ```
/// ```
/// fn take(plan: domain::connection::ConnectionPlan) -> domain::connection::ConnectionPlanParts {
///     plan.into_parts()
/// }
/// ```
pub struct ConnectionPlan {
    parts: ConnectionPlanParts,
}

/// The plan taken apart by the vault that applies it; no more printable than the plan.
/// ```compile_fail
/// fn log<T: std::fmt::Debug>() {}
/// log::<domain::connection::ConnectionPlanParts>();
/// ```
pub struct ConnectionPlanParts {
    /// The connection as it is afterwards (where it is deleted: as it was last).
    pub connection: Connection,
    pub change: RecordChange,
    /// The revision that the decision was made on; `None` for a new connection.
    pub based_on: Option<u64>,
    /// The token to seal, where there is a new one.
    pub credentials: Option<ConnectionCredentials>,
    pub audit: AuditDraft,
    pub answer: Outcome,
}

/// The rule that acts on a connection never make one.
pub fn existing(found: Option<Connection>) -> Result<Connection, Rejection> {
    found.ok_or_else(|| Rejection::not_found("connection"))
}

impl Connection {
    /// Rebuilds a connection from its stored record.
    pub fn from_stored(parts: ConnectionParts) -> Self {
        Self { parts }
    }

    pub fn parts(&self) -> &ConnectionParts {
        &self.parts
    }

    pub fn id(&self) -> ConnectionId {
        self.parts.id
    }

    pub fn name(&self) -> &ConnectionName {
        &self.parts.name
    }

    pub fn method(&self) -> ConnectionMethod {
        self.parts.method
    }

    pub fn provider(&self) -> Provider {
        self.parts.method.provider()
    }

    /// A field that anyone may see.
    pub fn text(&self, field: &str) -> Option<&str> {
        let mut texts = self.parts.texts.iter();
        texts
            .find(|(name, _)| *name == field)
            .map(|(_, text)| text.as_str())
    }

    pub fn revision(&self) -> u64 {
        self.parts.revision
    }

    fn answer(&self, done: Done, changed: Vec<&'static str>) -> Outcome {
        Outcome {
            name: self.name().as_str().to_owned(),
            done,
            changed,
            hints: Vec::new(),
        }
    }
}

impl ConnectionPlan {
    pub(crate) fn decided(parts: ConnectionPlanParts) -> Self {
        Self { parts }
    }

    pub fn into_parts(self) -> ConnectionPlanParts {
        self.parts
    }

    pub fn connection(&self) -> &Connection {
        &self.parts.connection
    }

    pub fn change(&self) -> RecordChange {
        self.parts.change
    }

    pub fn answer(&self) -> &Outcome {
        &self.parts.answer
    }
}

impl ConnectionFacts {
    fn require_free(&self, name: &ConnectionName) -> Result<(), Rejection> {
        let Some(holder) = self.same_name else {
            return Ok(());
        };
        let message = format!(
            "There is a connection named \"{}\" already. Choose another name.",
            display_text(name.as_str())
        );
        Err(Rejection::already_exists(message, holder, "name"))
    }
}
