//! Somebody who holds the page key writes to the database with a program of their own (AUDIT-02).

mod entries;
mod forged;
mod hostile;
mod older_pages;
mod put_back;
mod records;
mod rotations;
mod secrets;
mod support;
mod verifications;
mod walked;
