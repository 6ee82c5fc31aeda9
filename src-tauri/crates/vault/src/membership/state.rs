//! What the log says about one member at one moment.

use domain::ids::{MemberId, VaultId};
use domain::role::{Permission, Role};
use domain::text::MemberName;
use domain::time::Timestamp;

use crate::labels;
use crate::signature::VerifyingKey;
use crate::store::Canonical;
use crate::store::error::StoreError;
use crate::store::members::MemberRow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberStatus {
    /// Let in by an Owner; the code's identity can do one thing, which is to join.
    Invited,
    Active,
    Removed,
}

impl MemberStatus {
    const ALL: [MemberStatus; 3] = [
        MemberStatus::Invited,
        MemberStatus::Active,
        MemberStatus::Removed,
    ];

    pub fn parse(text: &str) -> Option<MemberStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            MemberStatus::Invited => "invited",
            MemberStatus::Active => "active",
            MemberStatus::Removed => "removed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MemberState {
    pub id: MemberId,
    pub name: MemberName,
    pub role: Role,
    pub status: MemberStatus,
    pub verifying_key: VerifyingKey,
    /// SHA-256 of the key that this member's grant is sealed to.
    pub recipient_hash: [u8; 32],
    /// The vault's key epoch when this became so.
    pub key_epoch: u32,
    /// Until when an invitation can be taken up.
    pub expires_at: Option<Timestamp>,
}

impl MemberState {
    pub(crate) fn is_active_owner(&self) -> bool {
        self.role == Role::Owner && self.status == MemberStatus::Active
    }

    pub(crate) fn may_use_values(&self) -> bool {
        self.role >= Permission::UseValues.least_role() && self.status == MemberStatus::Active
    }

    /// What the entry of the change vouches for: FORMAT.md, "State hash".
    pub(crate) fn hash(&self, vault: VaultId) -> [u8; 32] {
        Canonical::new(labels::STATE_MEMBER)
            .fixed(&vault.to_bytes())
            .fixed(&self.id.to_bytes())
            .text(self.name.as_str())
            .text(self.role.as_str())
            .text(self.status.as_str())
            .fixed(&self.verifying_key.to_bytes())
            .fixed(&self.recipient_hash)
            .number(i64::from(self.key_epoch))
            .optional(self.expires_at, |state, at| state.number(at.as_millis()))
            .hash()
    }

    pub(crate) fn to_row(&self, position: i64) -> MemberRow {
        MemberRow {
            position,
            id: self.id.to_bytes(),
            name: self.name.as_str().to_owned(),
            role: self.role.as_str().to_owned(),
            status: self.status.as_str().to_owned(),
            verifying_key: self.verifying_key.to_bytes(),
            recipient_hash: self.recipient_hash,
            key_epoch: self.key_epoch,
            expires_at: self.expires_at.map(Timestamp::as_millis),
        }
    }

    pub(crate) fn from_row(row: &MemberRow) -> Result<MemberState, StoreError> {
        let broken = || StoreError::damaged("what the database says of a member cannot be read");
        Ok(MemberState {
            id: MemberId::from_bytes(row.id),
            name: MemberName::parse(&row.name).map_err(|_| broken())?,
            role: Role::parse(&row.role).ok_or_else(broken)?,
            status: MemberStatus::parse(&row.status).ok_or_else(broken)?,
            verifying_key: VerifyingKey::from_bytes(row.verifying_key),
            recipient_hash: row.recipient_hash,
            key_epoch: row.key_epoch,
            expires_at: row.expires_at.map(Timestamp::from_millis),
        })
    }
}
