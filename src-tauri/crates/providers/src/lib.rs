//! Storage providers over the network: what a key may do on a bucket ([`verify()`]), and making and
//! retiring keys ([`key_service()`]).
//!
//! The only way out of this machine: `connections` sends its requests through [`Http`] too. It sees no vault and keeps nothing between
//! calls: credentials come in by reference, and what a service copies of them is wiped with it.

mod aws;
mod azure;
mod b2;
mod clock;
mod cloudflare;
mod digital_ocean;
mod error;
mod escape;
mod fault_body;
mod google;
mod http;
mod json_api;
mod key_service;
mod limits;
mod offer;
mod oracle;
mod parameters;
mod railway;
mod retry;
mod s3_door;
mod stands;
mod verify;

pub use crate::error::{ErrorKind, MESSAGE_CHARS_MAX, ProviderError};
pub use crate::http::{Answer, BODY_BYTES_MAX, Http, TOO_LONG};
pub use crate::key_service::{
    Block, Capabilities, CreatedKey, EndedKey, Hosts, Identity, KEY_NAME_CHARS_MAX, KeyName,
    KeyService, KeyStatus, LastUse, Preflight, Privilege, RemoteKey, RemoteKeyId, Style, Way,
};
pub use crate::offer::{
    ManagementCredentials, NotManaged, ServiceRequest, capabilities, key_service,
};
pub use crate::parameters::Parameters;
pub use crate::retry::reading;
pub use crate::verify::{Probe, Target, Verified, verify};
