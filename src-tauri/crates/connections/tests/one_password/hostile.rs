//! Answers that are damaged, huge, or made to do harm.

use connections::{ANSWER_BYTES_MAX, ErrorCode, LIST_ITEMS_MAX};
use importers::{ATTACHED_FILES_MAX, ITEM_BYTES_MAX, ParsedItem};
use serde_json::{Value, json};
use testkit::clouds::server::Spoil;
use testkit::onepassword::{Account, CONNECT_TOKEN, FakeConnect, LiveItem, concealed};
use testkit::onepux::uuid_for;

use super::{by_connect, fetched, listed, refused, taken};

fn started() -> FakeConnect {
    let account = Account::default().vault("Ops", vec![LiveItem::login("Registrar", "mara", "pw")]);
    FakeConnect::start(account, CONNECT_TOKEN)
}

/// The item whose JSON is this, as it comes out of a fetch.
async fn answered(body: Vec<u8>) -> ParsedItem {
    let server = started();
    let source = by_connect(&server);
    let matching = format!("/items/{}", uuid_for("Registrar"));
    server.spoil(1, &matching, Spoil::Instead(200, body));
    let mut items = taken(fetched(&source, "Ops").await).items;
    assert_eq!(items.len(), 1);
    items.remove(0)
}

/// The item with more members.
fn item(more: Value) -> Value {
    let mut item = json!({ "id": uuid_for("Registrar"), "vault": { "id": uuid_for("Ops") }, "title": "Registrar", "category": "LOGIN", "fields": [concealed("c", "c", "1")] });
    let members = item.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    item
}

#[track_caller]
fn is_a_line(item: &ParsedItem, reason: &str) {
    assert_eq!(
        (item.title.as_str(), item.secrets.len(), item.left_out.len()),
        ("Registrar", 0, 1)
    );
    assert!(
        item.left_out[0].reason.contains(reason),
        "{}",
        item.left_out[0].reason
    );
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_a_line_of_the_report() {
    assert_eq!(
        answered(item(json!({})).to_string().into_bytes())
            .await
            .secrets
            .len(),
        1
    );
    for (body, reason) in [
        (b"{\"id\":\"\xff\xfe\"}".to_vec(), "not valid Unicode"),
        (b"{".to_vec(), "no valid JSON"),
        (b"".to_vec(), "no valid JSON"),
        (
            [item(json!({})).to_string().into_bytes(), b"{}".to_vec()].concat(),
            "no valid JSON",
        ),
        (b"[]".to_vec(), "something else"),
        (b"{}".to_vec(), "something else"),
        (
            item(json!({ "id": uuid_for("another") }))
                .to_string()
                .into_bytes(),
            "something else",
        ),
        (
            item(json!({ "vault": { "id": uuid_for("another") } }))
                .to_string()
                .into_bytes(),
            "something else",
        ),
        (
            format!("{{\"a\":{}1{}}}", "[".repeat(65), "]".repeat(65)).into_bytes(),
            "levels deep",
        ),
        (b"{\"a\":1,\"a\":2}".to_vec(), "twice"),
    ] {
        is_a_line(&answered(body).await, reason);
    }
}

#[tokio::test]
async fn an_item_is_read_up_to_the_limits_and_not_beyond() {
    let padded = |length: usize| {
        let mut body = item(json!({})).to_string().into_bytes();
        body.resize(length, b' ');
        body
    };
    assert_eq!(answered(padded(ITEM_BYTES_MAX)).await.secrets.len(), 1);
    is_a_line(
        &answered(padded(ITEM_BYTES_MAX + 1)).await,
        "larger than 2 MiB",
    );
    is_a_line(
        &answered(padded(ANSWER_BYTES_MAX)).await,
        "larger than 2 MiB",
    );
    is_a_line(
        &answered(padded(ANSWER_BYTES_MAX + 1)).await,
        "longer than any that is read",
    );
}

#[tokio::test]
async fn a_list_is_read_up_to_the_limit_and_not_beyond() {
    let server = started();
    let source = by_connect(&server);
    let (vault, _) = listed(&source, "Ops").await;
    for (count, is_taken) in [(LIST_ITEMS_MAX, true), (LIST_ITEMS_MAX + 1, false)] {
        let body = format!("[{}0]", "0,".repeat(count - 1));
        server.spoil(1, "/items", Spoil::Instead(200, body.into_bytes()));
        match source.items(&vault).await {
            Ok(list) => assert_eq!((is_taken, list.unreadable), (true, count)),
            Err(error) => assert_eq!((is_taken, error.code), (false, ErrorCode::Unreadable)),
        }
    }
}

#[tokio::test]
async fn bad_lines_of_a_list_are_counted_and_the_others_are_there() {
    let server = started();
    let source = by_connect(&server);
    let (vault, _) = listed(&source, "Ops").await;
    let good = uuid_for("good");
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let body = format!(
        "[{{\"id\":\"{good}\",\"title\":\"Good\\u202e\",\"new\":{deep}}},{{\"id\":\"../../x\"}},{{\"id\":\"--help\"}},{{\"id\":7}},{{}},null,{deep},{}]",
        json!({ "id": uuid_for("elsewhere"), "title": "Elsewhere", "vault": { "id": uuid_for("another") } })
    );
    server.spoil(1, "/items", Spoil::Instead(200, body.into_bytes()));
    let list = taken(source.items(&vault).await);
    assert_eq!(list.unreadable, 7);
    assert_eq!(list.items.len(), 1);
    assert_eq!(
        (list.items[0].id.as_str(), list.items[0].title.as_str()),
        (good.as_str(), "Good·")
    );
}

/// Passed over, such a vault would be missing from an import of everything.
#[tokio::test]
async fn a_vault_that_cannot_be_read_is_told() {
    let server = started();
    let source = by_connect(&server);
    let good = uuid_for("good");
    let body = format!("[{{\"id\":\"{good}\",\"name\":\"Good\",\"items\":\"3\"}}]");
    server.spoil(1, "GET /v1/vaults", Spoil::Instead(200, body.into_bytes()));
    let vaults = taken(source.vaults().await);
    assert_eq!(
        (vaults[0].id.as_str(), vaults[0].items),
        (good.as_str(), None)
    );
    let body = format!("[{{\"id\":\"{good}\"}},{{\"id\":\"x\"}}]");
    server.spoil(1, "GET /v1/vaults", Spoil::Instead(200, body.into_bytes()));
    assert_eq!(refused(source.vaults().await).code, ErrorCode::Unreadable);
}

#[tokio::test]
async fn files_with_odd_ids_or_without_end_are_lines_of_the_report() {
    let files = json!([{ "id": "../../etc/passwd", "name": "a", "size": 1 }, { "id": uuid_for("gone"), "name": "b", "size": 1 }]);
    let found = answered(item(json!({ "files": files })).to_string().into_bytes()).await;
    assert_eq!((found.secrets.len(), found.left_out.len()), (1, 2));
    assert!(
        found.left_out[0].reason.contains("no id"),
        "{}",
        found.left_out[0].reason
    );
    assert!(
        found.left_out[1].reason.contains("no such vault or item"),
        "{}",
        found.left_out[1].reason
    );
    let many = |count: usize| -> Value {
        let file = |number: usize| json!({ "id": "x", "name": number.to_string(), "size": 1 });
        json!({ "files": (0..count).map(file).collect::<Vec<_>>() })
    };
    for (count, listed) in [
        (ATTACHED_FILES_MAX, ATTACHED_FILES_MAX),
        (ATTACHED_FILES_MAX + 1, ATTACHED_FILES_MAX),
    ] {
        let json = many(count).to_string();
        assert_eq!(importers::attached_files(json.as_bytes()).len(), listed);
    }
}

#[tokio::test]
async fn a_file_that_grows_beyond_its_size_is_not_taken() {
    let server = FakeConnect::start(
        Account::default().vault(
            "Ops",
            vec![LiveItem::new("DOCUMENT", "Papers").file("small", b"1")],
        ),
        CONNECT_TOKEN,
    );
    let source = by_connect(&server);
    for (length, is_taken) in [(64 * 1024, true), (64 * 1024 + 1, false)] {
        server.spoil(1, "/content", Spoil::Instead(200, vec![b'x'; length]));
        let item = taken(fetched(&source, "Ops").await).items.remove(0);
        assert_eq!(item.secrets.len() == 1, is_taken, "{length}");
        assert_eq!(item.left_out.is_empty(), is_taken);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn op_may_write_as_much_as_is_read_and_no_more() {
    use connections::LIST_BYTES_MAX;
    use testkit::onepassword::FakeOp;
    let op = FakeOp::install(&Account::default().vault("Ops", Vec::new()));
    let source = super::by_op(&op);
    for (length, is_taken) in [(LIST_BYTES_MAX, true), (LIST_BYTES_MAX + 1, false)] {
        let mut body = b"null".to_vec();
        body.resize(length, b' ');
        op.answer("vault list", &body);
        match source.vaults().await {
            Ok(vaults) => assert!(is_taken && vaults.is_empty()),
            Err(error) => assert_eq!((is_taken, error.code), (false, ErrorCode::Unreadable)),
        }
    }
    op.answer("vault list", b"\xff\xfe\x00");
    assert_eq!(refused(source.vaults().await).code, ErrorCode::Unreadable);
    op.answer("vault list", b"");
    assert!(taken(source.vaults().await).is_empty());
}
