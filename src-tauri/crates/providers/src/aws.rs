//! Amazon's IAM and the services that speak its Query protocol: where they are asked, and the rotation of their keys.

mod family;
mod iam;
mod iam_answers;
mod preflight;
mod query;
mod sign;

pub(crate) use iam::{capabilities, service};
pub(crate) use sign::{AccessKey, Scope, sign};
