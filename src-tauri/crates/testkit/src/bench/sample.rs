//! Taking the time: by the clock on the wall, and of the processor.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How long something took. On a machine that does other things too, the clock tells of those as well; what the thread
/// itself had of the processor is our own work, waiting for the disk left out.
#[derive(Clone, Copy)]
pub struct Cost {
    pub clock: Duration,
    pub processor: Duration,
}

/// One line of the table.
pub struct Measured {
    pub what: String,
    pub median: Cost,
    pub p99: Cost,
}

/// What each turn of something took.
#[derive(Default)]
pub struct Samples(Vec<Cost>);

impl Samples {
    pub fn new() -> Samples {
        Samples::default()
    }

    pub fn take(what: &str, times: usize, mut act: impl FnMut(usize)) -> Measured {
        let mut samples = Samples::new();
        for turn in 0..times {
            samples.add(|| act(turn));
        }
        samples.summary(what)
    }

    pub fn add<T>(&mut self, act: impl FnOnce() -> T) -> T {
        let (clock, processor) = (Instant::now(), processor_time());
        let answer = act();
        self.0.push(Cost {
            clock: clock.elapsed(),
            processor: processor_time() - processor,
        });
        answer
    }

    pub fn summary(self, what: &str) -> Measured {
        let sorted = |of: fn(&Cost) -> Duration| {
            let mut times: Vec<Duration> = self.0.iter().map(of).collect();
            times.sort();
            times
        };
        let (clock, processor) = (sorted(|cost| cost.clock), sorted(|cost| cost.processor));
        let at = |percent: usize| {
            let place = (clock.len() * percent / 100).min(clock.len() - 1);
            Cost {
                clock: clock[place],
                processor: processor[place],
            }
        };
        Measured {
            what: what.to_owned(),
            median: at(50),
            p99: at(99),
        }
    }
}

/// Of this thread, since it began.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).expect("a time that began at zero"),
        u32::try_from(time.tv_nsec).expect("less than a second"),
    )
}
