//! Rotations and policies: each commit whole or not at all, one run for a secret, and what the run needs is kept.

use domain::audit::Action;
use domain::create::CreateInput;
use domain::policy::{ManagedInput, PolicyInput};
use domain::rotation::{Stage, Step};
use domain::{ErrorType, Patch, RecordKind, RotationId, SecretId, VersionNumber, VersionState};
use testkit::acts::{
    self, ActError, advance, create, fields, new_key, rotation_step, set_policy, start_rotation,
};
use testkit::{TempVault, after, now};
use vault::{OlderState, RotationQuery, StoreError, UnlockedVault};

fn s3(name: &str) -> CreateInput {
    CreateInput {
        name: Some(name.to_owned()),
        secret_type: Some("s3".to_owned()),
        credentials: Some(fields(&[
            ("access_key_id", acts::OLD_KEY),
            (
                "secret_access_key",
                "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
            ),
        ])),
        ..CreateInput::default()
    }
}

fn fixture() -> (TempVault, UnlockedVault, SecretId) {
    let temp = TempVault::new();
    let vault = temp.open();
    let secret = create(&vault, now(), s3("storage")).expect("created");
    (temp, vault, secret)
}

fn states(vault: &UnlockedVault, secret: SecretId) -> Vec<VersionState> {
    let found = vault.read(|reader| reader.secret(secret));
    let found = found.expect("readable").expect("there");
    found
        .versions()
        .iter()
        .map(|version| version.state())
        .collect()
}

fn go(vault: &UnlockedVault, run: RotationId, steps: &[Step]) {
    for step in steps {
        let at = match step {
            Step::LookAtOld | Step::DisableOld => after(2),
            _ => now(),
        };
        rotation_step(vault, at, run, *step).expect("its turn");
    }
}

fn error_type<T>(answer: Result<T, ActError>) -> ErrorType {
    match answer {
        Err(ActError::Rejected(rejection)) => rejection.error_type(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("this should have been refused"),
    }
}

fn no_problems(vault: &UnlockedVault) {
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn a_run_is_read_back_as_it_was_written_at_every_step() {
    let (_temp, vault, secret) = fixture();
    let run = start_rotation(&vault, now(), secret, "disable").expect("started");
    let steps = [
        (Step::Create, now()),
        (Step::Test, now()),
        (Step::Promote, now()),
        (Step::Confirm, now()),
        (Step::LookAtOld, after(2)),
        (Step::DisableOld, after(2)),
    ];
    for (step, at) in steps {
        let written = rotation_step(&vault, at, run, step).expect("its turn");
        let read = vault.read(|reader| reader.checked_rotation(run));
        assert_eq!(read.expect("vouched for").as_ref(), Some(&written));
        no_problems(&vault);
    }
    let entries = acts::log(&vault);
    let of_run = |action| {
        let of_kind = entries
            .iter()
            .filter(|entry| entry.resource_type == RecordKind::Rotation);
        of_kind.filter(|entry| entry.action == action).count()
    };
    assert_eq!(of_run(Action::RotationStarted), 1);
    assert_eq!(of_run(Action::RotationFinished), 1);
    assert_eq!(of_run(Action::RotationAdvanced), 11);
    let report = vault.check().expect("checked");
    assert_eq!(report.checked.rotations, 1);
}

#[test]
fn the_new_key_and_its_sealed_version_are_stored_together_or_not_at_all() {
    let (temp, vault, secret) = fixture();
    let run = start_rotation(&vault, now(), secret, "disable").expect("started");
    advance(&vault, now(), run, |run, _, ctx| {
        run.intend(Step::Create, ctx)
    })
    .expect("its turn");
    // The whole commit is refused because somebody renamed the secret while it was being decided.
    let stale: Result<(), ActError> = vault.write(now(), |writer| {
        let context = acts::context(vault.actor(), now());
        let ctx = domain::rotation::RunContext {
            context: &context,
            here: vault.here(None),
        };
        let known = writer.checked_rotation(run)?.expect("there");
        let before = writer.secret(secret)?.expect("there");
        let plan = known.record(&before, Step::Create, new_key(), &ctx)?;
        let rename = domain::update::UpdateInput {
            notes: Patch::Set("changed".to_owned()),
            ..domain::update::UpdateInput::default()
        };
        acts::update_in(writer, vault.actor(), now(), secret, rename)?;
        writer.apply_rotation(plan)?;
        Ok(())
    });
    assert!(matches!(stale, Err(ActError::Store(StoreError::Stale))));
    assert_eq!(states(&vault, secret), [VersionState::Current]);
    let known = vault.read(|reader| reader.checked_rotation(run));
    let known = known.expect("vouched for").expect("there");
    assert_eq!(
        (known.stage(), &known.parts().new_key),
        (Stage::Creating, &None)
    );

    let stored = advance(&vault, now(), run, |run, secret, ctx| {
        run.record(secret, Step::Create, new_key(), ctx)
    });
    assert!(stored.expect("in time").parts().new_key.is_some());
    drop(vault);
    let vault = temp.open();
    assert_eq!(
        states(&vault, secret),
        [VersionState::Current, VersionState::Pending]
    );
    let pending = VersionNumber::new(2).expect("a number");
    let values = vault.read(|reader| reader.open_values(secret, pending));
    assert!(values.is_ok(), "a pending version opens as any other");
    no_problems(&vault);
}

#[test]
fn only_the_first_of_two_workers_writes() {
    let (_temp, vault, secret) = fixture();
    let run = start_rotation(&vault, now(), secret, "disable").expect("started");
    let context = acts::context(vault.actor(), now());
    let ctx = domain::rotation::RunContext {
        context: &context,
        here: vault.here(None),
    };
    let seen = vault.read(|reader| reader.checked_rotation(run));
    let seen = seen.expect("vouched for").expect("there");
    let (first, second) = (
        seen.intend(Step::Create, &ctx).expect("its turn"),
        seen.intend(Step::Create, &ctx).expect("its turn"),
    );
    vault
        .write(now(), |writer| writer.apply_rotation(first))
        .expect("the first");
    let stale = vault.write(now(), |writer| writer.apply_rotation(second));
    assert!(matches!(stale, Err(StoreError::Stale)));
}

#[test]
fn a_secret_has_one_open_run_and_any_number_that_are_over() {
    let (_temp, vault, secret) = fixture();
    let first = start_rotation(&vault, now(), secret, "disable").expect("started");
    assert_eq!(
        error_type(start_rotation(&vault, now(), secret, "disable")),
        ErrorType::InUse
    );
    let open = vault.read(|reader| reader.open_rotation_of(secret));
    assert_eq!(open.expect("vouched for").map(|run| run.id()), Some(first));
    advance(&vault, now(), first, |run, secret, ctx| {
        run.undo(secret, run.id(), ctx)
    })
    .expect("undone");
    let open = vault.read(|reader| reader.open_rotation_of(secret));
    assert_eq!(open.expect("vouched for"), None);
    let second = start_rotation(&vault, after(1), secret, "disable").expect("started");
    let query = |open, limit| RotationQuery {
        secret: Some(secret),
        open,
        limit,
        ..RotationQuery::default()
    };
    let page = vault.read(|reader| reader.rotations(&query(None, 1)));
    let page = page.expect("a page");
    assert_eq!((page.total, page.rotations[0].id()), (2, second));
    let rest = RotationQuery {
        after: page.next,
        ..query(None, 1)
    };
    let page = vault
        .read(|reader| reader.rotations(&rest))
        .expect("a page");
    assert_eq!((page.next, page.rotations[0].id()), (None, first));
    let page = vault.read(|reader| reader.rotations(&query(Some(true), 5)));
    assert_eq!(page.expect("a page").rotations.len(), 1);
    no_problems(&vault);
}

#[test]
fn delete_01_a_secret_under_rotation_stays_even_by_force() {
    let (_temp, vault, secret) = fixture();
    let run = start_rotation(&vault, now(), secret, "disable").expect("started");
    assert_eq!(
        error_type(acts::trash_with_force(&vault, now(), secret)),
        ErrorType::InUse
    );
    advance(&vault, now(), run, |run, secret, ctx| {
        run.undo(secret, run.id(), ctx)
    })
    .expect("undone");
    acts::trash_with_force(&vault, now(), secret).expect("nothing is at work on it");
    let context = acts::context(vault.actor(), now());
    vault.empty_trash::<ActError>(&context).expect("emptied");
    let kept = vault.read(|reader| reader.checked_rotation(run));
    assert!(kept.expect("vouched for").is_some(), "as the log is");
    no_problems(&vault);
}

#[test]
fn hist_02_neither_a_policy_nor_a_sweep_takes_what_a_run_needs() {
    let (_temp, vault, secret) = fixture();
    let run = start_rotation(&vault, now(), secret, "disable").expect("started");
    go(
        &vault,
        run,
        &[Step::Create, Step::Test, Step::Promote, Step::Confirm],
    );
    let strict = domain::update::UpdateInput {
        history: Patch::Set(domain::HistoryInput {
            keep: Some(1),
            grace_days: Some(1),
        }),
        ..domain::update::UpdateInput::default()
    };
    acts::update(&vault, now(), secret, strict).expect("a stricter policy");
    // The log holds moments long after the grace time, a day old and older.
    for day in [10, 20] {
        let tier = if day == 10 { "pro" } else { "unlimited" };
        acts::set_tier(&vault, after(day), tier).expect("an entry");
    }
    vault.sweep(after(30)).expect("swept");
    assert_eq!(
        states(&vault, secret),
        [VersionState::Previous, VersionState::Current]
    );
    let old = vault.read(|reader| reader.open_values(secret, VersionNumber::FIRST));
    assert!(old.is_ok(), "there is a way back");
    go(&vault, run, &[]);
    rotation_step(&vault, after(30), run, Step::LookAtOld).expect("its turn");
    rotation_step(&vault, after(30), run, Step::DisableOld).expect("its turn");
    vault.sweep(after(31)).expect("swept");
    let old = vault.read(|reader| reader.open_values(secret, VersionNumber::FIRST));
    assert!(old.is_err(), "its grace time is over");
    no_problems(&vault);
}

#[test]
fn a_run_and_its_pending_version_survive_new_keys_and_a_backup() {
    let (temp, vault, secret) = fixture();
    let run = start_rotation(&vault, now(), secret, "disable").expect("started");
    go(&vault, run, &[Step::Create]);
    set_policy(&vault, now(), Some(secret), managed()).expect("set");
    vault
        .rekey(now(), &mut |_| std::ops::ControlFlow::Continue(()))
        .expect("new keys");
    drop(vault);
    let vault = temp.try_open(OlderState::Refuse, now()).expect("opens");
    no_problems(&vault);
    let pending = VersionNumber::new(2).expect("a number");
    let values = vault.read(|reader| reader.open_values(secret, pending));
    assert!(values.is_ok());
    go(&vault, run, &[Step::Test, Step::Promote]);
    let policy = vault.read(|reader| reader.checked_policy(Some(secret)));
    assert!(policy.expect("vouched for").is_some());
    no_problems(&vault);
}

fn managed() -> PolicyInput {
    let endpoint = (
        "iam_endpoint".to_owned(),
        Some("http://127.0.0.1:5000".to_owned()),
    );
    PolicyInput {
        every_days: Patch::Set(90),
        managed: Patch::Set(ManagedInput {
            management_secret_id: None,
            parameters: [endpoint].into(),
        }),
        ..PolicyInput::default()
    }
}

#[test]
fn a_policy_is_read_back_and_goes_with_its_secret() {
    let (_temp, vault, secret) = fixture();
    let none = vault.read(|reader| reader.checked_policy(Some(secret)));
    assert_eq!(none.expect("nothing to vouch for"), None);
    set_policy(&vault, now(), Some(secret), managed()).expect("set");
    let lead = PolicyInput {
        lead_days: Patch::Set(7),
        ..PolicyInput::default()
    };
    set_policy(&vault, after(1), Some(secret), lead.clone()).expect("changed");
    set_policy(&vault, after(1), None, lead).expect("the vault's own");
    let read = vault.read(|reader| reader.checked_policy(Some(secret)));
    let read = read.expect("vouched for").expect("there");
    assert_eq!(read.revision(), 2);
    assert_eq!(read.parts().every_days, Some(90));
    assert_eq!(read.parts().lead_days, Some(7));
    let managed = read.parts().managed.as_ref().expect("managed");
    let endpoint = managed.parameters.get("iam_endpoint");
    assert_eq!(endpoint, Some("http://127.0.0.1:5000"));
    let own = vault.read(|reader| reader.checked_policy(None));
    let own = own.expect("vouched for").expect("there");
    assert_eq!((own.secret(), own.parts().every_days), (None, None));
    let actions: Vec<Action> = acts::log(&vault)
        .into_iter()
        .filter(|entry| entry.resource_type == RecordKind::Policy)
        .map(|entry| entry.action)
        .collect();
    assert_eq!(
        actions,
        [
            Action::PolicyChanged,
            Action::PolicyChanged,
            Action::PolicyDefaultChanged
        ]
    );

    acts::trash_with_force(&vault, after(1), secret).expect("trashed");
    let context = acts::context(vault.actor(), after(1));
    vault.empty_trash::<ActError>(&context).expect("emptied");
    let gone = vault.read(|reader| reader.policy(Some(secret)));
    assert_eq!(gone.expect("readable"), None);
    no_problems(&vault);
}
