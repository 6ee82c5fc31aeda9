//! What other importers got wrong with 1Password's exports, one test for each row; further rows stand with their formats.

use importers::{Fate, Home, ItemKind, ValueKind};
use serde_json::{Value, json};
use testkit::onepux::{Item, OnePux, export_of_items, field};

use super::{accepted, fates, item, left_out, names, values};

/// Row 1: passwords of items without a user name, in `details.password`, were dropped.
#[test]
fn peers_row_1_every_place_where_a_secret_can_hide_is_read() {
    let hidden = Item::new("001", "Everywhere")
        .with("/details", "password", json!("canary-details"))
        .login_field("pin", "P", Value::Null, json!("canary-login-field"))
        .section(
            "S",
            vec![
                field("code", "c", "concealed", json!("canary-section")),
                field("otp", "t", "totp", json!("canary-totp")),
            ],
        )
        .url("https://mara:canary-url@x.example")
        .earlier_password("canary-history")
        .with("/details", "newMember", json!("canary-unknown"));
    let parsed = item(hidden);
    let taken = values(&parsed).join(" ");
    for canary in [
        "details",
        "login-field",
        "section",
        "totp",
        "url",
        "unknown",
    ] {
        assert!(taken.contains(&format!("canary-{canary}")), "{canary}");
    }
    let first = parsed.secrets.first().expect("six");
    assert_eq!(first.earlier.len(), 1);
    assert_eq!(left_out(&parsed), []);
    assert!(
        parsed
            .secrets
            .iter()
            .all(|secret| !secret.notes.contains("canary"))
    );
}

/// Row 2: attachments and unusual elements were not read at all.
#[test]
fn peers_row_2_attachments_and_unknown_kinds_are_kept() {
    let made = Item::login("Host", "u", "p").section(
        "Files",
        vec![
            field(
                "key",
                "k",
                "file",
                json!({ "fileName": "id.pem", "documentId": "doc1", "decryptedSize": 6 }),
            ),
            field("odd", "o", "hologram", json!({ "deep": ["canary-odd"] })),
        ],
    );
    let export = OnePux::new("Acme")
        .vault("Ops", vec![made])
        .file("doc1", "id.pem", b"canary")
        .into_bytes();
    let import = accepted(export);
    let item = import.items.first().expect("one");
    assert_eq!(values(item), ["p", "canary", r#"{"deep":["canary-odd"]}"#]);
    let file = item.secrets.get(1).expect("three");
    assert_eq!(
        (file.kind, file.file_name.as_deref()),
        (ValueKind::Attachment, Some("id.pem"))
    );
}

/// Row 3: the file was refused for its ending. Here no ending is ever asked for; bytes without a name are enough.
#[test]
fn peers_row_3_a_file_is_known_by_its_content_alone() {
    let import = accepted(export_of_items(&[Item::login("x", "u", "p").into_json()]));
    assert_eq!(import.format.as_str(), "1pux");
    let csv = accepted(b"Title,Url,Username,Password,OTPAuth,Notes\nA,,u,p,,\n".to_vec());
    assert_eq!(csv.format.as_str(), "1password_csv");
    let bitwarden = accepted(
        br#"{"folders":[],"items":[{"type":1,"name":"A","login":{"password":"p"}}]}"#.to_vec(),
    );
    assert_eq!(
        bitwarden.format.as_str(),
        "bitwarden",
        "older exports do not say whether they are encrypted"
    );
}

/// Row 4: SSH keys became notes, and the key was lost.
#[test]
fn peers_row_4_an_ssh_key_is_a_value_and_never_a_note() {
    let key = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n";
    let held = json!({ "privateKey": key, "metadata": { "publicKey": "ssh-ed25519 AAAA mara" } });
    let fields = vec![field("private key", "private_key", "sshKey", held)];
    let parsed = item(Item::new("114", "Deploy").section("", fields));
    let secret = parsed.secrets.first().expect("one");
    assert_eq!(
        (values(&parsed), secret.kind),
        (vec![key], ValueKind::SshKey)
    );
    assert!(secret.notes.contains("ssh-ed25519 AAAA mara"));
    assert!(!secret.notes.contains("canary"));
}

/// Row 5: a login field whose value is an object stopped the whole import.
#[test]
fn peers_row_5_one_odd_item_never_stops_the_others() {
    let odd = Item::login("Linked", "u", "canary-2").login_field(
        "email",
        "E",
        Value::Null,
        json!({ "email_address": "mara@acme.example", "string": "second" }),
    );
    let import = accepted(export_of_items(&[
        json!(5),
        odd.into_json(),
        json!({ "details": [], "overview": 3, "trashed": { "x": 1 }, "state": 7 }),
        Item::login("Last", "u", "canary-last").into_json(),
    ]));
    assert_eq!(import.items.len(), 4);
    let linked = import.items.get(1).expect("four");
    assert_eq!(values(linked), ["canary-2"]);
    let notes = linked.secrets.first().expect("one").notes.as_str();
    assert!(
        notes.contains("mara@acme.example") && notes.contains("second"),
        "{notes}"
    );
    assert_eq!(values(import.items.get(3).expect("four")), ["canary-last"]);
}

/// Row 8: concealed fields were shown.
#[test]
fn peers_row_8_concealed_stays_concealed() {
    let parsed = item(Item::new("004", "Imprint").section(
        "",
        vec![field("tax number", "t", "concealed", json!("canary"))],
    ));
    assert_eq!(values(&parsed), ["canary"]);
    assert!(
        parsed
            .secrets
            .iter()
            .all(|secret| !secret.notes.contains("canary"))
    );
}

/// Row 10: fields that a person added were dropped where the item was no login. The last code is no category there is.
#[test]
fn peers_row_10_fields_are_kept_whatever_the_category() {
    for category in [
        "001", "002", "003", "004", "005", "006", "100", "101", "102", "103", "104", "105", "106",
        "107", "108", "109", "110", "111", "112", "113", "114", "115", "999",
    ] {
        let fields = vec![
            field("vault code", "c", "concealed", json!("canary")),
            field("counter", "t", "string", json!("the second on the left")),
        ];
        let parsed = item(Item::new(category, "Something").section("Own", fields));
        assert!(values(&parsed).contains(&"canary"), "{category}");
        assert_eq!(left_out(&parsed), [], "{category}");
        let is_noted = parsed
            .secrets
            .iter()
            .any(|secret| secret.notes.contains("the second on the left"));
        assert!(is_noted, "{category}");
    }
}

#[test]
fn the_expiry_of_an_api_credential_is_known_by_date() {
    let fields = vec![
        field("credential", "credential", "concealed", json!("canary")),
        field("expires", "expires", "date", json!(1_796_083_200)),
        field("valid from", "validFrom", "date", json!(1_764_547_200)),
    ];
    let parsed = item(Item::new("112", "Token").section("", fields));
    assert_eq!(parsed.kind, ItemKind::ApiCredential);
    let secret = parsed.secrets.first().expect("one");
    assert_eq!(secret.kind, ValueKind::ApiCredential);
    assert_eq!(
        secret.expires_at.expect("a date").to_string(),
        "2026-12-01T00:00:00.000Z"
    );
    let notes = secret.notes.as_str();
    assert!(notes.contains("Valid from: 2025-12-01"), "{notes}");
    // The end of a value is no line of the notes, where it would outlive the value.
    assert!(!notes.contains("2026"), "{notes}");
    let fate = |path: &str| fates(&parsed, path).join(", ");
    assert_eq!(fate("add more.expires"), "kept at expiry 0");
    assert_eq!(
        fate("add more.validFrom"),
        "changed at notes 0: the time is kept as its day"
    );
}

#[test]
fn titles_that_are_changed_are_said_to_be() {
    let fate = |title: &str| {
        let parsed = item(Item::new("112", title).section(
            "",
            vec![field("credential", "credential", "concealed", json!("c"))],
        ));
        let line = parsed.fields.first().expect("the title's").clone();
        assert_eq!(line.path, "title");
        (parsed.title.clone(), line.fate, parsed.remarks.len())
    };
    assert_eq!(
        fate("Plain"),
        ("Plain".to_owned(), Fate::Kept { at: Home::Name }, 0)
    );
    let how = |how: &str| Fate::Changed {
        at: Home::Name,
        how: how.to_owned(),
    };
    assert_eq!(
        fate(""),
        ("Untitled API credential".to_owned(), how("was empty"), 1)
    );
    assert_eq!(
        fate("a\nb"),
        (
            "a·b".to_owned(),
            how("held control characters, which are shown as “·”"),
            1
        )
    );
    assert_eq!(
        fate(&"t".repeat(256)),
        (
            "t".repeat(255),
            how("was too long and is cut to 255 characters"),
            1
        )
    );
    assert_eq!(fate(&"t".repeat(255)).1, Fate::Kept { at: Home::Name });
}

#[test]
fn favourites_unknown_states_and_members_of_the_overview_are_kept() {
    let made = Item::login("Site", "u", "p")
        .with("", "favIndex", json!(2))
        .with("", "state", json!("dormant"))
        .with("/overview", "nickname", json!("the big one"))
        .with("/overview", "ps", json!(80));
    let parsed = item(made);
    let secret = parsed.secrets.first().expect("one");
    assert_eq!(secret.tags, ["favorite"]);
    assert!(
        secret.notes.contains("State: dormant"),
        "{}",
        secret.notes.as_str()
    );
    assert!(secret.notes.contains("Nickname: the big one"));
    assert!(!secret.notes.contains("80"));
    assert_eq!(names(&parsed), ["Site"]);
}

#[test]
fn accounts_are_told_apart() {
    use testkit::onepux::{account, export_of_data, vault};
    let login = |title: &str| Item::login(title, "u", title).into_json();
    let data = json!({ "accounts": [account("One", &[vault("A", &[login("a")])]), account("Two", &[vault("A", &[login("b")])])] });
    let import = accepted(export_of_data(&data.to_string()));
    let accounts: Vec<&str> = import
        .items
        .iter()
        .map(|item| item.place.account.as_str())
        .collect();
    assert_eq!(accounts, ["One", "Two"]);
}
