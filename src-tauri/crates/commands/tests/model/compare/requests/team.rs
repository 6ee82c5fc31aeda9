//! Requests about members and about one's own password.

use serde_json::{Map, Value, json};

use super::{id_of, with_id};
use crate::asks::{
    ActOnMember, Code, Confirm, Invite, Join, Member, NewPassword, OwnPassword, Role, put,
};
use crate::rules::Model;

const WRONG_PASSWORD: &str = "no turnstone turns this stone";
const MISTYPED_CODE: &str = "TURN-STONE";
const WEAK_PASSWORD: &str = "password1";

pub fn invite(ask: &Invite, model: &Model) -> Value {
    let mut request = Map::new();
    put(&mut request, "name", &ask.name);
    put(&mut request, "role", &ask.role);
    put_confirm(&mut request, "password", ask.confirm, model);
    request.into()
}

pub fn change_role(ask: &ActOnMember, role: &Member<Role>, model: &Model) -> Value {
    let mut request = with_id(member_id(ask, model));
    put(&mut request, "role", role);
    put_confirm(&mut request, "password", ask.confirm, model);
    request.into()
}

pub fn remove(ask: &ActOnMember, model: &Model) -> Value {
    let mut request = with_id(member_id(ask, model));
    put_confirm(&mut request, "password", ask.confirm, model);
    request.into()
}

pub fn rekey(confirm: Confirm, model: &Model) -> Value {
    let mut request = Map::new();
    put_confirm(&mut request, "password", confirm, model);
    request.into()
}

pub fn join(ask: &Join, vault_id: &str, model: &Model) -> Value {
    let person = &model.people[model.joining(ask)];
    let code = match ask.code {
        Code::Right => person.code.as_deref().unwrap(),
        Code::Wrong => model.used_code().unwrap(),
        Code::Mistyped => MISTYPED_CODE,
    };
    let mut request = Map::new();
    request.insert("vault_id".to_owned(), json!(vault_id));
    request.insert("invitation_code".to_owned(), json!(code));
    put_new(&mut request, "member_password", ask.password, model);
    request.into()
}

pub fn own_password(ask: OwnPassword, model: &Model) -> Value {
    let mut request = Map::new();
    put_confirm(&mut request, "current_password", ask.current, model);
    put_new(&mut request, "new_password", ask.new, model);
    request.into()
}

fn member_id(ask: &ActOnMember, model: &Model) -> String {
    let made = model
        .member_at(ask.whom)
        .map(|member| &model.people[member].id);
    match (ask.whom, made) {
        // A kind that is not the one of members.
        (crate::asks::Whom::OtherKind, _) => id_of("sec", crate::asks::Which::NeverMade, None),
        (_, made) => id_of("mem", crate::asks::Which::NeverMade, made),
    }
}

fn put_confirm(
    request: &mut Map<String, Value>,
    name: &'static str,
    confirm: Confirm,
    model: &Model,
) {
    let password = match confirm {
        Confirm::Right => &model.people[model.by.member].password,
        Confirm::Wrong => WRONG_PASSWORD,
        Confirm::Absent => return,
    };
    request.insert(name.to_owned(), json!(password));
}

fn put_new(request: &mut Map<String, Value>, name: &'static str, new: NewPassword, model: &Model) {
    let password = match new {
        NewPassword::Strong => model.next_password(),
        NewPassword::Weak => WEAK_PASSWORD.to_owned(),
        NewPassword::Absent => return,
    };
    request.insert(name.to_owned(), json!(password));
}
