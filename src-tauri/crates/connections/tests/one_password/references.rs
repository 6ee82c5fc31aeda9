//! `op://` references of what was fetched, and the ids by which it is found again.

use std::io::Cursor;

use importers::{ParsedImport, ReadOptions, read_import};
use serde_json::json;
use testkit::onepassword::{Account, CONNECT_TOKEN, FakeConnect, LiveItem, concealed, field};
use testkit::onepux::{self, Item, OnePux, uuid_for};

use super::{by_connect, fetched, only, references, taken};

fn sources(import: &ParsedImport) -> Vec<&str> {
    let secrets = import.items.iter().flat_map(|item| &item.secrets);
    let mut sources: Vec<&str> = secrets.map(|secret| secret.source.as_str()).collect();
    sources.sort_unstable();
    sources
}

#[tokio::test]
async fn what_came_from_an_export_is_found_again() {
    let hidden = || onepux::field("console password", "pass", "concealed", json!("pw-bastion"));
    let file = |name: &str| {
        let attributes =
            json!({ "fileName": name, "documentId": uuid_for(name), "decryptedSize": 4 });
        onepux::field(name, "a field's own id", "file", attributes)
    };
    let export = OnePux::new("Acme");
    let export = ["id_rsa", "own.txt", "beside.txt"]
        .into_iter()
        .fold(export, |export, name| {
            export.file(&uuid_for(name), name, b"text")
        });
    let export = export.vault(
        "Ops",
        vec![
            Item::login("Registrar", "mara", "pw").login_field("pin", "P", json!(null), json!("0000")),
            Item::new("110", "Jump host").section("Admin", vec![file("id_rsa")]),
            Item::new("006", "Papers")
                .document(&uuid_for("own.txt"), "own.txt")
                .section("Admin", vec![file("beside.txt")]),
            // Such a member is there outside of password items too.
            Item::new("112", "Old token").with("/details", "password", json!("old")),
            Item::password("Door", "1234"),
            Item::note("Memo", "text"),
            Item::new("110", "Bastion").section("Admin", vec![hidden()]),
            Item::new("112", "Mailer").with(
                "/details",
                "sections",
                json!([{ "title": "", "fields": [onepux::field("credential", "credential", "concealed", json!("key"))] }]),
            ),
        ],
    );
    let export =
        read_import(Cursor::new(export.into_bytes()), &ReadOptions::default()).expect("an export");
    let door = json!({ "id": "password", "type": "CONCEALED", "purpose": "PASSWORD", "label": "password", "value": "1234" });
    let old = json!({ "id": "password", "type": "CONCEALED", "purpose": "PASSWORD", "label": "password", "value": "old" });
    let items = vec![
        LiveItem::login("Registrar", "mara", "pw").with(concealed("pin", "pin", "0000")),
        LiveItem::new("SERVER", "Jump host").file("id_rsa", b"text"),
        // In another order.
        LiveItem::new("DOCUMENT", "Papers")
            .file("beside.txt", b"text")
            .file("own.txt", b"text"),
        LiveItem::new("API_CREDENTIAL", "Old token").with(old),
        LiveItem::new("PASSWORD", "Door").with(door),
        LiveItem::new("SECURE_NOTE", "Memo").notes("text"),
        LiveItem::new("SERVER", "Bastion").section(
            "Admin",
            vec![concealed("pass", "console password", "pw-bastion")],
        ),
        LiveItem::new("API_CREDENTIAL", "Mailer").with(concealed(
            "credential",
            "credential",
            "key",
        )),
    ];
    let server = FakeConnect::start(Account::default().vault("Ops", items), CONNECT_TOKEN);
    let live = taken(fetched(&by_connect(&server), "Ops").await);
    assert_eq!(sources(&live), sources(&export));
    assert_eq!(sources(&live).len(), 10);
}

#[tokio::test]
async fn a_value_is_referred_to_by_names_that_are_clear() {
    let item = LiveItem::login("Registrar", "mara", "pw")
        .notes("the key is hunter2")
        .section(
            "Admin",
            vec![
                concealed("a1", "console password", "1"),
                concealed("a2", "twice", "2"),
                concealed("a3", "Twice", "3"),
                concealed("a4", "käse", "4"),
                concealed("a5", "", "5"),
            ],
        )
        .section("Ümlaut", vec![concealed("b1", "console password", "6")]);
    let item = only(item).await;
    let found: Vec<_> = item
        .secrets
        .iter()
        .map(|secret| references(secret)[0].1)
        .collect();
    let beginning = format!("op://{}/{}", uuid_for("Ops"), uuid_for("Registrar"));
    let umlaut = format!("Section_{}/console password", uuid_for("Ümlaut"));
    let expected = [
        "password",
        "Admin/console password",
        "Admin/a2",
        "Admin/a3",
        "Admin/a4",
        "Admin/a5",
        &umlaut,
    ]
    .map(|end| format!("{beginning}/{end}"));
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_storage_key_has_a_reference_for_each_of_its_fields() {
    let item = LiveItem::new("API_CREDENTIAL", "AWS uploads")
        .with(field(
            "STRING",
            "f1",
            "access key id",
            "AKIAIOSFODNN7EXAMPLE",
        ))
        .with(concealed(
            "f2",
            "secret access key",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ))
        .with(field("STRING", "f3", "default region", "eu-central-1"));
    let item = only(item).await;
    assert_eq!(item.secrets.len(), 1);
    assert_eq!(item.secrets[0].method().as_str(), "s3_access_key");
    let beginning = format!("op://{}/{}", uuid_for("Ops"), uuid_for("AWS uploads"));
    assert_eq!(
        references(&item.secrets[0]),
        [
            (
                "access_key_id",
                format!("{beginning}/access key id").as_str()
            ),
            (
                "secret_access_key",
                format!("{beginning}/secret access key").as_str()
            ),
        ]
    );
}

#[tokio::test]
async fn what_is_made_of_several_fields_has_no_reference() {
    let card = LiveItem::new("IDENTITY", "Mara")
        .with(field("STRING", "firstname", "first name", "Mara"))
        .with(field("PHONE", "phone", "phone", "1"));
    let item = only(card).await;
    assert_eq!(item.secrets.len(), 1);
    assert!(item.secrets[0].references.is_empty());
    let azure = "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYg==;EndpointSuffix=core.windows.net";
    let item =
        only(LiveItem::new("LOGIN", "Azure").with(concealed("f1", "connection string", azure)))
            .await;
    assert_eq!(item.secrets[0].method().as_str(), "azure_account_key");
    assert!(item.secrets[0].references.is_empty());
}
