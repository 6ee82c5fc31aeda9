//! External vaults: what is in them ([`OnePassword::vaults`], [`OnePassword::items`]), whether they answer
//! ([`OnePassword::check`]), and their items with values ([`OnePassword::fetch`]).
//!
//! 1Password is reached by its own program `op` or by a Connect server. What comes back becomes the same items as an export's
//! (`importers`). Requests go out by `providers`' one way, [`providers::Http`]; programs are started without a shell and with an
//! environment of their own. Nothing is kept between calls, and nothing here sees a vault of ours.

mod error;
mod limits;
mod one_password;

pub use error::{ConnectionError, ErrorCode};
pub use limits::*;
pub use one_password::{
    Asker, Checked, Chosen, ConnectServer, ItemHead, ItemList, OnePassword, OpCli, OpId, OpProgram,
    Vault, end_programs,
};
