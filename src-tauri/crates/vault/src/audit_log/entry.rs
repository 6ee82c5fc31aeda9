//! The log as a person reads it.

use std::fmt;

pub use domain::audit::RecordKind as ResourceType;

use domain::audit::Action;
use domain::ids::{
    ConnectionId, DeviceId, LocationId, MemberId, PolicyId, RotationId, SecretId, VaultId,
    VerificationId,
};
use domain::mask::display_text;
use domain::time::Timestamp;

use crate::membership::Membership;
use crate::store::audit::{AuditRow, RowRead};

/// What an entry is about.
#[derive(Clone, Copy)]
pub enum Resource<'a> {
    /// The vault as a whole, as an act and not as a record.
    Vault,
    Secret {
        id: SecretId,
        name: &'a str,
    },
    Location {
        id: LocationId,
        name: &'a str,
    },
    Connection {
        id: ConnectionId,
        name: &'a str,
    },
    Member {
        id: MemberId,
        name: &'a str,
    },
    /// The vault's settings, which are a record of their own.
    Settings {
        vault: VaultId,
    },
    /// Named for its location.
    Verification {
        id: VerificationId,
        name: &'a str,
    },
    /// Named for its secret.
    Rotation {
        id: RotationId,
        name: &'a str,
    },
    /// Named for its secret, where it is one's.
    Policy {
        id: PolicyId,
        name: &'a str,
    },
}

/// The record that an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResourceId {
    /// The vault's settings.
    Vault(VaultId),
    Secret(SecretId),
    Location(LocationId),
    Connection(ConnectionId),
    Member(MemberId),
    Verification(VerificationId),
    Rotation(RotationId),
    Policy(PolicyId),
}

/// How the act ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActResult {
    Done,
    /// The actor's role did not allow it.
    Refused,
    /// Reported by this device's own counters, which anyone at this machine could have changed.
    Unverified,
}

/// Which entries are wanted; an absent condition is met by all.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    pub actor: Option<MemberId>,
    pub action: Option<Action>,
    pub resource_type: Option<ResourceType>,
    pub resource_id: Option<ResourceId>,
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Before this position, to go on from a page's `next`.
    pub before: Option<i64>,
    /// How many of those that match to pass over.
    pub offset: u64,
    pub limit: u32,
}

/// Entries, newest first.
#[derive(Debug)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    /// What `before` is for the entries that follow, where there are any.
    pub next: Option<i64>,
}

/// What was meddled with so that it cannot be read is shown as such, and hides nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditLine {
    Entry(AuditEntry),
    Unreadable(UnreadableEntry),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableEntry {
    pub position: i64,
    /// What the entry says of itself; nothing where it cannot be read at all.
    pub says: Option<EntrySays>,
    /// Which part cannot be read, in words.
    pub why: String,
}

/// A doubtful entry's own words, fit to be shown; they may be anybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntrySays {
    pub device: DeviceId,
    pub sequence: i64,
    pub time: Timestamp,
    pub actor: MemberId,
    /// `None` where the vault knows nobody of this id.
    pub actor_name: Option<String>,
    pub action: String,
    pub resource_type: String,
    pub resource_name: String,
}

/// One line of the log as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Place in the one list of all devices' entries, from 1.
    pub position: i64,
    /// Place in the chain of its device, from 1.
    pub sequence: i64,
    pub time: Timestamp,
    pub device: DeviceId,
    pub actor: MemberId,
    /// `None` where the vault knows nobody of this id.
    pub actor_name: Option<String>,
    pub action: Action,
    pub resource_type: ResourceType,
    pub resource_id: Option<ResourceId>,
    pub resource_name: String,
    /// Names of fields, never their content.
    pub changed: Vec<String>,
    pub reason: Option<String>,
    pub result: ActResult,
}

impl AuditLine {
    pub fn position(&self) -> i64 {
        match self {
            AuditLine::Entry(entry) => entry.position,
            AuditLine::Unreadable(entry) => entry.position,
        }
    }

    pub fn entry(&self) -> Option<&AuditEntry> {
        match self {
            AuditLine::Entry(entry) => Some(entry),
            AuditLine::Unreadable(_) => None,
        }
    }

    pub(crate) fn read(members: &Membership, row: RowRead) -> AuditLine {
        let row = match row {
            RowRead::Whole(row) => row,
            RowRead::Broken { position, column } => {
                return AuditLine::unreadable(position, None, column);
            }
        };
        let actor_name = members
            .name_of(MemberId::from_bytes(row.actor))
            .map(str::to_owned);
        match AuditEntry::from_row(&row, actor_name.clone()) {
            Ok(entry) => AuditLine::Entry(entry),
            Err(column) => {
                let says = EntrySays::of(&row, actor_name);
                AuditLine::unreadable(row.position, Some(says), column)
            }
        }
    }

    fn unreadable(position: i64, says: Option<EntrySays>, column: &str) -> AuditLine {
        AuditLine::Unreadable(UnreadableEntry {
            position,
            says,
            why: format!("its {column} cannot be read"),
        })
    }
}

impl EntrySays {
    pub(crate) fn of(row: &AuditRow, actor_name: Option<String>) -> EntrySays {
        EntrySays {
            device: DeviceId::from_bytes(row.device),
            sequence: row.sequence,
            time: Timestamp::from_millis(row.time),
            actor: MemberId::from_bytes(row.actor),
            actor_name,
            action: display_text(&row.action),
            resource_type: display_text(&row.resource_type),
            resource_name: display_text(&row.resource_name),
        }
    }
}

impl AuditEntry {
    /// What the row says, or the part of it that says nothing.
    fn from_row(row: &AuditRow, actor_name: Option<String>) -> Result<AuditEntry, &'static str> {
        let resource_type = ResourceType::parse(&row.resource_type).ok_or("resource type")?;
        Ok(AuditEntry {
            position: row.position,
            sequence: row.sequence,
            time: Timestamp::from_millis(row.time),
            device: DeviceId::from_bytes(row.device),
            actor: MemberId::from_bytes(row.actor),
            actor_name,
            action: Action::parse(&row.action).ok_or("action")?,
            resource_type,
            resource_id: row.resource_id.map(|id| ResourceId::of(resource_type, id)),
            resource_name: row.resource_name.clone(),
            changed: serde_json::from_str(&row.changed).map_err(|_| "list of changes")?,
            reason: row.reason.clone(),
            result: ActResult::parse(&row.result).ok_or("result")?,
        })
    }
}

impl Resource<'_> {
    pub(crate) fn kind(self) -> ResourceType {
        match self {
            Resource::Vault | Resource::Settings { .. } => ResourceType::Vault,
            Resource::Secret { .. } => ResourceType::Secret,
            Resource::Location { .. } => ResourceType::Location,
            Resource::Connection { .. } => ResourceType::Connection,
            Resource::Member { .. } => ResourceType::Member,
            Resource::Verification { .. } => ResourceType::Verification,
            Resource::Rotation { .. } => ResourceType::Rotation,
            Resource::Policy { .. } => ResourceType::Policy,
        }
    }

    pub(crate) fn id(self) -> Option<ResourceId> {
        match self {
            Resource::Vault => None,
            Resource::Secret { id, .. } => Some(ResourceId::Secret(id)),
            Resource::Location { id, .. } => Some(ResourceId::Location(id)),
            Resource::Connection { id, .. } => Some(ResourceId::Connection(id)),
            Resource::Member { id, .. } => Some(ResourceId::Member(id)),
            Resource::Settings { vault } => Some(ResourceId::Vault(vault)),
            Resource::Verification { id, .. } => Some(ResourceId::Verification(id)),
            Resource::Rotation { id, .. } => Some(ResourceId::Rotation(id)),
            Resource::Policy { id, .. } => Some(ResourceId::Policy(id)),
        }
    }
}

impl<'a> Resource<'a> {
    pub(crate) fn name(self) -> &'a str {
        match self {
            Resource::Vault | Resource::Settings { .. } => "",
            Resource::Secret { name, .. }
            | Resource::Location { name, .. }
            | Resource::Connection { name, .. }
            | Resource::Member { name, .. }
            | Resource::Verification { name, .. }
            | Resource::Rotation { name, .. }
            | Resource::Policy { name, .. } => name,
        }
    }
}

impl ResourceId {
    pub(super) fn of(kind: ResourceType, bytes: [u8; 16]) -> ResourceId {
        match kind {
            ResourceType::Vault => ResourceId::Vault(VaultId::from_bytes(bytes)),
            ResourceType::Secret => ResourceId::Secret(SecretId::from_bytes(bytes)),
            ResourceType::Location => ResourceId::Location(LocationId::from_bytes(bytes)),
            ResourceType::Connection => ResourceId::Connection(ConnectionId::from_bytes(bytes)),
            ResourceType::Member => ResourceId::Member(MemberId::from_bytes(bytes)),
            ResourceType::Verification => {
                ResourceId::Verification(VerificationId::from_bytes(bytes))
            }
            ResourceType::Rotation => ResourceId::Rotation(RotationId::from_bytes(bytes)),
            ResourceType::Policy => ResourceId::Policy(PolicyId::from_bytes(bytes)),
        }
    }

    pub fn resource_type(self) -> ResourceType {
        match self {
            ResourceId::Vault(_) => ResourceType::Vault,
            ResourceId::Secret(_) => ResourceType::Secret,
            ResourceId::Location(_) => ResourceType::Location,
            ResourceId::Connection(_) => ResourceType::Connection,
            ResourceId::Member(_) => ResourceType::Member,
            ResourceId::Verification(_) => ResourceType::Verification,
            ResourceId::Rotation(_) => ResourceType::Rotation,
            ResourceId::Policy(_) => ResourceType::Policy,
        }
    }

    pub(crate) fn to_bytes(self) -> [u8; 16] {
        match self {
            ResourceId::Vault(id) => id.to_bytes(),
            ResourceId::Secret(id) => id.to_bytes(),
            ResourceId::Location(id) => id.to_bytes(),
            ResourceId::Connection(id) => id.to_bytes(),
            ResourceId::Member(id) => id.to_bytes(),
            ResourceId::Verification(id) => id.to_bytes(),
            ResourceId::Rotation(id) => id.to_bytes(),
            ResourceId::Policy(id) => id.to_bytes(),
        }
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResourceId::Vault(id) => id.fmt(f),
            ResourceId::Secret(id) => id.fmt(f),
            ResourceId::Location(id) => id.fmt(f),
            ResourceId::Connection(id) => id.fmt(f),
            ResourceId::Member(id) => id.fmt(f),
            ResourceId::Verification(id) => id.fmt(f),
            ResourceId::Rotation(id) => id.fmt(f),
            ResourceId::Policy(id) => id.fmt(f),
        }
    }
}

impl ActResult {
    pub const ALL: [ActResult; 3] = [ActResult::Done, ActResult::Refused, ActResult::Unverified];

    pub fn as_str(self) -> &'static str {
        match self {
            ActResult::Done => "done",
            ActResult::Refused => "refused",
            ActResult::Unverified => "unverified",
        }
    }

    pub fn parse(text: &str) -> Option<ActResult> {
        ActResult::ALL
            .into_iter()
            .find(|result| result.as_str() == text)
    }
}
