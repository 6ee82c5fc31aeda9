//! The rules: what may be written, by whom, and what follows from it.
//!
//! Pure: no I/O, no clock, no randomness. A decision is a function from what is there, what is asked
//! and a context to a [`plan::Plan`] or a [`reject::Rejection`]. `docs/RULES.md` says which rule is
//! enforced where.

pub mod allowed_domains;
pub mod audit;
pub mod catalogue;
pub mod credentials;
pub mod env_key;
pub mod external;
pub mod fault;
pub mod generate;
pub mod health;
pub mod ids;
pub mod mask;
pub mod presets;
pub mod reject;
pub mod role;
pub mod secret_text;
mod shape;
pub mod tags;
pub mod text;
pub mod tier;
pub mod time;
