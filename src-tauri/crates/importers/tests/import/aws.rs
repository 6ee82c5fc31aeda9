//! AWS's credentials and config files.

use importers::Format;

use crate::config_files::{dump, item_named, items};

#[test]
fn a_credentials_file_is_read() {
    let text = include_str!("../fixtures/aws/credentials");
    insta::assert_snapshot!(dump(&items(Format::AwsProfiles, text)));
}

#[test]
fn profiles_without_a_key_are_left_out_with_their_reason() {
    let text = include_str!("../fixtures/aws/config");
    insta::assert_snapshot!(dump(&items(Format::AwsProfiles, text)));
}

#[test]
fn what_is_set_twice_is_merged_and_the_earlier_key_is_named() {
    let read = items(
        Format::AwsProfiles,
        "[a]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=first\n[a]\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    );
    let item = item_named(&read, "AWS a");
    assert_eq!(item.secrets.len(), 1);
    let reasons: Vec<&str> = item.left_out.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons.len(), 1);
    assert!(reasons.concat().contains("overruled by line 5"));
}

#[test]
fn half_a_pair_is_kept_or_named() {
    let read = items(
        Format::AwsProfiles,
        "[id]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\n[secret]\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    );
    assert_eq!(item_named(&read, "AWS id").left_out.len(), 1);
    let secret = item_named(&read, "AWS secret");
    assert_eq!(
        crate::values(secret),
        ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"]
    );
    assert_eq!(secret.remarks.len(), 1);
}

#[test]
fn the_old_files_without_sections_are_read() {
    let read = items(
        Format::AwsProfiles,
        "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\nAWSSecretKey=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    );
    let methods: Vec<&str> = read
        .iter()
        .flat_map(|it| &it.secrets)
        .map(|it| it.method().as_str())
        .collect();
    assert_eq!(methods, ["s3_access_key"]);
}

#[test]
fn a_comment_behind_a_key_is_no_part_of_it() {
    let read = items(
        Format::AwsProfiles,
        "[a]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE # mine\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY ; yours\n",
    );
    let item = item_named(&read, "AWS a");
    let secret = item.secrets.first().expect("a secret");
    assert_eq!(
        crate::value(secret, "access_key_id"),
        "AKIAIOSFODNN7EXAMPLE"
    );
    assert_eq!(item.remarks.len(), 2);
}

#[test]
fn a_key_id_that_says_it_is_temporary_is_left_out_without_its_token_too() {
    let read = items(
        Format::AwsProfiles,
        "[a]\naws_access_key_id=ASIAIOSFODNN7EXAMPLE\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nregion=x\n",
    );
    let item = item_named(&read, "AWS a");
    assert!(item.secrets.is_empty());
    assert_eq!(item.left_out.len(), 2);
    assert!(
        item.left_out
            .iter()
            .all(|line| line.reason.contains("temporary"))
    );
}

#[test]
fn when_temporary_credentials_end_is_told_where_the_file_says_it() {
    for (line, said) in [
        (
            "x_security_token_expires = 2026-11-22T10:00:00Z",
            "end at 2026-11-22T10:00:00.000Z",
        ),
        (
            "x_security_token_expires = 2026-11-22T11:00:00+01:00",
            "end at 2026-11-22T10:00:00.000Z",
        ),
        (
            "aws_expiration = 2026-11-22T10:00:00.000Z",
            "end at 2026-11-22T10:00:00.000Z",
        ),
        (
            "expiration = 2026-11-22 10:00:00",
            "end at 2026-11-22T10:00:00.000Z",
        ),
        ("expiration = soon", "stop working within hours"),
    ] {
        let read = items(
            Format::AwsProfiles,
            &format!(
                "[a]\naws_access_key_id=ASIAIOSFODNN7EXAMPLE\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\naws_session_token=AQoDYXdzEJr1K\n{line}\n"
            ),
        );
        let item = item_named(&read, "AWS a");
        let reasons: Vec<&str> = item.left_out.iter().map(|it| it.reason.as_str()).collect();
        assert_eq!(reasons.len(), 3, "{line}");
        assert!(
            reasons.iter().all(|reason| reason.contains(said)),
            "{line}: {reasons:?}"
        );
    }
}

#[test]
fn a_lasting_key_takes_the_end_that_its_profile_says() {
    let read = items(
        Format::AwsProfiles,
        "[a]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nexpiration=2026-11-22 10:00:00\n",
    );
    let secret = item_named(&read, "AWS a")
        .secrets
        .first()
        .expect("a secret");
    let end = secret.expires_at.map(|at| at.to_string());
    assert_eq!(end.as_deref(), Some("2026-11-22T10:00:00.000Z"));
}

#[test]
fn a_line_before_the_first_section_is_told() {
    let read = items(
        Format::AwsProfiles,
        "AKIAIOSFODNN7EXAMPLE wJalr\n[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    );
    let lines = read.iter().flat_map(|item| &item.left_out);
    let told = lines.filter(|line| line.reason.starts_with("Line 1 "));
    assert_eq!(told.count(), 1);
    let item = item_named(&read, "AWS default");
    assert_eq!((item.secrets.len(), item.left_out.len()), (1, 0));
}

#[test]
fn a_profile_of_more_keys_than_anybody_has_is_a_line() {
    let keys = |count: usize| -> String { (0..count).map(|n| format!("k{n}=v\n")).collect() };
    let pair = "aws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    let secrets = |count: usize| {
        let read = items(Format::AwsProfiles, &format!("[a]\n{pair}{}", keys(count)));
        let item = item_named(&read, "AWS a");
        assert_eq!(item.secrets.len() + item.left_out.len(), 1);
        item.secrets.len()
    };
    assert_eq!(secrets(importers::ITEM_MEMBERS_MAX - 2), 1);
    assert_eq!(secrets(importers::ITEM_MEMBERS_MAX - 1), 0);
}
