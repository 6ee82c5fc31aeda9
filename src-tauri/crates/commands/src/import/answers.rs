//! What a person answers, about one item or about many.

use std::collections::BTreeMap;

use domain::reject::Detail;
use importers::{AnswerError, ParsedItem};
use vault::UnlockedVault;

use super::both_sides;
use super::held::Looked;
use super::judging::ItemVerdict;
use crate::api::{ImportAnswer, Object};
use crate::refusal::Answer;

/// A listed answer to a question of the item at this place.
struct Given {
    at: usize,
    question: String,
    choice: String,
}

impl Given {
    fn of(
        answer: Option<Object<ImportAnswer>>,
        places: &BTreeMap<String, usize>,
    ) -> Result<Self, Detail> {
        let missing = |member: &'static str| Detail::at(member, "missing", "This is missing.");
        let Object(answer) = answer.ok_or_else(|| missing("item_id"))?;
        let id = answer.item_id.0.ok_or_else(|| missing("item_id"))?;
        let question = answer.question.0.ok_or_else(|| missing("question"))?;
        let choice = answer.choice.0.ok_or_else(|| missing("choice"))?;
        let at = places.get(&id).copied().ok_or_else(no_such_item)?;
        Ok(Self {
            at,
            question,
            choice,
        })
    }
}

fn no_such_item() -> Detail {
    Detail::at("item_id", "unknown_value", "The file has no such item.")
}

impl Looked {
    /// Answers that a request lists. Which values are asked about follows from the item's own questions, so those come first, wherever
    /// they stand in the list.
    pub fn answer_all(
        &mut self,
        vault: &UnlockedVault,
        answers: Vec<Option<Object<ImportAnswer>>>,
    ) -> Answer<()> {
        let ids = self.import.items.iter().map(|item| item.item_id.clone());
        let places: BTreeMap<String, usize> = ids.zip(0..).collect();
        let mut faults = Vec::new();
        let mut given = Vec::new();
        for (index, answer) in answers.into_iter().enumerate() {
            match Given::of(answer, &places) {
                Ok(answer) => given.push((index, answer)),
                Err(wrong) => faults.push((index, wrong)),
            }
        }
        let is_of_value = |(_, given): &(usize, Given)| both_sides::is_of_value(&given.question);
        let (of_values, own): (Vec<_>, Vec<_>) = given.into_iter().partition(is_of_value);
        for round in [own, of_values] {
            let mut answered = Vec::new();
            for (index, given) in round {
                match self.one_answer(&given) {
                    Ok(()) => answered.push(given.at),
                    Err(wrong) => faults.push((index, wrong)),
                }
            }
            if !answered.is_empty() {
                self.verdicts.judge_again(vault, &self.import, &answered)?;
            }
        }
        if faults.is_empty() {
            return Ok(());
        }
        faults.sort_by_key(|(index, _)| *index);
        let placed = faults.into_iter();
        let placed = placed.map(|(index, fault)| fault.within(index).within("answers"));
        Err(placed.collect::<Vec<Detail>>().into())
    }

    fn one_answer(&mut self, given: &Given) -> Result<(), Detail> {
        let (item, verdict) = self.both(given.at).ok_or_else(no_such_item)?;
        answer(item, verdict, &given.question, &given.choice)
    }

    /// Of one item, or of many those that are asked it.
    pub fn answer(
        &mut self,
        vault: &UnlockedVault,
        items: &[usize],
        (question, choice): (&str, &str),
    ) -> Answer<()> {
        let mut answered = Vec::new();
        for &at in items {
            let Some((item, verdict)) = self.both(at) else {
                continue;
            };
            let mut asked = both_sides::questions(item, verdict).into_iter();
            if items.len() == 1 || asked.any(|asked| asked.id == question) {
                answer(item, verdict, question, choice)?;
                answered.push(at);
            }
        }
        self.verdicts.judge_again(vault, &self.import, &answered)
    }

    fn both(&mut self, at: usize) -> Option<(&mut ParsedItem, &mut ItemVerdict)> {
        let item = self.import.items.get_mut(at)?;
        Some((item, self.verdicts.items.get_mut(at)?))
    }
}

fn answer(
    item: &mut ParsedItem,
    verdict: &mut ItemVerdict,
    question: &str,
    choice: &str,
) -> Result<(), Detail> {
    both_sides::answer(item, verdict, question, choice).map_err(|error| {
        let member = match error {
            AnswerError::UnknownQuestion => "question",
            AnswerError::UnknownChoice => "choice",
        };
        Detail::at(member, "unknown_value", error.to_string())
    })
}
