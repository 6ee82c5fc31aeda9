//! What a key usually looks like, told by what comes without a hint and what comes with one (CREATE-08).

use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;

use super::{accepted, hints};

/// The types of the hints about one field, all others being usual.
#[track_caller]
fn about(method: AuthMethod, field: &'static str, text: &str) -> Vec<&'static str> {
    let usual = |name: &str| {
        usual_texts(method)
            .into_iter()
            .find(|(other, _)| *other == name)
            .map(|(_, text)| text)
    };
    let fields: Vec<(&str, String)> = method
        .fields()
        .iter()
        .map(|spec| {
            let given = (spec.name == field).then(|| text.to_owned());
            (
                spec.name,
                given.or_else(|| usual(spec.name)).expect("a usual text"),
            )
        })
        .collect();
    let given: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, &**text)).collect();
    hints(method, &given)
}

fn usual_texts(method: AuthMethod) -> Vec<(&'static str, String)> {
    let key = |id: &str, secret: String| {
        vec![
            ("access_key_id", id.to_owned()),
            ("secret_access_key", secret),
        ]
    };
    match method {
        AuthMethod::S3AccessKey => key(
            "AKIAIOSFODNN7ABCDEFG",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij".to_owned(),
        ),
        AuthMethod::R2AccessKey => key(&"0a".repeat(16), "0a".repeat(32)),
        AuthMethod::WasabiAccessKey | AuthMethod::HetznerAccessKey => {
            key("QX3MABCDEFGHIJKL7LPA", "aB3d".repeat(10))
        }
        AuthMethod::OracleObjectStorageS3AccessKey => {
            key(&"0a".repeat(20), format!("{}=", "k".repeat(43)))
        }
        AuthMethod::TigrisAccessKey => key("tid_abcdefgh", "tsec_abcdefgh".to_owned()),
        AuthMethod::DigitalOceanSpacesAccessKey => key("DO00ABCDEFGHIJKLMNOP", "k".repeat(43)),
        AuthMethod::AzureAccountKey => vec![
            ("account_name", "acmemedia".to_owned()),
            ("account_key", format!("{}==", "A".repeat(86))),
        ],
        AuthMethod::B2ApplicationKey => vec![
            ("application_key_id", "0045f0571db506a0000000001".to_owned()),
            (
                "application_key",
                "K0014pbwo1zxcIVMnqSNTfWHReU/O3s".to_owned(),
            ),
        ],
        _ => Vec::new(),
    }
}

const WITH_A_USUAL_SHAPE: [AuthMethod; 9] = [
    AuthMethod::S3AccessKey,
    AuthMethod::R2AccessKey,
    AuthMethod::WasabiAccessKey,
    AuthMethod::HetznerAccessKey,
    AuthMethod::OracleObjectStorageS3AccessKey,
    AuthMethod::TigrisAccessKey,
    AuthMethod::DigitalOceanSpacesAccessKey,
    AuthMethod::AzureAccountKey,
    AuthMethod::B2ApplicationKey,
];

#[test]
fn create_08_each_field_with_a_usual_shape_is_told_when_it_has_another() {
    for method in WITH_A_USUAL_SHAPE {
        for (field, usual) in usual_texts(method) {
            let none: [&str; 0] = [];
            assert_eq!(about(method, field, &usual), none, "{method:?} {field}");
            assert_eq!(
                about(method, field, "~"),
                ["unusual_shape"],
                "{method:?} {field}"
            );
        }
    }
}

#[test]
fn create_08_a_shape_is_judged_by_its_length_and_by_its_characters() {
    use AuthMethod as Method;
    let unusual = [
        (
            Method::WasabiAccessKey,
            "access_key_id",
            "qx3mabcdefghijkl7lpa".to_owned(),
        ),
        (
            Method::WasabiAccessKey,
            "access_key_id",
            "QX3MABCDEFGHIJKL7LP".to_owned(),
        ),
        (
            Method::WasabiAccessKey,
            "access_key_id",
            "QX3MABCDEFGHIJKL7LP_".to_owned(),
        ),
        (
            Method::HetznerAccessKey,
            "secret_access_key",
            "aB3_".repeat(10),
        ),
        (
            Method::OracleObjectStorageS3AccessKey,
            "secret_access_key",
            "k".repeat(44),
        ),
        (
            Method::OracleObjectStorageS3AccessKey,
            "secret_access_key",
            "k=".to_owned(),
        ),
        (
            Method::DigitalOceanSpacesAccessKey,
            "secret_access_key",
            "k".repeat(44),
        ),
        (
            Method::DigitalOceanSpacesAccessKey,
            "secret_access_key",
            "k".repeat(42),
        ),
        (Method::AzureAccountKey, "account_name", "ab".to_owned()),
        (Method::AzureAccountKey, "account_name", "a".repeat(25)),
        (
            Method::AzureAccountKey,
            "account_name",
            "AcmeMedia".to_owned(),
        ),
        (
            Method::AzureAccountKey,
            "account_key",
            format!("{}==", "A".repeat(85)),
        ),
        (
            Method::AzureAccountKey,
            "account_key",
            format!("{}==", "-".repeat(86)),
        ),
        (Method::AzureAccountKey, "account_key", "A".repeat(88)),
    ];
    for (method, field, text) in unusual {
        assert_eq!(about(method, field, &text), ["unusual_shape"], "{text}");
    }
    let usual = [
        (
            Method::OracleObjectStorageS3AccessKey,
            "access_key_id",
            "ocid1.credential.oc1..a",
        ),
        (Method::AzureAccountKey, "account_name", "ab3"),
    ];
    for (method, field, text) in usual {
        let none: [&str; 0] = [];
        assert_eq!(about(method, field, text), none, "{text}");
    }
}

#[test]
fn create_08_a_token_of_cloudflare_is_told_from_the_secret_made_of_it() {
    let about_secret = |text: &str| about(AuthMethod::R2AccessKey, "secret_access_key", text);
    for token in [
        "cfut_0123456789abcdef".to_owned(),
        "cfat_0123456789abcdef".to_owned(),
        "a_B-".repeat(10),
    ] {
        assert_eq!(about_secret(&token), ["token_value"], "{token}");
    }
    for other in ["0a".repeat(20), "a+B-".repeat(10), "a_B-".repeat(9)] {
        assert_eq!(about_secret(&other), ["unusual_shape"], "{other}");
    }
}

#[test]
fn create_08_only_an_id_and_a_secret_that_look_like_each_other_are_called_swapped() {
    let swapped = |method, id: &str, secret: &str| {
        hints(
            method,
            &[("access_key_id", id), ("secret_access_key", secret)],
        )
        .contains(&"swapped")
    };
    let any = AuthMethod::S3CompatibleAccessKey;
    let (long, short) = ("k".repeat(40), "i".repeat(20));
    let (tigris_secret, tigris_id) = ("tsec_abc", "tid_abc");
    let aws = "AKIAIOSFODNN7ABCDEFG";
    assert!(swapped(any, &long, &short));
    assert!(swapped(any, &"k".repeat(64), &"i".repeat(32)));
    assert!(swapped(any, tigris_secret, tigris_id));
    assert!(swapped(any, "k", aws));
    for (id, secret) in [
        (&*long, "k"),
        ("i", &*short),
        (tigris_secret, "k"),
        ("i", tigris_id),
        (aws, "AKIA5555555555555555"),
        (aws, "k"),
    ] {
        assert!(!swapped(any, id, secret), "{id} and {secret}");
    }
}

#[test]
fn create_08_a_placeholder_an_assignment_and_quotation_marks_are_told_from_a_value() {
    let about_value = |text: &str| hints(AuthMethod::OpaqueValue, &[("value", text)]);
    for (text, told) in [
        ("<token>", vec!["placeholder"]),
        ("${TOKEN}", vec!["placeholder"]),
        ("TOKEN_OF_APP=plover", vec!["assignment"]),
        ("export TOKEN=plover", vec!["assignment"]),
        ("\"plover\"", vec!["quoted"]),
        ("'k'", vec!["quoted"]),
        ("<plover", vec![]),
        ("plover>", vec![]),
        ("${plover", vec![]),
        ("plover}", vec![]),
        ("TOKEN=plover", vec![]),
        ("token_of_app=plover", vec![]),
        ("TOKEN_of_app=plover", vec![]),
        ("_TOKEN=plover", vec![]),
        ("TOKEN_OF_APP=", vec![]),
        ("TOKEN_OF_APP==plover", vec![]),
        ("export TOKEN==", vec![]),
        ("\"plover", vec![]),
        ("plover\"", vec![]),
        ("\"\"", vec![]),
        ("\"", vec![]),
    ] {
        assert_eq!(about_value(text), told, "{text}");
    }
}

#[test]
fn create_08_what_is_a_placeholder_is_not_called_unusual_too() {
    let told = about(AuthMethod::S3AccessKey, "access_key_id", "your-key");
    assert_eq!(told, ["placeholder"]);
}

#[test]
fn create_08_an_id_of_spaces_is_known_by_its_beginning_and_its_length() {
    let told = |text: &str| about(AuthMethod::WasabiAccessKey, "access_key_id", text);
    assert_eq!(told("DO00ABCDEFGHIJKLMNOP"), ["other_provider"]);
    assert_eq!(told("DO00ABC"), ["unusual_shape"]);
    let none: [&str; 0] = [];
    assert_eq!(told("XO00ABCDEFGHIJKLMNOP"), none);
    // Railway's buckets run on Tigris, and no other provider's do.
    let tigris = [
        ("access_key_id", "tid_abcdefgh"),
        ("secret_access_key", "anything"),
    ];
    assert_eq!(hints(AuthMethod::RailwayAccessKey, &tigris), none);
    assert_eq!(
        hints(AuthMethod::RabataAccessKey, &tigris),
        ["other_provider"]
    );
}

#[test]
fn create_08_a_value_taken_apart_has_all_its_fields() {
    let fields = [
        ("access_key_id", "AKIAIOSFODNN7ABCDEFG"),
        (
            "secret_access_key",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij",
        ),
    ];
    let (credentials, _) = accepted(AuthMethod::S3AccessKey, &fields);
    let parts: Vec<(String, String)> = Credentials::into_fields(credentials)
        .into_iter()
        .map(|(name, value)| (name, value.expose_text().to_owned()))
        .collect();
    let given = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(parts, given);
}
