//! The rules: what may be written, by whom, and what follows from it.
//!
//! Pure: no I/O, no clock, no randomness. A decision is a function from what is there, what is asked
//! and a context to a [`plan::Plan`] or a [`reject::Rejection`]. `docs/RULES.md` says which rule is
//! enforced where.

pub mod allowed_domains;
pub mod audit;
pub mod catalogue;
pub mod connection;
pub mod create;
pub mod credentials;
pub mod delete;
pub mod env_key;
pub mod external;
pub mod facts;
pub mod fault;
mod findings;
pub mod generate;
pub mod guide;
pub mod health;
pub mod history;
pub mod identity;
pub mod ids;
pub mod import;
pub mod location;
pub mod mask;
pub mod member;
mod method_choice;
pub mod plan;
pub mod policy;
pub mod presets;
pub mod record_plan;
pub mod reject;
pub mod request;
pub mod role;
pub mod rotation;
mod sealed_text;
pub mod secret;
pub mod secret_text;
pub mod shape;
pub mod tags;
pub mod text;
pub mod tier;
pub mod time;
pub mod told;
pub mod update;
mod values_input;
pub mod vault_settings;
pub mod verification;
pub mod version;

pub use allowed_domains::AllowedDomains;
pub use audit::{Action, AuditDraft, RecordKind};
pub use catalogue::{AuthMethod, SecretType};
pub use credentials::Credentials;
pub use fault::{Fault, Hint};
pub use findings::Review;
pub use identity::{Identity, IdentityKind};
pub use ids::{
    ConnectionId, DeviceId, LocationId, MemberId, PolicyId, RotationId, SecretId, SlotId, VaultId,
    VerificationId, VersionId, WorkerId,
};
pub use mask::{Mask, Masks};
pub use plan::{Change, Context, Decision, Done, Outcome, Plan};
pub use record_plan::{RecordChange, RecordPlan};
pub use reject::{Dependant, Detail, ErrorType, LocStep, Offer, Rejection};
pub use request::{FieldsInput, GenerateInput, HistoryInput, Patch, TextList};
pub use role::{Actor, Permission, Role};
pub use secret::{Holding, ImportSource, Secret, SecretWithVersions};
pub use secret_text::SecretText;
pub use tier::Tier;
pub use time::Timestamp;
pub use version::{HistoryPolicy, How, Version, VersionNumber, VersionState};
