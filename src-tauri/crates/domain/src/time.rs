//! Moments: milliseconds since 1970 in UTC, written as RFC 3339.

use std::fmt;

use serde::{Serialize, Serializer};

const HOUR_MILLIS: i64 = 60 * 60 * 1000;
pub(crate) const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// A moment between 1970-01-01 and 9999-12-30, to the millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "This is no RFC 3339 time between the years 1970 and 9999, such as 2026-04-25T11:45:19.000Z."
)]
pub struct TimeError;

impl Timestamp {
    pub const EARLIEST: Self = Self(0);
    /// The last moment that RFC 3339's four-digit years can write in every time zone.
    pub const LATEST: Self = Self(253_402_207_199_999);

    /// A count outside the range becomes the nearest end of it: a machine's clock may say
    /// anything, and a wrong time must not stop anyone from reading a vault.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::EARLIEST.0, Self::LATEST.0))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with any offset; digits past the millisecond are dropped.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| TimeError)?;
        let millis = moment.as_millisecond();
        if (Self::EARLIEST.0..=Self::LATEST.0).contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(TimeError)
        }
    }

    pub fn plus_days(self, days: u32) -> Self {
        Self::from_millis(self.0.saturating_add(i64::from(days) * DAY_MILLIS))
    }

    pub fn plus_hours(self, hours: u32) -> Self {
        Self::from_millis(self.0.saturating_add(i64::from(hours) * HOUR_MILLIS))
    }

    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Whole days from `earlier` to `self`; 0 where `earlier` is the later one.
    pub fn days_since(self, earlier: Self) -> i64 {
        ((self.0 - earlier.0) / DAY_MILLIS).max(0)
    }

    /// The 48-bit big-endian count that a ULID begins with.
    pub(crate) fn to_ulid_bytes(self) -> [u8; 6] {
        let [_, _, rest @ ..] = self.0.to_be_bytes();
        rest
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_millisecond(self.0)
            .expect("jiff's range holds 1970 to 9999-12-30");
        write!(f, "{moment:.3}")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_is_written_with_milliseconds_and_z() {
        let time = Timestamp::from_millis(1_777_117_519_000);
        assert_eq!(time.to_string(), "2026-04-25T11:45:19.000Z");
    }

    #[test]
    fn an_offset_is_read_and_written_as_utc() {
        let time = Timestamp::parse("2026-04-25T13:45:19.5+02:00").expect("RFC 3339");
        assert_eq!(time.to_string(), "2026-04-25T11:45:19.500Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-04-25",
            "11:45:19Z",
            "2026-02-30T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "now",
        ] {
            assert_eq!(Timestamp::parse(text), Err(TimeError), "{text}");
        }
    }

    #[test]
    fn a_count_out_of_range_becomes_the_nearest_end() {
        assert_eq!(Timestamp::from_millis(-1), Timestamp::EARLIEST);
        assert_eq!(Timestamp::from_millis(i64::MAX), Timestamp::LATEST);
        assert_eq!(Timestamp::LATEST.plus_days(1), Timestamp::LATEST);
        assert_eq!(Timestamp::LATEST.to_string(), "9999-12-30T21:59:59.999Z");
    }

    #[test]
    fn days_count_whole_and_never_below_zero() {
        let start = Timestamp::from_millis(1_000);
        assert_eq!(start.plus_days(2).days_since(start), 2);
        assert_eq!(start.plus_millis(DAY_MILLIS - 1).days_since(start), 0);
        assert_eq!(start.days_since(start.plus_days(2)), 0);
    }

    proptest! {
        #[test]
        fn every_time_survives_text(millis in 0..=Timestamp::LATEST.0) {
            let time = Timestamp::from_millis(millis);
            prop_assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
        }
    }
}
