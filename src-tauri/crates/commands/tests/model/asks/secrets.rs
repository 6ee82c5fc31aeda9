//! Commands about secrets.

use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

use super::{
    Connection, Expected, Member, Name, Policy, Said, TYPES, Way, Which, create_way, domains,
    env_key, expected, free_text, maybe, mend, mend_clearable, name, option_bool, policy, reason,
    right_name, tags, update_way, which, word,
};

#[derive(Debug, Clone, Default)]
pub struct CreateSecret {
    pub name: Member<Name>,
    pub description: Member<String>,
    pub notes: Member<String>,
    pub tags: Member<BTreeSet<String>>,
    pub secret_type: Member<&'static str>,
    pub auth_method: Member<&'static str>,
    pub way: Way,
    pub env_key: Member<String>,
    pub domains: Member<BTreeSet<String>>,
    pub policy: Member<Policy>,
    pub reason: Member<String>,
}

#[derive(Debug, Clone, Default)]
pub struct UpdateSecret {
    pub which: Which,
    pub name: Member<Name>,
    pub description: Member<String>,
    pub notes: Member<String>,
    pub tags: Member<BTreeSet<String>>,
    pub secret_type: Member<&'static str>,
    pub auth_method: Member<&'static str>,
    pub way: Way,
    pub env_key: Member<String>,
    pub domains: Member<BTreeSet<String>>,
    pub policy: Member<Policy>,
    pub expected: Expected,
    pub previous: Member<&'static str>,
    pub reason: Member<String>,
}

#[derive(Debug, Clone)]
pub struct DeleteSecret {
    pub which: Which,
    pub destroy: Option<bool>,
    pub force: Option<bool>,
    pub reason: Member<String>,
}

#[derive(Debug, Clone)]
pub struct OfVersion {
    pub which: Which,
    pub version: Version,
    pub reason: Member<String>,
}

#[derive(Debug, Clone, Copy)]
pub enum Version {
    /// One of those there are.
    Any(usize),
    Number(i64),
    Absent,
}

pub fn create_secret() -> BoxedStrategy<CreateSecret> {
    prop_oneof![5 => right_create(), 2 => any_create()].boxed()
}

pub fn update_secret() -> BoxedStrategy<UpdateSecret> {
    prop_oneof![5 => right_update(), 3 => any_update()].boxed()
}

fn right_create() -> impl Strategy<Value = CreateSecret> {
    let picks = any::<[usize; 2]>();
    let connection = prop::option::weighted(0.3, any::<usize>());
    let kind = kind().prop_flat_map(|(kind, methods)| (Just(kind), select(methods)));
    (any_create(), right_name(), kind, picks, connection).prop_map(
        |(mut ask, name, (kind, method), picks, connection)| {
            mend(&mut ask.description);
            mend(&mut ask.notes);
            mend(&mut ask.tags);
            mend(&mut ask.domains);
            mend(&mut ask.policy);
            mend(&mut ask.reason);
            mend(&mut ask.env_key);
            ask.env_key.take_if(|_| kind != "generic");
            ask.name = name;
            ask.secret_type = Some(Said::right(kind, kind));
            ask.auth_method = (kind == "azure_blob").then(|| Said::right(method, method));
            ask.way = Way {
                connection: connection.map(|any| Connection::Of(Which::There(any))),
                fitting: Some(picks),
                ..Way::default()
            };
            ask
        },
    )
}

/// Generic ones above all: they alone have env keys that clash.
fn kind() -> impl Strategy<Value = (&'static str, &'static [&'static str])> {
    let [.., generic] = TYPES;
    prop_oneof![1 => Just(generic), 2 => select(&TYPES[..])]
}

fn right_update() -> impl Strategy<Value = UpdateSecret> {
    let fitting = prop::option::of(any::<[usize; 2]>());
    let kind = select(&TYPES[..]).prop_flat_map(|(kind, methods)| (Just(kind), select(methods)));
    (
        any_update(),
        any::<usize>(),
        prop::option::weighted(0.2, kind),
        fitting,
    )
        .prop_map(|(mut ask, any, kind, fitting)| {
            mend(&mut ask.name);
            mend_clearable(&mut ask.description);
            mend_clearable(&mut ask.notes);
            mend_clearable(&mut ask.tags);
            mend_clearable(&mut ask.domains);
            mend(&mut ask.policy);
            mend(&mut ask.reason);
            mend_clearable(&mut ask.env_key);
            mend(&mut ask.previous);
            ask.previous.take_if(|_| fitting.is_none());
            ask.which = Which::There(any);
            if ask.expected != Expected::Absent {
                ask.expected = Expected::Current;
            }
            ask.secret_type = kind.map(|(kind, _)| Said::right(kind, kind));
            ask.auth_method = kind.map(|(_, method)| Said::right(method, method));
            ask.way = Way {
                fitting,
                ..Way::default()
            };
            ask
        })
}

fn any_create() -> BoxedStrategy<CreateSecret> {
    let typed = select(&TYPES[..]).prop_flat_map(|(kind, methods)| {
        let secret_type = prop_oneof![
            20 => Just(Some(Said::right(kind, kind))),
            1 => Just(Some(Said::wrong("S3"))),
            1 => Just(Some(Said::null())),
            1 => Just(None),
        ];
        let auth_method = auth_method(if methods.len() == 1 { 7 } else { 2 }, methods);
        (
            secret_type,
            auth_method,
            create_way(methods),
            env_key_for(kind),
        )
    });
    let texts = (
        prop_oneof![20 => name().prop_map(Some), 1 => Just(None), 1 => Just(Some(Said::null()))],
        maybe(8, free_text(2_000)),
        maybe(9, free_text(20_000)),
        maybe(8, tags()),
    );
    (
        texts,
        typed,
        maybe(6, domains()),
        maybe(6, policy()),
        reason(),
    )
        .prop_map(|(texts, typed, domains, policy, reason)| {
            let (name, description, notes, tags) = texts;
            let (secret_type, auth_method, way, env_key) = typed;
            CreateSecret {
                name,
                description,
                notes,
                tags,
                secret_type,
                auth_method,
                way,
                env_key,
                domains,
                policy,
                reason,
            }
        })
        .boxed()
}

fn any_update() -> BoxedStrategy<UpdateSecret> {
    let texts = (
        maybe(8, prop_oneof![10 => name(), 1 => Just(Said::null())]),
        maybe(8, free_text(2_000)),
        maybe(9, free_text(20_000)),
        maybe(9, tags()),
    );
    let typed = select(&TYPES[..]).prop_flat_map(|(kind, methods)| {
        let secret_type = maybe(8, word(vec![kind], "S3"));
        (secret_type, auth_method(8, methods), update_way(methods))
    });
    let use_ = (maybe(8, env_key()), maybe(7, domains()), maybe(8, policy()));
    let previous = maybe(8, word(vec!["keep", "destroy", "destroy"], "burn"));
    (which(1), texts, typed, use_, expected(), previous, reason())
        .prop_map(|(which, texts, typed, use_, expected, previous, reason)| {
            let (name, description, notes, tags) = texts;
            let (secret_type, auth_method, way) = typed;
            let (env_key, domains, policy) = use_;
            UpdateSecret {
                which,
                name,
                description,
                notes,
                tags,
                secret_type,
                auth_method,
                way,
                env_key,
                domains,
                policy,
                expected,
                previous,
                reason,
            }
        })
        .boxed()
}

fn auth_method(
    absent: u32,
    methods: &'static [&'static str],
) -> impl Strategy<Value = Member<&'static str>> {
    let right = maybe(absent, word(methods.to_vec(), "password"));
    let other = word(vec!["opaque_value", "wasabi_access_key"], "password").prop_map(Some);
    prop_oneof![12 => right, 1 => other]
}

/// Most secrets that are no generic ones come without, as they have to.
fn env_key_for(kind: &str) -> impl Strategy<Value = Member<String>> {
    maybe(if kind == "generic" { 5 } else { 9 }, env_key())
}

pub fn delete_secret() -> impl Strategy<Value = DeleteSecret> {
    (which(2), option_bool(), option_bool(), reason()).prop_map(
        |(which, destroy, force, reason)| DeleteSecret {
            which,
            destroy,
            force,
            reason,
        },
    )
}

pub fn of_version() -> impl Strategy<Value = OfVersion> {
    let version = prop_oneof![
        10 => any::<usize>().prop_map(Version::Any),
        2 => (-1..12_i64).prop_map(Version::Number),
        1 => Just(Version::Absent),
    ];
    (which(1), version, reason()).prop_map(|(which, version, reason)| OfVersion {
        which,
        version,
        reason,
    })
}

pub fn copied_field() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![
        3 => Just(None),
        4 => select(&["value", "secret_access_key", "sas_url", "account_name"][..]).prop_map(Some),
        1 => Just(Some("colour")),
    ]
}
