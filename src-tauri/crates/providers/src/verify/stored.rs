//! A bucket through `object_store`.

use std::time::Duration;

use async_trait::async_trait;
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::Path;
use object_store::{
    BackoffConfig, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig,
};

use super::noted::Noted;
use super::objects::{Bucket, LISTED_MAX, PROBE_CONTENT, Seen};
use crate::error::{ErrorKind, ProviderError};
use crate::http::Answer;

const RETRIES_MAX: usize = 2;
const RETRY_SECONDS_MAX: u64 = 20;

pub(super) struct Stored<S> {
    pub store: S,
    pub noted: Noted,
    pub read_error: fn(&Answer) -> ProviderError,
    /// Where `object_store` has no plain removal of one object.
    pub removal: Option<Box<dyn Remove>>,
}

#[async_trait]
pub(super) trait Remove: Send + Sync {
    async fn remove(&self, path: &Path) -> Result<(), ProviderError>;
}

pub(super) fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: RETRIES_MAX,
        retry_timeout: Duration::from_secs(RETRY_SECONDS_MAX),
    }
}

#[async_trait]
impl<S: ObjectStore + PaginatedListStore> Bucket for Stored<S> {
    /// None at all where the provider listed and one of the keys has a form that `object_store` doesn't know.
    async fn list(&self, prefix: &str) -> Result<Vec<Seen>, ProviderError> {
        let options = PaginatedListOptions {
            max_keys: Some(LISTED_MAX),
            ..PaginatedListOptions::default()
        };
        let prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
        let listed = self.store.list_paginated(prefix, options).await;
        let listed = self.noted.outcome(listed, self.read_error)?;
        let objects = listed.map(|page| page.result.objects);
        Ok(objects.into_iter().flatten().map(seen).collect())
    }

    async fn read(&self, object: &Seen) -> Result<(), ProviderError> {
        let range = (object.size > 0).then_some(GetRange::Bounded(0..1));
        let options = GetOptions {
            range,
            ..GetOptions::default()
        };
        let got = self.store.get_opts(&path(&object.key)?, options).await;
        self.noted.outcome(got, self.read_error).map(|_| ())
    }

    async fn write(&self, key: &str) -> Result<(), ProviderError> {
        let put = self.store.put(&path(key)?, PROBE_CONTENT.into()).await;
        self.noted.outcome(put, self.read_error).map(|_| ())
    }

    async fn remove(&self, key: &str) -> Result<(), ProviderError> {
        let path = path(key)?;
        if let Some(removal) = &self.removal {
            return removal.remove(&path).await;
        }
        let removed = self.store.delete(&path).await;
        self.noted.outcome(removed, self.read_error).map(|_| ())
    }
}

fn seen(object: ObjectMeta) -> Seen {
    Seen {
        key: object.location.to_string(),
        size: object.size,
    }
}

/// Keys that `object_store` would change on their way are refused: the object would lie elsewhere.
fn path(key: &str) -> Result<Path, ProviderError> {
    match Path::parse(key) {
        Ok(path) if path.as_ref() == key => Ok(path),
        _ => Err(ProviderError::new(
            ErrorKind::Rejected,
            "Objects below this prefix can't be tried: it begins with / or has an empty part or a dot as a part.",
        )
        .with_code("prefix_unusual")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sent_as_it_is_or_not_at_all() {
        for key in ["a", "uploads/.turnstone-probe-7", "a b/ü+.txt"] {
            assert_eq!(path(key).expect("a path").as_ref(), key);
        }
        for key in ["/a", "a//b", "./a", "a/../b", "a/"] {
            let refused = path(key).expect_err("refused");
            assert_eq!(refused.code.as_deref(), Some("prefix_unusual"), "{key}");
        }
    }
}
