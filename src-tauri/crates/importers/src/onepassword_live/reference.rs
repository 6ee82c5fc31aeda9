//! `op://vault/item/[section/]field`: vault and item by id, the rest by names where those are clear.
//! Grammar: developer.1password.com/docs/cli/secret-reference-syntax. References tell no upper from lower case.

use std::collections::BTreeMap;

use domain::external::{REFERENCE_CHARS_MAX, op_reference_part};

use super::LiveItem;
use crate::parsed::ItemState;

/// What is called how in one item, and so what a reference may call by its name.
pub(super) struct References {
    /// `op://vault/item`; none where it can't be referred to.
    beginning: Option<String>,
    sections: Names,
    /// Fields and files by the section they stand in.
    within: BTreeMap<String, Names>,
    /// Those of all sections: a reference without a section may mean any of them.
    anywhere: Names,
}

/// How many things have each name.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

/// Something that can be referred to.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub id: &'a str,
    pub label: &'a str,
}

impl References {
    /// Vault and item by id: their names may be another's tomorrow, and are clear only to whoever sees every vault. An item that is
    /// archived or in the trash is refused to whoever refers to it.
    pub(super) fn into(item: &LiveItem, state: ItemState) -> References {
        let [vault, called] = [&item.vault.id, &item.id].map(|id| op_reference_part(None, id));
        References {
            beginning: vault
                .zip(called)
                .filter(|_| state == ItemState::Active)
                .map(|(vault, item)| format!("op://{vault}/{item}")),
            sections: Names::default(),
            within: BTreeMap::new(),
            anywhere: Names::default(),
        }
    }

    pub(super) fn add_section(&mut self, section: Named<'_>) {
        self.sections.add(section);
    }

    /// `section`: its id, empty where it stands in none.
    pub(super) fn add(&mut self, section: &str, named: Named<'_>) {
        self.anywhere.add(named);
        self.within
            .entry(section.to_owned())
            .or_default()
            .add(named);
    }

    /// Add everything before the first is asked for.
    pub(super) fn to(&self, section: Option<Named<'_>>, named: Named<'_>) -> Option<String> {
        let mut reference = self.beginning.clone()?;
        let names = match section {
            None => &self.anywhere,
            Some(section) => {
                reference.push('/');
                reference.push_str(self.sections.part(section)?);
                self.within.get(section.id)?
            }
        };
        reference.push('/');
        reference.push_str(names.part(named)?);
        (reference.chars().count() <= REFERENCE_CHARS_MAX).then_some(reference)
    }
}

impl Names {
    fn add(&mut self, named: Named<'_>) {
        let [id, label] = [named.id, named.label].map(str::to_ascii_lowercase);
        if id != label && !id.is_empty() {
            *self.0.entry(id).or_default() += 1;
        }
        *self.0.entry(label).or_default() += 1;
    }

    fn part<'a>(&self, named: Named<'a>) -> Option<&'a str> {
        let is_alone = |name: &str| self.0.get(&name.to_ascii_lowercase()) == Some(&1);
        let label = Some(named.label).filter(|label| is_alone(label));
        let part = op_reference_part(label, named.id)?;
        is_alone(part).then_some(part)
    }
}
