//! A provider's keys, and what it does when it is asked.

use std::collections::BTreeMap;

use domain::rotation::*;

use crate::rotation::*;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Provider {
    pub keys: BTreeMap<String, Active>,
    made: Made,
    style: Style,
    tells: Tells,
    others: Others,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Active {
    Yes,
    No,
}

/// What can be had of a key whose making was not answered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tells {
    Lists,
    /// Its secret too.
    Again,
}

/// Whether somebody else makes a key there, at any moment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Others {
    No,
    MakeOne,
    HaveMade,
}

/// How asking the provider ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Done,
    /// Done, and what was heard is for a person to judge.
    Doubtful,
    /// It was done, and the answer was lost; the engine hears a failure, or is stopped.
    LostAnswer,
    Stopped,
    NotDone,
    /// It was never asked, or nobody knows: the engine hears a failure, or is stopped.
    TimedOut,
    StoppedBefore,
}

/// How many keys were made for the run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Made(u32);

/// Far more than a run asks for within the search.
const KEYS_EVER: u32 = 20;
const THEIRS: &str = "AKIATHEIRS";
const OURS: &str = "AKIAMADE";

impl Made {
    pub fn is_ours(id: &str) -> bool {
        id.starts_with(OURS)
    }
}

impl Provider {
    pub fn with(old: &str, style: Style, tells: Tells, others: Others) -> Self {
        Self {
            keys: [(old.to_owned(), Active::Yes)].into(),
            made: Made(0),
            style,
            tells,
            others,
        }
    }

    pub fn made(&self) -> u32 {
        self.made.0
    }

    /// All but what others made.
    pub fn ours(&self) -> impl Iterator<Item = &String> {
        self.keys.keys().filter(|id| *id != THEIRS)
    }

    pub fn others_make_one(&mut self) -> bool {
        let makes = self.others == Others::MakeOne;
        if makes {
            self.others = Others::HaveMade;
            self.keys.insert(THEIRS.to_owned(), Active::Yes);
        }
        makes
    }

    pub fn check_others(&self) {
        if self.others == Others::HaveMade {
            assert_eq!(self.keys.get(THEIRS), Some(&Active::Yes), "it is theirs");
        }
    }

    /// What it does when asked; nothing of it where only the vault has to do with a step.
    pub fn ask(&mut self, step: Step, run: &RunParts) -> Option<StepOutcome> {
        let old = OLD.to_owned();
        match step {
            Step::Create => {
                let id = self.make();
                Some(StepOutcome::Created(NewKey {
                    key: key(&id),
                    ..new_key()
                }))
            }
            Step::FindCreated => Some(self.told_again(run).unwrap_or_else(|| self.listed(run))),
            Step::DeleteOrphan => {
                let orphan = run.orphan.as_ref().expect("an orphan");
                self.delete(orphan.as_str());
                Some(StepOutcome::Done)
            }
            Step::DisableOld => {
                self.keys.insert(old, Active::No);
                Some(StepOutcome::Done)
            }
            Step::EnableOld => {
                self.keys.insert(old, Active::Yes);
                Some(StepOutcome::Done)
            }
            Step::DeleteOld => {
                self.delete(OLD);
                Some(StepOutcome::Done)
            }
            Step::RemoveNew => {
                let new = run.new_key.as_ref().expect("a new key");
                self.delete(new.as_str());
                Some(StepOutcome::Done)
            }
            Step::Test | Step::Promote | Step::Confirm | Step::LookAtOld | Step::RestoreOld => None,
        }
    }

    fn make(&mut self) -> String {
        self.made.0 += 1;
        assert!(self.made.0 <= KEYS_EVER, "keys are made without end");
        let id = format!("{OURS}{}", self.made.0);
        if self.style == Style::CutOver {
            self.keys.clear();
        }
        self.keys.insert(id.clone(), Active::Yes);
        id
    }

    /// Where there is one pair of credentials, to delete it is to make another.
    fn delete(&mut self, id: &str) {
        match self.style {
            Style::Overlap => {
                self.keys.remove(id);
            }
            Style::CutOver => {
                self.make();
            }
        }
    }

    fn told_again(&self, run: &RunParts) -> Option<StepOutcome> {
        if self.tells == Tells::Lists {
            return None;
        }
        let mut keys = self.keys.keys();
        let made = keys.find(|id| *id != OLD && !run.keys_before.contains(&key(id)))?;
        Some(StepOutcome::ToldAgain(NewKey {
            key: key(made),
            made_at: run.create_intended_at.filter(|_| Made::is_ours(made)),
            ..new_key()
        }))
    }

    fn listed(&self, run: &RunParts) -> StepOutcome {
        let name = match run.naming {
            Naming::Named => Some(run.key_name.as_str()),
            Naming::Unnamed => None,
        };
        let keys = self.keys.keys();
        let listed = keys.map(|id| seen(id, name.filter(|_| Made::is_ours(id))));
        StepOutcome::Listed(listed.collect())
    }
}

pub fn failure(sure: Sure) -> StepOutcome {
    failed(sure)
}
