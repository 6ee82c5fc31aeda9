//! Who may do what: RULES.md, Roles.

use serde::{Deserialize, Serialize};

use crate::ids::MemberId;
use crate::reject::{ErrorType, Rejection};
use crate::text::MemberName;

/// A member's place; each role can do all that the lower ones can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Viewer,
    Operator,
    Admin,
    Owner,
}

/// The member on whose behalf something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub member: MemberId,
    pub name: MemberName,
    pub role: Role,
}

/// What a command does, in the words of the rules that ask for a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// List, search, read metadata, history and audit log.
    ReadMetadata,
    /// Change one's own password and recovery code.
    ChangeOwnAccess,
    /// Copy a value or inject it into a child process.
    UseValues,
    /// Verify a location, check a connection.
    Verify,
    /// Create, update, rotate, delete and restore secrets, and import.
    ManageSecrets,
    ManageLocations,
    ManageConnections,
    /// Invite, change roles, remove.
    ManageMembers,
    /// Tier, vault settings, exports that hold values, backup, deleting the vault.
    ManageVault,
}

/// Refuses what the actor's role does not allow.
pub fn require(actor: &Actor, permission: Permission) -> Result<(), Rejection> {
    let least = permission.least_role();
    if actor.role >= least {
        return Ok(());
    }
    Err(Rejection::new(
        ErrorType::AccessForbidden,
        format!(
            "This needs the role {least}; yours is {}. Ask an owner of the vault.",
            actor.role
        ),
    ))
}

impl Permission {
    pub const ALL: [Self; 9] = [
        Self::ReadMetadata,
        Self::ChangeOwnAccess,
        Self::UseValues,
        Self::Verify,
        Self::ManageSecrets,
        Self::ManageLocations,
        Self::ManageConnections,
        Self::ManageMembers,
        Self::ManageVault,
    ];

    pub fn least_role(self) -> Role {
        match self {
            Self::ReadMetadata | Self::ChangeOwnAccess => Role::Viewer,
            Self::UseValues | Self::Verify => Role::Operator,
            Self::ManageSecrets | Self::ManageLocations | Self::ManageConnections => Role::Admin,
            Self::ManageMembers | Self::ManageVault => Role::Owner,
        }
    }
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Operator, Self::Admin, Self::Owner];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
