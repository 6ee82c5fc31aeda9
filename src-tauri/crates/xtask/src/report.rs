//! What each step said, and one line for each at the end.

use std::time::{Duration, Instant};

use crate::process::Failure;

#[derive(Default)]
pub struct Report {
    lines: Vec<String>,
    counts: Counts,
}

#[derive(Default)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl Report {
    /// A step that counts no tests of its own counts as one.
    pub fn check(&mut self, name: &str, act: impl FnOnce(&mut Counts) -> Result<(), Failure>) {
        println!("\n== {name}");
        let start = Instant::now();
        let mut counts = Counts::default();
        let outcome = act(&mut counts);
        match &outcome {
            Ok(()) if counts.passed == 0 => counts.passed = 1,
            Err(_) if counts.failed == 0 => counts.failed = 1,
            _ => {}
        }
        self.counts.passed += counts.passed;
        self.counts.failed += counts.failed;
        let seconds = Duration::from_secs(start.elapsed().as_secs());
        self.lines.push(match outcome {
            Ok(()) => format!("ok      {name}: {} passed ({seconds:?})", counts.passed),
            Err(failure) => format!(
                "FAILED  {name}: {} failed, {} passed ({seconds:?})\n        {failure}",
                counts.failed, counts.passed
            ),
        });
    }

    pub fn finish(self) -> Result<(), Failure> {
        println!("\n{}\n", self.lines.join("\n"));
        println!(
            "{} passed, {} failed",
            self.counts.passed, self.counts.failed
        );
        if self.counts.failed == 0 {
            Ok(())
        } else {
            Err(Failure("Not everything passed; see above.".to_owned()))
        }
    }
}

impl Counts {
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; …`
    pub fn read_cargo(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
        }
    }

    /// `      Tests  1 failed | 33 passed (34)`
    pub fn read_vitest(&mut self, line: &str) {
        if let Some(result) = line.trim_start().strip_prefix("Tests ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
        }
    }

    /// `ℹ pass 12`
    pub fn read_node(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["ℹ", "pass", number] => self.passed += number.parse().unwrap_or(0),
            ["ℹ", "fail", number] => self.failed += number.parse().unwrap_or(0),
            _ => {}
        }
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text
        .split(word)
        .next()
        .filter(|before| before.len() < text.len());
    before
        .and_then(|before| {
            before
                .split(|letter: char| !letter.is_ascii_digit())
                .next_back()
        })
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_what_each_tool_prints() {
        let mut counts = Counts::default();
        counts.read_cargo("test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s");
        assert_eq!((counts.passed, counts.failed), (12, 3));
        counts.read_vitest("      Tests  1 failed | 33 passed (34)");
        assert_eq!((counts.passed, counts.failed), (45, 4));
        counts.read_node("ℹ pass 5");
        counts.read_node("ℹ fail 2");
        assert_eq!((counts.passed, counts.failed), (50, 6));
    }

    #[test]
    fn a_line_without_counts_changes_nothing() {
        let mut counts = Counts::default();
        counts.read_cargo("test wrong_password ... ok");
        counts.read_vitest(" Test Files  3 passed (3)");
        counts.read_node("✔ unlocks with the password");
        assert_eq!((counts.passed, counts.failed), (0, 0));
    }
}
