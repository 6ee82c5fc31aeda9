//! Providers of which no server runs here, as fakes written from their documentation: on loopback, with their tokens, scopes,
//! limits and signatures, refusing what they refuse. What a documentation leaves open is open here too, and said.

#[cfg(feature = "rigs")]
pub mod azure;
pub mod cloudflare;
pub mod digital_ocean;
pub mod oracle;
pub mod railway;
pub mod s3;
pub mod server;

pub use server::{Server, Spoil};
