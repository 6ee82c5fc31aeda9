//! Files with a second member: who may let someone in, whose word counts, and which grants.

use domain::audit::Action;
use domain::ids::MemberId;
use domain::role::Role;
use domain::text::VaultName;
use serde_json::{Value, json};

use super::members::{Log, NOW, active, state_of};
use super::{EXAMPLE, PASSWORD};
use crate::grant::{Grant, GrantedKeys};
use crate::identity::{Identity, NewIdentity};
use crate::invitation_code::InvitationCode;
use crate::kdf::KdfParams;
use crate::keys_file::{Content, KeysFile, Member, SignedMembership};
use crate::membership::{MemberState, MemberStatus, Membership};
use crate::page_key::PageKey;
use crate::password::NewPassword;
use crate::recovery_code::RecoveryCode;
use crate::slot::{InvitationSlot, PasswordSlot, RecoverySlot};
use crate::unlock_keys::{
    NewVaultKeys, UnlockKeysError, UnlockWith, create_keys, require_own_place, require_replayed,
    reseal, unlock_keys, unlock_keys_of,
};
use crate::wrapped_key::ValueKey;

/// Sorts after every id that a test's file could hold by chance.
const SECOND: u8 = 0xFF;

/// A vault of Ada, who founded it, and Grace, who has joined.
struct Team {
    log: Log,
    grace: Identity,
    content: Content,
}

impl Team {
    fn new(role: Role) -> Team {
        let password = NewPassword::parse(PASSWORD, &[]).expect("strong");
        let founded = create_keys(NewVaultKeys {
            name: VaultName::parse("Acme").expect("a name"),
            password: &password,
            kdf: KdfParams::FLOOR,
            now: *NOW,
        })
        .expect("keys");
        let owner = copy(&founded.unlocked.identity);
        let log = Log::of(founded.vault, founded.genesis.clone(), owner);
        let file = founded.file(&log.replay().expect("a good log"));
        let grace = log.joined(SECOND, role);
        let mut content = file.content().clone();
        content.members.push(member(&content, &grace));
        Team {
            log,
            grace,
            content,
        }
    }

    fn members(&self) -> Membership {
        self.log.replay().expect("a good log")
    }

    /// The file as the Owner writes it.
    fn file(&self) -> KeysFile {
        self.resealed(self.content.clone(), &self.log.owner, &self.members())
    }

    fn resealed(&self, content: Content, owner: &Identity, members: &Membership) -> KeysFile {
        reseal(content, owner, (&page_key(), &value_key()), members).expect("resealed")
    }

    /// What becomes of a file when Grace unlocks.
    fn unlock(&self, file: &KeysFile) -> Result<Option<Role>, UnlockKeysError> {
        self.unlock_as(&self.grace, file)
    }

    fn unlock_as(
        &self,
        identity: &Identity,
        file: &KeysFile,
    ) -> Result<Option<Role>, UnlockKeysError> {
        let keys = unlock_keys(file, UnlockWith::Identity(copy(identity)))?;
        let members = self.members();
        require_replayed(file, &members)?;
        require_own_place(&keys, &members)?;
        Ok(keys.value_key.map(|_| keys.role))
    }

    fn assert_refused(&self, file: &KeysFile, what: &str) {
        let answer = self.unlock(file);
        let Err(UnlockKeysError::Tampered(_)) = answer else {
            panic!("{what} was taken")
        };
    }

    fn change(&self, role: Role) {
        let state = MemberState {
            role,
            ..self.log.newest(SECOND)
        };
        self.log
            .record(&self.log.owner, Action::MemberRoleChanged, &state);
    }
}

fn page_key() -> PageKey {
    PageKey::copy_from(&EXAMPLE.page_key)
}

fn value_key() -> ValueKey {
    ValueKey::copy_from(&EXAMPLE.value_key)
}

/// Someone with both slots, and a grant that they have made themself.
fn member(content: &Content, identity: &Identity) -> Member {
    let mut member = Member {
        member_id: identity.member_id(),
        verifying_key: identity.verifying_key(),
        recipient: identity.recipient(),
        grant: content.members[0].grant.clone(),
        slots: Vec::new(),
    };
    member.grant = own_grant(content, identity, &member, Role::Viewer);
    let password = PasswordSlot::seal(identity, &EXAMPLE.password(), KdfParams::FLOOR);
    let Ok(slot) = password else {
        panic!("no password slot");
    };
    member.replace_slot(slot);
    let code = RecoveryCode::generate().expect("entropy");
    member.replace_slot(RecoverySlot::seal(identity, &code).expect("entropy"));
    member
}

/// Someone with a code, as the Owner puts them into the file.
fn invited_member(content: &Content, identity: &Identity) -> Member {
    let code = InvitationCode::generate().expect("entropy");
    Member {
        slots: vec![InvitationSlot::seal(identity, &code).expect("entropy")],
        ..member(content, identity)
    }
}

fn own_grant(content: &Content, signer: &Identity, member: &Member, role: Role) -> Grant {
    let keys = GrantedKeys::of_role(role, &page_key(), &value_key());
    Grant::seal(signer, &content.grantee(member), &keys).expect("entropy")
}

fn copy(identity: &Identity) -> Identity {
    Identity::dangerous_from_bytes(&identity.dangerous_expose_bytes())
}

/// Written by Grace, whose signature every other member would take.
fn rewritten(team: &Team, edit: impl FnOnce(&mut Content)) -> KeysFile {
    let mut content = team.file().content().clone();
    edit(&mut content);
    KeysFile::parse(&content.sign(&team.grace).to_bytes()).expect("the form is right")
}

#[test]
fn role_01_each_member_holds_the_keys_of_the_role_that_the_log_gives() {
    for (role, value_key) in [
        (Role::Viewer, None),
        (Role::Operator, Some(Role::Operator)),
        (Role::Admin, Some(Role::Admin)),
        (Role::Owner, Some(Role::Owner)),
    ] {
        let team = Team::new(role);
        let file = team.file();
        assert_eq!(team.unlock(&file).expect("it opens"), value_key);
        let owner = team.unlock_as(&team.log.owner, &file);
        assert_eq!(owner.expect("it opens"), Some(Role::Owner));
        // Any member may write the file, such as for a new password.
        let file = rewritten(&team, |_unchanged| ());
        assert_eq!(team.unlock(&file).expect("it opens"), value_key);
    }
}

#[test]
fn role_05_a_forged_grant_is_refused() {
    let team = Team::new(Role::Viewer);
    // With a value key of one's own making, sealed to oneself.
    let forged = rewritten(&team, |content| {
        let grant = own_grant(content, &team.grace, &content.members[1], Role::Owner);
        content.members[1].grant = grant;
    });
    team.assert_refused(&forged, "a role that the log does not give");
    // The same in the Owner's name.
    let forged = rewritten(&team, |content| {
        let mut grant = own_grant(content, &team.grace, &content.members[1], Role::Owner);
        grant.signer = content.members[0].member_id;
        content.members[1].grant = grant;
    });
    team.assert_refused(&forged, "a signature that is not the Owner's");
    // For someone else.
    let forged = rewritten(&team, |content| {
        let grant = own_grant(content, &team.grace, &content.members[0], Role::Viewer);
        content.members[0].grant = grant;
    });
    team.assert_refused(&forged, "a grant for another by one who is no Owner");
    // For a stranger, whom the log does not know.
    let forged = rewritten(&team, |content| {
        let stranger = team.log.identity(SECOND - 1);
        let stranger = member(content, &stranger);
        content.members.push(stranger);
        content.members.sort_by_key(|member| member.member_id);
    });
    team.assert_refused(&forged, "a stranger");
}

#[test]
fn role_05_a_swapped_grant_is_refused() {
    let team = Team::new(Role::Viewer);
    let swapped = rewritten(&team, |content| {
        content.members[1].grant = content.members[0].grant.clone();
    });
    team.assert_refused(&swapped, "the Owner's grant in another's place");
    let swapped = rewritten(&team, |content| {
        content.members[0].grant = content.members[1].grant.clone();
    });
    team.assert_refused(&swapped, "another's grant in the Owner's place");
}

#[test]
fn role_05_a_replayed_grant_is_refused() {
    let team = Team::new(Role::Viewer);
    let before = team.file();
    team.change(Role::Admin);
    assert_eq!(
        team.unlock(&team.file()).expect("it opens"),
        Some(Role::Admin)
    );
    let replayed = rewritten(&team, |content| {
        content.members[1].grant = before.content().members[1].grant.clone();
    });
    team.assert_refused(&replayed, "the grant of the role before");
    team.assert_refused(&before, "the whole file of before");
    let owner = team.unlock_as(&team.log.owner, &before);
    assert!(owner.is_err(), "nor does anyone else take it");

    // The grant of another epoch.
    let mut next = team.file().content().clone();
    next.epoch += 1;
    let next = team.resealed(next, &team.log.owner, &team.members());
    assert!(team.unlock(&next).is_ok());
    let mut content = next.content().clone();
    content.members[1].grant = team.file().content().members[1].grant.clone();
    team.assert_refused(&content.sign(&team.grace), "an old epoch's grant");
}

#[test]
fn role_05_a_downgraded_grant_is_refused() {
    let team = Team::new(Role::Admin);
    let downgraded = rewritten(&team, |content| {
        let grant = own_grant(content, &team.grace, &content.members[1], Role::Viewer);
        content.members[1].grant = grant;
    });
    team.assert_refused(&downgraded, "less than the log gives");
}

#[test]
fn role_05_a_grant_by_one_who_is_no_owner_any_more_is_refused() {
    let team = Team::new(Role::Owner);
    let by_grace = team.resealed(team.content.clone(), &team.grace, &team.members());
    assert!(team.unlock(&by_grace).is_ok());
    team.change(Role::Admin);
    let by_grace = team.resealed(team.content.clone(), &team.grace, &team.members());
    team.assert_refused(&by_grace, "an Admin's word on the members");
    assert!(team.unlock(&team.file()).is_ok());
}

#[test]
fn audit_02_members_who_are_not_those_of_the_log_are_refused() {
    let team = Team::new(Role::Operator);
    let strangers = NewIdentity::generate().expect("entropy");
    let refuse = |edit: &dyn Fn(&mut Content), what: &str| {
        let mut content = team.content.clone();
        edit(&mut content);
        let file = team.resealed(content, &team.log.owner, &team.members());
        assert!(team.unlock_as(&team.log.owner, &file).is_err(), "{what}");
    };
    refuse(
        &|content| {
            content.members.pop();
        },
        "one is missing",
    );
    refuse(
        &|content| content.members[1].verifying_key = strangers.verifying_key(),
        "another verifying key",
    );
    refuse(
        &|content| content.members[1].recipient = strangers.recipient(),
        "another recipient",
    );

    // All of one piece, in her name, and with a grant that it has sealed to itself.
    let mut content = team.file().content().clone();
    content.members[1] = member(&content, &team.log.identity(SECOND));
    let usurped = content.sign(&team.log.owner);
    assert!(team.unlock_as(&team.log.owner, &usurped).is_err());

    // Removed in the log, and still in the file.
    let state = MemberState {
        status: MemberStatus::Removed,
        ..team.log.newest(SECOND)
    };
    let file = team.file();
    team.log
        .record(&team.log.owner, Action::MemberRemoved, &state);
    assert!(team.unlock_as(&team.log.owner, &file).is_err());
    refuse(&|_unchanged| (), "one who was removed");
}

#[test]
fn audit_02_the_list_of_members_is_the_logs_up_to_its_last_change_by_an_owner() {
    let team = Team::new(Role::Operator);
    let file = team.file();
    // Someone else joins: that is for them to do, and no Owner has to sign it.
    let invited = team.log.identity(2);
    let state = state_of(&invited, "Edsger", Role::Viewer);
    team.log
        .record(&team.log.owner, Action::MemberInvited, &state);
    team.assert_refused(&file, "an invitation that no Owner has signed");

    let mut content = file.content().clone();
    content.members.push(invited_member(&content, &invited));
    content.members.sort_by_key(|member| member.member_id);
    let file = team.resealed(content.clone(), &team.log.owner, &team.members());
    let joined = team.log.identity(2);
    let state = active(&joined, &state);
    team.log.record(&invited, Action::MemberJoined, &state);
    let mut content = file.content().clone();
    let place = content
        .members
        .iter()
        .position(|member| member.member_id == joined.member_id())
        .expect("among the members");
    content.members[place] = member(&content, &joined);
    let file = content.sign(&joined);
    assert!(
        team.unlock(&file).is_ok(),
        "a member joins without an Owner"
    );

    // A log that was cut, or changed, before the end that the Owner has signed.
    team.log
        .connection
        .execute_batch(
            "DELETE FROM member_state WHERE position > 4; DELETE FROM audit WHERE position > 4",
        )
        .expect("cut");
    team.assert_refused(&file, "a cut log");
}

#[test]
fn audit_02_every_part_of_the_signed_membership_is_bound() {
    let team = Team::new(Role::Owner);
    let grace = team.grace.member_id().to_string();
    let edits: [(&str, Value); 5] = [
        ("count", json!(2)),
        ("hash", json!(crate::canonical::encode_bytes(&[7; 32]))),
        ("log_hash", json!(crate::canonical::encode_bytes(&[7; 32]))),
        ("signer", json!(grace)),
        ("signature", json!(crate::canonical::encode_bytes(&[7; 64]))),
    ];
    for (part, value) in edits {
        let file = team.file();
        let mut json: Value = serde_json::from_slice(&file.to_bytes()).expect("JSON");
        assert_ne!(json["membership"][part], value, "{part}");
        json["membership"][part] = value;
        let content: Content = serde_json::from_value(json).expect("the form is right");
        team.assert_refused(&content.sign(&team.log.owner), part);
    }
    // The word of another epoch, and of someone who was only invited.
    let mut content = team.file().content().clone();
    content.membership = SignedMembership::sign(&team.log.owner, 2, &team.members());
    team.assert_refused(&content.sign(&team.log.owner), "another epoch");
    let mut content = team.file().content().clone();
    content.membership.signer = MemberId::from_bytes([8; 16]);
    let file = content.sign(&team.log.owner);
    assert!(KeysFile::parse(&file.to_bytes()).is_err(), "no member");
}

/// Else one who was demoted could still sign as what they were, at a position before.
#[test]
fn audit_02_nothing_comes_into_the_log_before_the_last_change_by_an_owner() {
    let team = Team::new(Role::Operator);
    let file = team.file();
    assert!(team.unlock(&file).is_ok());
    // The log hash of the last entry about members, as if there were one entry more before it.
    team.log
        .connection
        .execute_batch("UPDATE audit SET log_hash = zeroblob(32) WHERE position = 4")
        .expect("changed");
    team.assert_refused(&file, "another log before the signed end");
}

#[test]
fn role_05_one_who_was_only_invited_writes_no_file_and_opens_nothing() {
    let team = Team::new(Role::Viewer);
    let invited = team.log.identity(2);
    let state = state_of(&invited, "Edsger", Role::Owner);
    team.log
        .record(&team.log.owner, Action::MemberInvited, &state);
    let mut content = team.content.clone();
    content.members.push(invited_member(&content, &invited));
    content.members.sort_by_key(|member| member.member_id);
    let file = team.resealed(content.clone(), &team.log.owner, &team.members());
    assert!(team.unlock(&file).is_ok());
    assert!(matches!(
        team.unlock_as(&invited, &file),
        Err(UnlockKeysError::NotJoined)
    ));
    // With a password of their own they would be a member whom nobody has seen joining.
    let mut early = content.clone();
    for place in &mut early.members {
        if place.member_id == invited.member_id() {
            place.slots = member(&content, &invited).slots;
        }
    }
    let early = team.resealed(early, &team.log.owner, &team.members());
    team.assert_refused(&early, "slots of one who has joined");
    let written = file.content().clone().sign(&invited);
    team.assert_refused(&written, "written by one who has not joined");
    let sealed = team.resealed(content, &invited, &team.members());
    team.assert_refused(&sealed, "signed by an Owner who has not joined");
}

#[test]
fn the_member_whom_a_device_remembers_is_tried_first_and_no_other_is_kept_out() {
    let team = Team::new(Role::Viewer);
    let file = team.file();
    // Both have the same password here, so that the order shows.
    let opened = |likely| {
        let password = EXAMPLE.password();
        let keys = unlock_keys_of(&file, UnlockWith::Password(&password), likely);
        keys.expect("it opens").identity.member_id()
    };
    let (ada, grace) = (team.log.owner.member_id(), team.grace.member_id());
    assert_eq!(opened(Some(ada)), ada);
    assert_eq!(opened(Some(grace)), grace);
    assert_eq!(opened(Some(MemberId::from_bytes([8; 16]))), opened(None));
}
