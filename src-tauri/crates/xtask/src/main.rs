//! The project's own commands: `cargo xtask run`, `cargo xtask test` and a few smaller ones.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to its terminal"
)]

mod bench;
mod bindings;
mod demo;
mod lab;
mod machine;
mod page;
mod permissions;
mod process;
mod report;
mod run;
mod servers;
mod test;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask run [--demo]   build and open the app; --demo opens a vault of made-up secrets.
                           Without a display it opens on a virtual one, walks the main job and says where the screenshots are.
cargo xtask test           everything that CI runs: formatting, lints, tests, type checks, the real window end to end
cargo xtask test e2e [F]   the real window only; F is a part of a test file's name
cargo xtask lab            the tests against a server that takes a quarter of an hour to compile (garage), which is kept
cargo xtask check          the fast part of it: formatting, lints, generated files, the page's types
cargo xtask bindings       write what is generated from the table of commands: permissions and TypeScript types
cargo xtask bench [N…]     measure against the budgets of the design, at these numbers of secrets (1000 100000 1000000)
cargo xtask screenshot     take docs/images/window.png anew from the real window";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["run"] => run::run(run::Vault::Own),
        ["run", "--demo"] => run::run(run::Vault::Demo),
        ["test"] => test::everything(),
        ["test", "e2e"] => test::end_to_end_only(""),
        ["test", "e2e", part] => test::end_to_end_only(part),
        ["lab"] => lab::run(),
        ["check"] => test::fast_part(),
        ["bindings"] => bindings::write(),
        ["bench", sizes @ ..] => bench::run(sizes),
        ["screenshot"] => run::screenshot(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}
