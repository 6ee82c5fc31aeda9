//! One item of the file.

use super::{AnswerError, FieldLine, ItemKind, ItemState, LeftOut, ParsedSecret, Place, Question};
use crate::mapping::{Answers, Mapped, map};
use crate::material::Material;

pub struct ParsedItem {
    /// Names the item within this import; the same for the same item of a later export.
    pub item_id: String,
    /// Safe to show: no control or bidirectional characters.
    pub title: String,
    pub place: Place,
    pub kind: ItemKind,
    pub state: ItemState,
    /// What is not certain; see [`ParsedItem::answer`].
    pub questions: Vec<Question>,
    /// What it becomes, in the order shown; the first is named by the title alone.
    pub secrets: Vec<ParsedSecret>,
    /// What holds a secret and is not taken, or is no secret at all, each with its reason.
    pub left_out: Vec<LeftOut>,
    /// How much a person had entered, the name among it: counted in the file before anything was made of it. The lines of
    /// [`ParsedItem::fields`] speak for as much, or a reader lost something.
    pub entered: usize,
    /// The fate of every field that was entered.
    pub fields: Vec<FieldLine>,
    /// Names of what goes to the notes: "user name", "URL", …
    pub moved_to_notes: Vec<String>,
    /// What was kept in another form than it had, or is not understood.
    pub remarks: Vec<String>,
    /// Kept where an answer may change what the item becomes.
    undecided: Option<Box<Undecided>>,
}

struct Undecided {
    material: Material,
    answers: Answers,
}

impl ParsedItem {
    pub(crate) fn propose(mut material: Material) -> ParsedItem {
        material.settle_note();
        let answers = Answers::default();
        let mapped = map(&material, &answers);
        let head = &material.head;
        let mut item = ParsedItem {
            item_id: head.id.clone(),
            title: head.title.clone(),
            place: head.place.clone(),
            kind: head.kind,
            state: head.state,
            questions: Vec::new(),
            secrets: Vec::new(),
            left_out: Vec::new(),
            entered: head.entered,
            fields: Vec::new(),
            moved_to_notes: Vec::new(),
            remarks: Vec::new(),
            undecided: None,
        };
        item.become_what(mapped);
        if !item.questions.is_empty() {
            item.undecided = Some(Box::new(Undecided { material, answers }));
        }
        item
    }

    /// Makes of the item what follows from a choice. Other questions keep their answers; some may go and others come.
    pub fn answer(&mut self, question: &str, choice: &str) -> Result<(), AnswerError> {
        let asked = self
            .questions
            .iter()
            .find(|asked| asked.id == question)
            .ok_or(AnswerError::UnknownQuestion)?;
        if !asked.choices.iter().any(|offered| offered.id == choice) {
            return Err(AnswerError::UnknownChoice);
        }
        let undecided = self
            .undecided
            .as_mut()
            .ok_or(AnswerError::UnknownQuestion)?;
        undecided.answers.give(question, choice);
        let mapped = map(&undecided.material, &undecided.answers);
        self.become_what(mapped);
        Ok(())
    }

    /// How many secrets the item holds, taken or not.
    pub fn found(&self) -> usize {
        self.secrets.len() + self.left_out.len()
    }

    /// How much of what was entered the lines speak for.
    pub fn spoken_for(&self) -> usize {
        self.fields.iter().map(|line| line.entered).sum()
    }

    fn become_what(&mut self, mapped: Mapped) {
        self.questions = mapped.questions;
        self.secrets = mapped.secrets;
        self.left_out = mapped.left_out;
        self.fields = mapped.fields;
        self.moved_to_notes = mapped.moved_to_notes;
        self.remarks = mapped.remarks;
    }
}
