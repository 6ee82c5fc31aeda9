//! Backblaze B2: application keys, made and deleted by its native API.

mod answers;
mod api;
mod keys;
mod preflight;

pub(crate) use keys::{CAPABILITIES, service};
