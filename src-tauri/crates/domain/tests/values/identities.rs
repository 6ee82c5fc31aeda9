//! Whose key it is and when it ends, read from the values.

use super::{accepted, parse};
use domain::catalogue::AuthMethod;
use domain::credentials::Credentials;
use domain::identity::{Identity, IdentityKind};
use domain::time::Timestamp;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn aws(id: &str) -> Option<Identity> {
    let fields = [("access_key_id", id), ("secret_access_key", SECRET)];
    Identity::of(&accepted(AuthMethod::S3AccessKey, &fields).0)
}

fn value(text: &str) -> Credentials {
    accepted(AuthMethod::OpaqueValue, &[("value", text)]).0
}

#[test]
fn an_account_is_read_from_the_id_of_an_aws_key() {
    for (id, account) in [
        ("ASIAQNZGKIQY56JQ7WML", "029608264753"),
        ("AKIAQNZGKIQY56JQ7WML", "029608264753"),
    ] {
        let identity = aws(id).expect("it tells");
        assert_eq!(identity.kind(), IdentityKind::AwsAccount);
        assert_eq!(identity.text(), account);
    }
}

#[test]
fn an_id_that_tells_no_account_gives_none() {
    for id in [
        // Made before ids held the account.
        "AKIAIOSFODNN7EXAMPLE",
        "AKIAJOSFODNN7EXAMPLE",
        // Not the alphabet of base 32, or no key's id.
        "AKIA0189QQQQQQQQQQQQ",
        "AROAQNZGKIQY56JQ7WML",
        "AKIAQNZGKIQY56JQ7WM",
        "minio",
    ] {
        assert_eq!(aws(id), None, "{id}");
    }
    let fields = [
        ("access_key_id", "AKIAQNZGKIQY56JQ7WML"),
        ("secret_access_key", SECRET),
    ];
    let (other, _) = accepted(AuthMethod::WasabiAccessKey, &fields);
    assert_eq!(Identity::of(&other), None, "Wasabi's ids are its own");
}

#[test]
fn a_project_and_an_account_are_read_where_they_stand() {
    let file = r#"{"type":"service_account","project_id":"acme-media","private_key_id":"k","private_key":"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n","client_email":"a@acme-media.iam.gserviceaccount.com","token_uri":"https://oauth2.googleapis.com/token"}"#;
    let of = |file: &str| {
        let fields = [("service_account_json", file)];
        Identity::of(&accepted(AuthMethod::GcsServiceAccount, &fields).0)
    };
    let identity = of(file).expect("it tells");
    assert_eq!(
        (identity.kind(), identity.text()),
        (IdentityKind::GcpProject, "acme-media")
    );
    for wrong in [r#""project_id":7,"#, "", r#""project_id":"a\u202eb","#] {
        let file = file.replace(r#""project_id":"acme-media","#, wrong);
        assert_eq!(of(&file), None, "{wrong}");
    }
    let sas = |host: &str| {
        let url = format!("https://{host}/media?sv=2022-11-02&sr=c&sig=c2lnbmF0dXJl");
        Identity::of(&accepted(AuthMethod::AzureSasUrl, &[("sas_url", url.as_str())]).0)
    };
    let identity = sas("acme.blob.core.windows.net").expect("it tells");
    assert_eq!(identity.text(), "acme");
    assert_eq!(sas("files.example.com"), None);
}

#[test]
fn an_identity_survives_storage_and_nothing_else_is_read_as_one() {
    for kind in IdentityKind::ALL {
        let stored = format!("{} acme.com:media-1", kind.as_str());
        let identity = Identity::from_stored(&stored).expect("as it is stored");
        assert_eq!(identity.to_stored(), stored);
    }
    for wrong in [
        "",
        "aws_account",
        "aws_account ",
        "account 1",
        "aws_account a b",
        "aws_account a\n",
        &format!("aws_account {}", "1".repeat(101)),
    ] {
        assert_eq!(Identity::from_stored(wrong), None, "{wrong:?}");
    }
}

/// `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

#[test]
fn a_tokens_exp_is_when_its_secret_expires() {
    for (claims, expected) in [
        // {"sub":"a","exp":1777117519}
        ("eyJzdWIiOiJhIiwiZXhwIjoxNzc3MTE3NTE5fQ", 1_777_117_519_000),
        // {"exp":1777117519.75}
        ("eyJleHAiOjE3NzcxMTc1MTkuNzV9", 1_777_117_519_000),
    ] {
        let token = value(&format!("{HEADER}.{claims}.c2ln"));
        assert_eq!(
            token.expires_at(),
            Some(Timestamp::from_millis(expected)),
            "{claims}"
        );
        let hint = token.expired_hint(Timestamp::from_millis(expected));
        assert!(hint.expect("it is over").message.contains("token expired"));
    }
}

#[test]
fn what_is_no_token_never_expires() {
    let claims = "eyJleHAiOjE3NzcxMTc1MTl9";
    for text in [
        "plain".to_owned(),
        format!("{HEADER}.{claims}"),
        format!("{HEADER}.{claims}."),
        format!("{HEADER}.{claims}.sig.more"),
        // Another header: {"typ":"JWT"}
        format!("eyJ0eXAiOiJKV1QifQ.{claims}.c2ln"),
        // {"exp":"1777117519"}, {"exp":-1}, {"exp":1e300}, {}
        format!("{HEADER}.eyJleHAiOiIxNzc3MTE3NTE5In0.c2ln"),
        format!("{HEADER}.eyJleHAiOi0xfQ.c2ln"),
        format!("{HEADER}.eyJleHAiOjFlMzAwfQ.c2ln"),
        format!("{HEADER}.e30.c2ln"),
        format!("{HEADER}.not+base64url.c2ln"),
        "a.b.c".to_owned(),
    ] {
        assert_eq!(value(&text).expires_at(), None, "{text}");
    }
    assert!(parse(AuthMethod::OpaqueValue, &[("value", "a.b.c")]).is_ok());
}
