//! A value that was changed here and at its source: which of them is used is a person's to say, and until it is said, the one here.

use std::collections::BTreeSet;

use domain::secret::ImportSource;
use importers::{AnswerError, Choice, ParsedItem, Question};

use super::judging::{ItemVerdict, SecretVerdict};

/// What the ids of these questions begin with; the secret's place in its item follows.
const OF_VALUE: &str = "value.";

/// Which value is used from now on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefer {
    #[default]
    Here,
    Source,
}

/// Of an item's secrets, those that take the source's value.
#[derive(Clone, Default)]
pub struct Preferred(BTreeSet<ImportSource>);

impl Preferred {
    pub fn of(&self, source: &ImportSource) -> Prefer {
        match self.0.contains(source) {
            true => Prefer::Source,
            false => Prefer::Here,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn say(&mut self, source: ImportSource, prefer: Prefer) {
        match prefer {
            Prefer::Source => self.0.insert(source),
            Prefer::Here => self.0.remove(&source),
        };
    }
}

impl Prefer {
    const ALL: [Self; 2] = [Self::Here, Self::Source];

    fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Source => "source",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Here => "The one that is here",
            Self::Source => "The one of the source",
        }
    }
}

/// Whether anything is asked about the item.
pub fn is_asked(item: &ParsedItem, verdict: &ItemVerdict) -> bool {
    !item.questions.is_empty() || asking(verdict).next().is_some()
}

/// What the file leaves open, and then what was changed on both sides.
pub fn questions(item: &ParsedItem, verdict: &ItemVerdict) -> Vec<Question> {
    let own = item.questions.iter().cloned();
    let of_values = asking(verdict).map(|(number, judged)| Question {
        id: id(number),
        text: match verdict.secrets.len() {
            1 => "The value was changed here and at its source. Which one is used from now on?".to_owned(),
            _ => format!(
                "The value of “{}” was changed here and at its source. Which one is used from now on?",
                judged.name
            ),
        },
        choices: Prefer::ALL
            .map(|prefer| Choice {
                id: prefer.as_str().to_owned(),
                label: prefer.label().to_owned(),
            })
            .to_vec(),
        chosen: verdict.preferred.of(&judged.source).as_str().to_owned(),
    });
    own.chain(of_values).collect()
}

/// Of either kind. What follows from it is seen once the item is judged again.
pub fn answer(
    item: &mut ParsedItem,
    verdict: &mut ItemVerdict,
    question: &str,
    choice: &str,
) -> Result<(), AnswerError> {
    let source = asking(verdict)
        .find(|(number, _)| id(*number) == question)
        .map(|(_, judged)| judged.source.clone());
    let Some(source) = source else {
        return item.answer(question, choice);
    };
    let mut offered = Prefer::ALL.into_iter();
    let prefer = offered
        .find(|prefer| prefer.as_str() == choice)
        .ok_or(AnswerError::UnknownChoice)?;
    verdict.preferred.say(source, prefer);
    Ok(())
}

fn asking(verdict: &ItemVerdict) -> impl Iterator<Item = (usize, &SecretVerdict)> {
    let secrets = verdict.secrets.iter().enumerate();
    secrets.filter(|(_, judged)| judged.differences.is_on_both_sides())
}

/// Whether it is asked about a value, and not by the file. None of the file's own questions is called like it.
pub fn is_of_value(question: &str) -> bool {
    question.starts_with(OF_VALUE)
}

fn id(number: usize) -> String {
    format!("{OF_VALUE}{}", number + 1)
}
