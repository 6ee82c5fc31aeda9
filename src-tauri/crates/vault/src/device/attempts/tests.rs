//! Failures counted, waited for, forgiven, and written at the same moment.

use super::*;

struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn path(&self) -> PathBuf {
        self.folder.path().join("attempts")
    }

    fn fail(&self, times: u32, now: Timestamp) {
        for _ in 0..times {
            assert!(
                Attempt::begin(self.path(), now).is_ok(),
                "an attempt was refused"
            );
        }
    }
}

fn folder() -> Folder {
    Folder {
        folder: tempfile::tempdir().expect("a temporary folder"),
    }
}

const NOON: i64 = 1_777_117_519_000;

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_millis(NOON + seconds * 1000)
}

#[test]
fn lock_02_four_failures_cost_no_wait() {
    let folder = folder();
    folder.fail(4, after(0));
    assert_eq!(wait(&folder.path(), after(0)), None);
}

#[test]
fn lock_02_the_wait_doubles_from_one_second_to_five_minutes() {
    let folder = folder();
    folder.fail(5, after(0));
    let mut now = 0;
    let mut waits = Vec::new();
    for _ in 0..11 {
        let wait = wait(&folder.path(), after(now)).expect("a wait").as_secs();
        waits.push(wait);
        assert!(
            Attempt::begin(folder.path(), after(now)).is_err(),
            "an attempt before its time was allowed"
        );
        now += i64::try_from(wait).expect("small");
        folder.fail(1, after(now));
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
}

#[test]
fn lock_02_the_wait_runs_from_the_end_of_the_failed_attempt_and_is_its_answer() {
    let folder = folder();
    let fail = |begun: i64, took: u64| {
        Attempt::begin(folder.path(), after(begun))
            .unwrap_or_else(|_| panic!("an attempt at {begun} s was refused"))
            .fail(Duration::from_secs(took))
    };
    for _ in 0..4 {
        assert_eq!(fail(0, 3), None);
    }
    assert_eq!(fail(10, 3), Some(Duration::from_secs(1)));
    assert_eq!(
        wait(&folder.path(), after(13)),
        Some(Duration::from_secs(1))
    );
    assert_eq!(wait(&folder.path(), after(14)), None);
    assert_eq!(fail(14, 3), Some(Duration::from_secs(2)));
    assert!(
        Attempt::begin(folder.path(), after(18)).is_err(),
        "1 s too early"
    );
    assert!(Attempt::begin(folder.path(), after(19)).is_ok());
}

#[test]
fn lock_02_a_failed_attempt_leaves_what_others_counted_meanwhile() {
    let folder = folder();
    folder.fail(3, after(0));
    let attempt = Attempt::begin(folder.path(), after(0)).expect("no wait yet");
    folder.fail(1, after(1));
    assert_eq!(attempt.fail(Duration::ZERO), Some(Duration::from_secs(1)));
    assert_eq!(wait(&folder.path(), after(1)), Some(Duration::from_secs(1)));
}

#[test]
fn lock_02_a_success_ends_the_count_and_tells_it() {
    let folder = folder();
    folder.fail(4, after(0));
    let attempt = Attempt::begin(folder.path(), after(1)).expect("no wait yet");
    assert_eq!(attempt.failures_before(), 4);
    attempt.succeed();
    folder.fail(4, after(2));
    assert_eq!(wait(&folder.path(), after(2)), None);
}

#[test]
fn lock_02_a_clock_set_back_costs_the_stored_wait_and_no_more() {
    let folder = folder();
    folder.fail(5, after(0));
    folder.fail(1, after(1));
    let year = 365 * 24 * 60 * 60;
    assert_eq!(
        wait(&folder.path(), after(-year)),
        Some(Duration::from_secs(2))
    );
    assert_eq!(
        wait(&folder.path(), after(-year + 1)),
        Some(Duration::from_secs(1))
    );
    assert_eq!(wait(&folder.path(), after(-year + 2)), None);
}

#[test]
fn lock_02_a_forgiven_attempt_is_not_counted() {
    let folder = folder();
    folder.fail(4, after(0));
    Attempt::begin(folder.path(), after(0))
        .expect("no wait yet")
        .forgive();
    assert_eq!(wait(&folder.path(), after(0)), None);
}

#[test]
fn lock_02_a_forgiven_attempt_leaves_what_others_counted_meanwhile() {
    let folder = folder();
    folder.fail(2, after(0));
    let attempt = Attempt::begin(folder.path(), after(0)).expect("no wait yet");
    folder.fail(2, after(0));
    attempt.forgive();
    assert_eq!(wait(&folder.path(), after(0)), None);
    folder.fail(1, after(0));
    assert_eq!(wait(&folder.path(), after(0)), Some(Duration::from_secs(1)));
}

#[test]
fn lock_02_attempts_at_the_same_moment_are_all_counted() {
    let folder = folder();
    let allowed = std::thread::scope(|scope| {
        let begin = || Attempt::begin(folder.path(), after(0)).is_ok();
        let tries: Vec<_> = (0..32).map(|_| scope.spawn(begin)).collect();
        let ended = tries.into_iter().map(|one| one.join().expect("no panic"));
        ended.filter(|allowed| *allowed).count()
    });
    assert_eq!(allowed, 5, "the fifth earns a wait");
}

#[test]
fn lock_02_a_torn_newest_record_leaves_the_one_before() {
    let folder = folder();
    folder.fail(5, after(0));
    folder.fail(1, after(1));
    let mut bytes = std::fs::read(folder.path()).expect("two records");
    *bytes.last_mut().expect("not empty") ^= 1;
    std::fs::write(folder.path(), bytes).expect("written back");
    assert_eq!(wait(&folder.path(), after(0)), Some(Duration::from_secs(1)));
}
