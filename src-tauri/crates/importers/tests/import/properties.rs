use importers::{Fate, ItemKind, ItemState, LiveAnswer, LiveItem, LiveVault, read_live};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::onepux::{Item, export_of_data, export_of_items, field, zip_archive};
use zeroize::Zeroizing;

use super::{accepted, assert_complete, read};

/// Any JSON, shallow.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z]{1,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Any JSON in a member that people or versions may write otherwise.
fn odd_member() -> impl Strategy<Value = (String, Value)> {
    let place = prop::sample::select(vec![
        "/overview/title",
        "/overview/tags",
        "/overview/url",
        "/overview/urls",
        "/overview/extra",
        "/details/password",
        "/details/passwordHistory",
        "/details/documentAttributes",
        "/details/loginFields",
        "/details/sections",
        "/details/htmlForm",
        "/favIndex",
        "/createdAt",
        "/state",
        "/trashed",
        "/categoryUuid",
        "/uuid",
        "/more",
    ]);
    (place.prop_map(str::to_owned), any_json())
}

fn with_members(mut item: Value, members: Vec<(String, Value)>) -> Value {
    for (pointer, value) in members {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        if let Some(Value::Object(object)) = item.pointer_mut(parent) {
            object.insert(name.to_owned(), value);
        }
    }
    item
}

/// An item of the right shape with anything in its places.
fn any_item() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        Just("string"),
        Just("concealed"),
        Just("totp"),
        Just("date"),
        Just("email"),
        Just("sshKey"),
        Just("file"),
        Just("address"),
        Just("mystery")
    ];
    let fields = prop::collection::vec((kind, any_json(), "\\PC{0,10}"), 0..5);
    (fields, any_json(), any_json(), "\\PC{0,20}").prop_map(|(fields, login, notes, title)| {
        let fields = fields
            .into_iter()
            .enumerate()
            .map(|(index, (kind, payload, label))| field(&label, &index.to_string(), kind, payload))
            .collect();
        Item::new("112", &title)
            .section("s", fields)
            .login_field("x", "P", Value::Null, login)
            .with("/details", "notesPlain", notes)
            .into_json()
    })
}

fn bitwarden_login() -> impl Strategy<Value = Value> {
    let members = (any_json(), any_json(), any_json(), any_json());
    let members = members.prop_map(|(username, uri, matched, passkey)| {
        json!({ "username": username, "password": "p", "uris": [{ "uri": uri, "match": matched }, uri],
            "fido2Credentials": [passkey], "passwordRevisionDate": "2024-01-01T00:00:00Z", "autofillOnPageLoad": matched })
    });
    prop_oneof![members, any_json()]
}

fn bitwarden_field() -> impl Strategy<Value = Value> {
    let members = (any_json(), 0..5, any_json(), any_json());
    let members = members.prop_map(|(name, kind, value, linked)| {
        json!({ "name": name, "type": kind, "value": value, "linkedId": linked })
    });
    prop_oneof![members, any_json()]
}

/// As `op` and Connect write items, with anything in their places.
fn any_live_item() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec![
        "STRING",
        "CONCEALED",
        "OTP",
        "DATE",
        "MONTH_YEAR",
        "SSHKEY",
        "FILE",
        "MYSTERY",
    ]);
    let purpose = prop::sample::select(vec!["", "NOTES", "USERNAME", "PASSWORD"]);
    let value = prop_oneof![any_json(), "\\PC{0,12}".prop_map(Value::from)];
    let field = (kind, purpose, value, any_json()).prop_map(|(kind, purpose, value, details)| {
        json!({ "id": "f", "label": "l", "type": kind, "purpose": purpose, "value": value,
            "password_details": details, "section": { "id": "s", "label": "S" } })
    });
    let fields = prop::collection::vec(prop_oneof![field, any_json()], 0..4);
    let more = (any_json(), any_json(), any_json(), any_json());
    (fields, more).prop_map(|(fields, (title, tags, urls, favorite))| {
        json!({ "id": "i", "vault": { "id": "v" }, "title": title, "category": "LOGIN", "tags": [tags, "t"],
            "urls": [urls, { "href": "https://x.example", "label": "l", "primary": true }], "favorite": favorite,
            "sections": [{ "id": "s", "label": "S" }], "fields": fields, "files": [{ "id": "a", "name": "n" }, urls],
            "created_at": "2024-01-01T00:00:00Z", "state": favorite })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut zip_like = b"PK\x03\x04".to_vec();
        zip_like.extend_from_slice(&bytes);
        prop_assert!(read(zip_like).is_err());
        prop_assert!(read(bytes).is_err());
    }

    #[test]
    fn no_flipped_byte_of_an_export_makes_reading_panic(at in any::<prop::sample::Index>(), mask in 1_u8..) {
        let mut bytes = export_of_items(&[Item::login("x", "u", "p").into_json()]);
        let at = at.index(bytes.len());
        *bytes.get_mut(at).expect("in range") ^= mask;
        let _ = read(bytes);
    }

    #[test]
    fn no_json_makes_reading_panic(data in any_json()) {
        let _ = read(export_of_data(&data.to_string()));
        let _ = read(zip_archive(&[("export.data", json!({ "accounts": data }).to_string().as_bytes())]));
    }

    #[test]
    fn every_item_of_a_bitwarden_export_is_found_whatever_it_holds(kind in any_json(), login in bitwarden_login(), field in bitwarden_field(), history in any_json(), card in any_json(), name in any_json(), more in (any_json(), any_json(), any_json(), any_json())) {
        let (favorite, reprompt, folder, deleted) = more;
        let item = json!({ "type": kind, "name": name, "login": login, "fields": [field], "passwordHistory": [history], "card": card,
            "favorite": favorite, "reprompt": reprompt, "folderId": folder, "deletedDate": deleted });
        let export = json!({ "encrypted": false, "folders": [], "items": [item] }).to_string();
        let import = accepted(export.into_bytes());
        prop_assert_eq!(import.items.len(), 1);
        prop_assert!(import.found() > 0);
    }

    #[test]
    fn no_sealed_export_makes_reading_panic(kdf in 0..3, iterations in any_json(), text in "[0-9a-zA-Z.|=+/]{0,60}") {
        let export = json!({ "encrypted": true, "passwordProtected": true, "salt": text, "kdfType": kdf, "kdfIterations": iterations, "encKeyValidation_DO_NOT_EDIT": text, "data": text });
        prop_assert!(read(export.to_string().into_bytes()).is_err());
    }

    #[test]
    fn every_item_is_found_whatever_it_holds(items in prop::collection::vec((any_item(), prop::collection::vec(odd_member(), 0..4)), 0..4)) {
        let count = items.len();
        let items: Vec<Value> = items.into_iter().map(|(item, odd)| with_members(item, odd)).collect();
        let import = accepted(export_of_items(&items));
        prop_assert_eq!(import.items.len(), count);
        for item in &import.items {
            prop_assert!(item.found() > 0);
            // Every home that a field is said to have is there, and holds what it is said to hold.
            for line in &item.fields {
                let at = match &line.fate {
                    Fate::Kept { at } | Fate::Changed { at, .. } => at,
                    Fate::LeftOut { .. } => continue,
                };
                prop_assert!(at.secret().is_none_or(|secret| secret < item.secrets.len()), "{line:?}");
            }
        }
    }

    #[test]
    fn every_field_of_a_live_item_has_its_line(json in any_live_item()) {
        let live = LiveItem {
            id: "i".to_owned(),
            title: "As listed".to_owned(),
            kind: ItemKind::Login,
            state: ItemState::Active,
            vault: LiveVault { id: "v".to_owned(), name: "Ops".to_owned() },
            answer: LiveAnswer::Item { json: Zeroizing::new(json.to_string().into_bytes()), files: Vec::new() },
        };
        assert_complete(&read_live(&[live]));
    }

    #[test]
    fn every_cell_of_a_table_has_its_line(cells in prop::collection::vec(prop::collection::vec("[ a;,]{0,3}|true|false", 10), 1..4)) {
        let header = "Title,Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes";
        let quoted = |row: &Vec<String>| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",");
        let rows = cells.iter().map(quoted).collect::<Vec<_>>().join("\n");
        // One line more, without which a table may be read as one of another form.
        let sound = "t,,https://x.example,u,p,,false,false,a;b,n";
        for header in [header.to_owned(), format!("{header},Folder").replace("OTPAuth", "Expires")] {
            accepted(format!("{header}\n{sound}\n{rows}\n").into_bytes());
        }
    }

    #[test]
    fn every_field_has_one_line(texts in prop::collection::vec(("[a-z ]{0,12}", "[^\u{0}]{1,40}", any::<bool>()), 1..8)) {
        let fields = texts.iter().enumerate().map(|(index, (label, text, concealed))| {
            field(label, &format!("f{index}"), if *concealed { "concealed" } else { "string" }, json!(text))
        }).collect();
        let import = accepted(export_of_items(&[Item::new("112", "All").section("s", fields).into_json()]));
        let item = import.items.first().expect("one");
        for index in 0..texts.len() {
            let ending = format!(".f{index}");
            let lines: Vec<_> = item.fields.iter().filter(|line| line.path.ends_with(&ending)).collect();
            prop_assert_eq!(lines.len(), 1, "{:?}", item.fields);
            let is_kept = !matches!(lines.first().expect("one").fate, Fate::LeftOut { .. });
            prop_assert!(is_kept);
        }
    }

    #[test]
    fn every_concealed_text_is_taken_as_it_is_or_named(texts in prop::collection::vec("[^\u{0}]{1,40}", 1..6), notes in "\\PC{0,40}") {
        let fields = texts.iter().enumerate().map(|(index, text)| field(&format!("f{index}"), &index.to_string(), "concealed", json!(text))).collect();
        let import = accepted(export_of_items(&[Item::new("112", "All").section("s", fields).notes(&notes).into_json()]));
        let item = import.items.first().expect("one");
        let taken: Vec<&str> = item.secrets.iter().flat_map(|secret| secret.credentials.iter()).map(|(_, value)| value.expose_text()).collect();
        for text in &texts {
            prop_assert!(taken.contains(&text.as_str()), "{text:?} is missing");
        }
        prop_assert!(item.secrets.first().expect("one at least").notes.contains(&notes));
    }
}
