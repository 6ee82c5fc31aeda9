use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::Whole;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct Settings {
    #[ts(type = r#""system" | "light" | "dark""#)]
    pub theme: String,
    /// 5–300, 30 by default.
    pub clipboard_seconds: u32,
    /// 1–240, 5 by default.
    pub idle_lock_minutes: u32,
    /// What the system is told when something falls due: nothing, how many, or their names too. `count` by default.
    #[ts(type = r#""off" | "count" | "names""#)]
    pub due_notices: String,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields)]
pub struct SettingsUpdate {
    #[serde(default)]
    #[ts(optional, type = r#""system" | "light" | "dark""#)]
    pub theme: Option<String>,
    #[serde(default)]
    pub clipboard_seconds: Option<Whole>,
    #[serde(default)]
    pub idle_lock_minutes: Option<Whole>,
    #[serde(default)]
    #[ts(optional, type = r#""off" | "count" | "names""#)]
    pub due_notices: Option<String>,
}
