//! A member renews their identity on one device; what another one remembers was signed by the identity before. It follows
//! without asking anybody where the log extends what it remembers, and tells of an older state as it always does.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use domain::Role;
use testkit::acts::{create, generic};
use testkit::team::{Colleague, colleague};
use testkit::{TempVault, now};
use vault::identity::Identity;
use vault::kdf::KdfParams;
use vault::keys_file::KeysFile;
use vault::password::NewPassword;
use vault::unlock_keys::{UnlockWith, unlock_keys};
use vault::{Device, OlderState, UnlockError, UnlockedVault, VaultFolder};

fn elsewhere(temp: &TempVault) -> PathBuf {
    temp.home().join("elsewhere")
}

fn open_elsewhere(temp: &TempVault, identity: Identity) -> Result<UnlockedVault, UnlockError> {
    let device = Device::open(&elsewhere(temp), now()).expect("another device");
    let folder = VaultFolder::open(&temp.folder()).expect("a vault's folder");
    let with = UnlockWith::Identity(identity);
    folder.unlock(with, &device, OlderState::Refuse, now())
}

/// The member's next identity, made in a session on the first device.
fn renew(temp: &TempVault, session: &UnlockedVault) -> Identity {
    let password = NewPassword::parse("eleven sanderlings run from every wave", &[]);
    let renewed = session
        .renew_identity(
            &password.expect("a strong password"),
            KdfParams::FLOOR,
            now(),
            &mut |_| ControlFlow::Continue(()),
        )
        .expect("renewed");
    let keys = KeysFile::read(&temp.folder()).expect("keys.json");
    let code = UnlockWith::Recovery(&renewed.recovery_code);
    unlock_keys(&keys, code).expect("the new code").identity
}

fn copy(identity: &Identity) -> Identity {
    Identity::dangerous_from_bytes(&identity.dangerous_expose_bytes())
}

fn copy_folder(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

fn head_of(folder: &Path, grace: &Colleague) -> PathBuf {
    let suffix = format!("{}.head", grace.id);
    let files = fs::read_dir(folder).expect("a device's folder");
    let mut paths = files.map(|file| file.expect("an entry").path());
    let found = paths.find(|path| path.to_string_lossy().ends_with(&suffix));
    found.expect("a head")
}

/// Grace, who has been on both devices under her first identity.
fn on_two_devices(temp: &TempVault, role: Role) -> Colleague {
    let owner = temp.open();
    let grace = colleague(temp, &owner, "Grace", role);
    let session = open_elsewhere(temp, grace.identity()).expect("the first time there");
    session.lock("asked", now()).expect("locked");
    grace
}

#[test]
fn audit_02_another_device_follows_a_renewed_identity_without_asking() {
    for role in [Role::Viewer, Role::Owner] {
        let temp = TempVault::new();
        let grace = on_two_devices(&temp, role);
        let next = renew(&temp, &grace.open(&temp));
        let at_the_renewal = temp.home().join("at the renewal");
        copy_folder(&temp.folder(), &at_the_renewal);
        let session = open_elsewhere(&temp, copy(&next)).expect("the log tells of the renewal");
        session.lock("asked", now()).expect("locked");

        // From then on it has a head of its own, which the one before does not stand in for.
        let session = open_elsewhere(&temp, copy(&next)).expect("as ever");
        session.lock("asked", now()).expect("locked");
        copy_folder(&at_the_renewal, &temp.folder());
        let older = open_elsewhere(&temp, copy(&next)).map(drop);
        assert!(
            matches!(older, Err(UnlockError::Rollback { .. })),
            "{role:?}"
        );
    }
}

#[test]
fn audit_02_another_device_follows_two_renewals_in_a_row() {
    let temp = TempVault::new();
    let grace = on_two_devices(&temp, Role::Operator);
    let second = renew(&temp, &grace.open(&temp));
    let session = VaultFolder::open(&temp.folder())
        .expect("a vault's folder")
        .unlock(
            UnlockWith::Identity(second),
            &temp.device(),
            OlderState::Refuse,
            now(),
        )
        .expect("the second identity");
    let third = renew(&temp, &session);
    assert!(open_elsewhere(&temp, third).is_ok());
}

#[test]
fn audit_02_a_renewal_in_an_older_state_does_not_hide_that_it_is_older() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Admin);
    drop(owner);
    let older = temp.home().join("older");
    copy_folder(&temp.folder(), &older);
    let session = open_elsewhere(&temp, grace.identity()).expect("the first time there");
    create(&session, now(), generic("token", "a value")).expect("created");
    session.lock("asked", now()).expect("locked");

    copy_folder(&older, &temp.folder());
    fs::remove_dir_all(temp.state_folder()).expect("a device that knows of nothing");
    let next = renew(&temp, &grace.open(&temp));
    let refused = open_elsewhere(&temp, next).map(drop);
    assert!(
        matches!(refused, Err(UnlockError::Rollback { .. })),
        "{refused:?}"
    );
}

#[test]
fn audit_02_a_head_that_none_of_the_members_identities_signed_is_refused_after_a_renewal() {
    let temp = TempVault::new();
    let grace = on_two_devices(&temp, Role::Operator);
    let owners = open_elsewhere(&temp, temp.identity()).expect("the Owner is there too");
    let owners_head = elsewhere(&temp).join(format!(
        "{}.{}.head",
        owners.vault_id(),
        owners.actor().member
    ));
    drop(owners);
    let next = renew(&temp, &grace.open(&temp));
    let head = head_of(&elsewhere(&temp), &grace);
    let genuine = fs::read(&head).expect("a head");
    let mut at_the_first_entry = genuine.clone();
    // Counter, key epoch and generation, then the position.
    at_the_first_entry[24..32].copy_from_slice(&1_u64.to_be_bytes());
    at_the_first_entry.truncate(128);
    let unsigned = [&genuine[..64], &[0; 64]].concat();
    let anothers = fs::read(owners_head).expect("a head");
    for forged in [at_the_first_entry, unsigned, anothers, vec![0; 128]] {
        fs::write(&head, forged).expect("forged");
        let refused = open_elsewhere(&temp, copy(&next)).map(drop);
        assert!(
            matches!(refused, Err(UnlockError::Rollback { .. })),
            "{refused:?}"
        );
    }
    fs::write(&head, genuine).expect("put back");
    assert!(open_elsewhere(&temp, next).is_ok());
}
