//! Amazon's IAM and the services that speak its Query protocol: whose they are, how they are asked, and the rotation of their keys.

mod sign;

pub(crate) use sign::{AccessKey, Scope, sign};
