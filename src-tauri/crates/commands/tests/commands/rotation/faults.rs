//! The process is stopped before and after every call to the provider and after every commit of a run; answers are lost, calls time
//! out or are throttled. Whatever it is: no key is at the provider that the vault does not know or finds, what is in use works, and the
//! run goes on or back.

use std::time::Duration;

use serde_json::json;

use super::{is_stopped, quiet_stops};
use crate::cloud::Fault;
use crate::world::World;

/// What kind of provider it is, and what is asked of it.
#[derive(Debug, Clone, Copy)]
struct Shape {
    names_keys: bool,
    disables: bool,
    then: &'static str,
}

const SHAPES: [Shape; 3] = [
    Shape {
        names_keys: false,
        disables: true,
        then: "delete",
    },
    Shape {
        names_keys: true,
        disables: false,
        then: "delete",
    },
    Shape {
        names_keys: true,
        disables: true,
        then: "disable",
    },
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    On,
    Back,
}

impl Shape {
    fn world(self) -> (World, String) {
        quiet_stops();
        let world = World::unlocked();
        let mut state = world.cloud.state();
        state.capabilities.names_keys = self.names_keys;
        state.capabilities.disables = self.disables;
        state.spreads_in = Duration::from_secs(30);
        state.lists_in = Duration::from_secs(20);
        drop(state);
        let secret = world.ledger();
        (world, secret)
    }

    /// From the click to the end, grace included, as far as it gets.
    fn rotate(self, world: &World, secret: &str) {
        if world
            .start(secret, self.then)
            .is_err_and(|why| is_stopped(&why))
        {
            return;
        }
        world.pass_grace();
        let Some(run) = world.run(secret) else { return };
        if run["state"] == "waiting" {
            let request = json!({ "rotation_id": run["id"] });
            // Stopped again, or failed: that is what is looked at next.
            let _ended = world.call("rotation_resume", request);
        }
    }

    /// How many calls and how many commits a run has that nothing disturbs.
    fn undisturbed(self) -> (usize, usize) {
        let (world, secret) = self.world();
        world.events();
        self.rotate(&world, &secret);
        assert_eq!(world.run(&secret).unwrap()["state"], "done");
        let told = world.events();
        let commits = told.iter().filter(|event| {
            matches!(
                event,
                turnstone_commands::api::Event::RotationChanged { .. }
            )
        });
        (world.cloud.calls(), commits.count())
    }

    fn check_end(self, world: &World, secret: &str, way: Way, when: &str) {
        let (id, _) = world.in_use(secret);
        world.require_working(secret, when);
        let keys = world.cloud.ids();
        assert_eq!(
            world.cloud.active_ids(),
            std::slice::from_ref(&id),
            "{when}: {keys:?}"
        );
        if way == Way::Back || self.then == "delete" {
            assert_eq!(keys, [id], "{when}: what is left at the provider");
        }
    }
}

fn go(world: &World, secret: &str, way: Way) -> Way {
    let run = world.run(secret).unwrap();
    let may_undo = run["may_undo"] == true;
    if way == Way::Back && may_undo {
        world.done("rotation_undo", json!({ "rotation_id": run["id"] }));
        let ended = world.finish(secret);
        assert_ne!(ended["state"], "done", "{ended}");
        Way::Back
    } else {
        world.finish(secret);
        Way::On
    }
}

/// After a stop and a new start.
fn check_resumable(shape: Shape, world: World, secret: &str, way: Way, when: &str) {
    world.cloud.heal();
    *world.told.stops_at.lock().unwrap() = None;
    let world = world.restarted();
    world.unlock();
    world.require_working(secret, when);
    if world.run(secret).is_none() {
        assert_eq!(
            world.cloud.ids().len(),
            1,
            "{when}: a key that no run knows"
        );
        return;
    }
    let went = go(&world, secret, way);
    shape.check_end(&world, secret, went, when);
    assert_eq!(world.done("audit_verify", json!({}))["ok"], true, "{when}");
}

#[test]
fn a_run_stopped_before_or_after_any_call_goes_on_or_back() {
    for shape in SHAPES {
        let (calls, _) = shape.undisturbed();
        assert!(calls >= 7, "{shape:?}: {calls}");
        for call in 0..calls {
            for fault in [Fault::StopBefore, Fault::StopAfter] {
                for way in [Way::On, Way::Back] {
                    let (world, secret) = shape.world();
                    world.cloud.fault_at(call, fault);
                    shape.rotate(&world, &secret);
                    let when = format!("{shape:?}: {fault:?} at call {call}, {way:?}");
                    check_resumable(shape, world, &secret, way, &when);
                }
            }
        }
    }
}

#[test]
fn a_run_stopped_after_any_commit_goes_on_or_back() {
    for shape in SHAPES {
        let (_, commits) = shape.undisturbed();
        assert!(commits >= 9, "{shape:?}: {commits}");
        for commit in 0..commits {
            for way in [Way::On, Way::Back] {
                let (world, secret) = shape.world();
                *world.told.stops_at.lock().unwrap() = Some(commit);
                shape.rotate(&world, &secret);
                let when = format!("{shape:?}: stopped at commit {commit}, {way:?}");
                check_resumable(shape, world, &secret, way, &when);
            }
        }
    }
}

#[test]
fn a_run_whose_answers_are_lost_late_or_refused_goes_on_or_back() {
    let faults = [
        Fault::AnswerLost,
        Fault::TimedOut,
        Fault::Throttled,
        Fault::FailedAfter,
        Fault::Unreachable,
        Fault::Forbidden,
    ];
    for shape in SHAPES {
        let (calls, _) = shape.undisturbed();
        for call in 0..calls {
            for fault in faults {
                for way in [Way::On, Way::Back] {
                    let (world, secret) = shape.world();
                    world.cloud.fault_at(call, fault);
                    shape.rotate(&world, &secret);
                    world.cloud.heal();
                    let when = format!("{shape:?}: {fault:?} at call {call}, {way:?}");
                    world.require_working(&secret, &when);
                    if world.run(&secret).is_none() {
                        assert_eq!(world.cloud.ids().len(), 1, "{when}");
                        continue;
                    }
                    if world.run(&secret).unwrap()["state"] == "done" {
                        shape.check_end(&world, &secret, Way::On, &when);
                        continue;
                    }
                    let went = go(&world, &secret, way);
                    shape.check_end(&world, &secret, went, &when);
                }
            }
        }
    }
}
