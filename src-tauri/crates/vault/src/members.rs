//! Acts on members: decided plans, carried out in the log, in `keys.json` and in the grants.
//!
//! An act that gives somebody keys changes `keys.json` in place, announced in the transaction of its entry. One that takes
//! keys away is part of a re-keying, so that it is done with the switch or not at all.

#[cfg(test)]
mod full;

use std::ops::ControlFlow;

use domain::audit::Action;
use domain::member::{Member as Person, MemberChange, MemberPlan, MemberStatus as Standing, Rekey};
use domain::time::Timestamp;

use crate::announced::{Placed, announce};
use crate::audit_log::LogEnd;
use crate::change_keys::ChangeKeysError;
use crate::folder::belonging_keys;
use crate::genesis::hash_recipient;
use crate::identity::NewIdentity;
use crate::invitation_code::InvitationCode;
use crate::keys_file::{Content, KeysFile, MEMBERS_MAX, Member};
use crate::membership::{self, MemberState, MemberStatus, Membership};
use crate::rekey::{NextGeneration, RekeyError, RekeyProgress, Rekeyed};
use crate::slot::{InvitationSlot, Slot};
use crate::store::error::StoreError;
use crate::suite::Recipient;
use crate::unlock_keys::{self, require_replayed, reseal};
use crate::unlocked::UnlockedVault;
use crate::writer::Writer;

/// What an act on a member has come to.
pub enum MemberDone {
    /// The code is shown once, to the Owner, who hands it to the person.
    Invited(InvitationCode, Placed),
    Changed,
    /// The session goes on with the vault in here.
    Rekeyed(Box<Rekeyed>),
}

#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    #[error(transparent)]
    Rekey(#[from] RekeyError),
    #[error(transparent)]
    Change(#[from] ChangeKeysError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl UnlockedVault {
    /// Carries out a decided act on a member with its entry. [`StoreError::Stale`] where the member is not any more what
    /// the plan was decided on. `tell` is asked only where the vault is re-keyed, and can stop that.
    pub fn apply_member(
        &self,
        plan: MemberPlan,
        now: Timestamp,
        tell: &mut dyn FnMut(RekeyProgress) -> ControlFlow<()>,
    ) -> Result<MemberDone, MemberError> {
        let parts = plan.into_parts();
        let person = parts.member;
        match (parts.change, parts.rekey) {
            (MemberChange::Invite, _) => self.invite(&person, now),
            (MemberChange::ChangeRole, Rekey::NotNeeded) => {
                self.raise(&person, now)?;
                Ok(MemberDone::Changed)
            }
            (MemberChange::ChangeRole, Rekey::Needed) => {
                let change = |next: &mut NextGeneration<'_>| self.lower(next, &person);
                let rekeyed = self.rekey_with(now, change, tell)?;
                Ok(MemberDone::Rekeyed(Box::new(rekeyed)))
            }
            (MemberChange::Remove, _) => {
                let change = |next: &mut NextGeneration<'_>| self.remove(next, &person);
                let rekeyed = self.rekey_with(now, change, tell)?;
                Ok(MemberDone::Rekeyed(Box::new(rekeyed)))
            }
        }
    }

    /// The invitee's first identity is the Owner's making: it can join and nothing else.
    fn invite(&self, person: &Person, now: Timestamp) -> Result<MemberDone, MemberError> {
        let (invitee, code) = self.invitee(person)?;
        let placed = self.change_members(now, |writer, content| invitee.enter(writer, content))?;
        Ok(MemberDone::Invited(code, placed))
    }

    fn invitee(&self, person: &Person) -> Result<(Invitee, InvitationCode), StoreError> {
        let Standing::Invited { until } = person.status else {
            return Err(StoreError::Stale);
        };
        let code = InvitationCode::generate()?;
        let identity =
            NewIdentity::generate()?.bind(self.vault, person.id, self.identity.genesis_hash());
        let slot = InvitationSlot::seal(&identity, &code)?;
        let state = MemberState {
            id: person.id,
            name: person.name.clone(),
            role: person.role,
            status: MemberStatus::Invited,
            verifying_key: identity.verifying_key(),
            recipient_hash: hash_recipient(&identity.recipient()),
            key_epoch: self.key_epoch,
            expires_at: Some(until),
        };
        let invitee = Invitee {
            recipient: identity.recipient(),
            state,
            slot,
        };
        Ok((invitee, code))
    }

    /// A role that reaches as far as the one before, or further: the old keys hide nothing from it.
    fn raise(&self, person: &Person, now: Timestamp) -> Result<(), MemberError> {
        let placed = self.change_members(now, |writer, _content| {
            let before = present(&writer.members, person)?;
            if person.role <= before.role {
                return Err(StoreError::Stale);
            }
            let state = MemberState {
                role: person.role,
                key_epoch: self.key_epoch,
                ..before.clone()
            };
            writer.record_member(Action::MemberRoleChanged, &state)
        })?;
        match placed {
            Placed::Now => Ok(()),
            Placed::Later(error) => Err(ChangeKeysError::Pending(error).into()),
        }
    }

    fn lower(&self, next: &mut NextGeneration<'_>, person: &Person) -> Result<(), RekeyError> {
        let members = self.members_of(next)?;
        let before = present(&members, person)?;
        if person.role >= before.role {
            return Err(StoreError::Stale.into());
        }
        let state = MemberState {
            role: person.role,
            key_epoch: self.key_epoch,
            ..before.clone()
        };
        self.record_in(next, Action::MemberRoleChanged, &state)
    }

    fn remove(&self, next: &mut NextGeneration<'_>, person: &Person) -> Result<(), RekeyError> {
        let members = self.members_of(next)?;
        let before = present(&members, person)?;
        let state = MemberState {
            status: MemberStatus::Removed,
            key_epoch: self.key_epoch,
            expires_at: None,
            ..before.clone()
        };
        next.content
            .members
            .retain(|member| member.member_id != person.id);
        self.record_in(next, Action::MemberRemoved, &state)
    }

    fn members_of(&self, next: &NextGeneration<'_>) -> Result<Membership, StoreError> {
        let genesis = &next.content.genesis;
        Ok(Membership::replay(next.connection, self.vault, genesis)?)
    }

    fn record_in(
        &self,
        next: &NextGeneration<'_>,
        action: Action,
        state: &MemberState,
    ) -> Result<(), RekeyError> {
        membership::record(next.connection, &self.signer(), action, state, next.now)?;
        Ok(())
    }

    /// One change of the members that keeps the vault's keys: its entry, and in the same transaction the announcement of
    /// the `keys.json` in which this Owner has sealed everybody's grant anew.
    fn change_members(
        &self,
        now: Timestamp,
        change: impl FnOnce(&mut Writer<'_>, &mut Content) -> Result<(), StoreError>,
    ) -> Result<Placed, MemberError> {
        let value_key = self.value_key.as_ref().ok_or(StoreError::NoValueKey)?;
        let (next, end) = self.write(now, |writer| {
            let file = belonging_keys(writer.connection, &self.folder, &self.identity)?;
            require_replayed(&file, &writer.members)
                .map_err(unlock_keys::ChangeKeysError::from)
                .map_err(RekeyError::from)?;
            let mut content = file.content().clone();
            content.generation += 1;
            change(writer, &mut content)?;
            let keys = (&self.page_key, value_key);
            let (next, _) = announce(writer.connection, &writer.members, |members| {
                let next = reseal(content, &self.identity, keys, members);
                Ok::<_, MemberError>(next.map_err(RekeyError::from)?)
            })?;
            Ok::<(KeysFile, Option<LogEnd>), MemberError>((next, writer.log_end()))
        })?;
        Ok(self.place_announced(&next, end)?)
    }
}

/// One who is about to be let in.
struct Invitee {
    state: MemberState,
    recipient: Recipient,
    slot: Slot,
}

impl Invitee {
    /// Another Owner may have invited somebody since this was decided.
    fn enter(self, writer: &mut Writer<'_>, content: &mut Content) -> Result<(), StoreError> {
        let Invitee { state, .. } = self;
        let taken = writer
            .members
            .current()
            .any(|other| other.id == state.id || other.name.folded() == state.name.folded());
        let full = content.members.len() >= MEMBERS_MAX;
        if taken || full || writer.members.newest(state.id).is_some() {
            return Err(StoreError::Stale);
        }
        content.members.push(Member {
            member_id: state.id,
            verifying_key: state.verifying_key,
            recipient: self.recipient,
            // Sealed to them when everybody's is.
            grant: content.members[0].grant.clone(),
            slots: vec![self.slot],
        });
        content.members.sort_by_key(|member| member.member_id);
        writer.record_member(Action::MemberInvited, &state)
    }
}

/// The member as the log has it now, where the plan still fits.
fn present<'a>(members: &'a Membership, person: &Person) -> Result<&'a MemberState, StoreError> {
    let state = members.newest(person.id).ok_or(StoreError::Stale)?;
    let expected = match person.status {
        Standing::Active => MemberStatus::Active,
        Standing::Invited { .. } => MemberStatus::Invited,
    };
    if state.status == expected {
        Ok(state)
    } else {
        Err(StoreError::Stale)
    }
}
