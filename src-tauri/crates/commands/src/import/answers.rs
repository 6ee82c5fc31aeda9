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

impl Looked {
    /// Answers that a request lists.
    pub fn answer_all(
        &mut self,
        vault: &UnlockedVault,
        answers: Vec<Option<Object<ImportAnswer>>>,
    ) -> Answer<()> {
        let ids = self.import.items.iter().map(|item| item.item_id.clone());
        let places: BTreeMap<String, usize> = ids.zip(0..).collect();
        let mut faults = Vec::new();
        let mut answered = Vec::new();
        for (index, given) in answers.into_iter().enumerate() {
            match self.one_answer(given, &places) {
                Ok(at) => answered.push(at),
                Err(wrong) => {
                    let wrong = wrong.into_iter();
                    faults.extend(wrong.map(|fault| fault.within(index).within("answers")));
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        self.verdicts.judge_again(vault, &self.import, &answered)
    }

    fn one_answer(
        &mut self,
        given: Option<Object<ImportAnswer>>,
        places: &BTreeMap<String, usize>,
    ) -> Result<usize, Vec<Detail>> {
        let missing =
            |member: &'static str| vec![Detail::at(member, "missing", "This is missing.")];
        let Object(given) = given.ok_or_else(|| missing("item_id"))?;
        let id = given.item_id.0.ok_or_else(|| missing("item_id"))?;
        let question = given.question.0.ok_or_else(|| missing("question"))?;
        let choice = given.choice.0.ok_or_else(|| missing("choice"))?;
        let place = places.get(&id).copied();
        let found = place.and_then(|at| Some((at, self.both(at)?)));
        let (at, (item, verdict)) = found.ok_or_else(|| {
            let message = "The file has no such item.";
            vec![Detail::at("item_id", "unknown_value", message)]
        })?;
        answer(item, verdict, &question, &choice).map_err(|fault| vec![fault])?;
        Ok(at)
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
