//! ERR-06: each stage is tried with every later stage at fault as well.

use super::support::*;
use domain::create::CreateInput;
use domain::external::MappingInput;
use domain::facts::{CreateFacts, NameFacts, RoomFacts, UpdateFacts};
use domain::update::UpdateInput;
use domain::*;

fn taken() -> NameFacts {
    NameFacts {
        same_name: Some(other()),
        same_env_key: Some(other()),
    }
}

fn decide_create(input: CreateInput, facts: &CreateFacts, role: Role) -> Result<Plan, Rejection> {
    let context = context(START, role);
    input
        .parse(&context, None, &mut counting)?
        .decide(facts, &context)
}

#[test]
fn err_06_a_create_is_refused_at_its_first_stage() {
    let facts = CreateFacts {
        names: taken(),
        room: RoomFacts {
            tier: Tier::Free,
            live_secrets: 5,
        },
    };
    let mapping = MappingInput {
        field_name: text("value"),
        reference: text("op://v/i/f"),
    };
    let external = || CreateInput {
        credentials: None,
        vault_connection_id: Some(ConnectionId::from_bytes([4; 16]).to_string()),
        field_mappings: Some(vec![mapping.clone()]),
        ..generic("")
    };
    let both_ways_and_no_name = CreateInput {
        credentials: Some(access_key()),
        name: None,
        ..external()
    };
    refused(
        decide_create(both_ways_and_no_name, &facts, Role::Viewer),
        ErrorType::AccessForbidden,
    );
    let both_ways_and_no_name = CreateInput {
        credentials: Some(access_key()),
        name: None,
        ..external()
    };
    refused(
        decide_create(both_ways_and_no_name, &facts, Role::Owner),
        ErrorType::InvalidRequest,
    );
    let no_name = CreateInput {
        name: None,
        ..external()
    };
    refused(
        decide_create(no_name, &facts, Role::Owner),
        ErrorType::ValidationError,
    );
    refused(
        decide_create(external(), &facts, Role::Owner),
        ErrorType::NotFound,
    );
    refused(
        decide_create(generic("x"), &facts, Role::Owner),
        ErrorType::AlreadyExists,
    );
    let free_name = CreateFacts {
        names: NameFacts::default(),
        ..facts
    };
    refused(
        decide_create(generic("x"), &free_name, Role::Owner),
        ErrorType::LimitReached,
    );
}

#[test]
fn err_06_an_update_is_refused_at_its_first_stage() {
    let location = Dependant::Location {
        id: LocationId::from_bytes([5; 16]),
        name: "Uploads".to_owned(),
    };
    let facts = UpdateFacts {
        names: taken(),
        dependants: vec![location],
    };
    let wrong_from = |stage: u8| UpdateInput {
        vault_connection_id: if stage <= 1 {
            Patch::Clear
        } else {
            Patch::Absent
        },
        description: if stage <= 2 {
            Patch::Set("d".repeat(2_001))
        } else {
            Patch::Absent
        },
        expected_revision: if stage <= 3 {
            Patch::Set(9)
        } else {
            Patch::Absent
        },
        name: if stage <= 4 {
            Patch::Set("Taken".to_owned())
        } else {
            Patch::Absent
        },
        secret_type: if stage <= 5 {
            Patch::Set("r2".to_owned())
        } else {
            Patch::Absent
        },
        ..UpdateInput::default()
    };
    let mut stored = Stored::new(s3());
    stored.role = Role::Operator;
    refused(
        stored.decide_with(wrong_from(1), &facts),
        ErrorType::AccessForbidden,
    );
    stored.role = Role::Admin;
    refused(
        stored.decide_with(wrong_from(1), &facts),
        ErrorType::InvalidRequest,
    );
    refused(
        stored.decide_with(wrong_from(2), &facts),
        ErrorType::ValidationError,
    );
    refused(
        stored.decide_with(wrong_from(3), &facts),
        ErrorType::Conflict,
    );
    refused(
        stored.decide_with(wrong_from(4), &facts),
        ErrorType::AlreadyExists,
    );
    refused(stored.decide_with(wrong_from(5), &facts), ErrorType::InUse);
}

#[test]
fn err_06_a_request_without_fault_passes_every_stage() {
    parts(decide_create(s3(), &free(), Role::Admin));
    changed(Stored::new(s3()).decide(UpdateInput {
        name: Patch::Set("New".to_owned()),
        ..UpdateInput::default()
    }));
}
