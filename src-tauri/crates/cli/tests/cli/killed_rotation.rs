//! Rotations at moto, by the real program, which is killed at moments of chance. Whatever it had done: every key that is at the provider is
//! in the vault or found when the program goes on, and the version in use works.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use domain::{SecretId, Version};
use serde_json::{Value, json};
use testkit::rigs::account::{Account, Listed};

use crate::shell::{Shell, answer, text};

const ROUNDS: u64 = 12;
const BUCKET: &str = "acme-ledgers";
/// Acts that a run can need until it is over.
const ACTS_MAX: usize = 12;

/// A secret whose key its user at the provider has.
struct Ledger {
    user: String,
    id: String,
    location: String,
}

/// A small generator of chance with a fixed seed; where in its work the program is then is chance all the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let micros = u64::try_from(limit.as_micros()).unwrap().max(1);
        Duration::from_micros(self.0 % micros)
    }
}

#[test]
fn a_rotation_whose_program_is_killed_loses_no_key_and_leaves_none_behind() {
    let account = Account::start();
    account.bucket(BUCKET);
    let keys: Vec<_> = (0..=ROUNDS)
        .map(|round| account.user(&format!("ledger-{round}")))
        .collect();
    account.check_signatures();
    let shell = Shell::new();
    let ledgers: Vec<Ledger> = (0..)
        .zip(keys)
        .map(|(round, key)| ledger(&shell, &account, round, (&key.id, &key.secret)))
        .collect();
    let (first, others) = ledgers.split_first().unwrap();
    let (asks_for, takes) = undisturbed(&shell, first);
    require_over(&account, &shell, first);

    let mut chance = Chance(0x5eed_7a57);
    let mut open = 0;
    for ledger in others {
        // Most of them in the part that changes something.
        let moment = asks_for.mul_f64(0.9) + chance.below(takes.saturating_sub(asks_for));
        start_and_kill(&shell, ledger, moment);
        if require_nothing_lost(&account, &shell, ledger) {
            open += 1;
        }
    }
    assert!(open >= ROUNDS / 4, "only {open} were killed in their work");
    for (way, ledger) in ["rotation_resume", "rotation_undo"]
        .into_iter()
        .cycle()
        .zip(others)
    {
        finish(&shell, ledger, way);
        require_over(&account, &shell, ledger);
    }
    let checked = shell.call("audit_verify", &json!({}));
    assert_eq!(checked["ok"], true, "{checked}");
}

fn ledger(shell: &Shell, account: &Account, round: u64, key: (&str, &str)) -> Ledger {
    let user = format!("ledger-{round}");
    let made = shell.call(
        "secret_create",
        &json!({ "name": user, "secret_type": "s3",
            "credentials": { "access_key_id": key.0, "secret_access_key": key.1 } }),
    );
    let id = made["secret"]["id"].as_str().unwrap().to_owned();
    let parameters = json!({ "iam_endpoint": account.url() });
    shell.call(
        "policy_set",
        &json!({ "secret_id": id, "managed": { "parameters": parameters } }),
    );
    let location = shell.call(
        "location_create",
        &json!({ "name": user, "location_type": "s3", "secret_id": id, "bucket_name": BUCKET,
            "region": "us-east-1", "endpoint_url": account.url() }),
    );
    let location = location["location"]["id"].as_str().unwrap().to_owned();
    Ledger { user, id, location }
}

fn start(shell: &Shell, ledger: &Ledger) -> Value {
    let shown = shell.call("secret_get", &json!({ "id": ledger.id }));
    json!({ "secret_id": ledger.id, "expected_revision": shown["secret"]["revision"],
        "old_key": { "grace_hours": 0, "then": "delete" } })
}

/// The program with the vault open, and its answers.
struct Open {
    child: Child,
    input: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Open {
    fn start(shell: &Shell) -> Self {
        let mut child = shell
            .on_vault(&["batch", "-"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut open = Self {
            input: child.stdin.take().unwrap(),
            answers: BufReader::new(child.stdout.take().unwrap()),
            child,
        };
        // It has answered, so the vault is open: what comes next is the work itself.
        open.ask("rotation_list", &json!({}));
        open.answer();
        open
    }

    fn ask(&mut self, command: &str, request: &Value) {
        let line = json!({ "command": command, "request": request });
        writeln!(self.input, "{line}").unwrap();
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(told["ok"], true, "{told}");
        told["answer"].clone()
    }
}

/// How long the questions take that come before anything is changed, and how long a whole rotation.
fn undisturbed(shell: &Shell, ledger: &Ledger) -> (Duration, Duration) {
    let mut program = Open::start(shell);
    let began = Instant::now();
    program.ask("rotation_plan", &json!({ "secret_id": ledger.id }));
    program.answer();
    let asks_for = began.elapsed();
    // The plan keeps what the provider tells of the key's age with the secret.
    let request = start(shell, ledger);
    let began = Instant::now();
    program.ask("rotation_start", &request);
    let done = program.answer();
    assert_eq!(done["rotation"]["state"], "done", "{done}");
    let takes = began.elapsed();
    drop(program.input);
    program.child.wait().unwrap();
    (asks_for, takes)
}

fn start_and_kill(shell: &Shell, ledger: &Ledger, moment: Duration) {
    let request = start(shell, ledger);
    let mut program = Open::start(shell);
    program.ask("rotation_start", &request);
    thread::sleep(moment);
    program.child.kill().unwrap();
    program.child.wait().unwrap();
}

fn run(shell: &Shell, ledger: &Ledger) -> Option<Value> {
    let page = shell.call("rotation_list", &json!({ "secret_id": ledger.id }));
    page["rotations"].get(0).cloned()
}

/// The ids of the keys that the vault has values of, the one in use first.
fn known(shell: &Shell, ledger: &Ledger) -> Vec<String> {
    let vault = shell.open();
    let secret = SecretId::parse(&ledger.id).unwrap();
    let ids = vault
        .read(|reader| {
            let found = reader.secret(secret)?.expect("it is there");
            let current = found.secret().current_version().expect("direct");
            let mut numbers = vec![current];
            let others = found
                .versions()
                .iter()
                .filter(|one| one.state().has_values());
            numbers.extend(others.map(Version::number).filter(|one| *one != current));
            let id = |number| {
                let values = reader.open_values(secret, number)?;
                let id = values.field("access_key_id").expect("the field");
                Ok::<_, vault::OpenValueError>(id.expose_text().to_owned())
            };
            let ids: Result<Vec<String>, vault::OpenValueError> =
                numbers.into_iter().map(id).collect();
            ids
        })
        .unwrap();
    vault.lock("quit", crate::shell::real_now()).unwrap();
    ids
}

/// Answers whether the run was in the middle of its work.
fn require_nothing_lost(account: &Account, shell: &Shell, ledger: &Ledger) -> bool {
    let at_provider = account.keys_of(&ledger.user);
    let known = known(shell, ledger);
    let in_use = Listed {
        id: known[0].clone(),
        is_active: true,
    };
    let run = run(shell, ledger);
    assert!(at_provider.contains(&in_use), "{at_provider:?}: {run:?}");
    let stage = run.as_ref().and_then(|run| run["stage"].as_str());
    // Where the vault had not heard yet what was made, the run finds it.
    if stage != Some("creating") {
        let strange = at_provider.iter().find(|key| !known.contains(&key.id));
        assert_eq!(strange, None, "{run:?}");
    }
    let tried = shell.call(
        "location_verify",
        &json!({ "location_id": ledger.location }),
    );
    assert_eq!(
        tried["location"]["verification"]["status"], "verified",
        "{tried}"
    );
    run.is_some_and(|run| run["state"] == "stopped")
}

/// Goes on, or back where that is still possible, until the run is over.
fn finish(shell: &Shell, ledger: &Ledger, way: &str) {
    let Some(first) = run(shell, ledger) else {
        return;
    };
    let id = first["id"].clone();
    let mut next = if first["may_undo"] == true {
        way
    } else {
        "rotation_resume"
    };
    for _ in 0..ACTS_MAX {
        let run = run(shell, ledger).unwrap();
        let request = match run["state"].as_str().unwrap() {
            "done" | "undone" | "abandoned" => return,
            "asks" => {
                next = "rotation_decide";
                let choice = run["question"]["choices"][0]["decision"].clone();
                assert!(choice.as_str().unwrap().starts_with("delete:"), "{run}");
                json!({ "rotation_id": id, "decision": choice })
            }
            _ => json!({ "rotation_id": id }),
        };
        let done = shell.run_with(&["call", next, "-"], &request.to_string());
        let done = answer(&done);
        next = "rotation_resume";
        assert!(done["rotation"].is_object(), "{done}");
    }
    panic!(
        "it never ends: {}",
        text(run(shell, ledger).unwrap().to_string().as_bytes())
    );
}

fn require_over(account: &Account, shell: &Shell, ledger: &Ledger) {
    let at_provider = account.keys_of(&ledger.user);
    let known = known(shell, ledger);
    let left: BTreeSet<&str> = at_provider.iter().map(|key| key.id.as_str()).collect();
    let run = run(shell, ledger);
    assert_eq!(left, [known[0].as_str()].into(), "{run:?}");
    assert!(at_provider.iter().all(|key| key.is_active), "{run:?}");
}
