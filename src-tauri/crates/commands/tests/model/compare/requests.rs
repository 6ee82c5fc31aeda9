//! An ask as a command and its request.

mod records;
mod team;

use serde_json::{Map, Value, json};

use crate::asks::{
    Ask, Connection, CreateSecret, Credentials, Expected, Mappings, OfVersion, UpdateSecret,
    Version, Way, Which, put,
};
use crate::rules::{Model, any_number};

const NEVER_MADE: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

pub fn of(ask: &Ask, model: &Model, vault_id: &str) -> (&'static str, Value) {
    match ask {
        Ask::Invite(ask) => ("member_invite", team::invite(ask, model)),
        Ask::ChangeRole(ask, role) => ("member_update", team::change_role(ask, role, model)),
        Ask::RemoveMember(ask) => ("member_remove", team::remove(ask, model)),
        Ask::Join(ask) => ("vault_join", team::join(ask, vault_id, model)),
        Ask::ChangePassword(ask) => ("password_change", team::own_password(*ask, model)),
        Ask::RenewIdentity(ask) => ("identity_renew", team::own_password(*ask, model)),
        Ask::Rekey(confirm) => ("vault_rekey", team::rekey(*confirm, model)),
        Ask::CreateSecret(ask) => ("secret_create", create_secret(ask, model)),
        Ask::UpdateSecret(ask) => ("secret_update", update_secret(ask, model)),
        Ask::DeleteSecret(ask) => {
            let mut request = with_id(secret_id(ask.which, model));
            put(&mut request, "reason", &ask.reason);
            put_bool(&mut request, "destroy", ask.destroy);
            put_bool(&mut request, "force", ask.force);
            ("secret_delete", request.into())
        }
        Ask::UndeleteSecret(which) => ("secret_undelete", json!({"id": secret_id(*which, model)})),
        Ask::Restore(ask) => ("secret_restore", of_version(ask, model).into()),
        Ask::DestroyVersion(ask, forget) => {
            let mut request = of_version(ask, model);
            put_bool(&mut request, "forget", *forget);
            ("version_destroy", request.into())
        }
        Ask::EmptyTrash => ("trash_empty", json!({})),
        Ask::Copy(which, field) => {
            let mut request = with_id(secret_id(*which, model));
            if let Some(field) = field {
                request.insert("field".to_owned(), json!(field));
            }
            ("secret_copy", request.into())
        }
        Ask::CreateLocation(ask) => ("location_create", records::create_location(ask, model)),
        Ask::UpdateLocation(ask) => ("location_update", records::update_location(ask, model)),
        Ask::DeleteLocation(ask) => ("location_delete", records::delete_location(ask, model)),
        Ask::CreateConnection(ask) => ("connection_create", records::create_connection(ask)),
        Ask::UpdateConnection(ask) => ("connection_update", records::update_connection(ask, model)),
        Ask::RotateToken(ask) => ("connection_rotate_token", records::rotate_token(ask, model)),
        Ask::DeleteConnection(ask) => ("connection_delete", records::delete_connection(ask, model)),
        Ask::SetTier(tier) => {
            let mut request = Map::new();
            put(&mut request, "tier", tier);
            ("tier_set", request.into())
        }
        Ask::Aimed(..) | Ask::TurnClock(_) => unreachable!("that is no command"),
    }
}

fn create_secret(ask: &CreateSecret, model: &Model) -> Value {
    let mut request = Map::new();
    put(&mut request, "name", &ask.name);
    put(&mut request, "description", &ask.description);
    put(&mut request, "notes", &ask.notes);
    put(&mut request, "tags", &ask.tags);
    put(&mut request, "secret_type", &ask.secret_type);
    put(&mut request, "auth_method", &ask.auth_method);
    put(&mut request, "env_key", &ask.env_key);
    put(&mut request, "allowed_domains", &ask.domains);
    put(&mut request, "history", &ask.policy);
    put(&mut request, "reason", &ask.reason);
    put_way(&mut request, &ask.way, model);
    request.into()
}

fn update_secret(ask: &UpdateSecret, model: &Model) -> Value {
    let mut request = with_id(secret_id(ask.which, model));
    put(&mut request, "name", &ask.name);
    put(&mut request, "description", &ask.description);
    put(&mut request, "notes", &ask.notes);
    put(&mut request, "tags", &ask.tags);
    put(&mut request, "secret_type", &ask.secret_type);
    put(&mut request, "auth_method", &ask.auth_method);
    put(&mut request, "env_key", &ask.env_key);
    put(&mut request, "allowed_domains", &ask.domains);
    put(&mut request, "history", &ask.policy);
    put(&mut request, "previous", &ask.previous);
    put(&mut request, "reason", &ask.reason);
    put_way(&mut request, &ask.way, model);
    let place = model.secret_at(ask.which);
    let revision = place.map(|place| model.secrets[place].revision);
    put_expected(&mut request, ask.expected, revision);
    request.into()
}

fn put_way(request: &mut Map<String, Value>, way: &Way, model: &Model) {
    put(request, "generate", &way.generate);
    if let Some(credentials) = &way.credentials {
        request.insert("credentials".to_owned(), fields(credentials));
    }
    if let Some(connection) = way.connection {
        let given = match connection {
            Connection::Null => Value::Null,
            Connection::Of(which) => json!(connection_id(which, model)),
        };
        request.insert("vault_connection_id".to_owned(), given);
    }
    if let Some(mappings) = &way.mappings {
        let given = match mappings {
            Mappings::Null => Value::Null,
            Mappings::Of(mappings) => mappings
                .iter()
                .map(|mapping| json!({"field_name": mapping.field, "reference": mapping.reference.text}))
                .collect(),
        };
        request.insert("field_mappings".to_owned(), given);
    }
}

fn fields(credentials: &Credentials) -> Value {
    match credentials {
        Credentials::Null => Value::Null,
        Credentials::Fields(fields) => fields
            .iter()
            .map(|field| (field.name.to_owned(), field.said.json.clone()))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn of_version(ask: &OfVersion, model: &Model) -> Map<String, Value> {
    let mut request = with_id(secret_id(ask.which, model));
    put(&mut request, "reason", &ask.reason);
    let versions = model
        .secret_at(ask.which)
        .map(|place| model.secrets[place].versions().len());
    let version = match (ask.version, versions) {
        (Version::Absent, _) => return request,
        (Version::Number(number), _) => json!(number),
        (Version::Any(any), Some(versions)) => json!(any_number(versions, any)),
        (Version::Any(_), None) => json!(1),
    };
    request.insert("version".to_owned(), version);
    request
}

fn with_id(id: String) -> Map<String, Value> {
    [("id".to_owned(), json!(id))].into_iter().collect()
}

/// Against the revision of the record, if there is one.
fn put_expected(request: &mut Map<String, Value>, expected: Expected, revision: Option<u64>) {
    if let Some(expected) = expected.json(revision.unwrap_or(1)) {
        request.insert("expected_revision".to_owned(), expected);
    }
}

fn put_bool(request: &mut Map<String, Value>, name: &str, given: Option<bool>) {
    if let Some(given) = given {
        request.insert(name.to_owned(), json!(given));
    }
}

fn secret_id(which: Which, model: &Model) -> String {
    let made = model
        .place_of_secret(which)
        .map(|place| &model.secrets[place].id);
    id_of("sec", which, made)
}

fn location_id(which: Which, model: &Model) -> String {
    let made = model
        .place_of_location(which)
        .map(|place| &model.locations[place].id);
    id_of("loc", which, made)
}

fn connection_id(which: Which, model: &Model) -> String {
    let made = model
        .place_of_connection(which)
        .map(|place| &model.connections[place].id);
    id_of("con", which, made)
}

fn id_of(prefix: &str, which: Which, made: Option<&String>) -> String {
    match made {
        Some(id) => id.clone(),
        None if matches!(which, Which::OtherKind) => format!("mem_{NEVER_MADE}"),
        None => format!("{prefix}_{NEVER_MADE}"),
    }
}
