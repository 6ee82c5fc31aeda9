use std::fs;
use std::path::PathBuf;

use testkit::onepux::acme;

use super::accepted;

fn fixture() -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/acme.1pux");
    fs::read(path).expect("the committed sample")
}

/// A line for each secret: name, method, and what the item left out.
fn report(bytes: Vec<u8>) -> String {
    let import = accepted(bytes);
    let mut lines = Vec::new();
    for item in &import.items {
        for secret in &item.secrets {
            let state = if item.state == importers::ItemState::Trashed {
                " (trashed)"
            } else {
                ""
            };
            lines.push(format!(
                "{}{state} = {}",
                secret.name,
                secret.method().as_str()
            ));
        }
        for line in &item.left_out {
            lines.push(format!("- {}: {}", line.title, line.reason));
        }
        for remark in &item.remarks {
            lines.push(format!("  {remark}"));
        }
    }
    lines.push(format!("found {}", import.found()));
    lines.join("\n")
}

#[test]
fn the_sample_is_read_whole() {
    insta::assert_snapshot!(report(fixture()));
}

#[test]
fn the_committed_sample_is_what_the_builder_makes() {
    assert_eq!(report(fixture()), report(acme().into_bytes()));
}
