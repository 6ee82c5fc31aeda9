use domain::secret_text::SecretText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::given::{Required, Whole};

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct MemberList {
    pub members: Vec<Member>,
    /// Who was removed, for reading the log.
    pub former: Vec<FormerMember>,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct FormerMember {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, JsonSchema, TS)]
pub struct Member {
    pub id: String,
    pub name: String,
    #[ts(type = r#""owner" | "admin" | "operator" | "viewer""#)]
    pub role: String,
    #[ts(type = r#""invited" | "active""#)]
    pub status: String,
    /// The member who asks.
    pub you: bool,
    /// When the invitation ends; `null` for who has joined.
    pub invited_until: Option<String>,
    pub joined_at: Option<String>,
    /// They said that someone may know their password; an owner has yet to renew the vault's keys.
    pub rekey_wanted: bool,
}

/// An act on members asks for one's own password again.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct MemberInvite {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub name: Required<String>,
    #[schemars(with = "String")]
    #[ts(type = r#""owner" | "admin" | "operator" | "viewer""#)]
    pub role: Required<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub password: Required<SecretText>,
}

/// A code made for a person to pass on, shown until confirmed as saved (the one exception of OUT-01).
#[derive(Serialize, JsonSchema, TS)]
pub struct MemberInvited {
    pub member: Member,
    pub invitation_code: String,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct MemberUpdate {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    #[schemars(with = "String")]
    #[ts(type = r#""owner" | "admin" | "operator" | "viewer""#)]
    pub role: Required<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub password: Required<SecretText>,
}

/// What an act on a member did, or that it was cancelled before the vault's new keys were in place.
#[derive(Debug, Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum MemberChanged {
    Done {
        member_name: String,
        changed: Vec<String>,
        /// `null` when the member was removed.
        member: Option<Box<Member>>,
        /// The vault has new keys.
        rekeyed: bool,
        /// Values that did not open before the vault got new keys, and so do not open with these either; the vault's check names them.
        unopened: u64,
        /// What the member could read until now, secrets that they used first, then tokens: what is worth turning over. At most 1000.
        exposed: Vec<ExposedSecret>,
        exposed_total: u64,
    },
    Cancelled {
        cancelled: bool,
    },
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct MemberRemove {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub id: Required<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub password: Required<SecretText>,
    /// As the person saw it when they decided; refused where it is another by now.
    #[serde(default)]
    #[ts(optional = nullable, type = r#""invited" | "active""#)]
    pub expected_status: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
pub struct ExposedSecret {
    pub kind: ExposedKind,
    /// Of a secret, or of a connection.
    pub id: String,
    pub name: String,
    /// The log says that the member copied it or gave it to a program.
    pub copied: bool,
}

/// Where a new value has to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExposedKind {
    /// In the secret.
    Secret,
    /// At the provider; the secret, in use or in the trash, has only the reference.
    External,
    /// In the secret, which is in the trash and still has its value.
    Trashed,
    /// At the provider, where the connection's token is made.
    Connection,
    /// Nowhere here: the secret or the connection was destroyed since. Its provider may know the key still.
    Gone,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct MemberExposed {
    /// How many are named for each member: 1–1000, 100 when absent.
    #[serde(default)]
    pub limit: Option<Whole>,
}

#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct MemberExposures {
    /// Who lost it last comes first; nobody whose values and tokens were all replaced.
    pub exposures: Vec<Exposure>,
}

/// What a member who was removed, or may use values no longer, could read, as far as it is as it was.
#[derive(Debug, Serialize, JsonSchema, TS)]
pub struct Exposure {
    pub member_id: String,
    pub member_name: String,
    pub ended_at: String,
    /// Values and tokens that can be replaced in this vault.
    pub left: u64,
    /// Those of which this vault cannot tell: kept in another vault, or destroyed here as they were.
    pub elsewhere: u64,
    /// Those first that the log says they copied or handed to a program.
    pub secrets: Vec<ExposedSecret>,
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct VaultRekey {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub password: Required<SecretText>,
}

/// "Someone may know my password": a new password and new keys of one's own.
#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct IdentityRenew {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub current_password: Required<SecretText>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub new_password: Required<SecretText>,
}

/// The recovery code is a new one too, shown until confirmed as saved (the one exception of OUT-01).
#[derive(Serialize, JsonSchema, TS)]
#[serde(untagged)]
pub enum IdentityRenewed {
    Done {
        recovery_code: String,
        /// An owner's renewal gives the vault new keys at once; another member's asks an owner to.
        rekeyed: bool,
        /// Values that did not open before the vault got new keys, and so do not open with these either; the vault's check names them.
        unopened: u64,
    },
    Cancelled {
        cancelled: bool,
    },
}

#[derive(Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(optional_fields = nullable)]
pub struct VaultJoin {
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub vault_id: Required<String>,
    /// As `vault_list` shows it.
    #[serde(default)]
    pub folder: Option<String>,
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub invitation_code: Required<SecretText>,
    /// The new member's own; nobody else learns it.
    #[schemars(with = "String")]
    #[ts(as = "String")]
    pub member_password: Required<SecretText>,
}
