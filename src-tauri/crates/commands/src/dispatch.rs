//! From a command's name and the text of its request to the use case, by the table.

use domain::reject::{ErrorType, Rejection};
use domain::role::Permission;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::*;
use crate::app::{App, Asks};
use crate::refusal::{Answer, internal};
use crate::{
    audit, backup, board, bulk, catalogue, check, connection, console, copy, exposed, form,
    history, identity, import, jobs, joining, listing, location, members, policy, rekey, reuse,
    rotation, secret, session, settings, sheets, trash, vault_settings, vaults, verify,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    Window,
    Cli,
}

pub(crate) enum Body<'a> {
    Json(Value),
    Text(&'a str),
}

/// A row of the table as data.
#[derive(Serialize)]
pub struct CommandInfo {
    pub name: &'static str,
    /// `window`, `cli` or `both`.
    pub surface: &'static str,
    /// Whether a vault has to be unlocked.
    pub needs_unlocked: bool,
    pub permission: &'static str,
    /// Whether the request holds values or passwords, so that it does not belong into an argument.
    pub holds_credentials: bool,
    pub request: Schema,
    pub answer: Schema,
}

macro_rules! routes {
    (both { $($both:tt)* } window { $($window:tt)* } cli { $($cli:tt)* }) => {
        pub(crate) fn dispatch(app: &App, surface: Surface, name: &str, body: Body<'_>) -> Answer<Value> {
            match surface {
                Surface::Window => match_rows! { app, name, body, $($both)* $($window)* },
                Surface::Cli => match_rows! { app, name, body, $($both)* $($cli)* },
            }
        }

        /// The name as the table has it; what is no command is not named in a log.
        pub(crate) fn known_name(name: &str) -> &'static str {
            name_rows! { name, $($both)* $($window)* $($cli)* }
        }

        /// The whole table with the schemas of its requests and answers.
        pub fn commands() -> Vec<CommandInfo> {
            let both = info_rows! { "both", $($both)* };
            let window = info_rows! { "window", $($window)* };
            let cli = info_rows! { "cli", $($cli)* };
            both.into_iter().chain(window).chain(cli).collect()
        }
    };
}

macro_rules! match_rows {
    ($app:ident, $given:ident, $body:ident, $($name:ident => $module:ident::$function:ident($request:ident) -> $answer:ident,
        session: $session:ident, permission: $permission:ident, holds: $holds:ident;)*) => {
        match $given {
            $(stringify!($name) => {
                let request: $request = $body.parse()?;
                let answer: $answer = carry_out!($session, $permission, $name, $app, request, $module::$function)?;
                answer_value(&answer)
            })*
            _ => Err(unknown_command().into()),
        }
    };
}

macro_rules! name_rows {
    ($given:ident, $($name:ident => $module:ident::$function:ident($request:ident) -> $answer:ident,
        session: $session:ident, permission: $permission:ident, holds: $holds:ident;)*) => {
        [$(stringify!($name)),*].into_iter().find(|name| *name == $given).unwrap_or("unknown")
    };
}

macro_rules! carry_out {
    (none, $permission:ident, $name:ident, $app:ident, $request:ident, $function:path) => {
        $function($app, $request)
    };
    (asked, $permission:ident, $name:ident, $app:ident, $request:ident, $function:path) => {
        $app.ask(asks!($permission, $name))
            .and_then(|asked| $function($app, &asked, $request))
    };
    (held, $permission:ident, $name:ident, $app:ident, $request:ident, $function:path) => {
        $app.with_opened(asks!($permission, $name), |opened| {
            $function($app, opened, $request)
        })
    };
    (lent, $permission:ident, $name:ident, $app:ident, $request:ident, $function:path) => {
        $app.with_lent(asks!($permission, $name), |vault| {
            $function($app, vault, $request)
        })
    };
}

macro_rules! info_rows {
    ($surface:literal, $($name:ident => $module:ident::$function:ident($request:ident) -> $answer:ident,
        session: $session:ident, permission: $permission:ident, holds: $holds:ident;)*) => {
        [$(CommandInfo {
            name: stringify!($name),
            surface: $surface,
            needs_unlocked: stringify!($session) != "none",
            permission: stringify!($permission),
            holds_credentials: stringify!($holds) == "credentials",
            request: schema_for!($request),
            answer: answer_schema::<$answer>(),
        }),*]
    };
}

macro_rules! asks {
    (none, $name:ident) => {
        None
    };
    ($permission:ident, $name:ident) => {
        Some(Asks {
            permission: permission!($permission),
            command: stringify!($name),
        })
    };
}

macro_rules! permission {
    (read_metadata) => {
        Permission::ReadMetadata
    };
    (change_own_access) => {
        Permission::ChangeOwnAccess
    };
    (use_values) => {
        Permission::UseValues
    };
    (verify) => {
        Permission::Verify
    };
    (manage_secrets) => {
        Permission::ManageSecrets
    };
    (manage_locations) => {
        Permission::ManageLocations
    };
    (manage_connections) => {
        Permission::ManageConnections
    };
    (manage_members) => {
        Permission::ManageMembers
    };
    (manage_vault) => {
        Permission::ManageVault
    };
}

crate::with_commands!(routes);

/// An answer holds each of its members, `null` where there is nothing.
fn answer_schema<T: JsonSchema>() -> Schema {
    SchemaGenerator::new(SchemaSettings::default().for_serialize()).into_root_schema_for::<T>()
}

impl Body<'_> {
    fn parse<T: DeserializeOwned>(self) -> Result<T, Rejection> {
        match self {
            Body::Json(value) => form::of_value(value),
            Body::Text(text) => form::of_text(text),
        }
    }
}

fn answer_value<T: Serialize>(answer: &T) -> Answer<Value> {
    serde_json::to_value(answer)
        .map_err(|_| internal("The answer could not be written as JSON.").into())
}

/// What was asked for is not told back: it may be a value in the wrong place.
fn unknown_command() -> Rejection {
    Rejection::new(
        ErrorType::NotFound,
        "There is no such command. `turnstone-cli commands` lists them all.",
    )
}
