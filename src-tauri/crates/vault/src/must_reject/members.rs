//! A log in memory, with the members that its Owner lets in, and what becomes of entries that nobody should believe.

use std::sync::LazyLock;

use domain::audit::Action;
use domain::ids::{DeviceId, MemberId, VaultId};
use domain::role::Role;
use domain::text::MemberName;
use domain::time::Timestamp;
use rusqlite::Connection;

use crate::audit_log::{Draft, EntryFault, LogTail, Signer};
use crate::genesis::{Genesis, hash_recipient};
use crate::identity::{Identity, NewIdentity};
use crate::membership::{
    self, MemberFault, MemberState, MemberStatus, Membership, ReplayError, ReplayFault,
};
use crate::store::schema;

pub(super) static NOW: LazyLock<Timestamp> =
    LazyLock::new(|| Timestamp::from_millis(1_777_117_519_000));

pub(super) fn vault() -> VaultId {
    VaultId::from_parts(*NOW, [1; 10])
}

/// A vault's log without the vault: only what a replay reads.
pub(super) struct Log {
    pub(super) connection: Connection,
    vault: VaultId,
    genesis: Genesis,
    pub(super) owner: Identity,
}

impl Log {
    /// The two entries with which every log begins.
    pub(super) fn founded() -> Log {
        Log::empty().begun()
    }

    /// The same of a vault whose keys are there already.
    pub(super) fn of(vault: VaultId, genesis: Genesis, owner: Identity) -> Log {
        Log::new(vault, genesis, owner).begun()
    }

    fn begun(self) -> Log {
        self.append_created();
        self.record(&self.owner, Action::MemberFounded, &self.first_owner());
        self
    }

    fn new(vault: VaultId, genesis: Genesis, owner: Identity) -> Log {
        let mut connection = Connection::open_in_memory().expect("a database");
        schema::migrate(&mut connection).expect("the schema");
        Log {
            connection,
            vault,
            genesis,
            owner,
        }
    }

    fn empty() -> Log {
        let member = MemberId::from_bytes([1; 16]);
        let identity = NewIdentity::generate().expect("entropy");
        let genesis = Genesis::new(
            *NOW,
            member,
            identity.verifying_key(),
            &identity.recipient(),
        );
        let owner = identity.bind(vault(), member, genesis.hash(vault()));
        Log::new(vault(), genesis, owner)
    }

    pub(super) fn first_owner(&self) -> MemberState {
        MemberState {
            status: MemberStatus::Active,
            expires_at: None,
            ..state_of(&self.owner, "Ada", Role::Owner)
        }
    }

    fn append_created(&self) {
        let created = Draft::of_vault(Action::VaultCreated);
        LogTail::read(&self.connection, &self.signer(&self.owner))
            .and_then(|mut tail| {
                tail.append(&self.connection, &self.signer(&self.owner), &created, *NOW)
            })
            .expect("appended");
    }

    pub(super) fn signer<'a>(&self, identity: &'a Identity) -> Signer<'a> {
        Signer {
            vault: self.vault,
            genesis: self.genesis.hash(self.vault),
            device: DeviceId::from_bytes([9; 16]),
            member: identity.member_id(),
            identity,
        }
    }

    pub(super) fn record(&self, signer: &Identity, action: Action, state: &MemberState) {
        membership::record(&self.connection, &self.signer(signer), action, state, *NOW)
            .expect("appended");
    }

    /// Another identity of this vault.
    pub(super) fn identity(&self, member: u8) -> Identity {
        NewIdentity::generate().expect("entropy").bind(
            self.vault,
            MemberId::from_bytes([member; 16]),
            self.genesis.hash(self.vault),
        )
    }

    /// Someone whom the Owner lets in and who has joined.
    pub(super) fn joined(&self, member: u8, role: Role) -> Identity {
        let (invited, joined) = (self.identity(member), self.identity(member));
        let state = state_of(&invited, "Grace", role);
        self.record(&self.owner, Action::MemberInvited, &state);
        let state = active(&joined, &state);
        self.record(&invited, Action::MemberJoined, &state);
        joined
    }

    pub(super) fn replay(&self) -> Result<Membership, ReplayFault> {
        match Membership::replay(&self.connection, self.vault, &self.genesis) {
            Ok(membership) => Ok(membership),
            Err(ReplayError::Fault(fault)) => Err(fault),
            Err(ReplayError::Store(error)) => panic!("{error}"),
        }
    }

    pub(super) fn newest(&self, member: u8) -> MemberState {
        let membership = self.replay().expect("good so far");
        let newest = membership.newest(MemberId::from_bytes([member; 16]));
        newest.expect("a member").clone()
    }

    fn assert_refused(&self, fault: MemberFault, what: &str) {
        let refused = self.replay().map(|_| ()).expect_err(what);
        assert_eq!(refused.fault, fault, "{what}");
    }
}

/// As an invitation has it.
pub(super) fn state_of(identity: &Identity, name: &str, role: Role) -> MemberState {
    MemberState {
        id: identity.member_id(),
        name: MemberName::parse(name).expect("a name"),
        role,
        status: MemberStatus::Invited,
        verifying_key: identity.verifying_key(),
        recipient_hash: hash_recipient(&identity.recipient()),
        key_epoch: 1,
        expires_at: Some(NOW.plus_days(14)),
    }
}

/// The same member with another identity, joined.
pub(super) fn active(identity: &Identity, before: &MemberState) -> MemberState {
    MemberState {
        status: MemberStatus::Active,
        expires_at: None,
        verifying_key: identity.verifying_key(),
        recipient_hash: hash_recipient(&identity.recipient()),
        ..before.clone()
    }
}

#[test]
fn role_05_a_member_is_what_the_log_has_made_of_it_at_each_position() {
    let log = Log::founded();
    let grace = log.joined(2, Role::Operator);
    let state = MemberState {
        role: Role::Admin,
        ..log.newest(2)
    };
    log.record(&log.owner, Action::MemberRoleChanged, &state);
    let state = MemberState {
        status: MemberStatus::Removed,
        ..state
    };
    log.record(&log.owner, Action::MemberRemoved, &state);
    let members = log.replay().expect("a good log");
    let at = |position| {
        let standing = members.role_and_key_at(grace.member_id(), position)?;
        Some((standing.role, standing.status))
    };
    // Entries 3 to 6: invited, joined, made an Admin, removed.
    assert_eq!(at(3), None);
    assert_eq!(at(4), Some((Role::Operator, MemberStatus::Invited)));
    assert_eq!(at(5), Some((Role::Operator, MemberStatus::Active)));
    assert_eq!(at(6), Some((Role::Admin, MemberStatus::Active)));
    assert_eq!(at(7), Some((Role::Admin, MemberStatus::Removed)));
    assert_eq!(members.current().count(), 1);
    assert_eq!(members.count(), 5);
}

#[test]
fn role_05_only_an_active_owner_changes_other_members() {
    let acts: [fn(&Log, &Identity); 3] = [
        |log, signer| {
            let state = state_of(&log.identity(7), "Mallory", Role::Viewer);
            log.record(signer, Action::MemberInvited, &state);
        },
        |log, signer| {
            let state = MemberState {
                role: Role::Viewer,
                ..log.newest(3)
            };
            log.record(signer, Action::MemberRoleChanged, &state);
        },
        |log, signer| {
            let state = MemberState {
                status: MemberStatus::Removed,
                ..log.newest(3)
            };
            log.record(signer, Action::MemberRemoved, &state);
        },
    ];
    for act in acts {
        for role in [Role::Viewer, Role::Operator, Role::Admin] {
            let log = Log::founded();
            let signer = log.joined(2, role);
            log.joined(3, Role::Owner);
            act(&log, &signer);
            log.assert_refused(MemberFault::NotAnOwner, role.as_str());
        }
        let log = Log::founded();
        let (second, _third) = (log.joined(2, Role::Owner), log.joined(3, Role::Owner));
        act(&log, &second);
        assert!(log.replay().is_ok(), "any Owner may, not only the first");
        let state = MemberState {
            status: MemberStatus::Removed,
            ..log.newest(2)
        };
        log.record(&log.owner, Action::MemberRemoved, &state);
        log.joined(4, Role::Owner);
        let state = MemberState {
            role: Role::Operator,
            ..log.newest(4)
        };
        log.record(&second, Action::MemberRoleChanged, &state);
        log.assert_refused(MemberFault::NotAnOwner, "a former Owner");
    }
}

#[test]
fn role_05_nobody_raises_themselves() {
    for action in [
        Action::IdentityRenewed,
        Action::MemberRoleChanged,
        Action::MemberJoined,
    ] {
        let log = Log::founded();
        let grace = log.joined(2, Role::Viewer);
        let state = MemberState {
            role: Role::Owner,
            ..active(&log.identity(2), &log.newest(2))
        };
        log.record(&grace, action, &state);
        assert!(log.replay().is_err(), "{action:?}");
    }
    // Not while joining either: the invitation says what they join as.
    let log = Log::founded();
    let invited = log.identity(2);
    let state = state_of(&invited, "Grace", Role::Viewer);
    log.record(&log.owner, Action::MemberInvited, &state);
    let state = MemberState {
        role: Role::Admin,
        ..active(&log.identity(2), &state)
    };
    log.record(&invited, Action::MemberJoined, &state);
    log.assert_refused(MemberFault::Sequence, "another role than invited");
}

#[test]
fn nobody_joins_or_renews_in_anothers_name() {
    let log = Log::founded();
    let invited = log.identity(2);
    let state = state_of(&invited, "Grace", Role::Admin);
    log.record(&log.owner, Action::MemberInvited, &state);
    let mallory = log.joined(3, Role::Viewer);
    log.record(
        &mallory,
        Action::MemberJoined,
        &active(&log.identity(2), &state),
    );
    log.assert_refused(MemberFault::NotTheMember, "joined by another");

    let log = Log::founded();
    let owners = log.newest(1);
    let mallory = log.joined(3, Role::Owner);
    log.record(
        &mallory,
        Action::IdentityRenewed,
        &active(&mallory, &owners),
    );
    log.assert_refused(MemberFault::NotTheMember, "even an Owner");
}

#[test]
fn an_invitation_is_taken_up_once_and_an_old_identity_signs_nothing_more() {
    let log = Log::founded();
    let (invited, joined) = (log.identity(2), log.identity(2));
    let state = state_of(&invited, "Grace", Role::Admin);
    log.record(&log.owner, Action::MemberInvited, &state);
    log.record(&invited, Action::MemberJoined, &active(&joined, &state));
    assert!(log.replay().is_ok());
    log.record(
        &invited,
        Action::MemberJoined,
        &active(&log.identity(2), &state),
    );
    log.assert_refused(MemberFault::Entry(EntryFault::Signature), "joined again");

    let log = Log::founded();
    let grace = log.joined(2, Role::Admin);
    let renewed = log.identity(2);
    log.record(
        &grace,
        Action::IdentityRenewed,
        &active(&renewed, &log.newest(2)),
    );
    assert!(log.replay().is_ok());
    log.record(
        &grace,
        Action::IdentityRenewed,
        &active(&log.identity(2), &log.newest(2)),
    );
    log.assert_refused(
        MemberFault::Entry(EntryFault::Signature),
        "renewed with the old key",
    );
}

#[test]
fn role_05_the_last_owner_stays_because_no_owner_does_it_to_themself() {
    for (action, role, status) in [
        (Action::MemberRoleChanged, Role::Admin, MemberStatus::Active),
        (Action::MemberRemoved, Role::Owner, MemberStatus::Removed),
    ] {
        let changed = |log: &Log| MemberState {
            role,
            status,
            ..log.newest(1)
        };
        let log = Log::founded();
        log.record(&log.owner, action, &changed(&log));
        log.assert_refused(MemberFault::OnOneself, action.as_str());

        let log = Log::founded();
        log.joined(2, Role::Owner);
        log.record(&log.owner, action, &changed(&log));
        log.assert_refused(MemberFault::OnOneself, "nor where another owner is");

        let log = Log::founded();
        let grace = log.joined(2, Role::Owner);
        log.record(&grace, action, &changed(&log));
        assert!(log.replay().is_ok(), "{action:?} by another owner");
    }
}

#[test]
fn a_log_that_begins_otherwise_is_refused() {
    // Another founder.
    let log = Log::empty();
    log.append_created();
    let mallory = log.identity(2);
    let state = MemberState {
        status: MemberStatus::Active,
        expires_at: None,
        ..state_of(&mallory, "Mallory", Role::Owner)
    };
    log.record(&mallory, Action::MemberFounded, &state);
    log.assert_refused(MemberFault::Entry(EntryFault::UnknownActor), "a stranger");

    // The right founder at another place, with other keys, another role, or after others.
    let log = Log::empty();
    log.record(&log.owner, Action::MemberFounded, &log.first_owner());
    log.assert_refused(MemberFault::Sequence, "at the first position");
    let edits: [fn(&mut MemberState); 4] = [
        |state| state.role = Role::Admin,
        |state| state.status = MemberStatus::Invited,
        |state| state.key_epoch = 2,
        |state| state.recipient_hash = [0; 32],
    ];
    for edit in edits {
        let log = Log::empty();
        log.append_created();
        let mut state = log.first_owner();
        edit(&mut state);
        log.record(&log.owner, Action::MemberFounded, &state);
        log.assert_refused(MemberFault::Sequence, "a founder who is another");
    }
    let log = Log::empty();
    log.append_created();
    let state = state_of(&log.identity(2), "Grace", Role::Owner);
    log.record(&log.owner, Action::MemberInvited, &state);
    log.assert_refused(MemberFault::Sequence, "before the founder");
}

#[test]
fn what_is_stored_of_a_member_is_what_the_entry_vouches_for() {
    for edit in [
        "UPDATE member_state SET role = 'owner' WHERE position = 4",
        "UPDATE member_state SET name = 'Ada' WHERE position = 4",
        "UPDATE member_state SET status = 'invited' WHERE position = 4",
        "UPDATE member_state SET verifying_key = zeroblob(32) WHERE position = 4",
        "UPDATE member_state SET recipient_hash = zeroblob(32) WHERE position = 4",
        "UPDATE member_state SET key_epoch = 2 WHERE position = 4",
        "UPDATE member_state SET expires_at = 1 WHERE position = 4",
        "UPDATE member_state SET member = zeroblob(16) WHERE position = 4",
        "DELETE FROM member_state WHERE position = 4",
        "DELETE FROM member_state WHERE position = 3",
        "UPDATE audit SET resource_name = 'Ada' WHERE position = 4",
        "UPDATE audit SET action = 'member_removed' WHERE position = 4",
        "UPDATE audit SET action = 'secret_updated' WHERE position = 4",
        "UPDATE audit SET result = 'refused' WHERE position = 4",
        "UPDATE audit SET actor = (SELECT actor FROM audit WHERE position = 3) WHERE position = 4",
        "UPDATE audit SET signature = (SELECT signature FROM audit WHERE position = 3) WHERE position = 4",
        "UPDATE audit SET hash = zeroblob(32) WHERE position = 4",
        "UPDATE audit SET state_hash = NULL WHERE position = 4",
        "DELETE FROM audit WHERE position = 3",
        "DELETE FROM audit WHERE position = 2",
        "UPDATE audit SET position = 9 WHERE position = 2; UPDATE member_state SET position = 9 WHERE position = 2",
        "UPDATE audit SET position = 9 WHERE position = 3; UPDATE member_state SET position = 9 WHERE position = 3",
    ] {
        let log = Log::founded();
        log.joined(2, Role::Viewer);
        assert!(log.replay().is_ok());
        log.connection.execute_batch(edit).expect(edit);
        assert!(log.replay().is_err(), "{edit}");
    }
}

#[test]
fn one_who_was_removed_comes_back_under_another_id_only() {
    for (action, status) in [
        (Action::MemberInvited, MemberStatus::Invited),
        (Action::MemberRoleChanged, MemberStatus::Active),
        (Action::MemberRoleChanged, MemberStatus::Removed),
    ] {
        let log = Log::founded();
        log.joined(2, Role::Viewer);
        let removed = MemberState {
            status: MemberStatus::Removed,
            ..log.newest(2)
        };
        log.record(&log.owner, Action::MemberRemoved, &removed);
        assert!(log.replay().is_ok());
        let back = MemberState {
            status,
            role: Role::Operator,
            expires_at: Some(*NOW),
            ..removed
        };
        log.record(&log.owner, action, &back);
        log.assert_refused(MemberFault::Sequence, action.as_str());
    }
}
