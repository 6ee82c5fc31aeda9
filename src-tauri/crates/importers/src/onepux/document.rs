//! `export.data`: accounts, vaults, and the JSON of each item, not yet looked into.

use std::fmt;
use std::rc::Rc;

use domain::mask::display_text;
use domain::text::NAME_CHARS_MAX;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::error::ImportError;
use crate::json::{Capped, Json, Open};
use crate::limits::{IMPORT_ITEMS_MAX, ITEM_MEMBERS_MAX};
use crate::material::FieldName;
use crate::parsed::About;

/// Members that say whose account it is, which nobody entered into it.
const ACCOUNT_FORM: [&str; 4] = ["avatar", "name", "email", "domain"];
/// A vault's picture, and whose it is in one letter.
const VAULT_FORM: [&str; 2] = ["avatar", "type"];
const NO_PLACE: &str =
    "It is of the account or the vault, and of none of its items; it has no place here.";

/// The items of all accounts and vaults, in order.
pub(super) struct Document<'a> {
    pub items: Vec<RawItem<'a>>,
    /// What accounts and vaults say of themselves beside their names.
    pub about: About,
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
    /// What a person wrote about a vault.
    Description {
        vault: Rc<VaultPlace>,
        text: Zeroizing<String>,
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
        let mut reader = serde_json::Deserializer::from_slice(data);
        let export = Level { below: "accounts" }.deserialize(&mut reader);
        let export = export.and_then(|export| reader.end().map(|()| export));
        let export = export.map_err(|error| ImportError::Json {
            line: error.line(),
            column: error.column(),
        })?;
        let accounts = export.below.ok_or(ImportError::NoAccounts)?;
        let mut items = Items::default();
        items.count(&accounts)?;
        items.tell_more("The export", &export.more);
        if let Some(attrs) = export.attrs {
            items.tell_more("The export", &[("attrs".to_owned(), attrs)]);
        }
        for account in &accounts.kept {
            read_account(account, &mut items)?;
        }
        Ok(Document {
            items: items.list,
            about: items.about,
        })
    }
}

#[derive(Default)]
struct Items<'a> {
    list: Vec<RawItem<'a>>,
    counted: usize,
    about: About,
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

    /// Members that are not known, or have no place here.
    fn tell_more(&mut self, of: &str, members: &[(String, &RawValue)]) {
        for (member, value) in members {
            let leaves = Json::parse(value.get()).map_or(1, |json| json.leaves());
            self.leave_out(of, member, leaves);
        }
    }

    fn leave_out(&mut self, of: &str, member: &str, leaves: usize) {
        if leaves > 0 {
            let name = FieldName {
                section: of,
                label: member,
                path: member,
            };
            self.about.entered += leaves;
            self.about.leave_out(name, leaves, NO_PLACE);
        }
    }

    /// What an account or a vault is called; the rest of what it says is told.
    fn attrs(&mut self, attrs: Option<&RawValue>, form: &[&str]) -> Option<Attrs> {
        let tree = match attrs {
            None => Json::Null,
            Some(json) => Json::parse(json.get()).ok()?,
        };
        if !matches!(tree, Json::Null | Json::Object(_)) {
            return None;
        }
        let mut open = Open::new(&tree);
        let own = open.name("accountName").or_else(|| open.name("name"));
        let uuid = open.name("uuid").unwrap_or_default().to_owned();
        let shown = display_text(&cut(own.unwrap_or(&uuid)));
        let description = open.take_text("desc").unwrap_or_default();
        let description = Zeroizing::new(description.to_owned());
        open.pass_over(form);
        for (member, value) in open.rest(&mut 0) {
            self.leave_out(&shown, member, value.leaves());
        }
        Some(Attrs {
            label: shown,
            uuid,
            description,
        })
    }

    fn unreadable(&mut self, vault: VaultPlace, reason: &'static str) {
        let vault = Rc::new(vault);
        self.list.push(RawItem::Unreadable { vault, reason });
    }
}

fn read_account<'a>(json: &'a RawValue, items: &mut Items<'a>) -> Result<(), ImportError> {
    let account = level(json, "vaults");
    let attrs = account
        .as_ref()
        .and_then(|account| items.attrs(account.attrs, &ACCOUNT_FORM));
    let (Some(account), Some(attrs)) = (account, attrs) else {
        items.unreadable(
            VaultPlace::default(),
            "The account is not of the form that 1Password writes.",
        );
        return Ok(());
    };
    items.tell_more(&attrs.label, &account.more);
    if !attrs.description.is_empty() {
        items.leave_out(&attrs.label, "desc", 1);
    }
    let place = VaultPlace {
        account: attrs.label,
        ..VaultPlace::default()
    };
    let vaults = account.below.unwrap_or_default();
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
    let vault = level(json, "items");
    let attrs = vault
        .as_ref()
        .and_then(|vault| items.attrs(vault.attrs, &VAULT_FORM));
    let (Some(vault), Some(attrs)) = (vault, attrs) else {
        items.unreadable(
            place.clone(),
            "The vault is not of the form that 1Password writes.",
        );
        return Ok(());
    };
    items.tell_more(&attrs.label, &vault.more);
    let place = Rc::new(VaultPlace {
        vault_uuid: cut(&attrs.uuid),
        vault: attrs.label,
        ..place.clone()
    });
    if !attrs.description.is_empty() {
        items.list.push(RawItem::Description {
            vault: Rc::clone(&place),
            text: attrs.description,
        });
    }
    let found = vault.below.unwrap_or_default();
    items.count(&found)?;
    items
        .list
        .extend(found.kept.iter().map(|json| RawItem::Json {
            vault: Rc::clone(&place),
            json: json.get(),
        }));
    Ok(())
}

/// What an account or vault says of itself. A description may hold anything: no `Debug`.
struct Attrs {
    label: String,
    uuid: String,
    description: Zeroizing<String>,
}

/// Names are shown beside every item; one that fills the file must not be copied for each.
fn cut(text: &str) -> String {
    text.chars().take(NAME_CHARS_MAX).collect()
}

fn level<'a>(json: &'a RawValue, below: &'static str) -> Option<Known<'a>> {
    let mut reader = serde_json::Deserializer::from_str(json.get());
    Level { below }.deserialize(&mut reader).ok()
}

/// The export, an account or a vault: what it says of itself, and the list of what lies in it, looked through once.
#[derive(Clone, Copy)]
struct Level {
    /// The name of that list.
    below: &'static str,
}

#[derive(Default)]
struct Known<'a> {
    attrs: Option<&'a RawValue>,
    below: Option<Capped<'a>>,
    more: Vec<(String, &'a RawValue)>,
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Known<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Known<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Known<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Known<'de>, A::Error> {
        let mut known = Known::default();
        let mut has_below = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == self.below {
                if std::mem::replace(&mut has_below, true) {
                    return Err(A::Error::duplicate_field(self.below));
                }
                known.below = map.next_value()?;
            } else if name == "attrs" {
                if known.attrs.is_some() {
                    return Err(A::Error::duplicate_field("attrs"));
                }
                known.attrs = Some(map.next_value()?);
            } else if known.more.len() < ITEM_MEMBERS_MAX {
                let value = map.next_value()?;
                known.more.push((cut(&name), value));
            } else {
                return Err(A::Error::custom("more members than anybody has"));
            }
        }
        Ok(known)
    }
}
