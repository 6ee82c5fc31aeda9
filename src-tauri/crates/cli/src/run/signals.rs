//! The child's life: signals sent to us reach it, and its end is ours.

use std::io;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{
    SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGWINCH,
};
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::iterator::{Handle, SignalsInfo};
use signal_hook::low_level::siginfo::{Cause, Origin};

const PASSED_ON: [i32; 8] = [
    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT,
];

pub struct Running {
    child: Child,
    ended: Arc<AtomicBool>,
    listening: Handle,
}

/// Starts the child with the listener in place, so that no signal is lost between the two.
pub fn start(command: &mut Command) -> io::Result<Running> {
    let mut signals = SignalsInfo::<WithOrigin>::new(PASSED_ON)?;
    let listening = signals.handle();
    let child = command.spawn()?;
    let ended = Arc::new(AtomicBool::new(false));
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let gone = Arc::clone(&ended);
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for origin in signals.forever() {
                if let (Some(pid), false, true) =
                    (pid, gone.load(Ordering::SeqCst), was_for_us_alone(&origin))
                {
                    pass_on(pid, origin.signal);
                }
            }
        })?;
    Ok(Running {
        child,
        ended,
        listening,
    })
}

impl Running {
    pub fn take_output(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout.take(), self.child.stderr.take())
    }

    /// Set when the child is gone.
    pub fn ended(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.ended)
    }

    pub fn wait(mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait();
        self.ended.store(true, Ordering::SeqCst);
        self.listening.close();
        status
    }
}

/// Keys pressed at the terminal reach the whole foreground group, the child included; a signal sent by a process reached us alone.
fn was_for_us_alone(origin: &Origin) -> bool {
    origin.cause != Cause::Kernel
}

fn pass_on(pid: Pid, signal: i32) {
    if let Some(signal) = Signal::from_named_raw(signal)
        && let Err(error) = kill_process(pid, signal)
    {
        tracing::warn!(%error, "a signal could not be passed on");
    }
}

/// Ends this process by the signal that ended the child, as a caller would have seen it without us.
pub fn die_of(signal: i32) {
    // What cannot be emulated ends with a plain exit below.
    let _refused = signal_hook::low_level::emulate_default_handler(signal);
    if signal != SIGTSTP {
        std::process::exit(128_i32.saturating_add(signal));
    }
}
