//! Which variables are settings and hold no secret. Whatever may be secret is none of them.

use super::reader::{Doubt, Variable};
use crate::secret_like::is_secret_like;

/// Words of names that say the value is secret, or may be.
const SECRET_WORDS: [&str; 31] = [
    "PASS",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PWD",
    "PW",
    "SECRET",
    "SECRETS",
    "TOKEN",
    "KEY",
    "KEYS",
    "APIKEY",
    "CREDENTIAL",
    "CREDENTIALS",
    "AUTH",
    "DSN",
    "SALT",
    "PEPPER",
    "PRIVATE",
    "CERT",
    "CERTIFICATE",
    "SIGNATURE",
    "SIGNING",
    "WEBHOOK",
    "LICENSE",
    "COOKIE",
    "PIN",
    "OTP",
    "SEED",
    "MNEMONIC",
    "HASH",
];
/// Last words of names that say what it is.
const SETTING_WORDS: [&str; 48] = [
    "HOST",
    "HOSTNAME",
    "PORT",
    "ENV",
    "ENVIRONMENT",
    "MODE",
    "LEVEL",
    "DEBUG",
    "REGION",
    "BUCKET",
    "CONTAINER",
    "NAME",
    "USER",
    "USERNAME",
    "EMAIL",
    "ADDRESS",
    "TIMEOUT",
    "ENABLED",
    "DISABLED",
    "VERSION",
    "PATH",
    "DIR",
    "DIRECTORY",
    "FILE",
    "DOMAIN",
    "LOCALE",
    "LANG",
    "TZ",
    "TIMEZONE",
    "DRIVER",
    "CONNECTION",
    "DATABASE",
    "SCHEME",
    "PROTOCOL",
    "URL",
    "URI",
    "ENDPOINT",
    "ORIGIN",
    "ORIGINS",
    "SIZE",
    "LIMIT",
    "COUNT",
    "INTERVAL",
    "TTL",
    "PREFIX",
    "CHANNEL",
    "QUEUE",
    "FORMAT",
];
const SWITCHES: [&str; 10] = [
    "true", "false", "yes", "no", "on", "off", "null", "none", "enabled", "disabled",
];
const NUMBER_CHARS_MAX: usize = 6;
const WORD_CHARS_MAX: usize = 12;
const NAMED_CHARS_MAX: usize = 64;

/// Why a variable is left out; `None` for what is taken.
pub(super) fn why_setting(variable: &Variable) -> Option<&'static str> {
    let value = variable.value.trim();
    if value.is_empty() && variable.doubts.contains(&Doubt::Comment) {
        return Some("It is empty: what follows the # is taken as a comment.");
    }
    if value.is_empty() {
        return Some("It is empty.");
    }
    let is_switch = SWITCHES.contains(&value.to_lowercase().as_str());
    if is_switch {
        return Some("It is a setting: on or off.");
    }
    let name = variable.name.to_uppercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let says_secret = words.iter().any(|word| SECRET_WORDS.contains(word));
    if says_secret || is_secret_like(&variable.name, value) {
        return None;
    }
    if value.len() <= NUMBER_CHARS_MAX && value.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return Some("It is a setting: a number.");
    }
    if value.contains("://") {
        // A query may hold what signs.
        return (!value.contains(['?', '@'])).then_some("It is an address without a password.");
    }
    let is_named = words
        .last()
        .is_some_and(|word| SETTING_WORDS.contains(word));
    if is_named && value.len() <= NAMED_CHARS_MAX {
        return Some("It is a setting, by its name.");
    }
    let is_word = value.len() <= WORD_CHARS_MAX
        && value
            .chars()
            .all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '_'));
    is_word.then_some("It is a setting: a plain word.")
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn is_setting(name: &str, value: &str) -> bool {
        let variable = Variable {
            name: name.to_owned(),
            value: Zeroizing::new(value.to_owned()),
            line: 1,
            doubts: Vec::new(),
        };
        why_setting(&variable).is_some()
    }

    #[test]
    fn what_may_be_secret_is_no_setting() {
        for (name, value) in [
            ("DB_PASS", "hunter"),
            ("SMTP_PWD", "123"),
            ("APP_KEY", "base64:abc="),
            ("DATABASE_URL", "postgres://u:p@host/db"),
            ("SENTRY_DSN", "https://abc.ingest.sentry.io/1"),
            (
                "SLACK_WEBHOOK_URL",
                "https://hooks.slack.com/services/T/B/x",
            ),
            ("CALLBACK_URL", "https://x/?code=abc"),
            ("THING", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"),
            ("THING", "Hunter2"),
            ("WHATEVER", "1234567"),
            ("NAME", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
        ] {
            assert!(!is_setting(name, value), "{name}={value}");
        }
    }

    #[test]
    fn plain_settings_are_told_apart() {
        for (name, value) in [
            ("DEBUG", "true"),
            ("PORT", "8080"),
            ("NODE_ENV", "production"),
            ("DB_HOST", "db.example.com"),
            ("APP_URL", "https://example.com"),
            ("AUTH_ENABLED", "true"),
            ("EMPTY_SECRET", ""),
            ("MAIL_MAILER", "smtp"),
        ] {
            assert!(is_setting(name, value), "{name}={value}");
        }
    }

    #[test]
    fn a_setting_is_no_longer_than_settings_are() {
        for (name, letter, most) in [
            ("WHATEVER", "7", NUMBER_CHARS_MAX),
            ("WHATEVER", "w", WORD_CHARS_MAX),
            ("DB_HOST", "H", NAMED_CHARS_MAX),
        ] {
            assert!(is_setting(name, &letter.repeat(most)), "{name}={letter}");
            assert!(
                !is_setting(name, &letter.repeat(most + 1)),
                "{name}={letter}"
            );
        }
    }
}
