//! What `op` means by what it complains. Only beginnings are looked at: names that people gave stand further on.

use std::time::Duration;

use domain::SecretText;

use crate::error::{ConnectionError, ErrorCode};

/// `[ERROR] 2026/08/07 12:00:00 `
const MARK: &str = "[ERROR] ";
const TIME_CHARS: usize = "2026/08/07 12:00:00 ".len();

/// Beginnings in lower case, and what they mean. Sources: developer.1password.com/docs/cli, and messages seen in the wild.
const MEANINGS: [(&str, ErrorCode); 40] = [
    ("isn't a vault", ErrorCode::NotFound),
    ("isn't an item", ErrorCode::NotFound),
    ("doesn't have a f", ErrorCode::NotFound),
    ("does not have a f", ErrorCode::NotFound),
    ("(404)", ErrorCode::NotFound),
    ("more than one item matches", ErrorCode::Refused),
    ("more than one vault matches", ErrorCode::Refused),
    ("too many '/'", ErrorCode::Refused),
    ("invalid character in secret reference", ErrorCode::Refused),
    ("(429)", ErrorCode::Throttled),
    ("too many requests", ErrorCode::Throttled),
    ("rate limit exceeded", ErrorCode::Throttled),
    ("(401)", ErrorCode::Auth),
    ("you are not currently signed in", ErrorCode::Auth),
    ("account is not signed in", ErrorCode::Auth),
    ("no accounts configured", ErrorCode::Auth),
    ("no account found", ErrorCode::Auth),
    ("no active session", ErrorCode::Auth),
    ("could not find session token", ErrorCode::Auth),
    ("session expired", ErrorCode::Auth),
    ("authentication required", ErrorCode::Auth),
    ("authorization prompt dismissed", ErrorCode::Auth),
    ("authorization timeout", ErrorCode::Auth),
    ("connecting to desktop app", ErrorCode::Auth),
    (
        "failed to deserializeserviceaccountauthtoken",
        ErrorCode::Auth,
    ),
    ("(403)", ErrorCode::Forbidden),
    ("(50", ErrorCode::Unreachable),
    ("dial ", ErrorCode::Unreachable),
    ("get \"http", ErrorCode::Unreachable),
    ("post \"http", ErrorCode::Unreachable),
    ("put \"http", ErrorCode::Unreachable),
    ("lookup ", ErrorCode::Unreachable),
    ("net/http", ErrorCode::Unreachable),
    ("tls: ", ErrorCode::Unreachable),
    ("x509: ", ErrorCode::Unreachable),
    ("proxyconnect ", ErrorCode::Unreachable),
    ("read tcp ", ErrorCode::Unreachable),
    ("connection re", ErrorCode::Unreachable),
    ("i/o timeout", ErrorCode::Unreachable),
    ("network ", ErrorCode::Unreachable),
];
/// Whatever follows it; by itself it means that the client was let in nowhere.
const BEFORE_SIGNED_IN: &str = "error initializing client: ";

/// Why `op` gave no answer, from what it wrote beside it.
pub(super) fn refusal(complaint: &[u8], token: Option<&SecretText>) -> ConnectionError {
    let text = String::from_utf8_lossy(complaint);
    let message = message_of(&text);
    let code = meaning(message);
    let error = ConnectionError {
        retry_after: (code == ErrorCode::Throttled)
            .then(|| wait_of(message))
            .flatten(),
        ..ConnectionError::new(code, words(code, token.is_some()))
    };
    error.said(message, token)
}

/// The first complaint without its time; else the last line there is.
fn message_of(text: &str) -> &str {
    let mut lines = text.lines();
    let marked = lines.find_map(|line| line.trim_start().strip_prefix(MARK));
    match marked {
        Some(line) => line
            .split_at_checked(TIME_CHARS)
            .filter(|(time, _)| time.chars().all(|next| "0123456789/: ".contains(next)))
            .map_or(line, |(_, message)| message),
        None => text.trim().lines().last().unwrap_or_default(),
    }
}

fn meaning(message: &str) -> ErrorCode {
    let message = without_quoted_id(without_reference(message)).to_ascii_lowercase();
    let (message, unknown) = match message.strip_prefix(BEFORE_SIGNED_IN) {
        Some(rest) => (rest, ErrorCode::Auth),
        None => (message.as_str(), ErrorCode::Refused),
    };
    MEANINGS
        .into_iter()
        .find(|(beginning, _)| message.starts_with(beginning))
        .map_or(unknown, |(_, code)| code)
}

/// `could not read secret 'op://…': …`: references are made of ids here, and have no quotation mark in them.
fn without_reference(message: &str) -> &str {
    message
        .strip_prefix("could not read secret '")
        .and_then(|rest| rest.split_once("': "))
        .map_or(message, |(_, rest)| rest)
}

/// `"X" isn't an item …`, where X is what was asked for: always an id.
fn without_quoted_id(message: &str) -> &str {
    message
        .strip_prefix('"')
        .and_then(|rest| rest.split_once("\" "))
        .filter(|(id, _)| id.chars().all(|next| next.is_ascii_alphanumeric()))
        .map_or(message, |(_, rest)| rest)
}

/// `… Please retry in 59 minutes …`
fn wait_of(message: &str) -> Option<Duration> {
    let (_, rest) = message.split_once("retry in ")?;
    let mut words = rest.split_whitespace();
    let count: u64 = words.next()?.parse().ok()?;
    let seconds = match words.next()?.trim_end_matches(['.', ',', 's']) {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        _ => return None,
    };
    Some(Duration::from_secs(count.saturating_mul(seconds)))
}

fn words(code: ErrorCode, by_token: bool) -> &'static str {
    match (code, by_token) {
        (ErrorCode::Auth, true) => {
            "1Password does not accept the service account's token. Make a new one, or look whether the account still exists."
        }
        (ErrorCode::Auth, false) => {
            "1Password's app did not let op in. Unlock it, turn on “Integrate with 1Password CLI” in its settings under Developer, and allow the request."
        }
        (ErrorCode::NotFound, _) => {
            "1Password has no such vault or item, or it may not be seen by this account."
        }
        (ErrorCode::Throttled, _) => {
            "1Password was asked more often than this account may. Try again later."
        }
        (ErrorCode::Unreachable, _) => {
            "1Password's op does not reach 1Password. Look at the network."
        }
        (ErrorCode::Forbidden, _) => "This account may not see that in 1Password.",
        _ => "1Password's op refuses the request.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(complaint: &str, code: ErrorCode) {
        let error = refusal(complaint.as_bytes(), None);
        assert_eq!(error.code, code, "{complaint}");
    }

    #[test]
    fn each_documented_complaint_has_its_meaning() {
        let id = "fkruyzrldvizuqlnavfj3gltfe";
        for (message, code) in [
            (format!("\"{id}\" isn't a vault in this account. Specify the vault with its ID or name."), ErrorCode::NotFound),
            (format!("\"{id}\" isn't an item in the \"Production\" vault. Specify the item with its UUID, name, or domain."), ErrorCode::NotFound),
            (format!("More than one item matches \"{id}\". Try again and specify the item by its ID:"), ErrorCode::Refused),
            ("too many '/': secret references should match op://<vault>/<item>[/<section>]/<field>".to_owned(), ErrorCode::Refused),
            ("You are not currently signed in. Please run `op signin --help` for instructions".to_owned(), ErrorCode::Auth),
            ("account is not signed in".to_owned(), ErrorCode::Auth),
            ("error initializing client: authorization prompt dismissed, please try again".to_owned(), ErrorCode::Auth),
            ("(429) Too Many Requests: You've reached the maximum number of this type of requests this service account is allowed to make. Please retry in 59 minutes or try other requests.".to_owned(), ErrorCode::Throttled),
            (format!("could not read secret 'op://{id}/{id}/{id}': \"{id}\" isn't an item in the \"{id}\" vault."), ErrorCode::NotFound),
            ("something nobody has seen yet".to_owned(), ErrorCode::Refused),
            ("error initializing client: something nobody has seen yet".to_owned(), ErrorCode::Auth),
            ("error initializing client: Post \"https://my.1password.com/api/v3/auth/start\": dial tcp: lookup my.1password.com: no such host".to_owned(), ErrorCode::Unreachable),
            ("error initializing client: (429) Too Many Requests".to_owned(), ErrorCode::Throttled),
            ("connecting to desktop app: read: connection reset, make sure the CLI is correctly installed".to_owned(), ErrorCode::Auth),
            ("connecting to desktop app timed out, make sure it is installed, running and CLI integration is enabled.".to_owned(), ErrorCode::Auth),
            ("(502) Bad Gateway".to_owned(), ErrorCode::Unreachable),
            (format!("could not read secret 'op://{id}/{id}/x': \"{id}\" doesn't have a field named x"), ErrorCode::NotFound),
            (format!("could not read secret 'op://{id}/{id}/x': does not have a field"), ErrorCode::NotFound),
            ("invalid character in secret reference: '('".to_owned(), ErrorCode::Refused),
            ("(403) Forbidden: You aren't authorized to perform this action.".to_owned(), ErrorCode::Forbidden),
            ("no active session found for account my.1password.com".to_owned(), ErrorCode::Auth),
            ("could not find session token for account my".to_owned(), ErrorCode::Auth),
            ("No accounts configured for use with 1Password CLI.".to_owned(), ErrorCode::Auth),
            ("authentication required".to_owned(), ErrorCode::Auth),
            (String::new(), ErrorCode::Refused),
        ] {
            check(&format!("[ERROR] 2026/08/07 12:00:00 {message}\n"), code);
            check(&message, code);
        }
    }

    /// Each beginning counts: none stands behind another that says something else.
    #[test]
    fn each_known_beginning_has_its_meaning_however_it_goes_on() {
        for (beginning, code) in MEANINGS {
            for message in [
                format!("{beginning} and so on"),
                format!("{} AND SO ON", beginning.to_uppercase()),
                format!("{BEFORE_SIGNED_IN}{beginning} and so on"),
            ] {
                check(&format!("[ERROR] 2026/08/07 12:00:00 {message}\n"), code);
            }
            check(&format!("something before {beginning}"), ErrorCode::Refused);
        }
    }

    #[test]
    fn a_name_within_a_complaint_means_nothing() {
        check(
            "[ERROR] 2026/08/07 12:00:00 \"My (429) Too Many Requests\" isn't an item",
            ErrorCode::Refused,
        );
        check(
            "[ERROR] 2026/08/07 12:00:00 no such thing as \"session expired\"",
            ErrorCode::Refused,
        );
    }

    #[test]
    fn a_limit_says_how_long_to_wait() {
        for (text, seconds) in [
            (
                "(429) Too Many Requests: Please retry in 59 minutes or try other requests.",
                Some(3_540),
            ),
            ("(429) Please retry in 1 hour.", Some(3_600)),
            ("(429) Please retry in 99999999999999999999 hours.", None),
            ("(429)", None),
        ] {
            let wait = refusal(text.as_bytes(), None).retry_after;
            assert_eq!(wait.map(|wait| wait.as_secs()), seconds, "{text}");
        }
    }

    #[test]
    fn what_was_said_is_kept_without_time_and_token() {
        let token = SecretText::new("ops_eyJsecret".to_owned());
        let complaint = "noise\n[ERROR] 2026/08/07 12:00:00 bad token ops_eyJsecret\nmore";
        let error = refusal(complaint.as_bytes(), Some(&token));
        assert_eq!(error.said.as_deref(), Some("bad token ••••"));
        assert!(refusal(b"\xff\xfe\x00", None).said.is_some());
    }
}
