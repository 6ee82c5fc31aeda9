//! By what 1Password is asked: a connection of this vault, or its app on this computer.

use connections::{Asker, ConnectionError, ErrorCode, OnePassword};
use domain::ConnectionId;
use domain::connection::{Connection, ConnectionCredentials, ConnectionMethod, existing};
use domain::external::Provider;
use domain::mask::display_text;
use domain::reject::{Detail, ErrorType, Rejection};
use vault::UnlockedVault;

use super::HeldAs;
use crate::api::{Changed, Required};
use crate::app::App;
use crate::opened::required;
use crate::refusal::{Answer, Refusal, internal};

const DESKTOP_APP: &str = "desktop_app";
const ACCOUNT_CHARS_MAX: usize = 255;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    Connection(ConnectionId),
    /// The account, where the app has several.
    DesktopApp(Option<String>),
}

/// It holds the token, so it has no `Debug`, `Clone` or `Serialize`.
pub(super) struct Account {
    /// Safe to show.
    pub name: String,
    pub onepassword: OnePassword,
}

impl Access {
    pub fn parse(from: Required<String>, account: Option<String>) -> Result<Self, Vec<Detail>> {
        let from = required("from", from).map_err(|fault| vec![fault])?;
        let account = account.filter(|text| !text.trim().is_empty());
        if from != DESKTOP_APP {
            let id = ConnectionId::parse(&from)
                .map_err(|error| vec![Detail::at("from", error.kind(), error.to_string())])?;
            return match account {
                None => Ok(Self::Connection(id)),
                Some(_) => {
                    let message = "A connection leads to one account; only the app has several.";
                    Err(vec![Detail::at("account", "not_of_connection", message)])
                }
            };
        }
        let is_right = |text: &String| {
            text.chars().count() <= ACCOUNT_CHARS_MAX
                && !text.starts_with('-')
                && !text.chars().any(char::is_control)
        };
        if account.as_ref().is_none_or(is_right) {
            return Ok(Self::DesktopApp(account));
        }
        let message = "An account is given by its address, email or id.";
        Err(vec![Detail::at("account", "malformed", message)])
    }

    /// A connection's token is opened once its record was vouched for, and that it goes out is in the log before (OUT-02).
    pub(super) fn open(&self, app: &App, vault: &UnlockedVault) -> Answer<Account> {
        let id = match self {
            Self::DesktopApp(account) => {
                let program = app.network.op(Asker::Person).map_err(refused)?;
                let opened = OnePassword::desktop_app(program, account.as_deref());
                return Ok(Account {
                    name: "1Password app".to_owned(),
                    onepassword: opened.map_err(refused)?,
                });
            }
            Self::Connection(id) => *id,
        };
        let (connection, token) = vault.write(app.clock.now(), |writer| {
            let connection = existing(writer.checked_connection(id)?)?;
            require_onepassword(&connection)?;
            let token = writer.open_token(id)?;
            writer.record_token_use(id)?;
            Answer::Ok((connection, token))
        })?;
        app.changed(&[Changed::Audit]);
        Ok(Account {
            name: format!("1Password: {}", display_text(connection.name().as_str())),
            onepassword: by_connection(app, &connection, &token)?,
        })
    }
}

fn by_connection(
    app: &App,
    connection: &Connection,
    token: &ConnectionCredentials,
) -> Answer<OnePassword> {
    let secret = |field: &str| {
        let found = token.field(field);
        found.ok_or_else(|| internal("The connection has no token."))
    };
    let opened = match connection.method() {
        ConnectionMethod::OnePasswordServiceAccount => {
            let program = app.network.op(Asker::Token).map_err(refused)?;
            OnePassword::service_account(program, secret("service_account_token")?)
        }
        ConnectionMethod::OnePasswordConnect => {
            let url = connection.text("connect_url").unwrap_or_default();
            OnePassword::connect(&app.network.http()?, url, secret("connect_token")?)
        }
        ConnectionMethod::DopplerServiceToken | ConnectionMethod::InfisicalUniversalAuth => {
            return Err(other_type().into());
        }
    };
    opened.map_err(refused)
}

/// `copies`, or `references` by a connection: the app opens nothing for this vault later.
pub fn held_as(text: &str, access: Option<&Access>) -> Result<HeldAs, Vec<Detail>> {
    let fault = |kind, message| Err(vec![Detail::at("as", kind, message)]);
    match (text, access) {
        ("copies", _) => Ok(HeldAs::Copies),
        ("references", Some(Access::Connection(id))) => Ok(HeldAs::References(*id)),
        ("references", Some(Access::DesktopApp(_))) => fault(
            "no_connection",
            "References need a connection by which they are read later, and the app is none. Import copies, or make a connection with a service account or a Connect server.",
        ),
        // What is wrong with the access is told already.
        ("references", None) => Err(Vec::new()),
        _ => fault(
            "unknown_value",
            "It is imported as copies or as references.",
        ),
    }
}

pub fn require_onepassword(connection: &Connection) -> Result<(), Detail> {
    match connection.provider() {
        Provider::OnePassword => Ok(()),
        Provider::Doppler | Provider::Infisical => Err(other_type()),
    }
}

fn other_type() -> Detail {
    Detail::at(
        "from",
        "other_type",
        "This connection leads to another product than 1Password.",
    )
}

/// What the page tells a person to do goes by the detail's type.
pub fn refused(error: ConnectionError) -> Refusal {
    let kind = match error.code {
        ErrorCode::Throttled => ErrorType::RateLimited,
        ErrorCode::TimedOut | ErrorCode::Unreachable => ErrorType::GatewayTimeout,
        ErrorCode::NotFound => ErrorType::NotFound,
        ErrorCode::Auth
        | ErrorCode::NotInstalled
        | ErrorCode::Forbidden
        | ErrorCode::Refused
        | ErrorCode::Unreadable => ErrorType::BadGateway,
    };
    let message = match &error.said {
        Some(said) => format!("{} It said: {said}", error.message),
        None => error.message.clone(),
    };
    let details = vec![Detail::new(
        Vec::new(),
        error.code.as_str(),
        message.clone(),
    )];
    let rejection = Rejection::new(kind, message).with_details(details);
    Refusal(match error.retry_after {
        Some(wait) => {
            rejection.with_retry_after(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
        }
        None => rejection,
    })
}
