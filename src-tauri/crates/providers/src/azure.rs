//! Azure storage: how its Blob service is asked, and the rotation of account keys and of shared access signatures.

mod account_keys;
mod arm;
mod blob;
mod entra;
mod preflight;
mod sas;
mod sas_keys;

pub(crate) use account_keys::{CAPABILITIES as ACCOUNT_KEYS, service as account_keys};
pub(crate) use blob::{BlobAccount, no_key, read_error};
pub(crate) use sas_keys::{CAPABILITIES as SAS, service as sas};
