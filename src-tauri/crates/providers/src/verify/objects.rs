//! The steps of a verification with objects: list, read, and where it is asked for write, read back and remove.

use async_trait::async_trait;
use ulid::Ulid;

use super::{Probe, Verified};
use crate::error::{ErrorKind, ProviderError};

/// Enough to find one that has content among markers of folders.
pub(super) const LISTED_MAX: usize = 10;
pub(super) const PROBE_CONTENT: &str =
    "Written by Turnstone to try a key, and removed at once. Delete it if it is still here.\n";
const PROBE_NAME: &str = ".turnstone-probe-";
/// Codes for an object that has to be brought back from an archive first: they say nothing about the key.
const ARCHIVED: &[&str] = &["InvalidObjectState", "BlobArchived"];

/// A bucket opened with one key.
#[async_trait]
pub(super) trait Bucket: Send + Sync {
    /// Some of the objects below a prefix. Fewer than there are where a key has a form that can't be asked for here.
    async fn list(&self, prefix: &str) -> Result<Vec<Seen>, ProviderError>;

    /// One byte of it, or all of an empty one.
    async fn read(&self, object: &Seen) -> Result<(), ProviderError>;

    async fn write(&self, key: &str) -> Result<(), ProviderError>;

    async fn remove(&self, key: &str) -> Result<(), ProviderError>;
}

/// An object as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub key: String,
    pub size: u64,
}

struct Probed {
    written: Result<(), ProviderError>,
    read: Option<Result<(), ProviderError>>,
    removed: Option<Result<(), ProviderError>>,
}

/// Fills in what may be done with objects below `prefix`.
pub(super) async fn try_objects(
    bucket: Box<dyn Bucket>,
    prefix: &str,
    probe: Probe,
    found: &mut Verified,
) {
    let (can_list, listed) = found.note(bucket.list(prefix).await);
    found.can_list = can_list;
    let objects = listed.into_iter().flatten();
    if let Some(object) = objects.max_by_key(|object| object.size.min(1)) {
        found.can_read = may_read(bucket.read(&object).await, found);
    }
    if probe == Probe::Writes {
        try_writing(bucket, prefix, found).await;
    }
}

/// An object that is gone by now, or archived, says nothing about the key.
fn may_read(outcome: Result<(), ProviderError>, found: &mut Verified) -> Option<bool> {
    if let Err(error) = &outcome {
        let archived = error
            .code
            .as_deref()
            .is_some_and(|code| ARCHIVED.contains(&code));
        if archived || error.kind == ErrorKind::NotFound {
            return None;
        }
    }
    found.note(outcome).0
}

async fn try_writing(bucket: Box<dyn Bucket>, prefix: &str, found: &mut Verified) {
    let key = match probe_key(prefix) {
        Ok(key) => key,
        Err(error) => return found.refused(error),
    };
    // A task of its own: what was written is removed also when nobody waits for the result any more.
    let probing = tokio::spawn(async move { write_read_remove(bucket.as_ref(), &key).await });
    let Ok(probed) = probing.await else {
        return;
    };
    found.can_write = found.note(probed.written).0;
    if let Some(read) = probed.read {
        found.can_read = found.note(read).0.or(found.can_read);
    }
    if let Some(removed) = probed.removed {
        found.can_delete = found.note(removed).0;
    }
}

/// A key that nobody else has.
fn probe_key(prefix: &str) -> Result<String, ProviderError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| {
        ProviderError::new(ErrorKind::Rejected, "This machine gives no random numbers.")
    })?;
    Ok(format!("{prefix}{PROBE_NAME}{}", Ulid::from_bytes(random)))
}

async fn write_read_remove(bucket: &dyn Bucket, key: &str) -> Probed {
    let written = bucket.write(key).await;
    if let Err(error) = written {
        if error.may_have_been_done() {
            // Whatever comes of it: without an answer to the writing it says nothing about the key.
            let _ = bucket.remove(key).await;
        }
        return Probed {
            written: Err(error),
            read: None,
            removed: None,
        };
    }
    let object = Seen {
        key: key.to_owned(),
        size: PROBE_CONTENT.len().try_into().unwrap_or(u64::MAX),
    };
    let read = bucket.read(&object).await;
    let removed = bucket.remove(key).await;
    Probed {
        written,
        read: Some(read),
        removed: Some(removed.map_err(|error| left_behind(error, key))),
    }
}

fn left_behind(error: ProviderError, key: &str) -> ProviderError {
    let said = format!(
        "The object {key} was written and could not be removed: {}",
        error.message
    );
    ProviderError {
        message: ProviderError::new(error.kind, &said).message,
        ..error
    }
}
