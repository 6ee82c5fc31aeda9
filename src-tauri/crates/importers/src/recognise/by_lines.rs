//! Kinds of text, told apart by their lines.

use crate::azure::ConnectionString;
use crate::format::Format;
use crate::secret_like::{is_signed_url, normal_label};

/// Settings of s3cmd that no other program calls so; the ones that its own configuration always has.
const S3CMD_KEYS: [&str; 16] = [
    "access_token",
    "bucket_location",
    "check_ssl_certificate",
    "cloudfront_host",
    "default_mime_type",
    "enable_multipart",
    "gpg_command",
    "gpg_passphrase",
    "guess_mime_type",
    "host_bucket",
    "multipart_chunk_size_mb",
    "proxy_host",
    "signature_v2",
    "simpledb_host",
    "use_https",
    "website_index",
];
/// Lines looked at.
const LINES_MAX: usize = 200;

/// What the text may be, the likeliest first.
pub(super) fn candidates(text: &str) -> Vec<Format> {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
        .take(LINES_MAX)
        .collect();
    let Some(first) = lines.first() else {
        return Vec::new();
    };
    if first.starts_with("RCLONE_ENCRYPT_V") {
        return vec![Format::Rclone];
    }
    let unquoted = first.trim_matches(['"', '\'']);
    if ConnectionString::parse(unquoted).is_some() || is_signed_url(unquoted) {
        return vec![Format::AzureConnectionString];
    }
    let has_section = lines.iter().any(|line| is_section(line));
    let mut formats = with_keys(&lines, has_section);
    let has_separator = [',', ';', '\t']
        .iter()
        .any(|separator| first.contains(*separator));
    if is_one_password_header(first) {
        formats.push(Format::OnePasswordCsv);
    }
    // Excel may name the separator in a line of its own.
    let names_separator = first.trim_matches('"').starts_with("sep=");
    if names_separator || (has_separator && !is_assignment(first)) {
        formats.push(Format::Csv);
    }
    if !has_section && lines.iter().any(|line| is_assignment(line)) {
        formats.push(Format::Dotenv);
    }
    formats
}

/// Files of settings are known by their keys.
fn with_keys(lines: &[&str], has_section: bool) -> Vec<Format> {
    let keys: Vec<String> = lines.iter().filter_map(|line| key_of(line)).collect();
    let has = |wanted: &str| keys.iter().any(|key| key == wanted);
    let is_s3cfg = is_s3cfg(lines);
    let is_rclone = has_section && has("type");
    let is_aws = has_section
        && (lines.iter().any(|line| is_aws_section(line))
            || keys.iter().any(|key| is_aws_key(key)));
    let is_old_aws = !has_section && has("awsaccesskeyid");
    let kinds = [
        (is_s3cfg, Format::S3cfg),
        (is_rclone, Format::Rclone),
        (is_aws || is_old_aws, Format::AwsProfiles),
    ];
    kinds
        .into_iter()
        .filter(|(fits, _)| *fits)
        .map(|(_, format)| format)
        .collect()
}

/// s3cmd knows its keys in small letters only, and passes over sections: with several, keys of different ones would be paired.
fn is_s3cfg(lines: &[&str]) -> bool {
    let keys: Vec<&str> = lines
        .iter()
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
        .collect();
    let sections = lines.iter().filter(|line| is_section(line)).count();
    let has_pair = keys.contains(&"access_key") && keys.contains(&"secret_key");
    keys.contains(&"host_base")
        || (has_pair && sections <= 1 && keys.iter().any(|key| S3CMD_KEYS.contains(key)))
}

fn is_section(line: &str) -> bool {
    line.starts_with('[') && line.contains(']')
}

fn is_aws_section(line: &str) -> bool {
    ["[profile ", "[sso-session ", "[services "]
        .iter()
        .any(|beginning| line.starts_with(beginning))
}

fn is_aws_key(key: &str) -> bool {
    const OTHERS: [&str; 5] = [
        "region",
        "role_arn",
        "credential_process",
        "source_profile",
        "web_identity_token_file",
    ];
    key.starts_with("aws_") || key.starts_with("sso_") || OTHERS.contains(&key)
}

/// In lower case.
fn key_of(line: &str) -> Option<String> {
    let (key, _) = line.split_once(['=', ':'])?;
    Some(key.trim().to_ascii_lowercase())
}

/// `KEY=value`, perhaps after `export`.
fn is_assignment(line: &str) -> bool {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let Some((key, _)) = line.split_once('=') else {
        return false;
    };
    let key = key.trim();
    key.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && key
            .chars()
            .all(|letter| letter.is_alphanumeric() || ['_', '.', '-'].contains(&letter))
}

/// 1Password's and Apple's tables have these columns among others.
fn is_one_password_header(line: &str) -> bool {
    let names: Vec<String> = line.split(',').map(normal_label).collect();
    ["title", "url", "username", "password", "otpauth"]
        .iter()
        .all(|wanted| names.iter().any(|name| name == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_lines_and_no_others() {
        let after = |lines: usize| format!("{}NAME=value\n", "a word\n".repeat(lines));
        assert_eq!(candidates(&after(LINES_MAX - 1)), [Format::Dotenv]);
        assert_eq!(candidates(&after(LINES_MAX)), []);
        // Empty ones and comments are not counted.
        let before = "\n# a comment\n; another\n".repeat(LINES_MAX);
        assert_eq!(
            candidates(&format!("{before}NAME=value\n")),
            [Format::Dotenv]
        );
    }
}
