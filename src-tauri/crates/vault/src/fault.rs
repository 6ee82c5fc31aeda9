//! Moments at which a test ends the process, as a power cut does. In every other build there is nothing here.

/// Names what has just been done.
#[cfg(not(test))]
#[inline(always)]
pub(crate) fn point(_done: &'static str) {}

#[cfg(test)]
pub(crate) use at_a_point::{KILL_AT, point};

#[cfg(test)]
mod at_a_point {
    /// Holds the name of the point at which the process is to end.
    pub(crate) const KILL_AT: &str = "TURNSTONE_TEST_KILL_AT";

    pub(crate) fn point(done: &'static str) {
        if std::env::var_os(KILL_AT).is_some_and(|at| at == done) {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).expect("killed");
        }
    }
}
