//! The decisions, tried rule by rule through the crate's public way in.

mod support;

mod access;
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
mod never_out;
mod order;
mod tiers;
mod update_fields;
mod update_method;
mod update_outcome;
mod update_ways;
mod walks;
mod words;
