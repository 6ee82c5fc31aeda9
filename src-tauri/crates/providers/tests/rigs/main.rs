//! Against servers on this machine (`testkit::rigs`): what they refuse is refused by somebody else's code.

mod azure_keys;
mod azure_sas;
mod b2;
mod garage;
mod given;
mod google;
mod iam;
mod lost_answers;
mod moto;
mod verify_azure;
mod verify_google;
mod verify_s3;
mod verify_s3_rights;
