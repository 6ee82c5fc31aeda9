//! Holds `docs/RULES.md` against the tests that are in the repository, so that no rule loses its proof.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// How many rules each family has, numbered from 01.
const FAMILIES: [(&str, usize); 12] = [
    ("ERR", 6),
    ("OUT", 4),
    ("ROLE", 5),
    ("CREATE", 14),
    ("TIER", 3),
    ("UPDATE", 18),
    ("HIST", 5),
    ("DELETE", 4),
    ("LOC", 4),
    ("CONN", 5),
    ("LOCK", 6),
    ("AUDIT", 4),
];
const LATER: &str = "not yet enforced";
/// Folders that hold no source of ours.
const FOREIGN: [&str; 4] = ["target", "node_modules", "gen", ".git"];

struct Row {
    rule: String,
    enforced_in: String,
    accepting: Vec<String>,
    refusing: Vec<String>,
}

#[test]
fn the_table_has_every_rule_once_and_in_order() {
    let expected: Vec<String> = FAMILIES
        .iter()
        .flat_map(|(family, count)| (1..=*count).map(move |number| format!("{family}-{number:02}")))
        .collect();
    let rules: Vec<String> = table().into_iter().map(|row| row.rule).collect();
    assert_eq!(rules, expected);
}

#[test]
fn every_rule_that_is_enforced_has_an_accepting_and_a_refusing_test() {
    for row in table() {
        assert!(
            !row.enforced_in.is_empty(),
            "{} does not say where it is enforced",
            row.rule
        );
        if !row.enforced_in.contains(LATER) {
            assert!(
                !row.accepting.is_empty(),
                "{} has no accepting test",
                row.rule
            );
            assert!(
                !row.refusing.is_empty(),
                "{} has no refusing test",
                row.rule
            );
        }
    }
}

#[test]
fn every_test_in_the_table_exists_and_stands_in_its_own_rules_row() {
    let known = rule_tests();
    for row in table() {
        for test in row.accepting.iter().chain(&row.refusing) {
            assert!(
                known.contains_key(test),
                "{} names {test}, which does not exist",
                row.rule
            );
            assert_eq!(
                rule_of(test).as_ref(),
                Some(&row.rule),
                "{test} stands in the wrong row"
            );
        }
    }
}

#[test]
fn no_test_claims_a_rule_that_is_not_in_the_table() {
    let rules: BTreeSet<String> = table().into_iter().map(|row| row.rule).collect();
    for (test, file) in rule_tests() {
        let rule = rule_of(&test).expect("only tests named for a rule are collected");
        assert!(
            rules.contains(&rule),
            "{test} in {} claims {rule}",
            file.display()
        );
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn table() -> Vec<Row> {
    let text = fs::read_to_string(repository().join("docs/RULES.md")).expect("docs/RULES.md");
    text.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line
        .strip_prefix("| ")?
        .strip_suffix(" |")?
        .split(" | ")
        .map(str::trim)
        .collect();
    let [rule, _, enforced_in, accepting, refusing] = cells[..] else {
        return None;
    };
    let is_rule = rule
        .split_once('-')
        .is_some_and(|(_, number)| number.parse::<u8>().is_ok());
    is_rule.then(|| Row {
        rule: rule.to_owned(),
        enforced_in: enforced_in.to_owned(),
        accepting: names(accepting),
        refusing: names(refusing),
    })
}

/// The texts between backticks.
fn names(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// `create_04_other_types_are_not` → `CREATE-04`.
fn rule_of(test: &str) -> Option<String> {
    let mut parts = test.splitn(3, '_');
    let (family, number, sentence) = (parts.next()?, parts.next()?, parts.next()?);
    let named = !family.is_empty() && family.chars().all(|letter| letter.is_ascii_lowercase());
    let numbered = number.len() == 2 && number.chars().all(|digit| digit.is_ascii_digit());
    (named && numbered && !sentence.is_empty())
        .then(|| format!("{}-{number}", family.to_uppercase()))
}

/// Every function of the repository's Rust sources that is named for a rule, and its file.
fn rule_tests() -> BTreeMap<String, PathBuf> {
    let mut tests = BTreeMap::new();
    for folder in ["src-tauri", "tests"] {
        collect(&repository().join(folder), &mut tests);
    }
    tests
}

fn collect(folder: &Path, tests: &mut BTreeMap<String, PathBuf>) {
    let entries = fs::read_dir(folder).expect("a folder of the repository can be read");
    for entry in entries {
        let entry = entry.expect("an entry of the folder");
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if !FOREIGN.iter().any(|foreign| name == *foreign) {
                collect(&path, tests);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&path).expect("a source file is UTF-8");
            let found = source
                .lines()
                .filter_map(function_name)
                .filter(|name| rule_of(name).is_some());
            tests.extend(found.map(|name| (name.to_owned(), path.clone())));
        }
    }
}

fn function_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line
        .strip_prefix("async ")
        .unwrap_or(line)
        .strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}
