//! `rclone.conf`, as rclone itself wrote it.

use importers::{Format, ImportError};

use crate::config_files::{dump, item_named, items, options, read_with, with_password};
use crate::values;

const PLAIN: &str = include_str!("../fixtures/rclone/plain.conf");
const ENCRYPTED: &str = include_str!("../fixtures/rclone/encrypted.conf");
/// NFKC makes "turnip VIII" of it.
const PASSWORD: &str = "turnip \u{2167}";

#[test]
fn a_plain_configuration_is_read_and_obscured_passwords_are_revealed() {
    insta::assert_snapshot!(dump(&items(Format::Rclone, PLAIN)));
}

#[test]
fn an_encrypted_configuration_holds_what_the_plain_one_does() {
    for password in [PASSWORD, "turnip VIII", "  turnip VIII "] {
        let read = read_with(ENCRYPTED.as_bytes(), &with_password(password));
        let import = read.unwrap_or_else(|error| panic!("{password:?}: {error}"));
        assert_eq!(dump(&import.items), dump(&items(Format::Rclone, PLAIN)));
    }
}

#[test]
fn an_encrypted_configuration_asks_for_its_password() {
    let kind = |text: &str, options| match read_with(text.as_bytes(), &options) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.kind(),
    };
    assert_eq!(kind(ENCRYPTED, options()), "import_password_needed");
    assert_eq!(
        kind(ENCRYPTED, with_password(" ")),
        "import_password_needed"
    );
    assert_eq!(
        kind(ENCRYPTED, with_password("turnip")),
        "import_wrong_password"
    );
    let (head, _) = ENCRYPTED.split_at(ENCRYPTED.len() - 8);
    assert_eq!(kind(head, with_password(PASSWORD)), "import_wrong_password");
    let (head, _) = ENCRYPTED.split_at(ENCRYPTED.len() - 7);
    assert_eq!(kind(head, with_password(PASSWORD)), "import_damaged");
    let short = "RCLONE_ENCRYPT_V0:\nb5Uk6mE3cUn5\n";
    assert_eq!(kind(short, with_password(PASSWORD)), "import_damaged");
    let later = ENCRYPTED.replace("_V0:", "_V1:");
    assert_eq!(kind(&later, with_password(PASSWORD)), "import_unsupported");
    let changed = ENCRYPTED.replacen("ABC", "ABD", 1).replacen('+', "-", 1);
    assert_eq!(kind(&changed, with_password(PASSWORD)), "import_damaged");
}

#[test]
fn the_needed_password_is_said_to_be_rclones() {
    let error = read_with(ENCRYPTED.as_bytes(), &options()).err();
    assert!(matches!(
        error,
        Some(ImportError::PasswordNeeded {
            format: Format::Rclone
        })
    ));
}

#[test]
fn what_renews_itself_or_is_elsewhere_is_left_out_with_its_reason() {
    insta::assert_snapshot!(dump(&items(
        Format::Rclone,
        "[drive]\ntype = drive\nclient_id = x\nclient_secret = GOCSPX-abc\ntoken = {\"access_token\":\"ya29\"}\n\n[gcs]\ntype = google cloud storage\nservice_account_file = /etc/key.json\n\n[env]\ntype = s3\nprovider = AWS\nenv_auth = true\n\n[sts]\ntype = s3\nprovider = AWS\naccess_key_id = ASIAIOSFODNN7EXAMPLE\nsecret_access_key = abc\nsession_token = def\n\n[local]\ntype = local\n",
    )));
}

#[test]
fn a_password_that_is_not_obscured_is_kept_and_said() {
    let read = items(
        Format::Rclone,
        "[nas]\ntype = sftp\nhost = h\npass = hunter2 plain\n",
    );
    let item = item_named(&read, "nas");
    assert_eq!(values(item), ["hunter2 plain"]);
    assert_eq!(item.remarks.len(), 1);
}

#[test]
fn remotes_and_options_given_twice_are_as_rclone_has_them() {
    let read = items(
        Format::Rclone,
        "[a]\ntype = b2\naccount = 0045f0571db506a0000000001\nkey = first-key\n[a]\nkey = K004abcdefghijklmnopqrstuvwxyzA\n",
    );
    let item = item_named(&read, "a");
    let keys: Vec<&str> = item
        .secrets
        .iter()
        .map(|it| crate::value(it, "application_key"))
        .collect();
    assert_eq!(keys, ["K004abcdefghijklmnopqrstuvwxyzA"]);
    assert!(
        item.left_out
            .iter()
            .any(|it| it.reason.contains("overruled by line 6"))
    );
}

#[test]
fn a_line_before_the_first_remote_is_told() {
    let read = items(
        Format::Rclone,
        "K004abc stray\n[b2]\ntype = b2\naccount = 0045f0571db506a0000000001\nkey = K004abcdefghijklmnopqrstuvwxyzA\n",
    );
    let lines = read.iter().flat_map(|item| &item.left_out);
    let told = lines.filter(|line| line.reason.starts_with("Line 1 "));
    assert_eq!(told.count(), 1);
}
