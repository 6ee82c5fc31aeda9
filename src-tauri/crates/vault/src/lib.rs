//! Keys, sealing and the encrypted store. `docs/FORMAT.md` specifies every byte that is written.

mod aead;
mod canonical;
pub mod database_name;
pub mod entropy;
mod genesis;
mod grant;
pub mod identity;
pub mod kdf;
pub mod keys_file;
mod labels;
pub mod memory;
pub mod page_key;
pub mod password;
pub mod recovery_code;
pub mod seal;
pub mod signature;
mod slot;
mod suite;
pub mod unlock_keys;
pub mod wrapped_key;
