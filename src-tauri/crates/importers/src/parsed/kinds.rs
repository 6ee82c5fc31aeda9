//! What items and values are, and where items lie.

/// What an item is, in the words of the place it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    Login,
    Password,
    ApiCredential,
    Storage,
    SshKey,
    Note,
    Document,
    Card,
    Identity,
    BankAccount,
    Database,
    Server,
    License,
    Other,
}

/// What a value is. All but [`ValueKind::Storage`] are kept as a sealed generic value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    Storage,
    Password,
    ApiCredential,
    OneTimePassword,
    SshKey,
    Note,
    Attachment,
    Card,
    Identity,
    Passkey,
    Other,
}

/// Whether an item was still in use where it comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemState {
    #[default]
    Active,
    Archived,
    /// In the trash: skipped unless asked for.
    Trashed,
}

/// Where an item lies in its file. All parts are safe to show; each may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub account: String,
    /// Vault, database or collection.
    pub vault: String,
    /// Folders or groups below it, joined by `/`.
    pub folder: String,
}

impl ItemKind {
    /// Stable, for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            ItemKind::Login => "login",
            ItemKind::Password => "password",
            ItemKind::ApiCredential => "api_credential",
            ItemKind::Storage => "storage",
            ItemKind::SshKey => "ssh_key",
            ItemKind::Note => "note",
            ItemKind::Document => "document",
            ItemKind::Card => "card",
            ItemKind::Identity => "identity",
            ItemKind::BankAccount => "bank_account",
            ItemKind::Database => "database",
            ItemKind::Server => "server",
            ItemKind::License => "license",
            ItemKind::Other => "other",
        }
    }

    /// Within a sentence: `Untitled login`.
    pub fn label(self) -> &'static str {
        match self {
            ItemKind::Login => "login",
            ItemKind::Password => "password",
            ItemKind::ApiCredential => "API credential",
            ItemKind::Storage => "storage credential",
            ItemKind::SshKey => "SSH key",
            ItemKind::Note => "note",
            ItemKind::Document => "document",
            ItemKind::Card => "card",
            ItemKind::Identity => "identity",
            ItemKind::BankAccount => "bank account",
            ItemKind::Database => "database",
            ItemKind::Server => "server",
            ItemKind::License => "license",
            ItemKind::Other => "item",
        }
    }

    /// Whether all fields together are what is kept, where none of them is a secret by itself.
    pub(crate) fn is_kept_whole(self) -> bool {
        !matches!(self, ItemKind::Login | ItemKind::Password)
    }
}

impl ValueKind {
    /// Stable, for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            ValueKind::Storage => "storage",
            ValueKind::Password => "password",
            ValueKind::ApiCredential => "api_credential",
            ValueKind::OneTimePassword => "one_time_password",
            ValueKind::SshKey => "ssh_key",
            ValueKind::Note => "note",
            ValueKind::Attachment => "attachment",
            ValueKind::Card => "card",
            ValueKind::Identity => "identity",
            ValueKind::Passkey => "passkey",
            ValueKind::Other => "other",
        }
    }
}

impl ItemState {
    /// Stable, for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            ItemState::Active => "active",
            ItemState::Archived => "archived",
            ItemState::Trashed => "trashed",
        }
    }
}
