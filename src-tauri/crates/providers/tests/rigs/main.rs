//! Against servers on this machine (`testkit::rigs`): what they refuse is refused by somebody else's code.

mod given;
mod iam;
mod lost_answers;
mod moto;
mod verify_azure;
mod verify_google;
mod verify_s3;
mod verify_s3_rights;
