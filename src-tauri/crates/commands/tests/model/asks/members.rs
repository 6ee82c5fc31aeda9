//! Members of requests. Every text stands beside what CREATE-01 and its neighbours make of it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::{Means, Member, Said};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// As it is kept.
    pub held: String,
    /// The same for names that clash.
    pub folded: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub keep: u32,
    pub grace_days: Option<u32>,
}

/// How a request's `expected_revision` stands to the record's revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expected {
    #[default]
    Absent,
    Current,
    Older,
    Newer,
    Negative,
    Null,
}

impl Expected {
    pub fn json(self, revision: u64) -> Option<Value> {
        match self {
            Self::Absent => None,
            Self::Current => Some(json!(revision)),
            Self::Older => Some(json!(revision.saturating_sub(1))),
            Self::Newer => Some(json!(revision + 1)),
            Self::Negative => Some(json!(-1)),
            Self::Null => Some(Value::Null),
        }
    }
}

/// Names that differ, that clash in another case or composition, and that are none.
pub fn name() -> impl Strategy<Value = Said<Name>> {
    let name = |sent: &str, held: &str, folded| {
        let held = held.to_owned();
        Said::right(sent, Name { held, folded })
    };
    let right = vec![
        name("Stripe", "Stripe", "stripe"),
        name("  STRIPE ", "STRIPE", "stripe"),
        name("Straße", "Straße", "strasse"),
        name("STRASSE", "STRASSE", "strasse"),
        name("E\u{301}clair", "\u{c9}clair", "éclair"),
        name("\u{c9}CLAIR", "\u{c9}CLAIR", "éclair"),
        name("deploy", "deploy", "deploy"),
        name("🐚", "🐚", "🐚"),
        name("backup", "backup", "backup"),
        name("mail", "mail", "mail"),
        name("cdn", "cdn", "cdn"),
        name("x", "x", "x"),
    ];
    let long = "n".repeat(255);
    let longest = name(&long, &long, "longest");
    let wrong = vec![
        Said::wrong(""),
        Said::wrong(" \u{3000}"),
        Said::wrong("a\nb"),
        Said::wrong("n".repeat(256)),
    ];
    prop_oneof![12 => select(right), 1 => Just(longest), 1 => select(wrong)]
}

/// `description`, up to 2000 characters, or `notes`, up to 20,000.
pub fn free_text(chars_max: usize) -> impl Strategy<Value = Said<String>> {
    let text = |sent: &str| Said::right(sent, sent.to_owned());
    let composed = Said::right("e\u{301}", "\u{e9}".to_owned());
    prop_oneof![
        6 => select(vec![text(""), text("one"), text(" two\nlines "), composed]),
        1 => Just(text(&"d".repeat(chars_max))),
        1 => select(vec![Said::wrong("a\0b"), Said::wrong("d".repeat(chars_max + 1))]),
        1 => Just(Said::null()),
    ]
}

pub fn reason() -> impl Strategy<Value = Member<String>> {
    prop_oneof![
        8 => Just(None),
        3 => Just(Some(Said::right("why", "why".to_owned()))),
        1 => Just(Some(Said::wrong("r".repeat(501)))),
        1 => Just(Some(Said::null())),
    ]
}

pub fn tags() -> impl Strategy<Value = Said<BTreeSet<String>>> {
    let set = |sent: &[&str], held: &[&str]| {
        Said::right(
            sent.to_vec(),
            held.iter().map(|&tag| tag.to_owned()).collect(),
        )
    };
    let most: Vec<String> = (0..33).map(|tag| format!("t{tag}")).collect();
    prop_oneof![
        6 => select(vec![
            set(&[], &[]),
            set(&["a", "b"], &["a", "b"]),
            set(&["b", " a", "b"], &["a", "b"]),
            set(&["A"], &["A"]),
        ]),
        1 => select(vec![
            Said::wrong(most),
            Said::wrong(vec![""]),
            Said::wrong(vec!["g".repeat(65)]),
            Said::wrong(json!(["a", null])),
        ]),
        1 => Just(Said::null()),
    ]
}

/// The names that load code or steer the shell are among the wrong ones (CREATE-11).
pub fn env_key() -> impl Strategy<Value = Said<String>> {
    let key = |sent: &str| Said::right(sent, sent.to_owned());
    let wrong = vec![
        Said::wrong(""),
        Said::wrong("1KEY"),
        Said::wrong("A-B"),
        Said::wrong("PATH"),
        Said::wrong("LD_PRELOAD"),
        Said::wrong("K".repeat(256)),
    ];
    prop_oneof![
        7 => select(vec![key("TOKEN"), key("_x9"), key("STRIPE_KEY")]),
        1 => Just(key(&"K".repeat(255))),
        1 => select(wrong),
        2 => Just(Said::null()),
    ]
}

/// Patterns in their normal form; empty for any host (CREATE-12).
pub fn domains() -> impl Strategy<Value = Said<BTreeSet<String>>> {
    let set = |sent: &[&str], held: &[&str]| {
        Said::right(
            sent.to_vec(),
            held.iter().map(|&host| host.to_owned()).collect(),
        )
    };
    prop_oneof![
        8 => select(vec![
            set(&[], &[]),
            set(&["api.example.com"], &["api.example.com"]),
            set(&["API.Example.com", "api.example.com"], &["api.example.com"]),
            set(&["*.example.com"], &["*.example.com"]),
            set(&["example.com", "*.api.example.com"], &["example.com", "*.api.example.com"]),
            set(&["bücher.example"], &["xn--bcher-kva.example"]),
            set(&["127.0.0.1", "localhost"], &["127.0.0.1", "localhost"]),
        ]),
        1 => select(vec![
            Said::wrong(vec!["*"]),
            Said::wrong(vec!["*.com"]),
            Said::wrong(vec!["https://example.com"]),
            Said::wrong(vec!["example.com:443"]),
            Said::wrong(vec!["*.127.0.0.1"]),
        ]),
        1 => Just(Said::null()),
    ]
}

pub fn policy() -> impl Strategy<Value = Said<Policy>> {
    let right = |keep: u32, grace_days: Option<u32>| {
        Said::right(
            json!({"keep": keep, "grace_days": grace_days}),
            Policy { keep, grace_days },
        )
    };
    prop_oneof![
        8 => select(vec![
            Said::right(json!({"keep": 0}), Policy { keep: 0, grace_days: None }),
            right(1, None),
            right(2, Some(30)),
            right(5, Some(1)),
        ]),
        1 => select(vec![
            Said::wrong(json!({"keep": -1})),
            Said::wrong(json!({})),
            Said::wrong(json!({"keep": 0, "grace_days": 3})),
            Said::wrong(json!({"keep": 2, "grace_days": 0})),
        ]),
        1 => Just(Said::null()),
    ]
}

pub fn expected() -> impl Strategy<Value = Expected> {
    prop_oneof![
        8 => Just(Expected::Absent),
        4 => Just(Expected::Current),
        1 => Just(Expected::Older),
        1 => Just(Expected::Newer),
        1 => Just(Expected::Negative),
        1 => Just(Expected::Null),
    ]
}

/// Left out in `absent` of ten cases.
pub fn maybe<T: std::fmt::Debug + Clone>(
    absent: u32,
    said: impl Strategy<Value = Said<T>>,
) -> impl Strategy<Value = Member<T>> {
    prop_oneof![absent => Just(None), 10 - absent => said.prop_map(Some)]
}

/// A request's word, right or not, for members whose meaning depends on others.
pub fn word(
    right: Vec<&'static str>,
    wrong: &'static str,
) -> impl Strategy<Value = Said<&'static str>> {
    let right: Vec<Said<&'static str>> = right
        .into_iter()
        .map(|word| Said::right(word, word))
        .collect();
    prop_oneof![12 => select(right), 1 => Just(Said::wrong(wrong)), 1 => Just(Said::null())]
}

impl<T: Clone> Said<T> {
    pub fn meant(&self) -> Option<T> {
        match &self.means {
            Means::Right(meant) => Some(meant.clone()),
            Means::Null | Means::Wrong => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.means, Means::Null)
    }
}

/// Without what is wrong, where `null` clears.
pub fn mend_clearable<T>(member: &mut Member<T>) {
    member.take_if(|said| matches!(said.means, Means::Wrong));
}

/// Without what is wrong or `null`.
pub fn mend<T>(member: &mut Member<T>) {
    member.take_if(|said| !matches!(said.means, Means::Right(_)));
}

pub fn right_name() -> impl Strategy<Value = Member<Name>> {
    name().prop_map(|said| match said.means {
        Means::Right(_) => Some(said),
        Means::Null | Means::Wrong => {
            let held = "spare".to_owned();
            Some(Said::right(
                "spare",
                Name {
                    held,
                    folded: "spare",
                },
            ))
        }
    })
}
