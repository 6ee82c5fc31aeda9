//! Browsing by what asks for a person: each filter keeps what a plain look at every secret keeps, in every order.

use std::collections::BTreeSet;

use domain::Patch;
use domain::create::CreateInput;
use domain::policy::{Due, DueState, PolicyInput};
use domain::rotation::{Failure, Step, StepOutcome, Sure, Told};
use domain::verification::{Found, VerificationStatus};
use domain::{Role, SecretId, Timestamp};
use testkit::acts::{
    self, create, create_location, fields, generic, location, new_value, readable, set_policy,
    start_rotation, verify_location,
};
use testkit::team::colleague;
use testkit::{TempVault, after, now};
use vault::{
    Filter, HoldingKind, ListQuery, Needs, OpenRun, SearchQuery, Sort, Start, StoreError,
    UnlockedVault, ValuesAre,
};

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

fn days_ago(days: i64) -> Timestamp {
    Timestamp::from_millis(now().as_millis() - days * DAY_MILLIS)
}

fn every(days: i64, lead: Option<i64>) -> PolicyInput {
    PolicyInput {
        every_days: Patch::Set(days),
        lead_days: lead.map_or(Patch::Absent, Patch::Set),
        ..PolicyInput::default()
    }
}

fn s3(name: &str) -> CreateInput {
    CreateInput {
        secret_type: Some("s3".to_owned()),
        credentials: Some(fields(&[
            ("access_key_id", acts::OLD_KEY),
            (
                "secret_access_key",
                "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
            ),
        ])),
        ..generic(name, "")
    }
}

fn sas(name: &str, ends: Timestamp) -> CreateInput {
    let ends = ends.to_string().replace(':', "%3A");
    let url = format!(
        "https://acct.blob.core.windows.net/box?sv=2024-11-04&sr=c&sp=rl&se={ends}&sig=c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlMTIzNA%3D%3D"
    );
    CreateInput {
        secret_type: Some("azure_blob".to_owned()),
        auth_method: Some("azure_sas_url".to_owned()),
        credentials: Some(fields(&[("sas_url", &url)])),
        ..generic(name, "")
    }
}

fn browse(
    vault: &UnlockedVault,
    filter: &Filter,
    sort: &str,
) -> Result<(Vec<SecretId>, u64), StoreError> {
    let query = ListQuery {
        filter: filter.clone(),
        sort: Sort::parse(sort).expect("a known order"),
        start: Start::Offset(0),
        limit: 1000,
        now: now(),
    };
    let page = vault.read(|reader| reader.list(&query))?;
    let ids = page.secrets.iter().map(|listed| listed.secret.id());
    Ok((ids.collect(), page.total))
}

/// By the list in several orders and by a search for what every name has.
fn check(vault: &UnlockedVault, filter: &Filter, expected: &BTreeSet<SecretId>) {
    for sort in ["name", "-age", "health", "-updated"] {
        let (found, total) = browse(vault, filter, sort).expect("a page");
        assert_eq!(found.len(), expected.len(), "{sort} {filter:?}");
        assert_eq!(
            &found.into_iter().collect::<BTreeSet<_>>(),
            expected,
            "{sort} {filter:?}"
        );
        assert_eq!(
            total,
            u64::try_from(expected.len()).expect("small"),
            "{sort} {filter:?}"
        );
    }
    let query = SearchQuery {
        text: "key".to_owned(),
        filter: filter.clone(),
        after: None,
        skip: 0,
        limit: 1000,
    };
    let found = vault.read(|reader| reader.search(&query)).expect("a page");
    let found = found.secrets.iter().map(|listed| listed.secret.id());
    assert_eq!(
        &found.collect::<BTreeSet<_>>(),
        expected,
        "search {filter:?}"
    );
}

fn needs(vault: &UnlockedVault) -> Needs {
    vault.read(|reader| reader.needs(now())).expect("counted")
}

fn by_due(state: DueState) -> Filter {
    Filter {
        due: Some(state),
        now: Some(now()),
        ..Filter::default()
    }
}

/// What [`Due`] says of each.
fn due(vault: &UnlockedVault, state: DueState) -> BTreeSet<SecretId> {
    let (all, _) = browse(vault, &Filter::default(), "name").expect("a page");
    let read = vault.read(|reader| {
        let of_vault = reader.policy(None)?;
        let mut found = BTreeSet::new();
        for id in all {
            let current = reader.secret(id)?.expect("there");
            let own = reader.policy(Some(id))?;
            let due = Due::of(current.secret(), own.as_ref(), of_vault.as_ref());
            if due.is_some_and(|due| due.state(now()) == state) {
                found.insert(id);
            }
        }
        Ok::<_, StoreError>(found)
    });
    read.expect("read")
}

#[test]
fn what_is_due_is_what_the_rule_says_of_each_secret() {
    let temp = TempVault::new();
    let vault = temp.open();
    for age in 0..24_i64 {
        let made = days_ago(age * 5);
        create(&vault, made, generic(&format!("key {age}"), "a value")).expect("made");
    }
    for (number, ends) in [2, 6, 9, 40].into_iter().enumerate() {
        create(
            &vault,
            days_ago(1),
            sas(&format!("key sas {number}"), after(ends)),
        )
        .expect("made");
    }
    create(&vault, days_ago(3), sas("key over", days_ago(1))).expect("made");
    let agree = |of_overdue: usize, of_soon: usize| {
        let [overdue, soon] = [DueState::Overdue, DueState::Soon].map(|state| {
            let expected = due(&vault, state);
            check(&vault, &by_due(state), &expected);
            expected.len()
        });
        assert_eq!((overdue, soon), (of_overdue, of_soon));
        check(
            &vault,
            &by_due(DueState::Later),
            &due(&vault, DueState::Later),
        );
        let counted = needs(&vault);
        let small = |count: u64| usize::try_from(count).expect("small");
        assert_eq!(
            (small(counted.overdue), small(counted.due_soon)),
            (overdue, soon)
        );
    };
    // Nothing but what ends.
    agree(1, 3);
    set_policy(&vault, now(), None, every(60, None)).expect("set");
    agree(13, 5);
    set_policy(&vault, now(), None, every(60, Some(20))).expect("set");
    agree(13, 7);
    let (ids, _) = browse(&vault, &Filter::default(), "age").expect("a page");
    // The youngest falls due by its own, the oldest no more, and one has a longer lead only.
    let oldest = ids[ids.len() - 1];
    set_policy(&vault, now(), Some(ids[0]), every(1, Some(1))).expect("set");
    set_policy(&vault, now(), Some(oldest), every(300, None)).expect("set");
    set_policy(
        &vault,
        now(),
        Some(ids[1]),
        PolicyInput {
            lead_days: Patch::Set(58),
            ..PolicyInput::default()
        },
    )
    .expect("set");
    agree(12, 9);
    acts::trash(&vault, now(), ids[ids.len() - 2]).expect("in the trash");
    agree(11, 9);
}

#[test]
fn where_most_are_due_they_are_met_along_the_order() {
    let temp = TempVault::new();
    let vault = temp.open();
    for number in 0..230 {
        create(
            &vault,
            days_ago(100),
            generic(&format!("key {number}"), "a value"),
        )
        .expect("made");
    }
    create(&vault, now(), generic("key new", "a value")).expect("made");
    set_policy(&vault, now(), None, every(30, None)).expect("set");
    let expected = due(&vault, DueState::Overdue);
    assert_eq!(expected.len(), 230);
    check(&vault, &by_due(DueState::Overdue), &expected);
    assert_eq!(needs(&vault).overdue, 230);
}

#[test]
fn secrets_are_found_by_how_their_locations_stand() {
    let temp = TempVault::new();
    let vault = temp.open();
    let refused = Found {
        error: Some(Told::new(Some("AccessDenied"), "Access denied.")),
        ..Found::default()
    };
    let unanswered = Found {
        error: Some(Told::new(None, "It could not be reached.")),
        ..Found::default()
    };
    let open = readable();
    let cases: [(&str, &[Option<&Found>]); 7] = [
        ("none", &[]),
        ("open", &[Some(&open), Some(&open)]),
        ("untried", &[None]),
        ("half", &[Some(&open), None]),
        ("refused", &[Some(&refused)]),
        ("silent", &[Some(&unanswered)]),
        (
            "worst",
            &[Some(&open), Some(&refused), Some(&unanswered), None],
        ),
    ];
    let mut ids = Vec::new();
    for (name, places) in cases {
        let id = create(&vault, now(), s3(&format!("key {name}"))).expect("made");
        for (number, found) in places.iter().enumerate() {
            let place = location(&format!("{name} {number}"), id);
            let place = create_location(&vault, now(), place).expect("made");
            if let Some(found) = found {
                let found = (*found).clone();
                verify_location(&vault, now(), place, found).expect("noted");
            }
        }
        ids.push((name, id));
    }
    let by = |status| Filter {
        locations: Some(status),
        ..Filter::default()
    };
    let named = |names: &[&str]| {
        let of = ids.iter().filter(|(name, _)| names.contains(name));
        of.map(|(_, id)| *id).collect::<BTreeSet<_>>()
    };
    check(&vault, &by(VerificationStatus::Verified), &named(&["open"]));
    check(
        &vault,
        &by(VerificationStatus::Failed),
        &named(&["refused", "worst"]),
    );
    check(
        &vault,
        &by(VerificationStatus::Unreachable),
        &named(&["silent", "worst"]),
    );
    check(
        &vault,
        &by(VerificationStatus::Unverified),
        &named(&["untried", "half", "worst"]),
    );
    assert_eq!((needs(&vault).failed, needs(&vault).unreachable), (2, 2));

    let worst = ids[6].1;
    let counted = vault
        .read(|reader| reader.verified_counts(worst))
        .expect("counted");
    assert_eq!(
        (
            counted.verified,
            counted.failed,
            counted.unreachable,
            counted.unverified
        ),
        (1, 1, 1, 1)
    );
    // What was found with an older value says nothing of the new one.
    let update = domain::update::UpdateInput {
        credentials: Patch::Set(fields(&[
            ("access_key_id", "AKIAI44QH8DHBEXAMPLE"),
            (
                "secret_access_key",
                "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY11",
            ),
        ])),
        ..domain::update::UpdateInput::default()
    };
    acts::update(&vault, after(1), worst, update).expect("rotated");
    check(
        &vault,
        &by(VerificationStatus::Failed),
        &named(&["refused"]),
    );
    check(
        &vault,
        &by(VerificationStatus::Unverified),
        &named(&["untried", "half", "worst"]),
    );
}

#[test]
fn secrets_in_rotation_and_external_ones_are_found_by_that() {
    let temp = TempVault::new();
    let vault = temp.open();
    let quiet = create(&vault, now(), s3("key quiet")).expect("made");
    let turning = create(&vault, now(), s3("key turning")).expect("made");
    let run = start_rotation(&vault, now(), turning, "disable").expect("started");
    let by = |run| Filter {
        rotation: Some(run),
        ..Filter::default()
    };
    check(&vault, &by(OpenRun::Any), &BTreeSet::from([turning]));
    check(&vault, &by(OpenRun::Stopped), &BTreeSet::new());
    assert_eq!((needs(&vault).rotating, needs(&vault).stopped), (1, 0));
    acts::advance(&vault, now(), run, |run, _, ctx| {
        run.intend(Step::Create, ctx)
    })
    .expect("its turn");
    let failure = Failure {
        told: Told::new(Some("AccessDenied"), "Access denied."),
        sure: Sure::NotDone,
    };
    acts::advance(&vault, now(), run, |run, secret, ctx| {
        run.record(secret, Step::Create, StepOutcome::Failed(failure), ctx)
    })
    .expect("noted");
    check(&vault, &by(OpenRun::Stopped), &BTreeSet::from([turning]));
    assert_eq!((needs(&vault).rotating, needs(&vault).stopped), (1, 1));
    let direct = Filter {
        holding: Some(HoldingKind::Direct),
        ..Filter::default()
    };
    check(&vault, &direct, &BTreeSet::from([quiet, turning]));
    let external = Filter {
        holding: Some(HoldingKind::External),
        ..Filter::default()
    };
    check(&vault, &external, &BTreeSet::new());
    assert_eq!(needs(&vault).external, 0);
}

#[test]
fn secrets_that_share_a_value_now_are_found_and_those_that_did_are_not() {
    let temp = TempVault::new();
    let vault = temp.open();
    let shared = Filter {
        values: Some(ValuesAre::Shared),
        ..Filter::default()
    };
    let first = create(&vault, now(), generic("key 1", "one value")).expect("made");
    let second = create(&vault, now(), generic("key 2", "one value")).expect("made");
    let third = create(&vault, now(), generic("key 3", "one value")).expect("made");
    create(&vault, now(), generic("key 4", "another value")).expect("made");
    check(&vault, &shared, &BTreeSet::from([first, second, third]));
    acts::update(&vault, after(1), second, new_value("a third value")).expect("changed");
    check(&vault, &shared, &BTreeSet::from([first, third]));
    acts::trash(&vault, after(1), third).expect("in the trash");
    check(&vault, &shared, &BTreeSet::new());
}

#[test]
fn role_03_a_viewer_cannot_list_by_shared_values() {
    let temp = TempVault::new();
    let owner = temp.open();
    create(&owner, now(), generic("key 1", "same")).expect("made");
    create(&owner, now(), generic("key 2", "same")).expect("made");
    let viewer = colleague(&temp, &owner, "Vera", Role::Viewer);
    drop(owner);
    let viewer = viewer.open(&temp);
    let shared = Filter {
        values: Some(ValuesAre::Shared),
        ..Filter::default()
    };
    let refused = browse(&viewer, &shared, "name");
    assert!(matches!(refused, Err(StoreError::NoValueKey)));
    let query = SearchQuery {
        text: "key".to_owned(),
        filter: shared,
        after: None,
        skip: 0,
        limit: 10,
    };
    let refused = viewer.read(|reader| reader.search(&query));
    assert!(matches!(refused, Err(StoreError::NoValueKey)));
}
