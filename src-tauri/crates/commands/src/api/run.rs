use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::rotation::LastUseView;

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationAnswer {
    pub rotation: RotationView,
}

/// Runs, the newest first.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationPage {
    pub rotations: Vec<RotationView>,
    pub next_cursor: Option<String>,
    pub total: u64,
}

/// One run, with all that happened in it.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct RotationView {
    pub id: String,
    pub secret_id: String,
    pub secret_name: String,
    pub type_label: String,
    pub mark: String,
    /// The type's label.
    pub provider: String,
    /// The next thing that is done, or was when the run stopped.
    #[ts(type = "RotationStage")]
    pub stage: String,
    pub state: RunState,
    #[ts(type = r#""own_key" | "management""#)]
    pub way: String,
    #[ts(type = r#""overlap" | "cut_over""#)]
    pub style: String,
    /// Back to the old key, once somebody has asked for that and while it is possible.
    #[ts(type = r#""forward" | "back""#)]
    pub direction: String,
    pub started_at: String,
    pub started_by: String,
    pub updated_at: String,
    pub reason: Option<String>,
    pub revision: u64,
    /// Who works on it now; nobody where that program is known to have ended.
    pub worker: Option<WorkerView>,
    /// When it goes on by itself: the provider's list is not to be believed before, the old key has its grace until then, or what was
    /// refused is tried once more.
    pub again_at: Option<String>,
    pub old_key_id: Option<String>,
    pub new_key_id: Option<String>,
    pub old_version: Option<u32>,
    pub new_version: Option<u32>,
    /// What the new key is tried on.
    pub tests: Vec<RotationTest>,
    pub old_key: OldKeyView,
    /// The oldest first.
    pub steps: Vec<RotationStep>,
    pub error: Option<RotationError>,
    pub question: Option<RotationQuestion>,
    pub may_resume: bool,
    /// Also of a run that is over, while its old key and that key's value are there and no other change came after it.
    pub may_undo: bool,
    /// What an undo does with the new key.
    #[ts(type = r#""delete" | "make_anew" | "run_out""#)]
    pub removal: String,
    /// Of a run that is over.
    pub ended: Option<RotationEnd>,
}

/// How a run has left things.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct RotationEnd {
    #[ts(type = r#""in_use" | "deleted" | "left" | "runs_out" | "never_made" | "unknown""#)]
    pub new_key: String,
    /// The key that the vault gives out, as far as the run has seen; a stopped one has to be replaced.
    #[ts(type = r#""works" | "stopped" | "unclear""#)]
    pub in_use: String,
    /// A person has left keys there that may have been made for this run.
    pub left_others: bool,
}

/// The provider was asked about a run's keys.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationLooked {
    pub rotation: RotationView,
    /// Those that are asked about; none where it was asked a moment ago, or there is no question.
    pub keys: Vec<super::rotation::KeyView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Working,
    /// Until the old key has had its grace.
    Waiting,
    /// For a decision.
    Asks,
    /// It failed or was interrupted: resume it, or undo it.
    Stopped,
    Done,
    Undone,
    Abandoned,
}

/// The program at work on a run.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct WorkerView {
    pub name: String,
    /// It is this one.
    pub here: bool,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct RotationTest {
    /// `null`: the key itself.
    pub location_id: Option<String>,
    pub name: String,
    /// Where nobody answered, nothing is known of the key.
    #[ts(type = r#""waiting" | "trying" | "again" | "ok" | "failed" | "unreachable""#)]
    pub state: String,
    /// When a key that the provider does not know everywhere yet is tried again.
    pub again_at: Option<String>,
    pub can_list: Option<bool>,
    pub can_read: Option<bool>,
    pub can_write: Option<bool>,
    pub can_delete: Option<bool>,
    pub error_message: Option<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct OldKeyView {
    /// As far as the run has seen.
    #[ts(
        type = r#""works" | "maybe_disabled" | "disabled" | "maybe_deleted" | "deleted" | "stopped""#
    )]
    pub now: String,
    pub last_used: LastUseView,
    /// When the provider said so.
    pub seen_at: Option<String>,
    /// Otherwise nothing shows whether something still uses it.
    pub tells_last_use: bool,
    pub grace_until: Option<String>,
    #[ts(type = r#""disable" | "delete" | "keep""#)]
    pub then: String,
    /// Who said so last.
    pub decided_by: Option<String>,
    pub disabled_at: Option<String>,
    pub deleted_at: Option<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct RotationStep {
    pub step: String,
    #[ts(type = r#""intended" | "done" | "failed""#)]
    pub phase: String,
    pub at: String,
    /// The provider's own, where it refused.
    pub code: Option<String>,
    pub message: Option<String>,
    /// Who decided or undid.
    pub by: Option<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct RotationError {
    pub code: Option<String>,
    pub message: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct RotationQuestion {
    pub message: String,
    pub choices: Vec<RotationChoice>,
}

/// What `rotation_decide` takes.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct RotationChoice {
    pub decision: String,
    pub label: String,
    pub help: String,
    pub danger: bool,
}

/// A secret's run that is not over.
#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct OpenRotation {
    pub id: String,
    #[ts(type = "RotationStage")]
    pub stage: String,
    pub state: RunState,
}
