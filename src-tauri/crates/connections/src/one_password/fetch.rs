//! Chosen items with all they hold, a few at a time.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::catalogue::VALUE_BYTES_MAX;
use futures_util::{StreamExt, TryStreamExt, stream};
use importers::{
    Attached, LiveAnswer, LiveContent, LiveFile, LiveItem, LiveReader, LiveVault, ParsedImport,
    attached_files,
};
use zeroize::Zeroizing;

use super::{ItemHead, OnePassword, OpId, Vault};
use crate::error::{ConnectionError, ErrorCode};
use crate::limits::{
    ALLOWANCE_ASKED_FROM, AT_ONCE_MAX, FETCH_BYTES_MAX, FIRST_FAILURES_MAX, LIST_ITEMS_MAX,
};

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
    /// had is a line of the report. What stops every call is the error where nothing came before it; where something did, that is
    /// kept, and the items not asked for any more are lines too. `done` hears how many are over. To stop it, drop it.
    pub async fn fetch(
        &self,
        chosen: &[Chosen<'_>],
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<ParsedImport, ConnectionError> {
        if chosen.len() > LIST_ITEMS_MAX {
            let message = format!("{LIST_ITEMS_MAX} items are the most that are fetched at once.");
            return Err(ConnectionError::new(ErrorCode::Refused, message));
        }
        self.require_allowance(chosen.len()).await?;
        let fetching = Fetching {
            source: self,
            done,
            budget: Budget::of(FETCH_BYTES_MAX),
            over: AtomicUsize::new(0),
            had: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            stopped: OnceLock::new(),
        };
        let at_once = self.at_once();
        let (first, others) = chosen.split_at(chosen.len().min(1));
        // A person who is asked for the first call is not asked for others beside it.
        let mut reader = LiveReader::default();
        fetching.all(first, 1, &mut reader).await?;
        fetching.all(others, at_once, &mut reader).await?;
        Ok(reader.finish())
    }

    /// Nothing is begun that the service account's limit would end in its midst: the whole account may share what is left.
    async fn require_allowance(&self, items: usize) -> Result<(), ConnectionError> {
        let OnePassword::Cli(op) = self else {
            return Ok(());
        };
        if items < ALLOWANCE_ASKED_FROM {
            return Ok(());
        }
        match op.allowance().await {
            Some(left) if left.reads_left < items => {
                let message = format!(
                    "{items} items take at least {items} requests, and 1Password leaves this service account {} now. \
                     Choose fewer, or try again later.",
                    left.reads_left
                );
                Err(ConnectionError {
                    retry_after: left.renewed_in,
                    ..ConnectionError::new(ErrorCode::Throttled, message)
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// 1Password's app may ask the person for each call.
    fn at_once(&self) -> usize {
        match self {
            OnePassword::Cli(op) if op.asks_a_person() => 1,
            OnePassword::Cli(_) | OnePassword::Connect(_) => AT_ONCE_MAX,
        }
    }
}

/// A fetch on its way.
struct Fetching<'a> {
    source: &'a OnePassword,
    done: &'a (dyn Fn(usize) + Sync),
    budget: Budget,
    over: AtomicUsize,
    had: AtomicUsize,
    /// How many were refused before the first was had.
    failed: AtomicUsize,
    /// Why nothing more is asked for.
    stopped: OnceLock<String>,
}

impl Fetching<'_> {
    /// Each is read as it comes, so that only a few are held as 1Password wrote them.
    async fn all(
        &self,
        chosen: &[Chosen<'_>],
        at_once: usize,
        reader: &mut LiveReader,
    ) -> Result<(), ConnectionError> {
        let asked = chosen.iter().map(|one| self.one(*one));
        let mut items = stream::iter(asked).buffered(at_once);
        while let Some(item) = items.try_next().await? {
            reader.read(&item);
        }
        Ok(())
    }

    async fn one(&self, one: Chosen<'_>) -> Result<LiveItem, ConnectionError> {
        let Chosen { vault, item } = one;
        let answer = match self.stopped.get() {
            Some(reason) => LiveAnswer::None {
                reason: reason.clone(),
            },
            None => match self.ask(one).await {
                Ok(answer) => {
                    self.had.fetch_add(1, Ordering::Relaxed);
                    answer
                }
                Err(error) => self.judged(error)?,
            },
        };
        (self.done)(self.over.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(LiveItem {
            id: item.id.as_str().to_owned(),
            title: item.title.clone(),
            kind: item.category,
            state: item.state,
            vault: LiveVault {
                id: vault.id.as_str().to_owned(),
                name: vault.name.clone(),
            },
            answer,
        })
    }

    async fn ask(&self, one: Chosen<'_>) -> Result<LiveAnswer, ConnectionError> {
        let json = self.source.item(&one.vault.id, &one.item.id).await?;
        self.budget.take(json.len())?;
        let mut files = Vec::new();
        for attached in attached_files(&json) {
            let file = self.source.file(one, attached).await?;
            if let LiveContent::Bytes(bytes) = &file.content {
                self.budget.take(bytes.len())?;
            }
            files.push(file);
        }
        Ok(LiveAnswer::Item { json, files })
    }

    /// The line of an item that can't be had, or the end of it all: after something came, what stops every call ends the asking only.
    fn judged(&self, error: ConnectionError) -> Result<LiveAnswer, ConnectionError> {
        let is_first = self.had.load(Ordering::Relaxed) == 0;
        if error.stops_all() {
            if is_first {
                return Err(error);
            }
            let reason = format!("Not fetched any more. {}", error.reason());
            let reason = self.stopped.get_or_init(|| reason).clone();
            return Ok(LiveAnswer::None { reason });
        }
        // Complaints that nobody has seen yet may mean that nothing works.
        let is_unknown = matches!(error.code, ErrorCode::Refused | ErrorCode::Unreadable);
        if is_unknown
            && is_first
            && self.failed.fetch_add(1, Ordering::Relaxed) + 1 >= FIRST_FAILURES_MAX
        {
            return Err(error);
        }
        Ok(LiveAnswer::None {
            reason: error.reason(),
        })
    }
}

impl OnePassword {
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
    fn reason(&self) -> String {
        match &self.said {
            Some(said) => format!("{} 1Password says: {said}", self.message),
            None => self.message.clone(),
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
