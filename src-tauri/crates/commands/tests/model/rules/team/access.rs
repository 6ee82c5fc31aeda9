//! A member's own password and identity, and the vault's keys (LOCK-06).

use super::super::{Done, Faults, Model, Refusal};
use super::{Session, wrong};
use crate::asks::{Confirm, NewPassword, OwnPassword, Role};

impl Model {
    pub(in crate::rules) fn change_password(
        &mut self,
        ask: OwnPassword,
    ) -> Result<Done, Box<Refusal>> {
        let actions = self.new_password(ask)?;
        Ok(Done::doing(actions, "password_changed"))
    }

    /// An Owner's gives the vault new keys, another member's asks for them; their own other sessions end with the old identity.
    pub(in crate::rules) fn renew_identity(
        &mut self,
        ask: OwnPassword,
    ) -> Result<Done, Box<Refusal>> {
        let actions = self.new_password(ask)?;
        let by = self.by;
        let person = &mut self.people[by.member];
        person.wants_rekey = true;
        let is_owner = person.role == Role::Owner;
        let mut done = Done::doing(actions, "identity_renewed");
        if is_owner {
            self.renew_keys(&mut done);
        } else {
            let own = self
                .sessions
                .iter_mut()
                .filter(|(place, _)| place.member == by.member && **place != by);
            own.for_each(|(_, session)| *session = Session::OldKeys);
        }
        Ok(done)
    }

    pub(in crate::rules) fn rekey(&mut self, confirm: Confirm) -> Result<Done, Box<Refusal>> {
        let actions = self.confirm("password", confirm, Faults::default())?;
        let mut done = Done {
            actions,
            ..Done::default()
        };
        self.renew_keys(&mut done);
        Ok(done)
    }

    /// What the log says of wrong passwords before a right one.
    pub(super) fn confirm(
        &mut self,
        field: &'static str,
        confirm: Confirm,
        mut faults: Faults,
    ) -> Result<Vec<&'static str>, Box<Refusal>> {
        if confirm == Confirm::Absent {
            faults.at(field);
        }
        faults.refuse()?;
        let person = &mut self.people[self.by.member];
        if confirm == Confirm::Wrong {
            person.misses += 1;
            return Err(wrong(field));
        }
        Ok(person.failures())
    }

    fn new_password(&mut self, ask: OwnPassword) -> Result<Vec<&'static str>, Box<Refusal>> {
        let mut faults = Faults::default();
        if ask.new != NewPassword::Strong {
            faults.at("new_password");
        }
        let actions = self.confirm("current_password", ask.current, faults)?;
        self.set_password(self.by.member);
        Ok(actions)
    }

    pub(super) fn set_password(&mut self, member: usize) {
        self.people[member].password = self.next_password();
        self.passwords += 1;
    }

    pub fn next_password(&self) -> String {
        format!("whimbrels walk on wet sand {} times", self.passwords)
    }

    /// Everyone's sessions end but the one that did it (LOCK-06).
    pub(super) fn renew_keys(&mut self, done: &mut Done) {
        let by = self.by;
        let others = self.sessions.iter_mut().filter(|(place, _)| **place != by);
        others.for_each(|(_, session)| *session = Session::OldKeys);
        self.people
            .iter_mut()
            .for_each(|person| person.wants_rekey = false);
        done.rekeyed = true;
        done.actions.push("vault_rekeyed");
    }
}
