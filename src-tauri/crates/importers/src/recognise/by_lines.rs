//! Kinds of text, told apart by their lines.

use crate::format::Format;
use crate::secret_like::normal_label;

/// Lines looked at.
const LINES_MAX: usize = 200;

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
    if is_connection_string(first) {
        return vec![Format::AzureConnectionString];
    }
    let mut formats = Vec::new();
    let has_section = lines.iter().any(|line| is_section(line));
    if has_section {
        formats.extend(with_sections(&lines));
    }
    if !has_section && has_key(&lines, "access_key") && has_key(&lines, "secret_key") {
        formats.push(Format::S3cfg);
    }
    if is_one_password_header(first) {
        formats.push(Format::OnePasswordCsv);
    }
    let assignments = lines.iter().filter(|line| is_assignment(line)).count();
    if !has_section && assignments > 0 {
        formats.push(Format::Dotenv);
    }
    if [',', ';', '\t']
        .iter()
        .any(|separator| first.contains(*separator))
    {
        formats.push(Format::Csv);
    }
    formats
}

/// An INI file is known by the keys of its sections.
fn with_sections(lines: &[&str]) -> Vec<Format> {
    let mut formats = Vec::new();
    if has_key(lines, "host_base") || has_key(lines, "access_key") {
        formats.push(Format::S3cfg);
    }
    if has_key(lines, "type") {
        formats.push(Format::Rclone);
    }
    let is_aws = lines.iter().any(|line| {
        let key = key_of(line).unwrap_or_default().to_ascii_lowercase();
        key.starts_with("aws_")
            || key.starts_with("sso_")
            || ["region", "role_arn", "credential_process", "source_profile"]
                .contains(&key.as_str())
            || line.starts_with("[profile ")
    });
    if is_aws {
        formats.push(Format::AwsProfiles);
    }
    formats
}

fn is_section(line: &str) -> bool {
    line.starts_with('[') && line.contains(']')
}

fn key_of(line: &str) -> Option<&str> {
    line.split_once('=').map(|(key, _)| key.trim())
}

fn has_key(lines: &[&str], wanted: &str) -> bool {
    lines.iter().any(|line| key_of(line) == Some(wanted))
}

/// `KEY=value`, perhaps after `export`.
fn is_assignment(line: &str) -> bool {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let Some(key) = key_of(line) else {
        return false;
    };
    let mut letters = key.chars();
    letters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || ['_', '.', '-'].contains(&letter))
}

fn is_connection_string(line: &str) -> bool {
    line.contains(';') && line.contains("AccountName=")
}

/// 1Password's and Apple's tables have these columns among others.
fn is_one_password_header(line: &str) -> bool {
    let names: Vec<String> = line.split(',').map(normal_label).collect();
    ["title", "url", "username", "password", "otpauth"]
        .iter()
        .all(|wanted| names.iter().any(|name| name == wanted))
}
