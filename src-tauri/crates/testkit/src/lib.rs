//! For tests: temporary vaults, a fixed clock, made-up secrets.

#[cfg(feature = "vaults")]
pub mod acts;
#[cfg(feature = "vaults")]
pub mod bench;
#[cfg(feature = "clouds")]
pub mod clouds;
#[cfg(feature = "vaults")]
pub mod fill;
#[cfg(feature = "onepassword")]
pub mod onepassword;
pub mod onepux;
#[cfg(feature = "rigs")]
pub mod rigs;
#[cfg(target_os = "linux")]
pub mod small_disk;
#[cfg(feature = "vaults")]
pub mod team;
#[cfg(feature = "vaults")]
pub mod temp_vault;

#[cfg(feature = "vaults")]
pub use acts::{after, now};
#[cfg(feature = "vaults")]
pub use temp_vault::TempVault;
