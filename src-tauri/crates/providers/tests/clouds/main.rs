//! Rotating keys at fakes written from the providers' documentation (`testkit::clouds`), which refuse what the providers refuse.

mod cloudflare;
mod digital_ocean;
mod every;
mod given;
mod oracle;
mod railway;
