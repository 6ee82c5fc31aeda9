//! A bucket or container that uses a secret: RULES.md, Locations.

mod create;
mod delete;
mod endpoint;
mod location_type;
mod offer;
mod place;
mod update;

pub use create::{LocationDraft, LocationInput};
pub use delete::LocationDeleteInput;
pub use endpoint::{Endpoint, PlainHttp};
pub use location_type::{EndpointNeed, LocationType, LocationTypeView, location_types};
pub use offer::{OfferInput, offered_endpoint};
pub use place::{Prefix, Region};
pub use update::{LocationUpdateDraft, LocationUpdateInput};

use crate::catalogue::SecretType;
use crate::ids::{LocationId, MemberId, SecretId};
use crate::mask::display_text;
use crate::plan::{Done, Outcome};
use crate::record_plan::RecordPlan;
use crate::reject::Rejection;
use crate::text::{BucketName, LocationName};
use crate::time::Timestamp;

pub type LocationPlan = RecordPlan<Location>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    parts: LocationParts,
}

/// All that a location's record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationParts {
    pub id: LocationId,
    pub name: LocationName,
    /// Never changes.
    pub location_type: LocationType,
    /// A live secret of the same type; none after its secret was deleted with force, or unlinked.
    pub secret: Option<SecretId>,
    pub bucket_name: BucketName,
    pub region: Option<Region>,
    /// `None`: the provider's own, which follows from region and account.
    pub endpoint: Option<Endpoint>,
    pub prefix: Option<Prefix>,
    pub probe_writes: ProbeWrites,
    pub revision: u64,
    pub created_at: Timestamp,
    pub created_by: MemberId,
    pub updated_at: Timestamp,
}

/// Whether verifying may write, and delete again, one object of ours (LOC-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProbeWrites {
    #[default]
    Off,
    On,
}

/// Another location that has the name (folded) which the draft wants, looked up in the transaction that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LocationFacts {
    pub same_name: Option<LocationId>,
}

/// The rule that update and delete never make a location.
pub fn existing(found: Option<Location>) -> Result<Location, Rejection> {
    found.ok_or_else(|| Rejection::not_found("location"))
}

impl Location {
    /// Rebuilds a location from its stored record.
    pub fn from_stored(parts: LocationParts) -> Self {
        Self { parts }
    }

    pub fn parts(&self) -> &LocationParts {
        &self.parts
    }

    pub fn id(&self) -> LocationId {
        self.parts.id
    }

    pub fn name(&self) -> &LocationName {
        &self.parts.name
    }

    pub fn location_type(&self) -> LocationType {
        self.parts.location_type
    }

    pub fn secret(&self) -> Option<SecretId> {
        self.parts.secret
    }

    pub fn revision(&self) -> u64 {
        self.parts.revision
    }

    pub fn updated_at(&self) -> Timestamp {
        self.parts.updated_at
    }

    fn answer(&self, done: Done, changed: Vec<&'static str>) -> Outcome {
        Outcome {
            name: self.name().as_str().to_owned(),
            done,
            changed,
            hints: Vec::new(),
        }
    }
}

impl ProbeWrites {
    /// A person says so expressly; anything else is no.
    pub fn of(given: Option<bool>) -> Self {
        match given {
            Some(true) => Self::On,
            Some(false) | None => Self::Off,
        }
    }
}

impl LocationFacts {
    fn require_free(&self, name: &LocationName) -> Result<(), Rejection> {
        let Some(holder) = self.same_name else {
            return Ok(());
        };
        let message = format!(
            "There is a location named \"{}\" already. Choose another name.",
            display_text(name.as_str())
        );
        Err(Rejection::already_exists(message, holder, "name"))
    }
}

/// The rule that a location's secret is of its type (LOC-01, LOC-03).
fn require_type(
    location_type: LocationType,
    secret_type: SecretType,
) -> Result<(), crate::fault::Fault> {
    if location_type.secret_type() == secret_type {
        return Ok(());
    }
    Err(crate::fault::Fault::new(
        "secret_of_other_type",
        format!(
            "This location is of the type {}, and the secret is for {}. Choose a secret of the location's type.",
            location_type.label(),
            secret_type.label()
        ),
    ))
}
