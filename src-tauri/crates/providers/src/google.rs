//! Google's services: who a service account is, and a token to call them with.

mod account;
mod token;

pub(crate) use account::ServiceAccount;
pub(crate) use token::{AccessToken, access_token};

/// All that a service account may do; what it may is limited by its roles.
pub(crate) const ALL_SCOPES: &str = "https://www.googleapis.com/auth/cloud-platform";
