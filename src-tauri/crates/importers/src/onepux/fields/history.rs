//! Earlier passwords of an item.

use std::io::{Read, Seek};

use domain::time::Timestamp;

use super::{Fields, ITEM};
use crate::json::{Json, Open};
use crate::material::PartKind;

/// Times beyond this are milliseconds: as seconds they lie 3,000 years ahead.
const SECONDS_MAX: i64 = 99_999_999_999;

impl<R: Read + Seek> Fields<'_, R> {
    /// They belong to the item's password, wherever it stands.
    pub(super) fn password_history(&mut self, elements: &[Json]) {
        if elements.is_empty() {
            return;
        }
        let of = self
            .material
            .parts
            .iter()
            .find(|part| part.kind == PartKind::Main)
            .map_or("password", |part| part.path.as_str())
            .to_owned();
        let mut values = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let mut open = Open::new(element);
            let value = open.take_text("value");
            let at = open.take_whole("time").map(time_of);
            if at.is_some() {
                open.pass_over(&["time"]);
            }
            for (name, value) in open.rest(self.form()) {
                let path = format!("passwordHistory.{index}.{name}");
                self.unknown(ITEM, "earlier password", &path, name, value);
            }
            values.extend(value.map(|value| (at, value)));
        }
        values.sort_by_key(|(at, _)| *at);
        for (at, value) in values {
            self.material.add_earlier(&of, value, at);
        }
    }
}

pub(in crate::onepux) fn time_of(number: i64) -> Timestamp {
    if number > SECONDS_MAX {
        Timestamp::from_millis(number)
    } else {
        Timestamp::from_millis(number.saturating_mul(1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_seconds_until_it_would_be_thousands_of_years_ahead() {
        assert_eq!(
            time_of(SECONDS_MAX),
            Timestamp::from_millis(99_999_999_999_000)
        );
        assert_eq!(
            time_of(SECONDS_MAX + 1),
            Timestamp::from_millis(100_000_000_000)
        );
    }
}
