//! All states that there are, and what leads from one to another.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::rotation::*;

use super::{Event, World};
use crate::rotation::OLD;

/// A run that goes round and round meets ever new ones.
const STATES_MAX: usize = 30_000;

pub struct Explored {
    pub ends: HashSet<Stage>,
    pub naming: Naming,
    /// What a run is like in each state, for the message of a test that fails.
    states: Vec<String>,
    finals: Vec<usize>,
    /// Those that are done while their old key is there.
    done_with_old: HashSet<usize>,
    /// From, to, and whether it takes a provider that does not refuse.
    ways: Vec<(usize, usize, Needs)>,
    questions: HashSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    AWillingProvider,
}

/// Goes every way there is.
pub fn explore(start: World) -> Explored {
    let mut explored = Explored {
        ends: HashSet::new(),
        naming: start.parts().naming,
        states: Vec::new(),
        finals: Vec::new(),
        done_with_old: HashSet::new(),
        ways: Vec::new(),
        questions: HashSet::new(),
    };
    let mut numbers = HashMap::new();
    let mut waiting = VecDeque::new();
    explored.meet(start, &mut numbers, &mut waiting);
    while let Some((from, world)) = waiting.pop_front() {
        for Event {
            step,
            refused,
            after,
        } in world.followers()
        {
            let needs = match step {
                Some(_) if !refused => Needs::AWillingProvider,
                _ => Needs::Nothing,
            };
            let to = explored.meet(after, &mut numbers, &mut waiting);
            explored.ways.push((from, to, needs));
        }
    }
    explored
}

impl Explored {
    pub fn states(&self) -> usize {
        self.states.len()
    }

    pub fn asked(&self, question: &str) -> bool {
        self.questions
            .iter()
            .any(|asked| asked.starts_with(question))
    }

    fn meet(
        &mut self,
        world: World,
        numbers: &mut HashMap<String, usize>,
        waiting: &mut VecDeque<(usize, World)>,
    ) -> usize {
        let essence = world.essence();
        if let Some(known) = numbers.get(&essence) {
            return *known;
        }
        world.check();
        let number = self.states.len();
        assert!(
            number < STATES_MAX,
            "there is no end of states like {essence}"
        );
        let parts = world.parts();
        if parts.stage.is_final() {
            self.ends.insert(parts.stage);
            self.finals.push(number);
            if parts.stage == Stage::Done && world.provider.keys.contains_key(OLD) {
                self.done_with_old.insert(number);
            }
        }
        if let Standing::Asking(question) = &parts.standing {
            self.questions.insert(format!("{question:?}"));
        }
        self.states.push(essence.clone());
        numbers.insert(essence, number);
        waiting.push_back((number, world));
        number
    }

    /// "Undo until the old key is gone": also where the run was over meanwhile, but where it was being deleted.
    pub fn require_a_way_back_from_every_end_with_a_working_old_key(&self) {
        assert!(!self.done_with_old.is_empty());
        let left: HashSet<usize> = self.ways.iter().map(|(from, _, _)| *from).collect();
        for number in &self.done_with_old {
            let was_being_deleted = self.states[*number].contains("Some(DeletingOld)");
            let goes_back = left.contains(number);
            assert_eq!(goes_back, !was_being_deleted, "{}", self.states[*number]);
        }
    }

    /// A person can end a run from wherever it is, also where its provider refuses all that it is asked from then on: while it is
    /// open, the secret is locked.
    pub fn require_an_end_from_everywhere(&self) {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.states.len()];
        for (from, to, needs) in &self.ways {
            if *needs == Needs::Nothing {
                before[*to].push(*from);
            }
        }
        let mut ends: HashSet<usize> = self.finals.iter().copied().collect();
        let mut waiting: VecDeque<usize> = self.finals.iter().copied().collect();
        while let Some(to) = waiting.pop_front() {
            for from in &before[to] {
                if ends.insert(*from) {
                    waiting.push_back(*from);
                }
            }
        }
        let stuck = self.states.iter().enumerate();
        let mut stuck = stuck.filter(|(number, _)| !ends.contains(number));
        if let Some((_, state)) = stuck.next() {
            panic!("no way out of {state}, and of {} more", stuck.count());
        }
    }
}
