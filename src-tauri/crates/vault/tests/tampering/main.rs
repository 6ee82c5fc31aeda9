//! Somebody who holds the page key writes to the database with a program of their own (AUDIT-02).

mod entries;
mod hostile;
mod secrets;
mod support;
