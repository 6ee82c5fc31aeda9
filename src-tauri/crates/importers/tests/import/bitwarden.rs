use std::io::Cursor;

use domain::secret_text::SecretText;
use importers::{
    ImportError, ItemKind, ItemState, ParsedImport, ParsedItem, ReadOptions, ValueKind, read_import,
};
use serde_json::{Value, json};

use super::{accepted, fates, fixture, left_out, names, refused, value, values};

const PASSWORD: &str = "correct horse 🪶";

fn with_password(bytes: Vec<u8>, password: &str) -> Result<ParsedImport, ImportError> {
    let options = ReadOptions {
        password: Some(SecretText::new(password.to_owned())),
        ..ReadOptions::default()
    };
    read_import(Cursor::new(bytes), &options)
}

#[track_caller]
fn titled<'a>(import: &'a ParsedImport, title: &str) -> &'a ParsedItem {
    import
        .items
        .iter()
        .find(|item| item.title == title)
        .expect("an item of this title")
}

fn export(items: &[Value]) -> Vec<u8> {
    json!({ "encrypted": false, "folders": [], "items": items })
        .to_string()
        .into_bytes()
}

#[test]
fn a_login_keeps_every_field_and_its_history() {
    let import = accepted(fixture("bitwarden-personal.json"));
    assert_eq!(import.format.as_str(), "bitwarden");
    let login = titled(&import, "GitHub");
    assert_eq!(
        names(login),
        [
            "GitHub",
            "GitHub · one-time password",
            "GitHub · passkey",
            "GitHub · recovery code"
        ]
    );
    let current = login.secrets.first().expect("four");
    assert_eq!(value(current, "value"), "canary-current");
    let earlier: Vec<&str> = current
        .earlier
        .iter()
        .map(|earlier| {
            let value = earlier.credentials.field("value").expect("a value");
            value.expose_text()
        })
        .collect();
    assert_eq!(earlier, ["canary-older-1", "canary-older-2"]);
    assert_eq!(current.tags, ["favorite"]);
    for line in [
        "User name: mara",
        "URL: https://github.example",
        "URL: https://gist.github.example",
        "Environment: production",
        "Enabled: true",
        "Bitwarden folder: Work/Code",
        "Created in Bitwarden: 2022-02-03",
        "two\nlines",
    ] {
        assert!(
            current.notes.contains(line),
            "{line} in {}",
            current.notes.as_str()
        );
    }
    assert_eq!(
        fates(login, "fields.user"),
        ["left out: It only points to another field of the item, which is kept."]
    );
    assert_eq!(left_out(login), []);
    assert_eq!(login.place.folder, "Work/Code");
}

#[test]
fn every_kind_is_kept_as_what_it_is() {
    let import = accepted(fixture("bitwarden-personal.json"));
    let kinds = |title: &str| -> Vec<(ValueKind, String)> {
        let secrets = &titled(&import, title).secrets;
        secrets
            .iter()
            .map(|secret| (secret.kind, secret.name.as_str().to_owned()))
            .collect()
    };
    assert_eq!(
        kinds("Ceremony"),
        [(ValueKind::Note, "Ceremony".to_owned())]
    );
    assert_eq!(
        kinds("Company card"),
        [
            (ValueKind::Card, "Company card".to_owned()),
            (ValueKind::Card, "Company card · code".to_owned())
        ]
    );
    assert_eq!(
        kinds("Imprint"),
        [(ValueKind::Identity, "Imprint".to_owned())]
    );
    assert!(
        values(titled(&import, "Imprint"))
            .first()
            .expect("one")
            .contains("Company: Acme")
    );
    assert_eq!(
        kinds("House bank"),
        [(ValueKind::Identity, "House bank".to_owned())]
    );
    let storage = titled(&import, "Backups S3");
    let secret = storage.secrets.first().expect("one");
    assert_eq!(secret.method().as_str(), "s3_access_key");
    let location = secret.locations.first().expect("a location");
    assert_eq!(location.bucket_name.as_deref(), Some("acme-backups"));
    assert_eq!(location.region.as_deref(), Some("eu-central-1"));
    assert_eq!(fates(storage, "fields.Bucket"), ["kept at location 0"]);
    assert!(!secret.notes.contains("acme-backups"));
}

/// Row 4 of what other importers got wrong: SSH keys became notes.
#[test]
fn peers_row_4_an_ssh_key_stays_a_key() {
    let import = accepted(fixture("bitwarden-personal.json"));
    let key = titled(&import, "Deploy key");
    assert_eq!(key.kind, ItemKind::SshKey);
    let secret = key.secrets.first().expect("one");
    assert_eq!(secret.kind, ValueKind::SshKey);
    assert!(value(secret, "value").contains("\ncanary\n"));
    assert!(secret.notes.contains("Public key: ssh-ed25519 AAAA"));
}

/// Rows 6 and 8: archived items came back as active, and trash was imported.
#[test]
fn peers_rows_6_and_8_archived_and_trashed_items_are_told_apart() {
    let import = accepted(fixture("bitwarden-personal.json"));
    assert_eq!(titled(&import, "Thrown away").state, ItemState::Trashed);
    assert_eq!(titled(&import, "Put aside").state, ItemState::Archived);
    assert_eq!(titled(&import, "GitHub").state, ItemState::Active);
}

/// Row 10: custom fields of kinds other than logins were dropped.
#[test]
fn peers_row_10_fields_are_kept_whatever_the_kind() {
    for kind in 1..8 {
        let item = json!({ "id": "x", "type": kind, "name": "Any", "notes": null,
            "fields": [{ "name": "pin", "value": "canary", "type": 1 }, { "name": "shelf", "value": "four", "type": 0 }] });
        let import = accepted(export(&[item]));
        let item = import.items.first().expect("one");
        assert_eq!(values(item), ["canary"], "kind {kind}");
        assert!(
            item.secrets
                .first()
                .expect("one")
                .notes
                .contains("Shelf: four")
        );
    }
}

#[test]
fn an_organisation_is_read_with_its_collections() {
    let import = accepted(fixture("bitwarden-organization.json"));
    let item = titled(&import, "Registrar");
    assert_eq!(item.place.vault, "Organization vault");
    assert_eq!(item.place.folder, "Ops/Prod");
    assert_eq!(values(item), ["canary-org"]);
}

#[test]
fn exports_protected_with_a_password_open_with_it_alone() {
    for name in ["bitwarden-pbkdf2.json", "bitwarden-argon2id.json"] {
        assert_eq!(refused(fixture(name)), "import_password_needed");
        let wrong = with_password(fixture(name), "correct horse").err();
        assert_eq!(wrong.expect("refused").kind(), "import_wrong_password");
        let import = with_password(fixture(name), PASSWORD).expect("the right password");
        assert_eq!(
            values(titled(&import, "Registrar")),
            ["canary-org"],
            "{name}"
        );
    }
}

#[test]
fn an_export_for_its_own_account_is_refused_with_what_to_do() {
    let bytes = fixture("bitwarden-account-restricted.json");
    let error = with_password(bytes, PASSWORD).err().expect("refused");
    assert_eq!(error.kind(), "import_unsupported");
    assert!(error.to_string().contains("Password protected"), "{error}");
}

/// The protected export with members put in the place of its own.
fn altered(name: &str, members: &[(&str, Value)]) -> Vec<u8> {
    let mut export: Value = serde_json::from_slice(&fixture(name)).expect("JSON");
    let object = export.as_object_mut().expect("an object");
    for (member, value) in members {
        object.insert((*member).to_owned(), value.clone());
    }
    export.to_string().into_bytes()
}

#[test]
fn parameters_that_would_eat_the_machine_are_refused_before_anything_is_derived() {
    let kind = |name: &str, members: &[(&str, Value)]| {
        let error = with_password(altered(name, members), "wrong").err();
        error.expect("refused").kind()
    };
    let pbkdf2 = |iterations: u64| {
        kind(
            "bitwarden-pbkdf2.json",
            &[("kdfIterations", json!(iterations))],
        )
    };
    assert_eq!(pbkdf2(2_000_001), "import_kdf_too_costly");
    assert_eq!(pbkdf2(2_000_000), "import_wrong_password");
    assert_eq!(pbkdf2(u64::MAX), "import_kdf_too_costly");
    assert_eq!(pbkdf2(5_000), "import_wrong_password");
    assert_eq!(pbkdf2(4_999), "import_damaged");
    let argon2 = |mib: u64, passes: u64, lanes: u64| {
        let members = [
            ("kdfMemory", json!(mib)),
            ("kdfIterations", json!(passes)),
            ("kdfParallelism", json!(lanes)),
        ];
        kind("bitwarden-argon2id.json", &members)
    };
    assert_eq!(argon2(1_025, 2, 1), "import_kdf_too_costly");
    assert_eq!(argon2(16, 1_001, 1), "import_kdf_too_costly");
    assert_eq!(argon2(1_024, 33, 1), "import_kdf_too_costly");
    assert_eq!(argon2(16, 2, 65), "import_kdf_too_costly");
    assert_eq!(argon2(16, 2, 64), "import_wrong_password");
    assert_eq!(argon2(15, 2, 1), "import_damaged");
    assert_eq!(argon2(16, 1, 1), "import_damaged");
    assert_eq!(argon2(16, 2, 0), "import_damaged");
}

#[test]
fn damaged_envelopes_are_refused() {
    let kind = |members: &[(&str, Value)]| {
        let bytes = altered("bitwarden-pbkdf2.json", members);
        with_password(bytes, PASSWORD)
            .err()
            .expect("refused")
            .kind()
    };
    assert_eq!(kind(&[("kdfType", json!(7))]), "import_unsupported");
    assert_eq!(kind(&[("salt", json!(null))]), "import_damaged");
    assert_eq!(kind(&[("salt", json!("other"))]), "import_wrong_password");
    assert_eq!(kind(&[("data", json!("2.a|b"))]), "import_damaged");
    assert_eq!(kind(&[("data", json!("0.a|b|c"))]), "import_damaged");
    let export: Value = serde_json::from_slice(&fixture("bitwarden-pbkdf2.json")).expect("JSON");
    let data = export["data"].as_str().expect("a text");
    let flipped = data.replacen("|", "|A", 1);
    assert_eq!(kind(&[("data", json!(flipped))]), "import_damaged");
    let validation = export["encKeyValidation_DO_NOT_EDIT"].clone();
    let (content, _) = data.rsplit_once('|').expect("a MAC");
    let (_, other_mac) = validation
        .as_str()
        .and_then(|text| text.rsplit_once('|'))
        .expect("a MAC");
    assert_eq!(
        kind(&[("data", json!(format!("{content}|{other_mac}")))]),
        "import_damaged"
    );
    // Sealed by the same keys, but no JSON.
    assert_eq!(kind(&[("data", validation)]), "import_json");
}

#[test]
fn what_is_no_export_or_not_known_is_said() {
    assert_eq!(
        refused(br#"{"encrypted":false}"#.to_vec()),
        "import_not_recognised"
    );
    assert_eq!(
        refused(br#"{"encrypted":false,"items":[}"#.to_vec()),
        "import_json"
    );
    assert_eq!(
        refused(br#"[{"encrypted":false,"items":[]}]"#.to_vec()),
        "import_json"
    );
    let items = [
        json!(null),
        json!("text"),
        json!({ "name": "Odd", "type": 1, "login": { "password": "p", "spare": { "k": "canary" } }, "passwordHistory": ["plain", { "password": 5 }] }),
    ];
    let import = accepted(export(&items));
    assert_eq!(import.items.len(), 3);
    assert_eq!(
        import
            .items
            .iter()
            .take(2)
            .map(ParsedItem::found)
            .sum::<usize>(),
        2
    );
    let odd = titled(&import, "Odd");
    assert_eq!(values(odd), ["p", r#"{"k":"canary"}"#, "plain", "5"]);
    assert_eq!(odd.remarks.len(), 3);
}

#[test]
fn elements_of_no_known_form_are_kept_as_text() {
    let inner = json!({ "password": "p1", "uris": ["https://u:canary-1@h.example"] });
    let login = json!({ "type": 1, "name": "L", "login": inner, "fields": ["canary-2"] });
    let import = accepted(export(&[login]));
    let all = values(titled(&import, "L")).concat();
    assert!(
        all.contains("canary-1") && all.contains("canary-2"),
        "{all}"
    );
}

/// Fields were once found again by their places: without the first, the second took over its secret.
#[test]
fn a_custom_field_is_found_again_by_its_name() {
    let field = |name: &str| json!({ "name": name, "value": format!("canary-{name}"), "type": 1 });
    let source_of = |fields: &[Value], label: &str| {
        let login = json!({ "type": 1, "id": "i", "name": "L", "login": {}, "fields": fields });
        let import = accepted(export(&[login]));
        let item = titled(&import, "L");
        let mut secrets = item.secrets.iter();
        let wanted = format!("canary-{label}");
        let found = secrets.find(|secret| value(secret, "value") == wanted);
        found.expect("a secret").source.as_str().to_owned()
    };
    let both = [field("A"), field("B")];
    assert_eq!(source_of(&both, "B"), source_of(&[field("B")], "B"));
    assert_ne!(source_of(&both, "A"), source_of(&both, "B"));
    // Which of two of one name it was, nothing but its place says.
    let twice = [field("B"), field("B")];
    assert_ne!(source_of(&twice, "B"), source_of(&[field("B")], "B"));
    assert_ne!(source_of(&twice, "B"), source_of(&twice, "B"));
}
