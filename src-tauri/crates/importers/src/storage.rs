//! Storage credentials in an item of any format, recognised by what the format says, by labels, endpoints and shapes.
//! What is not certain is asked, never guessed.

mod labels;
mod pairs;
mod place;
mod service;
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::fault::Hint;
use domain::secret_text::SecretText;

use crate::mapping::Answers;
use crate::material::{Claim, Likely, Material, Part};
use crate::names::cut_path;
use crate::parsed::{Choice, ParsedLocation, Question};
use crate::secret_like::normal_label;

pub(crate) use labels::{host_method, word_methods};
pub(crate) use service::s3_like;

/// Parts that make up one storage credential.
pub(crate) struct StorageMatch {
    /// Indices in the order of the method's fields; one where a single text holds them all.
    pub parts: Vec<usize>,
    pub credentials: Credentials,
    pub hints: Vec<Hint>,
    pub because: Option<String>,
    /// How the fields differ from the parts' texts.
    pub changed: Option<String>,
    pub locations: Vec<ParsedLocation>,
    /// Parts of which everything is in the locations.
    pub in_locations: Vec<usize>,
}

/// What was recognised in an item, and what a person has to decide.
pub(crate) struct Recognised {
    pub matches: Vec<StorageMatch>,
    pub questions: Vec<Question>,
}

/// Every storage credential among the parts; no part is used twice.
pub(crate) fn recognise_storage(material: &Material, answers: &Answers) -> Recognised {
    let mut search = Search::new(material, answers);
    for claim in &material.claims {
        search.claim(claim);
    }
    for index in 0..material.parts.len() {
        search.whole(index);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, part) in material.parts.iter().enumerate() {
        groups.entry(part.group).or_default().push(index);
    }
    for members in groups.values() {
        search.certain_pairs(members);
    }
    for members in groups.values() {
        search.open_pairs(members);
    }
    let all: Vec<usize> = (0..material.parts.len()).collect();
    search.certain_pairs(&all);
    search.open_pairs(&all);
    search.add_locations();
    Recognised {
        matches: search.matches,
        questions: search.questions,
    }
}

struct Search<'a> {
    title: &'a str,
    parts: &'a [Part],
    /// The label of each part in its normal form.
    labels: Vec<String>,
    answers: &'a Answers,
    used: Vec<bool>,
    /// Parts about which a question was asked: they are not asked about again.
    asked: BTreeSet<usize>,
    /// Parts that are no storage credential, or not until a person says so.
    apart: BTreeSet<usize>,
    /// The provider whose host stands in each plain part; worked out when first needed.
    hosts: Option<Vec<Option<AuthMethod>>>,
    matches: Vec<StorageMatch>,
    questions: Vec<Question>,
}

impl<'a> Search<'a> {
    fn new(material: &'a Material, answers: &'a Answers) -> Search<'a> {
        Search {
            title: &material.head.title,
            parts: &material.parts,
            labels: material
                .parts
                .iter()
                .map(|part| normal_label(&part.label))
                .collect(),
            answers,
            used: vec![false; material.parts.len()],
            asked: BTreeSet::new(),
            apart: BTreeSet::new(),
            hosts: None,
            matches: Vec::new(),
            questions: Vec::new(),
        }
    }

    fn part(&self, index: usize) -> Option<&'a Part> {
        self.parts.get(index)
    }

    fn is_free(&self, index: usize) -> bool {
        !self.used.get(index).copied().unwrap_or(true)
    }

    fn claim(&mut self, claim: &Claim) {
        let Some(first) = claim.methods.first() else {
            return;
        };
        let named_by = claim.parts.first().copied().unwrap_or_default();
        let method = match claim.methods.as_slice() {
            [_] if claim.likely == Likely::Storage => Some(*first),
            several => self.ask_service(named_by, several, claim.likely),
        };
        if let Some(method) = method {
            self.take(method, &claim.parts, None);
        } else {
            // Nothing is asked about them again.
            self.apart.extend(&claim.parts);
        }
    }

    /// Takes the parts if the rules accept them as credentials of the method; else they stay what they are.
    fn take(&mut self, method: AuthMethod, indices: &[usize], because: Option<String>) -> bool {
        let given: Vec<(String, SecretText)> = method
            .fields()
            .iter()
            .zip(indices)
            .filter_map(|(field, index)| {
                let part = self.part(*index)?;
                let text = SecretText::new(part.text.to_string());
                Some((field.name.to_owned(), text))
            })
            .collect();
        self.take_fields(method, given, indices, because)
    }

    fn take_fields(
        &mut self,
        method: AuthMethod,
        given: Vec<(String, SecretText)>,
        indices: &[usize],
        because: Option<String>,
    ) -> bool {
        if !indices.iter().all(|index| self.is_free(*index)) {
            return false;
        }
        let Ok((credentials, hints)) = Credentials::parse(method, given, None) else {
            return false;
        };
        for index in indices {
            if let Some(used) = self.used.get_mut(*index) {
                *used = true;
            }
        }
        self.matches.push(StorageMatch {
            parts: indices.to_vec(),
            credentials,
            hints,
            because,
            changed: None,
            locations: Vec::new(),
            in_locations: Vec::new(),
        });
        true
    }

    /// Asks, and gives back the id of the choice that holds.
    fn ask(&mut self, id: &str, text: String, choices: Vec<Choice>) -> String {
        let free = (1_u64..)
            .map(|number| match number {
                1 => id.to_owned(),
                _ => format!("{id}#{number}"),
            })
            .find(|id| !self.questions.iter().any(|asked| asked.id == *id))
            .expect("an item has fewer questions than there are numbers");
        let chosen = self
            .answers
            .to(&free)
            .filter(|chosen| choices.iter().any(|choice| choice.id == *chosen))
            .or_else(|| choices.first().map(|choice| choice.id.as_str()))
            .unwrap_or_default()
            .to_owned();
        self.questions.push(Question {
            id: free,
            text,
            choices,
            chosen: chosen.clone(),
        });
        chosen
    }

    fn question_id(&self, about: &str, index: usize) -> String {
        let path = self.part(index).map_or("", |part| part.path.as_str());
        format!("{about}:{}", cut_path(path))
    }
}

fn choice(id: impl Into<String>, label: impl Into<String>) -> Choice {
    Choice {
        id: id.into(),
        label: label.into(),
    }
}
