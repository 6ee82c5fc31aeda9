//! Which items are wanted, by ids of the window or by names of the command line.

use std::collections::BTreeSet;
use std::sync::Arc;

use connections::{Chosen, ItemList, Vault};
use domain::reject::{Detail, LocStep};
use importers::{LiveVault, ParsedItem, not_listed};

use super::looking::Looking;
use crate::api::{ImportLiveChosen, Object, Required};
use crate::refusal::Answer;

pub enum Wanted {
    Chosen(Vec<ChosenVault>),
    Named {
        /// By name or id; all where there are none.
        vaults: Option<Vec<String>>,
        /// By id, in any of those vaults; all where there are none.
        items: Option<Vec<String>>,
    },
}

pub struct ChosenVault {
    vault_id: String,
    items: ChosenItems,
}

enum ChosenItems {
    Only(Vec<String>),
    AllBut(BTreeSet<String>),
}

/// The wanted items of one vault, by their places in its list.
pub(super) struct Group {
    vault: Vault,
    list: Arc<ItemList>,
    at: Vec<usize>,
    /// Entries of the list that belong to what is wanted and can't be asked for.
    unreadable: usize,
}

impl Group {
    /// A vault that is wanted whole is wanted with what its list does not tell in a form that is understood.
    fn whole(vault: Vault, list: Arc<ItemList>, but: &BTreeSet<String>) -> Self {
        let items = list.items.iter().enumerate();
        let at = items.filter(|(_, item)| !but.contains(item.id.as_str()));
        Self {
            at: at.map(|(at, _)| at).collect(),
            unreadable: list.unreadable,
            vault,
            list,
        }
    }

    /// Lines of the report for what could not be asked for.
    pub fn not_listed(&self) -> Option<ParsedItem> {
        let vault = LiveVault {
            id: self.vault.id.as_str().to_owned(),
            name: self.vault.name.clone(),
        };
        (self.unreadable > 0).then(|| not_listed(&vault, self.unreadable))
    }

    pub fn chosen(&self) -> impl Iterator<Item = Chosen<'_>> {
        let items = self.at.iter().filter_map(|&at| self.list.items.get(at));
        items.map(|item| Chosen {
            vault: &self.vault,
            item,
        })
    }
}

/// The request's list: each vault once, and at least one of them.
pub(super) fn chosen(
    given: Required<Vec<Option<Object<ImportLiveChosen>>>>,
) -> Result<Vec<ChosenVault>, Vec<Detail>> {
    let given = crate::opened::required("chosen", given).map_err(|fault| vec![fault])?;
    if given.is_empty() {
        let message = "Choose a vault or items of one.";
        return Err(vec![Detail::at("chosen", "empty", message)]);
    }
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::with_capacity(given.len());
    for (index, one) in given.into_iter().enumerate() {
        match one_vault(one, &mut seen) {
            Ok(one) => chosen.push(one),
            Err(wrong) => {
                let wrong = wrong.into_iter();
                faults.extend(wrong.map(|fault| fault.within(index).within("chosen")));
            }
        }
    }
    if faults.is_empty() {
        Ok(chosen)
    } else {
        Err(faults)
    }
}

fn one_vault(
    given: Option<Object<ImportLiveChosen>>,
    seen: &mut BTreeSet<String>,
) -> Result<ChosenVault, Vec<Detail>> {
    let missing = || vec![Detail::at("vault_id", "missing", "vault_id is missing.")];
    let Object(given) = given.ok_or_else(missing)?;
    let vault_id = given.vault_id.0.ok_or_else(missing)?;
    if !seen.insert(vault_id.clone()) {
        let message = "This vault is chosen twice.";
        return Err(vec![Detail::at("vault_id", "duplicate", message)]);
    }
    let items = match (given.items, given.except) {
        (Some(only), None) => ChosenItems::Only(only.into_texts("items")?),
        (None, None) => ChosenItems::AllBut(BTreeSet::new()),
        (None, Some(but)) => ChosenItems::AllBut(but.into_texts("except")?.into_iter().collect()),
        (Some(_), Some(_)) => {
            let message = "Name the items that are meant, or those that are not.";
            return Err(vec![Detail::at("except", "two_choices", message)]);
        }
    };
    Ok(ChosenVault { vault_id, items })
}

impl Looking<'_> {
    /// What is not there any more is a fault of the request: nothing is chosen in its place.
    pub fn choose(&mut self, wanted: &Wanted) -> Answer<Vec<Group>> {
        match wanted {
            Wanted::Chosen(vaults) => {
                let groups = vaults.iter().enumerate().map(|(index, one)| {
                    let loc = |member: &'static str| -> Vec<LocStep> {
                        vec!["chosen".into(), index.into(), member.into()]
                    };
                    let (vault, list) = self.items_of(&one.vault_id, loc("vault_id"))?;
                    match &one.items {
                        ChosenItems::AllBut(but) => Ok(Group::whole(vault, list, but)),
                        ChosenItems::Only(ids) => Ok(Group {
                            at: places(&list, ids, &loc("items"))?,
                            unreadable: 0,
                            vault,
                            list,
                        }),
                    }
                });
                groups.collect()
            }
            Wanted::Named { vaults, items } => {
                self.choose_named(vaults.as_deref(), items.as_deref())
            }
        }
    }

    fn choose_named(
        &mut self,
        names: Option<&[String]>,
        items: Option<&[String]>,
    ) -> Answer<Vec<Group>> {
        let all_vaults = self.vaults()?;
        let vaults = match names {
            None => all_vaults,
            Some(names) => named(&all_vaults, names)?,
        };
        let wanted: Option<BTreeSet<&str>> =
            items.map(|ids| ids.iter().map(String::as_str).collect());
        let mut groups = Vec::with_capacity(vaults.len());
        for vault in vaults {
            let list = self.list(&vault)?;
            groups.push(match &wanted {
                None => Group::whole(vault, list, &BTreeSet::new()),
                Some(wanted) => Group {
                    at: having(&list, wanted),
                    unreadable: 0,
                    vault,
                    list,
                },
            });
        }
        Ok(groups)
    }
}

/// Vaults by their names or ids. A name that two have is not one.
fn named(vaults: &[Vault], names: &[String]) -> Result<Vec<Vault>, Vec<Detail>> {
    let mut faults = Vec::new();
    let mut found: Vec<Vault> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let by_id = vaults.iter().filter(|vault| vault.id.as_str() == name);
        let by_name = vaults.iter().filter(|vault| vault.name == *name);
        let fits: Vec<&Vault> = by_id.chain(by_name).collect();
        let mut fault = |kind, message: &str| {
            let loc = vec!["live".into(), "vaults".into(), index.into()];
            faults.push(Detail::new(loc, kind, message.to_owned()));
        };
        match fits.as_slice() {
            [one]
                if found
                    .iter()
                    .any(|known| known.id.as_str() == one.id.as_str()) => {}
            [one] => found.push((*one).clone()),
            [] => fault(
                "unknown_value",
                "1Password shows no vault of this name or id.",
            ),
            _ => fault(
                "ambiguous",
                "Several vaults have this name. Give the id of one.",
            ),
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(faults)
    }
}

fn places(list: &ItemList, ids: &[String], loc: &[LocStep]) -> Result<Vec<usize>, Vec<Detail>> {
    let wanted: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    let there: BTreeSet<&str> = list.items.iter().map(|item| item.id.as_str()).collect();
    let missing = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !there.contains(id.as_str()));
    let faults: Vec<Detail> = missing
        .map(|(index, _)| {
            let mut loc = loc.to_vec();
            loc.push(index.into());
            Detail::new(loc, "unknown_value", "The vault has no such item.")
        })
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(having(list, &wanted))
}

fn having(list: &ItemList, wanted: &BTreeSet<&str>) -> Vec<usize> {
    let items = list.items.iter().enumerate();
    let at = items.filter(|(_, item)| wanted.contains(item.id.as_str()));
    at.map(|(at, _)| at).collect()
}
