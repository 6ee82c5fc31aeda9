use std::collections::BTreeSet;

use importers::{ItemState, ParsedSecret, ValueKind};
use serde_json::{Value, json};
use testkit::onepux::{Item, export_of_items, field, uuid_for};

use super::{accepted, item, left_out, names, only, value, values};

#[test]
fn a_login_becomes_a_generic_secret_named_by_its_title() {
    let parsed = item(
        Item::login("GitHub", "mara", "canary-1")
            .url("https://github.example")
            .notes("second line\nthird"),
    );
    assert_eq!(names(&parsed), ["GitHub"]);
    assert_eq!(values(&parsed), ["canary-1"]);
    let secret = parsed.secrets.first().expect("one");
    let notes: Vec<&str> = secret.notes.lines().collect();
    assert_eq!(
        notes,
        [
            "User name: mara",
            "URL: https://github.example",
            "Created in 1Password: 2024-04-28",
            "Changed in 1Password: 2024-12-28",
            "1Password vault: Ops (Acme)",
            "",
            "second line",
            "third"
        ]
    );
    assert_eq!(parsed.moved_to_notes, ["user name", "URL", "notes"]);
    assert_eq!(
        secret.source.as_str(),
        format!("1password:{}:password", uuid_for("GitHub"))
    );
    assert_eq!(left_out(&parsed), []);
}

#[test]
fn every_account_and_vault_is_read() {
    use testkit::onepux::{account, export_of_data, vault};
    let login = |title: &str| Item::login(title, "u", title).into_json();
    let data = json!({ "accounts": [
        account("One", &[vault("A", &[login("a")]), vault("B", &[login("b"), login("c")])]),
        account("Two", &[vault("C", &[login("d")])]),
    ]});
    let import = accepted(export_of_data(&data.to_string()));
    let places: Vec<(&str, &str)> = import
        .items
        .iter()
        .map(|item| (item.title.as_str(), item.place.vault.as_str()))
        .collect();
    assert_eq!(places, [("a", "A"), ("b", "B"), ("c", "B"), ("d", "C")]);
}

#[test]
fn items_wrapped_as_in_older_exports_are_unwrapped() {
    let wrapped = json!({ "item": Item::login("Wrapped", "u", "canary").into_json() });
    assert_eq!(
        values(&only(accepted(export_of_items(&[wrapped])))),
        ["canary"]
    );
    let file = json!({ "file": { "attrs": {}, "path": "x.png" } });
    assert_eq!(
        left_out(&only(accepted(export_of_items(&[file])))),
        [("x.png", "It is a file without an item.")]
    );
}

#[test]
fn archived_and_trashed_are_told() {
    let archived = item(Item::login("Old", "u", "p").tag("wiki").archived());
    assert!(archived.state == ItemState::Archived);
    assert_eq!(
        archived.secrets.first().expect("one").tags,
        ["archived", "wiki"]
    );
    let trashed = item(Item::login("Gone", "u", "p").trashed());
    assert!(trashed.state == ItemState::Trashed);
    assert_eq!(trashed.found(), 1);
}

#[test]
fn an_item_without_a_secret_is_kept_whole_or_a_line_of_the_report() {
    let identity =
        Item::new("004", "Imprint").section("", vec![field("name", "n", "string", json!("Acme"))]);
    let kept = item(identity);
    assert_eq!(values(&kept), ["Name: Acme"]);
    assert_eq!(kept.secrets.first().expect("one").kind, ValueKind::Identity);
    assert_eq!(
        left_out(&item(Item::login("Empty", "mara", ""))),
        [("Empty", "It holds no secret value.")]
    );
    assert_eq!(
        left_out(&item(Item::note("Blank", ""))),
        [("Blank", "It holds no secret value.")]
    );
}

#[test]
fn a_note_without_secret_fields_is_itself_the_value() {
    let note = item(Item::note("Ceremony", "canary\nline"));
    assert_eq!(values(&note), ["canary\nline"]);
    assert!(!note.secrets.first().expect("one").notes.contains("canary"));
    let with_field = Item::note("Both", "plain words")
        .section("", vec![field("pin", "p", "concealed", json!("4829"))]);
    let both = item(with_field);
    assert_eq!(values(&both), ["4829"]);
    assert!(
        both.secrets
            .first()
            .expect("one")
            .notes
            .ends_with("plain words")
    );
}

#[test]
fn names_are_always_names() {
    let title = |title: &str| {
        names(&item(Item::login(title, "u", "p")))
            .first()
            .expect("one")
            .to_string()
    };
    assert_eq!(title("two\nlines\u{202e}"), "two·lines·");
    assert_eq!(title("   "), "Untitled login");
    assert_eq!(title(""), "Untitled login");
    assert_eq!(title(&"🪶".repeat(300)), "🪶".repeat(255));
    let long = item(
        Item::login(&"t".repeat(255), "u", "p")
            .section("Section", vec![field("pin", "x", "concealed", json!("1"))]),
    );
    let second = names(&long).get(1).expect("two").to_string();
    assert_eq!(second.chars().count(), 255);
    assert!(second.ends_with("… · Section · pin"), "{second}");
}

#[test]
fn tags_that_can_not_be_tags_go_to_the_notes() {
    let parsed = item(
        Item::login("Tags", "u", "p")
            .tag(" prod ")
            .tag("prod")
            .tag(&"t".repeat(65))
            .tag(""),
    );
    let secret = parsed.secrets.first().expect("one");
    assert_eq!(secret.tags, ["prod"]);
    assert!(secret.notes.contains(&format!("Tags: {}", "t".repeat(65))));
    let many = (0..40).fold(Item::login("Many", "u", "p"), |item, n| {
        item.tag(&format!("tag{n}"))
    });
    let parsed = item_of(many.archived());
    assert_eq!(parsed.tags.len(), 32);
    assert!(parsed.notes.contains("tag39"));
}

fn item_of(made: Item) -> importers::ParsedSecret {
    item(made).secrets.remove(0)
}

#[test]
fn items_of_one_uuid_stay_two_and_a_missing_uuid_is_made_up() {
    let twin = || Item::login("Twin", "u", "p").uuid("same");
    let mut nameless = Item::login("Nameless", "u", "p").into_json();
    nameless.as_object_mut().expect("an object").remove("uuid");
    let import = accepted(export_of_items(&[
        twin().into_json(),
        twin().into_json(),
        twin().into_json(),
        nameless,
    ]));
    let ids: Vec<&str> = import
        .items
        .iter()
        .map(|item| item.item_id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "same",
            "same#2",
            "same#3",
            &format!("{}/Nameless", uuid_for("Ops"))
        ]
    );
    let sources: std::collections::BTreeSet<&str> = import
        .items
        .iter()
        .flat_map(|item| &item.secrets)
        .map(|secret| secret.source.as_str())
        .collect();
    assert_eq!(sources.len(), 4);
}

#[test]
fn sources_that_are_too_long_stay_apart() {
    let nameless = |ending: &str| {
        let title = format!("{}{ending}", "t".repeat(200));
        let mut json = Item::login(&title, "u", "p").into_json();
        json.as_object_mut().expect("an object").remove("uuid");
        json
    };
    let import = accepted(export_of_items(&[nameless("one"), nameless("two")]));
    let sources: Vec<&str> = import
        .items
        .iter()
        .flat_map(|item| &item.secrets)
        .map(|secret| secret.source.as_str())
        .collect();
    let [one, two] = sources.as_slice() else {
        panic!("two sources");
    };
    assert_ne!(one, two);
    let again = accepted(export_of_items(&[nameless("two")]));
    let again = again
        .items
        .first()
        .expect("one")
        .secrets
        .first()
        .expect("one");
    assert_eq!(again.source.as_str(), *two, "the same in a later export");
}

/// Lists whose elements are of another kind than 1Password writes.
#[test]
fn elements_of_no_known_form_are_kept_as_text() {
    for (pointer, member, list) in [
        ("/overview", "urls", json!(["https://u:canary@h.example"])),
        ("/overview", "tags", json!([["canary"]])),
        ("/details", "loginFields", json!(["canary"])),
        ("/details", "sections", json!(["canary"])),
        (
            "/details",
            "sections",
            json!([{ "title": "S", "name": "s", "fields": ["canary"] }]),
        ),
    ] {
        let parsed = item(Item::password("P", "p1").with(pointer, member, list));
        let secrets = parsed.secrets.iter();
        let kept: Vec<&str> = secrets
            .flat_map(|secret| [value(secret, "value"), secret.notes.as_str()])
            .collect();
        assert!(kept.concat().contains("canary"), "{member}: {kept:?}");
    }
}

#[test]
fn what_stands_beside_an_item_in_its_wrapper_counts_too() {
    let inner = || Item::password("P", "p1").into_json();
    let read = |wrapper: Value| {
        let import = accepted(export_of_items(&[wrapper]));
        only(import)
    };
    let trashed = read(json!({ "item": inner(), "trashed": true, "note": "canary" }));
    assert_eq!(trashed.state, ItemState::Trashed);
    assert!(
        trashed
            .secrets
            .iter()
            .any(|secret| secret.notes.contains("canary"))
    );
    let archived = read(json!({ "item": inner(), "state": "archived" }));
    assert_eq!(archived.state, ItemState::Archived);
    let with_file = read(json!({ "item": inner(), "file": { "path": "x" } }));
    assert_eq!(values(&with_file), ["p1"]);
}

#[test]
fn an_address_with_a_secret_is_no_title_and_its_secret_is_kept() {
    for (title, shown) in [
        ("https://mara:canary@db.example/x", "https://db.example/x"),
        (
            "https://a.blob.core.windows.net/c?sv=2024-11-04&sig=canary",
            "https://a.blob.core.windows.net/c",
        ),
    ] {
        let parsed = item(Item::login(title, "u", "p"));
        assert_eq!(parsed.title, shown);
        assert!(
            names(&parsed).iter().all(|name| !name.contains("canary")),
            "{shown}"
        );
        let holds = |it: &ParsedSecret| {
            let mut fields = it.credentials.iter();
            fields.any(|(_, value)| value.expose_text().contains("canary"))
        };
        assert!(parsed.secrets.iter().any(holds), "{shown}");
        let remark = "The title was an address with a secret in it, which is kept as a value.";
        assert!(parsed.remarks.iter().any(|told| told == remark), "{shown}");
    }
    let harmless = item(Item::login("https://mara@db.example/?q=1", "u", "p"));
    assert_eq!(harmless.title, "https://mara@db.example/?q=1");
}

#[test]
fn equal_labels_of_one_item_are_kept_apart() {
    let fields = (0..500)
        .map(|_| field("a", "a", "concealed", json!("v")))
        .collect();
    let parsed = item(Item::new("112", "Many").section("s", fields));
    let sources: BTreeSet<&str> = parsed.secrets.iter().map(|it| it.source.as_str()).collect();
    assert_eq!((parsed.secrets.len(), sources.len()), (500, 500));
    assert!(sources.iter().any(|source| source.ends_with("#500")));
}
