//! Which entries are asked for.

use domain::audit::Action;
use domain::reject::Detail;
use domain::{
    ConnectionId, LocationId, MemberId, PolicyId, RotationId, SecretId, Timestamp, VaultId,
    VerificationId,
};
use vault::{AuditQuery, ResourceId, ResourceType};

use crate::api::AuditFilters;

/// Conditions as they arrive; an absent one is met by all.
#[derive(Default)]
pub struct Given {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub resource_type: Option<String>,
    pub resource_id: Option<String>,
    pub since: Option<String>,
    pub until: Option<String>,
}

impl Given {
    /// Adds every fault to `faults`; what is answered beside one is of no use.
    pub fn parse(self, faults: &mut Vec<Detail>) -> AuditQuery {
        let mut take = |fault: Detail| faults.push(fault);
        let actor = self.actor.map(|text| {
            MemberId::parse(&text)
                .map_err(|error| take(Detail::at("actor", error.kind(), error.to_string())))
        });
        let action = self.action.map(|text| {
            Action::parse(&text).ok_or_else(|| take(unknown("action", "The log has no such act.")))
        });
        let resource_type = self.resource_type.map(|text| {
            ResourceType::parse(&text).ok_or_else(|| {
                let message = "It is vault, secret, location, connection or member.";
                take(unknown("resource_type", message));
            })
        });
        let resource_id = self.resource_id.map(|text| {
            resource_id(&text).ok_or_else(|| {
                let message =
                    "This is no id of a secret, a location, a connection, a member or a vault.";
                take(Detail::at("resource_id", "malformed_id", message));
            })
        });
        let mut moment = |member: &'static str, given: Option<String>| {
            given.map(|text| {
                Timestamp::parse(&text).map_err(|error| {
                    take(Detail::at(member, "malformed_time", error.to_string()));
                })
            })
        };
        let (since, until) = (moment("since", self.since), moment("until", self.until));
        AuditQuery {
            actor: actor.and_then(Result::ok),
            action: action.and_then(Result::ok),
            resource_type: resource_type.and_then(Result::ok),
            resource_id: resource_id.and_then(Result::ok),
            since: since.and_then(Result::ok),
            until: until.and_then(Result::ok),
            ..AuditQuery::default()
        }
    }
}

impl From<AuditFilters> for Given {
    fn from(given: AuditFilters) -> Self {
        Self {
            actor: given.actor,
            action: given.action,
            resource_type: given.resource_type,
            resource_id: given.resource_id,
            since: given.since,
            until: given.until,
        }
    }
}

fn resource_id(text: &str) -> Option<ResourceId> {
    let secret = SecretId::parse(text).map(ResourceId::Secret);
    secret
        .or_else(|_| LocationId::parse(text).map(ResourceId::Location))
        .or_else(|_| ConnectionId::parse(text).map(ResourceId::Connection))
        .or_else(|_| MemberId::parse(text).map(ResourceId::Member))
        .or_else(|_| VaultId::parse(text).map(ResourceId::Vault))
        .or_else(|_| VerificationId::parse(text).map(ResourceId::Verification))
        .or_else(|_| RotationId::parse(text).map(ResourceId::Rotation))
        .or_else(|_| PolicyId::parse(text).map(ResourceId::Policy))
        .ok()
}

fn unknown(member: &'static str, message: &str) -> Detail {
    Detail::at(member, "unknown_value", message)
}
