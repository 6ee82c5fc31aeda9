//! What a request's type, method and values come to: CREATE-04 to -09, UPDATE-06 to -11.

use std::collections::BTreeMap;

use super::Faults;
use super::secrets::Value;
use crate::asks::{
    Connection, Credentials, Mapping, Mappings, Means, Member, TYPES, Way, fields_of,
};

/// The type of a method.
pub fn type_of(method: &str) -> &'static str {
    let (kind, _) = TYPES
        .iter()
        .find(|(_, methods)| methods.contains(&method))
        .unwrap();
    kind
}

/// The method that is meant; where it cannot be told, why is among the faults.
pub fn method_of(
    secret_type: Option<&str>,
    auth_method: &Member<&'static str>,
    current: Option<&'static str>,
    faults: &mut Faults,
) -> Option<&'static str> {
    let given = auth_method.as_ref().and_then(|said| match said.means {
        Means::Null => None,
        Means::Wrong => Some(None),
        Means::Right(method) => Some(Some(method)),
    });
    if given == Some(None) {
        faults.at("auth_method");
    }
    let (_, methods) = TYPES.iter().find(|(kind, _)| Some(*kind) == secret_type)?;
    match given {
        Some(method) => {
            let method = method?;
            if methods.contains(&method) {
                return Some(method);
            }
            faults.at("auth_method");
            None
        }
        None if current.is_some_and(|method| methods.contains(&method)) => current,
        None if methods.len() == 1 => Some(methods[0]),
        None => {
            faults.at("auth_method");
            None
        }
    }
}

/// Of `credentials`: the values of all fields, if nothing is wrong. `kept` are values that stay where they are left out;
/// a `null` is a fault only where there is something to clear.
pub fn credentials(
    given: &Credentials,
    method: &str,
    kept: Option<&BTreeMap<&'static str, Value>>,
    faults: &mut Faults,
) -> Option<BTreeMap<&'static str, Value>> {
    let Credentials::Fields(given) = given else {
        return None;
    };
    let fields = fields_of(method);
    let mut values = BTreeMap::new();
    let mut is_right = true;
    let mut fault = |name: &str| {
        faults.at(format!("credentials.{name}"));
        is_right = false;
    };
    for field in given {
        let is_null = field.said.is_null();
        if (is_null && kept.is_some()) || (!is_null && !fields.contains(&field.name)) {
            fault(field.name);
        }
    }
    for name in fields {
        let said = given.iter().find(|field| field.name == *name);
        match said.map(|field| &field.said.means) {
            Some(Means::Right(value)) => {
                values.insert(*name, Value::Known(value));
            }
            Some(Means::Wrong) => fault(name),
            Some(Means::Null) | None => {
                let lasting = kept.filter(|_| *name == "account_name" && said.is_none());
                match lasting.and_then(|kept| kept.get(name)) {
                    Some(value) => {
                        values.insert(*name, value.clone());
                    }
                    None => fault(name),
                }
            }
        }
    }
    is_right.then_some(values)
}

/// Of `field_mappings`: the reference of each field in the method's order. Without a provider their form cannot be judged.
pub fn mappings(
    given: &[Mapping],
    method: &str,
    provider: Option<&str>,
    faults: &mut Faults,
) -> Vec<(&'static str, &'static str)> {
    let fields = fields_of(method);
    let mut right = Vec::new();
    for (index, mapping) in given.iter().enumerate() {
        if !fields.contains(&mapping.field) {
            faults.at(format!("field_mappings.{index}.field_name"));
        }
        let fits = match provider {
            Some("onepassword") => mapping.reference.onepassword,
            Some(_) => mapping.reference.doppler,
            None => !mapping.reference.text.is_empty(),
        };
        if !fits {
            faults.at(format!("field_mappings.{index}.reference"));
        }
    }
    for field in fields {
        match given.iter().find(|mapping| mapping.field == *field) {
            Some(mapping) => right.push((*field, mapping.reference.text)),
            None => faults.at("field_mappings"),
        }
    }
    right
}

/// The ways of a request that are there, `null` being as good as absent.
pub struct Ways<'a> {
    pub credentials: Option<&'a Credentials>,
    /// Its length; none where it is wrong.
    pub generate: Option<Option<usize>>,
    pub connection: Option<Connection>,
    pub mappings: Option<&'a [Mapping]>,
}

impl<'a> Ways<'a> {
    pub fn of(way: &'a Way) -> Self {
        Self {
            credentials: way
                .credentials
                .as_ref()
                .filter(|given| matches!(given, Credentials::Fields(_))),
            generate: way
                .generate
                .as_ref()
                .filter(|said| !said.is_null())
                .map(|said| said.meant()),
            connection: way
                .connection
                .filter(|given| matches!(given, Connection::Of(_))),
            mappings: way.mappings.as_ref().and_then(|given| match given {
                Mappings::Null => None,
                Mappings::Of(mappings) => Some(mappings.as_slice()),
            }),
        }
    }

    pub fn brings_values(&self) -> bool {
        self.credentials.is_some() || self.generate.is_some()
    }
}
