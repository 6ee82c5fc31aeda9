//! Chosen items with all they hold, a few at a time.

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::catalogue::VALUE_BYTES_MAX;
use futures_util::{StreamExt, TryStreamExt, stream};
use importers::{
    Attached, LiveAnswer, LiveContent, LiveFile, LiveItem, LiveVault, ParsedImport, attached_files,
    read_live,
};
use zeroize::Zeroizing;

use super::{ItemHead, OnePassword, OpId, Vault};
use crate::error::{ConnectionError, ErrorCode};
use crate::limits::{AT_ONCE_MAX, FETCH_BYTES_MAX, LIST_ITEMS_MAX};

/// An item that a person chose.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    pub vault: &'a Vault,
    pub item: &'a ItemHead,
}

/// A file's bytes, or that it has too many.
pub(super) enum Content {
    Bytes(Zeroizing<Vec<u8>>),
    TooLarge,
}

impl OnePassword {
    /// Everything that the items hold, in their order, ready to be looked at and applied as a file's would be. An item that can't be
    /// had is a line of the report; what stops them all is the error, and then nothing is taken. `done` hears how many are there.
    /// To stop it, drop it.
    pub async fn fetch(
        &self,
        chosen: &[Chosen<'_>],
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<ParsedImport, ConnectionError> {
        if chosen.len() > LIST_ITEMS_MAX {
            let message = format!("{LIST_ITEMS_MAX} items are the most that are fetched at once.");
            return Err(ConnectionError::new(ErrorCode::Refused, message));
        }
        let count = AtomicUsize::new(0);
        let budget = Budget::of(FETCH_BYTES_MAX);
        let asked: Vec<_> = chosen
            .iter()
            .map(async |one| {
                let item = self.live_item(*one).await?;
                budget.take(item.bytes())?;
                done(count.fetch_add(1, Ordering::Relaxed) + 1);
                Ok::<LiveItem, ConnectionError>(item.0)
            })
            .collect();
        let items: Vec<LiveItem> = stream::iter(asked)
            .buffered(AT_ONCE_MAX)
            .try_collect()
            .await?;
        Ok(read_live(&items))
    }

    async fn live_item(&self, one: Chosen<'_>) -> Result<Fetched, ConnectionError> {
        let Chosen { vault, item } = one;
        let answer = match self.item(&vault.id, &item.id).await {
            Ok(json) => {
                let mut files = Vec::new();
                for attached in attached_files(&json) {
                    files.push(self.file(one, attached).await?);
                }
                LiveAnswer::Item { json, files }
            }
            Err(error) if error.stops_all() => return Err(error),
            Err(error) => LiveAnswer::None {
                reason: error.reason(),
            },
        };
        Ok(Fetched(LiveItem {
            id: item.id.as_str().to_owned(),
            title: item.title.clone(),
            kind: item.category,
            state: item.state,
            vault: LiveVault {
                id: vault.id.as_str().to_owned(),
                name: vault.name.clone(),
                called: vault.called.clone(),
            },
            called: item.called.clone(),
            answer,
        }))
    }

    async fn file(&self, one: Chosen<'_>, attached: Attached) -> Result<LiveFile, ConnectionError> {
        let limit = u64::try_from(VALUE_BYTES_MAX).unwrap_or(u64::MAX);
        let content = if attached.size.is_some_and(|size| size > limit) {
            LiveContent::TooLarge
        } else {
            match self.content(one, &attached).await {
                Ok(Content::Bytes(bytes)) => LiveContent::Bytes(bytes),
                Ok(Content::TooLarge) => LiveContent::TooLarge,
                Err(error) if error.stops_all() => return Err(error),
                Err(error) => LiveContent::None {
                    reason: error.reason(),
                },
            }
        };
        Ok(LiveFile {
            id: attached.id,
            content,
        })
    }

    async fn content(
        &self,
        one: Chosen<'_>,
        attached: &Attached,
    ) -> Result<Content, ConnectionError> {
        let file = OpId::parse(&attached.id).ok_or_else(|| {
            ConnectionError::new(
                ErrorCode::Unreadable,
                "The attached file has no id of the form that 1Password gives.",
            )
        })?;
        let (vault, item) = (&one.vault.id, &one.item.id);
        match self {
            OnePassword::Cli(op) => {
                let section = attached.section.as_deref();
                op.file(vault, item, section, &file).await
            }
            OnePassword::Connect(server) => server.file(vault, item, &file).await,
        }
    }
}

struct Fetched(LiveItem);

impl Fetched {
    fn bytes(&self) -> usize {
        let LiveAnswer::Item { json, files } = &self.0.answer else {
            return 0;
        };
        let files = files.iter().map(|file| match &file.content {
            LiveContent::Bytes(bytes) => bytes.len(),
            LiveContent::TooLarge | LiveContent::None { .. } => 0,
        });
        files.fold(json.len(), usize::saturating_add)
    }
}

/// How much may still be fetched.
struct Budget(AtomicUsize);

impl Budget {
    fn of(bytes_max: usize) -> Budget {
        Budget(AtomicUsize::new(bytes_max))
    }

    fn take(&self, bytes: usize) -> Result<(), ConnectionError> {
        let left = |left: usize| left.checked_sub(bytes);
        match self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, left)
        {
            Ok(_) => Ok(()),
            Err(_) => {
                let message = format!(
                    "The items have more than {} MiB together. Fetch fewer at once.",
                    FETCH_BYTES_MAX / 1024 / 1024
                );
                Err(ConnectionError::new(ErrorCode::Refused, message))
            }
        }
    }
}

impl ConnectionError {
    /// On the line of what could not be had.
    fn reason(self) -> String {
        match self.said {
            Some(said) => format!("{} 1Password says: {said}", self.message),
            None => self.message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_fetched_than_the_limit_says() {
        let budget = Budget::of(FETCH_BYTES_MAX);
        assert!(budget.take(1).is_ok());
        assert!(budget.take(FETCH_BYTES_MAX - 1).is_ok());
        let error = budget.take(1).expect_err("over the limit");
        assert_eq!(error.code, ErrorCode::Refused);
        assert!(
            Budget::of(FETCH_BYTES_MAX)
                .take(FETCH_BYTES_MAX + 1)
                .is_err()
        );
    }
}
