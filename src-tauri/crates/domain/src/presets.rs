//! Common API keys: what a new generic secret is filled with, all of it editable (CREATE-11).

use serde::Serialize;

/// A known service's API key.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Preset {
    pub id: &'static str,
    pub label: &'static str,
    /// The variable that the service's own tools read.
    pub env_key: &'static str,
    /// The hosts of the service's API; empty where every customer has their own.
    pub allowed_domains: &'static [&'static str],
    /// Where the key is made, in one sentence.
    pub help: &'static str,
    /// How such keys begin; empty where they have no mark. A hint, never a rule.
    pub value_prefix: &'static str,
}

pub fn presets() -> &'static [Preset] {
    PRESETS
}

impl Preset {
    pub fn find(id: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.id == id)
    }
}

const PRESETS: &[Preset] = &[
    Preset {
        id: "openai",
        label: "OpenAI",
        env_key: "OPENAI_API_KEY",
        allowed_domains: &["api.openai.com"],
        help: "Made on platform.openai.com under API keys; shown once.",
        value_prefix: "sk-",
    },
    Preset {
        id: "anthropic",
        label: "Anthropic",
        env_key: "ANTHROPIC_API_KEY",
        allowed_domains: &["api.anthropic.com"],
        help: "Made in the Anthropic Console under API keys; shown once.",
        value_prefix: "sk-ant-",
    },
    Preset {
        id: "github",
        label: "GitHub",
        env_key: "GITHUB_TOKEN",
        allowed_domains: &["api.github.com", "github.com", "uploads.github.com"],
        help: "Made on GitHub under Settings, Developer settings, Personal access tokens. Prefer a fine-grained one with an end date.",
        value_prefix: "",
    },
];
