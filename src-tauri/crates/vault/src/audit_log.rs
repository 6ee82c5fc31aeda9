//! The audit log: entries chained by hash, one chain per device, signed by the actor's key (AUDIT-01, AUDIT-02).
//!
//! Every entry binds the one before it in its device's chain; the first of a chain binds the vault's genesis. Beside
//! the chains a running hash covers the one list of all entries in the order in which this database took them, and a
//! device remembers it as the vault's head.

mod entry;
mod export;
mod walk;

use domain::audit::Action;
use domain::ids::{DeviceId, MemberId, VaultId};
use domain::text::Reason;
use domain::time::Timestamp;
use rusqlite::Connection;

use crate::identity::Identity;
use crate::labels;
use crate::membership::{MemberStatus, Membership, Standing};
use crate::signature::{Signature, SigningPurpose, VerifyingKey};
use crate::store::Canonical;
use crate::store::audit::{self, AuditRow};
use crate::store::error::StoreError;

pub use entry::{
    ActResult, AuditEntry, AuditLine, AuditPage, AuditQuery, EntrySays, Resource, ResourceId,
    ResourceType, UnreadableEntry,
};
pub(crate) use export::export;
pub use export::{ExportError, ExportFormat, Exported};
pub(crate) use walk::{LogWalk, Verdict, Walked};

/// What an act adds to the log; the rest of the entry follows from the log itself.
pub(crate) struct Draft<'a> {
    pub action: Action,
    pub resource: Resource<'a>,
    pub revision: Option<u64>,
    pub changed: Vec<&'a str>,
    pub reason: Option<&'a Reason>,
    pub result: ActResult,
    pub state_hash: Option<[u8; 32]>,
}

impl Draft<'_> {
    /// An act on the vault as a whole, done and without more to say.
    pub(crate) fn of_vault(action: Action) -> Draft<'static> {
        Draft {
            action,
            resource: Resource::Vault,
            revision: None,
            changed: Vec::new(),
            reason: None,
            result: ActResult::Done,
            state_hash: None,
        }
    }
}

/// Who appends: the vault, this device, and the member's key.
pub(crate) struct Signer<'a> {
    pub vault: VaultId,
    pub genesis: [u8; 32],
    pub device: DeviceId,
    pub member: MemberId,
    pub identity: &'a Identity,
}

/// Where the log ended after an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogEnd {
    pub position: u64,
    pub log_hash: [u8; 32],
}

/// What the next entry follows: the newest of all, and the newest of its device's own chain. Read once in a transaction
/// and carried along in it, where nobody else can append.
pub(crate) struct LogTail {
    position: i64,
    log_hash: [u8; 32],
    sequence: i64,
    previous_hash: [u8; 32],
}

impl LogTail {
    pub(crate) fn read(connection: &Connection, signer: &Signer<'_>) -> Result<Self, StoreError> {
        let (position, log_hash) = audit::end(connection)?.unwrap_or((0, signer.genesis));
        let (sequence, previous_hash) = audit::end_of_device(connection, signer.device.to_bytes())?
            .unwrap_or((0, signer.genesis));
        Ok(Self {
            position,
            log_hash,
            sequence,
            previous_hash,
        })
    }

    /// Appends one entry in the transaction in which the tail was read.
    pub(crate) fn append(
        &mut self,
        connection: &Connection,
        signer: &Signer<'_>,
        draft: &Draft<'_>,
        now: Timestamp,
    ) -> Result<LogEnd, StoreError> {
        let row = self.next(signer, draft, now)?;
        audit::insert(connection, &row)?;
        let position = u64::try_from(row.position)
            .map_err(|_| StoreError::damaged("the log's numbering is broken"))?;
        *self = Self {
            position: row.position,
            log_hash: row.log_hash,
            sequence: row.sequence,
            previous_hash: row.hash,
        };
        Ok(LogEnd {
            position,
            log_hash: row.log_hash,
        })
    }

    /// Hash of the newest entry of this device.
    pub(crate) fn newest_hash(&self) -> [u8; 32] {
        self.previous_hash
    }

    fn next(
        &self,
        signer: &Signer<'_>,
        draft: &Draft<'_>,
        now: Timestamp,
    ) -> Result<AuditRow, StoreError> {
        let revision = draft.revision.map(i64::try_from).transpose();
        let after = |number: i64| {
            let next = number.checked_add(1);
            next.ok_or_else(|| StoreError::damaged("the log's numbering is broken"))
        };
        let mut row = AuditRow {
            position: after(self.position)?,
            device: signer.device.to_bytes(),
            sequence: after(self.sequence)?,
            time: now.as_millis(),
            actor: signer.member.to_bytes(),
            action: draft.action.as_str().to_owned(),
            resource_type: draft.resource.kind().as_str().to_owned(),
            resource_id: draft.resource.id().map(ResourceId::to_bytes),
            resource_name: draft.resource.name().to_owned(),
            revision: revision.map_err(|_| StoreError::damaged("a revision is out of range"))?,
            changed: serde_json::to_string(&draft.changed)
                .expect("a list of texts always serialises"),
            result: draft.result.as_str().to_owned(),
            reason: draft.reason.map(|reason| reason.as_str().to_owned()),
            state_hash: draft.state_hash,
            previous_hash: self.previous_hash,
            hash: [0; 32],
            signature: [0; 64],
            log_hash: [0; 32],
        };
        row.hash = canonical(signer.vault, &row).hash();
        row.signature = signer
            .identity
            .sign(SigningPurpose::AuditEntry, &row.hash)
            .to_bytes();
        row.log_hash = next_log_hash(&self.log_hash, &row.hash);
        Ok(row)
    }
}

/// Where the log ends as the database has it.
pub(crate) fn end(connection: &Connection, genesis: [u8; 32]) -> Result<LogEnd, StoreError> {
    let (position, log_hash) = audit::end(connection)?.unwrap_or((0, genesis));
    let position = u64::try_from(position)
        .map_err(|_| StoreError::damaged("the log's numbering is broken"))?;
    Ok(LogEnd { position, log_hash })
}

/// The bytes that an entry's hash covers: FORMAT.md, "Audit entries".
pub(crate) fn canonical(vault: VaultId, row: &AuditRow) -> Canonical {
    Canonical::new(labels::AUDIT_ENTRY)
        .fixed(&vault.to_bytes())
        .fixed(&row.device)
        .number(row.sequence)
        .fixed(&row.previous_hash)
        .number(row.time)
        .fixed(&row.actor)
        .text(&row.action)
        .text(&row.resource_type)
        .optional(row.resource_id, |bytes, id| bytes.fixed(&id))
        .text(&row.resource_name)
        .optional(row.revision, |bytes, revision| bytes.number(revision))
        .text(&row.changed)
        .text(&row.result)
        .optional(row.reason.as_ref(), |bytes, reason| bytes.text(reason))
        .optional(row.state_hash, |bytes, hash| bytes.fixed(&hash))
}

pub(crate) fn next_log_hash(before: &[u8; 32], entry: &[u8; 32]) -> [u8; 32] {
    Canonical::new(labels::AUDIT_LOG)
        .fixed(before)
        .fixed(entry)
        .hash()
}

/// Whether an entry says what its actor signed, and the actor's role allowed it when it was written: by position in the
/// log, never by time.
pub(crate) fn verify_entry(
    vault: VaultId,
    members: &Membership,
    row: &AuditRow,
) -> Result<(), EntryFault> {
    verify_known_entry(vault, members, row, None).map(|_| ())
}

/// As [`verify_entry`], where the signature may be known to be right under a key. Answers under which it is.
pub(crate) fn verify_known_entry(
    vault: VaultId,
    members: &Membership,
    row: &AuditRow,
    known: Option<VerifyingKey>,
) -> Result<VerifyingKey, EntryFault> {
    let actor = members
        .role_and_key_at(MemberId::from_bytes(row.actor), row.position)
        .ok_or(EntryFault::UnknownActor)?;
    if known == Some(actor.verifying_key) {
        require_own_hash(vault, row)?;
    } else {
        verify_signed(vault, actor.verifying_key, row)?;
    }
    judge(members, &actor, row)?;
    Ok(actor.verifying_key)
}

/// Whether the actor's standing allowed the entry, whose signature is right.
fn judge(members: &Membership, actor: &Standing, row: &AuditRow) -> Result<(), EntryFault> {
    let action = Action::parse(&row.action).ok_or(EntryFault::UnknownAction)?;
    if row.resource_type == ResourceType::Member.as_str() || changes_members(action) {
        // These have been judged where the members were replayed, each by what those before it said.
        return if members.holds(row) {
            Ok(())
        } else {
            Err(EntryFault::Membership)
        };
    }
    if actor.status != MemberStatus::Active {
        return Err(EntryFault::NotActive);
    }
    let refused = row.result == ActResult::Refused.as_str();
    if !refused && actor.role < action.permission().least_role() {
        return Err(EntryFault::Role);
    }
    // Else whoever may sign an entry at all could vouch for a record by one that tells of something harmless.
    let vouches = row.result == ActResult::Done.as_str()
        && row.resource_id.is_some()
        && action.record().map(ResourceType::as_str) == Some(&row.resource_type);
    if row.state_hash.is_some() && !vouches {
        return Err(EntryFault::VouchesWithoutChange);
    }
    Ok(())
}

/// Whether an entry says what its actor signed.
pub(crate) fn verify_signed(
    vault: VaultId,
    actor_key: VerifyingKey,
    row: &AuditRow,
) -> Result<(), EntryFault> {
    require_own_hash(vault, row)?;
    let signature = Signature::from_bytes(row.signature);
    actor_key
        .verify(SigningPurpose::AuditEntry, vault, &row.hash, &signature)
        .map_err(|_| EntryFault::Signature)
}

fn require_own_hash(vault: VaultId, row: &AuditRow) -> Result<(), EntryFault> {
    if canonical(vault, row).hash() == row.hash {
        Ok(())
    } else {
        Err(EntryFault::Changed)
    }
}

fn changes_members(action: Action) -> bool {
    matches!(
        action,
        Action::MemberFounded
            | Action::MemberInvited
            | Action::MemberJoined
            | Action::MemberRoleChanged
            | Action::MemberRemoved
            | Action::IdentityRenewed
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EntryFault {
    #[error("its content does not match its hash")]
    Changed,
    #[error("it is signed by nobody this vault knows")]
    UnknownActor,
    #[error("it tells of an act that this version does not know")]
    UnknownAction,
    #[error("its actor was no member any more, or had only been invited")]
    NotActive,
    #[error("its actor's role did not allow the act")]
    Role,
    #[error("it changes the members in a way that does not count")]
    Membership,
    #[error("it vouches for a record that its act did not change")]
    VouchesWithoutChange,
    #[error("its signature is wrong")]
    Signature,
}
