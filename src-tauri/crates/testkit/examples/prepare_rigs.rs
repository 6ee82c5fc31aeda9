//! Installs every server that tests start, so that no test has to wait for it: `cargo xtask test` calls this first.
#![expect(
    clippy::print_stdout,
    reason = "it takes minutes and says what it does"
)]

use testkit::rigs::install::Installed;

fn main() {
    for installed in Installed::ALL {
        println!("{}", installed.prepare().display());
    }
}
