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
}

/// The part of an audit entry that the rules decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditDraft {
    pub action: Action,
    /// Names of the fields that changed, never their content.
    pub changed: Vec<&'static str>,
    pub reason: Option<Reason>,
}

impl Action {
    pub const ALL: [Self; 22] = [
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
            | Self::ImportApplied => Permission::ManageSecrets,
            Self::ValueCopied | Self::ValueInjected => Permission::UseValues,
            Self::VaultCreated | Self::BackupCreated | Self::BackupRestored => {
                Permission::ManageVault
            }
            Self::PasswordChanged | Self::RecoveryRenewed => Permission::ChangeOwnAccess,
            Self::VaultUnlocked
            | Self::VaultLocked
            | Self::UnlockFailures
            | Self::HeadAccepted
            | Self::AccessRefused => Permission::ReadMetadata,
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
        }
    }
}
