use importers::{ITEM_BYTES_MAX, ITEM_MEMBERS_MAX};
use serde_json::{Value, json};
use testkit::onepux::{Item, account, export_of_data, vault};

use super::{accepted, left_out, read, refused, values};

/// An export whose one vault holds exactly these texts as its items.
fn with_items(items: &[String]) -> Vec<u8> {
    export_of_data(&format!(
        r#"{{"accounts":[{{"attrs":{{"accountName":"Acme"}},"vaults":[{{"attrs":{{"uuid":"v","name":"Ops"}},"items":[{}]}}]}}]}}"#,
        items.join(",")
    ))
}

fn login(title: &str) -> String {
    Item::login(title, "u", "canary").into_json().to_string()
}

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

/// The bad one stands between two good ones, which are both taken.
#[track_caller]
fn check_bad_item(bad: &str, title: &str, reason: &str) {
    let import = accepted(with_items(&[login("first"), bad.to_owned(), login("last")]));
    let [first, middle, last] = import.items.as_slice() else {
        panic!("three items");
    };
    assert_eq!(values(first), ["canary"]);
    assert_eq!(values(last), ["canary"]);
    assert_eq!(left_out(middle), [(title, reason)]);
    assert_eq!(import.found(), 3);
}

#[test]
fn json_that_is_cut_or_no_json_is_refused_with_its_place() {
    let whole = json!({ "accounts": [account("A", &[vault("V", &[Item::login("x", "u", "p").into_json()])])] }).to_string();
    for kept in [1, whole.len() / 2, whole.len() - 1] {
        assert_eq!(
            refused(export_of_data(whole.get(..kept).expect("in range"))),
            "import_json",
            "cut at {kept}"
        );
    }
    for data in [
        "",
        "nonsense",
        "[]",
        "null",
        "5",
        "\"text\"",
        "{\"accounts\":5}",
        "{\"accounts\":[}",
        "{\"accounts\":[]}}",
        "{\"accounts\":[],\"accounts\":[]}",
    ] {
        assert_eq!(refused(export_of_data(data)), "import_json", "{data}");
    }
    assert_eq!(refused(export_of_data("{}")), "import_no_accounts");
    assert_eq!(
        refused(export_of_data("{\"accounts\":null}")),
        "import_no_accounts"
    );
}

#[test]
fn the_error_names_the_place_and_never_the_content() {
    let error = read(export_of_data("{\"accounts\":[\n  canary"))
        .err()
        .expect("refused");
    let message = error.to_string();
    assert!(
        message.contains("line 2") && !message.contains("canary"),
        "{message}"
    );
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    use testkit::onepux::zip_archive;
    let mut data = with_bytes();
    data.push(b'}');
    assert_eq!(
        refused(zip_archive(&[("export.data", &data)])),
        "import_json"
    );
}

fn with_bytes() -> Vec<u8> {
    let mut data = b"{\"accounts\":[{\"attrs\":{\"name\":\"".to_vec();
    data.extend_from_slice(&[0xff, 0xfe]);
    data.extend_from_slice(b"\"}}]");
    data
}

#[test]
fn an_item_nested_a_hundred_levels_deep_is_a_line_with_its_title() {
    let deep = |levels: usize| {
        format!(
            r#"{{"overview":{{"title":"Deep"}},"details":{{"password":"p","x":{}}}}}"#,
            nested(levels)
        )
    };
    for levels in [63, 100, 127, 128, 10_000, 500_000] {
        check_bad_item(
            &deep(levels),
            "Deep",
            "The item is nested more than 64 levels deep.",
        );
    }
    let import = accepted(with_items(&[deep(62)]));
    assert_eq!(
        values(import.items.first().expect("one"))
            .first()
            .expect("a password"),
        &"p"
    );
}

#[test]
fn a_document_nested_without_end_is_refused() {
    assert_eq!(refused(export_of_data(&nested(100))), "import_json");
    assert_eq!(
        refused(export_of_data(&"[".repeat(1_000_000))),
        "import_json"
    );
    let data = format!(r#"{{"accounts":{}}}"#, nested(100));
    assert_eq!(accepted(export_of_data(&data)).found(), 1);
}

#[test]
fn a_lone_surrogate_makes_one_bad_item() {
    let bad = r#"{"overview":{"title":"Half"},"details":{"password":"\ud800"}}"#;
    check_bad_item(
        bad,
        "Half",
        "The item holds text that is not valid Unicode.",
    );
    let title = r#"{"overview":{"title":"\udc00"},"details":{"password":"p"}}"#;
    check_bad_item(
        title,
        "Item 2 of the file",
        "The item holds text that is not valid Unicode.",
    );
}

#[test]
fn an_item_that_says_a_thing_twice_is_refused() {
    let twice = r#"{"overview":{"title":"Twice"},"details":{"password":"a","password":"b"}}"#;
    check_bad_item(
        twice,
        "Twice",
        "The item says the same thing twice, so it is not certain what counts.",
    );
}

#[test]
fn items_of_any_other_form_are_lines() {
    for bad in ["null", "5", "\"text\"", "[]", "{}", "{\"item\":{}}", "true"] {
        let import = accepted(with_items(&[bad.to_owned()]));
        assert_eq!(import.found(), 1, "{bad}");
        assert!(
            import.items.first().expect("one").secrets.is_empty(),
            "{bad}"
        );
    }
}

#[test]
fn an_oversized_item_is_a_line() {
    let large = format!(
        r#"{{"overview":{{"title":"Large"}},"details":{{"password":"{}"}}}}"#,
        "x".repeat(2 * 1024 * 1024)
    );
    // Padding that does not compress keeps the archive's ratio that of a real one.
    let padding =
        testkit::onepux::made_up("padding", b"abcdefghijklmnopqrstuvwxyz0123456789", 100_000);
    let import = accepted(with_items(&[
        login("first"),
        large,
        format!(r#"{{"overview":{{"title":"{padding}"}},"details":{{}}}}"#),
    ]));
    assert_eq!(
        left_out(import.items.get(1).expect("three")),
        [("Large", "The item is larger than 2 MiB.")]
    );
}

#[test]
fn an_item_is_as_large_as_the_limit_and_no_larger() {
    let sized = |length: usize| {
        let (start, end) = (
            r#"{"overview":{"title":"Sized"},"details":{"password":"canary""#,
            "}}",
        );
        let spaces = " ".repeat(length - start.len() - end.len());
        accepted(with_items(&[format!("{start}{spaces}{end}")]))
    };
    let most = sized(ITEM_BYTES_MAX);
    assert_eq!(values(most.items.first().expect("one")), ["canary"]);
    let more = sized(ITEM_BYTES_MAX + 1);
    assert_eq!(
        left_out(more.items.first().expect("one")),
        [("Sized", "The item is larger than 2 MiB.")]
    );
}

#[test]
fn an_item_with_thousands_of_fields_is_a_line() {
    let wide = |fields: usize| {
        let many = vec!["{}"; fields].join(",");
        format!(
            r#"{{"overview":{{"title":"Wide"}},"details":{{"loginFields":[{many}],"password":"canary"}}}}"#
        )
    };
    let most = accepted(with_items(&[wide(ITEM_MEMBERS_MAX)]));
    assert!(values(most.items.first().expect("one")).contains(&"canary"));
    let bad = wide(ITEM_MEMBERS_MAX + 1);
    check_bad_item(
        &bad,
        "Wide",
        "The item holds a list of more than 2000 parts.",
    );
}

#[test]
fn members_of_the_wrong_type_lose_nothing_else() {
    let odd = json!({
        "uuid": 5, "createdAt": "yesterday", "state": null, "trashed": "no", "categoryUuid": [],
        "details": { "loginFields": "none", "sections": { "a": 1 }, "notesPlain": 7, "passwordHistory": null, "password": "canary" },
        "overview": { "title": "Odd", "urls": 3, "tags": "x", "url": [] }
    });
    let import = accepted(with_items(&[odd.to_string()]));
    let item = import.items.first().expect("one");
    assert!(values(item).contains(&"canary"));
}

#[test]
fn a_bad_account_or_vault_is_a_line_and_the_others_are_read() {
    let good = vault("Good", &[Item::login("x", "u", "canary").into_json()]);
    let data = json!({ "accounts": [5, { "vaults": "none" }, account("A", &[json!([]), json!({ "items": 5 }), good])] });
    let import = accepted(export_of_data(&data.to_string()));
    assert_eq!(import.items.len(), 5);
    assert_eq!(import.found(), 5);
    assert_eq!(values(import.items.last().expect("five")), ["canary"]);
    let empty = accepted(export_of_data(
        &json!({ "accounts": [{}, { "vaults": [] }, { "vaults": [{}] }] }).to_string(),
    ));
    assert_eq!(empty.found(), 0);
}

#[test]
fn a_vault_name_that_hides_its_order_is_shown_safely() {
    let data =
        json!({ "accounts": [account("A\u{202e}", &[vault("V\u{0}\u{202e}x", &[Value::Null])])] });
    let import = accepted(export_of_data(&data.to_string()));
    assert_eq!(import.items.first().expect("one").place.vault, "V··x");
}
