//! The one shape of every failure: RULES.md, Errors.

use std::borrow::Cow;
use std::fmt::Display;

use serde::{Serialize, Serializer};

use crate::ids::{LocationId, SecretId};

/// A command that was not carried out, and why. Its JSON is the envelope that every surface answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    kind: ErrorType,
    message: String,
    details: Vec<Detail>,
    extra: Option<Extra>,
}

/// The error types, and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorType {
    InvalidRequest,
    AuthenticationFailed,
    VaultLocked,
    AccessForbidden,
    LimitReached,
    NotFound,
    AlreadyExists,
    Conflict,
    InUse,
    ValidationError,
    UpgradeRequired,
    RateLimited,
    InternalError,
    BadGateway,
    GatewayTimeout,
}

/// One fault of one member of a request. A hint has the same shape and blocks nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    pub loc: Vec<LocStep>,
    pub message: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// One step on the way to a member: its name, or its place in a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum LocStep {
    Name(Cow<'static, str>),
    Index(usize),
}

/// What makes a secret or a connection impossible to delete or to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Dependant {
    /// Uses the secret; `force` unlinks it.
    Location { id: LocationId, name: String },
    /// Works on the secret.
    Rotation { started_at: crate::time::Timestamp },
    /// Holds references into the connection's vault, in the trash too: it may come back.
    Secret {
        id: SecretId,
        name: String,
        in_trash: bool,
    },
    /// By its policy the secret's value makes and ends its keys; `force` leaves it without.
    Managed {
        id: SecretId,
        name: String,
        /// A rotation that is not over asks with it.
        is_rotating: bool,
    },
}

/// What a person could do next instead of what was refused; the window offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// Take the link off the locations named, then do it again.
    UnlinkLocations,
    /// Make another secret of the new type, and leave this one.
    CopyWithNewType,
    /// Do it anyway with `force`, which unlinks.
    Force,
    /// Delete the secrets named, or look at them, then do it again.
    OpenSecrets,
}

/// What a caller needs beside the message to act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Extra {
    RetryAfter {
        millis: u64,
    },
    Limit {
        limit: u64,
        current: u64,
    },
    Existing {
        id: String,
    },
    Revision {
        current: u64,
    },
    Dependants {
        dependants: Vec<Dependant>,
        offers: &'static [Offer],
    },
}

impl Rejection {
    pub fn new(kind: ErrorType, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            details: Vec::new(),
            extra: None,
        }
    }

    #[must_use]
    pub fn with_details(mut self, details: Vec<Detail>) -> Self {
        self.details = details;
        self
    }

    /// All faults of a request's fields at once.
    pub fn validation(details: Vec<Detail>) -> Self {
        let message = match details.as_slice() {
            [only] => only.message.clone(),
            several => format!("{} fields need another look.", several.len()),
        };
        Self::new(ErrorType::ValidationError, message).with_details(details)
    }

    /// A request whose members cannot stand together, each fault naming its member.
    pub fn invalid_request(message: impl Into<String>, members: &[&'static str]) -> Self {
        let message = message.into();
        let details = members
            .iter()
            .map(|member| Detail::at(*member, "not_allowed", message.clone()))
            .collect();
        Self::new(ErrorType::InvalidRequest, message).with_details(details)
    }

    /// `what` is the kind of record in the window's words: "secret", "version".
    pub fn not_found(what: &str) -> Self {
        Self::new(
            ErrorType::NotFound,
            format!("There is no such {what} in this vault. It may have been destroyed meanwhile."),
        )
    }

    /// `id` is that of the record which has what was asked for.
    pub fn already_exists(
        message: impl Into<String>,
        id: impl Display,
        member: &'static str,
    ) -> Self {
        let message = message.into();
        let details = vec![Detail::at(member, "already_exists", message.clone())];
        let mut rejection = Self::new(ErrorType::AlreadyExists, message).with_details(details);
        rejection.extra = Some(Extra::Existing { id: id.to_string() });
        rejection
    }

    /// `what` is the kind of record in the window's words, as in [`Rejection::not_found`].
    pub fn revision_conflict(what: &str, current_revision: u64) -> Self {
        let mut rejection = Self::new(
            ErrorType::Conflict,
            format!(
                "This {what} was changed meanwhile. Look at the newer state, then decide again."
            ),
        );
        rejection.extra = Some(Extra::Revision {
            current: current_revision,
        });
        rejection
    }

    pub fn in_use(message: impl Into<String>, dependants: Vec<Dependant>) -> Self {
        let mut rejection = Self::new(ErrorType::InUse, message);
        rejection.extra = Some(Extra::Dependants {
            dependants,
            offers: &[],
        });
        rejection
    }

    /// Ways out of [`Rejection::in_use`], the likeliest first.
    #[must_use]
    pub fn with_offers(mut self, next: &'static [Offer]) -> Self {
        if let Some(Extra::Dependants { offers, .. }) = &mut self.extra {
            *offers = next;
        }
        self
    }

    pub fn limit_reached(message: impl Into<String>, limit: u64, current: u64) -> Self {
        let mut rejection = Self::new(ErrorType::LimitReached, message);
        rejection.extra = Some(Extra::Limit { limit, current });
        rejection
    }

    pub fn rate_limited(message: impl Into<String>, retry_after_ms: u64) -> Self {
        Self::new(ErrorType::RateLimited, message).with_retry_after(retry_after_ms)
    }

    /// Says when the next attempt may be made, where this one already earned a wait.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after_ms: u64) -> Self {
        self.extra = Some(Extra::RetryAfter {
            millis: retry_after_ms,
        });
        self
    }

    pub fn error_type(&self) -> ErrorType {
        self.kind
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    pub fn details(&self) -> &[Detail] {
        &self.details
    }

    pub fn into_details(self) -> Vec<Detail> {
        self.details
    }

    /// What stands in the way, where that is why it was refused.
    pub fn dependants(&self) -> &[Dependant] {
        match &self.extra {
            Some(Extra::Dependants { dependants, .. }) => dependants,
            _ => &[],
        }
    }
}

impl ErrorType {
    pub const ALL: [Self; 15] = [
        Self::InvalidRequest,
        Self::AuthenticationFailed,
        Self::VaultLocked,
        Self::AccessForbidden,
        Self::LimitReached,
        Self::NotFound,
        Self::AlreadyExists,
        Self::Conflict,
        Self::InUse,
        Self::ValidationError,
        Self::UpgradeRequired,
        Self::RateLimited,
        Self::InternalError,
        Self::BadGateway,
        Self::GatewayTimeout,
    ];

    pub fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::AuthenticationFailed | Self::VaultLocked => 401,
            Self::AccessForbidden | Self::LimitReached => 403,
            Self::NotFound => 404,
            Self::AlreadyExists | Self::Conflict | Self::InUse => 409,
            Self::ValidationError => 422,
            Self::UpgradeRequired => 426,
            Self::RateLimited => 429,
            Self::InternalError => 500,
            Self::BadGateway => 502,
            Self::GatewayTimeout => 504,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::AuthenticationFailed => "authentication_failed",
            Self::VaultLocked => "vault_locked",
            Self::AccessForbidden => "access_forbidden",
            Self::LimitReached => "limit_reached",
            Self::NotFound => "not_found",
            Self::AlreadyExists => "already_exists",
            Self::Conflict => "conflict",
            Self::InUse => "in_use",
            Self::ValidationError => "validation_error",
            Self::UpgradeRequired => "upgrade_required",
            Self::RateLimited => "rate_limited",
            Self::InternalError => "internal_error",
            Self::BadGateway => "bad_gateway",
            Self::GatewayTimeout => "gateway_timeout",
        }
    }
}

impl Detail {
    pub fn new(loc: Vec<LocStep>, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            loc,
            message: message.into(),
            kind,
        }
    }

    /// A fault of a member at the top of the request.
    pub fn at(member: impl Into<LocStep>, kind: &'static str, message: impl Into<String>) -> Self {
        Self::new(vec![member.into()], kind, message)
    }

    /// The same fault seen from outside: `step` leads to where its own way begins.
    #[must_use]
    pub fn within(mut self, step: impl Into<LocStep>) -> Self {
        self.loc.insert(0, step.into());
        self
    }
}

impl From<&'static str> for LocStep {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

impl From<String> for LocStep {
    fn from(name: String) -> Self {
        Self::Name(Cow::Owned(name))
    }
}

impl From<usize> for LocStep {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl Serialize for ErrorType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Rejection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;

        let mut envelope = serializer.serialize_map(None)?;
        envelope.serialize_entry("status", &self.kind.status())?;
        envelope.serialize_entry("type", self.kind.as_str())?;
        envelope.serialize_entry("message", &self.message)?;
        envelope.serialize_entry("details", &self.details)?;
        match &self.extra {
            None => {}
            Some(Extra::RetryAfter { millis }) => {
                envelope.serialize_entry("retry_after_ms", millis)?
            }
            Some(Extra::Limit { limit, current }) => {
                envelope.serialize_entry("limit", limit)?;
                envelope.serialize_entry("current", current)?;
            }
            Some(Extra::Existing { id }) => envelope.serialize_entry("existing_id", id)?,
            Some(Extra::Revision { current }) => {
                envelope.serialize_entry("current_revision", current)?
            }
            Some(Extra::Dependants { dependants, offers }) => {
                envelope.serialize_entry("dependants", dependants)?;
                envelope.serialize_entry("offers", offers)?;
            }
        }
        envelope.end()
    }
}
