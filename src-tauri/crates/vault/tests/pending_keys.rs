//! `keys.json` cannot be replaced after a change was committed: the change counts, no code that was made for it is lost,
//! and the file takes its place as soon as it can.

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;

use domain::Role;
use testkit::team::{COLLEAGUES_PASSWORD, colleague};
use testkit::{TempVault, now};
use vault::invitation_code::InvitationCode;
use vault::kdf::KdfParams;
use vault::keys_file::KeysFile;
use vault::password::{NewPassword, Password};
use vault::unlock_keys::{UnlockKeysError, UnlockWith, unlock_keys};
use vault::{
    ChangeKeysError, JoinError, OlderState, Placed, UnlockError, UnlockedVault, VaultFolder,
};

const NEXT_PASSWORD: &str = "eleven godwits wait for the ebb";

/// Something in the way of every new `keys.json` until it is dropped.
struct Blocked(PathBuf);

impl Blocked {
    fn new(temp: &TempVault) -> Blocked {
        let path = temp.folder().join("keys.json.tmp");
        fs::create_dir(&path).expect("a folder in the way");
        Blocked(path)
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        fs::remove_dir(&self.0).expect("out of the way");
    }
}

fn generation(temp: &TempVault) -> u64 {
    let file = KeysFile::read(&temp.folder()).expect("keys.json");
    file.generation()
}

fn unlock(temp: &TempVault, with: UnlockWith<'_>) -> Result<UnlockedVault, UnlockError> {
    let folder = VaultFolder::open(&temp.folder()).expect("a vault's folder");
    folder.unlock(with, &temp.device(), OlderState::Refuse, now())
}

fn opens_by(temp: &TempVault, with: UnlockWith<'_>) -> bool {
    let file = KeysFile::read(&temp.folder()).expect("keys.json");
    unlock_keys(&file, with).is_ok()
}

fn new_password(text: &str) -> NewPassword {
    NewPassword::parse(text, &[]).expect("a strong password")
}

#[test]
fn lock_06_a_recovery_code_that_waits_for_its_keys_json_is_answered_and_works_in_the_end() {
    let temp = TempVault::new();
    let vault = temp.open();
    let before = generation(&temp);
    let blocked = Blocked::new(&temp);
    let (code, placed) = vault.renew_recovery_code(now()).expect("it is saved");
    assert!(matches!(placed, Placed::Later(_)), "{placed:?}");
    assert_eq!(generation(&temp), before);
    vault.tidy().expect("nothing else is wrong");
    assert_eq!(generation(&temp), before, "it is still in the way");
    drop(blocked);

    vault.tidy().expect("tidied");
    assert_eq!(generation(&temp), before + 1);
    assert!(opens_by(&temp, UnlockWith::Recovery(&code)));
    let old = temp.recovery_code();
    assert!(!opens_by(&temp, UnlockWith::Recovery(&old)));
    let (_, placed) = vault
        .renew_recovery_code(now())
        .expect("the session goes on");
    assert!(matches!(placed, Placed::Now), "{placed:?}");
}

#[test]
fn lock_06_a_password_that_waits_for_its_keys_json_is_told_and_put_in_place_at_the_lock() {
    let temp = TempVault::new();
    let vault = temp.open();
    let blocked = Blocked::new(&temp);
    let changed = vault.change_password(&new_password(NEXT_PASSWORD), KdfParams::FLOOR, now());
    assert!(matches!(changed, Err(ChangeKeysError::Pending(_))));
    drop(blocked);
    vault.lock("asked", now()).expect("locked");
    let password = Password::parse(NEXT_PASSWORD).expect("a password");
    assert!(opens_by(&temp, UnlockWith::Password(&password)));
}

#[test]
fn role_05_an_invitation_that_waits_for_its_keys_json_has_its_code() {
    let temp = TempVault::new();
    let owner = temp.open();
    let blocked = Blocked::new(&temp);
    let code = invited_meanwhile(&owner);
    drop(blocked);
    owner.tidy().expect("tidied");
    let folder = VaultFolder::open(&temp.folder()).expect("a vault's folder");
    assert!(folder.open_invitation(&code, &temp.device(), now()).is_ok());
}

/// [`testkit::team::invite`] takes the code whether or not the file is in place.
fn invited_meanwhile(owner: &UnlockedVault) -> InvitationCode {
    testkit::team::invite(owner, "Grace", Role::Operator).1
}

#[test]
fn lock_06_a_renewed_identity_that_waits_for_its_keys_json_is_let_in_by_the_password_before() {
    let temp = TempVault::new();
    let owner = temp.open();
    let grace = colleague(&temp, &owner, "Grace", Role::Operator);
    let session = grace.open(&temp);
    let blocked = Blocked::new(&temp);
    let renewed = session
        .renew_identity(
            &new_password(NEXT_PASSWORD),
            KdfParams::FLOOR,
            now(),
            &mut |_| ControlFlow::Continue(()),
        )
        .expect("it is saved");
    assert!(
        renewed.vault.is_none(),
        "the file in place does not know it"
    );
    assert!(matches!(renewed.placed, Placed::Later(_)));
    drop((blocked, session));

    let before = Password::parse(COLLEAGUES_PASSWORD).expect("a password");
    let refused = unlock(&temp, UnlockWith::Password(&before)).map(drop);
    assert!(
        matches!(refused, Err(UnlockError::Keys(UnlockKeysError::Replaced))),
        "{refused:?}"
    );
    let code = &renewed.recovery_code;
    // What this device remembers was signed by the identity before, and tells of its last entry.
    let vault = unlock(&temp, UnlockWith::Recovery(code)).expect("the new code opens it");
    assert_eq!(vault.actor().member, grace.id);
}

#[test]
fn role_05_one_who_joined_while_keys_json_could_not_be_replaced_is_told_how_to_get_in() {
    let temp = TempVault::new();
    let owner = temp.open();
    let (grace, code) = testkit::team::invite(&owner, "Grace", Role::Operator);
    drop(owner);
    let folder = VaultFolder::open(&temp.folder()).expect("a vault's folder");
    let device = temp.device();
    let invitation = folder
        .open_invitation(&code, &device, now())
        .expect("right");
    let blocked = Blocked::new(&temp);
    let joined = invitation.join(
        &new_password(COLLEAGUES_PASSWORD),
        KdfParams::FLOOR,
        &device,
        now(),
    );
    let Err(told @ JoinError::Pending(_)) = joined.map(drop) else {
        panic!("it waits")
    };
    assert!(told.to_string().contains("the invitation's code once more"));
    drop(blocked);

    // As it was told: the code once more, then the password.
    let again = folder.open_invitation(&code, &device, now()).map(drop);
    assert!(
        matches!(again, Err(UnlockError::Keys(UnlockKeysError::Replaced))),
        "{again:?}"
    );
    let password = Password::parse(COLLEAGUES_PASSWORD).expect("a password");
    let vault = unlock(&temp, UnlockWith::Password(&password)).expect("the password opens it");
    assert_eq!(vault.actor().member, grace);
    let renewed = vault.renew_recovery_code(now());
    assert!(matches!(renewed, Ok((_, Placed::Now))));
}
