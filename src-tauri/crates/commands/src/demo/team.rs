//! What the made-up team has. Names of people, projects and accounts are invented; values are random.

mod places;
mod storage;
mod tokens;

pub use places::{CONNECTIONS, EXTERNAL, LOCATIONS, MadeConnection, MadeExternal, MadeLocation};

/// All of its secrets with values of their own.
pub fn team() -> impl Iterator<Item = &'static Made> {
    storage::STORAGE.iter().chain(tokens::TOKENS)
}

pub struct Made {
    pub name: &'static str,
    pub description: &'static str,
    pub secret_type: &'static str,
    pub auth_method: Option<&'static str>,
    pub fields: &'static [(&'static str, Field)],
    pub tags: &'static [&'static str],
    pub env_key: Option<&'static str>,
    pub allowed_domains: &'static [&'static str],
    pub days_ago: u32,
    /// When it was turned over since, and why.
    pub rotated_days_ago: &'static [(u32, &'static str)],
}

pub enum Field {
    Fixed(&'static str),
    Random {
        prefix: &'static str,
        length: u32,
        alphabet: &'static str,
    },
    /// Ends as 88 characters of base64 do.
    Base64 {
        length: u32,
    },
    SasUrl {
        account: &'static str,
        container: &'static str,
        days: u32,
    },
    ServiceAccount {
        project: &'static str,
        account: &'static str,
    },
}
