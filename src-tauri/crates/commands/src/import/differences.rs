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

/// How the log names the places that an external secret refers to.
const MAPPINGS: &str = "field_mappings";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// In the order of [`Brought`].
    pub brought: Vec<Brought>,
    /// What differs, and stays because it was changed here.
    pub theirs: Vec<Brought>,
    /// The value is a reference.
    is_reference: bool,
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
        let id = before.secret().id();
        let mut found = Self::default();
        let (has_same, stays) = match before.secret().holding() {
            Holding::External { mappings, .. } => {
                found.is_reference = true;
                let has_same = are_same(mappings, parsed);
                let stays = !has_same && reader.changed_but_by_imports(id)?.contains(MAPPINGS);
                (has_same, stays)
            }
            Holding::Direct { .. } => {
                let has_same = values_in_use(reader, before)?.ct_eq(&parsed.credentials);
                // The value was replaced here after the file was written: taking it back would put a retired key into use.
                let stays = !has_same && was_here_earlier(finder, before, parsed)?;
                (has_same, stays)
            }
        };
        if !has_same {
            match stays {
                true => found.theirs.push(Brought::Value),
                false => found.brought.push(Brought::Value),
            }
        }
        let beside = beside(reader, before, parsed, notes)?;
        if !beside.is_empty() {
            let ours = reader.changed_but_by_imports(id)?;
            for what in beside {
                // When a value ends is said of that value: the file's end is not that of the one here.
                let is_of_another_value = what == Brought::Expiry && stays;
                match is_of_another_value || ours.contains(what.as_str()) {
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
            let words = match self.is_reference {
                true => "It was made to refer to another place here. That stays.",
                false => "The file has an earlier value of it. The present one stays.",
            };
            remarks.push(words.to_owned());
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
        .within(secret.id(), &parsed.credentials)?
        .into_iter()
        .filter(|held| Some(held.version) != secret.current_version())
        .collect();
    let of_version = |number| held.iter().filter(|other| other.version == number).count();
    Ok(held.iter().any(|one| of_version(one.version) >= wanted))
}
