//! `export.data`: accounts, vaults, and the JSON of each item, not yet looked into.

use std::rc::Rc;

use domain::mask::display_text;
use domain::text::NAME_CHARS_MAX;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::ImportError;
use crate::json::Capped;
use crate::limits::IMPORT_ITEMS_MAX;

/// The items of all accounts and vaults, in order.
pub(super) struct Document<'a> {
    pub items: Vec<RawItem<'a>>,
}

/// Where an item lies.
#[derive(Clone, Debug, Default)]
pub(super) struct VaultPlace {
    pub account: String,
    pub vault: String,
    pub vault_uuid: String,
}

pub(super) enum RawItem<'a> {
    Json {
        vault: Rc<VaultPlace>,
        json: &'a str,
    },
    /// An account or vault that is not of the form it should have.
    Unreadable {
        vault: Rc<VaultPlace>,
        reason: &'static str,
    },
}

impl<'a> Document<'a> {
    pub(super) fn parse(data: &'a [u8]) -> Result<Document<'a>, ImportError> {
        let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
        // Serde would read a list as an object's members in order.
        if data.trim_ascii_start().first() != Some(&b'{') {
            return Err(ImportError::Json { line: 1, column: 1 });
        }
        let export: Export = serde_json::from_slice(data).map_err(|error| ImportError::Json {
            line: error.line(),
            column: error.column(),
        })?;
        let accounts = export.accounts.ok_or(ImportError::NoAccounts)?;
        let mut items = Items::default();
        items.count(&accounts)?;
        for account in &accounts.kept {
            read_account(account, &mut items)?;
        }
        Ok(Document { items: items.list })
    }
}

#[derive(Default)]
struct Items<'a> {
    list: Vec<RawItem<'a>>,
    counted: usize,
}

impl<'a> Items<'a> {
    fn count(&mut self, more: &Capped<'a>) -> Result<(), ImportError> {
        self.counted = self
            .counted
            .saturating_add(more.kept.len())
            .saturating_add(more.beyond);
        if self.counted > IMPORT_ITEMS_MAX {
            return Err(ImportError::TooManyItems {
                limit: IMPORT_ITEMS_MAX,
            });
        }
        Ok(())
    }

    fn unreadable(&mut self, vault: VaultPlace, reason: &'static str) {
        let vault = Rc::new(vault);
        self.list.push(RawItem::Unreadable { vault, reason });
    }
}

fn read_account<'a>(json: &'a RawValue, items: &mut Items<'a>) -> Result<(), ImportError> {
    let Ok(account) = serde_json::from_str::<Account>(json.get()) else {
        items.unreadable(
            VaultPlace::default(),
            "The account is not of the form that 1Password writes.",
        );
        return Ok(());
    };
    let place = VaultPlace {
        account: account.attrs.unwrap_or_default().label(),
        ..VaultPlace::default()
    };
    let vaults = account.vaults.unwrap_or_default();
    items.count(&vaults)?;
    for vault in &vaults.kept {
        read_vault(vault, &place, items)?;
    }
    Ok(())
}

fn read_vault<'a>(
    json: &'a RawValue,
    place: &VaultPlace,
    items: &mut Items<'a>,
) -> Result<(), ImportError> {
    let Ok(vault) = serde_json::from_str::<Vault>(json.get()) else {
        items.unreadable(
            place.clone(),
            "The vault is not of the form that 1Password writes.",
        );
        return Ok(());
    };
    let attrs = vault.attrs.unwrap_or_default();
    let place = Rc::new(VaultPlace {
        vault_uuid: cut(attrs.uuid.as_deref().unwrap_or_default()),
        vault: attrs.label(),
        ..place.clone()
    });
    let found = vault.items.unwrap_or_default();
    items.count(&found)?;
    items
        .list
        .extend(found.kept.iter().map(|json| RawItem::Json {
            vault: Rc::clone(&place),
            json: json.get(),
        }));
    Ok(())
}

#[derive(Deserialize)]
struct Export<'a> {
    #[serde(borrow)]
    accounts: Option<Capped<'a>>,
}

#[derive(Deserialize)]
struct Account<'a> {
    attrs: Option<Attrs>,
    #[serde(borrow)]
    vaults: Option<Capped<'a>>,
}

#[derive(Deserialize)]
struct Vault<'a> {
    attrs: Option<Attrs>,
    #[serde(borrow)]
    items: Option<Capped<'a>>,
}

/// What an account or vault is called.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attrs {
    account_name: Option<String>,
    name: Option<String>,
    uuid: Option<String>,
}

impl Attrs {
    fn label(self) -> String {
        let text = self
            .account_name
            .or(self.name)
            .or(self.uuid)
            .unwrap_or_default();
        display_text(&cut(&text))
    }
}

/// Names are shown beside every item; one that fills the file must not be copied for each.
fn cut(text: &str) -> String {
    text.chars().take(NAME_CHARS_MAX).collect()
}
