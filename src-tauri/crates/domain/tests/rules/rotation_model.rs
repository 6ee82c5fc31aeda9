//! Every way that a rotation can go, beside a provider that does, half does or does not do what it is asked, somebody else who makes
//! a key there too, and an engine that may stop before and after each of its acts: from no state is a working key lost, no key is left
//! at the provider that the run does not know or cannot find, nobody else's is taken away, and a person can end every run.

mod graph;
mod provider;

use std::collections::BTreeMap;

use domain::rotation::Decision;
use domain::rotation::*;
use domain::*;

use crate::rotation::*;
use graph::explore;
use provider::{Active, Made, Others, Provider, Reply, Tells, failure};

/// More keys than lost answers can leave within the search.
const KEYS_MADE_MAX: u32 = 3;
/// What a person said that leaves keys at the provider.
const LEFT: [&str; 2] = ["leave_new", "leave"];
/// In the note of a way back that left a key which may be somebody else's.
const MAYBE_ANOTHERS: &str = "other_key_changed";

struct World {
    rotating: Rotating,
    provider: Provider,
    /// The key in each version's values.
    in_version: BTreeMap<u32, String>,
}

/// One thing that happens.
struct Event {
    /// Of the provider, where it is asked.
    step: Option<Step>,
    /// It was refused, as it may be each time.
    refused: bool,
    after: World,
}

impl World {
    fn new(facts: ProviderFacts, then: &str, tells: Tells, others: Others) -> Self {
        Self {
            provider: Provider::with(OLD, facts.style, tells, others),
            rotating: Rotating::start(facts, then),
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

    fn parts(&self) -> &RunParts {
        self.rotating.run.parts()
    }

    /// What tells this state from others: not its times, revisions and story.
    fn essence(&self) -> String {
        let parts = self.parts();
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
                    parts.old_stopped,
                    parts.ended_from,
                    parts.retire.then,
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
                    looked,
                    self.rotating.run.goes_all_the_same(),
                    self.was_said(&LEFT),
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

    fn was_said(&self, words: &[&str]) -> bool {
        let mut codes = self.parts().notes.iter().map(|note| note.code.as_deref());
        codes.any(|code| code.is_some_and(|code| words.contains(&code)))
    }

    fn current_key(&self) -> &str {
        let current = self.rotating.stored.secret.secret().current_version();
        let number = current.expect("a direct secret").get();
        self.in_version.get(&number).expect("a version's key")
    }

    fn check(&self) {
        let run = self.parts();
        let current = self.provider.keys.get(self.current_key());
        if run.style == Style::Overlap {
            assert_eq!(current, Some(&Active::Yes), "the key in use works: {run:?}");
        }
        self.provider.check_others();
        let known = |id: &String| {
            let id = key(id);
            let ids = [&run.old_key, &run.new_key, &run.orphan];
            // What a cut-over has made ends with the next one's making.
            let is_next_to_end = run.style == Style::CutOver && run.keys_before.contains(&id);
            is_next_to_end || ids.iter().any(|known| known.as_ref() == Some(&id))
        };
        let is_left = self.was_said(&LEFT) || self.was_said(&[MAYBE_ANOTHERS]);
        let findable = run.stage == Stage::Creating || is_left;
        let ours = || self.provider.ours();
        for id in ours() {
            assert!(known(id) || findable, "{id} is lost: {run:?}");
        }
        match run.stage {
            Stage::Abandoned | Stage::Undone => {
                let left: Vec<&String> = ours().collect();
                assert!(is_left || left == [OLD], "{left:?}: {run:?}");
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

    /// Intends, asks, and tells what came of it, as far as `reply` lets it.
    fn take(&mut self, step: Step, reply: Reply) {
        self.rotating.intend(step).expect("the next step");
        let asked = match reply {
            Reply::NotDone | Reply::TimedOut | Reply::StoppedBefore => None,
            _ => self.provider.ask(step, self.rotating.run.parts()),
        };
        let outcome = match reply {
            Reply::Stopped | Reply::StoppedBefore => return,
            Reply::LostAnswer | Reply::TimedOut => failure(Sure::MayBeDone),
            Reply::NotDone => failure(Sure::NotDone),
            Reply::Doubtful => self.doubt(step),
            Reply::Done => asked.unwrap_or_else(|| self.rotating.well_done(step)),
        };
        let made = match &outcome {
            StepOutcome::Created(made) | StepOutcome::ToldAgain(made) => {
                Some(made.key.as_str().to_owned())
            }
            _ => None,
        };
        self.rotating
            .record(step, outcome)
            .expect("it was intended");
        let newest = self.rotating.stored.secret.versions().last();
        let number = newest.expect("a version").number().get();
        let restored = (step == Step::RestoreOld).then(|| OLD.to_owned());
        let kept = self.rotating.run.parts().new_key.clone();
        let made = made.filter(|id| kept == Some(key(id)));
        if let Some(id) = made.or(restored) {
            self.in_version.entry(number).or_insert(id);
        }
    }

    /// A location does not pass, or the old key is used yet.
    fn doubt(&self, step: Step) -> StepOutcome {
        let at = self.rotating.now();
        match step {
            Step::Test => StepOutcome::Tested(vec![TestResult {
                location: LocationId::from_bytes([9; 16]),
                passed: false,
                code: None,
                at,
            }]),
            _ => StepOutcome::Seen(LastUse::At {
                time: at,
                service: None,
                region: None,
            }),
        }
    }

    fn replies(&self, step: Step) -> &'static [Reply] {
        use Reply::{Done, Doubtful, LostAnswer, NotDone, Stopped, StoppedBefore, TimedOut};
        match step {
            Step::Create if self.provider.made() >= KEYS_MADE_MAX => {
                &[NotDone, TimedOut, StoppedBefore]
            }
            Step::Test | Step::LookAtOld => &[
                Done,
                Doubtful,
                LostAnswer,
                Stopped,
                NotDone,
                TimedOut,
                StoppedBefore,
            ],
            _ => &[Done, LostAnswer, Stopped, NotDone, TimedOut, StoppedBefore],
        }
    }

    /// All that can happen next.
    fn followers(&self) -> Vec<Event> {
        let mut followers = Vec::new();
        let mut add = |step, refused, change: &dyn Fn(&mut Self) -> bool| {
            let mut after = self.copy();
            if change(&mut after) {
                followers.push(Event {
                    step,
                    refused,
                    after,
                });
            }
        };
        match self.rotating.next() {
            Next::Do(step) => {
                // What is done in the vault alone is not a provider's to refuse.
                let asked = (step != Step::Promote).then_some(step);
                for reply in self.replies(step) {
                    let is_refused = matches!(
                        reply,
                        Reply::NotDone | Reply::TimedOut | Reply::StoppedBefore
                    );
                    add(asked, is_refused, &|world| {
                        world.take(step, *reply);
                        true
                    });
                }
                for why in held_back() {
                    let refused = matches!(why, HeldBack::NotTaken(_));
                    add(asked, refused, &|world| {
                        world.rotating.hold_back(step, why.clone()).is_ok()
                    });
                }
            }
            Next::Wait { until } => add(None, false, &|world| {
                world.rotating.stored.now = until.as_millis();
                true
            }),
            Next::Ask(_) | Next::Stopped | Next::Finished => {}
        }
        for decision in self.decisions() {
            add(None, false, &|world| {
                world.rotating.decide(decision.clone()).is_ok()
            });
        }
        if self.parts().standing == Standing::Failed {
            add(None, false, &|world| world.rotating.take_up().is_ok());
        }
        if self.parts().direction == Direction::Forward {
            add(None, false, &|world| world.rotating.undo().is_ok());
        }
        add(None, false, &|world| world.provider.others_make_one());
        followers
    }

    /// A person says of no key of others that it may go; one of ours they may take for another's.
    fn decisions(&self) -> Vec<Decision> {
        let mut decisions = vec![
            Decision::Leave,
            Decision::GoOn,
            Decision::Wait,
            Decision::KeepOld,
            Decision::TestAgain,
            Decision::PromoteAnyway,
            Decision::LeaveNew,
            Decision::KeepNew,
        ];
        if let Next::Ask(Question::WhoseKey(keys)) = self.rotating.next() {
            let ours = keys.into_iter().filter(|key| Made::is_ours(key.as_str()));
            decisions.extend(ours.map(Decision::Delete));
        }
        decisions
    }
}

fn held_back() -> [HeldBack; 2] {
    let told = Told::new(None, "Not now.");
    [
        HeldBack::NotTaken(told.clone()),
        HeldBack::HeldElsewhere(told),
    ]
}

fn thens(can_disable: bool) -> &'static [&'static str] {
    match can_disable {
        true => &["keep", "disable", "delete"],
        false => &["keep", "delete"],
    }
}

#[test]
fn no_way_through_an_overlap_loses_a_key_or_leaves_the_secret_without_one() {
    let all = [Stage::Done, Stage::Abandoned, Stage::Undone];
    for naming in Naming::ALL {
        for can_disable in [true, false] {
            for then in thens(can_disable) {
                let facts = ProviderFacts {
                    naming: *naming,
                    can_disable,
                    ..facts()
                };
                let world = World::new(facts, then, Tells::Lists, Others::No);
                let seen = explore(world);
                assert!(seen.states() > 100, "{}", seen.states());
                assert_eq!(seen.ends, all.into(), "{naming:?} {can_disable} {then}");
                let asked = *naming == Naming::Unnamed;
                assert_eq!(seen.asked("WhoseKey"), asked, "{naming:?}");
                assert!(seen.asked("TestsFailed"));
                assert_eq!(seen.asked("OldKeyInUse"), *then != "keep");
                seen.require_a_way_back_from_every_end_with_a_working_old_key();
                seen.require_an_end_from_everywhere();
            }
        }
    }
}

#[test]
fn no_way_through_an_overlap_takes_a_key_of_others_away() {
    let named = ProviderFacts {
        naming: Naming::Named,
        ..facts()
    };
    for (facts, tells) in [
        (named, Tells::Lists),
        (facts(), Tells::Lists),
        (facts(), Tells::Again),
    ] {
        let seen = explore(World::new(facts, "delete", tells, Others::MakeOne));
        assert!(seen.states() > 100, "{}", seen.states());
        let asked = tells == Tells::Lists && seen.naming == Naming::Unnamed;
        assert_eq!(seen.asked("WhoseKey"), asked);
        seen.require_an_end_from_everywhere();
    }
}

#[test]
fn no_way_through_a_cut_over_loses_the_new_key() {
    for naming in Naming::ALL {
        for tells in [Tells::Lists, Tells::Again] {
            let facts = ProviderFacts {
                naming: *naming,
                style: Style::CutOver,
                ..facts()
            };
            let seen = explore(World::new(facts, "keep", tells, Others::No));
            // Nothing is looked for where the secret is told again.
            let least = if tells == Tells::Lists { 20 } else { 10 };
            assert!(seen.states() > least, "{}", seen.states());
            assert!(seen.ends.contains(&Stage::Done), "{:?}", seen.ends);
            let asked = *naming == Naming::Unnamed && tells == Tells::Lists;
            assert_eq!(seen.asked("WhoseKey"), asked, "{naming:?}");
            seen.require_an_end_from_everywhere();
        }
    }
}
