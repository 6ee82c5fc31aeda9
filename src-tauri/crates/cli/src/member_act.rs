//! `member …`: who belongs to the vault. Each change asks for one's own password again.

use std::path::PathBuf;

use commands::api::{MemberInvite, Required};
use domain::SecretText;
use serde::Serialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::args::MemberAct;
use crate::destination::{Code, Destination};
use crate::failure::{End, Failure};
use crate::output;
use crate::program::Program;

/// Room for the request of any change, so that it does not grow and leave the password behind.
const REQUEST_BYTES: usize = 16 * 1024;

#[derive(Serialize)]
struct Change<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    password: &'a str,
}

pub fn carry_out(program: &Program, act: MemberAct) -> Result<End, Failure> {
    match act {
        MemberAct::List => output::document(&program.call("member_list", "{}")?),
        MemberAct::Invite {
            name,
            role,
            invitation_file,
        } => invite(program, name, role, invitation_file),
        MemberAct::Update { id, role } => change(program, "member_update", &id, Some(&role)),
        MemberAct::Remove { id } => change(program, "member_remove", &id, None),
    }
}

fn invite(
    program: &Program,
    name: String,
    role: String,
    invitation_file: Option<PathBuf>,
) -> Result<End, Failure> {
    let destination = Destination::prepare(Code::Invitation, invitation_file)?;
    let invited = program.unlock().and_then(|()| {
        let request = MemberInvite {
            name: Required(Some(name)),
            role: Required(Some(role)),
            password: Required(Some(program.password()?)),
        };
        Ok(program.app.invite_member(request)?)
    });
    match invited {
        Ok(invited) => {
            destination.write(&Zeroizing::new(invited.invitation_code))?;
            output::document(&json!({ "member": invited.member }))
        }
        Err(failure) => Err(destination.give_up(failure)),
    }
}

fn change(program: &Program, command: &str, id: &str, role: Option<&str>) -> Result<End, Failure> {
    let password: SecretText = program.password()?;
    let mut request = Zeroizing::new(Vec::with_capacity(REQUEST_BYTES));
    let change = Change {
        id,
        role,
        password: password.expose_text(),
    };
    serde_json::to_writer(&mut *request, &change).expect("texts always serialise");
    let request = std::str::from_utf8(&request).expect("JSON is UTF-8");
    output::document(&program.call(command, request)?)
}
