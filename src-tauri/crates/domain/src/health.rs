//! How a secret is doing, as far as its age and its own value say.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Older than this many days counts as old.
pub const OLD_AFTER_DAYS: u32 = 90;
/// Expiring within this many days counts as expiring.
pub const EXPIRING_WITHIN_DAYS: u32 = 14;

/// From best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Fine,
    Hint,
    Old,
    Expiring,
    Expired,
}

impl Health {
    pub const ALL: &'static [Health] = &[
        Health::Fine,
        Health::Hint,
        Health::Old,
        Health::Expiring,
        Health::Expired,
    ];

    /// The worst that is true.
    pub fn of(
        made_at: Timestamp,
        expires_at: Option<Timestamp>,
        hint_count: u32,
        now: Timestamp,
    ) -> Health {
        if expires_at.is_some_and(|at| at <= now) {
            Health::Expired
        } else if expires_at.is_some_and(|at| at <= now.plus_days(EXPIRING_WITHIN_DAYS)) {
            Health::Expiring
        } else if made_at.plus_days(OLD_AFTER_DAYS) < now {
            Health::Old
        } else if hint_count > 0 {
            Health::Hint
        } else {
            Health::Fine
        }
    }

    pub fn parse(text: &str) -> Option<Health> {
        Health::ALL
            .iter()
            .copied()
            .find(|health| health.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Health::Fine => "fine",
            Health::Hint => "hint",
            Health::Old => "old",
            Health::Expiring => "expiring",
            Health::Expired => "expired",
        }
    }
}

/// The same in a sentence for the window.
pub fn health_message(
    made_at: Timestamp,
    expires_at: Option<Timestamp>,
    hint_count: u32,
    now: Timestamp,
) -> String {
    match (Health::of(made_at, expires_at, hint_count, now), expires_at) {
        (Health::Expired, Some(at)) => match now.days_since(at) {
            0 => "Expired today.".to_owned(),
            days => format!("Expired {}.", days_ago(days)),
        },
        (Health::Expiring, Some(at)) => match at.days_since(now) {
            0 => "Expires within a day.".to_owned(),
            1 => "Expires in 1 day.".to_owned(),
            days => format!("Expires in {days} days."),
        },
        (Health::Old, _) => format!("Last changed {}.", days_ago(now.days_since(made_at))),
        (Health::Hint, _) if hint_count == 1 => "1 hint about its value.".to_owned(),
        (Health::Hint, _) => format!("{hint_count} hints about its values."),
        _ => "Fine.".to_owned(),
    }
}

fn days_ago(days: i64) -> String {
    if days == 1 {
        "1 day ago".to_owned()
    } else {
        format!("{days} days ago")
    }
}
