//! s3cmd's `.s3cfg`.

use importers::Format;

use crate::config_files::{dump, item_named, items, options, read_with};
use crate::values;

#[test]
fn a_configuration_written_by_s3cmd_is_read() {
    let text = include_str!("../fixtures/s3cmd/wasabi.s3cfg");
    let read = items(Format::S3cfg, text);
    let shown: String = dump(&read)
        .lines()
        .filter(|line| !line.contains("It is a setting of s3cmd"))
        .map(|line| format!("{line}\n"))
        .collect();
    insta::assert_snapshot!(shown);
}

/// Of a key set twice s3cmd takes the later, whatever the section; `lines.txt` is its own dump.
#[test]
fn odd_lines_are_read_as_s3cmd_reads_them() {
    let text = include_str!("../fixtures/s3cmd/lines.s3cfg");
    insta::assert_snapshot!(dump(&items(Format::S3cfg, text)));
}

#[test]
fn what_stands_in_the_environment_is_left_out_with_its_reason() {
    insta::assert_snapshot!(dump(&items(
        Format::S3cfg,
        "[default]\naccess_key = $AWS_ID\nsecret_key = $AWS_SECRET\nhost_base = s3.amazonaws.com\n"
    )));
}

#[test]
fn temporary_credentials_are_left_out_with_words() {
    let read = items(
        Format::S3cfg,
        "[default]\naccess_key = ASIAIOSFODNN7EXAMPLE\nsecret_key = abc\naccess_token = def\nhost_base = s3.amazonaws.com\n",
    );
    assert!(read.iter().all(|item| item.secrets.is_empty()));
    assert_eq!(
        read.iter().map(|item| item.left_out.len()).sum::<usize>(),
        3
    );
}

#[test]
fn a_bucket_in_the_host_is_a_location_and_http_is_asked_about() {
    insta::assert_snapshot!(dump(&items(
        Format::S3cfg,
        "[default]\naccess_key = minio\nsecret_key = minio-secret\nhost_base = minio.lan:9000\nhost_bucket = backups.minio.lan:9000\nuse_https = False\nbucket_location = US\n"
    )));
}

/// Variables in capitals were once read with s3cmd's rules: the quotation marks stayed, and `SMTP_PASS` was “a setting”.
#[test]
fn variables_with_an_access_key_are_no_configuration_of_s3cmd() {
    let text = "ACCESS_KEY=abc\nSECRET_KEY='s3cr3t-key'\nSMTP_PASS=hunter22\n";
    let read = items(Format::Dotenv, text);
    assert_eq!(values(item_named(&read, "SMTP_PASS")), ["hunter22"]);
    let shown = dump(&read);
    assert!(shown.contains("=\"s3cr3t-key\""), "{shown}");
    items(Format::Dotenv, "access_key=abc\nsecret_key=def-12345\n");
    items(
        Format::S3cfg,
        "access_key=abc\nsecret_key=def\nbucket_location=EU\n",
    );
}

/// s3cmd passes over sections: keys of two of them would be paired crosswise.
#[test]
fn several_sections_are_no_configuration_of_s3cmd() {
    let text = "[prod]\naccess_key=A\nsecret_key=B\nbucket_location=EU\n[staging]\naccess_key=C\n";
    let kind = read_with(text.as_bytes(), &options()).map_err(|error| error.kind());
    assert_eq!(kind.err(), Some("import_not_recognised"));
}
