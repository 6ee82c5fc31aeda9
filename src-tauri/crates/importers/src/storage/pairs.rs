//! An id and its key: by labels, then by shapes, and where several fit by asking.

use domain::catalogue::AuthMethod;
use domain::shape;

use super::labels::{ACCOUNT_KEY, ACCOUNT_NAME, B2_ID, B2_KEY, KEY_ID, SECRET_KEY};
use super::service::Service;
use super::{Search, choice};
use crate::material::{Part, PartKind, field_name};

/// More than these of a kind are no choice that a person could make.
const CHOICES_MAX: usize = 8;
pub(super) const APART: &str = "apart";
const IN_ORDER: &str = "in_order";

/// Whose credential a pair of labels makes.
#[derive(Clone, Copy)]
enum Whose {
    Of(AuthMethod),
    /// Any service with S3's access keys.
    S3Like,
}

const BY_LABEL: [(&[&str], &[&str], Whose); 3] = [
    (&B2_ID, &B2_KEY, Whose::Of(AuthMethod::B2ApplicationKey)),
    (
        &ACCOUNT_NAME,
        &ACCOUNT_KEY,
        Whose::Of(AuthMethod::AzureAccountKey),
    ),
    (&KEY_ID, &SECRET_KEY, Whose::S3Like),
];

impl Search<'_> {
    /// Pairs of which there is one among the members.
    pub(super) fn certain_pairs(&mut self, members: &[usize]) {
        for (ids, keys, whose) in BY_LABEL {
            if let (Some(id), Some(key)) = (
                only(&self.labelled(members, ids)),
                only(&self.labelled(members, keys)),
            ) {
                self.take_pair(id, key, whose);
            }
        }
        let is_secret = |part: &Part| part.kind != PartKind::Plain;
        self.shaped_pair(
            members,
            AuthMethod::S3AccessKey,
            |part| shape::is_aws_key_id(&part.text),
            |part| is_secret(part) && shape::is_aws_secret(&part.text),
        );
        self.shaped_pair(
            members,
            AuthMethod::TigrisAccessKey,
            |part| part.text.starts_with("tid_"),
            |part| part.text.starts_with("tsec_"),
        );
        self.shaped_pair(
            members,
            AuthMethod::B2ApplicationKey,
            |part| shape::is_b2_key_id(&part.text),
            |part| is_secret(part) && part.text.len() == 31 && part.text.starts_with('K'),
        );
    }

    /// Pairs of which a person has to say which they are.
    pub(super) fn open_pairs(&mut self, members: &[usize]) {
        for (ids, keys, whose) in BY_LABEL {
            let ids = self.unasked(self.labelled(members, ids));
            let keys = self.unasked(self.labelled(members, keys));
            match (ids.as_slice(), keys.as_slice()) {
                ([], _) | (_, []) => {}
                ([id], [key]) => {
                    self.take_pair(*id, *key, whose);
                }
                ([id], several) if several.len() <= CHOICES_MAX => {
                    if let Some(key) = self.ask_which(*id, several, "secret key") {
                        self.take_pair(*id, key, whose);
                    }
                }
                (several, [key]) if several.len() <= CHOICES_MAX => {
                    if let Some(id) = self.ask_which(*key, several, "access key ID") {
                        self.take_pair(id, *key, whose);
                    }
                }
                (several, others)
                    if several.len() == others.len() && self.ask_in_order(several) =>
                {
                    for (id, key) in several.iter().zip(others) {
                        self.take_pair(*id, *key, whose);
                    }
                }
                _ => {}
            }
        }
    }

    fn shaped_pair(
        &mut self,
        members: &[usize],
        method: AuthMethod,
        is_id: impl Fn(&Part) -> bool,
        is_key: impl Fn(&Part) -> bool,
    ) {
        let id = only(&self.fitting(members, is_id));
        let key = only(&self.fitting(members, is_key));
        if let (Some(id), Some(key)) = (id, key)
            && id != key
        {
            let because = "The key has the form of this service's keys.".to_owned();
            self.take(method, &[id, key], Some(because));
        }
    }

    fn take_pair(&mut self, id: usize, key: usize, whose: Whose) {
        if id == key {
            return;
        }
        let (method, because) = match whose {
            Whose::Of(method) => (method, Some("The fields are called so.".to_owned())),
            Whose::S3Like => match self.service(id, key) {
                Service::Known(method, because) => (method, Some(because.to_owned())),
                Service::Open(methods, likely) => {
                    let Some(method) = self.ask_service(id, &methods, likely) else {
                        self.apart.extend([id, key]);
                        return;
                    };
                    (method, None)
                }
            },
        };
        self.take(method, &[id, key], because);
    }

    fn labelled(&self, members: &[usize], wanted: &[&str]) -> Vec<usize> {
        let fits = |index: &usize| {
            self.is_open(*index)
                && self
                    .labels
                    .get(*index)
                    .is_some_and(|label| wanted.contains(&label.as_str()))
        };
        members.iter().copied().filter(fits).collect()
    }

    fn fitting(&self, members: &[usize], fits: impl Fn(&Part) -> bool) -> Vec<usize> {
        let fits = |index: &usize| self.is_open(*index) && self.part(*index).is_some_and(&fits);
        members.iter().copied().filter(fits).collect()
    }

    fn is_open(&self, index: usize) -> bool {
        self.is_free(index) && !self.apart.contains(&index)
    }

    fn unasked(&self, indices: Vec<usize>) -> Vec<usize> {
        let unasked = indices.into_iter();
        unasked
            .filter(|index| !self.asked.contains(index))
            .collect()
    }

    /// Which of several fields belongs to the one that is certain.
    fn ask_which(&mut self, certain: usize, several: &[usize], what: &str) -> Option<usize> {
        self.asked.insert(certain);
        self.asked.extend(several);
        let mut choices = vec![choice(APART, "None of them: keep each field as a value")];
        choices.extend(several.iter().map(|index| {
            let shown = self.part(*index).map(shown_name).unwrap_or_default();
            choice(index.to_string(), shown)
        }));
        let of = self.part(certain).map(shown_name).unwrap_or_default();
        let text = format!("Which field is the {what} that belongs to “{of}”?");
        let id = self.question_id("which", certain);
        let chosen = self.ask(&id, text, choices);
        several
            .iter()
            .copied()
            .find(|index| index.to_string() == chosen)
    }

    fn ask_in_order(&mut self, ids: &[usize]) -> bool {
        let first = ids.first().copied().unwrap_or_default();
        self.asked.extend(ids);
        let choices = vec![
            choice(APART, "No: keep each field as a value"),
            choice(IN_ORDER, "Yes: the first with the first, and so on"),
        ];
        let text = format!(
            "The item has {} access key IDs and as many secret keys. Do they belong together in their order?",
            ids.len()
        );
        let id = self.question_id("pairs", first);
        self.ask(&id, text, choices) == IN_ORDER
    }
}

fn shown_name(part: &Part) -> String {
    field_name(&part.section, &part.label)
}

/// The one that fits; where several do, none is certain.
fn only(indices: &[usize]) -> Option<usize> {
    match indices {
        [only] => Some(*only),
        _ => None,
    }
}
