//! Members of a real vault: invited, joined, given another role, removed; and what their keys open.

use std::ops::ControlFlow;
use std::path::Path;

use domain::audit::Action;
use domain::member::{MemberStatus, require_joinable};
use domain::{ErrorType, Role, VersionNumber};
use testkit::acts::{self, create, generic};
use testkit::team::{self, COLLEAGUES_PASSWORD, colleague, invite, join};
use testkit::{TempVault, after, now};
use vault::invitation_code::InvitationCode;
use vault::kdf::KdfParams;
use vault::keys_file::KeysFile;
use vault::password::{NewPassword, Password};
use vault::recovery_code::RecoveryCode;
use vault::unlock_keys::{UnlockKeysError, UnlockWith, unlock_keys};
use vault::{
    JoinError, KeysChange, OlderState, OpenValueError, Renewed, StoreError, UnlockError,
    UnlockedVault, VaultFolder,
};

fn unlock_with(temp: &TempVault, password: &str) -> Result<UnlockedVault, UnlockError> {
    let password = Password::parse(password).expect("a password");
    VaultFolder::open(&temp.folder()).expect("a folder").unlock(
        UnlockWith::Password(&password),
        &temp.device(),
        OlderState::Refuse,
        now(),
    )
}

fn unlock_with_code(temp: &TempVault, code: &RecoveryCode) -> Result<UnlockedVault, UnlockError> {
    VaultFolder::open(&temp.folder()).expect("a folder").unlock(
        UnlockWith::Recovery(code),
        &temp.device(),
        OlderState::Refuse,
        now(),
    )
}

fn try_code(temp: &TempVault, code: &InvitationCode) -> Result<(), UnlockError> {
    VaultFolder::open(&temp.folder())
        .expect("a folder")
        .open_invitation(code, &temp.device(), now())
        .map(drop)
}

fn assert_sound(vault: &UnlockedVault) {
    assert_eq!(vault.check().expect("checked").problems, []);
}

#[test]
fn role_05_one_who_was_invited_joins_with_an_identity_of_their_own() {
    let temp = TempVault::new();
    let owner = temp.open();
    let id = create(&owner, now(), generic("token", "a value")).expect("created");
    let (grace, code) = invite(&owner, "Grace", Role::Operator);
    let (vault, recovery) = join(&temp, &code, COLLEAGUES_PASSWORD, now());
    assert_eq!(vault.actor().member, grace);
    assert_eq!(
        (vault.actor().name.as_str(), vault.actor().role),
        ("Grace", Role::Operator)
    );
    assert_eq!(acts::value(&vault, id, 1).expect("opened"), "a value");
    drop(vault);

    // By password and by recovery code, and the Owner beside.
    let vault = unlock_with(&temp, COLLEAGUES_PASSWORD).expect("the password opens it");
    assert_eq!(vault.actor().member, grace);
    let by_code = VaultFolder::open(&temp.folder()).expect("a folder").unlock(
        UnlockWith::Recovery(&recovery),
        &temp.device(),
        OlderState::Refuse,
        now(),
    );
    assert_eq!(by_code.expect("the code opens it").actor().member, grace);
    create(&owner, now(), generic("another", "value")).expect("the Owner's session goes on");
    let actions: Vec<(Action, Option<String>)> = acts::log(&owner)
        .into_iter()
        .map(|entry| (entry.action, entry.actor_name))
        .collect();
    for (action, actor) in [
        (Action::MemberInvited, "Ada"),
        (Action::MemberJoined, "Grace"),
        (Action::VaultUnlocked, "Grace"),
    ] {
        assert!(
            actions.contains(&(action, Some(actor.to_owned()))),
            "{action:?} by {actor}"
        );
    }
    assert_sound(&owner);
    assert_sound(&vault);
}

#[test]
fn role_05_an_invitations_code_works_once_and_nothing_else_of_it_does() {
    let temp = TempVault::new();
    let owner = temp.open();
    let (_grace, code) = invite(&owner, "Grace", Role::Owner);
    // The invited identity unlocks nothing.
    let folder = VaultFolder::open(&temp.folder()).expect("a folder");
    let refused = folder.unlock(
        UnlockWith::Invitation(&code),
        &temp.device(),
        OlderState::Refuse,
        now(),
    );
    assert!(matches!(
        refused.map(drop),
        Err(UnlockError::Keys(UnlockKeysError::NotJoined))
    ));
    let before = KeysFile::read(&temp.folder()).expect("keys.json");
    let _joined = join(&temp, &code, COLLEAGUES_PASSWORD, now());
    assert!(matches!(
        try_code(&temp, &code),
        Err(UnlockError::Keys(UnlockKeysError::WrongInvitationCode))
    ));
    // Nor does the identity that it gave.
    let invited = unlock_keys(&before, UnlockWith::Invitation(&code))
        .expect("the old file")
        .identity;
    let folder = VaultFolder::open(&temp.folder()).expect("a folder");
    let refused = folder.unlock(
        UnlockWith::Identity(invited),
        &temp.device(),
        OlderState::Refuse,
        now(),
    );
    assert!(refused.is_err());
}

#[test]
fn role_05_a_wrong_code_is_refused_and_counts_as_an_attempt() {
    let temp = TempVault::new();
    let owner = temp.open();
    let (_grace, _code) = invite(&owner, "Grace", Role::Viewer);
    let wrong = InvitationCode::generate().expect("entropy");
    for _ in 0..4 {
        assert!(matches!(
            try_code(&temp, &wrong),
            Err(UnlockError::Keys(UnlockKeysError::WrongInvitationCode))
        ));
    }
    assert!(matches!(
        try_code(&temp, &wrong),
        Err(UnlockError::WrongThenWait { .. })
    ));
    assert!(matches!(try_code(&temp, &wrong), Err(UnlockError::Wait(_))));
}

#[test]
fn role_05_an_expired_invitation_is_told_and_joins_nothing() {
    let temp = TempVault::new();
    let owner = temp.open();
    let (_grace, code) = invite(&owner, "Grace", Role::Viewer);
    let folder = VaultFolder::open(&temp.folder()).expect("a folder");
    let invitation = folder
        .open_invitation(&code, &temp.device(), now())
        .expect("the code is right");
    let MemberStatus::Invited { until } = invitation.member().status else {
        panic!("invited");
    };
    assert_eq!(until, after(14));
    require_joinable(invitation.member(), after(13)).expect("in time");
    let refused = require_joinable(invitation.member(), after(14)).expect_err("too late");
    assert_eq!(refused.error_type(), ErrorType::AuthenticationFailed);
}

#[test]
fn role_05_an_invitation_that_was_taken_back_opens_nothing() {
    let temp = TempVault::new();
    let owner = temp.open();
    let (grace, code) = invite(&owner, "Grace", Role::Admin);
    let folder = VaultFolder::open(&temp.folder()).expect("a folder");
    let begun = folder
        .open_invitation(&code, &temp.device(), now())
        .expect("the code is right");
    let owner = team::remove(&owner, grace).expect("taken back");
    assert!(matches!(
        try_code(&temp, &code),
        Err(UnlockError::Keys(UnlockKeysError::WrongInvitationCode))
    ));
    // Nor what was begun before.
    let password = NewPassword::parse(COLLEAGUES_PASSWORD, &[]).expect("a strong password");
    let late = begun.join(&password, KdfParams::FLOOR, &temp.device(), now());
    assert!(late.is_err());
    assert_sound(&owner);
}

#[test]
fn role_03_a_viewers_keys_open_no_value_whatever_the_rules_say() {
    let temp = TempVault::new();
    let owner = temp.open();
    let id = create(&owner, now(), generic("token", "a value")).expect("created");
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    let vault = grace.open(&temp);
    // Not asked of the rules: the vault itself, with a Viewer's keys.
    let opened = vault.read(|reader| reader.open_values(id, VersionNumber::FIRST));
    assert!(matches!(opened.map(drop), Err(OpenValueError::NoValueKey)));
    let keys = KeysFile::read(&temp.folder()).expect("keys.json");
    let unlocked = unlock_keys(&keys, UnlockWith::Identity(grace.identity())).expect("opens");
    assert_eq!(unlocked.role, Role::Viewer);
    assert!(unlocked.value_key.is_none());
    assert!(matches!(
        create(&vault, now(), generic("theirs", "value")),
        Err(acts::ActError::Rejected(_) | acts::ActError::Store(StoreError::NoValueKey))
    ));
}

#[test]
fn role_05_a_promotion_gives_the_keys_at_the_next_unlock() {
    let temp = TempVault::new();
    let owner = temp.open();
    let id = create(&owner, now(), generic("token", "a value")).expect("created");
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    let before = grace.open(&temp);
    assert_eq!(before.keys_change().expect("looked"), None);
    let same = team::change_role(&owner, grace.id, Role::Operator).expect("promoted");
    assert!(same.is_none(), "no new keys");
    assert_eq!(
        before.keys_change().expect("looked"),
        Some(KeysChange {
            by: Some("Ada".to_owned()),
            still_member: true,
            role_changed: true,
        })
    );
    assert!(acts::value(&before, id, 1).is_err(), "the old session");
    let vault = grace.open(&temp);
    assert_eq!(vault.actor().role, Role::Operator);
    assert_eq!(acts::value(&vault, id, 1).expect("opened"), "a value");
    assert_eq!(owner.keys_change().expect("looked"), None);
    assert_sound(&owner);
}

#[test]
fn lock_06_a_removed_members_old_keys_open_nothing_new() {
    let temp = TempVault::new();
    let owner = temp.open();
    create(&owner, now(), generic("token", "a value")).expect("created");
    let grace = colleague(&temp, &owner, "Grace", Role::Admin);
    let old_keys = std::fs::read(temp.folder().join("keys.json")).expect("a copy");
    let session = grace.open(&temp);
    let owner = team::remove(&owner, grace.id).expect("removed");
    create(&owner, now(), generic("new", "written later")).expect("created");

    // Her session, her password, her code, her identity.
    assert_eq!(
        session.keys_change().expect("looked"),
        Some(KeysChange {
            by: Some("Ada".to_owned()),
            still_member: false,
            role_changed: false,
        })
    );
    assert!(matches!(
        acts::secret(&session, domain::SecretId::from_bytes([0; 16])),
        Err(StoreError::KeysChanged)
    ));
    assert!(matches!(
        unlock_with(&temp, COLLEAGUES_PASSWORD).map(drop),
        Err(UnlockError::Keys(UnlockKeysError::WrongPassword))
    ));
    assert!(grace.try_open(&temp).is_err());

    // The keys.json that she kept, beside the new database under its old name too.
    let copy = temp.home().join("her copy");
    std::fs::create_dir(&copy).expect("a folder");
    std::fs::write(copy.join("keys.json"), &old_keys).expect("her copy");
    let database = KeysFile::read(&temp.folder()).expect("keys.json");
    let database = temp.folder().join(database.database().as_str());
    owner.lock("asked", now()).expect("all of it in one file");
    std::fs::copy(&database, copy.join("vault.db")).expect("the new database");
    let folder = VaultFolder::open(&copy).expect("a folder");
    let password = Password::parse(COLLEAGUES_PASSWORD).expect("a password");
    let refused = folder.unlock(
        UnlockWith::Password(&password),
        &temp.device(),
        OlderState::Accept,
        now(),
    );
    assert!(matches!(
        refused.map(drop),
        Err(UnlockError::Store(StoreError::Damaged { .. }))
    ));
}

#[test]
fn lock_06_a_demotion_below_operator_takes_the_value_key() {
    let temp = TempVault::new();
    let owner = temp.open();
    let id = create(&owner, now(), generic("token", "a value")).expect("created");
    let grace = colleague(&temp, &owner, "Grace", Role::Operator);
    assert_eq!(
        acts::value(&grace.open(&temp), id, 1).expect("opened"),
        "a value"
    );
    let owner = team::change_role(&owner, grace.id, Role::Viewer)
        .expect("demoted")
        .expect("new keys");
    let vault = grace.open(&temp);
    assert_eq!(vault.actor().role, Role::Viewer);
    assert!(matches!(
        acts::value(&vault, id, 1),
        Err(OpenValueError::NoValueKey)
    ));
    assert_sound(&owner);
}

#[test]
fn role_05_a_plan_that_no_longer_fits_is_stale() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    let context = acts::context(owner.actor(), now());
    let plan = || {
        let member = owner
            .read(|reader| Ok::<_, StoreError>(reader.member(grace.id).expect("there")))
            .expect("read");
        let input = domain::member::RoleChangeInput {
            role: Some("operator".to_owned()),
        };
        let facts = domain::member::MemberFacts {
            active_owners: 1,
            ..Default::default()
        };
        let decided = input
            .parse(&context)
            .and_then(|draft| draft.decide(&member, &facts, &context));
        match decided.expect("decided") {
            domain::plan::Decision::Change(plan) => *plan,
            domain::plan::Decision::Unchanged(_) => panic!("a change"),
        }
    };
    let (first, second) = (plan(), plan());
    team::change_role(&owner, grace.id, Role::Admin).expect("promoted meanwhile");
    // What was a promotion when it was decided would now be a demotion that keeps the keys.
    for plan in [first, second] {
        let answer = owner.apply_member(plan, now(), &mut |_| ControlFlow::Continue(()));
        assert!(matches!(
            answer.map(drop),
            Err(vault::MemberError::Store(StoreError::Stale))
        ));
    }
    assert_eq!(grace.open(&temp).actor().role, Role::Admin);
}

#[test]
fn role_05_the_first_owner_can_go_where_another_stays() {
    let temp = TempVault::new();
    let ada = temp.open();
    let id = create(&ada, now(), generic("token", "a value")).expect("created");
    let grace = colleague(&temp, &ada, "Grace", Role::Owner);
    let edsger = colleague(&temp, &ada, "Edsger", Role::Operator);
    let ada_id = ada.actor().member;
    let vault = team::remove(&grace.open(&temp), ada_id).expect("removed");
    assert!(matches!(
        temp.try_open(OlderState::Refuse, now()).map(drop),
        Err(UnlockError::Keys(UnlockKeysError::NotAMember))
    ));
    assert_eq!(acts::value(&vault, id, 1).expect("opened"), "a value");
    let session = edsger.open(&temp);
    assert_eq!(acts::value(&session, id, 1).expect("opened"), "a value");
    let former = vault
        .read(|reader| Ok::<_, StoreError>(reader.former_members()))
        .expect("read");
    assert_eq!(former[0].1.as_str(), "Ada");
    assert_sound(&vault);
    // And the vault goes on without her: another member comes.
    colleague(&temp, &vault, "Barbara", Role::Viewer);
    assert_sound(&vault);
}

#[test]
fn lock_06_a_changed_password_of_one_member_ends_nobody_elses_session() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Viewer);
    let session = grace.open(&temp);
    let _renewed = owner.renew_recovery_code(now()).expect("renewed");
    assert_eq!(session.keys_change().expect("looked"), None);
    let _renewed = session.renew_recovery_code(now()).expect("renewed");
    assert_eq!(owner.keys_change().expect("looked"), None);
    create(&owner, now(), generic("token", "a value")).expect("created");
    let _: RecoveryCode = grace.recovery_code;
}

const NEXT_PASSWORD: &str = "eleven sanderlings run from every wave";

fn renew(vault: &UnlockedVault) -> Renewed {
    let password = NewPassword::parse(NEXT_PASSWORD, &[]).expect("a strong password");
    vault
        .renew_identity(&password, KdfParams::FLOOR, now(), &mut |_| {
            ControlFlow::Continue(())
        })
        .expect("renewed")
}

#[test]
fn lock_06_an_owners_renewed_identity_gives_the_vault_new_keys() {
    let temp = TempVault::new();
    let owner = temp.open();
    let id = create(&owner, now(), generic("token", "a value")).expect("created");
    let grace = colleague(&temp, &owner, "Grace", Role::Operator);
    let renewed = renew(&owner);
    assert!(renewed.rekeyed);
    let owner = renewed.vault.expect("it opens");
    assert_eq!(acts::value(&owner, id, 1).expect("opened"), "a value");
    create(&owner, now(), generic("new", "value")).expect("signed by the new identity");
    // The old identity, password and code open nothing; the new ones do.
    assert!(matches!(
        unlock_with(&temp, testkit::temp_vault::PASSWORD).map(drop),
        Err(UnlockError::Keys(UnlockKeysError::WrongPassword))
    ));
    assert!(temp.try_open(OlderState::Refuse, now()).is_err());
    drop(unlock_with(&temp, NEXT_PASSWORD).expect("the new password"));
    assert!(unlock_with_code(&temp, &temp.recovery_code()).is_err());
    assert_sound(&unlock_with_code(&temp, &renewed.recovery_code).expect("the new code"));
    assert_eq!(grace.open(&temp).actor().role, Role::Operator);
    let views = owner.read(|reader| Ok::<_, StoreError>(reader.members()));
    assert!(views.expect("read").iter().all(|view| !view.rekey_wanted));
}

#[test]
fn lock_06_another_members_renewed_identity_leaves_new_keys_to_an_owner() {
    let temp = TempVault::new();
    let owner = temp.open();
    let id = create(&owner, now(), generic("token", "a value")).expect("created");
    let grace = colleague(&temp, &owner, "Grace", Role::Admin);
    let session = grace.open(&temp);
    let renewed = renew(&session);
    assert!(!renewed.rekeyed);
    let after = renewed.vault.expect("it opens");
    create(&after, now(), generic("new", "value")).expect("signed by the new identity");
    assert!(matches!(
        create(&session, now(), generic("late", "value")),
        Err(acts::ActError::Store(StoreError::KeysChanged))
    ));
    assert_eq!(
        session
            .keys_change()
            .expect("looked")
            .map(|change| change.still_member),
        Some(true)
    );
    assert!(grace.try_open(&temp).is_err(), "the old identity");
    assert!(unlock_with_code(&temp, &grace.recovery_code).is_err());
    assert!(unlock_with(&temp, COLLEAGUES_PASSWORD).is_err());
    drop(unlock_with(&temp, NEXT_PASSWORD).expect("the new password"));
    drop(unlock_with_code(&temp, &renewed.recovery_code).expect("the new code"));

    // The Owner is told, until the vault has new keys; what anybody reads stays readable.
    let wanted = |vault: &UnlockedVault| {
        let views = vault.read(|reader| Ok::<_, StoreError>(reader.members()));
        let views = views.expect("read");
        views
            .iter()
            .any(|view| view.member.id == grace.id && view.rekey_wanted)
    };
    assert!(wanted(&owner));
    assert_eq!(owner.keys_change().expect("looked"), None);
    let rekeyed = owner.rekey(now(), &mut |_| ControlFlow::Continue(()));
    let owner = rekeyed.expect("re-keyed").vault.expect("it opens");
    assert!(!wanted(&owner));
    let vault = unlock_with(&temp, NEXT_PASSWORD).expect("the new password");
    assert_eq!(acts::value(&vault, id, 1).expect("opened"), "a value");
    assert_sound(&owner);
}

/// As if the program had ended between the commit and the new `keys.json`: the file of before, and the new one pending.
fn end_before_the_file_is_placed(temp: &TempVault, before: &[u8]) -> Vec<u8> {
    let path = temp.folder().join("keys.json");
    let next = std::fs::read(&path).expect("keys.json");
    std::fs::write(&path, before).expect("put back");
    std::fs::write(temp.folder().join("keys.json.bak"), before).expect("put back");
    let pending: String = next.iter().map(|byte| format!("{byte:02x}")).collect();
    temp.meddle(&format!("UPDATE vault SET keys_pending = x'{pending}'"));
    next
}

#[test]
fn what_a_crash_cut_short_of_an_invitation_and_a_joining_is_rolled_forward() {
    let temp = TempVault::new();
    let owner = temp.open();
    let keys = || std::fs::read(temp.folder().join("keys.json")).expect("keys.json");
    let before = keys();
    let (_grace, code) = invite(&owner, "Grace", Role::Viewer);
    drop(owner);
    let next = end_before_the_file_is_placed(&temp, &before);
    drop(temp.open());
    assert_eq!(keys(), next, "the invitation is there");

    let before = keys();
    let (vault, _recovery) = join(&temp, &code, COLLEAGUES_PASSWORD, now());
    drop(vault);
    let next = end_before_the_file_is_placed(&temp, &before);
    // The person tries the code again, and is told to use the password, which then opens the vault.
    assert!(matches!(
        try_code(&temp, &code),
        Err(UnlockError::Keys(UnlockKeysError::Replaced))
    ));
    assert_eq!(keys(), next, "the new member is there");
    let vault = unlock_with(&temp, COLLEAGUES_PASSWORD).expect("the password opens it");
    assert_sound(&vault);
}

fn copy_files(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), to.join(file.file_name())).expect("copied");
    }
}

/// A re-keying that ended right after the rename of `keys.json` leaves an old database that does not know of it yet.
#[test]
fn lock_06_whoever_joins_beside_a_re_keying_that_was_cut_short_does_not_bring_the_old_keys_back() {
    let temp = TempVault::new();
    let owner = temp.open();
    let (_grace, code) = invite(&owner, "Grace", Role::Viewer);
    let cut_short = temp.home().join("cut short");
    std::fs::create_dir(&cut_short).expect("a folder");
    copy_files(&temp.folder(), &cut_short);
    let invitation = VaultFolder::open(&cut_short)
        .expect("a folder")
        .open_invitation(&code, &temp.device(), now())
        .expect("the code is right");
    drop(
        owner
            .rekey(now(), &mut |_| ControlFlow::Continue(()))
            .expect("re-keyed"),
    );
    copy_files(&temp.folder(), &cut_short);
    let keys = || {
        ["keys.json", "keys.json.bak"]
            .map(|name| std::fs::read(cut_short.join(name)).expect("a file"))
    };
    let switched = keys();

    let password = NewPassword::parse(COLLEAGUES_PASSWORD, &[]).expect("a good password");
    let joined = invitation.join(&password, KdfParams::FLOOR, &temp.device(), now());
    assert!(matches!(joined, Err(JoinError::Store(StoreError::Busy))));
    assert_eq!(keys(), switched, "the new generation stays");
    assert!(cut_short.join("vault-2.db").exists());
}

#[test]
fn role_05_two_owners_who_act_at_the_same_time_lose_nothing() {
    let temp = TempVault::new();
    let ada = temp.open();
    let grace = colleague(&temp, &ada, "Grace", Role::Owner);
    let sessions = [temp.open(), grace.open(&temp)];
    std::thread::scope(|scope| {
        for (place, session) in sessions.iter().enumerate() {
            scope.spawn(move || {
                for number in 0..4 {
                    invite(session, &format!("Guest {place} {number}"), Role::Viewer);
                }
            });
        }
    });
    let vault = temp.open();
    let views = vault.read(|reader| Ok::<_, StoreError>(reader.members()));
    assert_eq!(views.expect("read").len(), 10);
    assert_sound(&vault);
}

/// Whoever knows an identity can write a recovery slot in its name, and sign the statement that goes with it.
#[test]
fn lock_06_a_code_that_was_planted_under_the_old_identity_opens_nothing_of_the_new_one() {
    for role in [Role::Viewer, Role::Owner] {
        let temp = TempVault::new();
        let owner = temp.open();
        let grace = colleague(&temp, &owner, "Grace", role);
        let thief = grace.open(&temp);
        let (planted, _placed) = thief
            .renew_recovery_code(now())
            .expect("it is her identity");
        drop(unlock_with_code(&temp, &planted).expect("until she renews"));
        let renewed = renew(&unlock_with(&temp, COLLEAGUES_PASSWORD).expect("the password"));
        assert!(matches!(
            unlock_with_code(&temp, &planted).map(drop),
            Err(UnlockError::Keys(UnlockKeysError::WrongRecoveryCode))
        ));
        assert_sound(&renewed.vault.expect("it opens"));
    }
}
