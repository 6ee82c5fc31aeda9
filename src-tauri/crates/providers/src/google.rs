//! Google's services: who a service account is, a token to call them with, and its keys.

mod account;
mod iam;
mod key_answers;
mod keys;
mod preflight;
mod token;

pub(crate) use account::ServiceAccount;
pub(crate) use keys::{CAPABILITIES, service};
pub(crate) use token::{AccessToken, access_token};

/// All that a service account may do; what it may is limited by its roles.
pub(crate) const ALL_SCOPES: &str = "https://www.googleapis.com/auth/cloud-platform";
