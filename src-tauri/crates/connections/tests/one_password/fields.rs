//! Every type of field, as `op` and as Connect write it.

use importers::{
    Fate, Home, ItemState, LiveAnswer, LiveItem, LiveVault, ParsedItem, ValueKind, category_kind,
    read_live,
};
use serde_json::{Value, json};
use testkit::onepassword::{LiveItem as Made, concealed, field};
use testkit::onepux::uuid_for;
use zeroize::Zeroizing;

use super::{only, references, value};

/// An item of this JSON, with an id and a vault.
fn read(mut members: Value) -> ParsedItem {
    let [id, vault] = ["an item", "a vault"].map(uuid_for);
    let object = members.as_object_mut().expect("an object");
    object.insert("id".to_owned(), json!(id));
    object.insert("vault".to_owned(), json!({ "id": vault, "name": "Ops" }));
    let live = LiveItem {
        id,
        title: "As listed".to_owned(),
        kind: category_kind("LOGIN"),
        state: ItemState::Active,
        vault: LiveVault {
            id: vault.clone(),
            name: "Ops".to_owned(),
        },
        answer: LiveAnswer::Item {
            json: Zeroizing::new(members.to_string().into_bytes()),
            files: Vec::new(),
        },
    };
    let mut items = read_live(&[live]).items;
    assert_eq!(items.len(), 1);
    let item = items.remove(0);
    assert_eq!(item.entered, item.spoken_for(), "{:#?}", item.fields);
    item
}

/// The reference to a field of that item.
fn referred(field: &str) -> String {
    format!(
        "op://{}/{}/{field}",
        uuid_for("a vault"),
        uuid_for("an item")
    )
}

#[tokio::test]
async fn each_type_of_field_is_kept_as_what_it_is() {
    let item = Made::login("Registrar", "mara", "pw")
        .with(field(
            "OTP",
            "TOTP_1",
            "one-time password",
            "otpauth://totp/x?secret=MFRGG",
        ))
        .with(field("TOTP", "TOTP_2", "second", "MFRGG"))
        .with(field(
            "SSHKEY",
            "private_key",
            "private key",
            "-----BEGIN PRIVATE KEY-----\nx",
        ))
        .with(field(
            "CREDIT_CARD_NUMBER",
            "ccnum",
            "number",
            "4111111111111111",
        ))
        .with(field("UNKNOWN", "odd", "odd", "odd text"))
        .with(field("STRING", "plain", "plan", "enterprise"))
        .with(field("DATE", "since", "since", "1714298956"))
        .with(field("MONTH_YEAR", "until", "until", "202812"))
        .with(field("EMAIL", "mail", "mail", "mara@acme.example"))
        .with(field("STRING", "empty", "empty", ""));
    let item = only(item).await;
    let kinds: Vec<_> = item
        .secrets
        .iter()
        .map(|secret| (secret.kind, value(secret, "value")))
        .collect();
    let expected = [
        (ValueKind::Password, "pw"),
        (ValueKind::SshKey, "-----BEGIN PRIVATE KEY-----\nx"),
        (ValueKind::OneTimePassword, "otpauth://totp/x?secret=MFRGG"),
        (ValueKind::OneTimePassword, "MFRGG"),
        (ValueKind::Card, "4111111111111111"),
        (ValueKind::Other, "odd text"),
    ];
    assert_eq!(kinds, expected.map(|(kind, text)| (kind, text.to_owned())));
    let notes = &item.secrets[0].notes;
    for line in [
        "User name: mara",
        "Plan: enterprise",
        "Since: 2024-04-28",
        "Until: 2028-12",
        "Mail: mara@acme.example",
        "1Password vault: Ops",
        "Created in 1Password: 2024-04-28",
    ] {
        assert!(notes.contains(line), "{line}");
    }
    assert!(
        item.remarks
            .iter()
            .any(|remark| remark.contains("“odd” is of the kind “UNKNOWN”"))
    );
}

#[test]
fn what_op_adds_to_a_field_is_no_other_value() {
    let item = read(json!({
        "title": "Key", "category": "SSH_KEY", "fields": [{
            "id": "private_key", "type": "SSHKEY", "label": "private key", "value": "-----BEGIN PRIVATE KEY-----", "reference": "op://x/y/z",
            "ssh_formats": { "openssh": { "reference": "op://x", "value": "-----BEGIN OPENSSH PRIVATE KEY-----" } }
        }, {
            "id": "TOTP_1", "type": "OTP", "label": "code", "value": "otpauth://totp/x?secret=MFRGG", "totp": "123456"
        }]
    }));
    assert_eq!(item.secrets.len(), 2);
    let told = item
        .fields
        .iter()
        .find(|line| line.path.ends_with(".privateKey"))
        .expect("a line of its own");
    assert!(matches!(&told.fate, Fate::LeftOut { reason } if reason.contains("PKCS#8")));
    assert_eq!(
        references(&item.secrets[0]),
        [("value", referred("private key").as_str())]
    );
}

#[test]
fn earlier_passwords_become_earlier_values() {
    let details = json!({ "strength": "FANTASTIC", "entropy": 120, "generated": true, "history": ["newer", "older"] });
    let item = read(json!({
        "title": "Door", "category": "LOGIN",
        "fields": [{ "id": "password", "type": "CONCEALED", "purpose": "PASSWORD", "label": "Passwort", "value": "now", "password_details": details }]
    }));
    let earlier = item.secrets[0].earlier.iter();
    let earlier: Vec<String> = earlier
        .map(|it| {
            it.credentials
                .field("value")
                .expect("a value")
                .expose_text()
                .to_owned()
        })
        .collect();
    assert_eq!(earlier, ["older", "newer"]);
}

#[test]
fn an_api_credential_keeps_when_it_ends_whatever_its_labels_are_called() {
    let item = read(json!({
        "title": "Schlüssel", "category": "API_CREDENTIAL", "fields": [
            { "id": "credential", "type": "CONCEALED", "label": "Anmeldedaten", "value": "key" },
            { "id": "validFrom", "type": "DATE", "label": "gültig ab", "value": "1714298956" },
            { "id": "expires", "type": "DATE", "label": "läuft ab", "value": "1777117519" }
        ]
    }));
    let key = &item.secrets[0];
    assert_eq!(key.kind, ValueKind::ApiCredential);
    assert_eq!(
        key.expires_at.map(|at| at.as_millis()),
        Some(1_777_117_519_000)
    );
    assert!(key.notes.contains("2024-04-28"), "{}", key.notes.as_str());
}

#[test]
fn a_note_without_other_secrets_is_the_value_and_can_be_referred_to() {
    let notes = json!({ "id": "notesPlain", "type": "STRING", "purpose": "NOTES", "label": "notesPlain", "value": "the words" });
    let item = read(json!({ "title": "Memo", "category": "SECURE_NOTE", "fields": [notes] }));
    assert_eq!(value(&item.secrets[0], "value"), "the words");
    assert_eq!(
        references(&item.secrets[0]),
        [("value", referred("notesPlain").as_str())]
    );
}

#[test]
fn state_tags_and_favourites_are_kept_in_either_spelling() {
    for (state, expected) in [
        ("ARCHIVED", ItemState::Archived),
        ("DELETED", ItemState::Trashed),
        ("ACTIVE", ItemState::Active),
    ] {
        let item = read(
            json!({ "title": "A", "state": state, "favorite": true, "tags": ["ops"], "fields": [concealed("c", "c", "1")] }),
        );
        assert_eq!(item.state, expected);
        assert!(item.secrets[0].tags.iter().any(|tag| tag == "favorite"));
        assert!(item.secrets[0].tags.iter().any(|tag| tag == "ops"));
    }
    let trashed = read(json!({ "title": "A", "trashed": true, "fields": [] }));
    assert_eq!(trashed.state, ItemState::Trashed);
    for name in ["updated_at", "updatedAt"] {
        let item = read(
            json!({ "title": "A", name: "2024-12-28T00:52:25Z", "fields": [concealed("c", "c", "1")] }),
        );
        assert!(
            item.secrets[0]
                .notes
                .contains("Changed in 1Password: 2024-12-28")
        );
    }
}

/// Foreign members are kept, and nothing that is of a wrong type is lost.
#[test]
fn nothing_that_is_not_known_is_lost() {
    let item = read(json!({
        "title": "Odd", "category": "LOGIN", "state": 7, "favorite": "yes", "new_member": "seen-1", "tags": ["t", 5],
        "urls": ["https://bare.example", { "href": "https://whole.example", "label": "Admin", "new": "seen-2" }, 7],
        "fields": [
            { "id": "a", "type": "STRING", "label": "a", "value": { "deep": "seen-3" } },
            { "id": "b", "type": "CONCEALED", "label": "b", "value": 12345 },
            { "id": "c", "type": "STRING", "label": "c", "value": "x", "extra": "seen-4" },
            { "id": "d", "type": ["?"], "label": { "x": "seen-5" }, "value": "seen-6" },
            "seen-7", null
        ]
    }));
    let mut kept: String = item
        .secrets
        .iter()
        .map(|secret| value(secret, "value") + "\n")
        .collect();
    kept.extend(item.secrets.iter().map(|secret| secret.notes.to_string()));
    for text in [
        "seen-1",
        "seen-2",
        "seen-3",
        "12345",
        "seen-4",
        "seen-5",
        "seen-6",
        "seen-7",
        "https://bare.example",
        "https://whole.example",
    ] {
        assert!(kept.contains(text), "{text} in {kept}");
    }
    assert!(item.fields.iter().all(|line| !matches!(
        line.fate,
        Fate::Kept {
            at: Home::Location { .. }
        }
    )));
}
