//! Installs every server that tests start, so that no test has to wait for it: `cargo xtask test` calls this first,
//! and `cargo xtask lab` with `lab` for those of its own.
#![expect(
    clippy::print_stdout,
    reason = "it takes minutes and says what it does"
)]

use testkit::rigs::install::Installed;

fn main() {
    let is_lab = std::env::args().nth(1).is_some_and(|word| word == "lab");
    let wanted = if is_lab {
        Installed::LAB
    } else {
        Installed::EVERYDAY
    };
    for installed in wanted {
        println!("{}", installed.prepare().display());
    }
}
