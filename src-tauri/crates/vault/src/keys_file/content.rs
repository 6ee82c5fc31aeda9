//! What `keys.json` says, member for member in the order in which it is written.

use domain::ids::{MemberId, VaultId};
use domain::text::VaultName;
use serde::{Deserialize, Serialize};

use super::{KeysFile, MEMBERS_MAX, SignedMembership, current_format};
use crate::canonical;
use crate::database_name::DatabaseName;
use crate::genesis::Genesis;
use crate::grant::{Grant, Grantee};
use crate::identity::Identity;
use crate::kdf::{COST_TOGETHER_MAX, KdfParams};
use crate::signature::{Signature, SignatureError, SigningPurpose, VerifyingKey};
use crate::slot::{Slot, SlotOwner};
use crate::suite::{Recipient, SUITE};

const SLOTS_MAX: usize = 16;
/// JSON numbers are exact up to here in every reader.
const GENERATION_MAX: u64 = (1 << 53) - 1;

/// In the order in which they are written.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    format: String,
    suite: u8,
    #[serde(with = "canonical::text")]
    pub(crate) vault_id: VaultId,
    #[serde(with = "canonical::text")]
    pub(crate) name: VaultName,
    pub(crate) generation: u64,
    pub(crate) epoch: u32,
    #[serde(with = "canonical::text")]
    pub(crate) database: DatabaseName,
    pub(crate) genesis: Genesis,
    pub(crate) membership: SignedMembership,
    pub(crate) members: Vec<Member>,
    #[serde(with = "canonical::text")]
    pub(crate) writer: MemberId,
    signature: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    #[serde(with = "canonical::text")]
    pub(crate) member_id: MemberId,
    #[serde(with = "canonical::text")]
    pub(crate) verifying_key: VerifyingKey,
    #[serde(with = "canonical::text")]
    pub(crate) recipient: Recipient,
    pub(crate) grant: Grant,
    pub(crate) slots: Vec<Slot>,
}

impl Content {
    /// Generation 1 of a vault whose first Owner is its only member.
    pub(crate) fn first(
        vault_id: VaultId,
        name: VaultName,
        genesis: Genesis,
        membership: SignedMembership,
        owner: Member,
    ) -> Self {
        Self {
            format: current_format(),
            suite: SUITE,
            vault_id,
            name,
            generation: 1,
            epoch: 1,
            database: DatabaseName::first(),
            genesis,
            membership,
            writer: owner.member_id,
            members: vec![owner],
            signature: String::new(),
        }
    }

    /// The last step of every writing.
    pub(crate) fn sign(mut self, writer: &Identity) -> KeysFile {
        self.writer = writer.member_id();
        let signature = writer.sign(SigningPurpose::KeysFile, &self.signed_bytes());
        self.signature = canonical::encode_bytes(&signature.to_bytes());
        KeysFile(self)
    }

    pub(crate) fn verify_signature(&self, writer_key: VerifyingKey) -> Result<(), SignatureError> {
        let signature = canonical::decode_array(&self.signature).ok_or(SignatureError)?;
        writer_key.verify(
            SigningPurpose::KeysFile,
            self.vault_id,
            &self.signed_bytes(),
            &Signature::from_bytes(signature),
        )
    }

    pub(crate) fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|member| member.member_id == id)
    }

    /// The cost for a member's password that leaves room for everyone who is here or may come: each password slot may
    /// have to be tried at an unlock, and [`COST_TOGETHER_MAX`] bounds them all.
    pub(crate) fn affordable(&self, member: MemberId, wanted: KdfParams) -> KdfParams {
        let others = self
            .members
            .iter()
            .filter(|other| other.member_id != member);
        let taken: u64 = others
            .map(|other| {
                let cost: u64 = other.slots.iter().map(Slot::derivation_cost).sum();
                cost.max(KdfParams::FLOOR.cost())
            })
            .sum();
        let there = self.members.len().max(1);
        let to_come = u64::try_from(MEMBERS_MAX.saturating_sub(there)).expect("usize fits");
        let kept = taken + to_come * KdfParams::FLOOR.cost();
        wanted.within(COST_TOGETHER_MAX.saturating_sub(kept))
    }

    /// The place of a member whom the caller has found in it.
    pub(crate) fn member_mut(&mut self, id: MemberId) -> &mut Member {
        let mut members = self.members.iter_mut();
        members
            .find(|member| member.member_id == id)
            .expect("the caller has found the member")
    }

    pub(crate) fn slot_owner(&self, member: &Member) -> SlotOwner {
        SlotOwner {
            vault: self.vault_id,
            member: member.member_id,
        }
    }

    pub(crate) fn grantee<'a>(&self, member: &'a Member) -> Grantee<'a> {
        Grantee {
            vault: self.vault_id,
            epoch: self.epoch,
            member: member.member_id,
            verifying_key: member.verifying_key,
            recipient: &member.recipient,
        }
    }

    /// The file's encoding with an empty signature.
    fn signed_bytes(&self) -> Vec<u8> {
        canonical::to_document(&Self {
            signature: String::new(),
            ..self.clone()
        })
    }

    /// What the types alone don't say.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.suite != SUITE {
            return Err("its suite is unknown");
        }
        if !(1..=GENERATION_MAX).contains(&self.generation) || self.epoch == 0 {
            return Err("its generation or epoch is out of range");
        }
        if self.members.is_empty() || self.members.len() > MEMBERS_MAX {
            return Err("its number of members is out of range");
        }
        if !self.members.is_sorted_by(|a, b| a.member_id < b.member_id) {
            return Err("its members are out of order");
        }
        if self.member(self.writer).is_none() {
            return Err("its writer is no member");
        }
        if self.member(self.membership.signer).is_none() {
            return Err("its list of members is signed by no member");
        }
        self.members.iter().try_for_each(Member::check)
    }
}

impl Member {
    fn check(&self) -> Result<(), &'static str> {
        let count = |is: fn(&Slot) -> bool| self.slots.iter().filter(|&slot| is(slot)).count();
        if self.slots.len() > SLOTS_MAX {
            return Err("a member has too many slots");
        }
        if !self.slots.is_sorted_by(|a, b| a.slot_id() < b.slot_id()) {
            return Err("a member's slots are out of order");
        }
        let counts = (
            count(|slot| matches!(slot, Slot::Password(_))),
            count(|slot| matches!(slot, Slot::Recovery(_))),
            count(|slot| matches!(slot, Slot::Invitation(_))),
        );
        if counts != (1, 1, 0) && counts != (0, 0, 1) {
            return Err(
                "a member has neither one password and one recovery code nor one invitation",
            );
        }
        Ok(())
    }

    pub(crate) fn is_invited(&self) -> bool {
        matches!(self.slots[..], [Slot::Invitation(_)])
    }

    /// Puts `slot` in the place of the member's slot of the same kind.
    pub(crate) fn replace_slot(&mut self, slot: Slot) {
        let same_kind = std::mem::discriminant(&slot);
        self.slots
            .retain(|old| std::mem::discriminant(old) != same_kind);
        self.slots.push(slot);
        self.slots.sort_by_key(Slot::slot_id);
    }
}
