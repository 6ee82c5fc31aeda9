//! Several programs at one vault: nothing is lost, and nobody sees half a change.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use domain::request::Patch;
use domain::update::UpdateInput;
use testkit::acts::{self, ActError, create, generic, new_value};
use testkit::fill::fill;
use testkit::{TempVault, now};
use vault::{ChangeKeysError, StoreError, VerifyError};

#[test]
fn two_programs_writing_at_once_lose_nothing() {
    const EACH: usize = 60;
    let temp = TempVault::new();
    let shared = create(&temp.open(), now(), generic("shared", "value 0")).expect("created");
    std::thread::scope(|scope| {
        for program in 0..2 {
            let temp = &temp;
            scope.spawn(move || {
                let vault = temp.open();
                for number in 0..EACH {
                    create(
                        &vault,
                        now(),
                        generic(&format!("{program} {number}"), "a value"),
                    )
                    .expect("created");
                    acts::update(
                        &vault,
                        now(),
                        shared,
                        new_value(&format!("{program} {number}")),
                    )
                    .expect("rotated");
                }
            });
        }
    });
    let vault = temp.open();
    let live = vault.read(|reader| reader.counts()).expect("counts").live;
    assert_eq!(live, u64::try_from(2 * EACH + 1).expect("small"));
    let found = acts::secret(&vault, shared)
        .expect("readable")
        .expect("there");
    assert_eq!(found.versions().len(), 2 * EACH + 1);
    assert_eq!(
        found.secret().revision(),
        u64::try_from(2 * EACH + 1).expect("small")
    );
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn update_15_an_edit_based_on_an_older_revision_is_refused() {
    let temp = TempVault::new();
    let (first, second) = (temp.open(), temp.open());
    let id = create(&first, now(), generic("token", "value")).expect("created");
    let edit = |description: &str| UpdateInput {
        description: Patch::Set(description.to_owned()),
        expected_revision: Patch::Set(1),
        ..UpdateInput::default()
    };
    acts::update(&first, now(), id, edit("the first edit")).expect("edited");
    let refused = acts::update(&second, now(), id, edit("the second edit")).expect_err("moved on");
    assert!(
        matches!(refused, ActError::Rejected(rejection) if rejection.error_type() == domain::ErrorType::Conflict)
    );
    let found = acts::secret(&second, id).expect("readable").expect("there");
    assert_eq!(found.secret().description().as_str(), "the first edit");
}

#[test]
fn a_reader_beside_a_writer_always_sees_whole_changes() {
    let temp = TempVault::new();
    let vault = temp.open();
    let id = create(&vault, now(), generic("token", "value 0")).expect("created");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let reader = temp.open();
            while !done.load(Ordering::Relaxed) {
                let found = acts::secret(&reader, id).expect("readable").expect("there");
                let revision = u32::try_from(found.secret().revision()).expect("small");
                let newest = found.versions().last().expect("a version").number().get();
                assert_eq!(newest, revision, "a version without its revision");
                assert_eq!(
                    found.secret().current_version().map(|number| number.get()),
                    Some(newest)
                );
            }
        });
        for number in 1..100 {
            acts::update(&vault, now(), id, new_value(&format!("value {number}")))
                .expect("rotated");
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_session_reads_and_writes_while_its_vault_is_checked() {
    let temp = TempVault::new();
    let vault = temp.open();
    fill(&vault, 0, CHECKED_BETWEEN_REPORTS, now()).expect("filled");
    let mut went_on = None;
    thread::scope(|scope| {
        let checked = vault.check_while(&mut |_| {
            let (tell, told) = mpsc::channel();
            let vault = &vault;
            scope.spawn(move || {
                let counts: Result<_, StoreError> = vault.read(|reader| reader.counts());
                counts.expect("read beside the check");
                create(vault, now(), generic("meanwhile", "a value")).expect("written beside it");
                tell.send(()).expect("the check waits for it");
            });
            went_on = Some(told.recv_timeout(Duration::from_secs(20)).is_ok());
            ControlFlow::Break(())
        });
        assert!(matches!(checked, Err(VerifyError::Stopped)));
    });
    assert_eq!(went_on, Some(true));
}

#[test]
fn what_others_wrote_is_told_apart_from_what_this_session_wrote() {
    let temp = TempVault::new();
    let (own, other) = (temp.open(), temp.open());
    let by_others = || own.entries_by_others().expect("read");
    let before = by_others();
    create(&own, now(), generic("a", "a value")).expect("created");
    fill(&own, 0, 3, now()).expect("filled");
    assert_eq!(by_others(), before);
    create(&other, now(), generic("b", "a value")).expect("created");
    create(&own, now(), generic("c", "a value")).expect("created");
    assert_eq!(by_others(), before + 1);
    let refused: Result<(), StoreError> = own.write(now(), |writer| {
        writer.record_refusal("secret_copy")?;
        Err(StoreError::Busy)
    });
    refused.expect_err("it was undone");
    assert_eq!(by_others(), before + 1, "what was undone is not counted");
}

/// A check tells of itself after so many records.
const CHECKED_BETWEEN_REPORTS: usize = 300;

#[test]
fn a_password_changed_elsewhere_does_not_stop_a_session() {
    let temp = TempVault::new();
    let (first, second) = (temp.open(), temp.open());
    let _renewed = first.renew_recovery_code(now()).expect("renewed");
    create(&second, now(), generic("token", "value")).expect("created");
    let _renewed = second.renew_recovery_code(now()).expect("renewed again");
    create(&first, now(), generic("another token", "value")).expect("created");
    assert_eq!(temp.open().check().expect("checked").problems, []);
}

#[test]
fn a_lost_race_for_keys_json_is_an_error_and_not_a_lost_change() {
    let temp = TempVault::new();
    std::thread::scope(|scope| {
        let renewals: Vec<_> = (0..2)
            .map(|_| {
                let temp = &temp;
                scope.spawn(move || {
                    let vault = temp.open();
                    (0..5)
                        .filter(|_| renewed(vault.renew_recovery_code(now())))
                        .count()
                })
            })
            .collect();
        let done: usize = renewals
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum();
        let generation = vault::keys_file::KeysFile::read(&temp.folder())
            .expect("keys.json")
            .generation();
        assert_eq!(generation, u64::try_from(done).expect("small") + 1);
    });
    assert_eq!(temp.open().check().expect("checked").problems, []);
}

fn renewed<T>(answer: Result<T, ChangeKeysError>) -> bool {
    match answer {
        Ok(_) => true,
        Err(ChangeKeysError::Store(StoreError::Busy)) => false,
        Err(error) => panic!("{error}"),
    }
}
