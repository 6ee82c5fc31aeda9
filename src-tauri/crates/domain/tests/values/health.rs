use domain::health::{EXPIRING_WITHIN_DAYS, Health, OLD_AFTER_DAYS, health_message};
use domain::time::Timestamp;

fn day(number: u32) -> Timestamp {
    Timestamp::from_millis(1_777_000_000_000).plus_days(number)
}

#[test]
fn the_worst_that_is_true_is_shown() {
    let now = day(200);
    let expired = Some(day(199));
    let soon = Some(day(201));
    assert_eq!(Health::of(day(199), None, 0, now), Health::Fine);
    assert_eq!(Health::of(day(199), None, 2, now), Health::Hint);
    assert_eq!(Health::of(day(0), None, 2, now), Health::Old);
    assert_eq!(Health::of(day(0), soon, 2, now), Health::Expiring);
    assert_eq!(Health::of(day(199), expired, 0, now), Health::Expired);
}

#[test]
fn the_borders_are_the_days_named() {
    let start = day(0);
    assert_eq!(
        Health::of(start, None, 0, start.plus_days(OLD_AFTER_DAYS)),
        Health::Fine
    );
    assert_eq!(
        Health::of(
            start,
            None,
            0,
            start.plus_days(OLD_AFTER_DAYS).plus_millis(1)
        ),
        Health::Old
    );
    let at = start.plus_days(EXPIRING_WITHIN_DAYS);
    assert_eq!(
        Health::of(start, Some(at.plus_millis(1)), 0, start),
        Health::Fine
    );
    assert_eq!(Health::of(start, Some(at), 0, start), Health::Expiring);
    assert_eq!(Health::of(start, Some(start), 0, start), Health::Expired);
}

#[test]
fn the_message_tells_the_days() {
    let now = day(200);
    assert_eq!(
        health_message(day(86), None, 0, now),
        "Last changed 114 days ago."
    );
    assert_eq!(
        health_message(now, Some(day(205)), 0, now),
        "Expires in 5 days."
    );
    assert_eq!(
        health_message(now, Some(day(199)), 0, now),
        "Expired 1 day ago."
    );
    assert_eq!(health_message(now, None, 1, now), "1 hint about its value.");
    assert_eq!(
        health_message(now, None, 2, now),
        "2 hints about its values."
    );
    assert_eq!(health_message(now, None, 0, now), "Fine.");
}

#[test]
fn each_health_has_a_word_that_reads_back() {
    for word in ["fine", "hint", "old", "expiring", "expired"] {
        assert_eq!(Health::parse(word).map(Health::as_str), Some(word));
    }
    assert_eq!(Health::parse("ill"), None);
}
