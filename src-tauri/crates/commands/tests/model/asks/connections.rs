//! Commands about connections and the tier.

use proptest::prelude::*;
use proptest::sample::select;

use super::{
    Credentials, Expected, Field, Member, Name, Said, Which, delete_record, expected, free_text,
    maybe, mend, name, reason, right_name, which, word,
};

#[derive(Debug, Clone)]
pub struct CreateConnection {
    pub name: Member<Name>,
    pub description: Member<String>,
    pub connection_type: Member<&'static str>,
    pub method: Member<&'static str>,
    pub credentials: Credentials,
    pub reason: Member<String>,
}

#[derive(Debug, Clone, Default)]
pub struct UpdateConnection {
    pub which: Which,
    pub name: Member<Name>,
    pub description: Member<String>,
    /// A member that never changes.
    pub immutable: Option<&'static str>,
    pub expected: Expected,
    pub reason: Member<String>,
}

#[derive(Debug, Clone)]
pub struct RotateToken {
    pub which: Which,
    pub credentials: Credentials,
    /// Whole and right, of the connection's method: which token.
    pub fitting: Option<usize>,
    pub expected: Expected,
    pub reason: Member<String>,
}

/// Types of connections with a method and its fields: those that are set for good, and those that come with a token (CONN-01).
pub const CONNECTIONS: [(&str, &str, &[&str], &[&str]); 3] = [
    (
        "onepassword",
        "onepassword_connect",
        &["connect_url"],
        &["connect_token"],
    ),
    (
        "onepassword",
        "onepassword_service_account",
        &[],
        &["service_account_token"],
    ),
    (
        "doppler",
        "doppler_service_token",
        &["project", "config"],
        &["service_token"],
    ),
];

/// What a field of a connection may hold, and as what it is kept.
pub fn texts_of(field: &str) -> &'static [(&'static str, &'static str)] {
    match field {
        "connect_url" => &[
            (
                "https://Connect.example.com/",
                "https://connect.example.com",
            ),
            ("http://localhost:8080", "http://localhost:8080"),
        ],
        "project" | "config" => &[(" prd ", "prd"), ("backend", "backend")],
        _ => &[
            ("dp.st.prd.0123456789abcdef", "dp.st.prd.0123456789abcdef"),
            ("ops_eyJzaWduSW5BZGRyZXNz", "ops_eyJzaWduSW5BZGRyZXNz"),
            ("t", "t"),
        ],
    }
}

pub fn create_connection() -> BoxedStrategy<CreateConnection> {
    let right = (
        right_name(),
        maybe(7, free_text(2_000)),
        select(&CONNECTIONS[..]),
        reason(),
    )
        .prop_flat_map(
            |(name, mut description, (kind, method, fixed, token), mut reason)| {
                mend(&mut description);
                mend(&mut reason);
                let all = fixed.iter().chain(token).map(|&field| right_text(field));
                let ask = CreateConnection {
                    name,
                    description,
                    connection_type: Some(Said::right(kind, kind)),
                    method: (kind == "onepassword").then(|| Said::right(method, method)),
                    credentials: Credentials::Null,
                    reason,
                };
                (Just(ask), all.collect::<Vec<_>>())
            },
        )
        .prop_map(|(ask, fields)| CreateConnection {
            credentials: Credentials::Fields(fields),
            ..ask
        });
    let any = (
        prop_oneof![10 => name().prop_map(Some), 1 => Just(None)],
        maybe(7, free_text(2_000)),
        maybe(1, word(vec!["onepassword", "doppler"], "vault")),
        maybe(
            5,
            word(
                vec!["onepassword_connect", "doppler_service_token"],
                "password",
            ),
        ),
        any_texts(),
        reason(),
    );
    let any = any.prop_map(
        |(name, description, connection_type, method, credentials, reason)| CreateConnection {
            name,
            description,
            connection_type,
            method,
            credentials,
            reason,
        },
    );
    prop_oneof![3 => right, 2 => any].boxed()
}

pub fn update_connection() -> impl Strategy<Value = UpdateConnection> {
    let immutable = select(vec!["credentials", "connection_type", "method"]);
    (
        which(0),
        maybe(4, prop_oneof![9 => name(), 1 => Just(Said::null())]),
        maybe(5, free_text(2_000)),
        prop::option::weighted(0.1, immutable),
        expected(),
        reason(),
    )
        .prop_map(
            |(which, name, description, immutable, expected, reason)| UpdateConnection {
                which,
                name,
                description,
                immutable,
                expected,
                reason,
            },
        )
}

pub fn rotate_token() -> BoxedStrategy<RotateToken> {
    (
        which(0),
        any_texts(),
        prop::option::weighted(0.7, any::<usize>()),
        delete_record(),
    )
        .prop_map(|(which, credentials, fitting, other)| RotateToken {
            which,
            credentials,
            fitting,
            expected: other.expected,
            reason: other.reason,
        })
        .boxed()
}

pub fn tier() -> impl Strategy<Value = Member<&'static str>> {
    prop_oneof![12 => word(vec!["free", "pro", "unlimited"], "enterprise").prop_map(Some), 1 => Just(None)]
}

fn right_text(name: &'static str) -> impl Strategy<Value = Field> {
    select(texts_of(name)).prop_map(move |(sent, held)| Field {
        name,
        said: Said::right(sent, held),
    })
}

fn any_texts() -> impl Strategy<Value = Credentials> {
    let names = [
        "connect_url",
        "connect_token",
        "project",
        "config",
        "service_token",
        "colour",
    ];
    let fields = names.map(|name| {
        let defects = vec![Said::wrong(""), Said::wrong("a\nb"), Said::null()];
        let defect = select(defects).prop_map(move |said| Field { name, said });
        prop::option::weighted(0.4, prop_oneof![4 => right_text(name), 1 => defect])
    });
    let fields = fields
        .to_vec()
        .prop_map(|fields| fields.into_iter().flatten().collect());
    prop_oneof![9 => fields.prop_map(Credentials::Fields), 1 => Just(Credentials::Null)]
}
