//! The members of a vault, as its log introduced them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::ids::MemberId;
use domain::role::Role;
use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;

pub(crate) struct MemberRow {
    pub name: String,
    pub role: Role,
    pub verifying_key: [u8; 32],
}

pub(crate) fn insert(
    connection: &Connection,
    id: MemberId,
    member: &MemberRow,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO member (id, name, role, verifying_key) VALUES (?1, ?2, ?3, ?4)",
        (
            id.to_bytes(),
            &member.name,
            member.role.as_str(),
            member.verifying_key,
        ),
    )?;
    Ok(())
}

pub(crate) fn by_id(
    connection: &Connection,
    id: MemberId,
) -> Result<Option<MemberRow>, StoreError> {
    let sql = "SELECT name, role, verifying_key FROM member WHERE id = ?1";
    let found = connection
        .prepare_cached(sql)?
        .query_row([id.to_bytes()], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get(2)?,
            ))
        })
        .optional()?;
    let Some((name, role, verifying_key)) = found else {
        return Ok(None);
    };
    let role =
        Role::parse(&role).ok_or_else(|| StoreError::damaged("a member's role cannot be read"))?;
    Ok(Some(MemberRow {
        name,
        role,
        verifying_key,
    }))
}

/// Names of members for those who read many entries: each is looked up once.
#[derive(Default)]
pub(crate) struct Names(HashMap<[u8; 16], Option<String>>);

impl Names {
    pub(crate) fn of(
        &mut self,
        connection: &Connection,
        id: [u8; 16],
    ) -> Result<Option<&str>, StoreError> {
        let name = match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let member = by_id(connection, MemberId::from_bytes(id))?;
                new.insert(member.map(|member| member.name))
            }
        };
        Ok(name.as_deref())
    }
}
