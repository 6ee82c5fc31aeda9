//! For tests: temporary vaults, a fixed clock, made-up secrets.

pub mod acts;
pub mod fill;
pub mod temp_vault;

pub use acts::{after, now};
pub use temp_vault::TempVault;
