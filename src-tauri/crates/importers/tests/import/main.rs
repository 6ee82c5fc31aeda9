//! Exports read through the one way in, realistic ones and hostile ones.

mod any_bytes;
mod archives;
mod aws;
mod bitwarden;
mod cloud_keys;
mod config_files;
mod csv;
mod documents;
mod dotenv;
mod everything;
mod fields;
mod hostile;
mod items;
mod kdbx;
mod limits;
mod minio_client;
mod onepassword_csv;
mod peers;
mod properties;
mod questions;
mod rclone;
mod s3cfg;
mod sample;
mod storage;
mod zeros;

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use importers::{
    Fate, Home, ImportError, ParsedImport, ParsedItem, ParsedSecret, ReadOptions, read_import,
};
use testkit::onepux::{Item, OnePux};

/// A committed file of `tests/fixtures/import`; its README says how each was made.
fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/import");
    fs::read(path.join(name)).expect("a committed file")
}

fn read(bytes: Vec<u8>) -> Result<ParsedImport, ImportError> {
    read_import(Cursor::new(bytes), &ReadOptions::default())
}

#[track_caller]
fn accepted(bytes: Vec<u8>) -> ParsedImport {
    match read(bytes) {
        Ok(import) => {
            assert_complete(&import);
            import
        }
        Err(error) => panic!("refused: {error}"),
    }
}

/// All that was entered has its line, counted apart from what became of it.
#[track_caller]
fn assert_complete(import: &ParsedImport) {
    for item in &import.items {
        let lines = &item.fields;
        assert_eq!(
            item.entered,
            item.spoken_for(),
            "{}: {lines:#?}",
            item.title
        );
    }
    let lines = import.about.fields.iter().map(|line| line.entered);
    assert_eq!(import.about.entered, lines.sum::<usize>());
}

#[track_caller]
fn refused(bytes: Vec<u8>) -> &'static str {
    match read(bytes) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.kind(),
    }
}

/// The one item of an export that holds it alone.
#[track_caller]
fn item(item: Item) -> ParsedItem {
    only(accepted(
        OnePux::new("Acme").vault("Ops", vec![item]).into_bytes(),
    ))
}

#[track_caller]
fn only(import: ParsedImport) -> ParsedItem {
    let mut items = import.items;
    assert_eq!(items.len(), 1, "one item");
    items.remove(0)
}

fn names(item: &ParsedItem) -> Vec<&str> {
    item.secrets
        .iter()
        .map(|secret| secret.name.as_str())
        .collect()
}

fn value<'a>(secret: &'a ParsedSecret, field: &str) -> &'a str {
    secret
        .credentials
        .field(field)
        .expect("a field of the method")
        .expose_text()
}

/// The `value` of each secret, for items that become generic ones.
fn values(item: &ParsedItem) -> Vec<&str> {
    item.secrets
        .iter()
        .map(|secret| value(secret, "value"))
        .collect()
}

fn left_out(item: &ParsedItem) -> Vec<(&str, &str)> {
    item.left_out
        .iter()
        .map(|line| (line.title.as_str(), line.reason.as_str()))
        .collect()
}

/// What became of the field of this path, in words.
fn fates(item: &ParsedItem, path: &str) -> Vec<String> {
    let lines = item.fields.iter().filter(|line| line.path == path);
    lines
        .map(|line| match &line.fate {
            Fate::Kept { at } => format!("kept at {}", home(*at)),
            Fate::Changed { at, how } => format!("changed at {}: {how}", home(*at)),
            Fate::LeftOut { reason } => format!("left out: {reason}"),
        })
        .collect()
}

fn home(at: Home) -> String {
    match at.secret() {
        Some(secret) => format!("{} {secret}", at.as_str()),
        None => at.as_str().to_owned(),
    }
}
