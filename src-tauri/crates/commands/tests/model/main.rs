//! The rules as a machine: random sequences of commands by random roles, against a small model of `docs/RULES.md` that was
//! written from the rules alone. Answers, refusals, state and the log's entries have to agree after every step.
//!
//! The seed is fixed, so that a run says the same everywhere. `TURNSTONE_MODEL_CASES=500` runs more sequences,
//! `TURNSTONE_MODEL_SEED=7` others; what they find is kept in `regressions.txt` and tried first from then on.

#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod asks;
mod compare;
mod rig;
mod rules;

use std::env;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestRunner};

use asks::Turn;
use rig::Rig;
use rules::Model;

const CASES: u32 = 12;
/// New keys for everyone take their time.
const CASES_OF_A_TEAM: u32 = 6;
const SEED: u64 = 20_260_425;

/// Strategies of this size need more than a test's stack where nothing is optimised.
const STACK_BYTES: usize = 64 * 1024 * 1024;

#[test]
fn random_sequences_of_commands_do_what_the_rules_say() {
    run_all(CASES, asks::sequence);
}

#[test]
fn random_comings_and_goings_of_members_do_what_the_rules_say() {
    run_all(CASES_OF_A_TEAM, asks::sequence_of_a_team);
}

fn run_all<S>(cases: u32, sequences: fn() -> S)
where
    S: Strategy<Value = Vec<Turn>> + 'static,
{
    let config = Config {
        cases: number_from("TURNSTONE_MODEL_CASES").unwrap_or(cases),
        rng_seed: RngSeed::Fixed(number_from("TURNSTONE_MODEL_SEED").unwrap_or(SEED)),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/model/regressions.txt",
        ))),
        ..Config::default()
    };
    let run = move || {
        TestRunner::new(config)
            .run(&sequences(), |turns| {
                play(turns);
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{failure}"));
    };
    let runner = std::thread::Builder::new().stack_size(STACK_BYTES);
    if let Err(failure) = runner.spawn(run).expect("a thread").join() {
        std::panic::resume_unwind(failure);
    }
}

fn play(turns: Vec<Turn>) {
    let rig = Rig::new();
    let mut model = Model::new();
    compare::begin(&rig, &mut model);
    let mut shown = None;
    for turn in turns {
        compare::step(&rig, &mut model, &mut shown, &turn);
    }
    compare::whole(&rig, &mut model);
}

fn number_from<T: std::str::FromStr>(variable: &str) -> Option<T> {
    let text = env::var(variable).ok()?;
    let parsed = text.parse().ok();
    assert!(parsed.is_some(), "{variable} is no number");
    parsed
}
