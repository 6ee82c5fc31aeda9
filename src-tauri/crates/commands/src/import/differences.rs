//! A secret that an earlier import made, against what the file says of it now: what is new there comes over, and what a person has
//! changed here since stays.

use std::collections::BTreeSet;

use domain::external::FieldMappings;
use domain::import::Brought;
use domain::secret::{Holding, SecretWithVersions};
use domain::tags::Tags;
use domain::text::Notes;
use importers::ParsedSecret;
use vault::{Reader, ValueFinder};

use super::both_sides::Prefer;
use super::left_here::{Left, left};
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
    /// What differs, and is for no import to change.
    pub left: Vec<Left>,
    /// How the value differs, where it does.
    value: Option<OfValue>,
}

/// The secret that an earlier import made, and what the file says of it now.
pub struct Sides<'a> {
    pub before: &'a SecretWithVersions,
    pub parsed: &'a ParsedSecret,
    /// Those that the item's secret would have.
    pub notes: &'a str,
    /// Of values that were changed on both sides.
    pub prefer: Prefer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OfValue {
    NewAtSource,
    /// It was replaced here after the file was written: taking it back would put a retired key into use.
    EarlierInFile,
    OnBothSides(Prefer),
    /// The reference was made to lead elsewhere here.
    ReferenceHere,
}

impl Differences {
    pub fn between(
        reader: &Reader<'_>,
        finder: &ValueFinder<'_>,
        sides: &Sides<'_>,
    ) -> Answer<Self> {
        let Sides { before, parsed, .. } = *sides;
        let id = before.secret().id();
        let has_same = match before.secret().holding() {
            Holding::External { mappings, .. } => are_same(mappings, parsed),
            Holding::Direct { .. } => values_in_use(reader, before)?.ct_eq(&parsed.credentials),
        };
        let beside = beside(reader, sides)?;
        let mut found = Self {
            left: left(reader, finder, before, parsed)?,
            ..Self::default()
        };
        if has_same && beside.is_empty() {
            return Ok(found);
        }
        let ours = reader.changed_but_by_imports(id)?;
        if !has_same {
            let of_value = of_value(finder, sides, &ours)?;
            found.value = Some(of_value);
            match of_value.stays() {
                true => found.theirs.push(Brought::Value),
                false => found.brought.push(Brought::Value),
            }
        }
        for what in beside {
            // When a value ends is said of that value: the file's end comes with the file's value, and is not that of the one here.
            let stays = match what {
                Brought::Expiry if found.brings(Brought::Value) => false,
                Brought::Expiry if found.leaves(Brought::Value) => true,
                _ => ours.contains(what.as_str()),
            };
            match stays {
                true => found.theirs.push(what),
                false => found.brought.push(what),
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

    /// Whether a person may say which value is used.
    pub fn is_on_both_sides(&self) -> bool {
        matches!(self.value, Some(OfValue::OnBothSides(_)))
    }

    /// Why the value stays, in what follows "The secret was here already, and".
    pub fn why_value_stays(&self) -> &'static str {
        match self.value {
            Some(OfValue::ReferenceHere) => "the place that it refers to was changed here",
            Some(OfValue::OnBothSides(_)) => {
                "its value was changed here and at its source, so the one here stays"
            }
            Some(OfValue::EarlierInFile | OfValue::NewAtSource) | None => {
                "its earlier value was destroyed here"
            }
        }
    }

    /// What to say of it, beside that there is a new version where the value is brought, and what is asked.
    pub fn remarks(&self) -> Vec<String> {
        let beside = |list: &[Brought]| {
            let labels = list.iter().filter(|what| **what != Brought::Value);
            labels.map(|what| what.label()).collect::<Vec<_>>()
        };
        let mut remarks = Vec::new();
        match self.value {
            Some(OfValue::ReferenceHere) => {
                remarks.push("It was made to refer to another place here. That stays.".to_owned());
            }
            Some(OfValue::EarlierInFile) => {
                let words = "The file has an earlier value of it. The present one stays.";
                remarks.push(words.to_owned());
            }
            Some(OfValue::NewAtSource | OfValue::OnBothSides(_)) | None => {}
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
        let left: Vec<&str> = self.left.iter().map(|what| what.label()).collect();
        if !left.is_empty() {
            remarks.push(format!(
                "Otherwise in the file, and left as it is here: {}.",
                left.join(", ")
            ));
        }
        remarks
    }

    /// The same for a report, which asks nothing.
    pub fn told(&self) -> Vec<String> {
        let of_both = match self.value {
            Some(OfValue::OnBothSides(Prefer::Here)) => {
                Some("Its value was changed here and at its source. The one here stays.")
            }
            Some(OfValue::OnBothSides(Prefer::Source)) => {
                Some("Its value was changed here and at its source. The source's is used now.")
            }
            _ => None,
        };
        let of_both = of_both.map(str::to_owned);
        of_both.into_iter().chain(self.remarks()).collect()
    }
}

impl OfValue {
    fn stays(self) -> bool {
        match self {
            Self::NewAtSource | Self::OnBothSides(Prefer::Source) => false,
            Self::EarlierInFile | Self::OnBothSides(Prefer::Here) | Self::ReferenceHere => true,
        }
    }
}

/// Of a value that differs. `ours` is what was changed here.
fn of_value(
    finder: &ValueFinder<'_>,
    sides: &Sides<'_>,
    ours: &BTreeSet<String>,
) -> Answer<OfValue> {
    let Sides { before, parsed, .. } = *sides;
    let was_changed = |what: &str| ours.contains(what);
    Ok(match before.secret().holding() {
        Holding::External { .. } if was_changed(MAPPINGS) => OfValue::ReferenceHere,
        Holding::External { .. } => OfValue::NewAtSource,
        Holding::Direct { .. } if was_here_earlier(finder, before, parsed)? => {
            OfValue::EarlierInFile
        }
        Holding::Direct { .. } if was_changed(Brought::Value.as_str()) => {
            OfValue::OnBothSides(sides.prefer)
        }
        Holding::Direct { .. } => OfValue::NewAtSource,
    })
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
fn beside(reader: &Reader<'_>, sides: &Sides<'_>) -> Answer<Vec<Brought>> {
    let Sides { parsed, notes, .. } = *sides;
    let secret = sides.before.secret();
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
