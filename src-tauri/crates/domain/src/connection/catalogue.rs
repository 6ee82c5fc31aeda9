//! The one catalogue of connections: their types, the ways to sign in, and the fields of each (CONN-01).

use serde::{Serialize, Serializer};

use crate::external::{Provider, ReferenceView};

/// The longest token taken: a 1Password service-account token has some 900 characters.
pub const TOKEN_CHARS_MAX: usize = 4096;
pub const TEXT_CHARS_MAX: usize = 255;

/// How a connection proves itself to its vault: it decides which fields there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnectionMethod {
    OnePasswordServiceAccount,
    OnePasswordConnect,
    DopplerServiceToken,
    InfisicalUniversalAuth,
}

/// One field of a connection.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct ConnectionFieldSpec {
    /// The name in requests, in the record and in what is sealed.
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub kind: ConnectionFieldKind,
    /// Taken where the field is left out.
    pub default: Option<&'static str>,
    /// What such a field looks like; taken from documentation, never a real token.
    pub example: &'static str,
}

/// How a field is checked, kept and entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionFieldKind {
    /// Says which part of the external vault is meant; set for good when the connection is made.
    Text,
    /// As [`Self::Text`]: a path beginning with `/`.
    Path,
    /// As [`Self::Text`]: where requests go, over HTTPS or to this machine.
    Url,
    /// Names the token, and may come with a new one; not secret by itself.
    Identifier,
    /// Sealed, masked, and replaced by "rotate token" alone.
    Secret,
}

/// A type as a form needs it.
#[derive(Debug, Serialize)]
pub struct ConnectionTypeView {
    #[serde(rename = "type")]
    pub connection_type: Provider,
    pub label: &'static str,
    /// Two letters for a tile.
    pub mark: &'static str,
    pub help: &'static str,
    pub reference: ReferenceView,
    pub methods: Vec<ConnectionMethodView>,
}

/// A method as a form needs it.
#[derive(Debug, Serialize)]
pub struct ConnectionMethodView {
    pub method: ConnectionMethod,
    pub label: &'static str,
    pub fields: Vec<ConnectionFieldView>,
}

/// A field as a form needs it.
#[derive(Debug, Serialize)]
pub struct ConnectionFieldView {
    #[serde(flatten)]
    pub spec: &'static ConnectionFieldSpec,
    /// "Rotate token" takes it; any other was set for good.
    pub comes_with_token: bool,
}

const fn secret(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    example: &'static str,
) -> ConnectionFieldSpec {
    ConnectionFieldSpec {
        name,
        label,
        help,
        kind: ConnectionFieldKind::Secret,
        default: None,
        example,
    }
}

const fn text(
    name: &'static str,
    label: &'static str,
    help: &'static str,
    example: &'static str,
) -> ConnectionFieldSpec {
    ConnectionFieldSpec {
        name,
        label,
        help,
        kind: ConnectionFieldKind::Text,
        default: None,
        example,
    }
}

const SERVICE_ACCOUNT: &[ConnectionFieldSpec] = &[secret(
    "service_account_token",
    "Service account token",
    "Begins with ops_. Made on 1password.com under Developer, Service Accounts; shown once. The op program reads with it.",
    "ops_…",
)];

const CONNECT: &[ConnectionFieldSpec] = &[
    ConnectionFieldSpec {
        name: "connect_url",
        label: "Connect server",
        help: "The URL of your own Connect server. It is https://, or a server on this machine.",
        kind: ConnectionFieldKind::Url,
        default: None,
        example: "https://connect.example.com",
    },
    secret(
        "connect_token",
        "Connect token",
        "An access token of the Connect server. Made on 1password.com under Developer, Connect servers.",
        "eyJ…",
    ),
];

const DOPPLER: &[ConnectionFieldSpec] = &[
    text(
        "project",
        "Project",
        "The project's name, as in the address of its page.",
        "backend",
    ),
    text("config", "Config", "The config within the project.", "prd"),
    secret(
        "service_token",
        "Service token",
        "Begins with dp.st. Made in the config under Access; one that can only read is enough.",
        "dp.st.prd.…",
    ),
];

const INFISICAL: &[ConnectionFieldSpec] = &[
    text(
        "project_id",
        "Project ID",
        "In the project's settings.",
        "7c1e5a4e-0000-4000-8000-000000000000",
    ),
    text(
        "environment",
        "Environment",
        "The environment's slug.",
        "prod",
    ),
    ConnectionFieldSpec {
        name: "secret_path",
        label: "Secret path",
        help: "The folder within the environment; / is the outermost.",
        kind: ConnectionFieldKind::Path,
        default: Some("/"),
        example: "/storage",
    },
    ConnectionFieldSpec {
        name: "host",
        label: "Host",
        help: "Infisical's cloud, its European one (https://eu.infisical.com), or your own server.",
        kind: ConnectionFieldKind::Url,
        default: Some("https://app.infisical.com"),
        example: "https://app.infisical.com",
    },
    ConnectionFieldSpec {
        name: "client_id",
        label: "Client ID",
        help: "Of the machine identity's universal auth.",
        kind: ConnectionFieldKind::Identifier,
        default: None,
        example: "5f0c3d1e-0000-4000-8000-000000000000",
    },
    secret(
        "client_secret",
        "Client secret",
        "Of the machine identity's universal auth; shown once.",
        "st.…",
    ),
];

/// Every type, in the order in which a form offers them.
pub fn connection_types() -> Vec<ConnectionTypeView> {
    Provider::ALL
        .into_iter()
        .map(|connection_type| ConnectionTypeView {
            connection_type,
            label: connection_type.label(),
            mark: connection_type.mark(),
            help: connection_type.help(),
            reference: connection_type.reference(),
            methods: ConnectionMethod::of(connection_type)
                .map(|method| ConnectionMethodView {
                    method,
                    label: method.label(),
                    fields: method
                        .fields()
                        .iter()
                        .map(|spec| ConnectionFieldView {
                            spec,
                            comes_with_token: spec.comes_with_token(),
                        })
                        .collect(),
                })
                .collect(),
        })
        .collect()
}

/// The catalogue's own copy of a field's name, so that names read from storage become `'static`.
pub fn field_name(name: &str) -> Option<&'static str> {
    ConnectionMethod::ALL
        .iter()
        .flat_map(|method| method.fields())
        .map(|field| field.name)
        .find(|known| *known == name)
}

impl ConnectionMethod {
    pub const ALL: [Self; 4] = [
        Self::OnePasswordServiceAccount,
        Self::OnePasswordConnect,
        Self::DopplerServiceToken,
        Self::InfisicalUniversalAuth,
    ];

    /// The methods of a type.
    pub fn of(connection_type: Provider) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |method| method.provider() == connection_type)
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnePasswordServiceAccount => "onepassword_service_account",
            Self::OnePasswordConnect => "onepassword_connect",
            Self::DopplerServiceToken => "doppler_service_token",
            Self::InfisicalUniversalAuth => "infisical_universal_auth",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::OnePasswordServiceAccount => "Service account",
            Self::OnePasswordConnect => "Connect server",
            Self::DopplerServiceToken => "Service token",
            Self::InfisicalUniversalAuth => "Universal auth",
        }
    }

    pub fn provider(self) -> Provider {
        match self {
            Self::OnePasswordServiceAccount | Self::OnePasswordConnect => Provider::OnePassword,
            Self::DopplerServiceToken => Provider::Doppler,
            Self::InfisicalUniversalAuth => Provider::Infisical,
        }
    }

    /// The fields in the order in which they are shown, kept and sealed.
    pub fn fields(self) -> &'static [ConnectionFieldSpec] {
        match self {
            Self::OnePasswordServiceAccount => SERVICE_ACCOUNT,
            Self::OnePasswordConnect => CONNECT,
            Self::DopplerServiceToken => DOPPLER,
            Self::InfisicalUniversalAuth => INFISICAL,
        }
    }

    /// The fields that are sealed.
    pub fn secret_fields(self) -> impl Iterator<Item = &'static ConnectionFieldSpec> {
        self.fields().iter().filter(|field| field.is_secret())
    }
}

impl ConnectionFieldSpec {
    pub fn is_secret(&self) -> bool {
        self.kind == ConnectionFieldKind::Secret
    }

    /// Whether "rotate token" takes the field.
    pub fn comes_with_token(&self) -> bool {
        matches!(
            self.kind,
            ConnectionFieldKind::Secret | ConnectionFieldKind::Identifier
        )
    }
}

impl Serialize for ConnectionMethod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
