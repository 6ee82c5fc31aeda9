//! Names for what is new. Each goes on counting where it stopped, so that many items of one title cost no more than as many of
//! different ones.

use std::collections::{BTreeMap, BTreeSet};

use domain::import::numbered;
use domain::text::SecretName;

#[derive(Default)]
pub struct Names {
    /// Folded.
    taken: BTreeSet<String>,
    /// For each folded name that was wanted, the number to be tried next.
    next: BTreeMap<String, u64>,
}

/// A name that is taken until it is given back.
pub struct Claim {
    pub name: SecretName,
    wanted: String,
    number: u64,
}

impl Names {
    /// The name, or the first one with a number that neither the vault nor this import has.
    pub fn claim<E>(
        &mut self,
        wanted: &SecretName,
        is_in_vault: impl Fn(&SecretName) -> Result<bool, E>,
    ) -> Result<Claim, E> {
        let base = wanted.folded();
        let mut number = self.next.get(&base).copied().unwrap_or(1);
        loop {
            let name = numbered(wanted, number);
            let folded = name.folded();
            if !self.taken.contains(&folded) && !is_in_vault(&name)? {
                self.taken.insert(folded);
                self.next.insert(base.clone(), number + 1);
                return Ok(Claim {
                    name,
                    wanted: base,
                    number,
                });
            }
            number += 1;
        }
    }

    pub fn give_back(&mut self, claim: Claim) {
        self.taken.remove(&claim.name.folded());
        let next = self.next.entry(claim.wanted).or_insert(claim.number);
        *next = claim.number.min(*next);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;

    use super::*;

    fn name(text: &str) -> SecretName {
        SecretName::parse(text).expect("a name")
    }

    fn claim(names: &mut Names, wanted: &str) -> Claim {
        let in_vault = |name: &SecretName| Ok::<_, Infallible>(name.as_str() == "root (3)");
        names.claim(&name(wanted), in_vault).expect("a name")
    }

    #[test]
    fn names_go_round_those_of_the_vault_and_of_the_import() {
        let mut names = Names::default();
        let mut given = ["root", "ROOT", "root (4)", "root"].map(|text| claim(&mut names, text));
        let texts = given.each_ref().map(|claim| claim.name.as_str());
        assert_eq!(texts, ["root", "ROOT (2)", "root (4)", "root (5)"]);

        let [first, ..] = &mut given;
        let other = claim(&mut names, "other");
        names.give_back(std::mem::replace(first, other));
        assert_eq!(claim(&mut names, "root").name.as_str(), "root");
        assert_eq!(claim(&mut names, "root").name.as_str(), "root (6)");
    }

    #[test]
    fn what_the_vault_has_is_asked_for_once_however_many_equal_names_follow() {
        const MANY: u64 = 300;
        let in_vault: BTreeSet<String> = (1..=MANY)
            .map(|number| numbered(&name("root"), number).folded())
            .collect();
        let asked = Cell::new(0);
        let mut names = Names::default();
        for _ in 0..MANY {
            let is_in_vault = |name: &SecretName| {
                asked.set(asked.get() + 1);
                Ok::<_, Infallible>(in_vault.contains(&name.folded()))
            };
            names.claim(&name("root"), is_in_vault).unwrap();
        }
        assert_eq!(asked.get(), 2 * MANY);
    }
}
