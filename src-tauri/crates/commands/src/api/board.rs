use domain::request::TextList;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Object, Required};
use super::policy::Interval;
use super::rotation::{OldKeyGiven, RotationBlock};
use super::run::{OpenRotation, RotationView, RunState};

/// Ages, what falls due, and the runs.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationBoard {
    /// Live ones.
    pub secrets: u64,
    pub policy: Interval,
    pub overdue: u64,
    pub due_soon: u64,
    pub in_flight: u64,
    /// Runs that stopped and wait for a person.
    pub failed: u64,
    pub verified: BoardVerified,
    /// By whole weeks since the last rotation; weeks without secrets are left out.
    pub ages: Vec<AgeWeek>,
    /// The next 13 weeks from this Monday in UTC; days without are left out.
    pub due: Vec<DueDay>,
    /// The most overdue first, at most 200.
    pub due_secrets: Vec<DueSecret>,
    pub due_total: u64,
    /// Those that need a person first, then the other open ones, then what ended in the last 30 days, the newest first of each; at most 100.
    pub runs: Vec<RotationView>,
}

/// Locations by what verification says of them.
#[derive(Debug, Default, Serialize, JsonSchema, TS)]
pub struct BoardVerified {
    pub ok: u64,
    pub failed: u64,
    pub unreachable: u64,
    pub unverified: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct AgeWeek {
    pub weeks: u32,
    pub count: u64,
    pub due_soon: u64,
    pub overdue: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct DueDay {
    /// `2026-11-24`, in UTC.
    pub date: String,
    pub count: u64,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct DueSecret {
    pub id: String,
    pub name: String,
    pub mark: String,
    pub type_label: String,
    pub due_at: String,
    /// Its provider can be asked for a new key.
    pub managed: bool,
    pub rotation: Option<OpenRotation>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct RotationBulkAsk {
    #[schemars(with = "Vec<String>")]
    #[ts(as = "Vec<String>")]
    pub secret_ids: Required<TextList>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct RotationBulkPlan {
    pub plans: Vec<BulkPlan>,
}

/// Of one secret.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct BulkPlan {
    pub secret_id: String,
    pub secret_name: String,
    pub mark: String,
    pub type_label: String,
    pub managed: bool,
    #[ts(type = r#""overlap" | "cut_over" | null"#)]
    pub style: Option<String>,
    /// The provider can disable a key without deleting it. Where it cannot do what was chosen, the old key is kept.
    pub disables: bool,
    /// It can end a key before its time.
    pub deletes: bool,
    pub why_not: Option<String>,
    pub warnings: Vec<String>,
    /// With any of these it is refused; the others of the plan are rotated.
    pub blocks: Vec<RotationBlock>,
    /// Its provider was asked. Of many secrets at once it is not: then what stands in the way there is told when they are started.
    pub asked: bool,
    pub locations: u64,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct RotationBulkStart {
    #[schemars(with = "Vec<String>")]
    #[ts(as = "Vec<String>")]
    pub secret_ids: Required<TextList>,
    #[serde(default)]
    pub reason: Option<String>,
    #[schemars(with = "OldKeyGiven")]
    #[ts(as = "OldKeyGiven")]
    pub old_key: Required<Object<OldKeyGiven>>,
}

#[derive(Debug, Default, Serialize, JsonSchema, TS)]
pub struct RotationBulkStarted {
    /// What was started before a cancel stays, stopped where it was.
    pub cancelled: bool,
    pub started: Vec<BulkStarted>,
    pub refused: Vec<BulkRefused>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct BulkStarted {
    pub rotation_id: String,
    pub secret_id: String,
    pub secret_name: String,
    /// Where it came to rest: the new key in use and the old one in its grace is `waiting`.
    pub state: RunState,
    /// Why it stopped, or what it asks.
    pub message: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct BulkRefused {
    pub secret_id: String,
    pub secret_name: String,
    pub message: String,
}
