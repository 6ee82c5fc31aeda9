//! The two clocks: the wall clock for what is written down, and one that nobody can set back for waiting.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;

/// Both are passed in, so that tests turn them by hand.
pub struct Clock {
    pub wall: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Time since some fixed moment, time asleep included where the system counts it.
    pub steady: Box<dyn Fn() -> Duration + Send + Sync>,
    /// Lets a time pass on the steady clock.
    pub sleep: Box<dyn Fn(Duration) -> Sleep + Send + Sync>,
}

pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Clock {
    pub fn of_the_system() -> Self {
        Self {
            wall: Box::new(system_now),
            steady: Box::new(since_start_of_machine),
            sleep: Box::new(|time| Box::pin(tokio::time::sleep(time))),
        }
    }

    pub fn now(&self) -> Timestamp {
        (self.wall)()
    }

    pub fn elapsed(&self) -> Duration {
        (self.steady)()
    }

    pub fn sleep(&self, time: Duration) -> Sleep {
        (self.sleep)(time)
    }
}

fn system_now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Counts while the machine sleeps, so that a lid closed for an hour is an hour of idleness.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn since_start_of_machine() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).expect("the time since boot is positive");
    let nanoseconds =
        u32::try_from(time.tv_nsec).expect("a second has fewer than 2^32 nanoseconds");
    Duration::new(seconds, nanoseconds)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn since_start_of_machine() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}
