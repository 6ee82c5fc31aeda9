//! Every member that the formats' documents name, filled: each has its line, and none is told as kept that is not.

use serde_json::{Value, json};
use testkit::onepux::export_of_data;

use super::{accepted, fates, only};

/// Paths of an item with what the report says of each.
#[track_caller]
fn assert_told(item: &importers::ParsedItem, wanted: &[(&str, &str)]) {
    for (path, fate) in wanted {
        assert_eq!(
            fates(item, path).join(", "),
            *fate,
            "{path} of {:#?}",
            item.fields
        );
    }
}

const AS_DAY: &str = "changed at notes 0: the time is kept as its day";

fn onepux_item() -> Value {
    let value = |id: &str, kind: &str, payload: Value| json!({ "id": id, "title": id, "value": { kind: payload }, "placeholder": "Type here" });
    json!({
        "uuid": "aaaaaaaaaaaaaaaaaaaaaaaaaa", "favIndex": 1, "createdAt": 1_614_298_956, "updatedAt": 1_635_346_445, "state": "archived", "categoryUuid": "112",
        "details": {
            "loginFields": [
                { "id": "u", "name": "user", "fieldType": "T", "designation": "username", "value": "mara" },
                { "id": "t", "name": "tel", "fieldType": "TEL", "designation": "", "value": "0815" },
                { "id": "c", "name": "stay", "fieldType": "C", "designation": "", "value": "true" }
            ],
            "notesPlain": "words", "password": "canary-password", "htmlForm": { "htmlMethod": "post" },
            "sections": [{ "name": "s", "title": "All kinds", "hideAddAnotherField": true, "fields": [
                value("concealed", "concealed", json!("canary")),
                value("reference", "reference", json!("tmnmnirzkqpvjwrqfsajmkqwhm")),
                value("string", "string", json!("x")),
                value("email", "email", json!({ "email_address": "a@b.example", "provider": "p" })),
                value("phone", "phone", json!("0815")),
                value("url", "url", json!("https://x.example")),
                value("totp", "totp", json!("otpauth://totp/x?secret=MFRGG")),
                value("gender", "gender", json!("female")),
                value("creditCardType", "creditCardType", json!("mc")),
                value("creditCardNumber", "creditCardNumber", json!("4111111111111111")),
                value("monthYear", "monthYear", json!(202_706)),
                value("menu", "menu", json!("WPA3")),
                value("date", "date", json!(1_796_083_200)),
                value("expires", "date", json!(1_796_083_261)),
                value("address", "address", json!({ "street": "1 Road", "city": "Town", "country": "de" }))
            ] }],
            "passwordHistory": [{ "value": "canary-old", "time": 1_458_322_355 }]
        },
        "overview": {
            "title": "Everything", "subtitle": "mara", "tags": ["prod"], "ps": 100, "pbe": 86.1, "pgrng": true,
            "url": "https://a.example", "urls": [
                { "label": "website", "url": "https://a.example", "mode": "never" },
                { "label": "mirror", "url": "https://b.example", "mode": "default" }
            ]
        }
    })
}

#[test]
fn every_member_of_a_1password_export_has_its_line() {
    let item = onepux_item();
    let data = json!({ "more": "x", "accounts": [{
        "attrs": { "accountName": "Acme", "name": "Mara", "avatar": "a.png", "email": "mara@acme.example", "uuid": "U", "domain": "https://acme.1password.com/" },
        "vaults": [{
            "attrs": { "uuid": "V", "desc": "words about the vault", "avatar": "v.png", "name": "Ops", "type": "U", "more": "y" },
            "items": [item]
        }]
    }] });
    let import = accepted(export_of_data(&data.to_string()));
    let [description, item] = import.items.as_slice() else {
        panic!("{} items", import.items.len())
    };
    assert_eq!(description.title, "Ops (description of the vault)");
    let text = description.secrets.first().expect("one");
    assert_eq!(super::value(text, "value"), "words about the vault");

    let about = import.about.fields.iter().map(|line| line.name.as_str());
    assert_eq!(
        about.collect::<Vec<_>>(),
        ["The export · more", "Ops · more"]
    );

    let changed = "it is written with a hyphen";
    assert_told(
        item,
        &[
            ("title", "kept at name"),
            ("tags", "kept at tags"),
            (
                "favorite",
                "changed at tags: it is kept as the tag “favorite”",
            ),
            ("Created in 1Password", AS_DAY),
            ("Changed in 1Password", AS_DAY),
            ("notes", "kept at notes 0"),
            ("username", "kept at notes 0"),
            ("login.t", "kept at notes 0"),
            ("login.c", "kept at notes 0"),
            ("url.0", "kept at notes 0"),
            ("url.1", "kept at notes 0"),
            ("s.reference", "kept at notes 1"),
            ("s.string", "kept at notes 1"),
            ("s.email", "kept at notes 1"),
            ("s.email.provider", "kept at notes 1"),
            ("s.phone", "kept at notes 1"),
            ("s.url", "kept at notes 1"),
            ("s.gender", "kept at notes 1"),
            ("s.creditCardType", "kept at notes 1"),
            ("s.menu", "kept at notes 1"),
            ("s.date", &AS_DAY.replace('0', "1")),
            ("s.expires", "kept at expiry 1"),
            ("s.monthYear", &format!("changed at notes 1: {changed}")),
            (
                "s.address",
                "changed at notes 1: its parts stand on one line",
            ),
            ("password", "kept at value 0, kept at earlier 0"),
            ("s.concealed", "kept at value 1"),
            ("s.totp", "kept at value 2"),
            ("s.creditCardNumber", "kept at value 3"),
            (
                "url.mode",
                "left out: It says where 1Password fills the login in, which has no meaning here.",
            ),
            (
                "s.menu.placeholder",
                "left out: It is what 1Password shows where the field is empty.",
            ),
        ],
    );
}

#[test]
fn every_member_of_a_bitwarden_item_has_its_line() {
    let item = json!({
        "id": "5f7a1c1e-0000-4000-8000-000000000001", "organizationId": null, "folderId": null, "type": 1, "reprompt": 1, "name": "Site", "notes": "words",
        "favorite": true, "key": "2.x|y|z", "object": "item", "creationDate": "2022-02-03T04:05:06.789Z", "revisionDate": "2025-02-03T04:05:06.789Z",
        "deletedDate": null, "archivedDate": null, "collectionIds": null, "passwordHistory": [{ "lastUsedDate": "2024-05-01T10:00:00.000Z", "password": "canary-old" }],
        "fields": [{ "name": "plain", "value": "x", "type": 0, "linkedId": null }, { "name": "points", "value": null, "type": 3, "linkedId": 100 }],
        "login": {
            "username": "mara", "password": "canary", "totp": "MFRGG", "passwordRevisionDate": "2024-05-01T10:00:00.000Z", "autofillOnPageLoad": true,
            "uris": [{ "uri": "https://x.example", "match": 0, "uriChecksum": "abc=" }],
            "fido2Credentials": [{ "credentialId": "c", "keyValue": "k" }]
        }
    });
    let export = json!({ "encrypted": false, "folders": [], "items": [item] });
    let item = only(accepted(export.to_string().into_bytes()));
    let meaningless = |what: &str| format!("left out: It says {what}, which has no meaning here.");
    assert_told(
        &item,
        &[
            ("title", "kept at name"),
            (
                "favorite",
                "changed at tags: it is kept as the tag “favorite”",
            ),
            ("notes", "kept at notes 0"),
            ("username", "kept at notes 0"),
            ("password", "kept at value 0, kept at earlier 0"),
            ("totp", "kept at value 1"),
            ("passkey.0", "changed at value 2: it is kept as text"),
            ("uri.0", "kept at notes 0"),
            ("fields.plain", "kept at notes 0"),
            (
                "fields.points",
                "left out: It only points to another field of the item, which is kept.",
            ),
            ("Created in Bitwarden", AS_DAY),
            ("Changed in Bitwarden", AS_DAY),
            ("Password changed in Bitwarden", AS_DAY),
            (
                "reprompt",
                &meaningless("that Bitwarden asks for its password again"),
            ),
            (
                "match",
                &meaningless("how Bitwarden compares the address with a page's"),
            ),
            (
                "autofillOnPageLoad",
                &meaningless("when Bitwarden fills the login in"),
            ),
        ],
    );
}

#[test]
fn names_that_are_changed_are_said_to_be() {
    let tags: Vec<String> = (0..32).map(|number| format!("t{number:02}")).collect();
    let told = |overview: Value| {
        let item = json!({ "uuid": "a", "categoryUuid": "005", "favIndex": 1, "details": { "password": "canary" }, "overview": overview });
        let export = json!({ "accounts": [{ "attrs": { "accountName": "A" }, "vaults": [{ "attrs": { "name": "V" }, "items": [item] }] }] });
        only(accepted(export_of_data(&export.to_string())))
    };
    let item = told(json!({ "title": "x\u{202e}y".repeat(200), "tags": [" a\tb "] }));
    assert_eq!(
        fates(&item, "title"),
        [
            "changed at name: was too long and is cut to 255 characters, and held control characters, which are shown as “·”"
        ]
    );
    assert_eq!(
        fates(&item, "tags"),
        [
            "changed at tags: blanks around tags are left away; characters that can't be shown are “·”"
        ]
    );

    let label = "l\u{7}".repeat(200);
    let fields = json!([{ "id": "f", "title": label, "value": { "concealed": "canary" } }]);
    let item = json!({ "uuid": "a", "categoryUuid": "005", "overview": { "title": "y".repeat(200) },
        "details": { "password": "canary", "sections": [{ "name": "s", "title": "", "fields": fields }],
            "documentAttributes": { "fileName": "../../etc/passwd", "documentId": "gone" } } });
    let export = json!({ "accounts": [{ "attrs": { "accountName": "A" }, "vaults": [{ "attrs": { "name": "V" }, "items": [item] }] }] });
    let long = only(accepted(export_of_data(&export.to_string())));
    let remarks = long.remarks.join("\n");
    assert!(
        remarks.contains("is too long for a secret's; it is shortened."),
        "{remarks}"
    );
    assert!(
        remarks.contains("characters that can't be shown"),
        "{remarks}"
    );

    let full = told(json!({ "title": "x", "tags": tags }));
    let secret = full.secrets.first().expect("one");
    assert!(!secret.tags.contains(&"favorite".to_owned()));
    assert_eq!(
        fates(&full, "favorite"),
        ["changed at notes 0: there are as many tags as there can be, so it stands in the notes"]
    );
    assert!(
        secret.notes.contains("Favorite: yes"),
        "{}",
        secret.notes.as_str()
    );
}
