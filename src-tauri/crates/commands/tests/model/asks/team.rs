//! Commands about members and about one's own password.

use proptest::prelude::*;
use proptest::sample::select;

use super::{Member, Name, Role, Said, name};

#[derive(Debug, Clone)]
pub struct Invite {
    pub name: Member<Name>,
    pub role: Member<Role>,
    pub confirm: Confirm,
}

/// For another role, or the end of a membership.
#[derive(Debug, Clone)]
pub struct ActOnMember {
    pub whom: Whom,
    pub confirm: Confirm,
}

#[derive(Debug, Clone)]
pub struct Join {
    /// Among those who are invited.
    pub whom: usize,
    pub code: Code,
    pub password: NewPassword,
}

#[derive(Debug, Clone, Copy)]
pub struct OwnPassword {
    pub current: Confirm,
    pub new: NewPassword,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Right,
    /// Right in form, made for nobody.
    Wrong,
    Mistyped,
}

/// One's own password, as risky acts ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    Right,
    Wrong,
    Absent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewPassword {
    /// Like nobody else's.
    Strong,
    Weak,
    Absent,
}

#[derive(Debug, Clone, Copy)]
pub enum Whom {
    /// A member or somebody invited.
    Other(usize),
    Themself,
    Former(usize),
    NeverMade,
    OtherKind,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Operator, Self::Admin, Self::Owner];

    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }
}

pub fn invite() -> impl Strategy<Value = Invite> {
    let taken = ["ADA", "Bea"].map(|sent| {
        let folded = if sent == "ADA" { "ada" } else { "bea" };
        Said::right(
            sent,
            Name {
                held: sent.to_owned(),
                folded,
            },
        )
    });
    let name = prop_oneof![
        8 => name().prop_map(Some),
        1 => select(taken.to_vec()).prop_map(Some),
        1 => Just(None),
    ];
    (name, role(), confirm()).prop_map(|(name, role, confirm)| Invite {
        name,
        role,
        confirm,
    })
}

pub fn act_on_member() -> impl Strategy<Value = ActOnMember> {
    (whom(), confirm()).prop_map(|(whom, confirm)| ActOnMember { whom, confirm })
}

pub fn role() -> impl Strategy<Value = Member<Role>> {
    // More than one Owner, so that there is somebody who could act on the other.
    let role = prop_oneof![2 => select(&Role::ALL[..]), 1 => Just(Role::Owner)]
        .prop_map(|role| Said::right(role.word(), role));
    prop_oneof![
        14 => role.prop_map(Some),
        1 => select(vec![None, Some(Said::null()), Some(Said::wrong("boss"))]),
    ]
}

pub fn join() -> impl Strategy<Value = Join> {
    let code =
        prop_oneof![6 => Just(Code::Right), 1 => Just(Code::Wrong), 1 => Just(Code::Mistyped)];
    (any::<usize>(), code, new_password()).prop_map(|(whom, code, password)| Join {
        whom,
        code,
        password,
    })
}

pub fn own_password() -> impl Strategy<Value = OwnPassword> {
    (confirm(), new_password()).prop_map(|(current, new)| OwnPassword { current, new })
}

pub fn confirm() -> impl Strategy<Value = Confirm> {
    prop_oneof![12 => Just(Confirm::Right), 1 => Just(Confirm::Wrong), 1 => Just(Confirm::Absent)]
}

fn new_password() -> impl Strategy<Value = NewPassword> {
    prop_oneof![
        6 => Just(NewPassword::Strong),
        1 => Just(NewPassword::Weak),
        1 => Just(NewPassword::Absent),
    ]
}

fn whom() -> impl Strategy<Value = Whom> {
    prop_oneof![
        14 => any::<usize>().prop_map(Whom::Other),
        4 => Just(Whom::Themself),
        1 => any::<usize>().prop_map(Whom::Former),
        1 => select(vec![Whom::NeverMade, Whom::OtherKind]),
    ]
}
