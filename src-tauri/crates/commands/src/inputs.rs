//! Requests as the rules take them.

use domain::create::CreateInput;
use domain::external::MappingInput;
use domain::update::UpdateInput;
use domain::{GenerateInput, HistoryInput, Patch};

use crate::api::{FieldMapping, Generate, HistoryGiven, Object, SecretCreate, SecretUpdate, Whole};

pub fn create(request: SecretCreate) -> CreateInput {
    CreateInput {
        name: request.name.0,
        description: request.description,
        notes: request.notes,
        tags: request.tags,
        secret_type: request.secret_type.0,
        auth_method: request.auth_method,
        credentials: request.credentials,
        generate: request.generate.map(generate),
        vault_connection_id: request.vault_connection_id,
        field_mappings: request.field_mappings.map(mappings),
        env_key: request.env_key,
        allowed_domains: request.allowed_domains,
        history: request.history.map(history),
        reason: request.reason,
        import_source: None,
        earlier: Vec::new(),
        expires_at: None,
    }
}

/// All of the request but the id.
pub fn update(request: SecretUpdate) -> UpdateInput {
    UpdateInput {
        name: request.name,
        description: request.description,
        notes: request.notes,
        tags: request.tags,
        secret_type: request.secret_type,
        auth_method: request.auth_method,
        credentials: request.credentials,
        generate: each(request.generate, generate),
        previous: request.previous,
        vault_connection_id: request.vault_connection_id,
        field_mappings: each(request.field_mappings, mappings),
        env_key: request.env_key,
        allowed_domains: request.allowed_domains,
        history: each(request.history, history),
        expected_revision: each(request.expected_revision, Whole::or_out_of_range),
        reason: request.reason,
        origin: domain::update::Origin::Person,
    }
}

fn generate(Object(given): Object<Generate>) -> GenerateInput {
    GenerateInput {
        length: given.length.map(Whole::or_out_of_range),
        alphabet: given.alphabet,
    }
}

fn history(Object(given): Object<HistoryGiven>) -> HistoryInput {
    HistoryInput {
        keep: given.keep.map(Whole::or_out_of_range),
        grace_days: given.grace_days.map(Whole::or_out_of_range),
    }
}

/// A `null` in the place of a mapping lacks all that a mapping has.
fn mappings(given: Vec<Option<Object<FieldMapping>>>) -> Vec<MappingInput> {
    given
        .into_iter()
        .map(|given| match given {
            Some(Object(mapping)) => MappingInput {
                field_name: mapping.field_name.0,
                reference: mapping.reference.0,
            },
            None => MappingInput::default(),
        })
        .collect()
}

pub fn each<A, B>(patch: Patch<A>, turn: impl FnOnce(A) -> B) -> Patch<B> {
    match patch {
        Patch::Absent => Patch::Absent,
        Patch::Clear => Patch::Clear,
        Patch::Set(value) => Patch::Set(turn(value)),
    }
}
