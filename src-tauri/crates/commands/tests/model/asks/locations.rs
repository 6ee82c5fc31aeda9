//! Commands about locations, and the end of a record.

use proptest::prelude::*;
use proptest::sample::select;

use super::{
    Expected, Member, Name, Said, Which, expected, maybe, mend, name, reason, right_name, which,
    word,
};

#[derive(Debug, Clone)]
pub struct CreateLocation {
    pub name: Member<Name>,
    pub location_type: Member<&'static str>,
    /// Of the type of the secret, whatever that is.
    pub fits: bool,
    pub secret: Link,
    pub bucket: Member<String>,
    pub place: Place,
    pub reason: Member<String>,
}

#[derive(Debug, Clone, Default)]
pub struct UpdateLocation {
    pub which: Which,
    pub name: Member<Name>,
    pub sends_type: bool,
    pub secret: Link,
    pub bucket: Member<String>,
    pub place: Place,
    pub expected: Expected,
    pub reason: Member<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Place {
    pub region: Member<String>,
    pub endpoint: Member<Endpoint>,
    pub http_allowed: Member<bool>,
    pub prefix: Member<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// As it is kept.
    pub held: &'static str,
    /// Beyond this machine and without encryption.
    pub is_plain: bool,
}

#[derive(Debug, Clone, Copy, Default)]
pub enum Link {
    #[default]
    Absent,
    Null,
    To(Which),
}

/// For a location or a connection.
#[derive(Debug, Clone)]
pub struct DeleteRecord {
    pub which: Which,
    pub expected: Expected,
    pub reason: Member<String>,
}

pub fn create_location() -> BoxedStrategy<CreateLocation> {
    let anything = (
        prop_oneof![10 => name().prop_map(Some), 1 => Just(None)],
        prop_oneof![9 => kind().prop_map(Some), 1 => Just(None)],
        any::<bool>(),
        prop_oneof![14 => which(1).prop_map(Link::To), 1 => Just(Link::Absent), 1 => Just(Link::Null)],
        prop_oneof![9 => bucket().prop_map(Some), 1 => Just(None)],
        place(),
        reason(),
    );
    let anything = anything.prop_map(
        |(name, location_type, fits, secret, bucket, place, reason)| CreateLocation {
            name,
            location_type,
            fits,
            secret,
            bucket,
            place,
            reason,
        },
    );
    let anything = anything.boxed();
    let right = (anything.clone(), right_name(), any::<usize>());
    let right = right.prop_map(|(mut ask, name, secret)| {
        ask.name = name;
        ask.fits = true;
        ask.secret = Link::To(Which::There(secret));
        mend(&mut ask.bucket);
        ask.bucket = ask.bucket.or(Some(Said::right("acme", "acme".to_owned())));
        mend_place(&mut ask.place);
        mend(&mut ask.reason);
        ask
    });
    prop_oneof![3 => right, 2 => anything].boxed()
}

pub fn update_location() -> BoxedStrategy<UpdateLocation> {
    let link = prop_oneof![
        7 => Just(Link::Absent),
        4 => which(1).prop_map(Link::To),
        2 => Just(Link::Null),
    ];
    let anything = (
        (
            which(0),
            maybe(7, prop_oneof![9 => name(), 1 => Just(Said::null())]),
        ),
        prop::bool::weighted(0.05),
        link,
        maybe(7, prop_oneof![9 => bucket(), 1 => Just(Said::null())]),
        place(),
        expected(),
        reason(),
    );
    let anything = anything.prop_map(
        |((which, name), sends_type, secret, bucket, place, expected, reason)| UpdateLocation {
            which,
            name,
            sends_type,
            secret,
            bucket,
            place,
            expected,
            reason,
        },
    );
    let anything = anything.boxed();
    let right = anything.clone().prop_map(|mut ask| {
        mend(&mut ask.name);
        mend(&mut ask.bucket);
        mend_place(&mut ask.place);
        mend(&mut ask.reason);
        ask.sends_type = false;
        ask
    });
    prop_oneof![2 => right, 2 => anything].boxed()
}

fn mend_place(place: &mut Place) {
    mend(&mut place.region);
    mend(&mut place.prefix);
    mend(&mut place.endpoint);
    if place
        .endpoint
        .as_ref()
        .and_then(Said::meant)
        .is_some_and(|meant| meant.is_plain)
    {
        place.http_allowed = Some(Said::right(true, true));
    }
}

pub fn delete_record() -> impl Strategy<Value = DeleteRecord> {
    let expected = expected().prop_map(|expected| match expected {
        Expected::Null => Expected::Absent,
        other => other,
    });
    (which(0), expected, reason()).prop_map(|(which, expected, reason)| DeleteRecord {
        which,
        expected,
        reason,
    })
}

fn kind() -> impl Strategy<Value = Said<&'static str>> {
    word(
        vec!["s3", "wasabi", "s3_compatible", "azure_blob"],
        "generic",
    )
}

fn bucket() -> impl Strategy<Value = Said<String>> {
    let right = |sent: &str| Said::right(sent, sent.trim().to_owned());
    let longest = "b".repeat(255);
    prop_oneof![
        6 => select(vec![right("acme"), right(" media "), right("Backups 2026")]),
        1 => Just(right(&longest)),
        1 => select(vec![Said::wrong(""), Said::wrong("a\nb"), Said::wrong("b".repeat(256))]),
    ]
}

fn place() -> BoxedStrategy<Place> {
    (region(), endpoint(), http_allowed(), prefix())
        .prop_map(|(region, endpoint, http_allowed, prefix)| Place {
            region,
            endpoint,
            http_allowed,
            prefix,
        })
        .boxed()
}

/// An empty text is none (`null` to a right reader).
fn region() -> impl Strategy<Value = Member<String>> {
    let right = |sent: &str| Said::right(sent, sent.trim().to_owned());
    let none = Said {
        json: "".into(),
        ..Said::null()
    };
    prop_oneof![
        6 => Just(None),
        5 => select(vec![right("us-east-1"), right(" eu-west-1"), right("eu-central-2")]).prop_map(Some),
        1 => select(vec![Said::wrong("eu/1"), Said::wrong("-"), Said::wrong("r".repeat(64))]).prop_map(Some),
        1 => select(vec![Said::null(), none]).prop_map(Some),
    ]
}

fn endpoint() -> impl Strategy<Value = Member<Endpoint>> {
    let right = |sent: &str, held, is_plain| Said::right(sent, Endpoint { held, is_plain });
    let encrypted = vec![
        right("https://s3.example.com", "https://s3.example.com", false),
        right(
            " HTTPS://S3.example.com:443/",
            "https://s3.example.com",
            false,
        ),
        right("http://127.0.0.1:9000", "http://127.0.0.1:9000", false),
        right(
            "https://s3.wasabisys.com",
            "https://s3.wasabisys.com",
            false,
        ),
    ];
    let plain = vec![
        right("http://10.0.0.1:9000", "http://10.0.0.1:9000", true),
        right("http://minio.lan/", "http://minio.lan", true),
    ];
    let wrong = vec![
        Said::wrong("ftp://s3.example.com"),
        Said::wrong("s3.example.com"),
        Said::wrong("https://user@s3.example.com"),
        Said::wrong("https://s3.example.com?x=1"),
    ];
    let none = Said {
        json: "".into(),
        ..Said::null()
    };
    prop_oneof![
        6 => Just(None),
        5 => select(encrypted).prop_map(Some),
        3 => select(plain).prop_map(Some),
        1 => select(wrong).prop_map(Some),
        1 => select(vec![Said::null(), none]).prop_map(Some),
    ]
}

fn http_allowed() -> impl Strategy<Value = Member<bool>> {
    prop_oneof![
        4 => Just(None),
        2 => Just(Some(Said::right(true, true))),
        1 => Just(Some(Said::right(false, false))),
        1 => Just(Some(Said::null())),
    ]
}

/// Keys are bytes: nothing is trimmed.
fn prefix() -> impl Strategy<Value = Member<String>> {
    let right = |sent: &str| Said::right(sent, sent.to_owned());
    let none = Said {
        json: "".into(),
        ..Said::null()
    };
    prop_oneof![
        6 => Just(None),
        4 => select(vec![right("media/"), right(" media/")]).prop_map(Some),
        1 => select(vec![Said::wrong("a\nb"), Said::wrong("p".repeat(1025))]).prop_map(Some),
        1 => select(vec![Said::null(), none]).prop_map(Some),
    ]
}
