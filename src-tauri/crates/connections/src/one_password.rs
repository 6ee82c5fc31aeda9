//! 1Password, by its program or its Connect server.

mod cli;
mod connect;
mod fetch;
mod id;
mod lists;

use domain::{SecretText, Timestamp};
use importers::{ItemKind, ItemState};
use providers::Http;
use zeroize::Zeroizing;

pub use cli::{Asker, OpCli, OpProgram, end_programs};
pub use connect::ConnectServer;
pub use fetch::Chosen;
pub use id::OpId;

use crate::error::{ConnectionError, ErrorCode};

/// A way to what a person has in 1Password. It holds a token: no `Debug`, `Clone` or `Serialize`.
pub enum OnePassword {
    Cli(OpCli),
    Connect(ConnectServer),
}

/// It answers, and knows who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Of the program or the server, where it says so.
    pub version: Option<String>,
    /// How many vaults may be read.
    pub vaults: usize,
}

/// A vault of 1Password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vault {
    pub id: OpId,
    /// Safe to show.
    pub name: String,
    /// How many items it holds, where 1Password says so.
    pub items: Option<u64>,
}

/// What a vault holds, without values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemList {
    pub items: Vec<ItemHead>,
    /// Lines of the list that are not of the form 1Password writes.
    pub unreadable: usize,
}

/// An item as the list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemHead {
    pub id: OpId,
    /// Safe to show, and empty where the item has none.
    pub title: String,
    pub category: ItemKind,
    pub state: ItemState,
    pub updated_at: Option<Timestamp>,
    /// Safe to show.
    pub tags: Vec<String>,
}

impl OnePassword {
    /// By `op` with a service account's token, which only the program's environment gets to see.
    pub fn service_account(
        program: OpProgram,
        token: &SecretText,
    ) -> Result<OnePassword, ConnectionError> {
        OpCli::service_account(program, token).map(OnePassword::Cli)
    }

    /// By `op` with 1Password's app, which asks the person. `account` is its address, email or id, where there are several.
    pub fn desktop_app(
        program: OpProgram,
        account: Option<&str>,
    ) -> Result<OnePassword, ConnectionError> {
        OpCli::desktop_app(program, account).map(OnePassword::Cli)
    }

    /// By a Connect server, over HTTPS or on this machine.
    pub fn connect(
        http: &Http,
        base_url: &str,
        token: &SecretText,
    ) -> Result<OnePassword, ConnectionError> {
        ConnectServer::new(http, base_url, token).map(OnePassword::Connect)
    }

    /// Asks for what a fetch would need too; nothing less says that it will work.
    pub async fn check(&self) -> Result<Checked, ConnectionError> {
        let version = match self {
            OnePassword::Cli(op) => op.version().await?,
            OnePassword::Connect(_) => None,
        };
        let vaults = self.vaults().await?.len();
        let version = match self {
            OnePassword::Cli(_) => version,
            OnePassword::Connect(server) => server.version().await,
        };
        Ok(Checked { version, vaults })
    }

    /// By name.
    pub async fn vaults(&self) -> Result<Vec<Vault>, ConnectionError> {
        let json = match self {
            OnePassword::Cli(op) => op.vaults().await?,
            OnePassword::Connect(server) => server.vaults().await?,
        };
        lists::vaults(&json)
    }

    /// Everything in a vault, archived items too, by title.
    pub async fn items(&self, vault: &Vault) -> Result<ItemList, ConnectionError> {
        let json = match self {
            OnePassword::Cli(op) => op.items(&vault.id).await?,
            OnePassword::Connect(server) => server.items(&vault.id).await?,
        };
        lists::items(&json, vault)
    }

    /// An item's JSON, with its values.
    async fn item(&self, vault: &OpId, item: &OpId) -> Result<Zeroizing<Vec<u8>>, ConnectionError> {
        match self {
            OnePassword::Cli(op) => op.item(vault, item).await,
            OnePassword::Connect(server) => server.item(vault, item).await,
        }
    }
}

/// A token as it can be sent: without what came along when it was copied.
fn token_of(token: &SecretText) -> Result<SecretText, ConnectionError> {
    let text = token.expose_text().trim();
    if text.is_empty() || !text.chars().all(|next| next.is_ascii_graphic()) {
        let message = "This is no token of 1Password: it is empty or has characters that none has.";
        return Err(ConnectionError::new(ErrorCode::Auth, message));
    }
    Ok(SecretText::new(text.to_owned()))
}
