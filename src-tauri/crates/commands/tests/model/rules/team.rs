//! Members (ROLE-05), what their comings and goings do to keys and sessions, and their own passwords (LOCK-06).

mod access;

use std::collections::BTreeSet;

use super::{Done, Faults, Holding, Model, Refusal, meant, refused};
use crate::asks::{ActOnMember, By, Code, Invite, Join, Member, NewPassword, Role, Whom};
use crate::rig::{FOUNDERS, Place};

#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub folded: &'static str,
    pub role: Role,
    pub standing: Standing,
    pub code: Option<String>,
    pub password: String,
    /// In a row, at their device.
    misses: u32,
    /// They said that someone may know their password.
    pub wants_rekey: bool,
    copied: BTreeSet<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Invited,
    Active,
    Former,
}

/// A session that was opened and not locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    Open,
    /// Its keys are the vault's no longer.
    OldKeys,
    /// Its keys still open the vault, for a role that the member has no longer.
    OldRole,
}

/// What somebody could read: kind, id, and whether they did.
pub type Exposed = BTreeSet<(&'static str, String, bool)>;

/// So many wrong ones in a row that the next one would have to wait.
const MISSES_MAX: u32 = 3;

pub fn founders() -> Vec<Person> {
    let of = |(name, folded, role, password): (&str, _, _, &str)| Person {
        password: password.to_owned(),
        standing: Standing::Active,
        ..invited(name.to_owned(), folded, role)
    };
    FOUNDERS.map(of).to_vec()
}

fn invited(name: String, folded: &'static str, role: Role) -> Person {
    Person {
        id: String::new(),
        name,
        folded,
        role,
        standing: Standing::Invited,
        code: None,
        password: String::new(),
        misses: 0,
        wants_rekey: false,
        copied: BTreeSet::new(),
    }
}

impl Model {
    /// One of those with the role, or an Owner; the first member has two programs.
    pub fn place_of(&self, by: By) -> Place {
        let with = |role| {
            self.people_who(|person| person.standing == Standing::Active && person.role == role)
        };
        let mut there = with(by.role);
        if there.is_empty() {
            there = with(Role::Owner);
        }
        let member = there[by.any % there.len()];
        Place {
            member,
            is_second: member == 0 && by.any / there.len() % 2 == 1,
        }
    }

    pub fn people_who(&self, is: impl Fn(&Person) -> bool) -> Vec<usize> {
        let all = self.people.iter().enumerate();
        all.filter(|(_, person)| is(person))
            .map(|(member, _)| member)
            .collect()
    }

    /// After an unlock.
    pub fn begin_session(&mut self, place: Place) {
        self.people[place.member].misses = 0;
        self.sessions.insert(place, Session::Open);
    }

    pub(super) fn note_copied(&mut self, secret: usize) {
        self.people[self.by.member].copied.insert(secret);
    }

    pub(super) fn invite(&mut self, ask: &Invite) -> Result<Done, Box<Refusal>> {
        let mut faults = Faults::default();
        faults.required("name", &ask.name);
        faults.required("role", &ask.role);
        let actions = self.confirm("password", ask.confirm, faults)?;
        let name = meant(&ask.name).unwrap();
        let is_holder =
            |person: &Person| person.standing != Standing::Former && person.folded == name.folded;
        let holder = self.people.iter().find(|person| is_holder(person));
        super::free(holder.map(|holder| holder.id.as_str()))
            .map_err(|refusal| refusal.after(&actions))?;
        self.people
            .push(invited(name.held, name.folded, meant(&ask.role).unwrap()));
        Ok(Done {
            what: Some("created"),
            record: Some(self.people.len() - 1),
            ..Done::doing(actions, "member_invited")
        })
    }

    pub(super) fn change_role(
        &mut self,
        ask: &ActOnMember,
        role: &Member<Role>,
    ) -> Result<Done, Box<Refusal>> {
        let member = self.named_member(ask.whom)?;
        let mut faults = Faults::default();
        faults.required("role", role);
        let actions = self.confirm("password", ask.confirm, faults)?;
        let (before, after) = (self.people[member].role, meant(role).unwrap());
        if before == after {
            return Ok(Done {
                actions,
                record: Some(member),
                ..Done::default()
            });
        }
        // Nobody changes their own role, the last Owner's least of all; an invitation keeps its role.
        if member == self.by.member || self.people[member].standing == Standing::Invited {
            return Err(refused("conflict").after(&actions));
        }
        self.people[member].role = after;
        let mut done = Done {
            what: Some("updated"),
            changed: vec!["role"],
            record: Some(member),
            ..Done::doing(actions, "member_role_changed")
        };
        if after < before {
            done.exposed = self.exposed_to(member, before);
            self.renew_keys(&mut done);
        } else {
            for (_, session) in self
                .sessions
                .iter_mut()
                .filter(|(place, _)| place.member == member)
            {
                if *session == Session::Open {
                    *session = Session::OldRole;
                }
            }
        }
        Ok(done)
    }

    pub(super) fn remove_member(&mut self, ask: &ActOnMember) -> Result<Done, Box<Refusal>> {
        let member = self.named_member(ask.whom)?;
        let actions = self.confirm("password", ask.confirm, Faults::default())?;
        if member == self.by.member {
            return Err(refused("conflict").after(&actions));
        }
        self.people[member].standing = Standing::Former;
        let mut done = Done {
            what: Some("deleted"),
            exposed: self.exposed_to(member, self.people[member].role),
            record: Some(member),
            ..Done::doing(actions, "member_removed")
        };
        self.renew_keys(&mut done);
        Ok(done)
    }

    /// By the invited person, whose session it begins.
    pub(super) fn join(&mut self, ask: &Join) -> Result<Done, Box<Refusal>> {
        let member = self.joining(ask);
        let mut faults = Faults::default();
        if ask.code == Code::Mistyped {
            faults.at("invitation_code");
        }
        if ask.password != NewPassword::Strong {
            faults.at("member_password");
        }
        faults.refuse()?;
        let person = &mut self.people[member];
        if ask.code == Code::Wrong {
            person.misses += 1;
            return Err(wrong("invitation_code"));
        }
        let mut actions = person.failures();
        actions.push("vault_unlocked");
        person.standing = Standing::Active;
        self.set_password(member);
        self.begin_session(Place {
            member,
            is_second: false,
        });
        Ok(Done {
            record: Some(member),
            ..Done::doing(actions, "member_joined")
        })
    }

    /// Whoever is to join.
    pub fn joining(&self, ask: &Join) -> usize {
        let invited = self.people_who(|person| person.standing == Standing::Invited);
        invited[ask.whom % invited.len()]
    }

    /// Codes that were used, or whose invitation was taken back.
    pub fn used_code(&self) -> Option<&str> {
        let used = self
            .people
            .iter()
            .filter(|person| person.standing != Standing::Invited);
        used.filter_map(|person| person.code.as_deref()).next_back()
    }

    pub(super) fn nobody_is_invited(&self) -> bool {
        self.people_who(|person| person.standing == Standing::Invited)
            .is_empty()
    }

    pub(super) fn may_miss(&self, member: usize) -> bool {
        self.people[member].misses < MISSES_MAX
    }

    pub fn member_at(&self, whom: Whom) -> Option<usize> {
        let there = |any: usize, is: &dyn Fn(&Person) -> bool| {
            let there = self.people_who(is);
            (!there.is_empty()).then(|| there[any % there.len()])
        };
        match whom {
            Whom::Themself => Some(self.by.member),
            Whom::Other(any) => there(any, &|person| person.standing != Standing::Former),
            Whom::Former(any) => there(any, &|person| person.standing == Standing::Former),
            Whom::NeverMade | Whom::OtherKind => None,
        }
    }

    fn named_member(&self, whom: Whom) -> Result<usize, Box<Refusal>> {
        if matches!(whom, Whom::OtherKind) {
            let mut faults = Faults::default();
            faults.at("id");
            faults.refuse()?;
        }
        let found = self.member_at(whom);
        found
            .filter(|member| self.people[*member].standing != Standing::Former)
            .ok_or_else(|| refused("not_found"))
    }

    /// All that the role opens, which below Operator is nothing.
    fn exposed_to(&self, member: usize, role: Role) -> Exposed {
        if role < Role::Operator {
            return Exposed::new();
        }
        let secrets = self
            .secrets
            .iter()
            .enumerate()
            .filter(|(_, secret)| !secret.gone);
        let secrets = secrets.map(|(place, secret)| {
            let kind = match (&secret.holding, secret.trashed) {
                (Holding::External { .. }, _) => "external",
                (Holding::Direct(_), true) => "trashed",
                (Holding::Direct(_), false) => "secret",
            };
            (
                kind,
                secret.id.clone(),
                self.people[member].copied.contains(&place),
            )
        });
        let connections = self
            .connections
            .iter()
            .filter(|connection| !connection.gone);
        let connections =
            connections.map(|connection| ("connection", connection.id.clone(), false));
        secrets.chain(connections).collect()
    }
}

impl Person {
    fn failures(&mut self) -> Vec<&'static str> {
        let missed = std::mem::take(&mut self.misses) > 0;
        if missed {
            vec!["unlock_failures"]
        } else {
            Vec::new()
        }
    }
}

fn wrong(field: &str) -> Box<Refusal> {
    Refusal {
        members: [field.to_owned()].into(),
        ..*refused("authentication_failed")
    }
    .into()
}
