//! Azure storage: how its Blob service is asked.

mod blob;

pub(crate) use blob::{BlobAccount, no_key, read_error};
