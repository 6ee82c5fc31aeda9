//! What the log says about an act. `vault` numbers, chains and signs the entry; this names its content.

use crate::role::Permission;
use crate::text::Reason;

/// What was done. The words are part of the format: signed entries hold them, so none may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    SecretCreated,
    SecretUpdated,
    SecretRotated,
    SecretRestored,
    DomainsWidened,
    VersionDestroyed,
    SecretTrashed,
    SecretUndeleted,
    SecretDestroyed,
    ValueCopied,
    ValueInjected,
    ImportApplied,
    VaultCreated,
    VaultUnlocked,
    VaultLocked,
    UnlockFailures,
    PasswordChanged,
    RecoveryRenewed,
    BackupCreated,
    BackupRestored,
    HeadAccepted,
    AccessRefused,
    LocationCreated,
    LocationUpdated,
    LocationDeleted,
    ConnectionCreated,
    ConnectionUpdated,
    ConnectionTokenRotated,
    ConnectionDeleted,
    TierChanged,
    MemberFounded,
    MemberInvited,
    MemberJoined,
    MemberRoleChanged,
    MemberRemoved,
    IdentityRenewed,
    VaultRekeyed,
    VaultDeleted,
    AuditExported,
    LocationVerified,
    /// Its location or secret is gone for good.
    VerificationDropped,
    RotationStarted,
    RotationAdvanced,
    RotationFinished,
    RotationAbandoned,
    PolicyChanged,
    /// The vault's own, which holds for all secrets without one.
    PolicyDefaultChanged,
    ValueSent,
    /// Of the provider, for a key that this vault does not use.
    KeyDisableAsked,
    KeyDeleteAsked,
    /// Somebody looked where a value is or was; the log has nothing of the value.
    ValueSought,
}

/// The part of an audit entry that the rules decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditDraft {
    pub action: Action,
    /// Names of the fields that changed, never their content.
    pub changed: Vec<&'static str>,
    pub reason: Option<Reason>,
}

/// What an entry is about: the log's word for the type of its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    Secret,
    Location,
    Connection,
    /// The vault's own settings.
    Vault,
    Member,
    /// What trying one version on one location came to.
    Verification,
    Rotation,
    Policy,
}

impl RecordKind {
    pub const ALL: [Self; 8] = [
        Self::Secret,
        Self::Location,
        Self::Connection,
        Self::Vault,
        Self::Member,
        Self::Verification,
        Self::Rotation,
        Self::Policy,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Location => "location",
            Self::Connection => "connection",
            Self::Vault => "vault",
            Self::Member => "member",
            Self::Verification => "verification",
            Self::Rotation => "rotation",
            Self::Policy => "policy",
        }
    }
}

impl Action {
    pub const ALL: [Self; 51] = [
        Self::SecretCreated,
        Self::SecretUpdated,
        Self::SecretRotated,
        Self::SecretRestored,
        Self::DomainsWidened,
        Self::VersionDestroyed,
        Self::SecretTrashed,
        Self::SecretUndeleted,
        Self::SecretDestroyed,
        Self::ValueCopied,
        Self::ValueInjected,
        Self::ImportApplied,
        Self::VaultCreated,
        Self::VaultUnlocked,
        Self::VaultLocked,
        Self::UnlockFailures,
        Self::PasswordChanged,
        Self::RecoveryRenewed,
        Self::BackupCreated,
        Self::BackupRestored,
        Self::HeadAccepted,
        Self::AccessRefused,
        Self::LocationCreated,
        Self::LocationUpdated,
        Self::LocationDeleted,
        Self::ConnectionCreated,
        Self::ConnectionUpdated,
        Self::ConnectionTokenRotated,
        Self::ConnectionDeleted,
        Self::TierChanged,
        Self::MemberFounded,
        Self::MemberInvited,
        Self::MemberJoined,
        Self::MemberRoleChanged,
        Self::MemberRemoved,
        Self::IdentityRenewed,
        Self::VaultRekeyed,
        Self::VaultDeleted,
        Self::AuditExported,
        Self::LocationVerified,
        Self::VerificationDropped,
        Self::RotationStarted,
        Self::RotationAdvanced,
        Self::RotationFinished,
        Self::RotationAbandoned,
        Self::PolicyChanged,
        Self::PolicyDefaultChanged,
        Self::ValueSent,
        Self::KeyDisableAsked,
        Self::KeyDeleteAsked,
        Self::ValueSought,
    ];

    /// What its actor must have been allowed for the entry to count.
    pub fn permission(self) -> Permission {
        match self {
            Self::SecretCreated
            | Self::SecretUpdated
            | Self::SecretRotated
            | Self::SecretRestored
            | Self::DomainsWidened
            | Self::VersionDestroyed
            | Self::SecretTrashed
            | Self::SecretUndeleted
            | Self::SecretDestroyed
            | Self::ImportApplied
            | Self::RotationStarted
            | Self::RotationAdvanced
            | Self::RotationFinished
            | Self::RotationAbandoned
            | Self::PolicyChanged
            | Self::KeyDisableAsked
            | Self::KeyDeleteAsked => Permission::ManageSecrets,
            Self::ValueCopied | Self::ValueInjected | Self::ValueSent | Self::ValueSought => {
                Permission::UseValues
            }
            Self::LocationVerified => Permission::Verify,
            Self::LocationCreated
            | Self::LocationUpdated
            | Self::LocationDeleted
            | Self::VerificationDropped => Permission::ManageLocations,
            Self::ConnectionCreated
            | Self::ConnectionUpdated
            | Self::ConnectionTokenRotated
            | Self::ConnectionDeleted => Permission::ManageConnections,
            Self::MemberFounded
            | Self::MemberInvited
            | Self::MemberRoleChanged
            | Self::MemberRemoved => Permission::ManageMembers,
            Self::VaultCreated
            | Self::VaultRekeyed
            | Self::VaultDeleted
            | Self::TierChanged
            | Self::PolicyDefaultChanged
            | Self::BackupCreated
            | Self::BackupRestored => Permission::ManageVault,
            // Joining and renewing are signed by the member's own key before; `vault` checks whose.
            Self::PasswordChanged
            | Self::RecoveryRenewed
            | Self::MemberJoined
            | Self::IdentityRenewed => Permission::ChangeOwnAccess,
            Self::VaultUnlocked
            | Self::VaultLocked
            | Self::UnlockFailures
            | Self::HeadAccepted
            | Self::AuditExported
            | Self::AccessRefused => Permission::ReadMetadata,
        }
    }

    /// The kind of record whose state an entry of this action vouches for; `None`: of none.
    pub fn record(self) -> Option<RecordKind> {
        match self {
            Self::SecretCreated
            | Self::SecretUpdated
            | Self::SecretRotated
            | Self::SecretRestored
            | Self::DomainsWidened
            | Self::VersionDestroyed
            | Self::SecretTrashed
            | Self::SecretUndeleted
            | Self::SecretDestroyed => Some(RecordKind::Secret),
            Self::LocationCreated | Self::LocationUpdated | Self::LocationDeleted => {
                Some(RecordKind::Location)
            }
            Self::ConnectionCreated
            | Self::ConnectionUpdated
            | Self::ConnectionTokenRotated
            | Self::ConnectionDeleted => Some(RecordKind::Connection),
            Self::TierChanged => Some(RecordKind::Vault),
            Self::LocationVerified | Self::VerificationDropped => Some(RecordKind::Verification),
            Self::RotationStarted
            | Self::RotationAdvanced
            | Self::RotationFinished
            | Self::RotationAbandoned => Some(RecordKind::Rotation),
            Self::PolicyChanged | Self::PolicyDefaultChanged => Some(RecordKind::Policy),
            Self::MemberFounded
            | Self::MemberInvited
            | Self::MemberJoined
            | Self::MemberRoleChanged
            | Self::MemberRemoved
            | Self::IdentityRenewed => Some(RecordKind::Member),
            Self::ValueCopied
            | Self::ValueInjected
            | Self::ValueSent
            | Self::KeyDisableAsked
            | Self::KeyDeleteAsked
            | Self::ValueSought
            | Self::ImportApplied
            | Self::VaultCreated
            | Self::VaultUnlocked
            | Self::VaultLocked
            | Self::UnlockFailures
            | Self::PasswordChanged
            | Self::RecoveryRenewed
            | Self::BackupCreated
            | Self::BackupRestored
            | Self::HeadAccepted
            | Self::AccessRefused
            | Self::VaultRekeyed
            | Self::VaultDeleted
            | Self::AuditExported => None,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SecretCreated => "secret_created",
            Self::SecretUpdated => "secret_updated",
            Self::SecretRotated => "secret_rotated",
            Self::SecretRestored => "secret_restored",
            Self::DomainsWidened => "domains_widened",
            Self::VersionDestroyed => "version_destroyed",
            Self::SecretTrashed => "secret_trashed",
            Self::SecretUndeleted => "secret_undeleted",
            Self::SecretDestroyed => "secret_destroyed",
            Self::ValueCopied => "value_copied",
            Self::ValueInjected => "value_injected",
            Self::ImportApplied => "import_applied",
            Self::VaultCreated => "vault_created",
            Self::VaultUnlocked => "vault_unlocked",
            Self::VaultLocked => "vault_locked",
            Self::UnlockFailures => "unlock_failures",
            Self::PasswordChanged => "password_changed",
            Self::RecoveryRenewed => "recovery_renewed",
            Self::BackupCreated => "backup_created",
            Self::BackupRestored => "backup_restored",
            Self::HeadAccepted => "head_accepted",
            Self::AccessRefused => "access_refused",
            Self::LocationCreated => "location_created",
            Self::LocationUpdated => "location_updated",
            Self::LocationDeleted => "location_deleted",
            Self::ConnectionCreated => "connection_created",
            Self::ConnectionUpdated => "connection_updated",
            Self::ConnectionTokenRotated => "connection_token_rotated",
            Self::ConnectionDeleted => "connection_deleted",
            Self::TierChanged => "tier_changed",
            Self::MemberFounded => "member_founded",
            Self::MemberInvited => "member_invited",
            Self::MemberJoined => "member_joined",
            Self::MemberRoleChanged => "member_role_changed",
            Self::MemberRemoved => "member_removed",
            Self::IdentityRenewed => "identity_renewed",
            Self::VaultRekeyed => "vault_rekeyed",
            Self::VaultDeleted => "vault_deleted",
            Self::AuditExported => "audit_exported",
            Self::LocationVerified => "location_verified",
            Self::VerificationDropped => "verification_dropped",
            Self::RotationStarted => "rotation_started",
            Self::RotationAdvanced => "rotation_advanced",
            Self::RotationFinished => "rotation_finished",
            Self::RotationAbandoned => "rotation_abandoned",
            Self::PolicyChanged => "policy_changed",
            Self::PolicyDefaultChanged => "policy_default_changed",
            Self::ValueSent => "value_sent",
            Self::KeyDisableAsked => "key_disable_asked",
            Self::KeyDeleteAsked => "key_delete_asked",
            Self::ValueSought => "value_sought",
        }
    }
}
