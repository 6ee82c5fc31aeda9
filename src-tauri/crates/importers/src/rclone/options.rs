//! What rclone's options hold. The obscured ones are those that its backends declare as passwords (`rclone config providers`).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OptionKind {
    Obscured,
    Secret,
    /// An OAuth token, which the backend renews.
    SignIn,
    SessionToken,
    Region,
    Endpoint,
    /// Anything else; its name may still say that it is secret.
    Setting,
}

const OBSCURED: [&str; 14] = [
    "api_password",
    "client_certificate_password",
    "file_password",
    "folder_password",
    "key_file_pass",
    "library_key",
    "mailbox_password",
    "mnemonic",
    "otp_secret_key",
    "pass",
    "password",
    "password2",
    "plex_password",
    "secret",
];
/// Secrets whose names alone do not say so.
const SECRET: [&str; 16] = [
    "access_grant",
    "api_key",
    "auth_token",
    "authorization",
    "connection_string",
    "cookie",
    "cookies",
    "headers",
    "key",
    "key_pem",
    "link_password",
    "passphrase",
    "sas_url",
    "service_account_credentials",
    "sse_customer_key",
    "sse_customer_key_base64",
];

pub(super) fn kind_of(option: &str) -> OptionKind {
    match option {
        "token" => OptionKind::SignIn,
        "session_token" => OptionKind::SessionToken,
        "region" => OptionKind::Region,
        "endpoint" => OptionKind::Endpoint,
        name if OBSCURED.contains(&name) => OptionKind::Obscured,
        name if SECRET.contains(&name) => OptionKind::Secret,
        _ => OptionKind::Setting,
    }
}
