//! 1Password itself, made up: an account, the program `op` that reads it, and a Connect server that gives it out.
//!
//! Written from developer.1password.com/docs/cli, messages of `op` seen in the wild, and 1Password/connect's
//! `docs/openapi/spec.yaml` (1.7.1). Both refuse what the real ones refuse.

mod account;
mod connect;
#[cfg(unix)]
mod op;

pub use account::{Account, LiveItem, concealed, field, in_section};
pub use connect::FakeConnect;
#[cfg(unix)]
pub use op::FakeOp;

/// A service account's token as it looks; it opens nothing anywhere.
pub const SERVICE_ACCOUNT_TOKEN: &str = "ops_eyJzaWduSW5BZGRyZXNzIjoiZXhhbXBsZSJ9";
/// A Connect server's token as it looks.
pub const CONNECT_TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJleGFtcGxlIjoxfQ.c2lnbmF0dXJl";
