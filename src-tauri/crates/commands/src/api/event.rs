use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// What the window hears about without asking, sent as the event `turnstone`. Never a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The vault is locked now; the page forgets everything it shows.
    Locked {
        reason: LockReason,
        /// What to tell the person, where the reason alone does not say it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        message: Option<String>,
    },
    Changed {
        what: Vec<Changed>,
    },
    Progress {
        job: String,
        stage: String,
        done: u64,
        total: u64,
    },
    /// Something happened in a rotation; between two attempts at a test, too.
    RotationChanged {
        rotation_id: String,
        secret_id: String,
    },
    /// A file was dropped on the window; its path stays in Rust.
    FileDropped {
        file_id: String,
        file_name: String,
    },
    /// What of ours is on the clipboard; 0 ms when it is gone.
    Clipboard {
        label: String,
        remaining_ms: u64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum LockReason {
    Asked,
    Idle,
    Sleep,
    Quit,
    /// The vault on disk can no longer be trusted or was replaced by another process.
    Changed,
    /// A member of the vault changed its keys meanwhile: unlock again.
    KeysChanged,
    /// The member is one no longer.
    Removed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    Secrets,
    Trash,
    Locations,
    Connections,
    /// Runs and policies.
    Rotations,
    Members,
    /// The tier.
    VaultSettings,
    Settings,
    Audit,
    Vaults,
}

impl Changed {
    /// All that another member, or this one elsewhere, can have changed.
    pub const OF_THE_VAULT: [Self; 8] = [
        Self::Secrets,
        Self::Trash,
        Self::Locations,
        Self::Connections,
        Self::Rotations,
        Self::Members,
        Self::VaultSettings,
        Self::Audit,
    ];
}
