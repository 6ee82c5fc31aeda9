//! What was decided about a file's items stays when the file is read in another way.

use vault::UnlockedVault;

use super::held::Looked;
use super::judging::is_taken_at_first;
use crate::refusal::Answer;

impl Looked {
    /// Decides as was decided about the same items. Rows are the same ones counted from the end: the first may be one of them in one
    /// reading, and the columns' names in the other.
    pub fn decide_as(&mut self, vault: &UnlockedVault, before: &Looked) -> Answer<()> {
        let is_of_same_file =
            self.file == before.file && self.import.format == before.import.format;
        if !is_of_same_file {
            return Ok(());
        }
        let decided = before.import.items.iter().zip(&before.verdicts.items);
        let items = self.import.items.iter_mut().zip(&mut self.verdicts.items);
        let mut answered = Vec::new();
        for ((at, (item, verdict)), (old, decided)) in items.enumerate().rev().zip(decided.rev()) {
            if decided.taken != is_taken_at_first(old) {
                verdict.taken = decided.taken;
            }
            verdict.with_locations = decided.with_locations;
            // By their sources and not by their questions: those tell the secrets' places, which are others in another reading.
            verdict.preferred = decided.preferred.clone();
            if !verdict.preferred.is_empty() {
                answered.push(at);
            }
            for asked in &old.questions {
                let is_first =
                    asked.choices.first().map(|choice| &choice.id) == Some(&asked.chosen);
                // What this reading does not ask needs no answer.
                if !is_first && item.answer(&asked.id, &asked.chosen).is_ok() {
                    answered.push(at);
                }
            }
        }
        self.verdicts.judge_again(vault, &self.import, &answered)
    }
}
