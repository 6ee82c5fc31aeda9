//! The usual looks of keys (providers' documentation and public scanners). A miss is a hint: services change theirs.

use zeroize::Zeroizing;

use crate::catalogue::AuthMethod;

/// What a field of a method usually looks like.
pub(super) struct UsualShape {
    pub fits: fn(&str) -> bool,
    /// Completes "Usually it has …".
    pub words: &'static str,
}

pub(super) fn usual_shape(method: AuthMethod, field: &str) -> Option<UsualShape> {
    let (fits, words): (fn(&str) -> bool, _) = match (method, field) {
        (AuthMethod::S3AccessKey, "access_key_id") => (
            is_aws_key_id,
            "20 capital letters and digits, beginning with AKIA",
        ),
        (AuthMethod::S3AccessKey, "secret_access_key") => {
            (is_aws_secret, "40 letters, digits, + and /")
        }
        (AuthMethod::R2AccessKey, "access_key_id") => {
            (|text| is_hex(text, 32), "32 characters of 0–9 and a–f")
        }
        (AuthMethod::R2AccessKey, "secret_access_key") => {
            (|text| is_hex(text, 64), "64 characters of 0–9 and a–f")
        }
        (AuthMethod::WasabiAccessKey | AuthMethod::HetznerAccessKey, "access_key_id") => (
            |text| has_len_of(text, 20, is_upper_or_digit),
            "20 capital letters and digits",
        ),
        (AuthMethod::WasabiAccessKey | AuthMethod::HetznerAccessKey, "secret_access_key") => (
            |text| has_len_of(text, 40, |c| c.is_ascii_alphanumeric()),
            "40 letters and digits",
        ),
        (AuthMethod::OracleObjectStorageS3AccessKey, "access_key_id") => (
            |text| is_hex(text, 40) || text.starts_with("ocid1.credential."),
            "40 characters of 0–9 and a–f",
        ),
        (AuthMethod::OracleObjectStorageS3AccessKey, "secret_access_key") => (
            |text| text.len() == 44 && text.ends_with('='),
            "44 characters ending in =",
        ),
        (AuthMethod::TigrisAccessKey, "access_key_id") => {
            (|text| text.starts_with("tid_"), "tid_ at its beginning")
        }
        (AuthMethod::TigrisAccessKey, "secret_access_key") => {
            (|text| text.starts_with("tsec_"), "tsec_ at its beginning")
        }
        (AuthMethod::DigitalOceanSpacesAccessKey, "access_key_id") => (
            |text| has_len_of(text, 20, is_upper_or_digit),
            "20 capital letters and digits, beginning with DO00",
        ),
        (AuthMethod::DigitalOceanSpacesAccessKey, "secret_access_key") => {
            (|text| text.len() == 43, "43 characters")
        }
        (AuthMethod::AzureAccountKey, "account_name") => {
            (is_azure_account, "3 to 24 lower-case letters and digits")
        }
        (AuthMethod::AzureAccountKey, "account_key") => {
            (is_azure_key, "88 characters of base64, ending in ==")
        }
        (AuthMethod::B2ApplicationKey, "application_key_id") => (
            is_b2_key_id,
            "25 characters: 24 of 0–9 and a–f, and one more digit or letter",
        ),
        (AuthMethod::B2ApplicationKey, "application_key") => (
            |text| matches!(text.len(), 27 | 31 | 42),
            "31 characters, beginning with K",
        ),
        _ => return None,
    };
    Some(UsualShape { fits, words })
}

/// An AWS access key id; ids of users, roles and groups begin otherwise.
pub fn is_aws_key_id(text: &str) -> bool {
    let key_prefix = ["AKIA", "ASIA", "ABIA", "ACCA", "A3T"]
        .iter()
        .any(|prefix| text.starts_with(prefix));
    key_prefix && has_len_of(text, 20, is_upper_or_digit)
}

/// IAM ids that are no keys: users, roles, groups, profiles, policies, certificates.
pub(super) fn is_aws_id_of_no_key(text: &str) -> bool {
    const OTHERS: [&str; 8] = [
        "AIDA", "AROA", "AGPA", "AIPA", "ANPA", "ANVA", "APKA", "ASCA",
    ];
    OTHERS.iter().any(|prefix| text.starts_with(prefix)) && text.chars().all(is_upper_or_digit)
}

/// An AWS secret access key.
pub fn is_aws_secret(text: &str) -> bool {
    has_len_of(text, 40, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '+' | '/')
    })
}

/// A session token of AWS: base64 of what begins with a length and `aws` or `origin_ec`.
pub(super) fn is_aws_session_token(text: &str) -> bool {
    const BEGINNINGS: [&str; 5] = [
        "IQoJb3JpZ2luX2Vj",
        "FwoGZXIvYXdz",
        "FQoGZXIvYXdz",
        "FQoDYXdz",
        "AQoDYXdz",
    ];
    BEGINNINGS.iter().any(|begins| text.starts_with(begins))
}

/// A Cloudflare API token's value, which is not the S3 secret made from it.
pub(super) fn is_cloudflare_token(text: &str) -> bool {
    let old = has_len_of(text, 40, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
    });
    let new = text.starts_with("cfut_") || text.starts_with("cfat_");
    new || (old && !is_hex(text, 40))
}

/// A Backblaze application key's id; not the master key's.
pub fn is_b2_key_id(text: &str) -> bool {
    let lower = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase();
    has_len_of(text, 25, lower) && text.chars().take(24).all(is_hex_digit)
}

pub(super) fn is_hex(text: &str, length: usize) -> bool {
    has_len_of(text, length, is_hex_digit)
}

fn is_azure_account(text: &str) -> bool {
    (3..=24).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

fn is_azure_key(text: &str) -> bool {
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    text.strip_suffix("==")
        .is_some_and(|body| has_len_of(body, 86, base64))
}

fn has_len_of(text: &str, length: usize, belongs: impl Fn(char) -> bool) -> bool {
    text.len() == length && text.chars().all(belongs)
}

fn is_hex_digit(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, 'a'..='f')
}

fn is_upper_or_digit(character: char) -> bool {
    character.is_ascii_uppercase() || character.is_ascii_digit()
}

/// Text that stands in documentation or a template where a key should be.
pub(super) fn is_placeholder(text: &str) -> bool {
    const PARTS: [&str; 14] = [
        "your-",
        "your_",
        "yourkey",
        "xxxx",
        "changeme",
        "change-me",
        "change_me",
        "placeholder",
        "replace-me",
        "replaceme",
        "redacted",
        "dummy",
        "••••",
        "****",
    ];
    let lower = Zeroizing::new(text.trim().to_lowercase());
    let whole = [
        "example",
        "todo",
        "tbd",
        "none",
        "null",
        "undefined",
        "secret",
        "password",
        "test",
        "n/a",
        "-",
    ];
    PARTS.iter().any(|part| lower.contains(part))
        || whole.contains(&lower.as_str())
        || lower.ends_with("example")
        || lower.ends_with("examplekey")
        || (lower.starts_with('<') && lower.ends_with('>'))
        || (lower.starts_with("${") && lower.ends_with('}'))
}

/// `export NAME=value` or `NAME_OF_KEY=value`, pasted with its name.
pub(super) fn is_assignment(text: &str) -> bool {
    let text = text.trim_start();
    let exported = text.strip_prefix("export ");
    let Some((name, value)) = exported.unwrap_or(text).split_once('=') else {
        return false;
    };
    let name_like = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    name_like
        && (exported.is_some() || name.contains('_'))
        && !value.is_empty()
        && !value.starts_with('=')
}

pub(super) fn is_quoted(text: &str) -> bool {
    ['"', '\'', '`']
        .iter()
        .any(|quote| text.len() > 2 && text.starts_with(*quote) && text.ends_with(*quote))
}
