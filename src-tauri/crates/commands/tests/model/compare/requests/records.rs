//! Requests about locations and connections.

use serde_json::{Map, Value, json};

use super::{connection_id, fields, location_id, put_expected, secret_id, with_id};
use crate::asks::{
    CreateConnection, CreateLocation, Credentials, DeleteRecord, Link, Place, RotateToken,
    UpdateConnection, UpdateLocation, put,
};
use crate::rules::Model;

pub fn create_location(ask: &CreateLocation, model: &Model) -> Value {
    let mut request = Map::new();
    put(&mut request, "name", &ask.name);
    put(&mut request, "location_type", &ask.location_type);
    put_link(&mut request, ask.secret, model);
    put(&mut request, "bucket_name", &ask.bucket);
    put_place(&mut request, &ask.place);
    put(&mut request, "reason", &ask.reason);
    request.into()
}

pub fn update_location(ask: &UpdateLocation, model: &Model) -> Value {
    let mut request = with_id(location_id(ask.which, model));
    put(&mut request, "name", &ask.name);
    put_link(&mut request, ask.secret, model);
    put(&mut request, "bucket_name", &ask.bucket);
    put_place(&mut request, &ask.place);
    put(&mut request, "reason", &ask.reason);
    if ask.sends_type {
        request.insert("location_type".to_owned(), json!("s3"));
    }
    let place = model.place_of_location(ask.which);
    let revision = place.map(|place| model.locations[place].revision);
    put_expected(&mut request, ask.expected, revision);
    request.into()
}

pub fn delete_location(ask: &DeleteRecord, model: &Model) -> Value {
    let mut request = with_id(location_id(ask.which, model));
    put(&mut request, "reason", &ask.reason);
    let place = model.place_of_location(ask.which);
    let revision = place.map(|place| model.locations[place].revision);
    put_expected(&mut request, ask.expected, revision);
    request.into()
}

pub fn create_connection(ask: &CreateConnection) -> Value {
    let mut request = Map::new();
    put(&mut request, "name", &ask.name);
    put(&mut request, "description", &ask.description);
    put(&mut request, "connection_type", &ask.connection_type);
    put(&mut request, "method", &ask.method);
    put(&mut request, "reason", &ask.reason);
    put_credentials(&mut request, &ask.credentials);
    request.into()
}

pub fn update_connection(ask: &UpdateConnection, model: &Model) -> Value {
    let mut request = with_id(connection_id(ask.which, model));
    put(&mut request, "name", &ask.name);
    put(&mut request, "description", &ask.description);
    put(&mut request, "reason", &ask.reason);
    if let Some(immutable) = ask.immutable {
        request.insert(immutable.to_owned(), Value::Null);
    }
    put_expected(&mut request, ask.expected, revision(ask.which, model));
    request.into()
}

pub fn rotate_token(ask: &RotateToken, model: &Model) -> Value {
    let mut request = with_id(connection_id(ask.which, model));
    put(&mut request, "reason", &ask.reason);
    put_credentials(&mut request, &ask.credentials);
    put_expected(&mut request, ask.expected, revision(ask.which, model));
    request.into()
}

pub fn delete_connection(ask: &DeleteRecord, model: &Model) -> Value {
    let mut request = with_id(connection_id(ask.which, model));
    put(&mut request, "reason", &ask.reason);
    put_expected(&mut request, ask.expected, revision(ask.which, model));
    request.into()
}

fn revision(which: crate::asks::Which, model: &Model) -> Option<u64> {
    let place = model.place_of_connection(which)?;
    Some(model.connections[place].revision)
}

fn put_credentials(request: &mut Map<String, Value>, credentials: &Credentials) {
    request.insert("credentials".to_owned(), fields(credentials));
}

fn put_link(request: &mut Map<String, Value>, link: Link, model: &Model) {
    let given = match link {
        Link::Absent => return,
        Link::Null => Value::Null,
        Link::To(which) => json!(secret_id(which, model)),
    };
    request.insert("secret_id".to_owned(), given);
}

fn put_place(request: &mut Map<String, Value>, place: &Place) {
    put(request, "region", &place.region);
    put(request, "endpoint_url", &place.endpoint);
    put(request, "http_allowed", &place.http_allowed);
    put(request, "prefix", &place.prefix);
}
