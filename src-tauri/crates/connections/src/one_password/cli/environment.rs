//! What `op` gets to see of our environment: nothing of 1Password's own variables but what is set here.
//!
//! `OP_CONNECT_HOST` and `OP_CONNECT_TOKEN` come before a service account's token, and a stale `OP_SESSION_…` before 1Password's
//! app: with either left in, another account than the one meant would be read.

use std::ffi::OsString;

use zeroize::Zeroizing;

use super::Who;

/// Where the person's settings are, how to reach the app and the network, and in which language to complain.
const PASSED: [&str; 35] = [
    "HOME",
    "USER",
    "LOGNAME",
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_MESSAGES",
    "TMPDIR",
    "TEMP",
    "TMP",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SystemRoot",
    "SystemDrive",
    "USERPROFILE",
    "USERNAME",
    "APPDATA",
    "LOCALAPPDATA",
    "ProgramData",
    "HOMEDRIVE",
    "HOMEPATH",
];

/// Where a person keeps `op`'s settings; a service account needs nobody's.
const PASSED_FOR_PERSON: &str = "OP_CONFIG_DIR";

/// The whole environment of one call. It may hold a token: no `Debug`, `Clone` or `Serialize`.
pub(super) struct Environment {
    pub passed: Vec<(&'static str, OsString)>,
    pub set: Vec<(&'static str, Zeroizing<String>)>,
}

impl Environment {
    pub(super) fn of(who: &Who) -> Environment {
        let of_person = match who {
            Who::ServiceAccount(_) => None,
            Who::Person { .. } => Some(PASSED_FOR_PERSON),
        };
        let passed = PASSED
            .into_iter()
            .chain(of_person)
            .filter_map(|name| Some((name, std::env::var_os(name)?)))
            .collect();
        // Its cache is a process that stays behind and holds on to our ends of the pipes.
        let mut set = vec![("OP_CACHE", "false"), ("NO_COLOR", "1")];
        match who {
            Who::ServiceAccount(token) => {
                set.push(("OP_SERVICE_ACCOUNT_TOKEN", token.expose_text()));
                set.push(("OP_BIOMETRIC_UNLOCK_ENABLED", "false"));
                // Without it op asks the app for its settings first, and waits where that does not answer.
                set.push(("OP_LOAD_DESKTOP_APP_SETTINGS", "false"));
            }
            Who::Person { account } => {
                set.push(("OP_BIOMETRIC_UNLOCK_ENABLED", "true"));
                if let Some(account) = account {
                    set.push(("OP_ACCOUNT", account));
                }
            }
        }
        let set = set
            .into_iter()
            .map(|(name, text)| (name, Zeroizing::new(text.to_owned())))
            .collect();
        Environment { passed, set }
    }
}
