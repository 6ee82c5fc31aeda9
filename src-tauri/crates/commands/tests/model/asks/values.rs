//! What brings or places a secret's values.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{Member, Said, Which, which};

/// Types of secrets, with their methods, and the fields of these (CREATE-05, CREATE-07).
pub const TYPES: [(&str, &[&str]); 5] = [
    ("s3", &["s3_access_key"]),
    ("wasabi", &["wasabi_access_key"]),
    ("s3_compatible", &["s3_compatible_access_key"]),
    ("azure_blob", &["azure_account_key", "azure_sas_url"]),
    ("generic", &["opaque_value"]),
];

pub fn fields_of(method: &str) -> &'static [&'static str] {
    match method {
        "azure_account_key" => &["account_name", "account_key"],
        "azure_sas_url" => &["sas_url"],
        "opaque_value" => &["value"],
        _ => &["access_key_id", "secret_access_key"],
    }
}

/// Three values of each field.
pub fn values_of(field: &str) -> [&'static str; 3] {
    match field {
        "access_key_id" => [
            "AKIAIOSFODNN7EXAMPLE",
            "AKIA5555555555555555",
            "not-an-aws-key",
        ],
        "secret_access_key" => [
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "aJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "short",
        ],
        "account_name" => ["acmestore", "betastore", "gamma"],
        "account_key" => [
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
            "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
            "CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        ],
        "sas_url" => [
            "https://acme.blob.core.windows.net/media?sv=2022-11-02&se=2031-01-01&sr=c&sp=rl&sig=c2lnbmF0dXJl",
            "https://acme.blob.core.windows.net/media?sv=2022-11-02&se=2032-01-01&sr=c&sp=rl&sig=c2lnbmF0dXJl",
            "https://acme.blob.core.windows.net/other?sv=2022-11-02&se=2031-01-01&sr=c&sp=rl&sig=c2lnbmF0dXJl",
        ],
        _ => ["plover-dunlin-1", " plover\r\n", "ключ 🔑"],
    }
}

/// The members that bring or place values (CREATE-06, UPDATE-09 to -12); `None` is left out.
#[derive(Debug, Clone, Default)]
pub struct Way {
    pub credentials: Option<Credentials>,
    pub generate: Member<usize>,
    pub connection: Option<Connection>,
    pub mappings: Option<Mappings>,
    /// Whole and right, of whatever the secret turns out to need: which values, or references, of each field.
    pub fitting: Option<[usize; 2]>,
}

#[derive(Debug, Clone)]
pub enum Credentials {
    Null,
    Fields(Vec<Field>),
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: &'static str,
    pub said: Said<&'static str>,
}

#[derive(Debug, Clone, Copy)]
pub enum Connection {
    Null,
    Of(Which),
}

#[derive(Debug, Clone)]
pub enum Mappings {
    Null,
    Of(Vec<Mapping>),
}

#[derive(Debug, Clone)]
pub struct Mapping {
    pub field: &'static str,
    pub reference: Reference,
}

/// References, and to which providers each can belong (CREATE-09).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    pub text: &'static str,
    pub onepassword: bool,
    pub doppler: bool,
}

pub fn create_way(methods: &'static [&'static str]) -> BoxedStrategy<Way> {
    prop_oneof![
        14 => select(methods).prop_flat_map(credentials).prop_map(|fields| Way {
            credentials: Some(fields),
            ..Way::default()
        }),
        2 => generate().prop_map(|generate| Way { generate: Some(generate), ..Way::default() }),
        6 => external(methods),
        2 => any_way(methods),
    ]
    .boxed()
}

pub fn update_way(methods: &'static [&'static str]) -> BoxedStrategy<Way> {
    prop_oneof![
        7 => Just(Way::default()),
        8 => select(methods).prop_flat_map(credentials).prop_map(|fields| Way {
            credentials: Some(fields),
            ..Way::default()
        }),
        1 => generate().prop_map(|generate| Way { generate: Some(generate), ..Way::default() }),
        3 => select(methods).prop_flat_map(mappings).prop_map(|mappings| Way {
            mappings: Some(mappings),
            ..Way::default()
        }),
        1 => any_way(methods),
    ]
    .boxed()
}

/// Any combination of the four, few of which can stand.
fn any_way(methods: &'static [&'static str]) -> impl Strategy<Value = Way> {
    (
        prop::option::of(select(methods).prop_flat_map(credentials)),
        prop::option::weighted(0.2, generate()),
        prop::option::of(connection()),
        prop::option::of(select(methods).prop_flat_map(mappings)),
    )
        .prop_map(|(credentials, generate, connection, mappings)| Way {
            credentials,
            generate,
            connection,
            mappings,
            fitting: None,
        })
}

fn external(methods: &'static [&'static str]) -> impl Strategy<Value = Way> {
    (connection(), select(methods).prop_flat_map(mappings)).prop_map(|(connection, mappings)| Way {
        connection: Some(connection),
        mappings: Some(mappings),
        ..Way::default()
    })
}

fn connection() -> impl Strategy<Value = Connection> {
    prop_oneof![14 => which(0).prop_map(Connection::Of), 1 => Just(Connection::Null)]
}

/// The fields of a method, mostly whole and right.
fn credentials(method: &'static str) -> BoxedStrategy<Credentials> {
    let fields = fields_of(method);
    let whole: Vec<_> = fields.iter().map(|&name| right_field(name)).collect();
    let some = subsequence(fields, 0..=fields.len())
        .prop_flat_map(|names| names.into_iter().map(any_field).collect::<Vec<_>>())
        .prop_flat_map(|fields| {
            (
                Just(fields),
                prop::option::weighted(0.2, any_field("colour")),
            )
        })
        .prop_map(|(mut fields, unknown)| {
            fields.extend(unknown);
            fields
        });
    prop_oneof![
        10 => whole.prop_map(Credentials::Fields),
        4 => some.prop_map(Credentials::Fields),
        1 => Just(Credentials::Null),
    ]
    .boxed()
}

fn right_field(name: &'static str) -> impl Strategy<Value = Field> {
    let values = values_of(name).map(|value| Said::right(value, value));
    select(values.to_vec()).prop_map(move |said| Field { name, said })
}

fn any_field(name: &'static str) -> impl Strategy<Value = Field> {
    let wrong = if name == "value" {
        "a\0b"
    } else {
        "line\nbreak"
    };
    let defects = vec![Said::wrong(""), Said::wrong(wrong), Said::null()];
    let defect = select(defects).prop_map(move |said| Field { name, said });
    prop_oneof![4 => right_field(name), 1 => defect]
}

/// A length within 8 to 4096 characters, or not.
fn generate() -> impl Strategy<Value = Said<usize>> {
    let of = |length: usize| Said::right(serde_json::json!({"length": length}), length);
    select(vec![
        of(12),
        of(64),
        Said::right(serde_json::json!({}), 40),
        Said::wrong(serde_json::json!({"length": 0})),
        Said::null(),
    ])
}

pub const REFERENCES: [Reference; 6] = [
    reference("op://Vault/Item/field", true, false),
    reference("op://Vault/Item/Section/other?attribute=value", true, false),
    reference("AWS_KEY", false, true),
    reference("OTHER_KEY", false, true),
    reference("op://Vault/field", false, false),
    reference("", false, false),
];

const fn reference(text: &'static str, onepassword: bool, doppler: bool) -> Reference {
    Reference {
        text,
        onepassword,
        doppler,
    }
}

fn mappings(method: &'static str) -> BoxedStrategy<Mappings> {
    let fields = fields_of(method);
    let of = |references: &'static [Reference]| {
        let all: Vec<_> = fields
            .iter()
            .map(|&field| {
                select(references).prop_map(move |reference| Mapping { field, reference })
            })
            .collect();
        all.prop_map(Mappings::Of)
    };
    let some = subsequence(fields, 0..=fields.len()).prop_flat_map(|fields| {
        let all: Vec<_> = fields
            .into_iter()
            .chain(["colour"])
            .map(|field| {
                select(&REFERENCES[..]).prop_map(move |reference| Mapping { field, reference })
            })
            .collect();
        all
    });
    prop_oneof![
        6 => of(&REFERENCES[..2]),
        6 => of(&REFERENCES[2..4]),
        2 => of(&REFERENCES[..]),
        1 => some.prop_map(Mappings::Of),
        1 => Just(Mappings::Null),
    ]
    .boxed()
}
