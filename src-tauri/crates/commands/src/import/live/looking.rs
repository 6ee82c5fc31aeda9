//! Looking through 1Password. What was listed is kept for the session, without values; the token only as long as a command takes.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use connections::{Chosen, ConnectionError, ItemList, Vault};
use domain::reject::{Detail, LocStep};
use importers::ParsedImport;
use vault::UnlockedVault;

use super::access::{Access, Account, refused};
use crate::app::{App, vault_locked};
use crate::opened::Opened;
use crate::refusal::Answer;
use crate::stops::Stop;

/// Lists that nobody looks at for so long are dropped.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// What the session knows of one 1Password account.
pub struct Browsed {
    access: Access,
    name: String,
    vaults: Vec<Vault>,
    /// By the vault's id.
    lists: BTreeMap<String, Arc<ItemList>>,
    used_at: Duration,
}

/// One command's look.
pub(super) struct Looking<'a> {
    app: &'a App,
    vault: &'a UnlockedVault,
    access: Access,
    stop: Arc<Stop>,
    /// Opened at the first request.
    account: Option<Account>,
}

impl<'a> Looking<'a> {
    pub fn begin(app: &'a App, vault: &'a UnlockedVault, access: Access, stop: Arc<Stop>) -> Self {
        Self {
            app,
            vault,
            access,
            stop,
            account: None,
        }
    }

    /// Stopped by a person; the lock stops it too, but that is told otherwise.
    pub fn is_cancelled(&self) -> bool {
        self.stop.is_asked() && self.app.require_open(self.vault).is_ok()
    }

    pub fn forget(&self) -> Answer<()> {
        self.app.still_open(self.vault, |opened| {
            opened.browsed = None;
            Ok(())
        })
    }

    /// What the account is called; safe to show.
    pub fn name(&self) -> Answer<String> {
        match &self.account {
            Some(account) => Ok(account.name.clone()),
            None => self
                .known(|known| Some(known.name.clone()))
                .map(Option::unwrap_or_default),
        }
    }

    pub fn vaults(&mut self) -> Answer<Vec<Vault>> {
        if let Some(vaults) = self.known(|known| Some(known.vaults.clone()))? {
            return Ok(vaults);
        }
        self.sign_in()?;
        let account = self.account()?;
        let vaults = self.ask(account.onepassword.vaults())?;
        let browsed = Browsed {
            access: self.access.clone(),
            name: account.name.clone(),
            vaults: vaults.clone(),
            lists: BTreeMap::new(),
            used_at: self.app.clock.elapsed(),
        };
        self.app.still_open(self.vault, |opened| {
            opened.browsed = Some(browsed);
            Ok(())
        })?;
        Ok(vaults)
    }

    /// A vault by its id, named at `loc` of the request, with its items.
    pub fn items_of(
        &mut self,
        vault_id: &str,
        loc: Vec<LocStep>,
    ) -> Answer<(Vault, Arc<ItemList>)> {
        let vaults = self.vaults()?;
        let mut vaults = vaults.into_iter();
        let vault = vaults
            .find(|vault| vault.id.as_str() == vault_id)
            .ok_or_else(|| {
                let message = "1Password shows no such vault.";
                Detail::new(loc, "unknown_value", message)
            })?;
        let list = self.list(&vault)?;
        Ok((vault, list))
    }

    pub fn list(&mut self, vault: &Vault) -> Answer<Arc<ItemList>> {
        let id = vault.id.as_str();
        if let Some(list) = self.known(|known| known.lists.get(id).map(Arc::clone))? {
            return Ok(list);
        }
        self.sign_in()?;
        let account = self.account()?;
        let list = Arc::new(self.ask(account.onepassword.items(vault))?);
        let kept = Arc::clone(&list);
        self.app.still_open(self.vault, |opened| {
            let known = opened.browsed.as_mut();
            if let Some(known) = known.filter(|known| known.access == self.access) {
                known.lists.insert(id.to_owned(), kept);
            }
            Ok(())
        })?;
        Ok(list)
    }

    pub fn fetch(
        &mut self,
        chosen: &[Chosen<'_>],
        done: &(dyn Fn(usize) + Sync),
    ) -> Answer<ParsedImport> {
        self.sign_in()?;
        let account = self.account()?;
        self.ask(account.onepassword.fetch(chosen, done))
    }

    fn known<T>(&self, find: impl FnOnce(&Browsed) -> Option<T>) -> Answer<Option<T>> {
        self.app.still_open(self.vault, |opened| {
            let known = opened.browsed.as_mut();
            let Some(known) = known.filter(|known| known.access == self.access) else {
                return Ok(None);
            };
            known.used_at = self.app.clock.elapsed();
            Ok(find(known))
        })
    }

    fn sign_in(&mut self) -> Answer<()> {
        if self.account.is_none() {
            self.account = Some(self.access.open(self.app, self.vault)?);
        }
        Ok(())
    }

    fn account(&self) -> Answer<&Account> {
        self.account.as_ref().ok_or_else(|| vault_locked().into())
    }

    /// Dropping the request ends it, and the program that carries it out.
    fn ask<T>(&self, act: impl Future<Output = Result<T, ConnectionError>>) -> Answer<T> {
        let answered = self.app.network.wait(async {
            tokio::select! {
                answered = act => Some(answered),
                () = self.stop.asked() => None,
            }
        })?;
        match answered {
            Some(answered) => answered.map_err(refused),
            None => Err(vault_locked().into()),
        }
    }
}

impl Opened {
    /// As [`Opened::drop_stale_import`], for what was listed.
    pub(crate) fn drop_stale_lists(&mut self, now: Duration, active: Duration) {
        self.browsed
            .take_if(|known| now.saturating_sub(known.used_at.max(active)) >= KEPT);
    }
}
