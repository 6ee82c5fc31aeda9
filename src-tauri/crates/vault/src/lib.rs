//! Keys, sealing and the encrypted store. `docs/FORMAT.md` specifies every byte that is written.

mod aead;
pub mod entropy;
pub mod identity;
pub mod kdf;
mod labels;
pub mod memory;
pub mod page_key;
pub mod password;
pub mod recovery_code;
pub mod seal;
pub mod signature;
mod suite;
pub mod wrapped_key;
