//! A secret that an earlier import made, against what the file says of it now: what is new there comes over, and what a person has
//! changed here since stays.

use domain::external::FieldMappings;
use domain::import::Brought;
use domain::secret::{Holding, SecretWithVersions};
use domain::tags::Tags;
use domain::text::Notes;
use importers::ParsedSecret;
use vault::{Reader, ValueFinder};

use crate::refusal::Answer;
use crate::secret::values_in_use;

/// Fields of any secrets that are looked through for an earlier value of this one.
const HOLDERS_MAX: usize = 200;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// In the order of [`Brought`].
    pub brought: Vec<Brought>,
    /// What differs, and stays because it was changed here.
    pub theirs: Vec<Brought>,
}

impl Differences {
    /// `notes` are those that the item's secret would have.
    pub fn between(
        reader: &Reader<'_>,
        finder: &ValueFinder<'_>,
        before: &SecretWithVersions,
        parsed: &ParsedSecret,
        notes: &str,
    ) -> Answer<Self> {
        let mut found = Self::default();
        let (has_same, is_held_here) = match before.secret().holding() {
            Holding::External { mappings, .. } => (are_same(mappings, parsed), false),
            Holding::Direct { .. } => {
                let held = values_in_use(reader, before)?;
                (held.ct_eq(&parsed.credentials), true)
            }
        };
        if !has_same {
            // The value was replaced here after the file was written: taking it back would put a retired key into use.
            match is_held_here && was_here_earlier(finder, before, parsed)? {
                true => found.theirs.push(Brought::Value),
                false => found.brought.push(Brought::Value),
            }
        }
        let beside = beside(reader, before, parsed, notes)?;
        if !beside.is_empty() {
            let ours = reader.changed_but_by_imports(before.secret().id())?;
            for what in beside {
                match ours.contains(what.as_str()) {
                    true => found.theirs.push(what),
                    false => found.brought.push(what),
                }
            }
        }
        Ok(found)
    }

    pub fn brings(&self, what: Brought) -> bool {
        self.brought.contains(&what)
    }

    pub fn leaves(&self, what: Brought) -> bool {
        self.theirs.contains(&what)
    }

    /// What to say of it, beside that there is a new version where the value is brought.
    pub fn remarks(&self) -> Vec<String> {
        let beside = |list: &[Brought]| {
            let labels = list.iter().filter(|what| **what != Brought::Value);
            labels.map(|what| what.label()).collect::<Vec<_>>()
        };
        let mut remarks = Vec::new();
        if self.leaves(Brought::Value) {
            remarks.push("The file has an earlier value of it. The present one stays.".to_owned());
        }
        match beside(&self.brought).as_slice() {
            [] => {}
            labels => remarks.push(format!("Changed at its source: {}.", labels.join(", "))),
        }
        match beside(&self.theirs).as_slice() {
            [] => {}
            labels => remarks.push(format!(
                "Changed here, so yours stay as they are: {}.",
                labels.join(", ")
            )),
        }
        remarks
    }
}

fn are_same(held: &FieldMappings, parsed: &ParsedSecret) -> bool {
    held.iter().count() == parsed.references.len()
        && held.iter().all(|mapping| {
            let mut found = parsed.references.iter();
            found.any(|one| {
                one.field_name == mapping.field_name && one.reference == mapping.reference.as_str()
            })
        })
}

/// What differs beside the value.
fn beside(
    reader: &Reader<'_>,
    before: &SecretWithVersions,
    parsed: &ParsedSecret,
    notes: &str,
) -> Answer<Vec<Brought>> {
    let secret = before.secret();
    let mut differing = Vec::new();
    // What breaks a rule for new secrets is told there, and is no difference here.
    if Notes::parse(notes).is_ok_and(|notes| notes != *secret.notes()) {
        differing.push(Brought::Notes);
    }
    if Tags::parse(&parsed.tags).is_ok_and(|tags| tags != *secret.tags()) {
        differing.push(Brought::Tags);
    }
    if let Some(key) = &parsed.env_key
        && secret.method() == parsed.method()
        && secret.env_key() != Some(key)
        && reader.secret_by_env_key(key)?.is_none()
    {
        differing.push(Brought::EnvKey);
    }
    let carries_its_end = parsed.credentials.expires_at().is_some();
    if parsed.expires_at.is_some() && !carries_its_end && secret.expires_at() != parsed.expires_at {
        differing.push(Brought::Expiry);
    }
    Ok(differing)
}

/// Whether an earlier version has all the values that the file has.
fn was_here_earlier(
    finder: &ValueFinder<'_>,
    before: &SecretWithVersions,
    parsed: &ParsedSecret,
) -> Answer<bool> {
    let secret = before.secret();
    let wanted = finder.marks(&parsed.credentials).len();
    let held: Vec<_> = finder
        .holders(&parsed.credentials, HOLDERS_MAX)?
        .into_iter()
        .filter(|held| held.secret == secret.id() && Some(held.version) != secret.current_version())
        .collect();
    let of_version = |number| held.iter().filter(|other| other.version == number).count();
    Ok(held.iter().any(|one| of_version(one.version) >= wanted))
}
