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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    Secrets,
    Trash,
    Settings,
    Audit,
    Vaults,
}
