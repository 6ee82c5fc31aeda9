//! Questions that nobody has answered, for an import that must not guess.

use std::collections::BTreeSet;

use domain::reject::Detail;
use importers::{ParsedItem, Question};

use super::both_sides;
use super::held::Looked;
use crate::api::{ImportAnswer, Object};

/// Of many questions the first are told.
const TOLD_MAX: usize = 50;

/// Items and their questions that the request answers.
pub struct Answered(BTreeSet<(String, String)>);

impl Answered {
    pub fn of(answers: &[Option<Object<ImportAnswer>>]) -> Self {
        let given = answers.iter().flatten();
        let pairs = given.filter_map(|Object(answer)| {
            Some((answer.item_id.0.clone()?, answer.question.0.clone()?))
        });
        Self(pairs.collect())
    }

    fn has(&self, item: &ParsedItem, question: &Question) -> bool {
        let pair = (item.item_id.clone(), question.id.clone());
        self.0.contains(&pair)
    }
}

/// Of the items that are taken, each question has to have its answer.
pub fn require_answers(looked: &Looked, answered: &Answered) -> Result<(), Vec<Detail>> {
    let items = looked.import.items.iter().zip(&looked.verdicts.items);
    let taken = items.filter(|(_, verdict)| verdict.taken);
    let open = taken.flat_map(|(item, verdict)| {
        let questions = both_sides::questions(item, verdict).into_iter();
        questions.map(move |asked| (item, asked))
    });
    let open = open.filter(|(item, asked)| !answered.has(item, asked));
    let faults: Vec<Detail> = open
        .take(TOLD_MAX)
        .map(|(item, asked)| {
            let choices = asked.choices.iter();
            let choices: Vec<String> = choices
                .map(|choice| format!("{} ({})", choice.id, choice.label))
                .collect();
            let message = format!(
                "“{}”, item {}, question {}: {} The choices are {}.",
                item.title,
                item.item_id,
                asked.id,
                asked.text,
                choices.join(", ")
            );
            Detail::at("answers", "import_question", message)
        })
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}
