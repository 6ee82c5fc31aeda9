//! Who asks what after what.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// First some records, then anything, and now and then what is aimed at one rule.
pub fn sequence() -> impl Strategy<Value = Vec<Turn>> {
    let beginning = prop::collection::vec(turns(founder(), beginning().prop_map(one)), 5..16);
    let small = prop::option::weighted(0.4, select(vec!["free", "free", "free", "pro"]));
    let small = small.prop_map(|tier| {
        tier.map(|tier| Turn {
            by: By {
                role: Role::Owner,
                any: 0,
            },
            ask: Ask::SetTier(Some(Said::right(tier, tier))),
        })
    });
    let rest = prop_oneof![
        18 => turns(anyone(), ask().prop_map(one)),
        1 => turns(founder(), aimed()),
    ];
    (beginning, small, prop::collection::vec(rest, 20..60)).prop_map(|(beginning, small, rest)| {
        beginning
            .into_iter()
            .flatten()
            .chain(small)
            .chain(rest.into_iter().flatten())
            .collect()
    })
}

/// Members who come, change and go, and in between do what the others see.
pub fn sequence_of_a_team() -> impl Strategy<Value = Vec<Turn>> {
    let beginning = prop::collection::vec(turns(founder(), beginning().prop_map(one)), 3..6);
    let mostly_owners = prop_oneof![9 => Just(Role::Owner), 1 => select(&Role::ALL[..])];
    let any_role = select(&Role::ALL[..]);
    let rest = prop_oneof![
        5 => turns(mostly_owners, on_members().prop_map(one)),
        2 => turns(any_role, own_access().prop_map(one)),
        5 => turns(anyone(), prop_oneof![3 => ask(), 1 => copy()].prop_map(one)),
    ];
    (beginning, prop::collection::vec(rest, 16..28))
        .prop_map(|(beginning, rest)| beginning.into_iter().chain(rest).flatten().collect())
}

fn turns(
    role: impl Strategy<Value = Role> + 'static,
    asks: impl Strategy<Value = Vec<Ask>> + 'static,
) -> BoxedStrategy<Vec<Turn>> {
    (role, any::<usize>(), asks)
        .prop_map(|(role, any, asks)| {
            let by = By { role, any };
            asks.into_iter().map(|ask| Turn { by, ask }).collect()
        })
        .boxed()
}

fn one(ask: Ask) -> Vec<Ask> {
    vec![ask]
}

fn founder() -> impl Strategy<Value = Role> {
    prop_oneof![3 => Just(Role::Owner), 1 => Just(Role::Admin)]
}

fn anyone() -> impl Strategy<Value = Role> {
    prop_oneof![
        6 => founder(),
        1 => Just(Role::Operator),
        1 => Just(Role::Viewer),
    ]
}

fn beginning() -> BoxedStrategy<Ask> {
    prop_oneof![
        4 => create_secret().prop_map(|ask| Ask::CreateSecret(Box::new(ask))),
        1 => create_connection().prop_map(|ask| Ask::CreateConnection(Box::new(ask))),
        1 => create_location().prop_map(|ask| Ask::CreateLocation(Box::new(ask))),
    ]
    .boxed()
}

fn on_members() -> BoxedStrategy<Ask> {
    prop_oneof![
        4 => invite().prop_map(Ask::Invite),
        4 => join().prop_map(Ask::Join),
        5 => (act_on_member(), role()).prop_map(|(ask, role)| Ask::ChangeRole(ask, role)),
        2 => act_on_member().prop_map(Ask::RemoveMember),
        1 => confirm().prop_map(Ask::Rekey),
    ]
    .boxed()
}

fn own_access() -> impl Strategy<Value = Ask> {
    prop_oneof![
        2 => own_password().prop_map(Ask::ChangePassword),
        1 => own_password().prop_map(Ask::RenewIdentity),
    ]
}

fn copy() -> impl Strategy<Value = Ask> {
    (which(1), copied_field()).prop_map(|(which, field)| Ask::Copy(which, field))
}

fn ask() -> BoxedStrategy<Ask> {
    let secrets = prop_oneof![
        9 => create_secret().prop_map(|ask| Ask::CreateSecret(Box::new(ask))),
        14 => update_secret().prop_map(|ask| Ask::UpdateSecret(Box::new(ask))),
        4 => delete_secret().prop_map(Ask::DeleteSecret),
        2 => which(30).prop_map(Ask::UndeleteSecret),
        3 => of_version().prop_map(Ask::Restore),
        3 => (of_version(), option_bool()).prop_map(|(ask, forget)| Ask::DestroyVersion(ask, forget)),
        1 => prop::option::weighted(0.3, Just(Ask::EmptyTrash)).prop_map(|ask| ask.unwrap_or(Ask::TurnClock(1))),
        3 => (which(1), copied_field()).prop_map(|(which, field)| Ask::Copy(which, field)),
    ];
    let records = prop_oneof![
        5 => create_location().prop_map(|ask| Ask::CreateLocation(Box::new(ask))),
        5 => update_location().prop_map(|ask| Ask::UpdateLocation(Box::new(ask))),
        1 => delete_record().prop_map(Ask::DeleteLocation),
        4 => create_connection().prop_map(|ask| Ask::CreateConnection(Box::new(ask))),
        2 => update_connection().prop_map(|ask| Ask::UpdateConnection(Box::new(ask))),
        2 => rotate_token().prop_map(Ask::RotateToken),
        2 => delete_record().prop_map(Ask::DeleteConnection),
        1 => tier().prop_map(Ask::SetTier),
    ];
    prop_oneof![
        20 => secrets,
        12 => records,
        1 => (-60_000..120_000_i64).prop_map(Ask::TurnClock),
    ]
    .boxed()
}
