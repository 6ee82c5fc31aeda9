//! The program is killed at moments of chance in the middle of its work. What it acknowledged is there, nothing is half there, and the log
//! tells the same story.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use domain::text::SecretName;
use domain::{SecretId, VersionNumber};
use serde_json::{Value, json};
use vault::{AuditQuery, Reader, ResourceId, StoreError, UnlockedVault};

use crate::shell::Shell;

const ROUNDS: u64 = 14;
const COMMANDS_A_ROUND: u64 = 60;

/// What one secret must be, and what it may be: the last command may have been carried out without being acknowledged.
#[derive(Default, Clone, Debug)]
struct Expected {
    id: Option<SecretId>,
    /// The values of its versions, oldest first.
    values: Vec<String>,
    description: Option<String>,
    acknowledged: usize,
}

/// A small generator of chance with a fixed seed, so that a failure comes again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_done_when_the_program_is_killed() {
    let shell = Shell::new();
    let mut chance = Chance(0x5eed_7a57);
    let mut expected: BTreeMap<String, Expected> = BTreeMap::new();
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        acknowledged += work_and_die(&shell, round, &mut chance, &mut expected);
        compare(&shell.open(), &mut expected);
    }
    assert!(
        acknowledged > 100,
        "only {acknowledged} commands were acknowledged"
    );
    let vault = shell.open();
    let report = vault.check().unwrap();
    assert!(report.is_ok(), "{:?}", report.problems);
    vault.lock("quit", crate::shell::real_now()).unwrap();
}

/// Answers how many commands were acknowledged before the end.
fn work_and_die(
    shell: &Shell,
    round: u64,
    chance: &mut Chance,
    expected: &mut BTreeMap<String, Expected>,
) -> u64 {
    let mut child = shell
        .on_vault(&["batch", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    let die_after = chance.below(COMMANDS_A_ROUND);
    let pause = Duration::from_micros(chance.below(3000));
    let mut acknowledged = 0;
    for number in 0..COMMANDS_A_ROUND {
        let (name, command, request) = next_command(round, number, chance, expected);
        let line = format!("{}\n", json!({ "command": command, "request": request }));
        if input.write_all(line.as_bytes()).is_err() {
            break;
        }
        if number == die_after {
            thread::sleep(pause);
            child.kill().unwrap();
        }
        let mut answer = String::new();
        if answers.read_line(&mut answer).unwrap() == 0 || !answer.ends_with('\n') {
            break;
        }
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
        acknowledged += 1;
        let secret = expected.get_mut(&name).unwrap();
        secret.id = SecretId::parse(answer["answer"]["secret"]["id"].as_str().unwrap()).ok();
        secret.acknowledged = secret.values.len();
    }
    drop(input);
    child.wait().unwrap();
    acknowledged
}

fn next_command(
    round: u64,
    number: u64,
    chance: &mut Chance,
    expected: &mut BTreeMap<String, Expected>,
) -> (String, &'static str, Value) {
    let value = format!(
        "plover-{round}-{number}-{}",
        "x".repeat(usize::try_from(chance.below(3000)).unwrap())
    );
    let known: Vec<String> = expected
        .iter()
        .filter(|(_, secret)| secret.id.is_some())
        .map(|(name, _)| name.clone())
        .collect();
    if known.is_empty() || chance.below(3) == 0 {
        let name = format!("secret {round}-{number}");
        let request = json!({ "name": name, "secret_type": "generic", "credentials": { "value": value }, "history": { "keep": 100 } });
        expected.insert(
            name.clone(),
            Expected {
                values: vec![value],
                ..Expected::default()
            },
        );
        return (name, "secret_create", request);
    }
    let name =
        known[usize::try_from(chance.below(u64::try_from(known.len()).unwrap())).unwrap()].clone();
    let secret = expected.get_mut(&name).unwrap();
    let id = secret.id.unwrap().to_string();
    if chance.below(2) == 0 {
        let description = format!("described in {round}-{number}");
        secret.description = Some(description.clone());
        return (
            name,
            "secret_update",
            json!({ "id": id, "description": description }),
        );
    }
    secret.values.push(value.clone());
    (
        name,
        "secret_update",
        json!({ "id": id, "credentials": { "value": value }, "reason": "turnover" }),
    )
}

/// Takes over what the vault made of a command that was not acknowledged.
fn compare(vault: &UnlockedVault, expected: &mut BTreeMap<String, Expected>) {
    vault
        .read(|reader| -> Result<(), StoreError> {
            expected.retain(|name, secret| {
                let found = reader
                    .secret_by_name(&SecretName::parse(name).unwrap())
                    .unwrap();
                assert!(
                    found.is_some() || secret.acknowledged == 0,
                    "{name} was acknowledged and is lost"
                );
                secret.id = found;
                found.is_some_and(|id| {
                    compare_one(reader, name, id, secret);
                    true
                })
            });
            Ok(())
        })
        .unwrap();
}

fn compare_one(reader: &Reader<'_>, name: &str, id: SecretId, expected: &mut Expected) {
    let found = reader.secret(id).unwrap().unwrap();
    let versions = found.versions();
    assert!(
        versions.len() >= expected.acknowledged && versions.len() <= expected.values.len(),
        "{name}: {} versions",
        versions.len()
    );
    for (version, value) in versions.iter().zip(&expected.values) {
        let opened = reader
            .open_values(id, VersionNumber::new(version.number().get()).unwrap())
            .unwrap();
        assert_eq!(
            opened.field("value").unwrap().expose_text(),
            value,
            "{name}, version {}",
            version.number()
        );
    }
    let of_this = AuditQuery {
        resource_id: Some(ResourceId::Secret(id)),
        ..AuditQuery::default()
    };
    assert_eq!(
        reader.audit_count(&of_this).unwrap(),
        found.secret().revision(),
        "{name}: one entry for each revision"
    );
    expected.values.truncate(versions.len());
    expected.acknowledged = versions.len();
}
