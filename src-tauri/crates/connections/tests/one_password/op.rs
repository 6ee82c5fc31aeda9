//! By the program `op`.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use connections::{
    AT_ONCE_MAX, COMPLAINT_BYTES_MAX, Checked, Chosen, ErrorCode, FIRST_FAILURES_MAX, OnePassword,
    OpProgram,
};
use importers::ItemState;
use testkit::onepassword::{Account, FakeOp, LiveItem, SERVICE_ACCOUNT_TOKEN, concealed};
use testkit::onepux::uuid_for;

use super::{by_op, fetched, listed, only, references, refused, secret, taken, value};

/// What says to a test that it is run again with an environment made for it.
const AGAIN: &str = "TURNSTONE_OP_TEST_AGAIN";

fn account() -> Account {
    let items = vec![
        LiveItem::login("Registrar", "mara", "pw-registrar").tag("domains"),
        LiveItem::api_credential("Mailer", "mailer", "key-mailer").archived(),
    ];
    Account::default()
        .vault("Production", items)
        .vault("Empty", Vec::new())
}

#[tokio::test]
async fn a_service_account_sees_its_vaults_and_items_without_values() {
    let op = FakeOp::install(&account());
    let source = by_op(&op);
    let expected = Checked {
        version: Some("2.30.3".to_owned()),
        vaults: 2,
    };
    assert_eq!(taken(source.check().await), expected);
    let (vault, list) = listed(&source, "Production").await;
    assert_eq!(vault.items, Some(2));
    let seen: Vec<_> = list
        .items
        .iter()
        .map(|item| {
            (
                item.title.as_str(),
                item.state,
                item.category.as_str(),
                item.updated_at.is_some(),
            )
        })
        .collect();
    let expected = [
        ("Mailer", ItemState::Archived, "api_credential", true),
        ("Registrar", ItemState::Active, "login", true),
    ];
    assert_eq!(seen, expected);
    assert_eq!(list.unreadable, 0);
    assert!(listed(&source, "Empty").await.1.items.is_empty());
    let shown = format!("{vault:?}{list:?}");
    assert!(!shown.contains("pw-registrar") && !shown.contains("key-mailer"));
}

#[tokio::test]
async fn chosen_items_come_with_their_values_in_their_order() {
    let op = FakeOp::install(&account());
    let source = by_op(&op);
    let (vault, list) = listed(&source, "Production").await;
    let mut chosen: Vec<Chosen<'_>> = list
        .items
        .iter()
        .map(|item| Chosen {
            vault: &vault,
            item,
        })
        .collect();
    chosen.reverse();
    let heard = std::sync::Mutex::new(Vec::new());
    let import = taken(
        source
            .fetch(&chosen, &|count| heard.lock().expect("whole").push(count))
            .await,
    );
    let values: Vec<String> = import
        .items
        .iter()
        .map(|item| value(&item.secrets[0], "value"))
        .collect();
    assert_eq!(values, ["pw-registrar", "key-mailer"]);
    assert_eq!(import.items[1].state, ItemState::Archived);
    assert_eq!(import.items[0].place.vault, "Production");
    assert_eq!(import.items[0].item_id, uuid_for("Registrar"));
    assert_eq!(*heard.lock().expect("whole"), [1, 2]);
    assert!(
        op.calls().iter().all(|call| !call.contains("ops_")),
        "{:?}",
        op.calls()
    );
}

#[tokio::test]
async fn an_item_that_somebody_deleted_meanwhile_is_a_line_of_the_report() {
    let op = FakeOp::install(&account());
    let source = by_op(&op);
    let (vault, list) = listed(&source, "Production").await;
    op.delete(vault.id.as_str(), &uuid_for("Mailer"));
    let chosen: Vec<Chosen<'_>> = list
        .items
        .iter()
        .map(|item| Chosen {
            vault: &vault,
            item,
        })
        .collect();
    let import = taken(source.fetch(&chosen, &|_| {}).await);
    assert_eq!((import.items.len(), import.found()), (2, 2));
    let gone = &import.items[0];
    assert_eq!(
        (gone.title.as_str(), gone.state),
        ("Mailer", ItemState::Archived)
    );
    assert!(gone.secrets.is_empty());
    assert!(
        gone.left_out[0].reason.contains("no such vault or item"),
        "{}",
        gone.left_out[0].reason
    );
}

#[tokio::test]
async fn what_stops_every_call_ends_the_fetch_and_says_so() {
    let op = FakeOp::install(&account());
    let source = by_op(&op);
    let (vault, list) = listed(&source, "Production").await;
    let chosen: Vec<Chosen<'_>> = list
        .items
        .iter()
        .map(|item| Chosen {
            vault: &vault,
            item,
        })
        .collect();
    op.throttle();
    let error = refused(source.fetch(&chosen, &|_| {}).await);
    assert_eq!(error.code, ErrorCode::Throttled);
    assert_eq!(error.retry_after, Some(Duration::from_secs(59 * 60)));
    let op = FakeOp::install(&account());
    let source = by_op(&op);
    op.revoke();
    let error = refused(source.check().await);
    assert_eq!(error.code, ErrorCode::Auth);
    let said = error.said.expect("op said something");
    assert!(
        said.starts_with("(401) Unauthorized: the token ••••"),
        "{said}"
    );
    assert!(!format!("{said}{}", error.message).contains(SERVICE_ACCOUNT_TOKEN));
}

#[tokio::test]
async fn a_token_that_is_none_is_not_sent() {
    let op = FakeOp::install(&account());
    for wrong in ["", " ", "ops_a b", "ops_\n_", "ops_ü"] {
        let program = taken(OpProgram::at(&op.program()));
        let error = refused(OnePassword::service_account(program, &secret(wrong)));
        assert_eq!(error.code, ErrorCode::Auth, "{wrong:?}");
    }
    let program = taken(OpProgram::at(&op.program()));
    let error = refused(
        taken(OnePassword::service_account(program, &secret("hello")))
            .check()
            .await,
    );
    assert_eq!(error.code, ErrorCode::Auth);
    assert!(op.calls().iter().all(|call| !call.contains("hello")));
}

#[tokio::test]
async fn the_desktop_app_lets_a_person_in_or_says_what_to_turn_on() {
    let op = FakeOp::install(&account());
    let desktop = |account| {
        taken(OnePassword::desktop_app(
            taken(OpProgram::at(&op.program())),
            account,
        ))
    };
    let error = refused(desktop(None).check().await);
    assert_eq!(error.code, ErrorCode::Auth);
    if cfg!(target_os = "linux") {
        assert!(
            error.message.contains("onepassword-cli"),
            "{}",
            error.message
        );
    }
    op.unlock_app("acme.1password.example");
    assert_eq!(taken(desktop(None).check().await).vaults, 2);
    assert_eq!(
        taken(desktop(Some("acme.1password.example")).check().await).vaults,
        2
    );
    let error = refused(desktop(Some("other.1password.example")).check().await);
    assert_eq!(error.code, ErrorCode::Auth);
    let program = || taken(OpProgram::at(&op.program()));
    assert!(OnePassword::desktop_app(program(), Some("a\nb")).is_err());
    let named = |length: usize| OnePassword::desktop_app(program(), Some(&"a".repeat(length)));
    assert!(named(255).is_ok());
    assert!(named(256).is_err());
}

#[tokio::test]
async fn what_op_says_of_its_version_is_read_up_to_its_limit() {
    const VERSION_BYTES_MAX: usize = 1024;
    let op = FakeOp::install(&account());
    for (length, is_taken) in [(VERSION_BYTES_MAX, true), (VERSION_BYTES_MAX + 1, false)] {
        op.set_version(&format!("{: <length$}", "2.30.3"));
        match by_op(&op).check().await {
            Ok(checked) => assert!(is_taken && checked.version.as_deref() == Some("2.30.3")),
            Err(error) => assert_eq!((is_taken, error.code), (false, ErrorCode::Unreadable)),
        }
    }
}

/// A program that complains without end is heard to its end, and what is kept of it is what is kept of a short one.
#[tokio::test]
async fn a_complaint_of_any_length_is_one_complaint() {
    let op = FakeOp::install(&account());
    for length in [
        COMPLAINT_BYTES_MAX,
        COMPLAINT_BYTES_MAX + 1,
        4 * COMPLAINT_BYTES_MAX,
    ] {
        op.complain("vault list", &"x".repeat(length));
        let error = refused(by_op(&op).vaults().await);
        assert_eq!(error.said.as_deref(), Some("x".repeat(300).as_str()));
    }
}

#[tokio::test]
async fn an_op_too_old_or_not_op_at_all_is_told_apart() {
    let op = FakeOp::install(&account());
    for (version, is_fit) in [
        ("2.18.0", true),
        ("2.17.9", false),
        ("1.12.4", false),
        ("3.0.0-beta.1", true),
        ("hello", false),
        ("", false),
    ] {
        op.set_version(version);
        let checked = by_op(&op).check().await;
        assert_eq!(checked.is_ok(), is_fit, "{version}");
        if let Err(error) = checked {
            assert_eq!(error.code, ErrorCode::NotInstalled, "{version}");
        }
    }
}

#[test]
fn nothing_of_another_account_and_nothing_else_of_ours_reaches_op() {
    if std::env::var_os(AGAIN).is_some() {
        return in_an_environment_of_its_own();
    }
    let myself = std::env::current_exe().expect("a program");
    let again = Command::new(myself)
        .args([
            "--exact",
            "op::nothing_of_another_account_and_nothing_else_of_ours_reaches_op",
            "--nocapture",
        ])
        .env(AGAIN, "1")
        .env("OP_CONNECT_HOST", "http://127.0.0.1:1")
        .env("OP_CONNECT_TOKEN", "eyJ")
        .env("OP_SESSION_acme", "stale")
        .env("OP_SERVICE_ACCOUNT_TOKEN", "ops_another")
        .env("OP_ACCOUNT", "another")
        .env("AWS_SECRET_ACCESS_KEY", "a secret of somebody's")
        .output()
        .expect("run again");
    assert!(
        again.status.success(),
        "{}",
        String::from_utf8_lossy(&again.stdout)
    );
}

fn in_an_environment_of_its_own() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let op = FakeOp::install(&account());
    assert_eq!(taken(runtime.block_on(by_op(&op).check())).vaults, 2);
    op.unlock_app("");
    let program = taken(OpProgram::at(&op.program()));
    let by_app = taken(OnePassword::desktop_app(program, None));
    assert_eq!(taken(runtime.block_on(by_app.check())).vaults, 2);
    let given = op.variables();
    for name in [
        "OP_CACHE",
        "OP_LOAD_DESKTOP_APP_SETTINGS",
        "OP_SERVICE_ACCOUNT_TOKEN",
        "PATH",
    ] {
        assert!(
            given.iter().any(|known| known == name),
            "{name} of {given:?}"
        );
    }
    for name in [
        "OP_CONNECT_HOST",
        "OP_CONNECT_TOKEN",
        "OP_SESSION_acme",
        "OP_ACCOUNT",
        "AWS_SECRET_ACCESS_KEY",
        AGAIN,
    ] {
        assert!(
            !given.iter().any(|known| known == name),
            "{name} of {given:?}"
        );
    }
}

/// Whether the process is there and no mere remainder.
fn runs(process: u32) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

fn eventually(mut is_so: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(20);
    while Instant::now() < end {
        if is_so() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_call_that_is_dropped_stops_all_that_it_started() {
    let op = FakeOp::install(&account());
    op.hang();
    let source = by_op(&op);
    let call = tokio::spawn(async move { source.vaults().await.is_ok() });
    assert!(eventually(|| op.hanging().len() == 2), "it started");
    let started = op.hanging();
    assert!(started.iter().all(|process| runs(*process)));
    call.abort();
    assert!(
        eventually(|| !started.iter().any(|process| runs(*process))),
        "{started:?}"
    );
}

/// Where the fake program lies that a process of its own starts before it ends.
const ENDING: &str = "TURNSTONE_OP_TEST_ENDING";

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_ends_leaves_no_program_behind() {
    if let Some(program) = std::env::var_os(ENDING) {
        return ends_while_it_waits(Path::new(&program));
    }
    let op = FakeOp::install(&account());
    op.hang();
    let mut again = Command::new(std::env::current_exe().expect("a program"))
        .args([
            "--exact",
            "op::a_process_that_ends_leaves_no_program_behind",
        ])
        .env(ENDING, op.program())
        .spawn()
        .expect("run again");
    assert!(again.wait().expect("it ends").success());
    let started = op.hanging();
    assert_eq!(started.len(), 2, "it had started them");
    assert!(
        eventually(|| !started.iter().any(|process| runs(*process))),
        "{started:?}"
    );
}

#[cfg(target_os = "linux")]
fn ends_while_it_waits(program: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let token = secret(SERVICE_ACCOUNT_TOKEN);
    let program_at = taken(OpProgram::at(program));
    let source = taken(OnePassword::service_account(program_at, &token));
    runtime.spawn(async move { source.vaults().await.is_ok() });
    let hanging = program.with_file_name("hanging");
    let both = || std::fs::read_to_string(&hanging).is_ok_and(|listed| listed.lines().count() == 2);
    assert!(eventually(both), "it started");
    connections::end_programs();
    std::process::exit(0);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_is_stopped_in_time() {
    let op = FakeOp::install(&account());
    op.hang();
    let error = refused(by_op(&op).vaults().await);
    assert_eq!(error.code, ErrorCode::TimedOut);
    assert!(error.message.contains("60 seconds"), "{}", error.message);
}

#[tokio::test]
async fn attached_files_come_too_where_they_fit_a_value() {
    let large = vec![b'x'; domain::catalogue::VALUE_BYTES_MAX + 1];
    let item = || {
        LiveItem::new("DOCUMENT", "Papers")
            .file("key.pem", b"-----BEGIN KEY-----")
            .file("logo", b"\x89PNG\0")
            .file("large", &large)
    };
    let op = FakeOp::install(&Account::default().vault("Ops", vec![item()]));
    let by_op = taken(fetched(&by_op(&op), "Ops").await);
    let by_connect = only(item()).await;
    for item in [&by_op.items[0], &by_connect] {
        let texts: Vec<String> = item
            .secrets
            .iter()
            .map(|secret| value(secret, "value"))
            .collect();
        assert_eq!(texts, ["-----BEGIN KEY-----", "iVBORwA="]);
        let of_item = format!("op://{}/{}", uuid_for("Ops"), uuid_for("Papers"));
        assert_eq!(
            item.secrets[0].references[0].reference,
            format!("{of_item}/key.pem")
        );
        assert!(
            item.secrets[1].references.is_empty(),
            "Base64 is not what 1Password gives"
        );
        assert_eq!(item.left_out.len(), 1);
        assert!(
            item.left_out[0].reason.contains("larger than 64 KiB"),
            "{}",
            item.left_out[0].reason
        );
    }
}

/// Twenty items that each hold one password.
fn twenty() -> Account {
    let items = (0..20).map(|number| LiveItem::login(&format!("Item {number:02}"), "a", "pw"));
    Account::default().vault("Ops", items.collect())
}

#[tokio::test]
async fn what_a_service_accounts_limit_has_no_room_for_is_not_begun() {
    let op = FakeOp::install(&twenty());
    op.leaves(19);
    let error = refused(fetched(&by_op(&op), "Ops").await);
    assert_eq!(error.code, ErrorCode::Throttled);
    assert_eq!(error.retry_after, Some(Duration::from_secs(3_540)));
    assert!(
        error.message.contains("20 items take at least 20 requests")
            && error.message.contains("service account 19 now"),
        "{}",
        error.message
    );
    let is_begun = |op: &FakeOp| op.calls().iter().any(|call| call.starts_with("item get"));
    assert!(!is_begun(&op));
    op.leaves(20);
    assert_eq!(taken(fetched(&by_op(&op), "Ops").await).items.len(), 20);
}

#[tokio::test]
async fn what_came_before_a_limit_is_kept_and_the_rest_is_not_asked_for() {
    let op = FakeOp::install(&twenty());
    let source = by_op(&op);
    op.throttle_after(8);
    let import = taken(fetched(&source, "Ops").await);
    assert_eq!((import.items.len(), import.found()), (20, 20));
    let had = import
        .items
        .iter()
        .filter(|item| !item.secrets.is_empty())
        .count();
    assert!((1..=8).contains(&had), "{had}");
    let asked = op
        .calls()
        .iter()
        .filter(|call| call.starts_with("item get"))
        .count();
    assert!(asked <= 12, "{asked}");
    let last = import.items.last().expect("twenty");
    assert!(
        last.left_out[0].reason.starts_with("Not fetched any more."),
        "{}",
        last.left_out[0].reason
    );
}

#[tokio::test]
async fn a_complaint_that_nobody_knows_ends_a_fetch_in_which_nothing_comes() {
    let op = FakeOp::install(&twenty());
    let source = by_op(&op);
    op.complain("item get", "something nobody has seen yet");
    let error = refused(fetched(&source, "Ops").await);
    assert_eq!(error.said.as_deref(), Some("something nobody has seen yet"));
    let asked = op
        .calls()
        .iter()
        .filter(|call| call.starts_with("item get"))
        .count();
    // Those that were under way with the last of them.
    let least = FIRST_FAILURES_MAX;
    assert!((least..least + AT_ONCE_MAX).contains(&asked), "{asked}");
}

#[tokio::test]
async fn one_item_that_fails_alone_is_a_line_of_the_report() {
    let op = FakeOp::install(&twenty());
    let source = by_op(&op);
    op.complain(&uuid_for("Item 07"), "something nobody has seen yet");
    let import = taken(fetched(&source, "Ops").await);
    let had = import
        .items
        .iter()
        .filter(|item| !item.secrets.is_empty())
        .count();
    assert_eq!((had, import.found()), (19, 20));
}

#[tokio::test]
async fn a_person_is_asked_for_one_call_at_a_time() {
    let op = FakeOp::install(&twenty());
    op.unlock_app("");
    let program = taken(OpProgram::at(&op.program()));
    let source = taken(OnePassword::desktop_app(program, None));
    let import = taken(fetched(&source, "Ops").await);
    assert_eq!(
        import
            .items
            .iter()
            .filter(|item| !item.secrets.is_empty())
            .count(),
        20
    );
    assert!(!op.was_asked_twice_at_once());
}

#[tokio::test]
async fn every_reference_leads_to_its_value() {
    let labels = [
        "plain",
        "Plain",
        "",
        "käse",
        "a@b",
        " space ",
        "two words",
        "fkruyzrldvizuqlnavfj3gltfe",
    ];
    let fields = |of: &str| -> Vec<_> {
        let fields = labels.iter().enumerate();
        fields
            .map(|(number, label)| {
                concealed(
                    &format!("{of}{number}"),
                    label,
                    &format!("{of}-{number}-{label}"),
                )
            })
            .collect()
    };
    let mut item = LiveItem::login("A/b", "mara", "pw")
        .section("Admin", fields("a"))
        .section("admin", fields("b"))
        .section("Ümlaut", fields("c"));
    for field in fields("d") {
        item = item.with(field);
    }
    let item = item.file("key.pem", b"-----BEGIN KEY-----\nline\n");
    let op = FakeOp::install(&Account::default().vault("Ops/1", vec![item]));
    let import = taken(fetched(&by_op(&op), "Ops/1").await);
    let secrets = &import.items[0].secrets;
    assert_eq!(secrets.len(), 4 * labels.len() + 2);
    for secret in secrets {
        let [(field, reference)] = references(secret)[..] else {
            panic!("no reference for {}", secret.source.as_str());
        };
        let read = Command::new(op.program())
            .args(["read", "--no-newline", reference])
            .env("OP_SERVICE_ACCOUNT_TOKEN", SERVICE_ACCOUNT_TOKEN)
            .stdin(std::process::Stdio::null())
            .output()
            .expect("op runs");
        let said = String::from_utf8_lossy(&read.stderr);
        assert_eq!(
            String::from_utf8_lossy(&read.stdout),
            value(secret, field),
            "{reference}: {said}"
        );
    }
}

#[tokio::test]
async fn what_is_archived_is_referred_to_by_nothing() {
    let op = FakeOp::install(&account());
    let import = taken(fetched(&by_op(&op), "Production").await);
    let referred: Vec<bool> = import
        .items
        .iter()
        .map(|item| !item.secrets[0].references.is_empty())
        .collect();
    assert_eq!(referred, [false, true]);
}
