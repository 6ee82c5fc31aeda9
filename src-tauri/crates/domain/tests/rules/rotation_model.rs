//! Every way that a rotation can go, beside a provider that does, half does or does not do what it is asked, and an
//! engine that may stop before and after each of its acts: from no state is a working key lost, and no key is left at
//! the provider that the run does not know or cannot find.

use std::collections::{BTreeMap, HashSet, VecDeque};

use domain::rotation::Decision;
use domain::rotation::*;
use domain::*;

use crate::rotation::*;

/// A provider's keys, and which of them are stopped.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Provider {
    keys: BTreeMap<String, Active>,
    made: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Active {
    Yes,
    No,
}

/// How asking the provider ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reply {
    Done,
    /// It was done, and the answer was lost; the engine hears a failure, or is stopped.
    LostAnswer,
    Stopped,
    NotDone,
}

/// More keys than lost answers can leave within the search.
const KEYS_MADE_MAX: u32 = 3;

struct World {
    rotating: Rotating,
    provider: Provider,
    /// The key in each version's values.
    in_version: BTreeMap<u32, String>,
}

impl World {
    fn new(facts: ProviderFacts, then: &str) -> Self {
        let keys = [(OLD.to_owned(), Active::Yes)].into();
        Self {
            rotating: Rotating::start(facts, then),
            provider: Provider { keys, made: 0 },
            in_version: [(1, OLD.to_owned())].into(),
        }
    }

    fn copy(&self) -> Self {
        Self {
            rotating: self.rotating.copy(),
            provider: self.provider.clone(),
            in_version: self.in_version.clone(),
        }
    }

    /// What tells this state from others: not its times, revisions and story.
    fn essence(&self) -> String {
        let parts = self.rotating.run.parts();
        let now = self.rotating.now();
        let passed = |at: Option<Timestamp>| at.map(|at| at <= now);
        let settled = parts
            .create_intended_at
            .map(|at| at.plus_millis(LISTS_SETTLE_MILLIS) <= now);
        let looked = parts
            .old_use
            .as_ref()
            .map(|seen| Some(seen.seen_at) >= parts.grace_until);
        format!(
            "{:?}",
            (
                (
                    parts.stage,
                    parts.direction,
                    &parts.standing,
                    &parts.orphan,
                    parts.unclear_create,
                ),
                (
                    &parts.new_key,
                    parts.new_version,
                    passed(parts.find_after),
                    settled
                ),
                (
                    parts.promoted_at.is_some(),
                    passed(parts.grace_until),
                    looked
                ),
                (
                    &parts.keys_before,
                    &self.provider,
                    self.rotating.stored.states()
                ),
                self.rotating.stored.kept(),
            )
        )
    }

    fn current_key(&self) -> &str {
        let current = self.rotating.stored.secret.secret().current_version();
        let number = current.expect("a direct secret").get();
        self.in_version.get(&number).expect("a version's key")
    }

    fn check(&self, style: Style) {
        let run = self.rotating.run.parts();
        let current = self.provider.keys.get(self.current_key());
        if style == Style::Overlap {
            assert_eq!(current, Some(&Active::Yes), "the key in use works: {run:?}");
        }
        let known = |id: &String| {
            let id = key(id);
            let ids = [&run.old_key, &run.new_key, &run.orphan];
            let is_next_to_end = style == Style::CutOver && run.keys_before.contains(&id);
            is_next_to_end || ids.iter().any(|known| known.as_ref() == Some(&id))
        };
        let left_by_word = run
            .notes
            .iter()
            .any(|note| note.code.as_deref() == Some("leave_new"));
        let findable = run.stage == Stage::Creating || left_by_word;
        for id in self.provider.keys.keys() {
            assert!(known(id) || findable, "{id} is lost: {run:?}");
        }
        let left: Vec<&str> = self.provider.keys.keys().map(String::as_str).collect();
        match run.stage {
            Stage::Abandoned | Stage::Undone => {
                assert!(left_by_word || left == [OLD], "{left:?}");
                assert_eq!(self.rotating.stored.secret.pending(), None);
            }
            Stage::Done => {
                assert_eq!(
                    run.new_key.as_ref().map(KeyId::as_str),
                    Some(self.current_key())
                );
                assert_eq!(current, Some(&Active::Yes));
            }
            _ => {}
        }
        if run.promoted_at.is_some() && self.rotating.run.is_open() {
            let kept = self.rotating.stored.kept();
            assert!(kept.contains(&1), "there is a way back: {run:?}");
        }
    }

    /// What the provider does when asked.
    fn ask(&mut self, step: Step, style: Style) -> Option<StepOutcome> {
        let run = self.rotating.run.parts().clone();
        let old = OLD.to_owned();
        let new = run.new_key.as_ref().map(|id| id.as_str().to_owned());
        match step {
            Step::Create => {
                self.provider.made += 1;
                let id = format!("AKIAMADE{}", self.provider.made);
                if style == Style::CutOver {
                    self.provider.keys.clear();
                }
                self.provider.keys.insert(id.clone(), Active::Yes);
                Some(StepOutcome::Created {
                    key: key(&id),
                    credentials: new_values(),
                })
            }
            Step::FindCreated => {
                let name = Some(run.key_name.as_str());
                let keys = self.provider.keys.keys();
                let listed = keys.map(|id| seen(id, name.filter(|_| *id != old)));
                Some(StepOutcome::Listed(listed.collect()))
            }
            Step::DeleteOrphan => {
                let orphan = run.orphan.as_ref().map(KeyId::as_str);
                self.provider.keys.remove(orphan.expect("an orphan"));
                Some(StepOutcome::Done)
            }
            Step::DisableOld => {
                self.provider.keys.insert(old, Active::No);
                Some(StepOutcome::Done)
            }
            Step::EnableOld => {
                self.provider.keys.insert(old, Active::Yes);
                Some(StepOutcome::Done)
            }
            Step::DeleteOld => {
                self.provider.keys.remove(&old);
                Some(StepOutcome::Done)
            }
            Step::RemoveNew => {
                self.provider.keys.remove(&new.expect("a new key"));
                Some(StepOutcome::Done)
            }
            Step::Test | Step::Promote | Step::Confirm | Step::LookAtOld | Step::RestoreOld => None,
        }
    }

    /// Intends, asks, and tells what came of it, as far as `reply` lets it.
    fn take(&mut self, step: Step, reply: Reply, style: Style) {
        self.rotating.intend(step).expect("the next step");
        let asked = match reply {
            Reply::NotDone => None,
            _ => self.ask(step, style),
        };
        let outcome = match reply {
            Reply::Stopped => return,
            Reply::LostAnswer => failed(Sure::MayBeDone),
            Reply::NotDone => failed(Sure::NotDone),
            Reply::Done => asked.unwrap_or_else(|| self.rotating.well_done(step)),
        };
        let made = match &outcome {
            StepOutcome::Created { key, .. } => Some(key.as_str().to_owned()),
            _ => None,
        };
        self.rotating
            .record(step, outcome)
            .expect("it was intended");
        let newest = self.rotating.stored.secret.versions().last();
        let number = newest.expect("a version").number().get();
        let restored = (step == Step::RestoreOld).then(|| OLD.to_owned());
        if let Some(id) = made
            .filter(|_| self.rotating.run.parts().orphan.is_none())
            .or(restored)
        {
            self.in_version.entry(number).or_insert(id);
        }
    }

    /// All that can happen next.
    fn followers(&self, style: Style) -> Vec<Self> {
        let mut followers = Vec::new();
        let mut add = |change: &dyn Fn(&mut Self) -> bool| {
            let mut world = self.copy();
            if change(&mut world) {
                followers.push(world);
            }
        };
        match self.rotating.next() {
            Next::Do(Step::Create) if self.provider.made >= KEYS_MADE_MAX => {}
            Next::Do(step) => {
                for reply in [
                    Reply::Done,
                    Reply::LostAnswer,
                    Reply::Stopped,
                    Reply::NotDone,
                ] {
                    add(&|world| {
                        world.take(step, reply, style);
                        true
                    });
                }
            }
            Next::Wait { until } => add(&|world| {
                world.rotating.stored.now = until.as_millis();
                true
            }),
            Next::Ask(Question::WhoseKey(keys)) => {
                // Ours beyond doubt in this world, and the person knows.
                let first = keys.first().expect("a key to ask about").clone();
                add(&|world| {
                    world
                        .rotating
                        .decide(Decision::Delete(first.clone()))
                        .is_ok()
                });
            }
            Next::Ask(_) | Next::Stopped | Next::Finished => {}
        }
        for decision in [
            Decision::GoOn,
            Decision::KeepOld,
            Decision::LeaveNew,
            Decision::KeepNew,
        ] {
            add(&|world| world.rotating.decide(decision.clone()).is_ok());
        }
        if self.rotating.run.parts().standing == Standing::Failed {
            add(&|world| world.rotating.take_up().is_ok());
        }
        if self.rotating.run.parts().direction == Direction::Forward {
            add(&|world| world.rotating.undo().is_ok());
        }
        followers
    }
}

/// Goes every way there is. Answers how many states there are, and which ends were reached.
fn explore(facts: ProviderFacts, then: &str) -> (usize, HashSet<Stage>) {
    let style = facts.style;
    let mut seen = HashSet::new();
    let mut ends = HashSet::new();
    let mut waiting = VecDeque::from([World::new(facts, then)]);
    while let Some(world) = waiting.pop_front() {
        if !seen.insert(world.essence()) {
            continue;
        }
        world.check(style);
        let stage = world.rotating.run.stage();
        if stage.is_final() {
            ends.insert(stage);
        }
        waiting.extend(world.followers(style));
    }
    (seen.len(), ends)
}

#[test]
fn no_way_through_an_overlap_loses_a_key_or_leaves_the_secret_without_one() {
    for naming in Naming::ALL {
        for can_disable in [true, false] {
            for then in ["keep", "delete"] {
                let facts = ProviderFacts {
                    naming: *naming,
                    can_disable,
                    ..facts()
                };
                let (states, ends) = explore(facts, then);
                assert!(states > 50, "{states}");
                let all = [Stage::Done, Stage::Abandoned, Stage::Undone];
                assert_eq!(ends, all.into(), "{naming:?} {can_disable} {then}");
            }
        }
    }
}

#[test]
fn no_way_through_a_cut_over_loses_the_new_key() {
    for naming in Naming::ALL {
        let facts = ProviderFacts {
            naming: *naming,
            style: Style::CutOver,
            ..facts()
        };
        let (states, ends) = explore(facts, "keep");
        assert!(states > 20, "{states}");
        assert!(ends.contains(&Stage::Done), "{ends:?}");
    }
}
