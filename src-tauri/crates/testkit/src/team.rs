//! Members beside the Owner of a temporary vault, let in and changed by the real rules.

use std::ops::ControlFlow;

use domain::member::{InviteInput, MemberPlan, RemoveInput, RoleChangeInput, require_joinable};
use domain::plan::Decision;
use domain::{MemberId, Role, Timestamp};
use vault::identity::Identity;
use vault::invitation_code::InvitationCode;
use vault::kdf::KdfParams;
use vault::keys_file::KeysFile;
use vault::password::NewPassword;
use vault::recovery_code::RecoveryCode;
use vault::unlock_keys::{UnlockWith, unlock_keys};
use vault::{MemberDone, MemberError, OlderState, UnlockError, UnlockedVault, VaultFolder};

use crate::acts::{context, now};
use crate::temp_vault::TempVault;

/// Opens the vault for everyone who joins, after Argon2id at its floor.
pub const COLLEAGUES_PASSWORD: &str = "nine curlews walk on the mud flats";

/// One who has joined, and can unlock without a key derivation.
pub struct Colleague {
    pub id: MemberId,
    pub recovery_code: RecoveryCode,
    identity: [u8; 128],
}

impl Colleague {
    pub fn identity(&self) -> Identity {
        Identity::dangerous_from_bytes(&self.identity)
    }

    pub fn try_open(&self, temp: &TempVault) -> Result<UnlockedVault, UnlockError> {
        VaultFolder::open(&temp.folder())
            .expect("a vault's folder")
            .unlock(
                UnlockWith::Identity(self.identity()),
                &temp.device(),
                OlderState::Refuse,
                now(),
            )
    }

    pub fn open(&self, temp: &TempVault) -> UnlockedVault {
        self.try_open(temp).expect("a vault that opens")
    }
}

/// Invited by `owner`, not joined.
pub fn invite(owner: &UnlockedVault, name: &str, role: Role) -> (MemberId, InvitationCode) {
    let context = context(owner.actor(), now());
    let id = MemberId::from_bytes(context.new_version_id.to_bytes());
    let input = InviteInput {
        name: Some(name.to_owned()),
        role: Some(role.as_str().to_owned()),
    };
    let draft = input.parse(&context).expect("a good invitation");
    let facts = owner
        .read(|reader| Ok::<_, MemberError>(reader.member_facts(Some(draft.name()))))
        .expect("facts");
    let plan = draft.decide(&facts, id, &context).expect("decided");
    match apply(owner, plan).expect("invited") {
        MemberDone::Invited(code, _placed) => (id, code),
        MemberDone::Changed | MemberDone::Rekeyed(_) => panic!("an invitation has a code"),
    }
}

/// Invited and joined, on the same device.
pub fn colleague(temp: &TempVault, owner: &UnlockedVault, name: &str, role: Role) -> Colleague {
    let (id, code) = invite(owner, name, role);
    let (vault, recovery_code) = join(temp, &code, COLLEAGUES_PASSWORD, now());
    drop(vault);
    let keys = KeysFile::read(&temp.folder()).expect("keys.json");
    let identity = unlock_keys(&keys, UnlockWith::Recovery(&recovery_code))
        .expect("the code opens it")
        .identity;
    Colleague {
        id,
        recovery_code,
        identity: *identity.dangerous_expose_bytes(),
    }
}

pub fn join(
    temp: &TempVault,
    code: &InvitationCode,
    password: &str,
    now: Timestamp,
) -> (UnlockedVault, RecoveryCode) {
    let folder = VaultFolder::open(&temp.folder()).expect("a vault's folder");
    let invitation = folder
        .open_invitation(code, &temp.device(), now)
        .expect("the code is right");
    require_joinable(invitation.member(), now).expect("in time");
    let password = NewPassword::parse(password, &[]).expect("a strong password");
    invitation
        .join(&password, KdfParams::FLOOR, &temp.device(), now)
        .expect("joined")
}

/// Another role, decided and carried out. The vault to go on with, where it was re-keyed.
pub fn change_role(
    owner: &UnlockedVault,
    id: MemberId,
    role: Role,
) -> Result<Option<UnlockedVault>, MemberError> {
    let (context, input) = (
        context(owner.actor(), now()),
        RoleChangeInput {
            role: Some(role.as_str().to_owned()),
        },
    );
    let draft = input.parse(&context).expect("an owner's act");
    let plan = owner.read(|reader| {
        let member = reader.member(id).expect("a member");
        let decided = draft.decide(&member, &reader.member_facts(None), &context);
        match decided.expect("decided") {
            Decision::Change(plan) => Ok::<_, MemberError>(*plan),
            Decision::Unchanged(_) => panic!("no change"),
        }
    })?;
    Ok(goes_on(apply(owner, plan)?))
}

/// The end of a membership, decided and carried out. The vault to go on with.
pub fn remove(owner: &UnlockedVault, id: MemberId) -> Result<UnlockedVault, MemberError> {
    let context = context(owner.actor(), now());
    let plan = owner.read(|reader| {
        let member = reader.member(id).expect("a member");
        let decided = RemoveInput.decide(&member, &reader.member_facts(None), &context);
        Ok::<_, MemberError>(decided.expect("decided"))
    })?;
    Ok(goes_on(apply(owner, plan)?).expect("a removal re-keys"))
}

pub fn apply(owner: &UnlockedVault, plan: MemberPlan) -> Result<MemberDone, MemberError> {
    owner.apply_member(plan, now(), &mut |_| ControlFlow::Continue(()))
}

fn goes_on(done: MemberDone) -> Option<UnlockedVault> {
    match done {
        MemberDone::Rekeyed(rekeyed) => Some(rekeyed.vault.expect("it opens")),
        MemberDone::Changed | MemberDone::Invited(..) => None,
    }
}
