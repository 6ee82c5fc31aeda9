//! The fate of each part, set once; what no rule took is left out and said so.

use crate::material::{Part, field_line};
use crate::parsed::{Fate, FieldLine, Home};

pub(super) struct Fates<'a> {
    parts: &'a [Part],
    fates: Vec<Option<Fate>>,
}

impl<'a> Fates<'a> {
    pub(super) fn of(parts: &'a [Part]) -> Fates<'a> {
        Fates {
            parts,
            fates: parts.iter().map(|_| None).collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.fates.len()
    }

    /// Parts of which nothing is decided, with their indices.
    pub(super) fn open(&self) -> impl Iterator<Item = (usize, &'a Part)> {
        self.parts
            .iter()
            .zip(&self.fates)
            .enumerate()
            .filter(|(_, (_, fate))| fate.is_none())
            .map(|(index, (part, _))| (index, part))
    }

    pub(super) fn is_open(&self, index: usize) -> bool {
        self.fates.get(index).is_some_and(Option::is_none)
    }

    pub(super) fn set(&mut self, index: usize, fate: Fate) {
        if let Some(slot) = self.fates.get_mut(index) {
            debug_assert!(slot.is_none(), "a part has one fate");
            *slot = Some(fate);
        }
    }

    pub(super) fn value(&mut self, index: usize, secret: usize, changed: Option<String>) {
        let at = Home::Value { secret };
        let fate = match changed {
            None => Fate::Kept { at },
            Some(how) => Fate::Changed { at, how },
        };
        self.set(index, fate);
    }

    pub(super) fn notes(&mut self, index: usize, secret: usize, changed: Option<String>) {
        let at = Home::Notes { secret };
        let fate = match changed {
            None => Fate::Kept { at },
            Some(how) => Fate::Changed { at, how },
        };
        self.set(index, fate);
    }

    /// A line for every part, in their order.
    pub(super) fn into_lines(self, reason: &str) -> Vec<FieldLine> {
        let lines = self.parts.iter().zip(self.fates);
        lines
            .map(|(part, fate)| {
                let reason = reason.to_owned();
                let fate = fate.unwrap_or(Fate::LeftOut { reason });
                FieldLine {
                    entered: part.entered,
                    ..field_line(part.name(), fate)
                }
            })
            .collect()
    }
}
