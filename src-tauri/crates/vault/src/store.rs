//! The database: what a vault holds, in rows. Nothing outside this module and its parts knows SQL.

pub(crate) mod audit;
pub(crate) mod connection;
pub(crate) mod connections;
pub(crate) mod counts;
pub(crate) mod due;
mod encoding;
pub(crate) mod error;
pub(crate) mod exposed;
pub(crate) mod fingerprints;
pub(crate) mod known_keys;
pub(crate) mod list;
pub(crate) mod locations;
pub(crate) mod members;
pub(crate) mod page;
pub(crate) mod policies;
pub(crate) mod rotations;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod secrets;
pub(crate) mod settings;
pub(crate) mod state_hash;
pub(crate) mod tags;
pub(crate) mod unrotated;
pub(crate) mod vault_row;
pub(crate) mod verifications;
pub(crate) mod versions;
pub(crate) mod wrapped_keys;

pub(crate) use encoding::Canonical;
