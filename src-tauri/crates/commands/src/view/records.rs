//! Locations and connections as they are shown.

use domain::Outcome;
use domain::connection::{Connection, ConnectionFieldSpec};
use domain::ids::{ConnectionId, SecretId};
use domain::location::{Location, PlainHttp, ProbeWrites};
use domain::plan::Done;

use super::{Viewer, hint};
use crate::api::{
    ConnectionField, ConnectionMutation, ConnectionView, LocationMutation, LocationView,
};
use crate::refusal::Answer;

impl Viewer<'_> {
    pub fn location(&mut self, location: &Location) -> Answer<LocationView> {
        let parts = location.parts();
        let kind = parts.location_type;
        let endpoint = parts.endpoint.as_ref();
        Ok(LocationView {
            id: parts.id.to_string(),
            name: parts.name.as_str().to_owned(),
            location_type: kind.as_str().to_owned(),
            type_label: kind.label().to_owned(),
            mark: kind.secret_type().mark().to_owned(),
            secret_id: parts.secret.map(|id| id.to_string()),
            secret_name: match parts.secret {
                Some(id) => self.secret_name(id)?,
                None => None,
            },
            bucket_name: parts.bucket_name.as_str().to_owned(),
            region: parts.region.as_ref().map(|it| it.as_str().to_owned()),
            endpoint_url: endpoint.map(|it| it.as_str().to_owned()),
            http_allowed: endpoint.is_some_and(|it| it.plain_http() == PlainHttp::Allowed),
            prefix: parts.prefix.as_ref().map(|it| it.as_str().to_owned()),
            revision: parts.revision,
            created_at: parts.created_at.to_string(),
            created_by: self.member_name(parts.created_by)?,
            updated_at: parts.updated_at.to_string(),
            probe_writes: parts.probe_writes == ProbeWrites::On,
            verification: self.verification(location)?,
        })
    }

    pub fn connection(&mut self, connection: &Connection) -> Answer<ConnectionView> {
        let parts = connection.parts();
        let provider = connection.provider();
        let fields = parts.method.fields().iter();
        Ok(ConnectionView {
            id: parts.id.to_string(),
            name: parts.name.as_str().to_owned(),
            description: parts.description.as_str().to_owned(),
            connection_type: provider.as_str().to_owned(),
            type_label: provider.label().to_owned(),
            mark: provider.mark().to_owned(),
            method: parts.method.as_str().to_owned(),
            fields: fields.map(|field| shown_field(connection, field)).collect(),
            used_by: self.reader.connection_use_count(parts.id)?,
            revision: parts.revision,
            created_at: parts.created_at.to_string(),
            created_by: self.member_name(parts.created_by)?,
            updated_at: parts.updated_at.to_string(),
            rotated_at: parts.rotated_at.to_string(),
        })
    }

    /// `None` for one that is gone.
    pub(super) fn connection_name(&mut self, id: ConnectionId) -> Answer<Option<String>> {
        let reader = self.reader;
        remembered(&mut self.connections, id.to_bytes(), || {
            let found = reader.connection(id)?;
            Ok(found.map(|found| found.name().as_str().to_owned()))
        })
    }

    pub fn secret_name(&mut self, id: SecretId) -> Answer<Option<String>> {
        let reader = self.reader;
        remembered(&mut self.secrets, id.to_bytes(), || {
            let found = reader.secret(id)?;
            Ok(found.map(|found| found.secret().name().as_str().to_owned()))
        })
    }
}

pub fn location_mutation(outcome: Outcome, location: Option<LocationView>) -> LocationMutation {
    let is = |done| (outcome.done == done).then_some(true);
    LocationMutation {
        created: is(Done::Created),
        updated: is(Done::Updated),
        deleted: is(Done::Deleted),
        changed: outcome.changed.iter().map(|&it| it.to_owned()).collect(),
        hints: outcome.hints.iter().map(hint).collect(),
        location_name: outcome.name,
        location,
    }
}

pub fn connection_mutation(
    outcome: Outcome,
    connection: Option<ConnectionView>,
) -> ConnectionMutation {
    let is = |done| (outcome.done == done).then_some(true);
    ConnectionMutation {
        created: is(Done::Created),
        updated: is(Done::Updated),
        deleted: is(Done::Deleted),
        changed: outcome.changed.iter().map(|&it| it.to_owned()).collect(),
        hints: outcome.hints.iter().map(hint).collect(),
        connection_name: outcome.name,
        connection,
    }
}

fn shown_field(connection: &Connection, field: &ConnectionFieldSpec) -> ConnectionField {
    let parts = connection.parts();
    let mask = parts.masks.field(field.name);
    ConnectionField {
        name: field.name.to_owned(),
        label: field.label.to_owned(),
        kind: if field.is_secret() { "secret" } else { "text" }.to_owned(),
        comes_with_token: field.comes_with_token(),
        mask: mask.map(|mask| mask.as_str().to_owned()),
        text: connection.text(field.name).map(ToOwned::to_owned),
    }
}

/// Each name is asked for once.
fn remembered(
    names: &mut super::Names<Option<String>>,
    id: [u8; 16],
    ask: impl FnOnce() -> Answer<Option<String>>,
) -> Answer<Option<String>> {
    if let Some(name) = names.get(&id) {
        return Ok(name.clone());
    }
    let name = ask()?;
    names.insert(id, name.clone());
    Ok(name)
}
