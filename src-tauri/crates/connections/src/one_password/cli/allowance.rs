//! What a service account may still read: `op service-account ratelimit`. Where op does not say it, nothing follows.
//! Source: developer.1password.com/docs/service-accounts/rate-limits: reads an hour of the token, and reads and writes a day of the
//! whole account.

use std::time::Duration;

use serde::Deserialize;

/// Of several limits, the one that is met first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::one_password) struct Allowance {
    pub reads_left: usize,
    /// After which all of them are there again.
    pub renewed_in: Option<Duration>,
}

#[derive(Deserialize)]
struct Line {
    /// `read`, `write` or `read_write`.
    action: String,
    remaining: u64,
    /// In seconds; nothing was used yet where it is 0.
    #[serde(default)]
    reset: Option<serde_json::Value>,
}

pub(super) fn allowance(json: &[u8]) -> Option<Allowance> {
    let lines: Vec<Line> = serde_json::from_slice(json).ok()?;
    let of_reads = lines
        .into_iter()
        .filter(|line| line.action.contains("read"));
    let first = of_reads.min_by_key(|line| line.remaining)?;
    let seconds = first.reset.as_ref().and_then(serde_json::Value::as_u64);
    Some(Allowance {
        reads_left: usize::try_from(first.remaining).unwrap_or(usize::MAX),
        renewed_in: seconds.filter(|it| *it > 0).map(Duration::from_secs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_that_is_met_first_counts_and_writes_do_not() {
        let json = br#"[
            {"type":"token","action":"write","limit":100,"used":100,"remaining":0,"reset":60},
            {"type":"token","action":"read","limit":1000,"used":10,"remaining":990,"reset":1800},
            {"type":"account","action":"read_write","limit":1000,"used":960,"remaining":40,"reset":7200}
        ]"#;
        let found = allowance(json).expect("said");
        assert_eq!(found.reads_left, 40);
        assert_eq!(found.renewed_in, Some(Duration::from_secs(7200)));
    }

    #[test]
    fn what_is_not_understood_says_nothing() {
        for odd in [
            &b""[..],
            b"null",
            b"{}",
            b"[]",
            br#"[{"type":"token","action":"read","remaining":"many"}]"#,
            br#"[{"type":"token","action":"write","remaining":5}]"#,
        ] {
            assert_eq!(allowance(odd), None, "{}", String::from_utf8_lossy(odd));
        }
        let unsure = br#"[{"action":"read","remaining":5,"reset":"soon"}]"#;
        assert_eq!(allowance(unsure).expect("said").renewed_in, None);
    }
}
