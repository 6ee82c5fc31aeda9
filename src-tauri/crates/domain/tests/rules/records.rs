//! A location, a connection and what they are made from, for the tests of their rules.

use super::support::*;
use domain::connection::{Connection, ConnectionFacts, ConnectionInput, ConnectionPlan};
use domain::location::{
    Location, LocationDraft, LocationFacts, LocationInput, LocationPlan, LocationUpdateInput,
};
use domain::record_plan::RecordPlanParts;
use domain::*;

pub const S3: Option<SecretType> = Some(SecretType::S3);

pub fn location_id() -> LocationId {
    LocationId::from_bytes([5; 16])
}

pub fn other_location() -> LocationId {
    LocationId::from_bytes([6; 16])
}

/// A secret that is neither the stored one nor [`other`].
pub fn third() -> SecretId {
    SecretId::from_bytes([10; 16])
}

/// An S3 location linked to [`other`].
pub fn uploads() -> LocationInput {
    LocationInput {
        name: text("Uploads"),
        location_type: text("s3"),
        secret_id: Some(other().to_string()),
        bucket_name: text("acme-uploads"),
        ..LocationInput::default()
    }
}

pub fn parsed_location(
    input: LocationInput,
    linked: Option<SecretType>,
) -> Result<LocationDraft, Rejection> {
    input.parse(&owner(), linked)
}

/// The location of a right request, its secret being of the right type.
#[track_caller]
pub fn created_location(input: LocationInput) -> LocationPlan {
    let linked = input.location_type.as_deref().and_then(SecretType::parse);
    parsed_location(input, linked)
        .and_then(|draft| draft.decide(&LocationFacts::default(), location_id(), &owner()))
        .expect("the rules allow this")
}

pub fn location() -> Location {
    created_location(uploads()).into_parts().record
}

pub fn name_taken() -> LocationFacts {
    LocationFacts {
        same_name: Some(other_location()),
    }
}

/// What an Owner's update comes to, every secret being of the location's type and every name free.
pub fn update_location(
    current: &Location,
    input: LocationUpdateInput,
) -> Result<Decision<LocationPlan>, Rejection> {
    let linked = input
        .secret_id()
        .map(|_| current.location_type().secret_type());
    input
        .parse(current, &owner(), linked)?
        .decide(&LocationFacts::default(), &owner())
}

pub fn rename_location(name: &str) -> LocationUpdateInput {
    LocationUpdateInput {
        name: Patch::Set(name.to_owned()),
        ..LocationUpdateInput::default()
    }
}

pub fn relink(secret: SecretId) -> LocationUpdateInput {
    LocationUpdateInput {
        secret_id: Patch::Set(secret.to_string()),
        ..LocationUpdateInput::default()
    }
}

#[track_caller]
pub fn changed_record<R>(
    decision: Result<Decision<RecordPlan<R>>, Rejection>,
) -> RecordPlanParts<R> {
    match decision.expect("the rules allow this") {
        Decision::Change(plan) => plan.into_parts(),
        Decision::Unchanged(_) => panic!("this should have changed something"),
    }
}

#[track_caller]
pub fn unchanged_record<P>(decision: Result<Decision<P>, Rejection>) -> Outcome {
    match decision.expect("the rules allow this") {
        Decision::Unchanged(outcome) => outcome,
        Decision::Change(_) => panic!("this should have changed nothing"),
    }
}

pub const TOKEN: &str = "dp.st.prd.0123456789abcdefghijABCDEFGHIJ0123456789ab";

pub fn connection_id() -> ConnectionId {
    ConnectionId::from_bytes([4; 16])
}

pub fn other_connection() -> ConnectionId {
    ConnectionId::from_bytes([7; 16])
}

pub fn doppler() -> ConnectionInput {
    ConnectionInput {
        name: text("Doppler"),
        connection_type: text("doppler"),
        credentials: Some(fields(&[
            ("project", "backend"),
            ("config", "prd"),
            ("service_token", TOKEN),
        ])),
        ..ConnectionInput::default()
    }
}

pub fn infisical(given: &[(&str, &str)]) -> ConnectionInput {
    ConnectionInput {
        name: text("Infisical"),
        connection_type: text("infisical"),
        credentials: Some(fields(given)),
        ..ConnectionInput::default()
    }
}

pub const INFISICAL: [(&str, &str); 4] = [
    ("project_id", "7c1e5a4e-0000-4000-8000-000000000000"),
    ("environment", "prod"),
    ("client_id", "5f0c3d1e-0000-4000-8000-000000000000"),
    ("client_secret", "st.0123456789abcdef"),
];

pub fn alone() -> ConnectionFacts {
    ConnectionFacts {
        same_name: None,
        tier: Tier::Unlimited,
        connections: 0,
    }
}

pub fn create_connection(input: ConnectionInput) -> Result<ConnectionPlan, Rejection> {
    input
        .parse(&owner())?
        .decide(&alone(), connection_id(), &owner())
}

pub fn connection(input: ConnectionInput) -> Connection {
    let plan = create_connection(input).map(ConnectionPlan::into_parts);
    plan.map(|parts| parts.connection)
        .unwrap_or_else(|rejection| panic!("the rules allow this: {rejection:?}"))
}
