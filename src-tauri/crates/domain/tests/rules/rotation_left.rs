//! What a run says of the keys that are not in use.

use domain::rotation::*;
use domain::*;

use crate::rotation::*;

const OLD_VERSION: VersionNumber = VersionNumber::FIRST;

fn left(rotating: &Rotating) -> [Option<KeyLeft>; 2] {
    let new = rotating.run.parts().new_version;
    let of = |version: Option<VersionNumber>| version.and_then(|it| rotating.run.key_left_of(it));
    [of(Some(OLD_VERSION)), of(new)]
}

#[test]
fn the_old_key_is_alive_until_it_is_stopped_and_until_it_is_deleted() {
    let mut rotating = Rotating::at(Stage::Grace, facts(), "delete");
    assert_eq!(left(&rotating)[0], Some(KeyLeft::Old));
    rotating = Rotating::at(Stage::OldDisabled, facts(), "delete");
    assert_eq!(left(&rotating)[0], Some(KeyLeft::Disabled));
    rotating.carry_on();
    assert_eq!(rotating.run.stage(), Stage::Done);
    assert_eq!(left(&rotating), [None, None]);
}

#[test]
fn what_a_run_leaves_at_the_provider_is_told_after_its_end() {
    for (then, told) in [("keep", KeyLeft::Kept), ("disable", KeyLeft::Disabled)] {
        let mut rotating = Rotating::start(facts(), then);
        rotating.carry_on();
        assert_eq!(rotating.run.stage(), Stage::Done);
        assert_eq!(left(&rotating), [Some(told), None]);
    }
    let stopped = ProviderFacts {
        style: Style::CutOver,
        ..facts()
    };
    let mut rotating = Rotating::start(stopped, "keep");
    rotating.carry_on();
    assert_eq!(left(&rotating), [None, None]);
}

#[test]
fn a_key_that_is_not_in_use_yet_is_alive_until_it_was_removed() {
    let mut rotating = Rotating::at(Stage::Testing, facts(), "delete");
    assert_eq!(left(&rotating)[1], Some(KeyLeft::New));
    rotating.undo().expect("it can go back");
    rotating.carry_on();
    assert_eq!(rotating.run.stage(), Stage::Abandoned);
    assert_eq!(left(&rotating), [None, None]);
}
