//! What the programs themselves read; `tests/fixtures/make_expected.py` asked them.

use serde_json::{Map, Value};

use super::*;

fn as_json(ini: &Ini) -> Value {
    let sections = ini.sections.iter().map(|section| {
        let entries = section.entries.iter().map(|entry| {
            let value = Value::String(entry.value.to_string());
            (entry.key.clone(), value)
        });
        (section.name.clone(), Value::Object(entries.collect()))
    });
    Value::Object(sections.collect::<Map<_, _>>())
}

#[track_caller]
fn check(read: Ini, expected: &str) {
    let expected: Value = serde_json::from_str(expected).expect("JSON");
    assert_eq!(as_json(&read), expected);
}

#[test]
fn botocore_reads_the_same_of_a_credentials_and_a_config_file() {
    let read = |text| parse_configparser(text).expect("readable");
    check(
        read(include_str!("../../tests/fixtures/aws/credentials")),
        include_str!("../../tests/fixtures/aws/credentials.json"),
    );
    check(
        read(include_str!("../../tests/fixtures/aws/config")),
        include_str!("../../tests/fixtures/aws/config.json"),
    );
}

#[test]
fn rclone_reads_the_same_of_odd_lines() {
    check(
        parse_goconfig(include_str!("../../tests/fixtures/rclone/lines.conf")).expect("readable"),
        include_str!("../../tests/fixtures/rclone/lines.json"),
    );
}

#[test]
fn s3cmd_reads_the_same_of_odd_lines() {
    let read = parse_s3cmd(include_str!("../../tests/fixtures/s3cmd/lines.s3cfg"));
    let ini = read.expect("readable");
    let section = ini.sections.first().expect("one section");
    for line in include_str!("../../tests/fixtures/s3cmd/lines.txt").lines() {
        let (key, value) = line.split_once(" = ").expect("a dumped option");
        assert_eq!(section.get(key), Some(value), "{key}");
    }
}
