use importers::Fate;
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::onepux::{Item, export_of_data, export_of_items, field, zip_archive};

use super::{accepted, read};

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
    fn every_item_of_a_bitwarden_export_is_found_whatever_it_holds(kind in 0..9, login in any_json(), fields in any_json(), history in any_json(), card in any_json(), name in any_json()) {
        let item = json!({ "type": kind, "name": name, "login": login, "fields": [fields], "passwordHistory": [history], "card": card });
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
    fn every_item_is_found_whatever_it_holds(items in prop::collection::vec(any_item(), 0..4)) {
        let count = items.len();
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
