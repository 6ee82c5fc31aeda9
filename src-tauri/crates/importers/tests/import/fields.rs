use importers::ValueKind;
use serde_json::{Value, json};
use testkit::onepux::{Item, OnePux, field, uuid_for};

use super::{accepted, fates, item, left_out, names, only, value, values};

#[test]
fn a_password_in_details_is_found_with_and_without_login_fields() {
    assert_eq!(values(&item(Item::password("Door", "7391"))), ["7391"]);
    let both = item(Item::login("Both", "u", "one").with("/details", "password", json!("two")));
    assert_eq!(names(&both), ["Both", "Both · password"]);
    assert_eq!(values(&both), ["one", "two"]);
}

#[test]
fn login_values_that_are_objects_are_read() {
    let linked = json!({ "email_address": "mara@acme.example", "string": "" });
    let parsed =
        item(Item::login("Linked", "", "canary-2").login_field("email", "E", Value::Null, linked));
    assert_eq!(values(&parsed), ["canary-2"]);
    assert!(
        parsed
            .secrets
            .first()
            .expect("one")
            .notes
            .contains("Email: mara@acme.example")
    );
}

#[test]
fn several_values_become_several_secrets_joined_by_the_source() {
    let fields = vec![
        field("console user", "u", "string", json!("root")),
        field("console password", "p", "concealed", json!("canary-b")),
        field(
            "one-time password",
            "TOTP_1",
            "totp",
            json!("otpauth://totp/x?secret=ABC"),
        ),
    ];
    let parsed = item(
        Item::login("Build", "ci", "canary-a")
            .section("Admin", fields)
            .tag("ci"),
    );
    assert_eq!(
        names(&parsed),
        [
            "Build",
            "Build · Admin · console password",
            "Build · Admin · one-time password"
        ]
    );
    assert_eq!(
        values(&parsed),
        ["canary-a", "canary-b", "otpauth://totp/x?secret=ABC"]
    );
    let sources: Vec<&str> = parsed
        .secrets
        .iter()
        .map(|secret| secret.source.as_str())
        .collect();
    let uuid = uuid_for("Build");
    let section = format!("Section_{}", uuid_for("Admin"));
    assert_eq!(
        sources,
        [
            format!("1password:{uuid}:password"),
            format!("1password:{uuid}:{section}.p"),
            format!("1password:{uuid}:{section}.TOTP_1")
        ]
    );
    let admin = parsed.secrets.get(1).expect("three");
    assert_eq!(admin.notes.as_str(), "Console user: root");
    assert!(parsed.secrets.iter().all(|secret| secret.tags == ["ci"]));
}

#[test]
fn unknown_kinds_are_kept_as_text_and_said() {
    let fields = vec![
        field(
            "share",
            "s",
            "quantumKey",
            json!({ "n": 1, "list": [true, null, "canary"] }),
        ),
        field("plain", "t", "hologram", json!("canary-text")),
        field("odd date", "d", "date", json!("soon")),
        field("empty", "e", "hologram", json!("")),
    ];
    let parsed = item(Item::new("112", "Odd").section("", fields));
    assert_eq!(
        values(&parsed),
        [
            r#"{"list":[true,null,"canary"],"n":1}"#,
            "canary-text",
            "soon"
        ]
    );
    assert_eq!(parsed.remarks.len(), 3);
    assert_eq!(
        parsed.remarks.first().expect("three"),
        "“share” is of the kind “quantumKey”, which is not known. It is kept as text."
    );
}

#[test]
fn unknown_members_of_details_are_not_lost() {
    let parsed = item(Item::login("Future", "u", "p").with(
        "/details",
        "vaultKeys",
        json!({ "k": "canary" }),
    ));
    assert_eq!(values(&parsed), ["p", r#"{"k":"canary"}"#]);
    assert_eq!(parsed.remarks.len(), 1);
}

#[test]
fn keys_written_into_plain_fields_do_not_become_notes() {
    let fields = vec![
        field("API token", "a", "string", json!("canary-token")),
        field("note", "b", "string", json!("ghp_canarycanarycanarycanary")),
        field(
            "dsn",
            "c",
            "url",
            json!("postgres://app:canary@db.example/x"),
        ),
        field(
            "token URL",
            "d",
            "string",
            json!("https://auth.example/token"),
        ),
        field("password hint", "e", "string", json!("the usual")),
    ];
    let parsed = item(Item::login("Mixed", "u", "p").section("", fields));
    assert_eq!(
        values(&parsed),
        [
            "p",
            "canary-token",
            "ghp_canarycanarycanarycanary",
            "postgres://app:canary@db.example/x"
        ]
    );
    for secret in &parsed.secrets {
        assert!(
            !secret.notes.contains("canary"),
            "{}",
            secret.notes.as_str()
        );
    }
    assert!(
        parsed
            .secrets
            .iter()
            .any(|secret| secret.notes.contains("Password hint: the usual"))
    );
}

#[test]
fn every_known_kind_of_field_goes_to_the_notes_as_a_person_reads_it() {
    let fields = vec![
        field(
            "mail",
            "a",
            "email",
            json!({ "email_address": "a@b.example", "provider": null }),
        ),
        field("old mail", "b", "email", json!("c@d.example")),
        field("expires", "c", "date", json!(1_796_083_200)),
        field("month", "d", "monthYear", json!(202_706)),
        field(
            "address",
            "e",
            "address",
            json!({ "street": "Hafenstr. 1", "city": "Hamburg", "country": "de", "zip": "20457", "state": "" }),
        ),
        field("phone", "f", "phone", json!("+49 40 1")),
        field("linked", "g", "reference", json!("abcdefghij")),
        field("memo", "h", "string", json!("two\nlines")),
    ];
    let parsed = item(Item::login("Kinds", "", "p").section("Details", fields));
    let notes = parsed.secrets.first().expect("one").notes.as_str();
    for line in [
        "Details · Mail: a@b.example",
        "Details · Old mail: c@d.example",
        "Details · Expires: 2026-12-01",
        "Details · Month: 2027-06",
        "Details · Address: Hafenstr. 1, 20457, Hamburg, de",
        "Details · Phone: +49 40 1",
        "Details · Linked: abcdefghij",
        "Details · Memo:\ntwo\nlines",
    ] {
        assert!(notes.contains(line), "{line} in {notes}");
    }
}

#[test]
fn ssh_keys_and_card_numbers_are_secret() {
    let key = json!({ "privateKey": "outer", "metadata": { "privateKey": "canary-key", "publicKey": "ssh-ed25519 AAAA", "fingerprint": "SHA256:x" } });
    let ssh = item(
        Item::new("114", "Deploy")
            .section("", vec![field("private key", "private_key", "sshKey", key)]),
    );
    assert_eq!(values(&ssh), ["canary-key"]);
    assert!(
        ssh.secrets
            .first()
            .expect("one")
            .notes
            .contains("Public key: ssh-ed25519 AAAA")
    );
    let card = item(Item::new("002", "Card").section(
        "",
        vec![
            field(
                "number",
                "ccnum",
                "creditCardNumber",
                json!("4111111111111111"),
            ),
            field("cvv", "cvv", "concealed", json!("123")),
        ],
    ));
    assert_eq!(values(&card), ["4111111111111111", "123"]);
}

/// Row 7 of what other importers got wrong: old passwords were picked instead of the current one.
#[test]
fn peers_row_7_history_goes_to_versions_and_never_to_fields() {
    let at = |time: i64| json!({ "value": format!("canary-{time}"), "time": time });
    let history = json!([
        at(1_700_000_000),
        at(1_600_000_000),
        at(1_650_000_000_000_i64)
    ]);
    let parsed = item(Item::login("Site", "u", "now").with("/details", "passwordHistory", history));
    assert_eq!(values(&parsed), ["now"]);
    assert_eq!(left_out(&parsed), []);
    let secret = parsed.secrets.first().expect("one");
    let earlier: Vec<(&str, String)> = secret
        .earlier
        .iter()
        .map(|earlier| {
            let value = earlier.credentials.field("value").expect("a value");
            (value.expose_text(), earlier.at.expect("a time").to_string())
        })
        .collect();
    assert_eq!(
        earlier,
        [
            ("canary-1600000000", "2020-09-13T12:26:40.000Z".to_owned()),
            (
                "canary-1650000000000",
                "2022-04-15T05:20:00.000Z".to_owned()
            ),
            ("canary-1700000000", "2023-11-14T22:13:20.000Z".to_owned()),
        ]
    );
    assert!(!secret.notes.contains("canary"));
    assert_eq!(
        fates(&parsed, "password"),
        [
            "kept at value 0",
            "kept at earlier 0",
            "kept at earlier 0",
            "kept at earlier 0"
        ]
    );
}

#[test]
fn earlier_passwords_of_a_storage_credential_are_a_secret_of_their_own() {
    let made = Item::login(
        "AWS",
        "AKIAIOSFODNN7ABCDEFG",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij",
    )
    .earlier_password("canary-old");
    let parsed = item(made);
    assert_eq!(names(&parsed), ["AWS", "AWS · earlier password"]);
    assert_eq!(
        value(parsed.secrets.get(1).expect("two"), "value"),
        "canary-old"
    );
    assert_eq!(parsed.found(), 2);
}

#[test]
fn an_earlier_password_that_no_secret_can_hold_is_left_out_with_its_reason() {
    let parsed = item(Item::login("Site", "u", "now").earlier_password("a\u{0}b"));
    assert_eq!(
        left_out(&parsed),
        [(
            "Site · earlier password (2023-11-14)",
            "The value holds a NUL character, which a secret can't."
        )]
    );
}

#[test]
fn attached_text_is_taken_and_other_files_are_named() {
    let attached = |content: &[u8]| {
        let document = Item::new("006", "File").document("doc1", "../../etc/passwd");
        only(accepted(
            OnePux::new("Acme")
                .vault("Ops", vec![document])
                .file("doc1", "../../etc/passwd", content)
                .into_bytes(),
        ))
    };
    assert_eq!(values(&attached(b"canary text")), ["canary text"]);
    let reason = |content: &[u8]| {
        left_out(&attached(content))
            .first()
            .expect("one")
            .1
            .to_owned()
    };
    let binary = attached(&[0xff, 0xfe, 0x00]);
    assert_eq!(values(&binary), ["//4A"]);
    assert_eq!(values(&attached(b"nul\0")), ["bnVsAA=="]);
    let secret = binary.secrets.first().expect("one");
    assert_eq!(secret.kind, ValueKind::Attachment);
    assert_eq!(secret.file_name.as_deref(), Some("passwd"));
    assert_eq!(
        fates(&binary, "files.doc1"),
        ["changed at value 0: the file is not text, so it is kept in Base64"]
    );
    assert_eq!(
        reason(&[0xff; 49_153]),
        "The attached file is not text and larger than 48 KiB, the most a secret can hold in Base64."
    );
    assert_eq!(values(&attached(&[0xff; 49_152])).len(), 1);
    assert_eq!(reason(b""), "The attached file is empty.");
    assert_eq!(
        reason(&[b'x'; 65_537]),
        "The attached file is larger than 64 KiB, the most a secret can hold."
    );
    assert_eq!(
        values(&attached(&[b'x'; 65_536]))
            .first()
            .expect("one")
            .len(),
        65_536
    );
    let missing = item(Item::new("006", "File").document("nowhere", "key.pem"));
    assert_eq!(
        left_out(&missing),
        [("File · key.pem", "The attached file is not in the export.")]
    );
}

#[test]
fn notes_beyond_the_limit_become_a_value_and_are_not_cut() {
    let long = "n".repeat(20_001);
    let parsed = item(Item::login("Long", "u", "p").notes(&long));
    assert_eq!(names(&parsed), ["Long", "Long · Notes"]);
    assert!(value(parsed.secrets.get(1).expect("two"), "value").ends_with(&long));
    assert_eq!(parsed.secrets.first().expect("two").notes.as_str(), "");
    let too_long = item(Item::login("Longer", "u", "p").notes(&"n".repeat(70_000)));
    assert_eq!(
        too_long.left_out.first().expect("one").title,
        "Longer · Notes"
    );
}

#[test]
fn a_value_that_no_secret_can_hold_is_left_out_with_its_reason() {
    let parsed = item(Item::login("Big", "u", "p").section(
        "",
        vec![
            field("blob", "b", "concealed", json!("x".repeat(65_537))),
            field("nul", "n", "concealed", json!("a\u{0}b")),
        ],
    ));
    assert_eq!(
        left_out(&parsed),
        [
            (
                "Big · blob",
                "The value is larger than 64 KiB, the most a secret can hold."
            ),
            (
                "Big · nul",
                "The value holds a NUL character, which a secret can't."
            )
        ]
    );
    assert_eq!(parsed.found(), 3);
}

#[test]
fn fields_of_one_id_keep_their_own_source() {
    let parsed = item(Item::new("112", "Double").section(
        "S",
        vec![
            field("one", "same", "concealed", json!("a")),
            field("two", "same", "concealed", json!("b")),
        ],
    ));
    let sources: std::collections::BTreeSet<&str> = parsed
        .secrets
        .iter()
        .map(|secret| secret.source.as_str())
        .collect();
    assert_eq!(sources.len(), 2);
}
