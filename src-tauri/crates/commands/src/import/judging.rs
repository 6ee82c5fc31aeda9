//! What each secret of the file would be in this vault: new, a new version, there already; and where its value is too.

use std::collections::{BTreeMap, BTreeSet};

use domain::SecretId;
use domain::import::Brought;
use domain::secret::{ImportSource, SecretWithVersions};
use domain::text::SecretName;
use importers::{ItemState, ParsedImport, ParsedItem, ParsedSecret};
use vault::{Reader, StoreError, UnlockedVault, ValueFinder, ValueMark};

use super::both_sides::{Prefer, Preferred};
use super::differences::{Differences, Sides};
use super::held_as::{HeldAs, NO_REFERENCE};
use super::item_facts;
use super::names::{Claim, Names};
use super::origin::Origin;
use crate::refusal::Answer;

/// Of the places where the same value is, so many are named.
const SAME_NAMED_MAX: usize = 3;
/// Versions of secrets looked through for them.
const HOLDERS_MAX: usize = 16;

/// Of the import's items, in its order.
pub struct Verdicts {
    pub items: Vec<ItemVerdict>,
    origin: Origin,
    held_as: HeldAs,
    claims: Claims,
}

/// What new secrets of the file take, so that no other can have it.
#[derive(Default)]
struct Claims {
    names: Names,
    env_keys: BTreeSet<String>,
}

pub struct ItemVerdict {
    /// Whether it is imported as things are chosen now.
    pub taken: bool,
    pub with_locations: bool,
    /// Of values that were changed on both sides.
    pub preferred: Preferred,
    pub secrets: Vec<SecretVerdict>,
}

pub struct SecretVerdict {
    /// By which an earlier import of the same place is found, and this one by a later.
    pub source: ImportSource,
    /// Where its value was changed on both sides.
    pub prefer: Prefer,
    pub becomes: Becomes,
    /// From what an earlier import made of it.
    pub differences: Differences,
    /// The name it has then.
    pub name: SecretName,
    pub in_vault: Vec<SameInVault>,
    /// Numbers of other items with the same value.
    pub in_file: Vec<usize>,
    /// The env key belongs to another secret, so that it is left away.
    pub env_key_taken: bool,
    claimed: Option<Claim>,
    claimed_env_key: Option<String>,
    marks: Vec<ValueMark>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Becomes {
    New,
    NewVersion,
    /// Its value is there; something beside it is new.
    Changed,
    StoredAlready,
    /// It is there, and not for an import to change.
    Refused(&'static str),
}

pub struct SameInVault {
    pub id: SecretId,
    pub name: String,
    /// It had the value earlier, or lies in the trash.
    pub is_past: bool,
}

impl Verdicts {
    /// What is in the trash of its source is not taken unless asked for, and takes no name from what is.
    pub fn of(
        vault: &UnlockedVault,
        import: &ParsedImport,
        origin: Origin,
        held_as: HeldAs,
    ) -> Answer<Self> {
        let blank = |item: &ParsedItem| ItemVerdict {
            taken: is_taken_at_first(item),
            with_locations: true,
            preferred: Preferred::default(),
            secrets: Vec::new(),
        };
        let mut verdicts = Self {
            items: import.items.iter().map(blank).collect(),
            origin,
            held_as,
            claims: Claims::default(),
        };
        vault.read(|reader| {
            let finder = reader.value_finder()?;
            let (in_use, trashed): (Vec<usize>, Vec<usize>) = (0..import.items.len())
                .partition(|&at| import.items.get(at).is_some_and(is_taken_at_first));
            for at in in_use.into_iter().chain(trashed) {
                verdicts.judge(reader, &finder, import, at)?;
            }
            Answer::Ok(())
        })?;
        verdicts.find_same_in_file();
        Ok(verdicts)
    }

    /// After answers have changed what an item becomes.
    pub fn judge_again(
        &mut self,
        vault: &UnlockedVault,
        import: &ParsedImport,
        items: &[usize],
    ) -> Answer<()> {
        vault.read(|reader| {
            let finder = reader.value_finder()?;
            for &at in items {
                self.judge(reader, &finder, import, at)?;
            }
            Answer::Ok(())
        })?;
        self.find_same_in_file();
        Ok(())
    }

    fn judge(
        &mut self,
        reader: &Reader<'_>,
        finder: &ValueFinder<'_>,
        import: &ParsedImport,
        at: usize,
    ) -> Answer<()> {
        let (Some(item), Some(verdict)) = (import.items.get(at), self.items.get_mut(at)) else {
            return Ok(());
        };
        for before in verdict.secrets.drain(..) {
            self.claims.give_back(before);
        }
        for (number, parsed) in item.secrets.iter().enumerate() {
            let source = self.origin.source(parsed);
            let notes = item_facts::notes(item, number);
            let look = Look {
                reader,
                finder,
                held_as: self.held_as,
                prefer: verdict.preferred.of(&source),
            };
            let judged = look.judge(parsed, &notes, source, &mut self.claims)?;
            verdict.secrets.push(judged);
        }
        Ok(())
    }

    fn find_same_in_file(&mut self) {
        let mut holders: BTreeMap<Vec<ValueMark>, Vec<usize>> = BTreeMap::new();
        for (at, item) in self.items.iter().enumerate() {
            for secret in &item.secrets {
                let held = holders.entry(secret.marks.clone()).or_default();
                if held.last() != Some(&at) {
                    held.push(at);
                }
            }
        }
        for (at, item) in self.items.iter_mut().enumerate() {
            for secret in &mut item.secrets {
                let same = holders.get(&secret.marks).into_iter().flatten();
                let others = same.copied().filter(|&other| other != at);
                secret.in_file = others.take(SAME_NAMED_MAX).collect();
            }
        }
    }
}

/// What is in the trash of its source is not, unless asked for.
pub fn is_taken_at_first(item: &ParsedItem) -> bool {
    item.state != ItemState::Trashed
}

impl Claims {
    fn give_back(&mut self, verdict: SecretVerdict) {
        if let Some(claim) = verdict.claimed {
            self.names.give_back(claim);
        }
        if let Some(key) = verdict.claimed_env_key {
            self.env_keys.remove(&key);
        }
    }
}

impl SecretVerdict {
    pub fn has_same(&self) -> bool {
        !self.in_vault.is_empty() || !self.in_file.is_empty()
    }
}

/// In which vault, and for what, a secret is looked at.
struct Look<'a> {
    reader: &'a Reader<'a>,
    finder: &'a ValueFinder<'a>,
    held_as: HeldAs,
    prefer: Prefer,
}

impl Look<'_> {
    fn judge(
        &self,
        parsed: &ParsedSecret,
        notes: &str,
        source: ImportSource,
        claims: &mut Claims,
    ) -> Answer<SecretVerdict> {
        let Look { reader, finder, .. } = *self;
        let before = imported_before(reader, &source)?;
        let own = before.as_ref().map(|before| before.secret().id());
        let mut env_key_taken = false;
        let mut claimed = None;
        let mut claimed_env_key = None;
        let mut differences = Differences::default();
        let (becomes, name) = match &before {
            Some(before) => {
                let becomes = match self.held_as.refusal(before, parsed) {
                    Some(reason) => Becomes::Refused(reason),
                    None => {
                        let sides = Sides {
                            before,
                            parsed,
                            notes,
                            prefer: self.prefer,
                        };
                        differences = Differences::between(reader, finder, &sides)?;
                        becomes(&differences)
                    }
                };
                (becomes, before.secret().name().clone())
            }
            None if !self.held_as.can_hold(parsed) => {
                (Becomes::Refused(NO_REFERENCE), parsed.name.clone())
            }
            None => {
                let is_in_vault = |name: &SecretName| Ok(reader.secret_by_name(name)?.is_some());
                let claim = claims
                    .names
                    .claim::<StoreError>(&parsed.name, is_in_vault)?;
                let name = claim.name.clone();
                claimed = Some(claim);
                if let Some(key) = &parsed.env_key {
                    let is_first = claims.env_keys.insert(key.as_str().to_owned());
                    claimed_env_key = is_first.then(|| key.as_str().to_owned());
                    env_key_taken = !is_first || reader.secret_by_env_key(key)?.is_some();
                }
                (Becomes::New, name)
            }
        };
        Ok(SecretVerdict {
            source,
            prefer: self.prefer,
            becomes,
            differences,
            name,
            in_vault: same_in_vault(reader, finder, parsed, own)?,
            in_file: Vec::new(),
            env_key_taken,
            claimed,
            claimed_env_key,
            marks: finder.marks(&parsed.credentials),
        })
    }
}

fn becomes(differences: &Differences) -> Becomes {
    if differences.brings(Brought::Value) {
        Becomes::NewVersion
    } else if differences.brought.is_empty() {
        Becomes::StoredAlready
    } else {
        Becomes::Changed
    }
}

fn same_in_vault(
    reader: &Reader<'_>,
    finder: &ValueFinder<'_>,
    parsed: &ParsedSecret,
    own: Option<SecretId>,
) -> Answer<Vec<SameInVault>> {
    let mut same: Vec<SameInVault> = Vec::new();
    for held in finder.holders(&parsed.credentials, HOLDERS_MAX)? {
        let known = same.iter().any(|known| known.id == held.secret);
        if Some(held.secret) == own || known || same.len() == SAME_NAMED_MAX {
            continue;
        }
        let Some(found) = reader.secret(held.secret)? else {
            continue;
        };
        let secret = found.secret();
        same.push(SameInVault {
            id: held.secret,
            name: secret.name().as_str().to_owned(),
            is_past: secret.is_trashed() || secret.current_version() != Some(held.version),
        });
    }
    Ok(same)
}

/// The live secret that an earlier import made of the same place of the file.
pub fn imported_before(
    reader: &Reader<'_>,
    source: &ImportSource,
) -> Answer<Option<SecretWithVersions>> {
    for id in reader.secrets_by_import_source(source)? {
        if let Some(found) = reader
            .secret(id)?
            .filter(|found| !found.secret().is_trashed())
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
