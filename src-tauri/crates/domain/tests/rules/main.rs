//! The decisions, tried rule by rule through the crate's public way in.

mod records;
mod support;

mod access;
mod connection_changes;
mod connections;
mod create;
mod create_external;
mod create_use;
mod create_ways;
mod delete;
mod errors;
mod history_destroyed;
mod history_kept;
mod history_pending;
mod history_restored;
mod location_endpoints;
mod location_updates;
mod locations;
mod members;
mod never_out;
mod order;
mod tiers;
mod unlinking;
mod update_fields;
mod update_method;
mod update_outcome;
mod update_ways;
mod vault_settings;
mod walks;
mod words;
